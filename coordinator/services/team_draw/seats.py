"""The seats of a department as its record and the changes since then give them; kept changes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from contracts.draw_files import parse_file
from contracts.draw_tables import BARS, ROSTERS, TEAMS, UNITS
from coordinator.domain.dispatch import TeamMember
from coordinator.domain.draw_computation import read_inputs, roster_member, team_keys, unit_need
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.team_draw import (
    Assignment,
    FrozenTeams,
    How,
    MemberChange,
    SeatChange,
    Seating,
)
from coordinator.services.ports import Work
from coordinator.services.team_draw.fitness import BEFORE_THE_END, BEFORE_THE_REPORT

REPLACED = "replaced"
_TICK = timedelta(microseconds=1)  # members.tsv is read in order of time


def change_id(member: TeamMember, number: int) -> str:
    """Name the replacement of a seat by its number, from 1."""
    return f"{member.drawn_unit}.{member.department}.{member.slot}.{number}"


async def seating_of(work: Work, member: TeamMember) -> Seating:
    """Read the department's frozen files and teams, and replay what has changed since."""
    record, department = await work.rounds.get(member.drawn_in), member.department
    tables = (ROSTERS.path(department), BARS.path(department), TEAMS.path(department))
    names = ("rules.json", "commit.json", "reveals.json", UNITS.path(), *tables)
    stored = await work.record_files.where(
        round_id=record.round_id, attempt=record.attempt, name=names
    )
    files = {file.name: file.body for file in stored}
    inputs = read_inputs(files)
    teams = parse_file(TEAMS, files[TEAMS.path(department)], record.round_id, department)
    frozen = FrozenTeams(
        roster=[roster_member(row) for row in inputs.rosters[department]],
        bars=frozenset((row.object, row.inspector) for row in inputs.bars.get(department, ())),
        units={row.unit: unit_need(row) for row in inputs.units if row.department == department},
        assignments=[
            Assignment(row.unit, row.slot, row.block, row.inspector, How(row.how)) for row in teams
        ],
        repl_key=team_keys(inputs.keys, department).repl,
    )
    changes = await done_changes(work, record.round_id)
    return Seating(
        frozen,
        (
            SeatChange(each.unit, each.slot, each.person_out, each.person_in or "")
            for each in changes
            if each.department == department
        ),
    )


async def done_changes(work: Work, record_id: str) -> list[MemberChange]:
    """Give the replacements of a record in order of time, without seats nobody has taken."""
    changes = await work.member_changes.where(round_id=record_id)
    done = [each for each in changes if not each.is_open]
    return sorted(done, key=lambda each: each.changed_at)


async def next_number(work: Work, member: TeamMember) -> int:
    """Give the number of the next replacement of a seat, from 1."""
    changes = await work.member_changes.where(
        unit=member.drawn_unit, department=member.department, slot=member.slot
    )
    return 1 + sum(not each.is_open for each in changes)


async def keep_changes(
    work: Work, member: TeamMember, changes: Sequence[MemberChange], *, how: str = REPLACED
) -> tuple[MemberChange, ...]:
    """Store the changes one tick apart, and seat the last one drawn in all visits of the unit."""
    former = [each.changed_at for each in await done_changes(work, member.drawn_in)]
    earliest = max(former) + _TICK if former else work.now()
    first = max(work.now(), earliest)
    timed = [replace(each, changed_at=first + n * _TICK) for n, each in enumerate(changes)]
    await work.member_changes.save(*timed)
    person = timed[-1].person_in or ""
    await work.team.save(
        *(replace(each, person_id=person, how=how) for each in await same_seat(work, member))
    )
    for each in timed:
        await work.audit(
            "team-draw:member:replaced",
            each.visit_id,
            department=each.department,
            person_out=each.person_out,
            person_in=each.person_in,
            reason=each.reason,
        )
    return tuple(timed)


async def same_seat(work: Work, member: TeamMember) -> list[TeamMember]:
    """Give the seat in every visit of its unit that is still to come."""
    seats = await work.team.where(
        round_id=member.round_id, department=member.department, slot=member.slot
    )
    mine = {each.visit_id: each for each in seats if each.drawn_unit == member.drawn_unit}
    over = {
        task.visit_id
        for task in await work.tasks.where(visit_id=set(mine), department=member.department)
        if task.state not in BEFORE_THE_REPORT
    }
    ended = {
        visit.visit_id
        for visit in await work.visits.where(visit_id=set(mine))
        if visit.state not in BEFORE_THE_END
    }
    return [seat for visit_id, seat in mine.items() if visit_id not in over | ended]


def nobody_left(
    error: RuleBrokenError, member: TeamMember, drawn_unfit: Counter[str]
) -> RuleBrokenError:
    """Word a refusal of 7g by kinds and numbers: names stay out of what is shown and kept."""
    if error.rule is not Rule.NO_REPLACEMENT_LEFT:
        return error
    obstacles = error.facts["obstacles"]
    kinds = Counter(obstacles.values()) if isinstance(obstacles, dict) else Counter[str]()
    return RuleBrokenError(
        Rule.MEMBER_WITHOUT_REPLACEMENT,
        visit=member.visit_id,
        department=member.department,
        block=error.facts["block"],
        people=error.facts["number_of_people"],
        absent=kinds["absent"],
        in_team=kinds["in-team-or-left"] - sum(drawn_unfit.values()),
        barred=kinds["barred"],
        at_cap=kinds["at-cap"],
        unfit=sum(drawn_unfit.values()),
    )
