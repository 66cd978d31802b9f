"""Review: each department's approver approves a report, or sends it back with a reason."""

from dataclasses import replace

from contracts.results import ResultReturned
from coordinator.domain.disclosure import disclosure_deadline
from coordinator.domain.dispatch import DepartmentTask, task_id, with_disclosure_due
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import TASK_MOVES, TaskState, move
from coordinator.domain.result_intake import Report
from coordinator.domain.review import require_reviewer
from coordinator.services.access import require_department
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work


async def approve_result(work: Work, visit_id: str, department: str) -> DepartmentTask:
    """Approve a department's standing report.

    The disclosure clock runs from the finished task; of a visit that others have not finished
    yet, from today: no approval, early or late, moves the date of a finished one.
    """
    actor = require_department(work, department, approver=True)
    task = await work.tasks.get(task_id(visit_id, department))
    state = move(TASK_MOVES, task.state, TaskState.PENDING_DISCLOSURE, of=task.task_id)
    report = await _standing_report(work, task)
    require_reviewer(report, actor.name, actor.department)
    task = replace(
        await _with_deadline(work, task),
        state=state,
        reviewed_by=actor.name,
        reviewed_at=work.now(),
        return_reason=None,
    )
    await work.tasks.save(task)
    results = await work.results.where(visit_id=visit_id, department=department)
    await work.results.save(*(replace(result, approved=True) for result in results))
    await work.audit("review:report:approved", visit_id, department=department)
    return task


async def return_result(work: Work, visit_id: str, department: str, reason: str) -> DepartmentTask:
    """Send a report back with a reason; the department enters a new version."""
    actor = require_department(work, department, approver=True)
    if not reason.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, visit=visit_id)
    task = await work.tasks.get(task_id(visit_id, department))
    state = move(TASK_MOVES, task.state, TaskState.RETURNED, of=task.task_id)
    task = replace(
        task,
        state=state,
        reviewed_by=actor.name,
        reviewed_at=work.now(),
        return_reason=reason,
    )
    await work.tasks.save(task)
    message = ResultReturned(
        visit_id=visit_id,
        department=department,
        report_version=task.report_version,
        reason=reason,
    )
    await work.post.to_department(department, message, subject=visit_id, correlation=visit_id)
    await work.audit("review:report:returned", visit_id, department=department, reason=reason)
    return task


async def _with_deadline(work: Work, task: DepartmentTask) -> DepartmentTask:
    if task.disclosure_due is not None:
        return task
    policy = await policy_of_round(work, await work.rounds.get(task.round_id))
    deadline = disclosure_deadline(work.today(), policy.disclosure, work.calendar)
    return with_disclosure_due(task, deadline)


async def _standing_report(work: Work, task: DepartmentTask) -> Report:
    return await work.reports.get(f"{task.visit_id}.{task.department}.{task.report_version}")
