"""Fill the slots of a board in slot order, by pick or by path (3.2.7c, d)."""

from collections.abc import Iterator
from functools import partial

from coordinator.domain.lottery.stream import Stream
from coordinator.domain.team_draw.board import Board
from coordinator.domain.team_draw.paths import Region, find_path
from coordinator.domain.team_draw.values import How


def fill_slots(board: Board, pick_key: str) -> Iterator[Region]:
    """Fill slot after slot; yield the closed region seen at each slot that nobody can fill.

    A caller that stops at the first region has the Hall violator of 3.2.7d; one that goes on
    leaves those slots empty (3.2.7f), and the fewest possible are empty at the end.
    """
    closed = Region()
    for at, slot in enumerate(board.slots):
        text = f"{board.needs.units[slot.unit].unit}|{slot.number}"
        inspector = board.pick(at, partial(Stream, pick_key, text))
        if inspector is not None:
            board.fill(at, inspector, How.PICK)
            continue
        found = find_path(board, at, board.below_cap, closed)
        if isinstance(found, Region):
            closed.add(found)
            yield found
        else:
            board.apply(found, How.PATH)
