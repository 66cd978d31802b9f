"""Values of the check-list merge: a check, the policy, a visit and what was saved."""

from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import NamedTuple

from coordinator.domain.errors import Rule, RuleBrokenError


class Check(NamedTuple):
    """One drawn item of one line at one object; the window includes both its days.

    A tuple, because a county's year makes a million of them: each takes a third of the memory and
    of the time that an object with named fields would.
    """

    object: str
    place: str
    line: str
    department: str
    item: str
    window_start: date
    window_end: date
    minutes: int
    mode: str
    method: str


tie_order = itemgetter(*map(Check._fields.index, (
    "window_end", "window_start", "line", "object", "item",
    "department", "mode", "method", "minutes",
)))  # fmt: skip
"""Sort key of 3.2.6; what follows `item` only orders checks the spec leaves equal."""

identity = itemgetter(*map(Check._fields.index, ("object", "line", "department", "item")))
"""What makes two checks the same one: (object, line, department, item)."""

separate_trip = itemgetter(*map(Check._fields.index, ("object", "department", "line")))
"""The visit that a check would take if everybody went alone: (object, department, line)."""


@dataclass(frozen=True, slots=True)
class MergePolicy:
    """Minutes one visit may take (None: no limit) and the methods that need no entry."""

    max_minutes: int | None
    desk_methods: frozenset[str]

    def __post_init__(self) -> None:
        if self.max_minutes is not None and self.max_minutes < 1:
            raise RuleBrokenError(
                Rule.MERGE_POLICY_INVALID,
                field="max_minutes",
                expected="null | integer ≥ 1",
                found=self.max_minutes,
            )


class Visit(NamedTuple):
    """Checks done together at one place; `number` counts the place's visits from 1.

    A tuple, because half a million of them are made at once.
    """

    place: str
    number: int
    desk: bool
    date_from: date
    date_to: date
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class LargeGroup:
    """Checks of one place, mode and desk class that are too many for the exact search.

    `visits` is what first fit made of them, `at_least` what no solution can do without.
    """

    place: str
    mode: str
    desk: bool
    checks: int
    visits: int
    at_least: int

    @property
    def at_most_above(self) -> int:
        """How many visits more than the minimum these may be; 0: proven to be the minimum."""
        return self.visits - self.at_least


@dataclass(frozen=True, slots=True)
class MergeSummary:
    """What the merge saved; `separate_visits` counts distinct (object, department, line)."""

    checks: int
    separate_visits: int
    visits: int
    desk_tasks: int
    saved: int
    per_object_maximum: int


@dataclass(frozen=True, slots=True)
class Merge:
    """Visits sorted by place and number, with every check in exactly one of them.

    The number of visits of each place, mode and desk class is the minimum, but for the
    `large_groups`, which say how far above it they may be.
    """

    visits: tuple[Visit, ...]
    summary: MergeSummary
    large_groups: tuple[LargeGroup, ...] = ()

    @property
    def at_most_above(self) -> int:
        """How many visits more than the minimum the whole merge may have."""
        return sum(group.at_most_above for group in self.large_groups)
