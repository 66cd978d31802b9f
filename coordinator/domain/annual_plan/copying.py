"""Copying a plan to another year: windows keep their place in the calendar."""

from calendar import monthrange
from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta

from coordinator.domain.annual_plan.lines import LineSource, PlanLine, Window

_WEEK = 7


def copied_line(line: PlanLine, plan_id: str, year: int, taken: Collection[str]) -> PlanLine:
    """Give a line for another year: same weeks, fresh code, none of what amendments left on it."""
    years = year - line.window_from.year
    return replace(
        line,
        plan_id=plan_id,
        code=fresh_code(line.code, line.window_from.year, year, taken),
        window_from=moved(line.window_from, years),
        window_to=moved(line.window_to, years),
        later_windows=tuple(
            Window(from_date=moved(each.from_date, years), to_date=moved(each.to_date, years))
            for each in line.later_windows
        ),
        source=LineSource.ANNUAL,
        reason="",
        added_by=None,
    )


def moved(day: date, years: int) -> date:
    """Give the day in another year that has the same weekday and is nearest to the same date.

    A window from Monday to Friday stays one; 29 February falls back to the last of the month. The
    day stays inside its year: windows must not leave it.
    """
    year = day.year + years
    same = date(year, day.month, min(day.day, monthrange(year, day.month)[1]))
    shift = (day.weekday() - same.weekday()) % _WEEK
    nearest = same + timedelta(days=shift if shift <= _WEEK // 2 else shift - _WEEK)
    return nearest if nearest.year == year else same


def fresh_code(code: str, from_year: int, to_year: int, taken: Collection[str]) -> str:
    """Give a code that is free: the year in it replaced, or the new one put before it.

    Codes name a line in the draw records of all years, so that no two plans may share one.
    """
    old = str(from_year)
    wanted = code.replace(old, str(to_year)) if old in code else f"{to_year}-{code}"
    free = wanted
    number = 2
    while free in taken:
        free = f"{wanted}-{number}"
        number += 1
    return free
