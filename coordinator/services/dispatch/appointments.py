"""The appointment of a visit as others get it: messages, notice, calendars."""

from dataclasses import replace

from contracts.tasks import AppointmentCard
from contracts.vocabulary import Mode
from coordinator.domain.dispatch import Visit
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.scheduling import Appointment, ScheduleState, SetBy, last_day_to_choose
from coordinator.services.policies import policy_of_visit
from coordinator.services.ports import Work


async def accepted_appointment(work: Work, visit: Visit) -> Appointment | None:
    """Give when a visit takes place, once the schedule of its round is accepted; else None."""
    schedule = await work.round_schedules.find(visit.round_id)
    if schedule is None or schedule.state is not ScheduleState.ACCEPTED:
        return None
    return await work.appointments.find(visit.visit_id)


async def appointment_card(work: Work, visit: Visit) -> AppointmentCard | None:
    """Give the appointment of an announced visit as messages carry it; of a covert one none."""
    if visit.mode is Mode.COVERT:
        return None
    found = await accepted_appointment(work, visit)
    if found is None:
        return None
    policy = await policy_of_visit(work, visit)
    names = {slot.code: slot.name for slot in policy.scheduling.slots}
    return AppointmentCard(
        day=found.day,
        slot=found.slot,
        slot_name=names.get(found.slot, found.slot),
        from_time=found.from_time,
        to_time=found.to_time,
        provisional=found.provisional,
    )


async def require_appointment(work: Work, visit: Visit) -> None:
    """Refuse to send out a visit whose day leaves no time for the notice any more."""
    found = await accepted_appointment(work, visit)
    if found is not None and found.day < visit.date_from:
        raise RuleBrokenError(
            Rule.SCHEDULE_OUT_OF_DATE,
            visit=visit.visit_id,
            day=found.day.isoformat(),
            earliest=visit.date_from.isoformat(),
        )


async def note_told(work: Work, visit: Visit) -> None:
    """Keep that a visit's day was told today, and until when its enterprise may choose another."""
    found = await accepted_appointment(work, visit)
    if found is None:
        return
    policy = await policy_of_visit(work, visit)
    until = last_day_to_choose(
        work.today(), found.day, policy.scheduling.choice_days, policy.dispatch.notice_days
    )
    if visit.mode is Mode.COVERT:
        until = None
    elif found.set_by is SetBy.CHOSEN and until and found.choose_until:
        until = min(until, found.choose_until)  # choosing again gives no more time
    await work.appointments.save(replace(found, told_at=work.now(), choose_until=until))
