"""A schedule from nothing, or with the fewest moves from what stands (2-rules.md 2.5).

Visits that share nobody, directly or by others, are planned apart: nothing of one group can matter
to another.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from coordinator.domain.scheduling.board import Board, standing
from coordinator.domain.scheduling.filling import fill, make_room
from coordinator.domain.scheduling.searching import Search, SearchEndedError
from coordinator.domain.scheduling.values import Call, Schedule, Setting, Spot

SEARCH_STEPS = 40_000
_MOST_SEARCHED = 200  # visits of a group that the exact search takes on from nothing


@dataclass(frozen=True)
class _Part:
    """What came of one group."""

    spots: Mapping[str, Spot]
    left_out: Sequence[str]
    proven: bool


def plan(
    setting: Setting,
    calls: Iterable[Call],
    stood: Mapping[str, Spot] | None = None,
    *,
    steps: int = SEARCH_STEPS,
) -> Schedule:
    """Schedule visits; where they stood before, only those that can't stay move, and who must.

    Deterministic, and independent of the order in which the visits are given. `steps` bounds the
    exact search of each group of visits that share people.
    """
    before = stood or {}
    parts = [_plan_group(setting, group, before, steps) for group in groups_of(calls)]
    spots = {visit: spot for part in parts for visit, spot in part.spots.items()}
    moved = [visit for visit, spot in before.items() if spots.get(visit, spot) != spot]
    return Schedule(
        spots=dict(sorted(spots.items())),
        left_out=tuple(sorted(visit for part in parts for visit in part.left_out)),
        moved=tuple(sorted(moved)),
        proven=all(part.proven for part in parts),
    )


def groups_of(calls: Iterable[Call]) -> list[list[Call]]:
    """Split visits into groups that share nobody, each and all of them by id."""
    in_order = sorted(calls, key=lambda call: call.visit_id)
    root = {call.visit_id: call.visit_id for call in in_order}

    def root_of(visit: str) -> str:
        while root[visit] != visit:
            root[visit] = root[root[visit]]
            visit = root[visit]
        return visit

    visit_with: dict[str, str] = {}
    for call in in_order:
        for person in call.people:
            other = root_of(visit_with.setdefault(person, call.visit_id))
            root[root_of(call.visit_id)] = other
    groups: dict[str, list[Call]] = defaultdict(list)
    for call in in_order:
        groups[root_of(call.visit_id)].append(call)
    return list(groups.values())


def _plan_group(
    setting: Setting, calls: Sequence[Call], before: Mapping[str, Spot], steps: int
) -> _Part:
    board = Board(setting, calls)
    own = {call.visit_id: before[call.visit_id] for call in calls if call.visit_id in before}
    lost = standing(board, own)
    held = _held(board)
    waiting = [
        call.visit_id
        for call in calls
        if not call.foreign and (call.visit_id in lost or call.visit_id not in own)
    ]
    if any(not board.calls[visit].foreign for visit in own):
        return _replan(board, waiting, held, steps)
    return _plan_anew(board, waiting, steps)


def _held(board: Board) -> frozenset[str]:
    """Give the visits that stay: fixed ones, but of two that clash the one that is ours may move.

    Foreign visits that clash with each other are no matter of this schedule: one of them is left.
    """
    fixed = {visit for visit in board.spots if board.calls[visit].fixed}
    for visit in sorted(fixed):
        clash = board.clash_of(visit) if visit in board.spots else ()
        if clash and fixed.issuperset(clash):
            ours = [each for each in clash if not board.calls[each].foreign]
            if not ours:
                board.take(clash[-1])
            fixed.difference_update(ours or clash[-1:])
    return frozenset(fixed)


def _plan_anew(board: Board, waiting: Sequence[str], steps: int) -> _Part:
    foreign = dict(board.spots)
    outside = fill(board, waiting)
    if outside:
        outside = make_room(board, outside, held=frozenset(foreign))
        outside = fill(board, outside)
    if not outside:
        return _Part(board.spots, (), proven=True)
    exact = Board(board.setting, board.calls.values())
    exact.restore(foreign)
    found, proven = _search_anew(exact, waiting, steps)
    return found or _Part(board.spots, outside, proven=proven)


def _search_anew(exact: Board, waiting: Sequence[str], steps: int) -> tuple[_Part | None, bool]:
    """Search for a whole schedule; also says whether it is proven that there is none."""
    if any(not exact.allowed(visit) for visit in waiting):
        return None, True
    if len(waiting) > _MOST_SEARCHED:
        return None, False
    try:
        is_found = Search(exact, exact.spots, steps).place(waiting, 0)
    except SearchEndedError:
        return None, False
    return (_Part(exact.spots, (), proven=True), True) if is_found else (None, True)


def _replan(board: Board, waiting: Sequence[str], held: frozenset[str], steps: int) -> _Part:
    stood = dict(board.spots)
    search = Search(board, held, steps)
    try:
        for moves in range(len(stood) - len(held) + 1):
            if search.place(waiting, moves):
                return _Part(board.spots, (), proven=True)
        proven = True
    except SearchEndedError:
        proven = False
    board.restore(stood)
    return _one_by_one(board, waiting, held, proven=proven)


def _one_by_one(
    board: Board, waiting: Sequence[str], held: frozenset[str], *, proven: bool
) -> _Part:
    """Where not everything fits, or the search was too long: clear what clashes, then refill."""
    outside = list(waiting)
    for visit in sorted(board.spots):
        if visit in board.spots and visit not in held and board.clash_of(visit):
            outside.append(visit)
            board.take(visit)
    outside = fill(board, outside)
    if outside and not proven:
        outside = fill(board, make_room(board, outside, held=held))
    return _Part(board.spots, outside, proven=proven and bool(outside))
