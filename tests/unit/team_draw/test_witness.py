"""After 200 patterns a solver decides; its teams are checked and marked as witness."""

from collections.abc import Mapping, Sequence

import pytest

from coordinator.adapters.team_solver import CpSatFeasibilitySolver
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.team_draw import FeasibilityQuestion, How
from tests.unit.team_draw.instances import Instance, a_member, a_unit


def hidden_pattern(number_of_decoys: int = 5, last_tags: str = "gh") -> Instance:
    """One of 2 795 patterns works; barred decoys make the others look better supplied."""
    team = [a_member(f"p{at}", *tags) for at, tags in enumerate(("ab", "cd", "ef", last_tags))]
    decoys = [
        a_member(f"decoy-{missing}{at}", *"abcdefgh".replace(missing, ""))
        for missing in "ab"
        for at in range(number_of_decoys)
    ]
    bars = frozenset(("object-of-v1", decoy.inspector) for decoy in decoys)
    return Instance((*team, *decoys), bars, (a_unit("v1", 4, *"abcdefgh"),))


class FakeSolver:
    def __init__(self, teams: Mapping[str, Sequence[str]] | None) -> None:
        self.teams = teams

    def find_teams(self, question: FeasibilityQuestion) -> Mapping[str, Sequence[str]] | None:
        return self.teams


def test_a_solution_of_the_solver_is_accepted_as_witness() -> None:
    draw = hidden_pattern().drawn(solver=CpSatFeasibilitySolver())

    assert draw.witness
    assert draw.repatterned == 200
    assert [(a.block, a.inspector, a.how) for a in draw.assignments] == [
        ("a+b", "p0", How.WITNESS),
        ("c+d", "p1", How.WITNESS),
        ("e+f", "p2", How.WITNESS),
        ("g+h", "p3", How.WITNESS),
    ]


def test_proven_infeasible_is_refused_with_an_explanation() -> None:
    with pytest.raises(RuleBrokenError) as caught:
        hidden_pattern(last_tags="g").drawn(solver=CpSatFeasibilitySolver())

    assert caught.value.rule is Rule.TEAM_QUOTA_UNMET
    assert "explanation" in caught.value.facts


def test_without_a_solver_nothing_is_claimed() -> None:
    with pytest.raises(RuleBrokenError) as caught:
        hidden_pattern().drawn()

    assert caught.value.rule is Rule.TEAM_FEASIBILITY_UNPROVEN
    assert caught.value.facts["reason"] == "no-solver"


@pytest.mark.parametrize(
    "teams", [{}, {"v1": ["p0", "p1", "p2"]}, {"v1": ["p0", "p1", "p2", "decoy-a0"]}]
)
def test_teams_of_a_solver_that_break_a_rule_are_not_believed(teams) -> None:
    with pytest.raises(RuleBrokenError) as caught:
        hidden_pattern().drawn(solver=FakeSolver(teams))

    assert caught.value.facts["reason"] == "solver-teams-break-rules"
