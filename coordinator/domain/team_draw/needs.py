"""The frozen question of a team draw, indexed: inspectors in code order, units in name order."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import cache
from itertools import pairwise
from typing import Final

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.team_draw.patterns import Pattern, block_tags, patterns
from coordinator.domain.team_draw.values import RosterMember, UnitNeed

MOST_TAGS: Final = 8  # 3.2.7a: part of the format


class Needs:
    """Roster, bars and units of one department; inspectors and units are known by index.

    `barred[u]` holds the inspectors barred for any object of unit u, `patterns[u]` its patterns
    in order. Raises FROZEN_FIELD_INVALID for repeated codes or a quota below 1, TOO_MANY_TAGS
    for a unit with more than 8.
    """

    def __init__(
        self,
        department: str,
        roster: Sequence[RosterMember],
        bars: Collection[tuple[str, str]],
        units: Sequence[UnitNeed],
    ) -> None:
        self.department = department
        self.roster = sorted(roster, key=lambda member: member.inspector)
        self.units = sorted(units, key=lambda unit: unit.unit)
        self._require_sound()
        self._available = {at for at, member in enumerate(self.roster) if member.available}
        self._with_tag = self._holders_by_tag()
        self.supply = cache(self._supply)
        self.supply_set = cache(lambda block: frozenset(self.supply(block)))
        self.bars = frozenset(bars)
        self.barred = self._barred_by_unit()
        ordered = cache(self._patterns)
        self.patterns = [ordered(unit.all_tags, unit.quota) for unit in self.units]

    def fits(self, inspector: int, unit: int, block: str) -> bool:
        """Status `-`, all tags of the block, no bar for any object of the unit."""
        return inspector in self.supply_set(block) and inspector not in self.barred[unit]

    def _supply(self, block: str) -> tuple[int, ...]:
        holders = [self._with_tag.get(tag, set()) for tag in block_tags(block)]
        return tuple(sorted(self._available.intersection(*holders)))

    def _holders_by_tag(self) -> dict[str, set[int]]:
        holders: dict[str, set[int]] = defaultdict(set)
        for at, member in enumerate(self.roster):
            for tag in member.all_tags:
                holders[tag].add(at)
        return holders

    def _patterns(self, tags: frozenset[str], quota: int) -> tuple[Pattern, ...]:
        return patterns(tags, quota, lambda block: len(self.supply(block)))

    def _barred_by_unit(self) -> list[frozenset[int]]:
        index = {member.inspector: at for at, member in enumerate(self.roster)}
        by_object: dict[str, set[int]] = defaultdict(set)
        for object_id, inspector in self.bars:
            if inspector in index:
                by_object[object_id].add(index[inspector])
        return [
            frozenset().union(*(by_object[o] for o in unit.objects if o in by_object))
            for unit in self.units
        ]

    def _require_sound(self) -> None:
        self._require_unique("inspector", [member.inspector for member in self.roster])
        self._require_unique("unit", [unit.unit for unit in self.units])
        for unit in self.units:
            if unit.quota < 1:
                self._refuse("quota", "integer ≥ 1", unit.quota, unit=unit.unit)
            if len(unit.all_tags) > MOST_TAGS:
                raise RuleBrokenError(
                    Rule.TOO_MANY_TAGS,
                    department=self.department,
                    unit=unit.unit,
                    number_of_tags=len(unit.all_tags),
                    maximum=MOST_TAGS,
                )

    def _require_unique(self, field: str, codes: Sequence[str]) -> None:
        for code, following in pairwise(codes):
            if code == following:
                self._refuse(field, "unique", code)

    def _refuse(self, field: str, expected: str, found: object, **more: object) -> None:
        raise RuleBrokenError(
            Rule.FROZEN_FIELD_INVALID,
            department=self.department,
            field=field,
            expected=expected,
            found=found,
            **more,
        )
