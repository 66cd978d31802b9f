"""The least number of visits by other means than the merge: all set partitions, and CP-SAT."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import combinations, pairwise, product
from random import Random

from coordinator.domain.checklist_merge import Check, Merge, MergePolicy
from tests.unit.checklist_merge.builders import a_check

DESK = frozenset({"书面", "网络监测"})


def may_share(checks: Sequence[Check], policy: MergePolicy) -> bool:
    """The rules of 3.7 on one visit, in its words."""
    places = {check.place for check in checks}
    desk = {check.method in policy.desk_methods for check in checks}
    modes = {check.mode for check in checks}
    day_in_common = max(c.window_start for c in checks) <= min(c.window_end for c in checks)
    minutes = sum(check.minutes for check in checks)
    short = policy.max_minutes is None or minutes <= policy.max_minutes or len(checks) == 1
    return len(places) == len(desk) == len(modes) == 1 and day_in_common and short


def tie_order(check: Check) -> tuple[object, ...]:
    """The order of 3.2.6."""
    return check.window_end, check.window_start, check.line, check.object, check.item


def partitions(checks: Sequence[Check], policy: MergePolicy) -> Iterator[list[int]]:
    """Yield every numbering of visits by first appearance that the rules allow.

    A visit that breaks a rule breaks it with any further check too, so it is left at once.
    """

    def extend(numbers: list[int], visits: list[list[Check]]) -> Iterator[list[int]]:
        if len(numbers) == len(checks):
            yield numbers
            return
        check = checks[len(numbers)]
        for number, visit in enumerate(visits):
            if may_share([*visit, check], policy):
                visit.append(check)
                yield from extend([*numbers, number], visits)
                visit.pop()
        yield from extend([*numbers, len(visits)], [*visits, [check]])

    yield from extend([], [])


def best_numbering(checks: Sequence[Check], policy: MergePolicy) -> list[int]:
    """Of all allowed numberings of one place: fewest visits, then the smallest in tie order."""
    return min(partitions(checks, policy), key=lambda found: (max(found, default=-1), found))


def numbering_of(merge: Merge, checks: Sequence[Check]) -> list[int]:
    """Number the visits of a merge by their first appearance among checks."""
    visit_of = {check: at for at, visit in enumerate(merge.visits) for check in visit.checks}
    seen: dict[int, int] = {}
    return [seen.setdefault(visit_of[check], len(seen)) for check in checks]


def least_by_solver(checks: Sequence[Check], policy: MergePolicy, at_most: int) -> int:
    """Ask CP-SAT for the least number of visits of one place; `at_most` is known to be enough."""
    from ortools.sat.python import cp_model  # noqa: PLC0415 - a development dependency

    model = cp_model.CpModel()
    used = [model.new_bool_var(f"v{v}") for v in range(at_most)]
    held = [[model.new_bool_var(f"c{c}v{v}") for v in range(at_most)] for c in range(len(checks))]
    for at, of_check in enumerate(held):
        model.add_exactly_one(of_check[: at + 1])  # visits are alike: number them by first check
        model.add(sum(of_check[at + 1 :]) == 0)
    apart = [
        pair
        for pair in combinations(range(len(checks)), 2)
        if not may_share([checks[at] for at in pair], policy)
    ]
    for (one, other), v in product(apart, range(at_most)):
        model.add_at_most_one(held[one][v], held[other][v])
    limit = policy.max_minutes or sum(check.minutes for check in checks)
    minutes = [min(check.minutes, limit) for check in checks]
    for v, visit in enumerate(used):
        taken = [of_check[v] for of_check in held]
        model.add(sum(m * c for m, c in zip(minutes, taken, strict=True)) <= limit)
        model.add_max_equality(visit, taken)
    for earlier, following in pairwise(used):
        model.add_implication(following, earlier)
    model.minimize(sum(used))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    if solver.solve(model) != cp_model.OPTIMAL:
        raise RuntimeError("CP-SAT has no proof")
    return round(solver.objective_value)


def chances(seed: int) -> Random:
    """Give repeatable chance for test data."""
    return Random(seed)  # noqa: S311 (test data)


def random_checks(chance: Random, number: int, days: int = 8) -> list[Check]:
    """Make checks of one place, most of which may share visits in many ways."""
    checks = []
    for at in range(number):
        start = chance.randrange(days)
        checks.append(
            a_check(
                f"item-{at:02}",
                start,
                start + chance.randrange(days // 2 + 1),
                object=chance.choice(("o1", "o2")),
                line=chance.choice(("l1", "l2", "l3")),
                minutes=chance.choice((0, 5, 10, 20, 25, 30, 35, 40, 50, 55, 70, 90, 130)),
                mode=chance.choice(("announced", "announced", "announced", "covert")),
                method=chance.choice(("现场", "现场", "现场", "书面")),
            )
        )
    return checks


def same_day(checks: Sequence[Check]) -> list[Check]:
    """Give the checks one window and class, so that only minutes decide."""
    first = checks[0]
    end = first.window_start + timedelta(30)
    return [
        check._replace(
            window_start=first.window_start, window_end=end, mode=first.mode, method=first.method
        )
        for check in checks
    ]
