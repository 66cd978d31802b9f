"""The working-day calendar: a year in twelve months, and the deadlines that an import moved."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.working_days import CalendarDay, CalendarYear, WorkingDays
from coordinator.services import registers
from coordinator.services.ports import AuditEntry, Query, Role, Work
from coordinator.web.console.frame import Console, InConsole
from coordinator.web.language import _, later

router = APIRouter()

_MONTHS = (
    *(later("1月"), later("2月"), later("3月"), later("4月"), later("5月"), later("6月")),
    *(later("7月"), later("8月"), later("9月"), later("10月"), later("11月"), later("12月")),
)
_SATURDAY = 5
_MOVED_SHOWN = 50
_FIRST_YEAR, _LAST_YEAR = 2000, 2999


@dataclass(frozen=True)
class Cell:
    """One day of a month's grid; `mark` is 休 or 班, or nothing on a plain day."""

    day: date
    kind: str
    mark: str
    name: str


@dataclass(frozen=True)
class Holiday:
    """Days of rest in a row under one name."""

    name: str
    first: date
    last: date

    @property
    def number_of_days(self) -> int:
        """How long it is, weekends inside it included."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Moved:
    """A deadline that an import moved, with where it stands."""

    entry: AuditEntry
    what: str
    href: str


@router.get("/console/calendar")
async def the_calendar(console: InConsole, year: int | None = None) -> Response:
    """Show one year; the present one unless another is asked for."""
    async with console.reading() as work:
        wanted = year if year and _FIRST_YEAR <= year <= _LAST_YEAR else work.today().year
        years = await _years(work)
        days = await _days(work, wanted)
        return await console.show(
            work,
            "calendar/calendar.html",
            year=wanted,
            years=sorted({*years, wanted, work.today().year + 1}),
            known=years.get(wanted),
            today=work.today(),
            weekdays=_weekdays(),
            months=[
                (_(name), _weeks(wanted, month, days, work.calendar))
                for month, name in enumerate(_MONTHS, 1)
            ],
            holidays=_holidays(days),
            make_up=[day for day, each in sorted(days.items()) if each.working],
            working_days=_count(wanted, work.calendar),
            official=work.calendar.official_years,
            may_import=console.actor.role is Role.OFFICE,
            for_department=console.actor.role is Role.DEPARTMENT,
            last_official=work.calendar.last_official_day(work.today()),
            moved=await _moved(work, console),
            provisional=await _provisional(work, console),
        )


async def _years(work: Work) -> dict[int, CalendarYear | None]:
    """Give the years known: those stored, and before any import those that the software brings."""
    stored = {each.year: each for each in await work.calendar_years.where()}
    return {**dict.fromkeys(work.calendar.official_years), **stored}


async def _days(work: Work, year: int) -> dict[date, CalendarDay]:
    stored = [each for each in await work.calendar_days.where() if each.day.year == year]
    if not stored:
        stored = [
            CalendarDay(day=day, working=working)
            for day, working in work.calendar.exceptions.items()
            if day.year == year
        ]
    return {each.day: each for each in stored}


def _weeks(
    year: int, month: int, days: dict[date, CalendarDay], by: WorkingDays
) -> list[list[Cell | None]]:
    """Give a month's weeks from Monday; days of other months are left blank."""
    return [
        [_cell(day, days, by) if day.month == month else None for day in week]
        for week in calendar.Calendar().monthdatescalendar(year, month)
    ]


def _cell(day: date, days: dict[date, CalendarDay], by: WorkingDays) -> Cell:
    weekday = day.weekday() < _SATURDAY
    special = days.get(day)
    name = special.name if special else ""
    if by.is_working(day):
        return Cell(day, "", "", name) if weekday else Cell(day, "works", _("班"), name)
    rests = weekday or bool(name)
    return Cell(day, "rests", _("休"), name) if rests else Cell(day, "weekend", "", "")


def _holidays(days: dict[date, CalendarDay]) -> list[Holiday]:
    resting = sorted(day for day, each in days.items() if not each.working and each.name)
    runs = groupby(
        enumerate(resting), lambda pair: (days[pair[1]].name, pair[1] - timedelta(days=pair[0]))
    )
    found = []
    for (name, _start), run in runs:
        in_a_row = [day for _number, day in run]
        found.append(Holiday(name, in_a_row[0], in_a_row[-1]))
    return found


def _count(year: int, by: WorkingDays) -> int:
    first = date(year, 1, 1)
    return sum(by.is_working(first + timedelta(days=n)) for n in range(365 + calendar.isleap(year)))


def _weekdays() -> list[str]:
    return [_("一"), _("二"), _("三"), _("四"), _("五"), _("六"), _("日")]


async def _moved(work: Work, console: Console) -> list[Moved]:
    """Give the deadlines that moved last; departments see theirs where they act on them."""
    if console.actor.role is Role.DEPARTMENT:
        return []
    query = Query(
        equals={"tag": "registers:deadline:recomputed"},
        order="number",
        descending=True,
        limit=_MOVED_SHOWN,
    )
    found = await work.audit_entries.page(query)
    return [Moved(each, _what(each), _href(each.subject)) for each in found.values]


def _what(entry: AuditEntry) -> str:
    of = entry.subject.partition("/")[0]
    words = {
        ("tasks", "disclosure_due"): _("任务的公示期限"),
        ("tasks", "report_due"): _("任务的报告期限"),
        ("tasks", "feedback_due"): _("任务的反馈期限"),
        ("disclosures", "due_date"): _("已公示结果的公示期限"),
        ("disclosures", "objection_due"): _("异议的答复期限"),
        ("listings", "objection_until"): _("陈述申辩期"),
        ("listings", "delisting_due"): _("移出名单的确认期限"),
        ("repairs", "decision_due"): _("信用修复的办理期限"),
        ("orders", "feedback_due"): _("惩戒措施的反馈期限"),
        ("orders", "lifting_due"): _("解除惩戒措施的反馈期限"),
    }
    return words.get((of, str(entry.facts["field"])), of)


def _href(subject: str) -> str:
    of, _slash, key = subject.partition("/")
    return {
        "tasks": f"/console/visits/{key.partition('.')[0]}",
        "disclosures": f"/console/disclosures/{key}",
        "listings": f"/console/listings/{key}",
        "repairs": f"/console/repairs/{key}",
    }.get(of, "/console/measures")


async def _provisional(work: Work, console: Console) -> int:
    """Count the stored deadlines that wait for an official calendar."""
    if console.actor.role is Role.DEPARTMENT:
        return 0
    return await registers.provisional_deadlines(work)
