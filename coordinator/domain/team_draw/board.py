"""The state of a running team draw: slots in slot order, holders, teams and loads (3.2.7b, c)."""

from bisect import bisect_left, insort
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from hashlib import sha256

from coordinator.domain.lottery.stream import Stream
from coordinator.domain.team_draw.needs import Needs
from coordinator.domain.team_draw.patterns import Pattern
from coordinator.domain.team_draw.values import How


@dataclass(frozen=True, slots=True)
class Slot:
    """One place in a unit's team; `unit` is an index of Needs, `number` counts from 1."""

    unit: int
    number: int
    block: str


def slots_in_order(needs: Needs, chosen: Mapping[int, Pattern], slot_key: str) -> list[Slot]:
    """Return the slots of the units in `chosen` by (supply, ticket)."""
    midstate = sha256(slot_key.encode("ascii"))

    def ticket(slot: Slot) -> bytes:
        digest = midstate.copy()
        digest.update(f"{needs.units[slot.unit].unit}|{slot.number}".encode())
        return digest.digest()

    slots = [
        Slot(unit, number, block)
        for unit, pattern in chosen.items()
        for number, block in enumerate(pattern, 1)
    ]
    return sorted(slots, key=lambda slot: (len(needs.supply(slot.block)), ticket(slot)))


class _Level:
    """Inspectors of one block and one load, as a set and in code order."""

    __slots__ = ("in_order", "members")

    def __init__(self) -> None:
        self.in_order: list[int] = []
        self.members: set[int] = set()

    def add(self, inspector: int) -> None:
        insort(self.in_order, inspector)
        self.members.add(inspector)

    def remove(self, inspector: int) -> None:
        del self.in_order[bisect_left(self.in_order, inspector)]
        self.members.remove(inspector)

    def positions(self, excluded: Set[int]) -> list[int]:
        """Return, ascending, where the excluded stand in code order."""
        return sorted(bisect_left(self.in_order, each) for each in self.members & excluded)


class Board:
    """Slots are known by their index in slot order, inspectors by their index in code order.

    `teams[unit]` maps a member to the slot he holds in that unit; `held[i]` is sorted. Per block
    in use, `_levels[block][load]` lists in code order who has its tags and is below cap, so that
    a pick touches only the least load instead of the whole roster.
    """

    def __init__(self, needs: Needs, slots: Sequence[Slot]) -> None:
        self.needs = needs
        self.slots = slots
        self.holder: list[int | None] = [None] * len(slots)
        self.how = [How.EMPTY] * len(slots)
        self.teams: list[dict[int, int]] = [{} for _ in needs.units]
        self.load = [member.prior_load for member in needs.roster]
        self.held: list[list[int]] = [[] for _ in needs.roster]
        self._levels: dict[str, dict[int, _Level]] = {}
        self._levels_of: list[list[dict[int, _Level]]] = [[] for _ in needs.roster]
        for block in sorted({slot.block for slot in slots}):
            self._add_levels(block)

    def fits(self, inspector: int, slot: int) -> bool:
        """Whether the inspector fits the slot (3.2.7)."""
        place = self.slots[slot]
        return self.needs.fits(inspector, place.unit, place.block)

    def below_cap(self, inspector: int) -> bool:
        """Whether the inspector may take one more slot."""
        return self.load[inspector] < self.needs.roster[inspector].cap

    def pick(self, slot: int, stream: Callable[[], Stream]) -> int | None:
        """Draw among the least loaded who fit, are not in the team and below cap (3.2.7c)."""
        place = self.slots[slot]
        excluded = self.needs.barred[place.unit] | self.teams[place.unit].keys()
        levels = self._levels[place.block]
        for load in sorted(levels):
            level = levels[load]
            hidden = level.positions(excluded)
            number_of_candidates = len(level.in_order) - len(hidden)
            if number_of_candidates:
                index = stream().below(number_of_candidates)
                return level.in_order[_skipping(index, hidden)]
        return None

    def fill(self, slot: int, inspector: int, how: How) -> None:
        """Put the inspector into an empty slot."""
        self.holder[slot] = inspector
        self.how[slot] = how
        self.teams[self.slots[slot].unit][inspector] = slot
        insort(self.held[inspector], slot)
        self._change_load(inspector, 1)

    def empty(self, slot: int) -> None:
        """Take the holder, if there is one, out of the slot."""
        inspector = self.holder[slot]
        if inspector is None:
            return
        self.holder[slot] = None
        self.how[slot] = How.EMPTY
        del self.teams[self.slots[slot].unit][inspector]
        self.held[inspector].remove(slot)
        self._change_load(inspector, -1)

    def apply(self, path: Sequence[tuple[int, int]], how: How) -> None:
        """Empty every slot on the path of (slot, inspector), then refill all."""
        for slot, _ in path:
            self.empty(slot)
        for slot, inspector in path:
            self.fill(slot, inspector, how)

    def _add_levels(self, block: str) -> None:
        levels: dict[int, _Level] = {}
        self._levels[block] = levels
        for inspector in self.needs.supply(block):
            self._levels_of[inspector].append(levels)
            if self.below_cap(inspector):
                levels.setdefault(self.load[inspector], _Level()).add(inspector)

    def _change_load(self, inspector: int, step: int) -> None:
        before = self.load[inspector]
        cap = self.needs.roster[inspector].cap
        self.load[inspector] = after = before + step
        for levels in self._levels_of[inspector]:
            if before < cap:
                levels[before].remove(inspector)
                if not levels[before].members:
                    del levels[before]
            if after < cap:
                levels.setdefault(after, _Level()).add(inspector)


def _skipping(index: int, hidden: Sequence[int]) -> int:
    """Return the position of the index-th member that is not hidden; hidden is ascending."""
    for position in hidden:
        if position > index:
            break
        index += 1
    return index
