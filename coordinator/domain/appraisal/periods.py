"""Periods of the appraisal: a year or half of it, and which rounds count in it how."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from coordinator.domain.annual_plan import PlanLine, Window
from coordinator.domain.policy import KeyPeriod

_JUNE, _DECEMBER = (6, 30), (12, 31)
_JANUARY, _JULY = (1, 1), (7, 1)


class Half(StrEnum):
    """The whole year, or one half of it."""

    YEAR = "year"
    FIRST = "first"
    SECOND = "second"


@dataclass(frozen=True, kw_only=True)
class Period:
    """A year or half year, narrowed to one plan or one round where they are named."""

    year: int
    half: Half = Half.YEAR
    plan_id: str = ""
    round_id: str = ""

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, *(_JULY if self.half is Half.SECOND else _JANUARY))

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.year, *(_JUNE if self.half is Half.FIRST else _DECEMBER))


class Standing(StrEnum):
    """How a round lies in a period: all of its windows, some of them, or none."""

    WHOLE = "whole"
    PARTLY = "partly"
    OUTSIDE = "outside"


def standing_of(lines: Sequence[PlanLine], period: Period) -> Standing:
    """Say how a round of these lines lies in a period: a visit counts where its last day does."""
    windows = [window for line in lines for window in line.windows]
    if not windows or any(_crosses(window, period) for window in windows):
        return Standing.PARTLY
    inside = {period.first <= window.to_date <= period.last for window in windows}
    if inside == {True}:
        return Standing.WHOLE
    return Standing.OUTSIDE if inside == {False} else Standing.PARTLY


def ends_within(line: PlanLine, period: Period) -> bool:
    """Say whether the last window of a line ends in a period."""
    return period.first <= line.windows[-1].to_date <= period.last


def key_periods_of(periods: Iterable[KeyPeriod], period: Period) -> list[KeyPeriod]:
    """Give the key periods 重点时段 that begin in a period."""
    return [each for each in periods if period.first <= _day(period, each.from_day) <= period.last]


def is_covered(key: KeyPeriod, lines: Iterable[PlanLine], period: Period) -> bool:
    """Say whether one of the lines looks into a key period: directed, and at whom it concerns."""
    first, last = _day(period, key.from_day), _day(period, key.to_day)
    return any(
        line.directed
        and (not key.tags or bool({*key.tags} & {*line.conditions.tags}))
        and any(w.from_date <= last and first <= w.to_date for w in line.windows)
        for line in lines
    )


def _crosses(window: Window, period: Period) -> bool:
    """Say whether visits of one window may end inside and outside of a period."""
    ends = {period.first <= day <= period.last for day in (window.from_date, window.to_date)}
    return len(ends) > 1 or (window.from_date < period.first and window.to_date > period.last)


def _day(period: Period, day_of_year: str) -> date:
    month, day = (int(part) for part in day_of_year.split("-"))
    return date(period.year, month, min(day, 28) if month == 2 else day)  # noqa: PLR2004 # February
