"""Rounds and their lottery: opened, frozen and drawn by two persons, never showing a value."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from contracts.vocabulary import DrawOutcome, Mode
from coordinator.domain.lifecycle import RoundState
from coordinator.domain.lottery.ceremony import Round
from coordinator.services import handlers, lottery
from coordinator.services.ports import Role, Work
from coordinator.web.acts import Act, Entry, Keys, add_acts
from coordinator.web.api.ceremony_seen import (
    ContributorFlags,
    ProgressSeen,
    SourceSeen,
    VoidSeen,
    flags_of,
    late_changes_of,
    progress_of,
    sources_seen,
    voids_seen,
)
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Reader
from coordinator.web.language import later
from coordinator.web.parts import Parts

TAG = "批次与抽签 lottery"
router = APIRouter(tags=[TAG])

RoundId = Annotated[
    str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
]


SOURCES: Any = Field(
    default=(),
    title=later("外部随机源"),
    description=later(
        "一行一个，须是尚未公布的一期：drand:链哈希:轮次，或 nist:链号:脉冲号 时间，"
        "或 lottery:名称:期号 时间，时间如 2026-11-22T21:15:00+08:00。只有一个部门的批次必填。"
    ),
    max_length=8,
    json_schema_extra={"widget": "list"},
)


class RoundEntry(Entry):
    """A round over lines of an adopted plan."""

    round_id: RoundId = Field(
        title=later("批次编号"), description=later("字母、数字和短横线，如 2026-Q2")
    )
    title: str = Field(title=later("批次名称"), min_length=1, max_length=200)
    plan_id: str = Field(
        title=later("年度计划"), json_schema_extra={"widget": "select", "choices": "plans"}
    )
    lines: tuple[str, ...] = Field(
        title=later("计划任务"),
        description=later("只列出尚未抽取的任务；一个批次要么全部事先告知，要么全部暗查。"),
        min_length=1,
        json_schema_extra={"widget": "checks", "choices": "lines"},
    )
    sources: tuple[str, ...] = SOURCES


class RoundSeen(BaseModel):
    """A round as it may be seen at any time."""

    round_id: str
    title: str
    plan_id: str
    mode: Mode
    state: RoundState
    attempt: int
    lines: tuple[str, ...]
    departments: tuple[str, ...]
    deadline_at: datetime
    commit_hash: str | None
    frozen_at: datetime | None
    drawn_at: datetime | None
    outcome: DrawOutcome | None
    reason: str | None
    transcript_hash: str | None
    disclosed_at: datetime | None
    verify_result: str | None
    freeze_requested: bool
    draw_requested: bool
    refreeze_requested: bool = False
    late_changes: tuple[str, ...] = ()
    sources: tuple[SourceSeen, ...] = ()
    void_attempts: tuple[VoidSeen, ...] = ()
    contributors: tuple[ContributorFlags, ...] = ()
    visits: int = 0
    checks: int = 0
    progress: ProgressSeen | None = None


async def _open(work: Work, _keys: Keys, entry: RoundEntry) -> Round:
    return await lottery.open_round(work, lottery.RoundOrder(**entry.model_dump()))


async def _request_freeze(work: Work, keys: Keys, _entry: None) -> object:
    return await lottery.request_freeze(work, keys["round_id"])


async def _freeze(work: Work, keys: Keys, _entry: None) -> object:
    return await lottery.freeze_round(work, keys["round_id"])


async def _request_draw(work: Work, keys: Keys, _entry: None) -> object:
    return await lottery.request_draw(work, keys["round_id"])


async def _draw(work: Work, keys: Keys, _entry: None) -> object:
    return await handlers.draw_round(work, keys["round_id"])


async def _publish(work: Work, keys: Keys, _entry: None) -> object:
    return await handlers.publish_visits(work, keys["round_id"])


_BACK = "/console/rounds/{round_id}"

ACTS = (
    Act(
        name="open-round",
        path="/rounds",
        label=later("开启批次"),
        consequence=later(
            "各参与部门将收到请求，提交各自随机数的指纹（承诺）。开启后任务不能再改。"
        ),
        role=Role.OFFICE,
        run=_open,
        entry=RoundEntry,
        back="/console/rounds/{subject}",
        origin="/console/rounds",
    ),
    Act(
        name="request-freeze",
        path="/rounds/{round_id}/request-freeze",
        label=later("提出冻结名录"),
        consequence=later("您作为第一人提出冻结；须由另一人确认后才会冻结。"),
        role=Role.OFFICE,
        run=_request_freeze,
        back=_BACK,
    ),
    Act(
        name="freeze-round",
        path="/rounds/{round_id}/freeze",
        label=later("确认冻结名录"),
        consequence=later(
            "您作为第二人确认：名录和规则从此固定，其指纹随即公布，之后任何改动都会被发现。"
        ),
        role=Role.OFFICE,
        run=_freeze,
        long=True,
        danger=True,
        back=_BACK,
    ),
    Act(
        name="request-draw",
        path="/rounds/{round_id}/request-draw",
        label=later("提出抽取"),
        consequence=later("您作为第一人提出抽取；须由另一人确认后才会抽取。"),
        role=Role.OFFICE,
        run=_request_draw,
        back=_BACK,
    ),
    Act(
        name="draw-round",
        path="/rounds/{round_id}/draw",
        label=later("确认抽取"),
        consequence=later(
            "您作为第二人确认：系统按公开算法抽取对象、合并任务、抽取检查组。结果一次定稿，不能重抽。"
        ),
        role=Role.OFFICE,
        run=_draw,
        long=True,
        danger=True,
        back=_BACK,
    ),
    Act(
        name="publish-visits",
        path="/rounds/{round_id}/publish",
        label=later("审批并下达任务"),
        consequence=later(
            "每次检查取得任务编号和检查码，各部门立即收到自己的任务。来不及提前告知的检查须先撤回，否则整批不能下达。"
        ),
        role=Role.OFFICE,
        approver=True,
        run=_publish,
        back=_BACK,
    ),
)
add_acts(router, ACTS, TAG)


class RoundsAsked(Asked):
    """Filters of the rounds."""

    state: RoundState | None = None


@router.get("/rounds", summary="批次列表", operation_id="rounds")
async def rounds(asked: FromUrl[RoundsAsked], parts: Parts, person: Reader) -> PageOf[RoundSeen]:
    """Give a page of rounds."""
    async with parts.open_work(person.actor, writes=False) as work:
        found = await one_page(work.rounds, asked)
    return PageOf(
        values=tuple(_seen(each) for each in found.values), total=found.total, page=found.page
    )


@router.get("/rounds/{round_id}", summary="一个批次", operation_id="round")
async def one_round(round_id: str, parts: Parts, person: Reader) -> RoundSeen:
    """Give a round with how far each contributor has come; never a value, never a target."""
    async with parts.open_work(person.actor, writes=False) as work:
        drawn = await work.rounds.get(round_id)
        contributors = await work.contributors.where(round_id=round_id)
        return _seen(
            drawn,
            contributors=tuple(flags_of(each, drawn, work.now()) for each in contributors),
            sources=await sources_seen(work, drawn),
            void_attempts=await voids_seen(work, drawn),
            late_changes=await late_changes_of(work, drawn),
            visits=await work.visits.count(round_id=round_id),
            checks=await work.checks.count(round_id=round_id),
            progress=progress_of(work, drawn),
        )


def _seen(drawn: Round, **found: Any) -> RoundSeen:
    values = {k: getattr(drawn, k) for k in RoundSeen.model_fields if k in vars(drawn)}
    return RoundSeen(
        **{
            **values,
            "freeze_requested": drawn.freeze_requested_by is not None,
            "draw_requested": drawn.draw_requested_by is not None,
            "refreeze_requested": drawn.refreeze_requested_by is not None,
            "sources": (),
            **found,
        }
    )
