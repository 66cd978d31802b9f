"""What the schedule of a round is made from: visits, people, absences, days, and who is booked."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from contracts.vocabulary import Mode
from coordinator.domain.dispatch import Visit
from coordinator.domain.lifecycle import VisitState
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.policy import Policy
from coordinator.domain.registers import InspectionObject
from coordinator.domain.scheduling import (
    Appointment,
    Call,
    RoundSchedule,
    ScheduleState,
    SetBy,
    Setting,
    Slot,
    Spot,
    Stop,
    TravelOrder,
    minutes_of,
    travel_order,
)
from coordinator.domain.team_draw.changes import ACTIVE
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work

TO_COME = (VisitState.DRAWN, VisitState.PUBLISHED, VisitState.RUNNING)
_DELIBERATE = (SetBy.CHOSEN, SetBy.BY_HAND, SetBy.POSTPONED)
_LOOK_BEYOND = timedelta(days=30)  # how far remedies look for further working days
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class ScheduleFacts:
    """What a round's schedule is made from today.

    `visits` are its visits to come; `calls` what those ask whose day is not over, together with
    fixed visits of other rounds that share people with them; `spots` say where all these stand
    now. `past_calls` are visits whose day is over without a report: only a hand moves them.
    """

    drawn: Round
    policy: Policy
    schedule: RoundSchedule | None
    setting: Setting
    visits: Mapping[str, Visit]
    calls: tuple[Call, ...]
    spots: Mapping[str, Spot]
    appointments: Mapping[str, Appointment]
    past_calls: tuple[Call, ...]
    travel_order: TravelOrder

    @property
    def elsewhere(self) -> dict[str, Spot]:
        """Where visits of other rounds stand that share people with this one's."""
        return {visit: spot for visit, spot in self.spots.items() if visit not in self.visits}


@dataclass(frozen=True)
class _Part:
    """People, minutes and stop of one visit."""

    people: tuple[str, ...]
    minutes: int
    stop: Stop


async def schedule_facts(work: Work, round_id: str, *, around: str = "") -> ScheduleFacts:
    """Gather what the schedule of a round is made from; `around` a visit only what it touches."""
    drawn = await work.rounds.get(round_id)
    policy = await policy_of_round(work, drawn)
    near = {"visit_id": await _near(work, around)} if around else {}
    found = await work.visits.where(round_id=round_id, state=TO_COME, desk=False, **near)
    visits = {visit.visit_id: visit for visit in found}
    schedule = await work.round_schedules.find(round_id)
    known = await work.appointments.where(round_id=round_id) if schedule else ()
    appointments = {each.visit_id: each for each in known if each.visit_id in visits}
    is_accepted = schedule is not None and schedule.state is ScheduleState.ACCEPTED
    past = {v for v, each in appointments.items() if is_accepted and each.day < work.today()}
    parts = await _parts_of(work, visits)
    travel = travel_order((part.stop for part in parts.values()), work.routing)
    calls = [
        _call(work, visit, parts[visit.visit_id], travel.rank[visit.visit_id], policy)
        for visit in found
    ]
    held = [_held(work, call, appointments.get(call.visit_id)) for call in calls]
    own = [call for call in held if call.visit_id not in past]
    others = await _elsewhere(work, own, slots_of(policy))
    return ScheduleFacts(
        drawn=drawn,
        policy=policy,
        schedule=schedule,
        setting=await _setting(work, policy, own, others),
        visits=visits,
        calls=(*own, *others.calls),
        spots={**_spots(policy, appointments, past), **others.spots},
        appointments=appointments,
        past_calls=tuple(call for call in calls if call.visit_id in past),
        travel_order=travel.made_from,
    )


async def _near(work: Work, visit_id: str) -> set[str]:
    """Name a visit and those that share people with it."""
    people = {seat.person_id for seat in await work.team.where(visit_id=visit_id)}
    return {visit_id, *(seat.visit_id for seat in await work.team.where(person_id=people))}


def call_of(facts: ScheduleFacts, visit: Visit) -> Call:
    """Give what a visit asks for, also one whose day is past."""
    known = {call.visit_id: call for call in (*facts.calls, *facts.past_calls)}
    return known[visit.visit_id]


def _spots(
    policy: Policy, appointments: Mapping[str, Appointment], past: Collection[str]
) -> dict[str, Spot]:
    slots = slots_of(policy)
    return {
        visit_id: Spot(each.day, slot)
        for visit_id, each in appointments.items()
        if visit_id not in past and (slot := _slot_of(slots, each)) is not None
    }


def slots_of(policy: Policy) -> tuple[Slot, ...]:
    """Give the slots of a day as the schedule counts them."""
    return tuple(
        Slot(each.code, minutes_of(each.starts), minutes_of(each.ends))
        for each in policy.scheduling.slots
    )


async def _setting(work: Work, policy: Policy, own: Iterable[Call], others: "_Others") -> Setting:
    calls = list(own)
    last = max((call.last for call in calls), default=work.today())
    days = _working_days(work, last + _LOOK_BEYOND)
    away = await _away(work, {person for call in calls for person in call.people}, days)
    for person, day in others.other_hours:
        away[person] = away.get(person, frozenset()) | {day}
    return Setting(
        slots=slots_of(policy),
        minutes_a_day=policy.scheduling.minutes_per_day,
        visits_a_day=policy.team.visits_per_day,
        within=policy.scheduling.travel_minutes_within,
        between=policy.scheduling.travel_minutes_between,
        days=days,
        away=away,
    )


