"""A what-if: which lines are tried with what ratios, and what they come to alone and merged."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from coordinator.domain.annual_plan import PlanLine
from coordinator.domain.checklist_merge import (
    HeldCheck,
    Savings,
    SavingsOf,
    savings_in_all,
    savings_of,
)

MOST_SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class TrialOrder:
    """Which lines of a plan are tried; `shares` are ratios in place of their own, by line.

    `key` is the rehearsal key that the draw is made with; empty: expected values, no draw.
    """

    plan_id: str
    lines: tuple[str, ...]
    shares: Mapping[str, Fraction] = field(default_factory=dict)
    key: str = ""


@dataclass(frozen=True)
class Trips:
    """How often one goes alone and merged, desk tasks counted among both; of these, desk tasks."""

    separate: Fraction = Fraction(0)
    merged: Fraction = Fraction(0)
    desk: Fraction = Fraction(0)

    @property
    def saved(self) -> Fraction:
        """Visits that merging makes unnecessary."""
        return self.separate - self.merged


@dataclass(frozen=True)
class OverPlace:
    """A place with more visits than the cap: those of the trial, and those the ledger has."""

    place: str
    visits: int
    known: int


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What a trial came to; numbers of a sample are scaled up to all places.

    `by_visits` counts places by the visits of the year, `over_cap` those with more than `cap`;
    `over` names the fullest that were drawn, `rows` is how many objects were read and `sample`
    the share of places that was looked at (1: all of them).
    """

    lines: Mapping[str, PlanLine]
    total: Trips
    by_department: Mapping[str, Trips]
    by_line: Mapping[str, Trips]
    by_visits: Mapping[int, Fraction]
    cap: int
    over_cap: Fraction
    over: Sequence[OverPlace] = ()
    rows: int = 0
    sample: Fraction = Fraction(1)

    @property
    def most(self) -> int:
        """The most visits that one place gets."""
        return max(self.by_visits, default=0)


@dataclass(frozen=True)
class Progress:
    """How many lines of a trial have been drawn, and which was the last."""

    done: int
    number: int
    line: str


@dataclass
class Tally:
    """Adds up trips, each kind of place with the number of such places."""

    total: Trips = Trips()
    by: dict[SavingsOf, defaultdict[str, Trips]] = field(
        default_factory=lambda: {
            SavingsOf.DEPARTMENT: defaultdict(Trips),
            SavingsOf.LINE: defaultdict(Trips),
        }
    )

    def add(self, held: Sequence[HeldCheck], places: Fraction) -> None:
        """Add what visits hold, as often as there are such places."""
        self.total = _more(self.total, savings_in_all(held), places)
        for by, known in self.by.items():
            for code, savings in savings_of(held, by).items():
                known[code] = _more(known[code], savings, places)

    def sorted_by(self, by: SavingsOf) -> dict[str, Trips]:
        """Give the trips by code."""
        return dict(sorted(self.by[by].items()))


def _more(trips: Trips, savings: Savings, places: Fraction) -> Trips:
    return Trips(
        trips.separate + places * savings.separate_visits,
        trips.merged + places * savings.visits,
        trips.desk + places * savings.desk_tasks,
    )


def entries_by_place(held: Iterable[HeldCheck], exempt: frozenset[str]) -> Counter[str]:
    """Count the visits that enter each place and are not of exempt lines alone."""
    visits = {
        (each.place, each.visit) for each in held if not each.desk and each.line not in exempt
    }
    return Counter(place for place, _visit in visits)
