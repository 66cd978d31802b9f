"""Re-planning: which visits can't stand any more, and what either remedy costs (2.4, 2.5)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from contracts.vocabulary import Mode
from coordinator.domain.dispatch import TeamMember
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import VisitState
from coordinator.domain.scheduling import (
    Board,
    RoundSchedule,
    Schedule,
    ScheduleState,
    SetBy,
    Spot,
    is_lost,
    plan,
)
from coordinator.services.access import require_office
from coordinator.services.dispatch.schedule_facts import ScheduleFacts, schedule_facts
from coordinator.services.dispatch.schedule_keeping import keep_spots, tell_departments
from coordinator.services.ports import Work

_TOLD = (VisitState.PUBLISHED, VisitState.RUNNING)


@dataclass(frozen=True)
class Moved:
    """A visit that re-planning moves: from where, to where."""

    visit_id: str
    before: Spot | None
    after: Spot


@dataclass(frozen=True, kw_only=True)
class Replan:
    """What re-planning would do: `broken` visits can't stay, `moved` is the least that mends it.

    `new_notices` counts the enterprises that get a new day; `proven` that nothing moves fewer.
    """

    broken: tuple[str, ...]
    moved: tuple[Moved, ...]
    left_out: tuple[str, ...]
    new_notices: int
    proven: bool


@dataclass(frozen=True, kw_only=True)
class Absentee:
    """Somebody who is away on days that are set: the other remedy is to replace them by rule 7g.

    `visits` are those days' visits; `seats` what a replacement changes: a seat is one for all
    visits of a batch that are to come. `still_broken` of the visits can't stay even then.
    """

    person_id: str
    department: str
    visits: tuple[str, ...]
    seats: int
    still_broken: int


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """Both remedies for what can't stay: moving visits, and replacing people."""

    replan: Replan
    absentees: tuple[Absentee, ...]


async def replan_outlook(work: Work, round_id: str) -> Outlook | None:
    """Say what can't stay in an accepted schedule, and what each remedy costs; None if nothing."""
    facts = await _accepted_facts(work, round_id)
    broken = broken_visits(facts)
    waiting = [v for v in _own_ids(facts) if v not in facts.spots]
    if not broken and not waiting:
        return None
    made = plan(facts.setting, facts.calls, facts.spots)
    return Outlook(
        replan=_replan(facts, made, broken),
        absentees=await _absentees(work, facts, broken),
    )


async def broken_now(work: Work, round_id: str) -> tuple[str, ...]:
    """Name the visits of an accepted schedule that can't all stay where they are."""
    return broken_visits(await _accepted_facts(work, round_id))


async def replan_round(work: Work, round_id: str, reason: str) -> RoundSchedule:
    """Move the fewest visits so that all can stand again, and tell everybody concerned.

    What finds no place keeps its day, shown as one that can't stand, until somebody decides.
    """
    require_office(work)
    if not reason.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, visit=round_id)
    facts = await _accepted_facts(work, round_id)
    made = plan(facts.setting, facts.calls, facts.spots)
    change = _replan(facts, made, broken_visits(facts))
    await keep_spots(
        work,
        facts,
        {each.visit_id: each.after for each in change.moved},
        SetBy.REPLANNED,
        reason=reason,
    )
    schedule = await work.round_schedules.get(round_id)
    schedule = replace(schedule, left_out=made.left_out, proven=made.proven)
    await work.round_schedules.save(schedule)
    await tell_departments(work, [facts.visits[each.visit_id] for each in change.moved])
    await work.audit(
        "dispatch:schedule:replanned",
        round_id,
        moved=len(change.moved),
        left_out=len(made.left_out),
        proven=made.proven,
        reason=reason,
    )
    return schedule


def broken_visits(facts: ScheduleFacts, without: Collection[str] = ()) -> tuple[str, ...]:
    """Name the round's visits that can't all stay where they are; `without` looks past people."""
    calls = [
        replace(call, people=tuple(p for p in call.people if p not in without))
        for call in facts.calls
    ]
    board = Board(facts.setting, calls)
    lost = []
    for visit_id, spot in facts.spots.items():
        if is_lost(facts.setting, board.calls[visit_id], spot):
            lost.append(visit_id)
        else:
            board.put(visit_id, spot)
    clashing = {each for visit_id in board.spots for each in board.clash_of(visit_id)}
    return tuple(sorted(v for v in {*lost, *clashing} if v in facts.visits))


def _replan(facts: ScheduleFacts, made: Schedule, broken: tuple[str, ...]) -> Replan:
    moved = [
        Moved(visit_id, facts.spots.get(visit_id), spot)
        for visit_id, spot in made.spots.items()
        if visit_id in facts.visits and facts.spots.get(visit_id) != spot
    ]
    told = [
        each
        for each in moved
        if facts.visits[each.visit_id].mode is Mode.ANNOUNCED
        and facts.visits[each.visit_id].state in _TOLD
    ]
    return Replan(
        broken=broken,
        moved=tuple(sorted(moved, key=lambda each: (each.after, each.visit_id))),
        left_out=made.left_out,
        new_notices=len(told),
        proven=made.proven,
    )


async def _absentees(
    work: Work, facts: ScheduleFacts, broken: tuple[str, ...]
) -> tuple[Absentee, ...]:
    """Find who is away on the days of broken visits, and what it takes to replace each."""
    seats = [
        seat
        for seat in await work.team.where(visit_id=set(broken))
        if facts.spots[seat.visit_id].day in facts.setting.away.get(seat.person_id, ())
    ]
    people = sorted({(seat.person_id, seat.department) for seat in seats})
    return tuple(
        [
            await _absentee(work, facts, [s for s in seats if (s.person_id, s.department) == who])
            for who in people
        ]
    )


async def _absentee(work: Work, facts: ScheduleFacts, seats: Sequence[TeamMember]) -> Absentee:
    person, department = seats[0].person_id, seats[0].department
    units = {seat.drawn_unit for seat in seats}
    whole = await work.team.where(person_id=person, department=department, unit=units)
    visits = {seat.visit_id for seat in (*seats, *whole)} & set(facts.visits)
    after = broken_visits(facts, without=(person,))
    return Absentee(
        person_id=person,
        department=department,
        visits=tuple(sorted(seat.visit_id for seat in seats)),
        seats=len(visits),
        still_broken=len(set(after) & visits),
    )


async def _accepted_facts(work: Work, round_id: str) -> ScheduleFacts:
    facts = await schedule_facts(work, round_id)
    if facts.schedule is None or facts.schedule.state is not ScheduleState.ACCEPTED:
        raise RuleBrokenError(Rule.SCHEDULE_MISSING, round=round_id)
    return facts


def _own_ids(facts: ScheduleFacts) -> list[str]:
    return [call.visit_id for call in facts.calls if not call.foreign]
