"""Teams: every seat and how it was drawn, who was replaced, and who met whom again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.dispatch import TeamMember
from coordinator.domain.team_draw import MemberChange
from coordinator.services import team_draw
from coordinator.services.ports import Work
from coordinator.web.api.team_draw import problem_words
from coordinator.web.console.checklist_merge import round_options
from coordinator.web.console.frame import InConsole
from coordinator.web.console.task_numbers import Numbered
from coordinator.web.dependencies import Overseer
from coordinator.web.language import _, choose, later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.words import how_word

router = APIRouter()


def _seat_columns(
    people: dict[str, str], numbered: Numbered[TeamMember]
) -> tuple[Column[TeamMember], ...]:
    return (
        Column(
            later("人员"),
            lambda each, _names: people.get(each.person_id, each.person_id),
            kind="strong",
            note=lambda each, _names: each.person_id,
        ),
        Column(
            later("部门"),
            lambda each, _names: (each.department,),
            kind="departments",
            order="department",
        ),
        Column(later("身份"), lambda each, _names: part_of(each)),
        Column(later("抽取方式"), lambda each, _names: how_word(each.how)),
        Column(
            later("任务"),
            lambda each, _names: numbered.number_of(each),
            kind="code",
            href=lambda each: f"/console/visits/{each.visit_id}",
            order="visit_id",
        ),
    )


def _spec(
    names: Names,
    people: dict[str, str],
    rounds: list[tuple[str, str]],
    numbered: Numbered[TeamMember],
) -> ListSpec[TeamMember]:
    return ListSpec(
        title=later("检查组"),
        columns=_seat_columns(people, numbered),
        filters=(
            Filter("round_id", later("全部批次"), rounds),
            Filter("department", later("全部部门"), names.department_options()),
            Filter("leader", later("组长与组员"), [("true", _("组长"))]),
        ),
        order="visit_id",
        empty=later("还没有检查组。"),
        empty_next=later("抽取对象后，检查组在合格人员中随机抽取。"),
        search_label=later("人员编号或任务编号"),
    )


@router.get("/console/teams")
async def teams(console: InConsole, _person: Overseer) -> Response:
    """List the seats of all teams."""
    async with console.reading() as work:
        names = await load_names(work)
        people = await people_names(work)
        numbered = Numbered(work, work.team)
        spec = _spec(names, people, await round_options(work), numbered)
        return await console.show_list(
            work, numbered, spec, names=names, template="team_draw/teams.html"
        )


@dataclass(frozen=True)
class ChangeSeen:
    """A seat that changed hands, in words."""

    department: str
    name_out: str
    name_in: str
    is_open: bool
    reason: str
    note: str
    changed_at: datetime


def _change_columns(
    people: dict[str, str], reasons: dict[str, str], numbered: Numbered[MemberChange]
) -> tuple[Column[MemberChange], ...]:
    def named(code: str | None) -> str:
        return people.get(code, code) if code else _("无人可替补")

    return (
        Column(
            later("退出"),
            lambda each, _names: named(each.person_out),
            kind="strong",
            note=lambda each, _names: each.person_out,
        ),
        Column(
            later("替补"),
            lambda each, _names: named(each.person_in),
            note=lambda each, _names: each.person_in or "",
        ),
        Column(later("部门"), lambda each, _names: (each.department,), kind="departments"),
        Column(
            later("理由"),
            lambda each, _names: reasons.get(each.reason, each.reason),
            note=lambda each, _names: each.note,
        ),
        Column(
            later("任务"),
            lambda each, _names: numbered.number_of(each),
            kind="code",
            href=lambda each: f"/console/visits/{each.visit_id}",
        ),
        Column(later("时间"), "changed_at", kind="time", order="changed_at"),
    )


def _changes_spec(
    names: Names,
    people: dict[str, str],
    rounds: list[tuple[str, str]],
    reasons: dict[str, str],
    numbered: Numbered[MemberChange],
) -> ListSpec[MemberChange]:
    return ListSpec(
        title=later("人员更换"),
        columns=_change_columns(people, reasons, numbered),
        filters=(
            Filter("round_id", later("全部批次"), rounds),
            Filter("department", later("全部部门"), names.department_options()),
            Filter("reason", later("全部理由"), list(reasons.items())),
        ),
        order="changed_at",
        descending=True,
        empty=later("抽取后没有更换过人员。"),
        empty_next=later("在检查任务页面可以更换不能参加的人员，替补按同一规则抽取。"),
        search_label=later("人员编号或任务编号"),
    )


@router.get("/console/teams/changes")
async def changes(console: InConsole, _person: Overseer) -> Response:
    """List who was replaced after the draw, by whom and why."""
    async with console.reading() as work:
        names = await load_names(work)
        spec = _changes_spec(
            names,
            await people_names(work),
            await round_options(work),
            reason_words(work),
            numbered := Numbered(work, work.member_changes),
        )
        return await console.show_list(work, numbered, spec, names=names)


@router.get("/console/teams/pairs")
async def pairs(console: InConsole, _person: Overseer, round_id: str = "") -> Response:
    """Show who met whom again in the teams of this year, or of one round."""
    async with console.reading() as work:
        year = None if round_id else work.today().year
        return await console.show(
            work,
            "team_draw/pairs.html",
            figures=await team_draw.pairs_met(work, year, round_id),
            people=await people_names(work),
            year=year,
            rounds=await round_options(work),
            round_id=round_id,
        )


@router.get("/console/plans/{plan_id}/quotas")
async def quotas(plan_id: str, console: InConsole) -> Response:
    """Say before any ceremony whether the teams of chosen lines could be formed."""
    chosen = console.request.query_params.getlist("line")
    async with console.reading() as work:
        plan = await work.plans.get(plan_id)
        lines = await work.plan_lines.where(plan_id=plan_id)
        outlook = await team_draw.quota_outlook(work, plan_id, chosen) if chosen else None
        return await console.show(
            work,
            "team_draw/quotas.html",
            plan=plan,
            lines=[line for line in lines if line.cancelled_by is None],
            chosen=chosen,
            outlook=outlook,
            problem=problem_words(outlook) if outlook else "",
        )


async def changes_of(work: Work, visit_id: str) -> Sequence[ChangeSeen]:
    """Give the changes of a visit's team in order of time, in words."""
    seats = {(s.department, s.drawn_unit) for s in await work.team.where(visit_id=visit_id)}
    found = await work.member_changes.where(unit={unit for _department, unit in seats})
    people, reasons = await people_names(work), reason_words(work)
    return [
        ChangeSeen(
            department=each.department,
            name_out=people.get(each.person_out, each.person_out),
            name_in=people.get(each.person_in or "", each.person_in or ""),
            is_open=each.is_open,
            reason=reasons.get(each.reason, each.reason),
            note=each.note,
            changed_at=each.changed_at,
        )
        for each in sorted(found, key=lambda each: each.changed_at)
        if (each.department, each.unit) in seats
    ]


def reason_words(work: Work) -> dict[str, str]:
    """Give the reasons for which people leave a team, by code."""
    return {
        each.code: choose(each.name, each.name_en) for each in work.policies.departure_reasons()
    }


async def people_names(work: Work) -> dict[str, str]:
    """Give the names of inspectors and experts by id."""
    inspectors = {each.inspector_id: each.name for each in await work.inspectors.where()}
    return inspectors | {each.expert_id: each.name for each in await work.experts.where()}


def part_of(member: TeamMember) -> str:
    """Say what somebody is in a team."""
    if member.leader:
        return _("组长")
    if member.is_liaison:
        return _("联络员")
    return _("专家") if member.expert else _("组员")
