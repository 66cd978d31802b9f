"""Exact feasibility by a solver, when 200 patterns have failed; its teams are only a witness."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.team_draw.needs import Needs
from coordinator.domain.team_draw.patterns import Pattern, block_tags
from coordinator.domain.team_draw.values import Assignment, How


@dataclass(frozen=True, slots=True)
class UnitQuestion:
    """A unit needs `quota` of its candidates and, of each set in `covers`, at least one."""

    unit: str
    quota: int
    candidates: tuple[str, ...]
    covers: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class FeasibilityQuestion:
    """Are there teams for all units, where `room` bounds how many each inspector joins?"""

    department: str
    units: tuple[UnitQuestion, ...]
    room: Mapping[str, int]


class FeasibilitySolver(Protocol):
    """Decides a question exactly; which of many solutions it gives decides nothing public."""

    def find_teams(self, question: FeasibilityQuestion) -> Mapping[str, Sequence[str]] | None:
        """Return the team of every unit, or None if it is proven that there are none."""
        ...


def witness_assignments(
    needs: Needs, solver: FeasibilitySolver | None
) -> tuple[Assignment, ...] | None:
    """Return assignments that the solver found and that were checked here, None if none exist.

    Raises TEAM_FEASIBILITY_UNPROVEN without a solver, or if its teams break a rule.
    """
    if solver is None:
        raise _unproven(needs, "no-solver")
    question = feasibility_question(needs)
    teams = solver.find_teams(question)
    if teams is None:
        return None
    if not _valid(question, teams):
        raise _unproven(needs, "solver-teams-break-rules")
    rows: list[Assignment] = []
    for unit, need in enumerate(needs.units):
        rows += _arranged(needs, unit, sorted(teams[need.unit]))
    return tuple(rows)


def feasibility_question(needs: Needs) -> FeasibilityQuestion:
    """State the department's needs without patterns: a team covers its tags in some pattern."""
    units = []
    for unit, need in enumerate(needs.units):
        fitting = [
            member
            for at, member in enumerate(needs.roster)
            if member.room > 0 and at not in needs.barred[unit]
        ]
        covers = tuple(
            frozenset(member.inspector for member in fitting if tag in member.all_tags)
            for tag in sorted(need.all_tags)
        )
        candidates = tuple(member.inspector for member in fitting)
        units.append(UnitQuestion(need.unit, need.quota, candidates, covers))
    room = {member.inspector: member.room for member in needs.roster}
    return FeasibilityQuestion(needs.department, tuple(units), room)


def _valid(question: FeasibilityQuestion, teams: Mapping[str, Sequence[str]]) -> bool:
    load = dict.fromkeys(question.room, 0)
    for unit in question.units:
        team = frozenset(teams.get(unit.unit, ()))
        if len(team) != unit.quota or not team.issubset(unit.candidates):
            return False
        if not all(team & cover for cover in unit.covers):
            return False
        for inspector in team:
            load[inspector] += 1
    return all(load[inspector] <= room for inspector, room in question.room.items())


def _arranged(needs: Needs, unit: int, team: Sequence[str]) -> list[Assignment]:
    """Seat a team that covers the unit's tags in the first pattern that it can hold."""
    tags_of = {member.inspector: member.all_tags for member in needs.roster}
    for pattern in needs.patterns[unit]:
        seated = _seated(pattern, {code: tags_of[code] for code in team})
        if seated is not None:
            name = needs.units[unit].unit
            return [
                Assignment(name, number, block, code, How.WITNESS)
                for number, (block, code) in enumerate(zip(pattern, seated, strict=True), 1)
            ]
    raise _unproven(needs, "solver-teams-break-rules")


def _seated(pattern: Pattern, tags_of: Mapping[str, frozenset[str]]) -> list[str] | None:
    if not pattern:
        return []
    for code, tags in tags_of.items():
        if tags.issuperset(block_tags(pattern[0])):
            others = {other: tags_of[other] for other in tags_of if other != code}
            rest = _seated(pattern[1:], others)
            if rest is not None:
                return [code, *rest]
    return None


def _unproven(needs: Needs, reason: str) -> RuleBrokenError:
    return RuleBrokenError(
        Rule.TEAM_FEASIBILITY_UNPROVEN, department=needs.department, reason=reason
    )
