"""The forecast of a plan: its visits spread over the working days of its windows."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from coordinator.domain.annual_plan.counts import FrameCount, draws_of, number_of_visits
from coordinator.domain.annual_plan.forecasts import Forecast, MonthLoad
from coordinator.domain.annual_plan.item_draws import item_draw_of
from coordinator.domain.annual_plan.lines import PlanLine, Window
from coordinator.domain.registers import CheckItem, Inspector
from coordinator.domain.working_days import WorkingDays

_MONTHS = range(1, 13)


@dataclass(frozen=True, kw_only=True)
class Workforce:
    """Who can go and what a visit asks: quota by default, visits a person does a day.

    `families` maps an organ to the department whose items it checks; one without checks its own.
    """

    inspectors: Mapping[str, Sequence[Inspector]]
    calendar: WorkingDays
    quota: int
    visits_per_day: int
    families: Mapping[str, str] = field(default_factory=dict)


def forecast_of(
    lines: Sequence[PlanLine],
    counts: Mapping[str, FrameCount],
    items: Mapping[str, CheckItem],
    force: Workforce,
) -> Forecast:
    """Give visits, seats and minutes of every department and month of the plan's year.

    Lines are forecast one by one: where the draw lets them meet at a place there will be fewer.
    Where items are drawn, a department goes along only where one of its own is among them.
    """
    visits: Counter[tuple[str, int]] = Counter()
    seats: Counter[tuple[str, int]] = Counter()
    minutes: Counter[tuple[str, int]] = Counter()
    live = [line for line in lines if line.cancelled_by is None]
    for line in live:
        for code in line.departments:
            chance, average = _part(line, {code, force.families.get(code)}, items)
            for month, number in _by_month(line, counts[line.code], force).items():
                going = ceil(number * chance)
                visits[code, month] += going
                seats[code, month] += going * line.quotas.get(code, force.quota)
                minutes[code, month] += ceil(number * average)
    year = live[0].window_from.year if live else 0
    capacity = {code: _capacity(force, code, year) for code, _ in visits}
    return Forecast(
        visits=sum(number_of_visits(line, counts[line.code]) for line in live),
        loads=tuple(
            MonthLoad(
                department=code,
                month=month,
                visits=visits[code, month],
                seats=seats[code, month],
                minutes=minutes[code, month],
                capacity=capacity[code][month],
            )
            for code in sorted(capacity)
            for month in _MONTHS
        ),
    )


def _by_month(line: PlanLine, count: FrameCount, force: Workforce) -> Counter[int]:
    found: Counter[int] = Counter()
    for window, number in zip(line.windows, draws_of(line, count), strict=False):
        found.update(spread(number, _working_days(window, force.calendar)))
    return found


def spread(number: int, days: Sequence[date]) -> Counter[int]:
    """Spread visits evenly over days and count them by month; the sum is kept exactly."""
    found: Counter[int] = Counter()
    for position, day in enumerate(days):
        found[day.month] += (position + 1) * number // len(days) - position * number // len(days)
    return found


def _working_days(window: Window, calendar: WorkingDays) -> list[date]:
    """Give the window's working days; a window of holidays alone keeps its days."""
    every = [
        window.from_date + timedelta(days=n)
        for n in range((window.to_date - window.from_date).days + 1)
    ]
    return [day for day in every if calendar.is_working(day)] or every


def _part(
    line: PlanLine, departments: Collection[str | None], items: Mapping[str, CheckItem]
) -> tuple[Fraction, Fraction]:
    """Give the chance that a department goes along on a visit, and its minutes on the average.

    One with no item on the line goes along all the same: adoption refuses it with its own breach.
    """
    own = {
        code: items[code].estimated_minutes
        for code in line.items
        if code in items and items[code].department in departments
    }
    draw = item_draw_of(line)
    return (draw.chance_of_any(own) if own else Fraction(1)), draw.expected(own)


def _capacity(force: Workforce, department: str, year: int) -> Mapping[int, int]:
    """Count the visits a month allows: certified, active, present people and their working days."""
    found: dict[int, int] = defaultdict(int)
    for day in _days_of(year, force.calendar):
        present = sum(_is_there(person, day) for person in force.inspectors.get(department, ()))
        found[day.month] += present * force.visits_per_day
    return found


def _days_of(year: int, calendar: WorkingDays) -> Iterable[date]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    every = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in every if calendar.is_working(day)]


def _is_there(person: Inspector, day: date) -> bool:
    return person.status == "active" and person.is_certified(day, day) and not person.is_absent(day)
