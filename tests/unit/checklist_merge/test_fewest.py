"""The merge against other means: brute force over all set partitions, CP-SAT, and proven bounds."""

from itertools import groupby
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.domain.checklist_merge import Check, MergePolicy, merge_checks
from coordinator.domain.checklist_merge.bounds import visits_needed
from tests.thoroughness import some_of
from tests.unit.checklist_merge.builders import a_check
from tests.unit.checklist_merge.oracle_runs import against_brute_force, against_solver
from tests.unit.checklist_merge.oracles import (
    DESK,
    best_numbering,
    chances,
    least_by_solver,
    random_checks,
    same_day,
    tie_order,
)


def test_random_places_have_the_numbering_of_brute_force() -> None:
    assert against_brute_force(range(some_of(3000)), most=7) == some_of(3000)


def test_random_places_with_a_limit_need_as_many_visits_as_the_solver_finds() -> None:
    assert against_solver(range(some_of(100)), sizes=(8, 14)) == some_of(100)


@pytest.mark.parametrize("seed", range(2))
def test_large_groups_say_truly_how_far_they_may_be_above_the_minimum(seed: int) -> None:
    chance = chances(2000 + seed)
    for _ in range(3):
        checks = [
            check._replace(mode="announced", method="现场")
            for check in random_checks(chance, chance.randint(17, 19))
        ]
        policy = MergePolicy(120, DESK)

        merge = merge_checks(checks, policy)

        [group] = merge.large_groups
        least = least_by_solver(checks, policy, group.visits)
        assert (group.checks, group.visits) == (len(checks), merge.summary.visits)
        assert group.at_least <= least <= group.visits
        assert merge.at_most_above == group.visits - group.at_least
        assert group.visits <= at_most_by_claim_3(checks, 120)
        assert group.visits < 1.7 * least + stabbed(checks)


def stabbed(checks: list[Check]) -> int:
    """The number of days that meet all windows: s of the docstring."""
    days: list[object] = []
    for check in sorted(checks, key=tie_order):
        if not days or check.window_start > days[-1]:  # type: ignore[operator]
            days.append(check.window_end)
    return len(days)


def at_most_by_claim_3(checks: list[Check], limit: int) -> int:
    alone = [check for check in checks if check.minutes > limit]
    others = [check for check in checks if check.minutes <= limit]
    least = stabbed(others)
    minutes = sum(check.minutes for check in others)
    return len(alone) + max(least, least + ceil(2 * minutes / limit) - 2)


@st.composite
def large_groups(draw: st.DrawFn) -> list[Check]:
    size = draw(st.integers(17, 60))
    days = draw(st.sampled_from((1, 4, 20)))
    chance = chances(draw(st.integers(0, 2**32)))
    checks = random_checks(chance, size, days)
    return [check._replace(mode="announced", method="现场") for check in checks]


@settings(max_examples=some_of(60), deadline=None)
@given(large_groups(), st.sampled_from((40, 60, 100, 130)))
def test_first_fit_never_passes_the_bound_that_is_proven_for_it(
    checks: list[Check], limit: int
) -> None:
    merge = merge_checks(checks, MergePolicy(limit, DESK))

    assert merge.summary.visits <= at_most_by_claim_3(checks, limit)
    assert merge.large_groups[0].at_least <= merge.summary.visits


@settings(max_examples=some_of(100), deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 7), st.sampled_from((40, 60, 100)))
def test_no_solution_is_below_the_number_that_is_called_needed(
    seed: int, size: int, limit: int
) -> None:
    checks = sorted(random_checks(chances(seed), size), key=tie_order)
    alike = [check._replace(mode="announced", method="现场") for check in checks]

    needed = visits_needed(alike, limit)

    assert 1 <= needed <= max(best_numbering(alike, MergePolicy(limit, DESK))) + 1


def test_a_group_at_the_bound_is_called_optimal() -> None:
    checks = same_day(random_checks(chances(7), 20))
    checks = [check._replace(minutes=30) for check in checks]

    merge = merge_checks(checks, MergePolicy(60, DESK))

    [group] = merge.large_groups
    assert (group.visits, group.at_least, group.at_most_above) == (10, 10, 0)


def test_a_group_where_first_fit_wastes_a_visit_says_at_most_one_above() -> None:
    minutes = [20, 20, 30, 30, *[50] * 13]
    checks = [a_check(f"i{at:02}", minutes=m) for at, m in enumerate(minutes)]

    merge = merge_checks(checks, MergePolicy(50, DESK))

    [group] = merge.large_groups
    assert (group.visits, group.at_least, group.at_most_above) == (3 + 13, 2 + 13, 1)


def test_without_a_limit_every_group_is_at_the_minimum_whatever_its_size() -> None:
    checks = random_checks(chances(3), 40)

    merge = merge_checks(checks, MergePolicy(None, DESK))

    classes = sorted(checks, key=lambda c: (c.mode, c.method))
    least = sum(stabbed(list(of)) for _, of in groupby(classes, key=lambda c: (c.mode, c.method)))
    assert merge.summary.visits == least
    assert merge.large_groups == ()
