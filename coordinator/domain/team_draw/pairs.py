"""Who was sent out with whom, and how often: pair repetition is reported (2-rules.md 2.4)."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True)
class PairMet:
    """Two officers of one department who were in the same team `times` times, by code."""

    department: str
    first: str
    second: str
    times: int


@dataclass(frozen=True)
class PairFigures:
    """How often officers met again: all pairs that met, those that met more than once, the most."""

    pairs: int
    repeated: int
    most: int
    met: tuple[PairMet, ...]


def pair_figures(seats: Iterable[tuple[str, str, str]]) -> PairFigures:
    """Count over seats (department, unit, person); the most frequent pair first, then by code."""
    teams: dict[tuple[str, str], set[str]] = defaultdict(set)
    for department, unit, person in seats:
        teams[department, unit].add(person)
    times = Counter(
        (department, *pair)
        for (department, _), people in teams.items()
        for pair in combinations(sorted(people), 2)
    )
    met = sorted(
        (PairMet(*who, number) for who, number in times.items()),
        key=lambda pair: (-pair.times, pair.department, pair.first, pair.second),
    )
    repeated = sum(pair.times > 1 for pair in met)
    return PairFigures(len(met), repeated, met[0].times if met else 0, tuple(met))
