"""Filling a board fast: in travel order, with room made by moving what stands in the way.

It finds a schedule for thousands of visits in seconds wherever there is some slack; what it can't
place, the exact search decides.
"""

from collections import Counter, deque
from collections.abc import Iterable

from coordinator.domain.scheduling.board import Board
from coordinator.domain.scheduling.values import Spot

_TRIES_PER_VISIT = 12
_MOST_TRIES = 2_000
_AMONG_NEIGHBOURS = (0, -1)


def fill(board: Board, waiting: Iterable[str]) -> list[str]:
    """Place visits in their travel order, each where it fits best; gives those without a spot."""
    calls = board.calls
    in_order = sorted(waiting, key=lambda each: (calls[each].rank, calls[each].last, each))
    return [each for each in in_order if not _place(board, each)]


def make_room(board: Board, waiting: Iterable[str], *, held: frozenset[str]) -> list[str]:
    """Place further visits by moving others aside, never those held; gives who stays outside.

    A visit that was moved often weighs more, so that the search does not turn in circles; the
    number of tries bounds it.
    """
    queue = deque(sorted(waiting))
    tries = min(_MOST_TRIES, _TRIES_PER_VISIT * max(len(board.calls), 1))
    weights: Counter[str] = Counter()
    outside: list[str] = []
    while queue and tries:
        tries -= 1
        visit = queue.popleft()
        if _place(board, visit):
            continue
        spot = _cheapest(board, visit, weights, held)
        if spot is None:
            outside.append(visit)
            continue
        board.put(visit, spot)
        for other in _clear(board, visit, weights, held):
            weights[other] += 1
            queue.append(other)
    return [*outside, *queue]


def _place(board: Board, visit: str) -> bool:
    """Let a visit stand where it fits best, and say whether it fits anywhere."""
    best: tuple[int, int, Spot] | None = None
    for spot in board.allowed(visit):
        if not board.is_free(visit, spot):
            continue
        rank = (*_company(board, visit, spot), spot)
        if best is None or rank < best:
            best = rank
        if rank[:2] == _AMONG_NEIGHBOURS:
            break  # nothing later is better
    if best is None:
        return False
    board.put(visit, best[2])
    return True


def _company(board: Board, visit: str, spot: Spot) -> tuple[int, int]:
    """Prefer days on which the people are in that district anyway, and nowhere else."""
    call = board.calls[visit]
    strangers, neighbours = 0, 0
    for person in call.people:
        for other in board.bookings(person, spot.day):
            if other.district == call.district:
                neighbours = -1
            else:
                strangers += 1
    return strangers, neighbours


def _cheapest(board: Board, visit: str, weights: Counter[str], held: frozenset[str]) -> Spot | None:
    """Give the spot whose clearing moves what was moved least; None where held visits stand."""
    best: tuple[int, Spot] | None = None
    for spot in board.allowed(visit):
        cost = _cost(board, visit, spot, weights, held)
        if cost is not None and (best is None or (cost, spot) < best):
            best = (cost, spot)
    return None if best is None else best[1]


def _cost(
    board: Board, visit: str, spot: Spot, weights: Counter[str], held: frozenset[str]
) -> int | None:
    blockers = board.blockers(visit, spot)
    return None if blockers & held else sum(1 + weights[other] for other in blockers)


def _clear(
    board: Board, visit: str, weights: Counter[str], held: frozenset[str]
) -> dict[str, Spot]:
    """Take off the board what keeps a visit from standing where it is put, lightest first."""
    moved: dict[str, Spot] = {}
    while clash := board.clash_of(visit):
        movable = [each for each in clash if each != visit and each not in held]
        if not movable:
            break
        other = min(movable, key=lambda each: (weights[each], each))
        moved[other] = board.take(other)
    return moved
