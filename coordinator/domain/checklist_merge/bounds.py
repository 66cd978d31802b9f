"""How many visits checks of one place, mode and desk class need at least, with a minute limit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from coordinator.domain.checklist_merge.values import Check


@dataclass(slots=True)
class _Needed:
    """Visits for checks added so far, were they all to have a day in common.

    A longer check than the limit stands alone. The others need room for all their minutes; no two
    fit together that are longer than half the limit, no three that are longer than a third.
    """

    max_minutes: int
    alone: int = 0
    others: int = 0
    minutes: int = 0
    over_half: int = 0
    over_third: int = 0

    def add(self, minutes: int) -> None:
        if minutes > self.max_minutes:
            self.alone += 1
            return
        self.others = 1
        self.minutes += minutes
        self.over_half += 2 * minutes > self.max_minutes
        self.over_third += 3 * minutes > self.max_minutes

    def visits(self) -> int:
        by_minutes = -(-self.minutes // self.max_minutes)
        return self.alone + max(self.others, by_minutes, self.over_half, -(-self.over_third // 2))


def visits_needed(checks: Sequence[Check], max_minutes: int) -> int:
    """Return a number of visits that no solution is below; checks are in tie order, at least one.

    Checks whose windows begin on day a or later never share a visit with checks that end before a.
    So the needs of separate stretches of days add up; the largest sum over all ways to cut the days
    at window starts is taken. One long stretch counts all minutes, many short ones count as
    interval stabbing does. Takes (distinct starts) x (checks) steps.
    """
    starts = sorted({check.window_start for check in checks})
    before = [0] * (len(starts) + 1)  # least visits for the checks that end before each start
    for at, first in enumerate(starts):
        inside = [check for check in checks if check.window_start >= first]
        _extend(before, (starts, at), inside, _Needed(max_minutes))
    return before[-1]


def _extend(
    before: list[int],
    stretch: tuple[Sequence[date], int],
    checks: Sequence[Check],
    needed: _Needed,
) -> None:
    """Raise what is known at each later start by a stretch of days that begins at one of them."""
    starts, at = stretch
    cut = at + 1
    for check in checks:
        while cut < len(starts) and starts[cut] <= check.window_end:
            before[cut] = max(before[cut], before[at] + needed.visits())
            cut += 1
        needed.add(check.minutes)
    least = before[at] + needed.visits()
    for rest in range(cut, len(before)):
        before[rest] = max(before[rest], least)


def days_that_meet_all(checks: Sequence[Check]) -> int:
    """Return how many days it takes to meet every window (interval stabbing, no limit)."""
    last, number = checks[0].window_end, 1
    for check in checks:
        if check.window_start > last:
            last, number = check.window_end, number + 1
    return number
