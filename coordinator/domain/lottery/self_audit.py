"""Self-audit of past draws: what was promised, what came out, and how unusual that is.

Tails are those of the hypergeometric law, summed by the ratio of neighbours: no logarithm, no gamma
function. They judge a draw afterwards and decide nothing. Of a round whose frames stay closed the
public sees lines, not strata: who was drawn again is known by name, and how many of them a stratum
holds could tell their class.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from math import comb, erfc, sqrt

from contracts.draw_record import DrawRule, StratumCounts
from contracts.draw_tables import DrawnRow, FrameRow
from coordinator.domain.lottery.sampling import number_to_draw

_IN_THE_DRAW = "-"
_WHOLE_LINE = "*"
_NEGLIGIBLE = 1e-18
FEWEST_EXPECTED = 5  # below that the usual rule of thumb calls a comparison meaningless


@dataclass(frozen=True, kw_only=True)
class Hits:
    """Of `eligible` objects `marked` have a mark; of the `drawn` ones `hit` have it."""

    eligible: int
    marked: int
    drawn: int
    hit: int

    @property
    def expected(self) -> Fraction:
        """How many marked ones a fair draw takes on average."""
        return Fraction(self.drawn * self.marked, self.eligible) if self.eligible else Fraction(0)

    @property
    def is_too_small(self) -> bool:
        """Whether so few are expected that the comparison says nothing."""
        missed = self.drawn - self.expected
        return min(self.expected, missed) < FEWEST_EXPECTED

    @property
    def chance(self) -> float:
        """How often a fair draw is at least as unusual as this one, 0 to 1."""
        return tail(self)


@dataclass(frozen=True)
class PooledHits:
    """The hits of several strata together; each was drawn on its own."""

    parts: tuple[Hits, ...]

    @property
    def eligible(self) -> int:
        """How many objects there are."""
        return sum(each.eligible for each in self.parts)

    @property
    def marked(self) -> int:
        """How many of them have the mark."""
        return sum(each.marked for each in self.parts)

    @property
    def drawn(self) -> int:
        """How many were drawn."""
        return sum(each.drawn for each in self.parts)

    @property
    def hit(self) -> int:
        """How many of the drawn ones have the mark."""
        return sum(each.hit for each in self.parts)

    @property
    def expected(self) -> Fraction:
        """How many marked ones fair draws take on average."""
        return sum((each.expected for each in self.parts), Fraction(0))

    @property
    def is_too_small(self) -> bool:
        """Whether so few are expected that the comparison says nothing."""
        return min(self.expected, self.drawn - self.expected) < FEWEST_EXPECTED

    @property
    def chance(self) -> float:
        """How often fair draws are at least as unusual, 0 to 1: by the normal law, corrected."""
        variance = sum((_variance(each) for each in self.parts), Fraction(0))
        off = max(Fraction(0), abs(self.hit - self.expected) - Fraction(1, 2))
        return 1.0 if not variance else erfc(float(off) / sqrt(2 * float(variance)))


@dataclass(frozen=True, kw_only=True)
class LineAudit:
    """One line after the draw, its strata together."""

    line: str
    weighted: bool
    promised: int
    is_kept: bool
    first_half: PooledHits
    drawn_before: PooledHits


@dataclass(frozen=True, kw_only=True)
class StratumAudit:
    """One stratum of a line after the draw; `promised` is the number its rule asks for.

    Two marks that chance must not see: standing in the first half of the list, and having been
    drawn in an earlier round.
    """

    line: str
    stratum: str
    weighted: bool
    promised: int
    first_half: Hits
    drawn_before: Hits

    @property
    def is_kept(self) -> bool:
        """Whether as many were drawn as promised."""
        return self.first_half.drawn == self.promised


@dataclass(frozen=True, kw_only=True)
class PairAudit:
    """How often the same two officers of an organ met in visits, over all rounds so far.

    `meetings` counts pairs in teams; `repeated` the pairs that met more than once, `most` the
    meetings of the most frequent one.
    """

    department: str
    people: int
    meetings: int
    repeated: int
    most: int

    @property
    def expected_repeated(self) -> float:
        """How many pairs meet again by pure chance, if everybody could go with everybody."""
        return expected_repeats(comb(self.people, 2), self.meetings)


@dataclass(frozen=True, kw_only=True)
class RoundAudit:
    """The self-audit figures of one round."""

    round_id: str
    computed_at: datetime
    strata: tuple[StratumAudit, ...]
    pairs: tuple[PairAudit, ...]


@dataclass(frozen=True)
class LineDrawn:
    """What came out for one line: its rule, the counts of the transcript, the drawn rows."""

    line: str
    rule: DrawRule
    counts: Mapping[str, StratumCounts]
    rows: Sequence[DrawnRow]


def audit_line(
    drawn: LineDrawn, frame: Iterable[FrameRow], before: Collection[str]
) -> list[StratumAudit]:
    """Give the figures of one line; `before` are the objects that earlier rounds drew.

    The frame is read once, row by row: of millions nothing is kept but what is counted.
    """
    taken = {row.object for row in drawn.rows}
    tallies = {stratum: _Tally(each) for stratum, each in drawn.counts.items()}
    for row in frame:
        stratum = row.stratum if drawn.rule.number is None else _WHOLE_LINE
        if row.status == _IN_THE_DRAW and stratum in tallies:
            tallies[stratum].add(is_taken=row.object in taken, is_marked=row.object in before)
    return [
        StratumAudit(
            line=drawn.line,
            stratum=stratum,
            weighted=bool(drawn.rule.weighted),
            promised=_promised(drawn.rule, stratum, tally.eligible),
            first_half=tally.hits(tally.eligible // 2, tally.early),
            drawn_before=tally.hits(tally.marked, tally.again),
        )
        for stratum, tally in sorted(tallies.items())
    ]


class _Tally:
    """Counts the objects of one stratum as they come in the order of the frame."""

    def __init__(self, counts: StratumCounts) -> None:
        self.eligible = counts.frame - sum(counts.excluded.values())
        self.seen = self.taken = self.early = self.marked = self.again = 0

    def add(self, *, is_taken: bool, is_marked: bool) -> None:
        """Count the next object."""
        self.early += is_taken and self.seen < self.eligible // 2
        self.again += is_taken and is_marked
        self.seen += 1
        self.taken += is_taken
        self.marked += is_marked

    def hits(self, marked: int, hit: int) -> Hits:
        """Give the figures of one mark."""
        return Hits(eligible=self.seen, marked=marked, drawn=self.taken, hit=hit)


def audits_of_lines(strata: Iterable[StratumAudit]) -> list[LineAudit]:
    """Put the strata of each line together; `is_kept` says that every one was drawn as promised."""
    by_line: dict[str, list[StratumAudit]] = {}
    for each in strata:
        by_line.setdefault(each.line, []).append(each)
    return [
        LineAudit(
            line=line,
            weighted=any(each.weighted for each in found),
            promised=sum(each.promised for each in found),
            is_kept=all(each.is_kept for each in found),
            first_half=PooledHits(tuple(each.first_half for each in found)),
            drawn_before=PooledHits(tuple(each.drawn_before for each in found)),
        )
        for line, found in by_line.items()
    ]


def expected_repeats(pairs: int, meetings: int) -> float:
    """Give how many of so many equally likely pairs meet more than once in so many meetings."""
    if not pairs or not meetings:
        return 0.0
    missed = 1 - 1 / pairs
    never, once = missed**meetings, meetings / pairs * missed ** (meetings - 1)
    return pairs * (1 - never - once)


def tail(hits: Hits) -> float:
    """Give the chance of all outcomes that are no more likely than this one.

    Weights start with 1 at the most likely outcome and follow by the ratio of neighbours, so that
    nothing overflows however large the frame is.
    """
    lowest = max(0, hits.drawn + hits.marked - hits.eligible)
    highest = min(hits.drawn, hits.marked)
    if lowest >= highest:
        return 1.0
    top = (hits.drawn + 1) * (hits.marked + 1) // (hits.eligible + 2)
    top = min(max(top, lowest), highest)
    weights = {top: 1.0}
    for step in (1, -1):
        _follow(weights, hits, top, step, highest if step > 0 else lowest)
    own = weights.get(hits.hit, 0.0)
    unusual = sum(weight for weight in weights.values() if weight <= own * (1 + 1e-9))
    return min(1.0, unusual / sum(weights.values()))


def _follow(weights: dict[int, float], hits: Hits, top: int, step: int, end: int) -> None:
    """Add the weights from the most likely outcome to one end, as long as they count."""
    weight = 1.0
    for now in range(top, end, step):
        up = now if step > 0 else now - 1  # the ratio of `up` + 1 to `up`
        ratio = ((hits.marked - up) * (hits.drawn - up)) / (
            (up + 1) * (hits.eligible - hits.marked - hits.drawn + up + 1)
        )
        weight *= ratio if step > 0 else 1 / ratio
        if weight < _NEGLIGIBLE:
            return
        weights[now + step] = weight


def _variance(hits: Hits) -> Fraction:
    if hits.eligible < 2:  # noqa: PLR2004 - of one object nothing varies
        return Fraction(0)
    share = Fraction(hits.marked, hits.eligible)
    left = Fraction(hits.eligible - hits.drawn, hits.eligible - 1)
    return hits.drawn * share * (1 - share) * left


def _promised(rule: DrawRule, stratum: str, eligible: int) -> int:
    if rule.number is not None:
        return min(eligible, rule.number)
    found = rule.strata.get(stratum) or rule.strata[_WHOLE_LINE]
    return number_to_draw(found, eligible)
