"""How many objects a line meets and how many it will draw, from counts of the registers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from hashlib import sha256

from coordinator.domain.annual_plan.lines import PlanLine, Share
from coordinator.domain.annual_plan.weighting import weight_rules_of
from coordinator.domain.policy import PlanPolicy
from coordinator.domain.registers.conditions import Conditions

_JUNE = 6
_HASH_BITS = 256


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Objects that meet conditions, told apart by credit class or grading scheme, or not (None).

    `day` ends the months in which events count; None: the day of the count. `weights` say what
    those weigh who meet conditions, the heaviest first; whoever meets none weighs 1. Objects on
    `exempt_lists` are left out of the draw.
    """

    conditions: Conditions
    by: str | None = None
    day: date | None = None
    weights: tuple[tuple[Conditions, int], ...] = ()
    exempt_lists: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlaceSample:
    """One place in 2^`halvings`, the same for every frame: who has the key finds the same ones.

    A place is in it if SHA-256 of `key|place`, as 64 hex digits, lies below `limit`.
    """

    key: str
    halvings: int

    @property
    def limit(self) -> str:
        """The first hash that is out, in hex."""
        return f"{1 << (_HASH_BITS - self.halvings):064x}"

    @property
    def share(self) -> Fraction:
        """The share of all places that is in it."""
        return Fraction(1, 1 << self.halvings)

    def holds(self, place: str) -> bool:
        """Say whether a place is in it."""
        return sha256(f"{self.key}|{place}".encode()).hexdigest() < self.limit


@dataclass(frozen=True, kw_only=True)
class WeightGroup:
    """Objects of one stratum that weigh the same, and the chance of each to be drawn."""

    stratum: str
    weight: int
    eligible: int
    chance: Fraction

    @property
    def expected(self) -> Fraction:
        """How many of them will be drawn on the average."""
        return self.eligible * self.chance


@dataclass(frozen=True, kw_only=True)
class FrameCount:
    """The objects that meet a line's conditions.

    `objects` counts all, `eligible` those that are not closed, `places` where the eligible ones
    are, `by_stratum` the eligible ones of each stratum, `expected` those that will be drawn there.
    `drawn_by_turn` has the draws of each turn where records lapse between them; else it is empty.
    `by_weight` tells the eligible ones of each stratum apart by weight where the frame has weights,
    `weights` what that does to their chances.
    """

    objects: int
    eligible: int
    places: int
    by_stratum: Mapping[str, int] = field(default_factory=dict)
    expected: Mapping[str, int] = field(default_factory=dict)
    drawn_by_turn: tuple[int, ...] = ()
    by_weight: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    weights: tuple[WeightGroup, ...] = ()

    @property
    def expected_draw(self) -> int:
        """How many objects the draw will take in all."""
        return sum(self.expected.values())

    @property
    def expected_ratio(self) -> Fraction:
        """Share of the eligible objects that will be drawn; 0 where there are none."""
        return Fraction(self.expected_draw, self.eligible) if self.eligible else Fraction(0)

    def ratio_of(self, stratum: str) -> Fraction:
        """Share of a stratum that will be drawn; a fixed number is drawn from all alike."""
        if self.by_stratum.keys() != self.expected.keys():
            return self.expected_ratio
        eligible = self.by_stratum.get(stratum, 0)
        return Fraction(self.expected[stratum], eligible) if eligible else Fraction(0)


@dataclass(frozen=True, kw_only=True)
class Overlap:
    """How many objects, or places, are in the same frames; `strata` has None where they are not."""

    number: int
    strata: tuple[str | None, ...]


NOBODY = FrameCount(objects=0, eligible=0, places=0)


def frame_of_line(line: PlanLine) -> Frame:
    """Give the frame that a line draws from."""
    return Frame(conditions=line.conditions, by=line.share.by)


def frame_to_draw(line: PlanLine, policy: PlanPolicy) -> Frame:
    """Give the frame of a line with what its objects weigh, and the lists that no lot touches.

    Whoever is asked for by name or by list is not left out for being on that list.
    """
    rules = weight_rules_of(line, policy)
    exempt = set(policy.exempt_lists) - set(line.conditions.lists) if line.share.is_by_lot else ()
    return replace(
        frame_of_line(line),
        weights=rules.by_conditions if rules else (),
        exempt_lists=tuple(sorted(exempt)),
    )


def frame_of_turn(turn: PlanLine) -> Frame:
    """Give the frame that one turn of a line draws from: it looks back from its own window."""
    return replace(frame_of_line(turn), day=turn.window_from)


def turns_of(lines: Sequence[PlanLine], half: int) -> list[PlanLine]:
    """Give the lines once for each window that lies in a half year, or for every window (0).

    A window across the middle of the year may bring either half late: it counts for neither.
    """
    return [
        line.at_turn(number)
        for line in lines
        for number, window in enumerate(line.windows)
        if not half or {_half(window.from_date), _half(window.to_date)} == {half}
    ]


def expected_of(share: Share, by_stratum: Mapping[str, int]) -> dict[str, int]:
    """Give how many objects of each stratum the draw takes (3-draw.md 3.2.5).

    A stratum without rule draws nobody here: adoption refuses it with its own breach.
    """
    if share.number_drawn is not None:
        return {"*": min(share.number_drawn, sum(by_stratum.values()))}
    return {name: _expected(share, name, number) for name, number in by_stratum.items()}


def draws_of(line: PlanLine, count: FrameCount) -> tuple[int, ...]:
    """Give how many objects each turn of a line draws, by what the registers know today."""
    return count.drawn_by_turn or (count.expected_draw,) * line.times_a_year


def number_of_visits(line: PlanLine, count: FrameCount) -> int:
    """Give how many visits a line plans for the year: a visit per drawn object and turn."""
    return sum(draws_of(line, count))


def _expected(share: Share, stratum: str, eligible: int) -> int:
    rule = share.rule_of(stratum)
    if rule is None:
        return 0
    drawn = -(-eligible * rule.numerator // rule.denominator)
    return min(eligible, max(rule.minimum, drawn))


def section_figures(
    lines: Sequence[PlanLine], counts: Mapping[str, FrameCount], overlaps: Sequence[Overlap]
) -> tuple[int, int]:
    """Give how many objects a section supervises and how many distinct ones its lines draw.

    `overlaps` cover all it supervises, by the lines' frames and any further ones after them.
    """
    supervised = sum(overlap.number for overlap in overlaps)
    return supervised, int(highest_share(lines, counts, overlaps))


def highest_share(
    lines: Sequence[PlanLine], counts: Mapping[str, FrameCount], overlaps: Sequence[Overlap]
) -> Fraction:
    """Give how many distinct objects the lines are expected to draw from their frames.

    One ticket per place serves all lines, so an object in several is drawn with the highest ratio.
    """
    expected = Fraction(0)
    for overlap in overlaps:
        ratios = [counts[line.code].ratio_of(name) for line, name in _members(lines, overlap)]
        expected += overlap.number * max(ratios, default=Fraction(0))
    return expected


def times_covered(
    turns: Sequence[PlanLine], counts: Mapping[str, FrameCount], overlap: Overlap
) -> int:
    """Count the visits that objects of an overlap get for certain by these turns of lines."""
    return sum(counts[turn.code].ratio_of(name) >= 1 for turn, name in _members(turns, overlap))


def _members(lines: Sequence[PlanLine], overlap: Overlap) -> Iterable[tuple[PlanLine, str]]:
    for line, name in zip(lines, overlap.strata, strict=False):
        if name is not None:
            yield line, name


def _half(day: date) -> int:
    return 1 if day.month <= _JUNE else 2
