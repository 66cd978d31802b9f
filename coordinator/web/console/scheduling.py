"""The schedule of a round on the console: weeks by department or person, checks, remedies."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from fastapi import APIRouter
from fastapi.responses import Response

from contracts.vocabulary import Mode
from coordinator.domain.dispatch import Visit
from coordinator.domain.lifecycle import RoundState
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.scheduling import (
    Appointment,
    RoundSchedule,
    ScheduleState,
    Shortage,
    sentences,
)
from coordinator.services import dispatch
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Role, Work
from coordinator.web.api.scheduling import officer_names, seen_appointments
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.console.team_draw import people_names
from coordinator.web.dependencies import Overseer
from coordinator.web.language import choose
from coordinator.web.reach import hide_targets

router = APIRouter()

_WEEK = timedelta(days=7)
_ROWS = 50
_MOST_CHECKED = 500  # visits of a round whose schedule is checked with every look
_CELL = 12  # visits of one cell that are listed; the others are counted


@dataclass(frozen=True)
class Entry:
    """One visit in a cell of the week."""

    visit_id: str
    name: str
    appointment: Appointment


@dataclass(frozen=True)
class Cell:
    """What somebody has on one day; `more` are not listed."""

    entries: Sequence[Entry]
    more: int


@dataclass(frozen=True)
class Row:
    """One department or person with the days of the week."""

    code: str
    name: str
    cells: Sequence[Cell]
    visits: int


@dataclass(frozen=True)
class Week:
    """A week of the schedule: its days, and where to go from it."""

    days: Sequence[date]
    resting: frozenset[date]
    before: date | None
    after: date | None
    rows: Sequence[Row]
    page: int
    pages: int


@router.get("/console/rounds/{round_id}/schedule")
async def schedule(round_id: str, console: InConsole, by: str = "department") -> Response:
    """Show a week of a round's schedule, by department or by person."""
    async with console.reading() as work:
        drawn = await work.rounds.get(round_id)
        found = await work.round_schedules.find(round_id)
        seen = await seen_appointments(work, console.actor, round_id)
        return await console.show(
            work,
            "dispatch/schedule.html",
            drawn=drawn,
            schedule=found,
            appointments=len(seen),
            sources=_counted(seen),
            by=by,
            week=await _week(console, work, seen, by),
            acts=_buttons(console, drawn, found),
            broken=await _broken(console, work, found, len(seen)),
        )


@router.get("/console/rounds/{round_id}/schedule/check")
async def check(round_id: str, console: InConsole, _person: Overseer) -> Response:
    """Say what finds no place and why, what can't stay any more, and what each remedy costs."""
    async with console.reading() as work:
        drawn = await work.rounds.get(round_id)
        found = await work.round_schedules.get(round_id)
        is_accepted = found.state is ScheduleState.ACCEPTED
        outlook = await dispatch.replan_outlook(work, round_id) if is_accepted else None
        shortages = await dispatch.schedule_shortages(work, round_id)
        visits = await _visits(work, _named(outlook, shortages))
        return await console.show(
            work,
            "dispatch/schedule_check.html",
            drawn=drawn,
            schedule=found,
            outlook=outlook,
            shortages=await _worded(work, shortages),
            visits=visits,
            people=await people_names(work),
            slots=await _slot_names(work, drawn),
            acts=console.buttons("replan-schedule", round_id=round_id)
            if outlook is not None
            else [],
        )


async def _broken(
    console: Console, work: Work, found: RoundSchedule | None, number: int
) -> int | None:
    """Count the visits that can't stay, for the office; None where that would take too long."""
    if found is None or found.state is not ScheduleState.ACCEPTED or number > _MOST_CHECKED:
        return None
    if console.actor.role is Role.DEPARTMENT:
        return None
    return len(await dispatch.broken_now(work, found.round_id))


def _buttons(console: Console, drawn: Round, found: RoundSchedule | None) -> list[ActButton]:
    wanted: list[str] = []
    own = console.actor.role is Role.OFFICE
    sent = drawn.state is RoundState.DISPATCHED and (own or drawn.mode is Mode.ANNOUNCED)
    may_plan = sent or (drawn.state is RoundState.DRAWN and own)
    if drawn.supplement_of is None and may_plan:
        if found is None:
            wanted.append("propose-schedule")
        elif found.state is ScheduleState.PROPOSED:
            wanted += ["accept-schedule", "propose-schedule"]
    return console.buttons(*wanted, round_id=drawn.round_id)


