"""The State Council's working-day calendar; days of a year not yet published are provisional."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

_SATURDAY = 5


@dataclass(frozen=True)
class Deadline:
    """When something is due; provisional when it touches a year without official calendar."""

    due_date: date
    provisional: bool


@dataclass(frozen=True)
class WorkingDays:
    """Official years, and the days that differ from Monday to Friday: True works, False rests."""

    official_years: frozenset[int]
    exceptions: Mapping[date, bool]

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
        return Deadline(day, provisional)
