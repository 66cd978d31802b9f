"""What organs answer to their tasks: acceptance, and people who can't come."""

from dataclasses import replace

from contracts.tasks import TaskAccepted, TaskDeclined
from coordinator.domain.dispatch import DepartmentTask, Visit, task_id, with_report_due
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import TASK_MOVES, TaskState, VisitState, move
from coordinator.services.policies import policy_of_visit
from coordinator.services.ports import Work


async def receive_acceptance(work: Work, department: str, message: TaskAccepted) -> None:
    """Note that an organ accepts its part; with the first one the visit runs."""
    task = await _own_task(work, department, message.visit_id, message.department)
    if task.accepted_at is not None:
        return
    state = move(TASK_MOVES, task.state, TaskState.ACCEPTED, of=task.task_id)
    visit = await work.visits.get(message.visit_id)
    task = replace(task, state=state, accepted_at=work.now(), accepted_by=message.accepted_by)
    await work.tasks.save(await _with_report_clock(work, task, visit))
    if visit.state is VisitState.PUBLISHED:
        await work.visits.save(replace(visit, state=VisitState.RUNNING))
    await work.audit("dispatch:task:accepted", message.visit_id, department=department)


async def _with_report_clock(work: Work, task: DepartmentTask, visit: Visit) -> DepartmentTask:
    """Expect the report after the set day, or the last of the window; the visit itself decides."""
    policy = await policy_of_visit(work, visit)
    days = policy.report.report_working_days
    if days is None:
        return task
    appointment = await work.appointments.find(visit.visit_id)
    expected = visit.date_to if appointment is None else appointment.day
    return with_report_due(task, work.calendar.after(expected, days))


async def receive_decline(work: Work, department: str, message: TaskDeclined) -> None:
    """Put on record that an organ declines a person of its team, with its reason."""
    await _own_task(work, department, message.visit_id, message.department)
    await work.audit(
        "dispatch:person:declined",
        message.visit_id,
        department=department,
        person=message.person_id,
        reason=message.reason,
    )


async def _own_task(work: Work, sender: str, visit_id: str, department: str) -> DepartmentTask:
    if sender != department:
        raise RuleBrokenError(Rule.NOT_YOUR_DEPARTMENT, actor=sender, department=department)
    return await work.tasks.get(task_id(visit_id, department))
