"""How many objects a line meets and how many it will draw, from counts of the registers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from coordinator.domain.annual_plan.conditions import Conditions
from coordinator.domain.annual_plan.lines import PlanLine, Share

_JUNE = 6


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Objects that meet conditions, told apart by credit class or grading scheme, or not (None)."""

    conditions: Conditions
    by: str | None = None


@dataclass(frozen=True, kw_only=True)
class FrameCount:
    """The objects that meet a line's conditions.

    `objects` counts all, `eligible` those that are not closed, `places` where the eligible ones
    are, `by_stratum` the eligible ones of each stratum, `expected` those that will be drawn there.
    """

    objects: int
    eligible: int
    places: int
    by_stratum: Mapping[str, int] = field(default_factory=dict)
    expected: Mapping[str, int] = field(default_factory=dict)

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


def expected_of(share: Share, by_stratum: Mapping[str, int]) -> dict[str, int]:
    """Give how many objects of each stratum the draw takes (3-draw.md 3.2.5).

    A stratum without rule draws nobody here: adoption refuses it with its own breach.
    """
    if share.number_drawn is not None:
        return {"*": min(share.number_drawn, sum(by_stratum.values()))}
    return {name: _expected(share, name, number) for name, number in by_stratum.items()}


def number_of_visits(line: PlanLine, count: FrameCount) -> int:
    """Give how many visits a line plans for the year: a visit per drawn object and time."""
    return count.expected_draw * line.times_a_year


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

    `overlaps` are those of the lines' frames followed by the frames of all they supervise.
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
    lines: Sequence[PlanLine], counts: Mapping[str, FrameCount], overlap: Overlap, half: int
) -> int:
    """Count the visits that objects of an overlap get for certain: in a half year, or all (0)."""
    return sum(
        _windows_in(line, half)
        for line, name in _members(lines, overlap)
        if counts[line.code].ratio_of(name) >= 1
    )


def _members(lines: Sequence[PlanLine], overlap: Overlap) -> Iterable[tuple[PlanLine, str]]:
    for line, name in zip(lines, overlap.strata, strict=False):
        if name is not None:
            yield line, name


def _windows_in(line: PlanLine, half: int) -> int:
    """Count the windows that lie in a half year; one across its end may bring either half late."""
    return sum(
        not half or {_half(each.from_date), _half(each.to_date)} == {half} for each in line.windows
    )


def _half(day: date) -> int:
    return 1 if day.month <= _JUNE else 2
