"""The schedule of a round: proposed, accepted, and single visits moved by hand (2.5)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from contracts.vocabulary import Mode
from coordinator.domain.dispatch import Visit
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import RoundState, VisitState
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.scheduling import (
    Appointment,
    RoundSchedule,
    Schedule,
    ScheduleState,
    SetBy,
    Shortage,
    Spot,
    clashes_with,
    plan,
    shortages,
)
from coordinator.services.access import (
    own_responsibility,
    require_office,
    require_responsible,
)
from coordinator.services.dispatch.schedule_facts import ScheduleFacts, call_of, schedule_facts
from coordinator.services.dispatch.schedule_keeping import keep_spots, tell_departments
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Role, Work

_TEAMS_DRAWN = (RoundState.DRAWN, RoundState.DISPATCHED)


@dataclass(frozen=True, kw_only=True)
class Move:
    """Where somebody wants a visit to stand, by the code of the slot, and why."""

    visit_id: str
    day: date
    slot: str
    reason: str = ""


async def propose_schedule(work: Work, round_id: str) -> RoundSchedule:
    """Schedule all visits of a round anew; nothing holds before somebody accepts it.

    The office may once teams are drawn, a department of an announced round once its tasks are
    sent out.
    """
    drawn = await work.rounds.get(round_id)
    _require_planner(work, drawn)
    before = await work.round_schedules.find(round_id)
    if before is not None and before.state is ScheduleState.ACCEPTED:
        raise _not_now(round_id, before.state.value, "proposed", ["replanned"])
    facts = await schedule_facts(work, round_id)
    made = plan(facts.setting, facts.calls, facts.elsewhere)
    for each in await work.appointments.where(round_id=round_id):
        await work.appointments.remove(each.visit_id)
    await keep_spots(work, facts, made.spots, SetBy.PLANNED)
    schedule = RoundSchedule(
        round_id=round_id,
        state=ScheduleState.PROPOSED,
        travel_order=facts.travel_order,
        proposed_at=work.now(),
        proposed_by=work.actor.name,
        left_out=made.left_out,
        proven=made.proven,
    )
    await work.round_schedules.save(schedule)
    await work.audit(
        "dispatch:schedule:proposed",
        round_id,
        visits=len(made.spots),
        left_out=len(made.left_out),
        order=facts.travel_order.value,
    )
    return schedule


async def accept_schedule(work: Work, round_id: str) -> RoundSchedule:
    """Let a proposed schedule hold; organs that have their tasks already are told the days."""
    require_office(work)
    schedule = await work.round_schedules.find(round_id)
    if schedule is None:
        raise RuleBrokenError(Rule.SCHEDULE_MISSING, round=round_id)
    if schedule.state is not ScheduleState.PROPOSED:
        raise _not_now(round_id, schedule.state.value, "accepted", [])
    appointments = await work.appointments.where(round_id=round_id)
    await _require_in_time(work, round_id, appointments)
    schedule = replace(
        schedule,
        state=ScheduleState.ACCEPTED,
        accepted_at=work.now(),
        accepted_by=work.actor.name,
    )
    await work.round_schedules.save(schedule)
    set_visits = {each.visit_id for each in appointments}
    await tell_departments(work, await work.visits.where(visit_id=set_visits))
    await work.audit("dispatch:schedule:accepted", round_id, visits=len(set_visits))
    return schedule


async def _require_in_time(work: Work, round_id: str, appointments: Iterable[Appointment]) -> None:
    """Refuse a proposal that has grown old: its first days leave no time for the notice."""
    drawn = await work.rounds.get(round_id)
    policy = await policy_of_round(work, drawn)
    notice = policy.dispatch.notice_days if drawn.mode is Mode.ANNOUNCED else 0
    earliest = work.today() + timedelta(days=notice)
    late = min(appointments, key=lambda each: each.day, default=None)
    if late is not None and late.day < earliest:
        raise RuleBrokenError(
            Rule.SCHEDULE_OUT_OF_DATE,
            visit=late.visit_id,
            day=late.day.isoformat(),
            earliest=earliest.isoformat(),
        )


async def move_visit(work: Work, move: Move) -> Appointment:
    """Move one visit by hand, inside its window, where everybody of it can be.

    The office moves any visit, its lead department one that is sent out. A day that is not worked
    needs a reason, and so does every change of an accepted schedule: organs get it with a new day,
    and an announced visit keeps its days of notice.
    """
    visit = await work.visits.get(move.visit_id)
    _require_mover(work, visit)
    schedule = await work.round_schedules.find(visit.round_id)
    if schedule is None:
        raise RuleBrokenError(Rule.SCHEDULE_MISSING, round=visit.round_id)
    facts = await schedule_facts(work, visit.round_id, around=visit.visit_id)
    if visit.visit_id not in facts.visits:
        raise RuleBrokenError(
            Rule.VISIT_NOT_SCHEDULABLE, visit=visit.visit_id, state=visit.state.value
        )
    if schedule.state is ScheduleState.ACCEPTED and not move.reason:
        raise RuleBrokenError(Rule.REASON_MISSING, visit=visit.visit_id)
    spot = require_spot(work, facts, visit, move)
    before = facts.appointments.get(visit.visit_id)
    later = before is not None and (before.day, before.starts) < (
        spot.day,
        facts.setting.slots[spot.slot].starts,
    )
    how = SetBy.POSTPONED if later else SetBy.BY_HAND
    await keep_spots(work, facts, {visit.visit_id: spot}, how, reason=move.reason)
    await _forget_left_out(work, schedule, visit.visit_id)
    if schedule.state is ScheduleState.ACCEPTED:
        await tell_departments(work, [visit])
    return await work.appointments.get(visit.visit_id)


async def schedule_shortages(work: Work, round_id: str) -> tuple[Shortage, ...]:
    """Explain what a round's schedule leaves out, from what is known today."""
    schedule = await work.round_schedules.find(round_id)
    if schedule is None or not schedule.left_out:
        return ()
    facts = await schedule_facts(work, round_id)
    out = tuple(visit for visit in schedule.left_out if visit in facts.visits)
    made = Schedule(spots=facts.spots, left_out=out, moved=(), proven=schedule.proven)
    return shortages(facts.setting, facts.calls, made)


