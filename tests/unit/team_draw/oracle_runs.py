"""Many random tight instances against oracles; tests take thousands, `bench.sh teams` more."""

from collections import Counter

from coordinator.adapters.team_solver import CpSatFeasibilitySolver
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.team_draw import TeamDraw
from coordinator.domain.team_draw.needs import Needs
from coordinator.domain.team_draw.witness import feasibility_question
from tests.unit.team_draw.instances import Instance, tight_instance
from tests.unit.team_draw.oracles import (
    least_sum_of_squared_loads,
    most_filled_slots,
    one_pattern_slots,
)

_NO_TEAMS = {Rule.TEAM_QUOTA_UNMET, Rule.TEAM_FEASIBILITY_UNPROVEN}


def drawn_or_none(instance: Instance) -> TeamDraw | None:
    """Draw, or give None where no teams were found."""
    try:
        return instance.drawn()
    except RuleBrokenError as error:
        if error.rule not in _NO_TEAMS:
            raise
        return None


def verdicts_and_loads(number: int, first_seed: int = 1000) -> Counter[bool]:
    """Compare verdicts with maximum flow and loads with the convex optimum; count the verdicts."""
    verdicts = Counter[bool]()
    for seed in range(first_seed, first_seed + number):
        instance = tight_instance(seed, 1)
        slots = one_pattern_slots(instance)

        draw = drawn_or_none(instance)

        assert (draw is not None) == (most_filled_slots(instance, slots) == len(slots)), seed
        verdicts[draw is not None] += 1
        if draw is not None:
            new = Counter(a.inspector for a in draw.assignments)
            loads = [m.prior_load + new[m.inspector] for m in instance.roster if m.available]
            least = least_sum_of_squared_loads(instance, slots)
            assert sum(load**2 for load in loads) == least, seed
    return verdicts


def tag_covers(number: int, first_seed: int = 0) -> Counter[bool]:
    """Compare with CP-SAT where units want several tags, up to three; count the verdicts."""
    solver = CpSatFeasibilitySolver()
    verdicts = Counter[bool]()
    for seed in range(first_seed, first_seed + number):
        instance = tight_instance(seed, 2 + seed % 2)

        draw = drawn_or_none(instance)

        needs = Needs("fire", instance.roster, instance.bars, instance.units)
        exists = solver.find_teams(feasibility_question(needs)) is not None
        assert (draw is not None) == exists, seed
        verdicts[exists] += 1
    return verdicts
