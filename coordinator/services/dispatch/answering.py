"""What organs answer to their tasks: acceptance, and people who can't come."""

from dataclasses import replace

from contracts.tasks import TaskAccepted, TaskDeclined
from coordinator.domain.dispatch import DepartmentTask, task_id
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import TASK_MOVES, TaskState, VisitState, move
from coordinator.services.ports import Work
from coordinator.services.report_clocks import with_expected_report


async def receive_acceptance(work: Work, department: str, message: TaskAccepted) -> None:
    """Note that an organ accepts its part; with the first one the visit runs."""
    task = await _own_task(work, department, message.visit_id, message.department)
    if task.accepted_at is not None:
        return
    state = move(TASK_MOVES, task.state, TaskState.ACCEPTED, of=task.task_id)
    visit = await work.visits.get(message.visit_id)
    task = replace(task, state=state, accepted_at=work.now(), accepted_by=message.accepted_by)
    await work.tasks.save(await with_expected_report(work, task, visit))
    if visit.state is VisitState.PUBLISHED:
        await work.visits.save(replace(visit, state=VisitState.RUNNING))
    await work.audit("dispatch:task:accepted", message.visit_id, department=department)


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
