"""Values of a schedule: the slots of a day, what a visit asks for, and where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of the working day in which a visit may begin; times in minutes after midnight."""

    code: str
    starts: int
    ends: int


class Spot(NamedTuple):
    """Where a visit stands: a day, and the number of the slot of that day in which it begins."""

    day: date
    slot: int


@dataclass(frozen=True, slots=True)
class Call:
    """What one visit asks for: its people for its minutes, on a day of its window.

    `rank` is its turn in the travel order. `fixed` visits stay where they are, on whatever day a
    reason put them, unless somebody of theirs is away or two of them clash. `foreign` visits belong
    to another schedule: they take their people's time and are never moved here.
    """

    visit_id: str
    people: tuple[str, ...]
    minutes: int
    district: str
    first: date
    last: date
    rank: int = 0
    fixed: bool = False
    foreign: bool = False


@dataclass(frozen=True)
class Setting:
    """What every schedule goes by: slots, limits of a person's day, working days, absences.

    `minutes_a_day` holds visits and the travel between them; `days` are the working days,
    ascending, also beyond the windows as far as remedies may look. `within` and `between` are the
    minutes of travel inside a district and from one to another.
    """

    slots: tuple[Slot, ...]
    minutes_a_day: int
    visits_a_day: int
    within: int
    between: int
    days: tuple[date, ...]
    away: Mapping[str, frozenset[date]] = field(default_factory=dict)

    def ends(self, slot: int, minutes: int) -> int | None:
        """Give when a visit ends that begins with a slot and rests between slots, or None.

        None where the rest of the day is too short.
        """
        left = minutes
        for each in self.slots[slot:]:
            length = each.ends - each.starts
            if left <= length:
                return each.starts + left
            left -= length
        return None

    def travel(self, one: str, other: str) -> int:
        """Give the minutes from a visit in one district to the next in another, or the same."""
        return self.within if one == other else self.between

    @cached_property
    def working(self) -> frozenset[date]:
        """The working days as a set."""
        return frozenset(self.days)

    def spots(self, call: Call) -> tuple[Spot, ...]:
        """Give where a visit may stand as far as it alone is concerned, the earliest first."""
        if call.minutes > self.minutes_a_day:
            return ()
        slots = [n for n in range(len(self.slots)) if self.ends(n, call.minutes) is not None]
        out = [self.away[person] for person in call.people if person in self.away]
        return tuple(
            Spot(day, slot)
            for day in self.days_of(call)
            if not any(day in days for days in out)
            for slot in slots
        )

    def days_of(self, call: Call) -> tuple[date, ...]:
        """Give the working days of a visit's window."""
        return tuple(day for day in self.days if call.first <= day <= call.last)


@dataclass(frozen=True)
class Schedule:
    """Where visits stand, and which found no place.

    `moved` are those that stand elsewhere than before. `proven`: where some are left out, that no
    schedule holds all; else that none moves fewer. Where it is False the search was ended, and
    a better one may exist.
    """

    spots: Mapping[str, Spot]
    left_out: tuple[str, ...]
    moved: tuple[str, ...]
    proven: bool