def require_spot(work: Work, facts: ScheduleFacts, visit: Visit, move: Move) -> Spot:
    """Give the spot that is asked for, or refuse it with what stands against it."""
    key = {"visit": visit.visit_id, "day": move.day.isoformat()}
    codes = [slot.code for slot in facts.setting.slots]
    if move.slot not in codes:
        raise RuleBrokenError(Rule.SLOT_UNKNOWN, slot=move.slot, allowed=codes)
    spot = Spot(move.day, codes.index(move.slot))
    _require_day(work, facts, visit, move)
    call = call_of(facts, visit)
    if facts.setting.ends(spot.slot, call.minutes) is None:
        raise RuleBrokenError(Rule.DAY_TOO_SHORT, **key, slot=move.slot, minutes=call.minutes)
    away = [p for p in call.people if spot.day in facts.setting.away.get(p, ())]
    if away:
        raise RuleBrokenError(Rule.MEMBER_AWAY, **key, people=sorted(away))
    calls = [each for each in facts.calls if each.visit_id != visit.visit_id]
    taken = clashes_with(facts.setting, [*calls, call], facts.spots, visit.visit_id, spot)
    if taken:
        raise RuleBrokenError(Rule.SLOT_TAKEN, **key, slot=move.slot, number=len(taken))
    return spot


def _require_day(work: Work, facts: ScheduleFacts, visit: Visit, move: Move) -> None:
    if not visit.date_from <= move.day <= visit.date_to:
        raise RuleBrokenError(
            Rule.OUTSIDE_WINDOW,
            visit=visit.visit_id,
            date=move.day.isoformat(),
            window=[visit.date_from.isoformat(), visit.date_to.isoformat()],
        )
    earliest = earliest_day(work, facts, visit)
    if move.day < earliest:
        raise RuleBrokenError(
            Rule.NOTICE_TOO_SHORT,
            visit=visit.visit_id,
            day=move.day.isoformat(),
            earliest=earliest.isoformat(),
        )
    if not work.calendar.is_working(move.day) and not move.reason:
        raise RuleBrokenError(Rule.DAY_NOT_WORKING, day=move.day.isoformat())


def earliest_day(work: Work, facts: ScheduleFacts, visit: Visit) -> date:
    """Give the first day on which a visit may be set today: after the days of notice."""
    notice = facts.policy.dispatch.notice_days if visit.mode is Mode.ANNOUNCED else 0
    return max(visit.date_from, work.today() + timedelta(days=notice))


async def _forget_left_out(work: Work, schedule: RoundSchedule, visit_id: str) -> None:
    if visit_id in schedule.left_out:
        left = tuple(each for each in schedule.left_out if each != visit_id)
        await work.round_schedules.save(replace(schedule, left_out=left))


def _require_planner(work: Work, drawn: Round) -> None:
    actor = require_responsible(work, own_responsibility(work))
    of_round = actor.role is Role.DEPARTMENT and actor.department in drawn.departments
    if actor.role is not Role.OFFICE and not of_round:
        raise RuleBrokenError(
            Rule.ROLE_NOT_ALLOWED, role=actor.role.value, needed=Role.OFFICE.value
        )
    if drawn.supplement_of is not None or drawn.state not in _TEAMS_DRAWN:
        raise _not_now(
            drawn.round_id, drawn.state.value, "scheduled", [each.value for each in _TEAMS_DRAWN]
        )
    if actor.role is Role.OFFICE:
        return
    if drawn.state is not RoundState.DISPATCHED or drawn.mode is not Mode.ANNOUNCED:
        raise _not_now(
            drawn.round_id, drawn.state.value, "scheduled", [RoundState.DISPATCHED.value]
        )


def _require_mover(work: Work, visit: Visit) -> None:
    """The office moves any visit, the lead department one of its own that it has been sent."""
    actor = require_responsible(work, own_responsibility(work))
    if actor.role is Role.OFFICE:
        return
    is_sent = visit.state in (VisitState.PUBLISHED, VisitState.RUNNING)
    if actor.role is not Role.DEPARTMENT or not is_sent or visit.mode is Mode.COVERT:
        raise RuleBrokenError(
            Rule.ROLE_NOT_ALLOWED, role=actor.role.value, needed=Role.OFFICE.value
        )
    if actor.department != visit.lead_department:
        raise RuleBrokenError(
            Rule.NOT_YOUR_DEPARTMENT,
            actor=actor.department or "-",
            department=visit.lead_department,
        )


def _not_now(subject: str, now: str, wanted: str, allowed: list[str]) -> RuleBrokenError:
    return RuleBrokenError(
        Rule.MOVE_NOT_ALLOWED, of=subject, now=now, wanted=wanted, allowed=sorted(allowed)
    )
