"""Visits: the list, and one visit with checks by department, team and everything that happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

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
            data = await _notice_data(console, work, visit)
    return pdf(console.parts.documents.pdf("notice", data), f"notice-{visit_id}")


def pdf(body: bytes, name: str) -> Response:
    """Send a document to be read in the browser."""
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(body, media_type="application/pdf", headers=headers)


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


async def _notice_data(console: Console, work: Work, visit: Visit) -> dict[str, object]:
    names = await load_names(work)
    checks = await work.checks.where(visit_id=visit.visit_id)
    people = {each.inspector_id: each for each in await work.inspectors.where()}
    experts = {each.expert_id: each.name for each in await work.experts.where()}
    team = []
    for member in await work.team.where(visit_id=visit.visit_id):
        officer = people.get(member.person_id)
        team.append(
            {
                "name": officer.name if officer else experts.get(member.person_id, ""),
                "department": names.department(member.department) if officer else _("专家"),
                "certificate": officer.certificate_number if officer else "—",
                "part": part_of(member),
            }
        )
    return {
        "office": console.parts.office_name,
        "rehearsal": console.parts.rehearsal,
        "task_number": visit.task_number,
        "place_name": visit.place_name,
        "address": visit.address,
        "date_from": visit.date_from.isoformat(),
        "date_to": visit.date_to.isoformat(),
        "departments": [names.department(code) for code in visit.departments],
        "visit_code": visit.visit_code or "",
        "verify_url": _address_of(console, visit.visit_code or "-"),
        "published_date": day_of(visit.published_at, console.parts.zone),
        "checks": [
            {
                "department": names.department(each.department),
                "object": each.object_name,
                "item": each.item_name,
                "method": each.method,
            }
            for each in checks
        ],
        "team": team,
        "openings": await proofs_of(work, visit),
        "documents": await documents_to_bring(work, visit),
        **await appointment_words(work, visit),
    }


def day_of(moment: datetime | None, zone: str) -> str:
    """Give the day where the office is."""
    return moment.astimezone(ZoneInfo(zone)).date().isoformat() if moment else ""


def _address_of(console: Console, code: str) -> str:
    """Give where a visit code is checked: the configured public address, else this server's."""
    url = console.request.url_for("visit_code", code=code)
    address = console.parts.public_address.rstrip("/")
    return f"{address}{url.path}" if address else str(url)
