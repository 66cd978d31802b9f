"""Result intake: a department's report is checked, kept with all former versions, and stands."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from contracts.results import Finding, FindingsSubmitted
from coordinator.domain.disclosure import disclosure_deadline
from coordinator.domain.dispatch import (
    DepartmentTask,
    ReportDays,
    Visit,
    with_disclosure_due,
    with_feedback_due,
    with_report_due,
)
from coordinator.domain.lifecycle import (
    TASK_REPORTED,
    VISIT_MOVES,
    TaskState,
    VisitState,
    move,
)
from coordinator.domain.policy import Policy
from coordinator.domain.result_intake import (
    Report,
    Result,
    doubts_of,
    has_problem,
)
from coordinator.services.ports import Work
from coordinator.services.result_intake.examining import Examined, examine_report


async def receive_findings(work: Work, department: str, message: FindingsSubmitted) -> bool:
    """Take in a department's report of a visit; gives whether the whole visit is now finished."""
    found = await examine_report(work, department, message)
    visit, policy, message = found.visit, found.policy, found.message
    await _keep(work, found)
    task = replace(found.task, state=found.state, report_version=message.report_version)
    task = _clocked(work, task, message.visited_date, found.days)
    await work.tasks.save(_disclosed_by(work, task, message.visited_date, policy))
    await _note(work, message)
    return await _finish_when_complete(work, visit, policy)


def _clocked(work: Work, task: DepartmentTask, visited: date, days: ReportDays) -> DepartmentTask:
    """Stop the report clock, and start that of the feedback, where line or profile set them."""
    task = replace(task, submitted_at=task.submitted_at or work.now())
    if days.report is not None:
        task = with_report_due(task, work.calendar.after(visited, days.report))
    if days.feedback is not None and task.feedback_due is None:
        task = with_feedback_due(task, work.calendar.after(work.today(), days.feedback))
    return task


def _disclosed_by(
    work: Work, task: DepartmentTask, visited: date, policy: Policy
) -> DepartmentTask:
    """Start the clock of disclosure where the profile counts it from the visit."""
    if policy.disclosure.counted_from != "visit" or task.correction:
        return task
    due = disclosure_deadline(visited, policy.disclosure, work.calendar)
    return with_disclosure_due(task, due)


async def _keep(work: Work, found: Examined) -> None:
    visit, policy, message = found.visit, found.policy, found.message
    report = Report(
        report_id=f"{visit.visit_id}.{message.department}.{message.report_version}",
        visit_id=visit.visit_id,
        department=message.department,
        version=message.report_version,
        entered_by=message.entered_by,
        visited_date=message.visited_date,
        present=message.present,
        entity_opinion=message.entity_opinion,
        findings=message.findings,
        received_at=work.now(),
        late_reason=found.late_reason,
        days_late=found.days_late,
        supplement_reason=message.supplement_reason,
        code_set=message.code_set,
        evaluation=message.evaluation,
        opinion=message.opinion,
        process_records=message.process_records,
        signature=message.signature,
        doubts=doubts_of(message.findings, policy, message.visited_date),
        drafts=message.drafts,
    )
    await work.reports.add([report])
    names = {
        (check.object_id, check.item): (check.object_name, check.item_name)
        for check in await work.checks.where(visit_id=visit.visit_id)
    }
    results = [
        _result(policy, visit, message, (finding, *names[finding.object_id, finding.item]))
        for finding in message.findings
    ]
    await _drop_former(work, message, {result.result_id for result in results})
    await work.results.save(*results)


async def _drop_former(work: Work, message: FindingsSubmitted, held: Collection[str]) -> None:
    """Let go of what a former version held and this one does not; its report is kept as it was.

    What was approved may bear cases: it stays, unapproved, and publishing takes back its page.
    """
    former = await work.results.where(visit_id=message.visit_id, department=message.department)
    for result in former:
        if result.result_id in held:
            continue
        if result.approved:
            await work.results.save(replace(result, approved=False, disclosed=False))
        else:
            await work.results.remove(result.result_id)
        await work.audit(
            "result-intake:result:not-held",
            result.result_id,
            former=result.version,
            version=message.report_version,
        )


def _result(
    policy: Policy, visit: Visit, message: FindingsSubmitted, named: tuple[Finding, str, str]
) -> Result:
    finding, object_name, item_name = named
    return Result(
        result_id=f"{visit.visit_id}.{message.department}.{finding.object_id}.{finding.item}",
        round_id=visit.round_id,
        visit_id=visit.visit_id,
        department=message.department,
        object_id=finding.object_id,
        object_name=object_name,
        item=finding.item,
        item_name=item_name,
        version=message.report_version,
        checked=finding.checked,
        method=finding.method,
        result_codes=finding.result_codes,
        problem=finding.problem,
        legal_basis=finding.legal_basis,
        follow_up=finding.follow_up,
        visited_date=message.visited_date,
        has_problem=has_problem(finding, policy, message.visited_date),
    )


async def _note(work: Work, message: FindingsSubmitted) -> None:
    facts = {"late_reason": message.late_reason, "supplement_reason": message.supplement_reason}
    await work.audit(
        "result-intake:report:received",
        message.visit_id,
        department=message.department,
        version=message.report_version,
        entered_by=message.entered_by,
        **{name: said for name, said in facts.items() if said},
    )


async def _finish_when_complete(work: Work, visit: Visit, policy: Policy) -> bool:
    tasks = [
        task
        for task in await work.tasks.where(visit_id=visit.visit_id)
        if task.state is not TaskState.WITHDRAWN
    ]
    if any(task.state not in TASK_REPORTED for task in tasks) or visit.state is VisitState.FINISHED:
        return False
    state = move(VISIT_MOVES, visit.state, VisitState.FINISHED, of=visit.visit_id)
    await work.visits.save(replace(visit, state=state, finished_at=work.now()))
    deadline = disclosure_deadline(work.today(), policy.disclosure, work.calendar)
    await work.tasks.save(
        *(with_disclosure_due(task, deadline) for task in tasks if task.disclosure_due is None)
    )
    await work.audit("result-intake:visit:finished", visit.visit_id)
    return True
