"""Visits: the list, and one visit with checks by department, team and everything that happened."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from contracts.vocabulary import Mode
from coordinator.domain.dispatch import DepartmentTask, Visit, VisitCheck
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.result_intake import Result
from coordinator.services.ports import Page, Query, Work
from coordinator.web.console.appointments import (
    appointment_words,
    seen_appointment,
)
from coordinator.web.console.checklist_merge import round_options
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.console.leads import dues_of
from coordinator.web.console.notices import NoticeOf, notice_data, pdf
from coordinator.web.console.object_draw import proofs_of
from coordinator.web.console.object_replacing import (
    requests_of,
    year_of_place,
)
from coordinator.web.console.precheck import documents_to_bring, precheck_part
from coordinator.web.console.recognition import recognised_at
from coordinator.web.console.team_draw import changes_of, part_of, people_names
from coordinator.web.console.timeline import acts_of, passages_of
from coordinator.web.console.visit_buttons import seat_buttons, task_buttons, visit_buttons
from coordinator.web.language import CHINESE, _, later, speaking
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.pages import bare_code
from coordinator.web.reach import hide_targets, open_rounds, seen_visit, visits_of
from coordinator.web.words import period, states_of

router = APIRouter()


@dataclass(frozen=True)
class Section:
    """One department's part of a visit, with what it may do next."""

    task: DepartmentTask
    checks: Sequence[VisitCheck]
    results: Sequence[Result]
    team: Sequence["Seat"]
    accepted_by: str
    acts: Sequence[ActButton]


@dataclass(frozen=True)
class Seat:
    """Somebody of a team as the page shows them, with where they may be replaced."""

    name: str
    part: str
    waits: bool
    acts: Sequence[ActButton]


class _Hiding:
    """Lists visits with covert targets left out."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def page(self, query: Query) -> Page[Visit]:
        """Give a page whose covert targets are hidden."""
        found = await self._work.visits.page(query)
        return Page(tuple(await hide_targets(self._work, found.values)), found.total)


def _spec(names: Names, rounds: list[tuple[str, str]], fixed: dict[str, object]) -> ListSpec[Visit]:
    return ListSpec(
        title=later("上门任务"),
        columns=(
            Column(
                later("被检查对象"),
                "place_name",
                "link",
                href=lambda each: f"/console/visits/{each.visit_id}",
                note=lambda each, _names: each.task_number or bare_code(each.place),
                order="place_name",
            ),
            Column(later("部门"), "departments", "departments"),
            Column(
                later("方式"),
                lambda each, _names: (
                    _("书面") if each.desk else _("暗查") if each.mode is Mode.COVERT else _("现场")
                ),
            ),
            Column(
                later("检查时间"),
                lambda each, _names: period(each.date_from, each.date_to),
                kind="date",
                order="date_from",
            ),
            Column(later("状态"), "state", "state:visit"),
        ),
        filters=(
            Filter("round_id", later("全部批次"), rounds),
            Filter("state", later("全部状态"), states_of("visit")),
            Filter("mode", later("全部方式"), states_of("mode")),
            Filter("lead_department", later("全部牵头部门"), names.department_options()),
        ),
        fixed=fixed,
        order="date_from",
        empty=later("没有检查任务。"),
        empty_next=later("批次抽取并下达后，任务会出现在这里。"),
        search_label=later("名称、地址或任务编号"),
    )


@router.get("/console/visits", name="visits")
async def visits(console: InConsole) -> Response:
    """List the visits that this person may see."""
    async with console.reading() as work:
        names = await load_names(work)
        fixed = await visits_of(work, console.actor)
        if console.request.query_params.get("q"):  # a search must not find a covert target
            fixed["round_id"] = await open_rounds(work)
        spec = _spec(names, await round_options(work), fixed)
        return await console.show_list(work, _Hiding(work), spec, names=names)


@router.get("/console/visits/{visit_id}")
async def one_visit(visit_id: str, console: InConsole) -> Response:
    """Show a visit."""
    async with console.reading() as work:
        visit, is_open = await seen_visit(work, console.actor, visit_id)
        names = await load_names(work)
        appointment = await seen_appointment(work, console.actor, visit, is_open=is_open)
        return await console.show(
            work,
            "dispatch/visit.html",
            appointment=appointment,
            visit=visit,
            today=work.today(),
            is_open=is_open,
            sections=await _sections(console, work, visit, is_open=is_open),
            shares=await work.shares.where(visit_id=visit_id),
            acts=visit_buttons(console, visit, appointment),
            experts=await _experts(work, visit_id),
            changes=await changes_of(work, visit_id),
            requests=await requests_of(console, work, visit_id),
            recognised=await recognised_at(work, console.actor, visit) if is_open else (),
            dues=await dues_of(console, work, visit_id=visit_id) if is_open else [],
            year=await year_of_place(work, visit, names),
            precheck=await precheck_part(console, work, visit, names, is_open=is_open),
            log=await acts_of(work, visit_id),
            passages=await passages_of(work, visit_id, names),
            names=names,
        )


@router.get("/console/visits/{visit_id}/notice.pdf")
async def notice(visit_id: str, console: InConsole) -> Response:
    """Give the notice of an announced, published visit."""
    async with console.reading() as work:
        visit, _is_open = await seen_visit(work, console.actor, visit_id)
        if visit.mode is Mode.COVERT or visit.task_number is None:
            raise RuleBrokenError(Rule.NOT_FOUND, kind="notice", key=visit_id)
        with speaking(CHINESE):
            data = await notice_data(console, work, await _notice_of(work, visit))
    return pdf(console.parts.documents.pdf("notice", data), f"notice-{visit_id}")


async def _sections(console: Console, work: Work, visit: Visit, *, is_open: bool) -> list[Section]:
    key = visit.visit_id
    people = await people_names(work)
    checks = await work.checks.where(visit_id=key) if is_open else []
    team = await work.team.where(visit_id=key)
    results = await work.results.where(visit_id=key)
    own = console.actor.department
    changes = await work.member_changes.where(unit={each.drawn_unit for each in team})
    waiting = {(each.department, each.person_out) for each in changes if each.is_open}
    seen = [r for r in results if (is_open and r.approved) or own in (None, r.department)]
    return [
        Section(
            task=task,
            checks=[each for each in checks if each.department == task.department],
            results=[r for r in seen if r.department == task.department and (is_open or own)],
            team=[
                Seat(
                    name=people.get(each.person_id, each.person_id),
                    part=part_of(each),
                    waits=(each.department, each.person_id) in waiting,
                    acts=seat_buttons(console, task, each),
                )
                for each in team
                if each.department == task.department
            ],
            accepted_by=people.get(task.accepted_by or "", task.accepted_by or ""),
            acts=task_buttons(console, task),
        )
        for task in await work.tasks.where(visit_id=key)
    ]


async def _experts(work: Work, visit_id: str) -> list[tuple[str, str]]:
    """Give name and field of the experts who assist at a visit."""
    people = await people_names(work)
    return [
        (people.get(each.person_id, each.person_id), each.department)
        for each in await work.team.where(visit_id=visit_id, expert=True)
    ]


async def _notice_of(work: Work, visit: Visit) -> NoticeOf:
    return NoticeOf(
        visit=visit,
        checks=await work.checks.where(visit_id=visit.visit_id, left_out=None),
        team=await work.team.where(visit_id=visit.visit_id),
        more={
            "openings": await proofs_of(work, visit),
            "documents": await documents_to_bring(work, visit),
            **await appointment_words(work, visit),
        },
    )
