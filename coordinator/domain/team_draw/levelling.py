"""Levelling: move slots from the most to the least loaded while that helps (3.2.7e)."""

from collections import Counter
from heapq import heapify, heappop, heappush

from coordinator.domain.team_draw.board import Board
from coordinator.domain.team_draw.paths import Path, Region, find_path
from coordinator.domain.team_draw.values import How


def level_loads(board: Board) -> None:
    """Make loads as equal as the constraints allow.

    "Clear all marks" needs no code: the highest load never rises, so by `Region` whoever was
    marked done would fail again.
    """
    available = [at for at, member in enumerate(board.needs.roster) if member.available]
    number_at = Counter(board.load[at] for at in available)
    least = min(number_at, default=0)
    queue = [(-board.load[at], at) for at in available if board.held[at]]
    heapify(queue)
    closed = Region()
    while queue:
        negative_load, inspector = heappop(queue)
        load = board.load[inspector]
        if -negative_load != load or not board.held[inspector]:
            continue  # his load changed after he was queued
        if load - least < 2:  # noqa: PLR2004 (the 2 of the rule)
            return
        path = _lowering_path(board, inspector, closed)
        if path is None:
            continue
        gainer = path[0][1]
        number_at.subtract((load, board.load[gainer]))
        board.apply(path, How.LEVEL)
        number_at.update((load - 1, board.load[gainer]))
        while not number_at[least]:
            least += 1
        for changed in (inspector, gainer):
            heappush(queue, (-board.load[changed], changed))


def _lowering_path(board: Board, inspector: int, closed: Region) -> Path | None:
    highest = board.load[inspector] - 2

    def is_end(candidate: int) -> bool:
        return board.load[candidate] <= highest and board.below_cap(candidate)

    for slot in list(board.held[inspector]):
        if slot in closed.slots:
            continue
        found = find_path(board, slot, is_end, closed)
        if not isinstance(found, Region):
            return found
        closed.add(found)
    return None
