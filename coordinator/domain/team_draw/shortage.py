"""Why teams are infeasible, in numbers that anybody can check, and what would help (3.2.8)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final, NoReturn

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.team_draw.board import Board, Slot, slots_in_order
from coordinator.domain.team_draw.filling import fill_slots
from coordinator.domain.team_draw.needs import Needs
from coordinator.domain.team_draw.patterns import Pattern, block_tags
from coordinator.domain.team_draw.values import FREE_BLOCK, TeamKeys

_AREA: Final = "area:"
_LEAST_QUOTA: Final = 2  # 3.2.8: a quota is lowered only where it is above 2


class RemedyKind(StrEnum):
    """Single remedies, cheapest first (3.2.8)."""

    ONE_MORE_INSPECTOR = "one-more-inspector"
    CAP_PLUS_ONE = "cap-plus-one"
    QUOTA_MINUS_ONE = "quota-minus-one"
    OTHER_ORGAN = "other-organ"


@dataclass(frozen=True, slots=True)
class Remedy:
    """One change; at least `missing_after` slots stay missing. Block: the tags it is about."""

    kind: RemedyKind
    block: str
    missing_after: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """A Hall violator: `slots_needed` slots that only `people` fit, who can fill `capacity`.

    `slots` lists them as (unit, slot number, block), so that the numbers can be counted again.

    Capacity = Σ over the people of min(cap - prior load, units here in which the person fits one
    of these slots); `per_person` is that minimum if it is the same for all. Bars: (object,
    inspector) that keep free capacity out; absences: inspectors with the tags, not available.
    """

    department: str
    block: str
    districts: tuple[str, ...]
    slots_needed: int
    people: tuple[str, ...]
    per_person: int | None
    capacity: int
    missing: int
    units: tuple[str, ...]
    slots: tuple[tuple[str, int, str], ...]
    bars: tuple[tuple[str, str], ...]
    absences: tuple[str, ...]
    remedies: tuple[Remedy, ...]


def refuse_unmet_quota(needs: Needs, keys: TeamKeys, chosen: Mapping[int, Pattern]) -> NoReturn:
    """Raise TEAM_QUOTA_UNMET; `explanation` is the largest shortage, `explanations` are all."""
    found = explanations(needs, keys, chosen)
    raise RuleBrokenError(
        Rule.TEAM_QUOTA_UNMET,
        department=needs.department,
        explanation=found[0],
        explanations=found,
    )


def refuse_if_provable(needs: Needs, keys: TeamKeys) -> None:
    """Raise TEAM_QUOTA_UNMET if teams are infeasible whatever the patterns.

    Every team that covers a unit's tags has someone with tag g and q - 1 others. So if these
    weaker needs can't be filled, for one tag or for none, no pattern can, and what 200 tries
    would end in is known at once, with a proof that a person can follow.
    """
    tags = sorted({tag for unit in needs.units for tag in unit.all_tags})
    for tag in (None, *tags):
        chosen = {unit: _weaker(needs, unit, tag) for unit in range(len(needs.units))}
        board = Board(needs, slots_in_order(needs, chosen, keys.slot))
        if next(fill_slots(board, keys.pick), None) is not None:
            refuse_unmet_quota(needs, keys, chosen)


def _weaker(needs: Needs, unit: int, tag: str | None) -> Pattern:
    need = needs.units[unit]
    if len(needs.patterns[unit]) == 1:
        return needs.patterns[unit][0]
    asked = () if tag is None or tag not in need.all_tags else (tag,)
    return asked + (FREE_BLOCK,) * (need.quota - len(asked))


def explanations(
    needs: Needs, keys: TeamKeys, chosen: Mapping[int, Pattern]
) -> tuple[Explanation, ...]:
    """Return the independent shortages of the units in these patterns, largest first.

    Filling on after the first unfillable slot leaves as many slots empty as any filling must; by
    max-flow = min-cut the regions around them miss exactly that many people.
    """
    board = Board(needs, slots_in_order(needs, chosen, keys.slot))
    seen = {slot for region in fill_slots(board, keys.pick) for slot in region.slots}
    parts = _independent_parts(needs, [board.slots[slot] for slot in sorted(seen)])
    found = [_Shortage(needs, slots).explanation() for slots in parts]
    return tuple(sorted(found, key=lambda each: (-each.missing, each.block, each.units)))


def _independent_parts(needs: Needs, slots: Sequence[Slot]) -> list[list[Slot]]:
    """Split slots so that nobody has the tags for slots of two parts."""
    alike: dict[str, list[Slot]] = defaultdict(list)
    for slot in slots:
        alike[slot.block].append(slot)
    parts: list[tuple[frozenset[int], list[Slot]]] = []
    for block, members in alike.items():
        people = needs.supply_set(block)
        touching = [part for part in parts if part[0] & people]
        parts = [part for part in parts if not part[0] & people]
        people = people.union(*(part[0] for part in touching))
        parts.append((people, [*members, *(slot for part in touching for slot in part[1])]))
    return [part[1] for part in parts]


class _Shortage:
    def __init__(self, needs: Needs, slots: Sequence[Slot]) -> None:
        self._needs = needs
        self._slots = slots
        self._blocks = sorted({slot.block for slot in slots})
        self._blocks_of: dict[int, set[str]] = defaultdict(set)
        for slot in slots:
            self._blocks_of[slot.unit].add(slot.block)
        self._with_tags = cache(self._people_with_tags)
        self._units_of = self._units_by_person()

    def explanation(self) -> Explanation:
        needs = self._needs
        units = sorted(self._blocks_of)
        shares = {self._share(person) for person in self._units_of}
        return Explanation(
            department=needs.department,
            block="|".join(self._blocks),
            districts=self._districts(),
            slots_needed=len(self._slots),
            people=tuple(needs.roster[person].inspector for person in sorted(self._units_of)),
            per_person=shares.pop() if len(shares) == 1 else None,
            capacity=self._capacity(),
            missing=self._missing(),
            units=tuple(needs.units[unit].unit for unit in units),
            slots=self._named_slots(),
            bars=self._bars(),
            absences=self._absences(),
            remedies=tuple(self._remedies()),
        )

    def _named_slots(self) -> tuple[tuple[str, int, str], ...]:
        units = self._needs.units
        return tuple(sorted((units[s.unit].unit, s.number, s.block) for s in self._slots))

    def _people_with_tags(self, blocks: frozenset[str]) -> frozenset[int]:
        return frozenset().union(*map(self._needs.supply_set, blocks))

    def _units_by_person(self) -> Counter[int]:
        """Count, per person, the units in which he fits one of the slots."""
        units_of: Counter[int] = Counter()
        alike = Counter(frozenset(blocks) for blocks in self._blocks_of.values())
        for blocks, number_of_units in alike.items():
            for person in self._with_tags(blocks):
                units_of[person] += number_of_units
        for unit, asked in self._blocks_of.items():
            units_of.subtract(self._needs.barred[unit] & self._with_tags(frozenset(asked)))
        return +units_of

    def _share(self, person: int, more_cap: int = 0) -> int:
        member = self._needs.roster[person]
        room = max(member.cap + more_cap - member.prior_load, 0)
        return min(room, self._units_of[person])

    def _capacity(self, more_cap: int = 0) -> int:
        return sum(self._share(person, more_cap) for person in self._units_of)

    def _missing(self) -> int:
        return len(self._slots) - self._capacity()

    def _districts(self) -> tuple[str, ...]:
        objects = {o for unit in self._blocks_of for o in self._needs.units[unit].objects}
        return tuple(sorted(o.removeprefix(_AREA) for o in objects if o.startswith(_AREA)))

    def _bars(self) -> tuple[tuple[str, str], ...]:
        needs = self._needs
        found: set[tuple[str, str]] = set()
        for unit, blocks in self._blocks_of.items():
            for person in needs.barred[unit] & self._with_tags(frozenset(blocks)):
                if needs.roster[person].room > self._units_of[person]:
                    inspector = needs.roster[person].inspector
                    pairs = ((o, inspector) for o in needs.units[unit].objects)
                    found.update(pair for pair in pairs if pair in needs.bars)
        return tuple(sorted(found))

    def _absences(self) -> tuple[str, ...]:
        wanted = [frozenset(block_tags(block)) for block in self._blocks]
        return tuple(
            member.inspector
            for member in self._needs.roster
            if not member.available
            and member.cap > member.prior_load
            and any(tags <= member.all_tags for tags in wanted)
        )

    def _remedies(self) -> Iterable[Remedy]:
        """Yield what helps, in the order of 3.2.8."""
        block = "|".join(self._blocks)
        missing = self._missing()
        gains = (
            (RemedyKind.ONE_MORE_INSPECTOR, *self._best_newcomer()),
            (RemedyKind.CAP_PLUS_ONE, block, self._capacity(more_cap=1) - self._capacity()),
            (RemedyKind.QUOTA_MINUS_ONE, FREE_BLOCK, self._lowerable_slots()),
            (RemedyKind.OTHER_ORGAN, block, missing),
        )
        for kind, about, gain in gains:
            if gain > 0:
                yield Remedy(kind, about, max(missing - gain, 0))

    def _best_newcomer(self) -> tuple[str, int]:
        """Return the block of which one more inspector, with the largest cap, helps most."""
        largest_cap = max((member.cap for member in self._needs.roster), default=1)
        units_with = Counter(block for blocks in self._blocks_of.values() for block in blocks)
        block = min(self._blocks, key=lambda each: (-units_with[each], each))
        return block, min(largest_cap, units_with[block])

    def _lowerable_slots(self) -> int:
        """Count units above quota 2 with a free slot here: lowering drops the free slot."""
        return sum(
            FREE_BLOCK in blocks and self._needs.units[unit].quota > _LEAST_QUOTA
            for unit, blocks in self._blocks_of.items()
        )
