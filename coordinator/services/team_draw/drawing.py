"""The team draw: each department's officers, and experts, for every visit of a round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from contracts.draw_tables import UNITS, UnitRow
from contracts.vocabulary import DrawOutcome
from coordinator.domain.annual_plan import PlanLine
from coordinator.domain.dispatch import DepartmentTask, TeamMember, Visit, VisitCheck, task_id
from coordinator.domain.draw_computation import (
    compute_objects,
    compute_team,
    departments_of,
    done,
    read_inputs,
    team_files,
)
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import TaskState
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.lottery.freezing import freeze
from coordinator.domain.lottery.transcript import Ending
from coordinator.domain.policy import TeamPolicy
from coordinator.domain.registers import CheckItem
from coordinator.domain.team_draw import Explanation, TeamDraw
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work
from coordinator.services.record_files import files_of, save_files
from coordinator.services.round_lines import lines_of_round

_EXPERTS = "@"
# Once everything is revealed an attempt can only be done or infeasible (3-draw.md 3.2.3).
_REFUSALS = frozenset(
    {
        Rule.TEAM_QUOTA_UNMET,
        Rule.TEAM_FEASIBILITY_UNPROVEN,
        Rule.TOO_MANY_TAGS,
        Rule.ROSTER_MISSING,
    }
)
_NOBODY = "-"
_LEADER = "leader"


@dataclass(frozen=True)
class _Round:
    """What the units of a round are made from."""

    drawn: Round
    policy: TeamPolicy
    visits: Mapping[str, Visit]
    checks: Mapping[str, Sequence[VisitCheck]]
    lines: Mapping[str, PlanLine]
    items: Mapping[str, CheckItem]


async def draw_teams(work: Work, round_id: str) -> Ending:
    """Draw every department's teams; the ending says why when a department's quota can't be met."""
    known = await _known(work, round_id)
    units = [unit for visit in known.visits.values() for unit in _units(known, visit)]
    await save_files(work, known.drawn, {UNITS.path(): freeze(UNITS, round_id, units)})
    inputs = read_inputs(await files_of(work, known.drawn))
    teams: dict[str, TeamDraw] = {}
    refusals: list[str] = []
    for department in departments_of(inputs.units):
        try:
            teams[department] = compute_team(inputs, department, work.team_solver)
        except RuleBrokenError as error:
            if error.rule not in _REFUSALS:
                raise
            refusals.append(department)
            why = _shortage(error)
            await work.audit("team-draw:team:refused", round_id, department=department, **why)
    ending = done(compute_objects(inputs), teams)
    # What was drawn stands even beside a department that failed: the record holds all of it.
    await save_files(work, known.drawn, team_files(round_id, teams))
    if refusals:
        return replace(ending, outcome=DrawOutcome.INFEASIBLE, reason=",".join(refusals))
    await _save_tasks(work, known, units, teams)
    await work.audit("team-draw:teams:drawn", round_id, departments=sorted(teams))
    return ending


def _shortage(error: RuleBrokenError) -> dict[str, object]:
    """Give the rule and the figures of a shortage, without the units, which are targets."""
    found = error.facts.get("explanation")
    figures: dict[str, object] = {"rule": error.rule.value}
    if isinstance(found, Explanation):
        figures |= {
            "block": found.block,
            "slots_needed": found.slots_needed,
            "people": len(found.people),
            "capacity": found.capacity,
            "missing": found.missing,
        }
    return figures


async def _known(work: Work, round_id: str) -> _Round:
    drawn = await work.rounds.get(round_id)
    lines = {line.code: line for line in await lines_of_round(work, drawn)}
    codes = {code for line in lines.values() for code in line.items}
    checks: dict[str, list[VisitCheck]] = {}
    for check in await work.checks.where(round_id=round_id):
        checks.setdefault(check.visit_id, []).append(check)
    return _Round(
        drawn=drawn,
        policy=(await policy_of_round(work, drawn)).team,
        visits={visit.visit_id: visit for visit in await work.visits.where(round_id=round_id)},
        checks=checks,
        lines=lines,
        items={item.code: item for item in await work.items.where(code=codes)},
    )


def _units(known: _Round, visit: Visit) -> list[UnitRow]:
    """Give what a visit asks of each department and of each field of experts."""
    checks = known.checks[visit.visit_id]
    objects = tuple(sorted({check.object_id for check in checks}))
    units = [
        UnitRow(
            unit=visit.visit_id,
            department=department,
            quota=_quota(known, checks, department),
            tags=_competences(known, checks, department),
            leader=department == visit.lead_department,
            objects=objects,
        )
        for department in visit.departments
    ]
    fields = sorted({field for check in checks for field in known.lines[check.line].expert_fields})
    units += [
        UnitRow(visit.visit_id, f"{_EXPERTS}{field}", 1, (), False, objects)
        for field in fields[: known.policy.experts_max]
    ]
    return units


def _quota(known: _Round, checks: Sequence[VisitCheck], department: str) -> int:
    """Give the largest quota any line of the visit asks of a department, else the profile's."""
    asked = [known.lines[check.line].quotas.get(department, 0) for check in checks]
    return max([known.policy.quota, *asked])


def _competences(known: _Round, checks: Sequence[VisitCheck], department: str) -> tuple[str, ...]:
    own = [known.items[check.item] for check in checks if check.department == department]
    return tuple(sorted({competence for item in own for competence in item.competences}))


async def _save_tasks(
    work: Work, known: _Round, units: Sequence[UnitRow], teams: Mapping[str, TeamDraw]
) -> None:
    await work.tasks.add(
        DepartmentTask(
            task_id=task_id(unit.unit, unit.department),
            visit_id=unit.unit,
            round_id=known.drawn.round_id,
            department=unit.department,
            state=TaskState.DRAWN,
            quota=unit.quota,
        )
        for unit in units
        if not unit.department.startswith(_EXPERTS)
    )
    await work.team.add(
        member for department, team in teams.items() for member in _members(known, department, team)
    )


def _members(known: _Round, department: str, team: TeamDraw) -> list[TeamMember]:
    return [
        TeamMember(
            member_id=f"{each.unit}.{department}.{each.slot}",
            round_id=known.drawn.round_id,
            visit_id=each.unit,
            department=department,
            slot=each.slot,
            person_id=each.inspector,
            leader=_LEADER in each.block.split("+"),
            expert=department.startswith(_EXPERTS),
            how=each.how,
        )
        for each in team.assignments
        if each.inspector != _NOBODY
    ]
