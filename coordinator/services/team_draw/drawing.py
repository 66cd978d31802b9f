"""The team draw: each department's officers, and experts, for every visit of a round."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from contracts.draw_files import parse_file
from contracts.draw_tables import CHECKS, TEAMS, UNITS, VISITS, TeamRow, UnitRow
from contracts.vocabulary import DrawOutcome
from coordinator.domain.dispatch import DepartmentTask, TeamMember, task_id
from coordinator.domain.draw_computation import (
    DrawInputs,
    compute_team,
    departments_of,
    done,
    drawn_objects,
    team_files,
)
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import TaskState
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.lottery.freezing import freeze
from coordinator.domain.lottery.transcript import Ending
from coordinator.domain.team_draw import EXPERTS, Explanation, TeamDraw, Unit
from coordinator.services.ports import Work
from coordinator.services.record_files import files_of, inputs_of, save_files
from coordinator.services.team_draw.asking import RoundFacts, facts_of
from coordinator.services.team_draw.duty import seat_by_post

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
_GROUP = "group:"


@dataclass
class _Drawn:
    """Teams by department, and whose could not be formed."""

    teams: dict[str, TeamDraw] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


async def draw_teams(work: Work, round_id: str) -> Ending:
    """Draw every department's teams; the ending says why when a department's quota can't be met.

    What was drawn stands in the record beside a department that failed; nobody is sent anywhere
    before a supplement has drawn the missing teams.
    """
    drawn = await work.rounds.get(round_id)
    inputs = await inputs_of(work, drawn)
    facts = await facts_of(work, drawn, _groups(inputs))
    units = facts.units()
    found = await _draw(work, drawn, units, {})
    ending = done(drawn_objects(inputs), found.teams)
    if found.refused:
        return replace(ending, outcome=DrawOutcome.INFEASIBLE, reason=",".join(found.refused))
    await _send_out(work, facts, units, [drawn])
    return ending


async def draw_supplement(work: Work, round_id: str) -> Ending:
    """Draw the teams that a round's own draw could not form, for its standing visits.

    The record has no line, object or visit of its own: those stand in the round's. Units are those
    of the round, but that nobody is asked from a group that has nobody any more.
    """
    supplement = await work.rounds.get(round_id)
    base = await work.rounds.get(supplement.supplement_of)
    facts = await facts_of(work, base, _groups(await inputs_of(work, base)))
    units = facts.units()
    inputs = await inputs_of(work, supplement)
    groups = _groups(inputs)
    failed = [
        _within_groups(unit, groups[unit.department])
        for unit in units
        if unit.department in inputs.rosters
    ]
    header_only = {
        CHECKS.path(): freeze(CHECKS, round_id, ()),
        VISITS.path(): freeze(VISITS, round_id, ()),
    }
    found = await _draw(work, supplement, failed, header_only)
    ending = done({}, found.teams)
    if found.refused:
        return replace(ending, outcome=DrawOutcome.INFEASIBLE, reason=",".join(found.refused))
    others = await work.rounds.where(supplement_of=base.round_id)
    before = [each for each in others if each.first_attempt < supplement.first_attempt]
    await _send_out(work, facts, units, [base, *before, supplement])
    return ending


async def _send_out(
    work: Work, facts: RoundFacts, units: Sequence[Unit], records: Iterable[Round]
) -> None:
    """Make the tasks of all visits, and seat the teams that these records drew."""
    await _save_tasks(work, facts, units)
    for record in records:
        await _save_teams(work, facts, units, record)
    await seat_by_post(work, facts, units)


def _within_groups(unit: Unit, known: frozenset[str]) -> Unit:
    """Ask for no group that a roster has nobody of."""
    tags = {tag for tag in unit.need.tags if not tag.startswith(_GROUP) or tag in known}
    return replace(unit, need=replace(unit.need, tags=frozenset(tags)))


async def _draw(
    work: Work, record: Round, units: Sequence[Unit], files: Mapping[str, bytes]
) -> _Drawn:
    rows = [_row(unit) for unit in units]
    units_file = {UNITS.path(): freeze(UNITS, record.round_id, rows)}
    await save_files(work, record, {**files, **units_file})
    inputs = await inputs_of(work, record)
    found = _Drawn()
    for department in departments_of(inputs.units):
        try:
            found.teams[department] = compute_team(inputs, department, work.team_solver)
        except RuleBrokenError as error:
            if error.rule not in _REFUSALS:
                raise
            found.refused.append(department)
            why = _shortage(error)
            await work.audit(
                "team-draw:team:refused", record.round_id, department=department, **why
            )
    await save_files(work, record, team_files(record.round_id, found.teams))
    await _note_missing_experts(work, record, found.teams)
    await work.audit("team-draw:teams:drawn", record.round_id, departments=sorted(found.teams))
    return found


def _groups(inputs: DrawInputs) -> dict[str, frozenset[str]]:
    """Give the groups that a roster has anybody of: only those can be asked for."""
    return {
        code: frozenset(tag for row in rows for tag in row.tags if tag.startswith(_GROUP))
        for code, rows in inputs.rosters.items()
    }


def _row(unit: Unit) -> UnitRow:
    need = unit.need
    return UnitRow(
        unit=need.unit,
        department=unit.department,
        quota=need.quota,
        tags=tuple(sorted(need.tags)),
        leader=need.leader,
        objects=need.objects,
    )


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


async def _note_missing_experts(work: Work, record: Round, teams: Mapping[str, TeamDraw]) -> None:
    """Report seats of experts that stayed empty (3.2.7f)."""
    for code, team in teams.items():
        missing = sum(each.inspector == _NOBODY for each in team.assignments)
        if missing:
            await work.audit(
                "team-draw:experts:short",
                record.round_id,
                field=code.removeprefix(EXPERTS),
                missing=missing,
                wanted=len(team.assignments),
            )


async def _save_tasks(work: Work, facts: RoundFacts, units: Iterable[Unit]) -> None:
    await work.tasks.add(
        DepartmentTask(
            task_id=task_id(visit, unit.department),
            visit_id=visit,
            round_id=facts.round_id,
            department=unit.department,
            state=TaskState.DRAWN,
            quota=facts.rules(facts.visits[visit], unit.department).quota,
        )
        for unit in units
        for visit in unit.visits
        if not unit.department.startswith(EXPERTS)
    )


async def _save_teams(work: Work, facts: RoundFacts, units: Iterable[Unit], record: Round) -> None:
    """Seat everybody of a record in all visits of their unit."""
    visits = {(unit.department, unit.need.unit): unit.visits for unit in units}
    teams = await _teams_of(work, record)
    await work.team.add(
        TeamMember(
            member_id=f"{visit}.{department}.{each.slot}",
            round_id=facts.round_id,
            visit_id=visit,
            department=department,
            slot=each.slot,
            person_id=each.inspector,
            leader=_LEADER in each.block.split("+"),
            expert=department.startswith(EXPERTS),
            how=each.how,
            unit=each.unit,
            record_id=record.round_id,
        )
        for department, rows in teams.items()
        for each in rows
        if each.inspector != _NOBODY
        for visit in visits[department, each.unit]
    )


async def _teams_of(work: Work, record: Round) -> dict[str, list[TeamRow]]:
    """Give the teams files of a record by department."""
    start, end = TEAMS.path("").split(".")[0], ".tsv"
    return {
        (code := name.removeprefix(start).removesuffix(end)): parse_file(
            TEAMS, body, record.round_id, code
        )
        for name, body in (await files_of(work, record)).items()
        if name.startswith(start)
    }
