"""A team or day that changed after dispatch: every organ of the visit gets its new form."""

from collections.abc import Iterable, Mapping

from contracts.tasks import TaskAmended, TeamChangeCard
from coordinator.domain.dispatch import Visit
from coordinator.domain.lifecycle import TaskState, VisitState
from coordinator.domain.team_draw import MemberChange
from coordinator.services.dispatch.appointments import accepted_appointment, appointment_card
from coordinator.services.dispatch.cards import team_cards
from coordinator.services.ports import Work

_UNDER_WAY = (VisitState.PUBLISHED, VisitState.RUNNING)


async def announce_changes(work: Work, changes: Iterable[MemberChange]) -> None:
    """Tell the organs of every published visit whose team these changes altered.

    A change of one visit of a batch alters the team of all visits of its unit.
    """
    units = {(each.department, each.unit) for each in changes}
    seats = await work.team.where(unit={unit for _, unit in units})
    altered = {seat.visit_id for seat in seats if (seat.department, seat.unit) in units}
    altered |= {unit for _, unit in units}  # a unit is named by its first visit
    for visit in await work.visits.where(visit_id=altered, state=_UNDER_WAY):
        await amend_tasks(work, visit)


async def amend_tasks(work: Work, visit: Visit) -> None:
    """Tell the organs of a published visit its team and, if it is announced, its day as of now."""
    changes = await _changes_of(work, visit)
    team = await team_cards(work, visit)
    appointment = await accepted_appointment(work, visit)
    version = 1 + len(changes) + (appointment.number if appointment else 0)
    for task in await work.tasks.where(visit_id=visit.visit_id):
        if task.published_at is None or task.state is TaskState.WITHDRAWN:
            continue
        message = TaskAmended(
            visit_id=visit.visit_id,
            department=task.department,
            version=version,
            amended_at=work.now(),
            team=team,
            changes=changes,
            appointment=await appointment_card(work, visit),
        )
        await work.post.to_department(
            task.department, message, subject=visit.visit_id, correlation=visit.visit_id
        )
    await work.audit("dispatch:team:amended", visit.visit_id, version=version)


async def _changes_of(work: Work, visit: Visit) -> tuple[TeamChangeCard, ...]:
    """Give all changes of a visit's team so far, in order of time."""
    seats = await work.team.where(visit_id=visit.visit_id)
    units = {(seat.department, seat.drawn_unit) for seat in seats}
    known = await work.member_changes.where(unit={unit for _, unit in units})
    done = sorted(
        (each for each in known if not each.is_open and (each.department, each.unit) in units),
        key=lambda each: each.changed_at,
    )
    names = await _names(work, done)
    reasons = {each.code: each.name for each in work.policies.departure_reasons()}
    return tuple(
        TeamChangeCard(
            department=each.department,
            person_out=each.person_out,
            name_out=names.get(each.person_out, each.person_out),
            person_in=each.person_in or "",
            name_in=names.get(each.person_in or "", each.person_in or ""),
            reason=each.reason,
            reason_name=reasons.get(each.reason, each.reason),
            changed_at=each.changed_at,
        )
        for each in done
    )


async def _names(work: Work, changes: Iterable[MemberChange]) -> Mapping[str, str]:
    codes = {code for each in changes for code in (each.person_out, each.person_in) if code}
    officers = await work.inspectors.where(inspector_id=codes)
    experts = await work.experts.where(expert_id=codes)
    return {each.inspector_id: each.name for each in officers} | {
        each.expert_id: each.name for each in experts
    }
