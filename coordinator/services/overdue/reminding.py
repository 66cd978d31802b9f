"""Reminders to whoever lets a day pass, where no stage has reminders of its own."""

from collections.abc import Mapping

from contracts.clocks import ClockReminded
from coordinator.domain.overdue import OpenClock, ToldClock, reminder_of
from coordinator.services.access import require_office
from coordinator.services.covert import closed_rounds
from coordinator.services.overdue.clocks import open_clocks
from coordinator.services.overdue.sources import SOURCES
from coordinator.services.ports import Work

_PUBLISHING = "disclosure"
_REMINDED = tuple(source for source in SOURCES if source.reminds)


async def remind_departments(work: Work) -> Mapping[str, object]:
    """Remind each department of what is due, once when it turns yellow and once when red."""
    require_office(work)
    clocks = await _ripe(work)
    wanted = {each.clock_id for each in clocks}
    known = await work.told_clocks.where(clock_id=wanted) if wanted else ()
    told = {each.clock_id: each for each in known}
    sent = []
    for clock in clocks:
        reminder = reminder_of(clock, told.get(clock.clock_id), work.now())
        if reminder is not None:
            await _remind(work, clock, reminder)
            sent.append(clock.clock_id)
    return {"reminded": sent}


async def _ripe(work: Work) -> list[OpenClock]:
    """Give what is due and can be done: nothing of a covert round is published before it opens."""
    clocks = await open_clocks(work, until=work.today(), sources=_REMINDED)
    closed = set(await closed_rounds(work))
    return [each for each in clocks if each.kind != _PUBLISHING or each.round_id not in closed]


async def _remind(work: Work, clock: OpenClock, reminder: ToldClock) -> None:
    await work.told_clocks.save(reminder)
    message = ClockReminded(
        clock=clock.kind,
        about=clock.subject,
        department=clock.department,
        name=clock.name,
        due_date=clock.due_date,
        days_over=max(clock.days_over, 0),
        number=reminder.number,
    )
    await work.post.to_department(
        clock.department, message, subject=clock.subject, correlation=clock.subject
    )
    facts = {"kind": clock.kind, "department": clock.department, "number": reminder.number}
    await work.audit("overdue:clock:reminded", clock.subject, **facts)
