"""Who will meet: how many places the same lines are expected to draw, known before any draw.

In a round a place has one ticket for all lines (3-draw.md 3.2.4). A line that draws n of the N in
a stratum takes the n lowest tickets: it draws a place if the place's ticket lies below the line's
threshold, and thresholds are n/N on the average. Seen from one place the lines that draw it are
therefore nested: whoever draws the rarer draws the others too. Sorted by chance c1 ≥ c2 ≥ …, the
first k lines alone draw it with chance ck - c(k+1).

That is exact where all lines but one visit everybody, and where their strata hold the same places.
Else thresholds of different frames stray from their average, by chance and not by the same amount;
`margin_of` bounds what that can do to the places that two lines have in common.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from coordinator.domain.annual_plan.counts import FrameCount, Overlap

Lines = frozenset[str]
"""Codes of lines that draw a place together."""

ChanceOf = Callable[[str, str], Fraction]
"""Gives the chance of an object in a line's stratum to be drawn: (line code, stratum)."""


def chances_in(counts: Mapping[str, FrameCount]) -> ChanceOf:
    """Give the chances by the counts of frames; weighted lines have their stratum's average."""
    known: dict[tuple[str, str], Fraction] = {}

    def chance(line: str, stratum: str) -> Fraction:
        key = (line, stratum)
        if key not in known:
            known[key] = min(Fraction(1), counts[line].ratio_of(stratum))
        return known[key]

    return chance


def drawn_together(
    lines: Sequence[str], overlaps: Iterable[Overlap], chance_of: ChanceOf
) -> dict[Lines, Fraction]:
    """Give how many places exactly these lines are expected to draw, by the lines.

    `overlaps` count places by the strata of the lines' frames, in the order of `lines`.
    """
    # Numerators are added up by denominator first: there are few, and fractions are slow.
    parts: defaultdict[Lines, Counter[int]] = defaultdict(Counter)
    for overlap in overlaps:
        chances = _chances(lines, overlap, chance_of)
        for number, (chance, _line) in enumerate(chances, 1):
            following = chances[number][0] if number < len(chances) else Fraction(0)
            if chance > following:
                together = parts[frozenset(line for _, line in chances[:number])]
                together[chance.denominator] += overlap.number * chance.numerator
                together[following.denominator] -= overlap.number * following.numerator
    return {
        together: found
        for together, numerators in parts.items()
        if (found := sum((Fraction(n, d) for d, n in numerators.items()), Fraction(0)))
    }


def _chances(
    lines: Sequence[str], overlap: Overlap, chance_of: ChanceOf
) -> list[tuple[Fraction, str]]:
    """Give the chances of a place and the lines that have them, the highest first."""
    found = [
        (chance_of(line, stratum), line)
        for line, stratum in zip(lines, overlap.strata, strict=True)
        if stratum is not None
    ]
    return sorted((each for each in found if each[0]), key=lambda each: (-each[0], each[1]))


@dataclass(frozen=True)
class Common:
    """Places in the frames of two lines, those that both are expected to draw, give or take."""

    places: int
    expected: Fraction
    margin: float


def common_places(
    pair: tuple[str, str],
    strata: Mapping[tuple[str, str], int],
    counts: Mapping[str, FrameCount],
    chance_of: ChanceOf,
) -> Common:
    """Say how often two lines will meet; `strata` counts their common places by both strata."""
    first, second = pair
    expected, margin = Fraction(0), 0.0
    for (own, other), number in strata.items():
        chances = chance_of(first, own), chance_of(second, other)
        expected += number * min(chances)
        sizes = counts[first].by_stratum.get(own, 0), counts[second].by_stratum.get(other, 0)
        if sizes != (number, number):
            margin += number * margin_of(chances, sizes)
    return Common(sum(strata.values()), expected, margin)


def margin_of(chances: tuple[Fraction, Fraction], sizes: tuple[int, int]) -> float:
    """Bound by how much the chance that both draw a place lies below the lower of their chances.

    With thresholds s, t and E s = a ≤ b = E t the chance is E min(s, t) = a - E max(s - t, 0), and
    E max(x, 0) = (E|x| + E x) / 2 ≤ (√(Var x + (a - b)²) - (b - a)) / 2; of a threshold of n among
    N the variance is at most c(1 - c)/(N + 1), c = n/N, and Var(s - t) ≤ (sd s + sd t)².
    """
    spread = sum(
        sqrt(chance * (1 - chance) / (size + 1))
        for chance, size in zip(chances, sizes, strict=True)
    )
    apart = float(abs(chances[0] - chances[1]))
    return (sqrt(spread**2 + apart**2) - apart) / 2 if min(chances) > 0 else 0.0


def pairs_in(
    lines: Sequence[str], overlaps: Iterable[Overlap]
) -> dict[tuple[str, str], Counter[tuple[str, str]]]:
    """Count the common places of every two lines, by the strata that they have in both."""
    found: defaultdict[tuple[str, str], Counter[tuple[str, str]]] = defaultdict(Counter)
    for overlap in overlaps:
        members = [
            (line, stratum)
            for line, stratum in zip(lines, overlap.strata, strict=True)
            if stratum is not None
        ]
        for at, (first, own) in enumerate(members):
            for second, other in members[at + 1 :]:
                found[first, second][own, other] += overlap.number
    return dict(found)