def _working_days(work: Work, last: date) -> tuple[date, ...]:
    number = (last - work.today()).days + 1
    days = (work.today() + n * _ONE_DAY for n in range(number))
    return tuple(day for day in days if work.calendar.is_working(day))


def _call(work: Work, visit: Visit, part: _Part, rank: int, policy: Policy) -> Call:
    """Give what a visit asks for; an announced one leaves the notice its days (2-rules.md 2.5)."""
    notice = policy.dispatch.notice_days if visit.mode is Mode.ANNOUNCED else 0
    return Call(
        visit_id=visit.visit_id,
        people=part.people,
        minutes=part.minutes,
        district=part.stop.district,
        first=max(visit.date_from, work.today() + timedelta(days=notice)),
        last=visit.date_to,
        rank=rank,
    )


def _held(work: Work, call: Call, appointment: Appointment | None) -> Call:
    """Hold what an enterprise chose, what somebody set by hand, and what takes place today."""
    if appointment is None:
        return call
    held = appointment.set_by in _DELIBERATE or appointment.day == work.today()
    return replace(call, fixed=held)


def _slot_of(slots: tuple[Slot, ...], appointment: Appointment) -> int | None:
    """Find the slot of an appointment; None where the policy's slots have changed since."""
    found = [n for n, slot in enumerate(slots) if slot.starts == appointment.starts]
    return found[0] if found else None


async def _parts_of(work: Work, visits: Mapping[str, Visit]) -> dict[str, _Part]:
    """Gather people, minutes and stops; items that several lines ask take their time once."""
    asked: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    for check in await work.checks.where(visit_id=set(visits), left_out=None):
        asked[check.visit_id][check.object_id, check.item] = check.minutes
    people: dict[str, set[str]] = defaultdict(set)
    for seat in await work.team.where(visit_id=set(visits)):
        people[seat.visit_id].add(seat.person_id)
    codes = {thing for items in asked.values() for thing, _ in items}
    things = {each.object_id: each for each in await work.objects.where(object_id=codes)}
    return {
        key: _Part(
            people=tuple(sorted(people[key])),
            minutes=max(sum(asked[key].values()), 1),
            stop=_stop(
                visit, [things[t] for t in sorted({o for o, _ in asked[key]} & set(things))]
            ),
        )
        for key, visit in visits.items()
    }


def _stop(visit: Visit, things: Iterable[InspectionObject]) -> Stop:
    """Give where a visit goes: region, then the area of an object there, and its coordinates."""
    there = list(things)
    area = next((each.area for each in there if each.area), "")
    located = next((each for each in there if each.latitude is not None), None)
    return Stop(
        visit_id=visit.visit_id,
        district=f"{visit.region}/{area}" if area else visit.region,
        place=visit.place,
        latitude=located.latitude if located else None,
        longitude=located.longitude if located else None,
    )


async def _away(
    work: Work, people: Collection[str], days: tuple[date, ...]
) -> dict[str, frozenset[date]]:
    """Give the working days on which somebody can't come: absence, certificate, off duty."""
    away = {}
    for person in await work.inspectors.where(inspector_id=people):
        out = frozenset(
            day
            for day in days
            if person.status != ACTIVE or person.is_absent(day) or not person.is_certified(day, day)
        )
        if out:
            away[person.inspector_id] = out
    return away


@dataclass(frozen=True)
class _Others:
    """Visits of other rounds that share people, and days on which those work by other slots."""

    calls: tuple[Call, ...]
    spots: Mapping[str, Spot]
    other_hours: frozenset[tuple[str, date]]


async def _elsewhere(work: Work, own: Iterable[Call], slots: tuple[Slot, ...]) -> _Others:
    mine = {call.visit_id: call for call in own}
    people = {person for call in mine.values() for person in call.people}
    seats = await work.team.where(person_id=people) if people else ()
    visits = await _accepted_visits(work, {seat.visit_id for seat in seats} - set(mine))
    parts = await _parts_of(work, visits)
    calls, spots, other_hours = [], {}, set()
    for each in await work.appointments.where(visit_id=set(visits)):
        if each.day < work.today():
            continue
        part, visit = parts[each.visit_id], visits[each.visit_id]
        here = tuple(person for person in part.people if person in people)
        slot = _slot_of(slots, each)
        if slot is None:
            other_hours |= {(person, each.day) for person in here}
            continue
        spots[each.visit_id] = Spot(each.day, slot)
        calls.append(
            Call(
                visit_id=each.visit_id,
                people=here,
                minutes=part.minutes,
                district=part.stop.district,
                first=visit.date_from,
                last=max(visit.date_to, each.day),
                fixed=True,
                foreign=True,
            )
        )
    return _Others(tuple(calls), spots, frozenset(other_hours))


async def _accepted_visits(work: Work, visit_ids: Collection[str]) -> dict[str, Visit]:
    """Give visits to come, of other rounds, whose schedule was accepted."""
    if not visit_ids:
        return {}
    accepted = await work.round_schedules.where(state=ScheduleState.ACCEPTED)
    rounds = {each.round_id for each in accepted}
    found = await work.visits.where(visit_id=visit_ids, state=TO_COME)
    return {visit.visit_id: visit for visit in found if visit.round_id in rounds}
