"""What an enterprise may choose: free spots of its announced visit, until a deadline."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from coordinator.domain.scheduling.board import Board
from coordinator.domain.scheduling.values import Call, Setting, Spot


def choices(
    setting: Setting,
    calls: Iterable[Call],
    spots: Mapping[str, Spot],
    visit_id: str,
    most: int,
) -> tuple[Spot, ...]:
    """Give up to `most` other spots that nobody else's visit has to move for, in order of time.

    One slot of each day comes before a second slot of any, so that there are days to choose from.
    """
    board = Board(setting, calls)
    for other, spot in spots.items():
        if other != visit_id:
            board.put(other, spot)
    now = spots.get(visit_id)
    free = [s for s in board.allowed(visit_id) if s != now and board.is_free(visit_id, s)]
    turn: dict[Spot, tuple[int, Spot]] = {}
    seen: dict[date, int] = {}
    for spot in free:
        turn[spot] = (seen.get(spot.day, 0), spot)
        seen[spot.day] = seen.get(spot.day, 0) + 1
    return tuple(sorted(sorted(free, key=lambda spot: turn[spot])[:most]))


def last_day_to_choose(sent: date, day: date, choice_days: int, notice_days: int) -> date | None:
    """Give the last day on which an enterprise may choose: days after the notice, before the visit.

    None where the policy lets nobody choose, or notice leaves no day for it.
    """
    last = min(sent + timedelta(days=choice_days), day - timedelta(days=max(notice_days, 1)))
    return last if choice_days > 0 and last >= sent else None


def clashes_with(
    setting: Setting, calls: Iterable[Call], spots: Mapping[str, Spot], visit_id: str, spot: Spot
) -> tuple[str, ...]:
    """Name the visits that keep one from standing at a spot; empty when it may stand there."""
    board = Board(setting, calls)
    for other, stood in spots.items():
        if other != visit_id:
            board.put(other, stood)
    return () if board.is_free(visit_id, spot) else tuple(sorted(board.blockers(visit_id, spot)))


__all__ = ["Call", "choices", "clashes_with", "last_day_to_choose"]
