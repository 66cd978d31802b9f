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

With a limit first fit may waste visits. Then `exact.fewest_visits` asks for k = lower bound, … <
first fit by depth-first search that tries visit numbers in ascending order: the first solution
met is the lexicographically smallest with at most k visits, and the first k that has one is
minimum. If no smaller k has one, first fit is minimum and, by claim 1, smallest.

That search is for groups of up to 16 checks. Beyond, 3.7 fixes first fit. How far is it from the
minimum OPT? Let L be the limit. A check longer than L stands alone in every solution, adds 1 to
both numbers and is left out below. Let p1 < … < ps be the earliest end, then ever the earliest
end of those that start after the day before: s windows are disjoint, so s ≤ OPT, and W, all
minutes, is at most OPT·L.

Claim 3: first fit makes s visits, which is the minimum, or at most s + ⌈2W/L⌉ - 2 ≤ 3·OPT - 2.
Proof: class i are the checks that end on pi or later, but before p(i+1). Each of
them contains pi (or p(i+1) would be its end), and they are placed one after another, class by
class. A visit that a check of class i opened ends on pi or later, so no check of its class
starts too late for it: when a second one is opened, its check did not fit by minutes into any of
its class. So any two visits of one class hold more than L, n ≥ 2 visits of one class more than
n·L/2 in all, and the visits in classes with two or more are fewer than 2W/L. The others are one
per class, of at most s - 1 classes. If every class has one, first fit made s visits.

Claim 4: first fit makes fewer than 1.7·OPT + s visits, hence fewer than 2.7·OPT. Proof: what
class i puts into its own visits is first-fit bin packing of just these minutes. By the weights of
Garey, Graham, Johnson and Yao (Resource constrained scheduling as generalized bin packing, 1976)
n visits of a class weigh more than n - 1, while no visit of any solution weighs more than 1.7.
The sum over the classes is the claim. It is the factor that Jansen and Öhring (Approximation
algorithms for time constrained scheduling, 1997) have for bin packing with conflicts when first
fit packs the classes of a least colouring. Where all windows share a day it is plain bin packing,
at most 1.7·OPT (Dósa and Sgall, First Fit bin packing: a tight analysis, 2013).

`bounds.visits_needed` gives what the minutes and windows at hand need at least, mostly much closer
than these worst cases; a group is proven to be at the minimum where both agree.
"""

from collections import defaultdict
from collections.abc import Sequence

from coordinator.domain.checklist_merge.bounds import days_that_meet_all, visits_needed
from coordinator.domain.checklist_merge.exact import fewest_visits
from coordinator.domain.checklist_merge.values import Check

EXACT_SEARCH_LIMIT = 16  # fixed by 3.7, part of the format: both sides must switch at the same size


def visits_of(checks: list[Check], max_minutes: int | None) -> list[list[Check]]:
    """Part checks, which are in tie order, into visits, which are by first appearance."""
    if len(checks) == 1:
        return [checks]
    if max_minutes is None:
        return _stabbed(checks)
    visits = _first_fit(checks, max_minutes)
    if len(visits) == days_that_meet_all(checks) or len(checks) > EXACT_SEARCH_LIMIT:
        return visits
    at_least = visits_needed(checks, max_minutes)
    numbers = fewest_visits(checks, max_minutes, (at_least, len(visits)))
    return visits if numbers is None else _by_number(checks, numbers)


def _stabbed(checks: Sequence[Check]) -> list[list[Check]]:
    """First fit without a limit: the first check of a visit knows its end."""
    visits: list[list[Check]] = []
    for check in checks:
        start = check.window_start
        for visit in visits:
            if start <= visit[0].window_end:
                visit.append(check)
                break
        else:
            visits.append([check])
    return visits


def _first_fit(checks: Sequence[Check], max_minutes: int) -> list[list[Check]]:
    visits: list[list[Check]] = []
    left: list[int] = []
    for check in checks:
        start, minutes = check.window_start, check.minutes
        for number, visit in enumerate(visits):
            if minutes <= left[number] and start <= visit[0].window_end:
                visit.append(check)
                left[number] -= minutes
                break
        else:
            visits.append([check])
            left.append(max_minutes - minutes)  # below 0 where a single longer check stands alone
    return visits


def _by_number(checks: Sequence[Check], numbers: Sequence[int]) -> list[list[Check]]:
    visits: dict[int, list[Check]] = defaultdict(list)
    for check, number in zip(checks, numbers, strict=True):
        visits[number].append(check)
    return list(visits.values())
