"""Mutual recognition 结果互认: what drops off after the draw, and the results behind it."""

from typing import Annotated

from fastapi import APIRouter
from fastapi import Query as Param

from coordinator.domain.checklist_merge.recognition import Recognition
from coordinator.domain.object_replacing import RECOGNISED, DroppedCheck
from coordinator.services.checklist_merge import RecognisablePage, recognisable_results
from coordinator.services.ports import Work
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Overseer, Reader
from coordinator.web.parts import Parts
from coordinator.web.reach import open_rounds, own_matters

TAG = "结果互认 recognition"
router = APIRouter(tags=[TAG])

_LAST = 2**62  # beyond that databases can't count
_MOST = 500


class RecognisedAsked(Asked):
    """Filters of what is recognised."""

    round_id: str | None = None


@router.get("/recognised-checks", summary="互认的检查", operation_id="recognised-checks")
async def recognised_checks(
    asked: FromUrl[RecognisedAsked], parts: Parts, person: Overseer
) -> PageOf[DroppedCheck]:
    """Give a page of drawn checks that another organ's result stands for, with its reference."""
    async with parts.open_work(person.actor, writes=False) as work:
        rounds = await _rounds(work, asked)
        return await one_page(
            work.dropped_checks, _plain(asked), outcome=RECOGNISED, round_id=rounds
        )


@router.get("/recognitions", summary="结果互认", operation_id="recognitions")
async def recognitions(
    asked: FromUrl[RecognisedAsked], parts: Parts, person: Reader
) -> PageOf[Recognition]:
    """Give a page of recognised items and checkpoints; a department gets what it asked itself."""
    async with parts.open_work(person.actor, writes=False) as work:
        reach = own_matters(person.actor)
        rounds = await _rounds(work, asked)
        return await one_page(work.recognitions, _plain(asked), round_id=rounds, **reach)


@router.get("/recognisable-results", summary="可供互认的结果", operation_id="recognisable-results")
async def recognisable(
    parts: Parts,
    person: Reader,
    after: Annotated[int, Param(ge=0, le=_LAST, description="从这个编号之后开始")] = 0,
    limit: Annotated[int, Param(ge=1, le=_MOST, description="条数")] = 100,
) -> RecognisablePage:
    """Give published results behind a number that another organ may recognise, or why not.

    A department gets the others' results. The next page begins after `next_after`.
    """
    async with parts.open_work(person.actor, writes=False) as work:
        return await recognisable_results(work, after, limit, person.actor.department)


def _plain(asked: RecognisedAsked) -> RecognisedAsked:
    return asked.model_copy(update={"round_id": None})


async def _rounds(work: Work, asked: RecognisedAsked) -> tuple[str, ...]:
    """Give the rounds to look in: never one whose targets are not to be shown yet."""
    shown = await open_rounds(work)
    return tuple(each for each in shown if asked.round_id in (None, each))
