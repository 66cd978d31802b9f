"""Keeping a schedule: where visits stand is stored, audited and told to the organs."""

from collections.abc import Iterable, Mapping

from contracts.vocabulary import Mode
from coordinator.domain.dispatch import Visit
from coordinator.domain.lifecycle import VisitState
from coordinator.domain.scheduling import Appointment, SetBy, Spot
from coordinator.services.dispatch.amending import amend_tasks
from coordinator.services.dispatch.appointments import note_told
from coordinator.services.dispatch.schedule_facts import ScheduleFacts, call_of
from coordinator.services.ports import Work
from coordinator.services.report_clocks import expect_reports_anew


async def keep_spots(
    work: Work,
    facts: ScheduleFacts,
    spots: Mapping[str, Spot],
    set_by: SetBy,
    *,
    reason: str = "",
) -> None:
    """Store where visits of the round stand now, each change audited; foreign ones stay as is."""
    minutes = {call.visit_id: call.minutes for call in facts.calls}
    changed = []
    for visit_id, spot in spots.items():
        visit = facts.visits.get(visit_id)
        if visit is None:
            continue
        before = facts.appointments.get(visit_id)
        slot = facts.setting.slots[spot.slot]
        length = minutes.get(visit_id) or call_of(facts, visit).minutes
        changed.append(
            Appointment(
                visit_id=visit_id,
                round_id=facts.drawn.round_id,
                day=spot.day,
                slot=slot.code,
                starts=slot.starts,
                ends=facts.setting.ends(spot.slot, length) or slot.ends,
                set_by=set_by,
                number=1 + (before.number if before and set_by is not SetBy.PLANNED else 0),
                provisional=spot.day.year not in work.calendar.official_years,
                changed_at=work.now(),
                changed_by=work.actor.name,
                reason=reason,
                told_at=before.told_at if before and set_by is not SetBy.PLANNED else None,
                choose_until=before.choose_until if before else None,
            )
        )
    await work.appointments.save(*changed)
    if set_by is not SetBy.PLANNED:
        for each in changed:
            await _audit_change(work, each, facts.appointments.get(each.visit_id))


async def tell_departments(work: Work, visits: Iterable[Visit]) -> None:
    """Tell the organs of announced visits that have their tasks the days as they stand now.

    Their reports are expected after these days, covert or not.
    """
    known = tuple(visits)
    await expect_reports_anew(work, known)
    told = [
        visit
        for visit in known
        if visit.mode is Mode.ANNOUNCED
        and visit.state in (VisitState.PUBLISHED, VisitState.RUNNING)
    ]
    for visit in told:
        await amend_tasks(work, visit)
        await note_told(work, visit)


async def _audit_change(work: Work, now: Appointment, before: Appointment | None) -> None:
    await work.audit(
        "dispatch:visit:scheduled",
        now.visit_id,
        day=now.day.isoformat(),
        slot=now.slot,
        before=f"{before.day.isoformat()} {before.slot}" if before else None,
        how=now.set_by.value,
        reason=now.reason or None,
    )
