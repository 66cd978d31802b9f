"""Drawn items 随机抽取检查事项: which items every object is checked for, and which only by lot."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import comb

from coordinator.domain.annual_plan.lines import PlanLine


@dataclass(frozen=True)
class ItemDraw:
    """What each object of a line is checked for: `always`, and `choose` of `candidates` by lot."""

    always: tuple[str, ...]
    candidates: tuple[str, ...] = ()
    choose: int = 0

    def expected(self, amounts: Mapping[str, int]) -> Fraction:
        """Give what a visit comes to on the average, for amounts by item; an unknown one has 0."""
        fixed = sum(amounts.get(code, 0) for code in self.always)
        if not self.candidates:
            return Fraction(fixed)
        drawable = sum(amounts.get(code, 0) for code in self.candidates)
        return fixed + Fraction(self.choose * drawable, len(self.candidates))

    def chance_of_any(self, codes: Collection[str]) -> Fraction:
        """Give the chance that an object is checked for at least one of these items."""
        if set(codes) & set(self.always):
            return Fraction(1)
        others = sum(code not in codes for code in self.candidates)
        if others == len(self.candidates):
            return Fraction(0)
        return 1 - Fraction(comb(others, self.choose), comb(len(self.candidates), self.choose))


def item_draw_of(line: PlanLine) -> ItemDraw:
    """Give what a line checks: without drawn items, all of them at every object."""
    if line.items_drawn is None:
        return ItemDraw(line.items)
    always = set(line.items_always)
    return ItemDraw(
        always=tuple(sorted(always)),
        candidates=tuple(sorted(set(line.items) - always)),
        choose=line.items_drawn,
    )