async def _week(console: Console, work: Work, seen: Sequence[Appointment], by: str) -> Week | None:
    if not seen:
        return None
    asked = console.request.query_params
    mondays = sorted({_monday(each.day) for each in seen})
    monday = _chosen(mondays, asked.get("week", ""), work.today())
    here = [each for each in seen if _monday(each.day) == monday]
    days = [monday + timedelta(days=n) for n in range(7)]
    used = {each.day for each in here}
    days = [day for day in days if day in used or work.calendar.is_working(day)]
    rows = await _rows(work, here, days, by, asked.get("department", ""))
    pages = max(-(-len(rows) // _ROWS), 1)
    number = asked.get("page", "1")
    page = min(max(int(number) if number.isdigit() else 1, 1), pages)
    return Week(
        days=days,
        resting=frozenset(day for day in days if not work.calendar.is_working(day)),
        before=max((each for each in mondays if each < monday), default=None),
        after=min((each for each in mondays if each > monday), default=None),
        rows=rows[(page - 1) * _ROWS : page * _ROWS],
        page=page,
        pages=pages,
    )


def _chosen(mondays: Sequence[date], asked: str, today: date) -> date:
    """Give the week that is asked for, else this or the next one with visits, else the last."""
    wanted = next((each for each in mondays if each.isoformat() == asked), None)
    coming = next((each for each in mondays if each >= _monday(today)), mondays[-1])
    return wanted or coming


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


async def _rows(
    work: Work, here: Sequence[Appointment], days: Sequence[date], by: str, department: str
) -> list[Row]:
    visits = await _visits(work, {each.visit_id for each in here})
    of: dict[str, list[Appointment]] = defaultdict(list)
    names: Mapping[str, str] = {}
    if by == "person":
        names = await people_names(work)
        appointments = {each.visit_id: each for each in here}
        for seat in await work.team.where(visit_id=set(appointments)):
            if department in ("", seat.department):
                of[seat.person_id].append(appointments[seat.visit_id])
    else:
        for each in here:
            for code in visits[each.visit_id].departments:
                of[code].append(each)
    rows = [
        Row(code, names.get(code, code), [_cell(own, day, visits) for day in days], len(own))
        for code, own in of.items()
    ]
    return sorted(rows, key=lambda row: (row.name, row.code))


def _cell(own: Iterable[Appointment], day: date, visits: Mapping[str, Visit]) -> Cell:
    here = sorted(
        (each for each in own if each.day == day), key=lambda each: (each.starts, each.visit_id)
    )
    entries = [Entry(e.visit_id, visits[e.visit_id].place_name, e) for e in here[:_CELL]]
    return Cell(entries, len(here) - len(entries))


async def _visits(work: Work, visit_ids: set[str]) -> dict[str, Visit]:
    found = await work.visits.where(visit_id=visit_ids) if visit_ids else ()
    return {visit.visit_id: visit for visit in await hide_targets(work, found)}


def _named(outlook: dispatch.Outlook | None, shortages: Sequence[Shortage]) -> set[str]:
    found = {visit for each in shortages for visit in each.visits}
    if outlook is not None:
        found |= {*outlook.replan.broken, *outlook.replan.left_out}
        found |= {each.visit_id for each in outlook.replan.moved}
    return found


async def _worded(work: Work, shortages: tuple[Shortage, ...]) -> list[tuple[Shortage, str]]:
    names = await officer_names(work, shortages)
    return [(each, choose(*sentences(each, names))) for each in shortages]


async def _slot_names(work: Work, drawn: Round) -> dict[str, str]:
    slots = (await policy_of_round(work, drawn)).scheduling.slots
    return {each.code: choose(each.name, each.name_en) for each in slots}


def _counted(seen: Sequence[Appointment]) -> dict[str, int]:
    """Count the days of the schedule, and what enterprises chose."""
    return {
        "days": len({each.day for each in seen}),
        "chosen": sum(each.set_by.value == "chosen" for each in seen),
        "provisional": sum(each.provisional for each in seen),
    }


__all__ = ["router"]
