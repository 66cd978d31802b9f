"""Many random places against the oracles: some in the tests, all of them by the benchmark."""

from collections.abc import Iterable

from coordinator.domain.checklist_merge import Check, MergePolicy, merge_checks
from tests.unit.checklist_merge.oracles import (
    DESK,
    best_numbering,
    chances,
    least_by_solver,
    numbering_of,
    random_checks,
    same_day,
    tie_order,
)

LIMITS = (None, 60, 100, 120)


def against_brute_force(seeds: Iterable[int], most: int) -> int:
    """Compare numberings with those of brute force over set partitions; the number of cases."""
    cases = 0
    for seed in seeds:
        chance = chances(seed)
        checks = sorted(random_checks(chance, chance.randint(1, most)), key=tie_order)
        policy = MergePolicy(chance.choice(LIMITS), DESK)
        merge = merge_checks(checks, policy)
        assert numbering_of(merge, checks) == best_numbering(checks, policy), (seed, checks)
        cases += 1
    return cases


def against_solver(seeds: Iterable[int], sizes: tuple[int, int]) -> int:
    """Compare the number of visits with CP-SAT's, with a minute limit; the number of cases."""
    cases = 0
    for seed in seeds:
        chance = chances(1_000_000 + seed)
        checks: list[Check] = random_checks(chance, chance.randint(*sizes))
        checks = same_day(checks) if chance.random() < 0.4 else checks
        policy = MergePolicy(chance.choice(LIMITS[1:]), DESK)
        found = merge_checks(checks, policy).summary.visits
        assert found == least_by_solver(checks, policy, found), (seed, checks)
        cases += 1
    return cases
