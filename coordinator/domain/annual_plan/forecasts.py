"""Forecasts of a plan: visits and load per department and month, places over the cap."""

from collections.abc import Mapping
from dataclasses import dataclass

from coordinator.domain.registers.organisation import Level


@dataclass(frozen=True, kw_only=True)
class MonthLoad:
    """What one department has to do in one month.

    `seats` counts officers on visits (visits times quota), `minutes` what the items take,
    `capacity` the seats that the certified inspectors' working days allow.
    """

    department: str
    month: int
    visits: int
    seats: int
    minutes: int
    capacity: int

    @property
    def is_over(self) -> bool:
        """Whether more seats are needed than there are."""
        return self.seats > self.capacity


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """Visits and load of a year by department and month; a joint visit counts for each of them."""

    visits: int
    loads: tuple[MonthLoad, ...]


@dataclass(frozen=True, kw_only=True)
class LevelVisits:
    """Visits that lines with organs of one level make at a place whatever the draw says."""

    level: Level
    lines: tuple[str, ...]
    certain: int


@dataclass(frozen=True, kw_only=True)
class BurdenGroup:
    """Places that the same lines can reach: `certain` visits come whatever the draw says."""

    places: int
    lines: tuple[str, ...]
    departments: tuple[str, ...]
    certain: int
    most: int
    levels: tuple[LevelVisits, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Burden:
    """How often places may be visited in the year, against the cap of the profile.

    `by_visits` maps the most visits a place may get to the number of such places; `over` holds the
    groups that would pass the cap if every line drew them, the most burdened first.
    """

    cap: int
    places: int
    by_visits: Mapping[int, int]
    over: tuple[BurdenGroup, ...]

    @property
    def places_over(self) -> int:
        """How many places could be visited more often than the cap allows."""
        return sum(group.places for group in self.over)
