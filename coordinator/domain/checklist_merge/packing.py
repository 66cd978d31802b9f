"""Which checks of one place, mode and desk class share a visit: the arithmetic of 3.2.6.

Checks come in tie order, so their window ends never fall. Therefore the first check of a visit
has the earliest end of the visit, and windows have a day in common exactly if every later
member starts no later than that end. A visit is thus two numbers: that end and the minutes
left; `first_fit` puts each check into the lowest-numbered visit that can hold it.

Claim 1: no solution of any size has a lexicographically smaller sequence than first fit.
Proof: by induction each position takes the smallest number possible after its prefix.

Claim 2: without a minute limit first fit is minimum. Proof: it opens a visit only if the check
starts after the ends of all open ones, so the checks that opened have disjoint windows and no
two of them share a visit in any solution (interval stabbing).

With a limit first fit may waste visits. Then `fewest_visits` asks for k = lower bound, … < first
fit by depth-first search that tries visit numbers in ascending order: the first solution met is
the lexicographically smallest with at most k visits, and the first k that has one is minimum. If
no smaller k has one, first fit is minimum and, by claim 1, smallest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from coordinator.domain.checklist_merge.values import Check

EXACT_SEARCH_LIMIT = 16  # fixed by 3.7, part of the format: both sides must switch at the same size


@dataclass(slots=True)
class _OpenVisit:
    end: int
    minutes_left: int | None

    def holds(self, start: int, minutes: int) -> bool:
        fits = self.minutes_left is None or minutes <= self.minutes_left
        return fits and start <= self.end

    def take(self, minutes: int) -> None:
        if self.minutes_left is not None:
            self.minutes_left -= minutes


def visit_numbers(checks: Sequence[Check], max_minutes: int | None) -> list[int]:
    """Number the visit of each check, from 0 by first appearance; checks are in tie order."""
    first_fit = _first_fit(checks, max_minutes)
    if max_minutes is None or len(checks) > EXACT_SEARCH_LIMIT:
        return first_fit
    return _fewest_visits(checks, max_minutes, first_fit)


def _first_fit(checks: Sequence[Check], max_minutes: int | None) -> list[int]:
    visits: list[_OpenVisit] = []
    numbers = []
    for check in checks:
        start = check.window_start.toordinal()
        number = _first_that_holds(visits, start, check.minutes)
        if number == len(visits):
            visits.append(_OpenVisit(check.window_end.toordinal(), max_minutes))
        visits[number].take(check.minutes)
        numbers.append(number)
    return numbers


def _first_that_holds(visits: Sequence[_OpenVisit], start: int, minutes: int) -> int:
    for number, visit in enumerate(visits):
        if visit.holds(start, minutes):
            return number
    return len(visits)


def _fewest_visits(checks: Sequence[Check], max_minutes: int, first_fit: list[int]) -> list[int]:
    search = _Search(checks, max_minutes)
    for number_of_visits in range(search.lower_bound(), max(first_fit) + 1):
        found = search.with_at_most(number_of_visits)
        if found is not None:
            return found
    return first_fit


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
        self._failed: set[tuple[int, int, tuple[tuple[int, int], ...]]] = set()

    def lower_bound(self) -> int:
        """Visits needed for all minutes, or for checks of which no more than `share` fit in one."""
        needed = [1, -(-self._minutes_from[0] // self._max_minutes)]
        for share in range(1, len(self._minutes)):
            long = sum((share + 1) * minutes > self._max_minutes for minutes in self._minutes)
            needed.append(-(-long // share))
        return max(needed)

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

    def _usable(self, at: int, visits: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
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
