"""How often places are entered in a year 行政检查频次: figures that describe, and never rank.

KPIs never reward the number of inspections (2-rules.md 2.1): the rows keep the order of their
registers, and show where people are disturbed often.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from coordinator.domain.burden_ledger import BurdenEntry

_JOINT = 2  # organs that make a visit a joint one
MANY = 4
"""The distribution tells 0, 1, 2, 3 apart, and all from here on together."""


@dataclass(frozen=True)
class PlaceFacts:
    """Where a place is, and the sections of industry (GB/T 4754) of what is there."""

    region: str
    industries: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Frequency:
    """The year of some places: `supervised` are all of them, entered or not.

    visits: all entries, exempt ones included; joint: those of two or more organs; exempt: those
    counted apart, by type; joined: due checks that rode along and needed no visit of their own;
    most: visits at the place entered most often; places: how many were entered so often.
    """

    supervised: int
    visited: int = 0
    visits: int = 0
    joint: int = 0
    exempt: Mapping[str, int] = field(default_factory=dict)
    joined: int = 0
    most: int = 0
    places: Mapping[int, int] = field(default_factory=dict)

    @property
    def average(self) -> Fraction | None:
        """Visits per supervised place; None without places."""
        return Fraction(self.visits, self.supervised) if self.supervised else None

    @property
    def joint_share(self) -> Fraction | None:
        """Joint visits of all visits; None without visits."""
        return Fraction(self.joint, self.visits) if self.visits else None

    @property
    def distribution(self) -> list[tuple[int, int]]:
        """How many places were visited 0, 1, 2, 3 times, and MANY times or more."""
        few = [(number, self.places.get(number, 0)) for number in range(1, MANY)]
        many = sum(places for number, places in self.places.items() if number >= MANY)
        return [(0, max(0, self.supervised - self.visited)), *few, (MANY, many)]


def frequency(entries: Iterable[BurdenEntry], supervised: int) -> Frequency:
    """Count what was entered among so many places.

    A place that has left the register since was supervised too, so that no row has more places
    visited than supervised.
    """
    made = list(entries)
    of_place = Counter(entry.place for entry in made)
    return Frequency(
        supervised=max(supervised, len(of_place)),
        visited=len(of_place),
        visits=len(made),
        joint=sum(len(entry.organs) >= _JOINT for entry in made),
        exempt=dict(sorted(Counter(e.exemption for e in made if e.exemption).items())),
        joined=sum(len(entry.joined) for entry in made),
        most=max(of_place.values(), default=0),
        places=dict(Counter(of_place.values())),
    )


def frequencies(
    entries: Iterable[BurdenEntry],
    groups: Sequence[tuple[str, int]],
    of: Callable[[BurdenEntry], Iterable[str]],
) -> list[tuple[str, Frequency]]:
    """Count by group, in the order of `groups` (code, supervised); zeros included.

    A visit of two organs counts at both, and a place of two industries in both: rows don't add up
    to the total.
    """
    sorted_out: dict[str, list[BurdenEntry]] = defaultdict(list)
    for entry in entries:
        for code in of(entry):
            sorted_out[code].append(entry)
    return [(code, frequency(sorted_out[code], supervised)) for code, supervised in groups]
