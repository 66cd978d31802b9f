"""What is counted for the indicators: named sets of rows, and the rounds of a period."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

WHOLE = ""
"""The code under which the figures of all organs together stand."""


class Fact(StrEnum):
    """One set of rows: how many there are is a figure, the rows are what stands behind it."""

    VISITS_PLANNED = "visits-planned"
    VISITS_FINISHED = "visits-finished"
    VISITS_JOINT = "visits-joint"
    VISITS_RANDOM = "visits-random"
    VISITS_OWN = "visits-own"
    TRIPS_SEPARATE = "trips-separate"
    TRIPS_MADE = "trips-made"
    TASKS_PLANNED = "tasks-planned"
    TASKS_SENT = "tasks-sent"
    TASKS_REPORTED = "tasks-reported"
    CHECKS_DEFERRED = "checks-deferred"
    CHECKS_RECOGNISED = "checks-recognised"
    CHECKS_WAITING = "checks-waiting"
    CAP_DEFERRED = "cap-deferred"
    CAP_REPLACED = "cap-replaced"
    RESULTS_ENTERED = "results-entered"
    RESULTS_CHECKED = "results-checked"
    RESULTS_SETTLED = "results-settled"
    RESULTS_PROBLEM = "results-problem"
    RESULTS_DISCLOSED = "results-disclosed"
    RESULTS_TO_DISCLOSE = "results-to-disclose"
    RESULTS_EXEMPT = "results-exempt"
    ORDERS_MADE = "orders-made"
    ORDERS_CLOSED = "orders-closed"
    CASES_OPENED = "cases-opened"
    CASES_ENDED = "cases-ended"
    RED_CLOCKS = "red-clocks"
    RED_BURNING = "red-burning"
    ITEMS_LISTED = "items-listed"
    ITEMS_CHECKED = "items-checked"
    KEY_UNITS = "key-units"
    KEY_UNITS_CHECKED = "key-units-checked"
    ENTRIES_LISTED = "entries-listed"
    ENTRIES_COMPLETE = "entries-complete"
    REGISTERS_HELD = "registers-held"
    REGISTERS_RENEWED = "registers-renewed"
    DRAWS_AUDITED = "draws-audited"
    DRAWS_KEPT = "draws-kept"
    KEY_PERIODS = "key-periods"
    KEY_PERIODS_COVERED = "key-periods-covered"


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The rounds whose figures are asked for, and the days of the period.

    Every visit of a round in `whole` counts; of one in `partly` those whose last day lies between
    `first` and `last`, both included. `lines` are those of `partly` whose last window ends in the
    period. `not_random` are lines whose objects no lot chose. `replaced` are visits whose object
    gave way: others stand for them. What belongs to no round counts by its own day, if `beside`.
    """

    first: date
    last: date
    whole: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    not_random: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    beside: bool = True


Counts = Mapping[Fact, int]


@dataclass(frozen=True, kw_only=True)
class Tallies:
    """How many rows each fact has: of all together, and of each organ that has any."""

    whole: Counts = field(default_factory=dict)
    organs: Mapping[str, Counts] = field(default_factory=dict)

    def of(self, organ: str, fact: Fact) -> int:
        """Give a figure; WHOLE for all organs; an organ without rows has a zero."""
        counts = self.whole if organ == WHOLE else self.organs.get(organ, {})
        return counts.get(fact, 0)


@dataclass(frozen=True, kw_only=True)
class FactRow:
    """One row behind a figure: `kind` and `key` say on which page it stands.

    `note` is what makes it this row (an item, a number, a code); `day` the day it counts by.
    """

    kind: str
    key: str
    title: str
    note: str
    department: str
    round_id: str
    day: date | None
