"""The windows of a plan as a picture: twelve equal months, one row per line, danger seasons shaded.

A month is 100 units wide whatever its days, so that the head of the table and the drawing agree.
"""

from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from coordinator.domain.annual_plan import PlanLine
from coordinator.domain.policy import KeyPeriod
from coordinator.web.language import choose
from coordinator.web.names import Names
from coordinator.web.plan_wording import windows_words
from coordinator.web.words import period

MONTHS = 12
_MONTH, _HEIGHT = 100.0, 24.0


@dataclass(frozen=True)
class Bar:
    """A rectangle of the drawing: `stripe` is a department's class, or what is shaded."""

    x: float
    width: float
    y: float
    height: float
    stripe: str


@dataclass(frozen=True, kw_only=True)
class CalendarRow:
    """One line or one key period with its bars; `days` says the window in words."""

    label: str
    days: str
    bars: tuple[Bar, ...]
    code: str = ""
    href: str = ""
    departments: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """The year: key periods, lines in the order of their windows, lines at work in each month."""

    year: int
    periods: tuple[CalendarRow, ...]
    rows: tuple[CalendarRow, ...]
    shades: tuple[Bar, ...]
    busy: tuple[int, ...]

    @property
    def busiest(self) -> int:
        """The most lines at work in one month."""
        return max(self.busy)


def calendar_of(
    year: int,
    lines: Sequence[PlanLine],
    periods: Sequence[KeyPeriod],
    names: Names,
    href: Callable[[PlanLine], str],
) -> Calendar:
    """Draw the windows of a plan's lines over its key periods."""
    seasons = tuple(_season(year, each) for each in periods)
    ordered = sorted(lines, key=lambda each: (each.window_from, each.window_to, each.code))
    return Calendar(
        year=year,
        periods=seasons,
        rows=tuple(_row(year, line, names, href(line)) for line in ordered),
        shades=tuple(bar for row in seasons for bar in row.bars),
        busy=tuple(_at_work(year, month, lines) for month in range(1, MONTHS + 1)),
    )


def place_of(day: date, year: int, *, end: bool = False) -> float:
    """Give where a day begins (or ends) on the drawing, 0 to 1 200; other years lie on the edge."""
    if day.year != year:
        return 0.0 if day.year < year else MONTHS * _MONTH
    days = monthrange(year, day.month)[1]
    return round((day.month - 1 + (day.day - 1 + end) / days) * _MONTH, 1)


def _day(year: int, text: str) -> date:
    month, day = (int(part) for part in text.split("-"))
    return date(year, month, min(day, monthrange(year, month)[1]))


def _season(year: int, season: KeyPeriod) -> CalendarRow:
    span = (_day(year, season.from_day), _day(year, season.to_day))
    return CalendarRow(
        label=choose(season.name, season.name_en),
        days=period(*span),
        bars=(_bar(year, span, (0, _HEIGHT), "season"),),
        code=season.code,
    )


def _row(year: int, line: PlanLine, names: Names, href: str) -> CalendarRow:
    departments = tuple(dict.fromkeys((line.lead, *line.departments)))
    share = (_HEIGHT - 8) / len(departments)
    return CalendarRow(
        label=line.name,
        code=line.code,
        href=href,
        days=windows_words(line),
        departments=departments,
        bars=tuple(
            _bar(
                year,
                (window.from_date, window.to_date),
                (round(4 + place * share, 2), round(share, 2)),
                names.stripe(code),
            )
            for window in line.windows
            for place, code in enumerate(departments)
        ),
    )


def _bar(year: int, span: tuple[date, date], high: tuple[float, float], stripe: str) -> Bar:
    first, last = span
    start, end = place_of(first, year), place_of(last, year, end=True)
    return Bar(start, max(round(end - start, 1), 0.0), high[0], high[1], stripe)


def _at_work(year: int, month: int, lines: Sequence[PlanLine]) -> int:
    first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return sum(
        any(each.from_date <= last and each.to_date >= first for each in line.windows)
        for line in lines
    )
