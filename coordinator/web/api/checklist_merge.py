"""The merge of a round: how every check ended, and what going together saved."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel

from coordinator.domain.checklist_merge import Outcome
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services.checklist_merge import merge_of
from coordinator.services.ports import Work
from coordinator.web.api.paging import PAGE_SIZE, Asked, FromUrl, PageOf
from coordinator.web.dependencies import Overseer
from coordinator.web.parts import Parts
from coordinator.web.reach import open_rounds
from coordinator.web.savings import By, SavingsRow, in_all, savings_rows

router = APIRouter(tags=["检查清单合并 check-list merge"])

RoundCode = Annotated[str, Path(max_length=64)]


class MergeSeen(BaseModel):
    """The account of a round: the four outcomes add up to `checks`.

    `joined`: checks among the visited ones that no lot drew; `at_most_above`: visits that there may
    be beyond the minimum, 0 where it is proven; `deferred_because`: number by reason;
    `savings`: of the drawn checks, with what was merged into each visit.
    """

    round_id: str
    checks: int
    visited: int
    desk: int
    recognised: int
    deferred: int
    joined: int
    at_most_above: int | None
    deferred_because: dict[str, int]
    savings: SavingsRow


@router.get("/rounds/{round_id}/merge", summary="检查清单合并", operation_id="merge")
async def merge(round_id: RoundCode, parts: Parts, person: Overseer) -> MergeSeen:
    """Give how many checks of a round ended how; covert rounds once their record is open."""
    async with parts.open_work(person.actor, writes=False) as work:
        found = await merge_of(work, await _shown(work, round_id))
    account = found.account()
    numbers = {outcome.value: number for outcome, number in account.numbers.items()}
    return MergeSeen(
        round_id=round_id,
        checks=account.number_of_checks,
        joined=len(found.joined),
        at_most_above=found.at_most_above,
        deferred_because=account.references(Outcome.DEFERRED),
        savings=in_all(found.held()),
        **numbers,
    )


@router.get("/rounds/{round_id}/savings/{by}", summary="减少入企户次", operation_id="merge-savings")
async def savings(
    round_id: RoundCode, by: By, asked: FromUrl[Asked], parts: Parts, person: Overseer
) -> PageOf[SavingsRow]:
    """Give a page of what was saved by place, object, department or line of a round."""
    async with parts.open_work(person.actor, writes=False) as work:
        rows = await savings_rows(work, [await _shown(work, round_id)], by)
    found = [row for row in rows if asked.q.casefold() in f"{row.code} {row.name}".casefold()]
    first = (asked.page - 1) * PAGE_SIZE
    page = tuple(found[first : first + PAGE_SIZE])
    return PageOf(values=page, total=len(found), page=asked.page)


async def _shown(work: Work, round_id: str) -> str:
    """Refuse a round that is not there, or whose targets are not to be shown yet."""
    if round_id not in await open_rounds(work):
        raise RuleBrokenError(Rule.NOT_FOUND, kind="round", key=round_id)
    return round_id
