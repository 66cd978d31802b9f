"""Alternating paths: refill a slot by moving holders along, or learn that nobody can (3.2.7d)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from coordinator.domain.team_draw.board import Board

Path = list[tuple[int, int]]
"""Pairs (slot, inspector who takes it); one inspector gains a slot, the start gets a holder."""


@dataclass(slots=True)
class Region:
    """Slots and inspectors of failed searches.

    Such a region is closed: whoever fits one of its slots, and every slot he holds, is inside. So
    no successful path ever enters it, no path outside changes its holders, and what failed in
    it fails again for every end that is at least as strict. Leaving it out of later searches thus
    changes no result.
    """

    slots: set[int] = field(default_factory=set)
    inspectors: set[int] = field(default_factory=set)

    def add(self, other: "Region") -> None:
        """Join another region to this one."""
        self.slots |= other.slots
        self.inspectors |= other.inspectors


class _Search:
    def __init__(
        self, board: Board, start: int, is_end: Callable[[int], bool], closed: Region
    ) -> None:
        self._board = board
        self._is_end = is_end
        self._closed = closed
        self._start = start
        self._queue = [start]
        self._reached_by: dict[int, tuple[int, int]] = {}  # slot → (slot, holder who leaves to it)
        self._visited: set[int] = set()
        self._waiting: dict[str, Iterable[int]] = {}

    def run(self) -> Path | Region:
        for slot in self._queue:  # grows while it is read
            end = self._visit_who_fit(slot)
            if end is not None:
                return self._path(slot, end)
            self._switch_in_team(slot)
        return Region(set(self._queue), self._visited)

    def _visit_who_fit(self, slot: int) -> int | None:
        """Step (i); who was skipped here waits for the next slot with the same block."""
        place = self._board.slots[slot]
        barred, team = self._board.needs.barred[place.unit], self._board.teams[place.unit]
        waiting = []
        for inspector in self._not_yet_visited(place.block):
            if inspector in self._visited:
                continue
            if inspector in barred or inspector in team:
                waiting.append(inspector)
                continue
            self._visited.add(inspector)
            if self._is_end(inspector):
                return inspector
            for held in self._board.held[inspector]:
                self._enqueue(held, slot, inspector)
        self._waiting[place.block] = waiting
        return None

    def _not_yet_visited(self, block: str) -> Iterable[int]:
        """Return, by code, a superset of who has the block's tags and was not visited."""
        if block in self._waiting:
            return self._waiting[block]
        if not self._closed.inspectors:
            return self._board.needs.supply(block)
        return sorted(self._board.needs.supply_set(block) - self._closed.inspectors)

    def _switch_in_team(self, slot: int) -> None:
        """Step (ii)."""
        team = self._board.teams[self._board.slots[slot].unit]
        for inspector in sorted(team):
            if self._board.fits(inspector, slot):
                self._enqueue(team[inspector], slot, inspector)

    def _enqueue(self, slot: int, to_slot: int, holder: int) -> None:
        seen = slot in self._reached_by or slot == self._start or slot in self._closed.slots
        if not seen:
            self._reached_by[slot] = (to_slot, holder)
            self._queue.append(slot)

    def _path(self, slot: int, end: int) -> Path:
        path = [(slot, end)]
        while slot != self._start:
            slot, holder = self._reached_by[slot]
            path.append((slot, holder))
        return path


def find_path(
    board: Board, start: int, is_end: Callable[[int], bool], closed: Region
) -> Path | Region:
    """Search breadth-first from a slot; return the path, or the region seen if there is none.

    The slots of the region are a Hall violator: all who fit them are at their limit.
    """
    return _Search(board, start, is_end, closed).run()
