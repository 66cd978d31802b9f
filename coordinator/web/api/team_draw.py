"""Teams after the draw: replaced people, their numbers, and who met whom again."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from coordinator.domain.team_draw import MemberChange, PairMet
from coordinator.services import handlers, lottery, team_draw
from coordinator.services.ports import Role, Work
from coordinator.web.acts import AREA, Act, Entry, Keys, add_acts
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Overseer, Reader
from coordinator.web.errors import sentences
from coordinator.web.language import later
from coordinator.web.parts import Parts

TAG = "检查组 teams"
router = APIRouter(tags=[TAG])


class ReplacementEntry(Entry):
    """Why somebody leaves a team."""

    reason: str = Field(
        title=later("理由"),
        description=later("按类型公开次数，不公开姓名。"),
        max_length=40,
        json_schema_extra={"widget": "select", "choices": "departure_reasons"},
    )
    note: str = Field(
        default="",
        title=later("说明"),
        description=later("选“其他”时必填；只留存备查，不公开。"),
        max_length=500,
        json_schema_extra=AREA,
    )


async def _replace(work: Work, keys: Keys, entry: ReplacementEntry) -> object:
    departure = team_draw.Departure(
        visit_id=keys["visit_id"],
        person_id=keys["person_id"],
        reason=entry.reason,
        note=entry.note,
    )
    return (await handlers.replace_member(work, departure))[-1]


async def _open_supplement(work: Work, keys: Keys, _entry: None) -> object:
    return await lottery.open_supplement(work, keys["round_id"])


ACTS = (
    Act(
        name="open-supplement",
        path="/rounds/{round_id}/supplement",
        label=later("开启补抽"),
        consequence=later(
            "已抽中的对象不变，只为未能组成检查组的部门补抽人员：按现在的名录重新冻结，各方揭示下一组随机数。"
            "请先补充人员，否则补抽也会失败。"
        ),
        role=Role.OFFICE,
        run=_open_supplement,
        back="/console/rounds/{subject}",
        origin="/console/rounds/{round_id}",
    ),
    Act(
        name="replace-member",
        path="/visits/{visit_id}/members/{person_id}/replace",
        label=later("更换人员"),
        consequence=later(
            "此人退出本次检查，空出的岗位按抽签规则在合格人员中随机补派，其他人不动；各部门立即收到新的名单。"
            "无人可替补时不作变动，并说明原因。"
        ),
        role=Role.OFFICE,
        also=(Role.DEPARTMENT,),
        run=_replace,
        entry=ReplacementEntry,
        danger=True,
        back="/console/visits/{visit_id}",
    ),
)
add_acts(router, ACTS, TAG)


class ChangesAsked(Asked):
    """Filters of the replacements."""

    round_id: str | None = None
    visit_id: str | None = None
    department: str | None = None
    reason: str | None = None


@router.get("/replacements", summary="人员更换列表", operation_id="replacements")
async def replacements(
    asked: FromUrl[ChangesAsked], parts: Parts, person: Overseer
) -> PageOf[MemberChange]:
    """Give a page of seats that changed hands, and of those that nobody could take."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.member_changes, asked)


@router.get("/rounds/{round_id}/shortages", summary="人员不足说明", operation_id="shortages")
async def shortages(round_id: str, parts: Parts, person: Overseer) -> list[team_draw.Shortage]:
    """Explain why teams of a round were infeasible, in figures and sentences, with remedies."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await team_draw.shortages_of(work, await work.rounds.get(round_id))


class OutlookSeen(BaseModel):
    """Whether the quotas of plan lines can be met, organ by organ, with what would help."""

    lines: tuple[str, ...]
    visits: int
    recused: int
    without_experts: tuple[str, ...]
    met: bool
    problem: str
    departments: tuple[team_draw.DepartmentOutlook, ...]


@router.get("/plans/{plan_id}/quotas", summary="派组能力", operation_id="plan-quotas")
async def quotas(
    plan_id: str, parts: Parts, person: Reader, line: Annotated[list[str], Query()]
) -> OutlookSeen:
    """Say whether these lines, drawn in one round, could have their teams; nothing is drawn."""
    async with parts.open_work(person.actor, writes=False) as work:
        found = await team_draw.quota_outlook(work, plan_id, line)
    return OutlookSeen(
        lines=found.lines,
        visits=found.visits,
        recused=found.recused,
        without_experts=found.without_experts,
        met=found.met,
        problem=problem_words(found),
        departments=found.departments,
    )


def problem_words(outlook: team_draw.Outlook) -> str:
    """Say what stops a round over these lines before anything is drawn."""
    return " ".join(text for _place, text in sentences(outlook.problem)) if outlook.problem else ""


class PairsSeen(BaseModel):
    """Who met whom how often, most often first; `met` is cut to the first hundreds."""

    pairs: int
    repeated: int
    most: int
    met: tuple[PairMet, ...]


_PAIRS_SHOWN = 500


@router.get("/teams/pairs", summary="同组重复", operation_id="team-pairs")
async def pairs(
    parts: Parts, person: Overseer, year: int | None = None, round_id: str = ""
) -> PairsSeen:
    """Give how often officers were drawn into the same team, in a year or a round."""
    async with parts.open_work(person.actor, writes=False) as work:
        found = await team_draw.pairs_met(work, year, round_id)
    return PairsSeen(
        pairs=found.pairs,
        repeated=found.repeated,
        most=found.most,
        met=found.met[:_PAIRS_SHOWN],
    )
