"""Replaced objects: proposed on register evidence, decided by a second person, and counted."""

from dataclasses import replace
from typing import TypeVar

from fastapi import APIRouter
from pydantic import BaseModel, Field

from coordinator.domain.object_replacing import (
    DEFERRED,
    DroppedCheck,
    ObjectReplacement,
    ReplacementRequest,
    RequestState,
)
from coordinator.services import handlers, object_replacing
from coordinator.services.ports import Role, Work
from coordinator.web.acts import AREA, Act, Entry, Keys, add_acts
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Overseer, Reader
from coordinator.web.language import later
from coordinator.web.parts import Parts
from coordinator.web.reach import open_rounds

TAG = "抽取对象 object draw"
router = APIRouter(tags=[TAG])


class ReplaceObjectEntry(Entry):
    """Why an object is replaced, and what proves it."""

    reason: str = Field(
        title=later("理由"),
        description=later(
            "停业、迁址、频次已满以登记资料为准；其他理由须有证明文件。按类型公开次数。"
        ),
        max_length=40,
        json_schema_extra={"widget": "select", "choices": "object_reasons"},
    )
    object_id: str = Field(
        default="",
        title=later("对象代码"),
        description=later("任务只有一个对象，或只有一个符合理由时不必填；暗查任务不填。"),
        max_length=55,
    )
    document: str = Field(
        default="",
        title=later("证明文件文号"),
        description=later("登记资料不能证明时必填，例如停工通知书文号。"),
        max_length=200,
    )
    note: str = Field(
        default="",
        title=later("说明"),
        description=later("只留存备查，不公开。"),
        max_length=500,
        json_schema_extra=AREA,
    )


async def _request(work: Work, keys: Keys, entry: ReplaceObjectEntry) -> ReplacementRequest:
    order = object_replacing.ReplacementOrder(
        visit_id=keys["visit_id"],
        reason=entry.reason,
        object_id=entry.object_id,
        document=entry.document,
        note=entry.note,
    )
    return await object_replacing.request_replacement(work, order)


async def _confirm(work: Work, keys: Keys, _entry: None) -> ReplacementRequest:
    return await handlers.replace_object(work, keys["request_id"])


async def _reject(work: Work, keys: Keys, _entry: None) -> ReplacementRequest:
    return await object_replacing.reject_replacement(work, keys["request_id"])


_LIST = "/console/replaced-objects"

ACTS = (
    Act(
        name="request-object-replacement",
        path="/visits/{visit_id}/replace-object",
        label=later("申请更换对象"),
        consequence=later(
            "须由第二人确认。确认后按抽签已经排好的次序由下一个备选对象顶替，谁也不能挑选；抽中的名单不改动，另记一笔。"
        ),
        role=Role.OFFICE,
        run=_request,
        entry=ReplaceObjectEntry,
        danger=True,
        back="/console/visits/{visit_id}",
    ),
    Act(
        name="confirm-object-replacement",
        path="/object-replacements/{request_id}/confirm",
        label=later("确认更换对象"),
        consequence=later(
            "您作为第二人确认：原任务撤回并立即通知各部门，下一个备选对象的检查由原检查组承接，须回避的岗位随机补派。"
        ),
        role=Role.OFFICE,
        approver=True,
        run=_confirm,
        danger=True,
        back=_LIST,
    ),
    Act(
        name="reject-object-replacement",
        path="/object-replacements/{request_id}/reject",
        label=later("驳回更换申请"),
        consequence=later("对象和任务不变，申请留存备查。"),
        role=Role.OFFICE,
        run=_reject,
        back=_LIST,
    ),
)
add_acts(router, ACTS, TAG)


class ReplacedAsked(Asked):
    """Filters of the replaced objects."""

    round_id: str | None = None
    line: str | None = None
    reason: str | None = None


class RequestsAsked(Asked):
    """Filters of the proposals."""

    round_id: str | None = None
    visit_id: str | None = None
    state: RequestState | None = None


class DroppedAsked(Asked):
    """Filters of the checks that no visit holds."""

    round_id: str | None = None
    department: str | None = None


class ReplacedCounts(BaseModel):
    """How many objects of a round were replaced, by reason, and how many are deferred."""

    replaced: dict[str, int]
    deferred: int


@router.get("/replaced-objects", summary="更换的对象", operation_id="replaced-objects")
async def replaced_objects(
    asked: FromUrl[ReplacedAsked], parts: Parts, person: Overseer
) -> PageOf[ObjectReplacement]:
    """Give a page of replaced objects; those of covert rounds once their record is open."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.object_replacements, _plain(asked), **await _reach(work, asked))


@router.get("/deferred-checks", summary="延期的检查", operation_id="deferred-checks")
async def deferred_checks(
    asked: FromUrl[DroppedAsked], parts: Parts, person: Overseer
) -> PageOf[DroppedCheck]:
    """Give a page of drawn checks that are deferred, with their reason."""
    async with parts.open_work(person.actor, writes=False) as work:
        reach = await _reach(work, asked)
        return await one_page(work.dropped_checks, _plain(asked), outcome=DEFERRED, **reach)


@router.get(
    "/object-replacements", summary="更换对象的申请", operation_id="object-replacement-requests"
)
async def requests(
    asked: FromUrl[RequestsAsked], parts: Parts, person: Overseer
) -> PageOf[ReplacementRequest]:
    """Give a page of proposals to replace an object; of covert rounds without the object."""
    async with parts.open_work(person.actor, writes=False) as work:
        found = await one_page(work.replacement_requests, asked, within=("visit_id", "reason"))
        values = await hide_objects(work, found.values)
    return found.model_copy(update={"values": values})


@router.get(
    "/rounds/{round_id}/replaced-objects", summary="更换对象的次数", operation_id="replaced-counts"
)
async def counts(round_id: str, parts: Parts, person: Reader) -> ReplacedCounts:
    """Count the replaced and the deferred objects of a round: numbers, never a target."""
    async with parts.open_work(person.actor, writes=False) as work:
        await work.rounds.get(round_id)
        return ReplacedCounts(
            replaced=await object_replacing.replaced_counts(work, round_id),
            deferred=await object_replacing.deferred_count(work, round_id),
        )


A = TypeVar("A", ReplacedAsked, DroppedAsked)


def _plain(asked: A) -> A:
    return asked.model_copy(update={"round_id": None})


async def _reach(work: Work, asked: ReplacedAsked | DroppedAsked) -> dict[str, tuple[str, ...]]:
    """Give the rounds to look in: never one whose targets are not to be shown yet."""
    shown = await open_rounds(work)
    return {"round_id": tuple(each for each in shown if asked.round_id in (None, each))}


async def hide_objects(
    work: Work, requests: tuple[ReplacementRequest, ...]
) -> tuple[ReplacementRequest, ...]:
    """Leave out of proposals whom covert rounds drew, until their record is open."""
    shown = set(await open_rounds(work))
    return tuple(
        each if each.round_id in shown else replace(each, object_id="", shown="", document="")
        for each in requests
    )
