"""The State Council's working-day calendar; days of a year not yet published are provisional."""

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from coordinator.domain.errors import Rule, RuleBrokenError

DayOf = Callable[[datetime], date]
"""Gives the date of a moment where the office is: days of records are its days, not UTC's."""

_SATURDAY = 5
_DECEMBER, _LAST = 12, 31
_MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class CalendarYear:
    """A year of the calendar; until it is official its deadlines stay provisional.

    `import_number` counts the imports of all years: the highest one names the calendar as it is.
    """

    year: int
    official: bool
    source: str
    imported_at: datetime
    import_number: int


@dataclass(frozen=True, kw_only=True)
class CalendarDay:
    """A day with a name or a rule of its own: a holiday, or a make-up day that is worked."""

    day: date
    working: bool
    name: str = ""


@dataclass(frozen=True)
class Basis:
    """What a deadline was computed from: a start that never counts itself, and working days."""

    start: date
    working_days: int


@dataclass(frozen=True)
class Deadline:
    """When something is due; provisional when it touches a year without official calendar.

    One that counts calendar days has no basis: no calendar can move it.
    """

    due_date: date
    provisional: bool
    basis: Basis | None = None


@dataclass(frozen=True)
class WorkingDays:
    """Official years, and the days that differ from Monday to Friday: True works, False rests.

    `warning_days` is how long before its end the calendar asks for the next year.
    """

    official_years: frozenset[int]
    exceptions: Mapping[date, bool]
    warning_days: int = 0

    def is_working(self, day: date) -> bool:
        """Say whether `day` is worked; weekdays are, unless the calendar says otherwise."""
        return self.exceptions.get(day, day.weekday() < _SATURDAY)

    def after(self, start: date, number_of_days: int) -> Deadline:
        """Give the date `number_of_days` working days after `start`, which itself never counts."""
        day, left = start, number_of_days
        provisional = start.year not in self.official_years
        while left > 0:
            day += timedelta(days=1)
            provisional = provisional or day.year not in self.official_years
            left -= self.is_working(day)
        return Deadline(day, provisional, Basis(start, number_of_days))

    def last_official_day(self, today: date) -> date | None:
        """Give the last day that official years cover without a gap from today, None for none."""
        year = today.year
        while year in self.official_years:
            year += 1
        return date(year - 1, _DECEMBER, _LAST) if year > today.year else None

    def ends_soon(self, today: date) -> bool:
        """Say whether the official calendar has ended, or ends within the warning days."""
        last = self.last_official_day(today)
        return last is None or (last - today).days <= self.warning_days


def calendar_of(
    years: Iterable[CalendarYear], days: Iterable[CalendarDay], warning_days: int
) -> WorkingDays:
    """Build the calendar from what is stored."""
    official = frozenset(each.year for each in years if each.official)
    return WorkingDays(official, {each.day: each.working for each in days}, warning_days)


def require_year(year: int, rows: Iterable[tuple[int, CalendarDay]]) -> tuple[CalendarDay, ...]:
    """Give the days of one whole year, from (row, day) pairs; a repeat that agrees counts once.

    Raises CALENDAR_YEARS_MIXED or CALENDAR_DAYS_CONTRADICT naming the row, CALENDAR_YEAR_EMPTY when
    nothing differs from Monday to Friday.
    """
    days: dict[date, CalendarDay] = {}
    for row, each in rows:
        at = {"row": row, "date": each.day.isoformat()}
        if each.day.year != year:
            raise RuleBrokenError(Rule.CALENDAR_YEARS_MIXED, **at, year=year)
        before = days.setdefault(each.day, each)
        if before.working != each.working:
            raise RuleBrokenError(
                Rule.CALENDAR_DAYS_CONTRADICT,
                **at,
                first_kind=_kind(before),
                then_kind=_kind(each),
            )
    plain = WorkingDays(frozenset(), {})
    if all(each.working == plain.is_working(each.day) for each in days.values()):
        raise RuleBrokenError(Rule.CALENDAR_YEAR_EMPTY, year=year)
    return tuple(days[day] for day in sorted(days))


def _kind(each: CalendarDay) -> str:
    return "working" if each.working else "resting"


def require_may_replace(before: CalendarYear | None, official: bool) -> None:
    """Refuse that a provisional year replaces an official one."""
    if before is not None and before.official and not official:
        raise RuleBrokenError(
            Rule.CALENDAR_OFFICIAL_STAYS, year=before.year, source=before.source or None
        )


def months_later(day: date, months: int) -> date:
    """Give the same day some months later, or the month's last day where there is none."""
    years, month = divmod(day.month - 1 + months, _MONTHS)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
