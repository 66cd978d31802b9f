"""What an enterprise chooses behind the visit code of its announced visit: a free slot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from contracts.vocabulary import Mode
from coordinator.domain.dispatch import Visit
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import VisitState
from coordinator.domain.scheduling import (
    Appointment,
    SetBy,
    Spot,
    choices,
    clock,
)
from coordinator.services.dispatch.appointments import accepted_appointment
from coordinator.services.dispatch.schedule_facts import ScheduleFacts, schedule_facts
from coordinator.services.dispatch.schedule_keeping import keep_spots, tell_departments
from coordinator.services.ports import Work

_TOLD = (VisitState.PUBLISHED, VisitState.RUNNING)


@dataclass(frozen=True)
class Choice:
    """One slot on offer: a day, the code and names of a slot, and its times."""

    day: date
    slot: str
    name: str
    name_en: str
    from_time: str
    to_time: str


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What the holder of a visit code sees: when the visit is, and what may be chosen until when.

    `until` is None once the choice is over, or where the policy lets nobody choose.
    """

    visit: Visit
    appointment: Appointment
    until: date | None
    choices: Sequence[Choice]


async def offer_of_code(work: Work, visit_code: str) -> Offer | None:
    """Give the appointment behind a visit code; None for any code that has none to show.

    Covert visits have none, nor has one before it is sent out or after it ended: nobody learns
    which of these a code is.
    """
    found = await _found(work, visit_code)
    return None if found is None else _offer(work, *found)


async def choose_slot(work: Work, visit_code: str, day: date, slot: str) -> Appointment:
    """Let the enterprise choose a slot that is offered now; organs of the visit are told."""
    found = await _found(work, visit_code)
    if found is None:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="visit_code", key=visit_code)
    visit, facts = found
    offer = _offer(work, visit, facts)
    if offer.until is None:
        raise RuleBrokenError(Rule.CHOICE_OVER, day=offer.appointment.day.isoformat())
    codes = [each.code for each in facts.setting.slots]
    spots = {(spot.day, codes[spot.slot]): spot for spot in _free(facts, visit)}
    if (day, slot) not in spots:
        key = {"visit": visit.task_number, "day": day.isoformat()}
        raise RuleBrokenError(Rule.SLOT_TAKEN, **key, slot=slot, number=1)
    await keep_spots(work, facts, {visit.visit_id: spots[day, slot]}, SetBy.CHOSEN)
    await tell_departments(work, [visit])
    return await work.appointments.get(visit.visit_id)


async def _found(work: Work, visit_code: str) -> tuple[Visit, ScheduleFacts] | None:
    """Give the announced visit of a code, whose accepted schedule has it, and what it touches."""
    visit = await _announced_visit(work, visit_code)
    if visit is None or await accepted_appointment(work, visit) is None:
        return None
    return visit, await schedule_facts(work, visit.round_id, around=visit.visit_id)


def _offer(work: Work, visit: Visit, facts: ScheduleFacts) -> Offer:
    appointment = facts.appointments[visit.visit_id]
    until = appointment.choose_until
    if until is not None and work.today() > until:
        until = None
    return Offer(
        visit=visit,
        appointment=appointment,
        until=until,
        choices=_choices(facts, visit) if until is not None else (),
    )


async def _announced_visit(work: Work, visit_code: str) -> Visit | None:
    found = await work.visits.where(visit_code=visit_code) if visit_code else ()
    return next(
        (each for each in found if each.mode is Mode.ANNOUNCED and each.state in _TOLD), None
    )


def _choices(facts: ScheduleFacts, visit: Visit) -> tuple[Choice, ...]:
    slots = facts.policy.scheduling.slots
    call = next(each for each in facts.calls if each.visit_id == visit.visit_id)
    return tuple(
        Choice(
            day=spot.day,
            slot=slots[spot.slot].code,
            name=slots[spot.slot].name,
            name_en=slots[spot.slot].name_en,
            from_time=slots[spot.slot].starts,
            to_time=clock(facts.setting.ends(spot.slot, call.minutes) or 0),
        )
        for spot in _free(facts, visit)
    )


def _free(facts: ScheduleFacts, visit: Visit) -> tuple[Spot, ...]:
    most = facts.policy.scheduling.choices_max
    return choices(facts.setting, facts.calls, facts.spots, visit.visit_id, most)
