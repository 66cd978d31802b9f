"""Exact search for the fewest visits of a small group with a minute limit (3.2.6, 3.7)."""

from collections.abc import Sequence

from coordinator.domain.checklist_merge.values import Check

Usable = tuple[tuple[int, int], ...]


def fewest_visits(
    checks: Sequence[Check], max_minutes: int, between: tuple[int, int]
) -> list[int] | None:
    """Return the smallest numbering with the fewest visits, None where the upper bound is it.

    `between`: the minimum is at least the first number, and the second is known to be possible.
    """
    at_least, possible = between
    search = _Search(checks, max_minutes)
    for number_of_visits in range(at_least, possible):
        found = search.with_at_most(number_of_visits)
        if found is not None:
            return found
    return None


class _Search:
    """Depth-first search over checks in tie order; a state that failed is never entered twice."""

    def __init__(self, checks: Sequence[Check], max_minutes: int) -> None:
        self._max_minutes = max_minutes
        self._starts = [check.window_start.toordinal() for check in checks]
        self._ends = [check.window_end.toordinal() for check in checks]
        # A single longer check stands alone: it fills its visit to the brim and joins none.
        self._minutes = [min(check.minutes, max_minutes) for check in checks]
        self._alone = [check.minutes > max_minutes for check in checks]
        self._minutes_from = [sum(self._minutes[at:]) for at in range(len(checks) + 1)]
        self._failed: set[tuple[int, int, Usable]] = set()

    def with_at_most(self, number_of_visits: int) -> list[int] | None:
        """Return the lexicographically smallest numbering with that many visits, or None."""
        self._failed.clear()
        numbers: list[int] = []
        return numbers if self._extend(numbers, [], number_of_visits) else None

    def _extend(self, numbers: list[int], visits: list[tuple[int, int]], unopened: int) -> bool:
        at = len(numbers)
        if at == len(self._starts):
            return True
        state = (at, unopened, self._usable(at, visits))
        if state in self._failed or not self._enough_room(at, state[2], unopened):
            return False
        if self._join_or_open(numbers, visits, unopened):
            return True
        self._failed.add(state)
        return False

    def _join_or_open(
        self, numbers: list[int], visits: list[tuple[int, int]], unopened: int
    ) -> bool:
        at = len(numbers)
        tried = set()
        for number, (end, left) in enumerate(visits):
            # Visits equal in end and minutes left have the same future: the first stands for all.
            if (end, left) not in tried and self._joins(at, end, left):
                tried.add((end, left))
                visits[number] = (end, left - self._minutes[at])
                numbers.append(number)
                if self._extend(numbers, visits, unopened):
                    return True
                numbers.pop()
                visits[number] = (end, left)
        return unopened > 0 and self._open(numbers, visits, unopened)

    def _open(self, numbers: list[int], visits: list[tuple[int, int]], unopened: int) -> bool:
        at = len(numbers)
        left = -1 if self._alone[at] else self._max_minutes - self._minutes[at]
        visits.append((self._ends[at], left))
        numbers.append(len(visits) - 1)
        if self._extend(numbers, visits, unopened - 1):
            return True
        numbers.pop()
        visits.pop()
        return False

    def _joins(self, at: int, end: int, left: int) -> bool:
        return not self._alone[at] and self._starts[at] <= end and self._minutes[at] <= left

    def _usable(self, at: int, visits: Sequence[tuple[int, int]]) -> Usable:
        """Visits that a check still to come could join: all that the future depends on."""
        rest = range(at, len(self._starts))
        return tuple(
            sorted(
                (end, left)
                for end, left in visits
                if any(self._joins(check, end, left) for check in rest)
            )
        )

    def _enough_room(self, at: int, usable: Sequence[tuple[int, int]], unopened: int) -> bool:
        room = sum(left for _, left in usable) + unopened * self._max_minutes
        return self._minutes_from[at] <= room
