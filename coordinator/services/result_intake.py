"""Result intake: a department's report is checked, kept with all former versions, and stands."""

from dataclasses import replace

from contracts.results import Finding, FindingsSubmitted
from coordinator.domain.disclosure import disclosure_deadline
from coordinator.domain.dispatch import DepartmentTask, Visit, task_id, with_disclosure_due
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import TASK_MOVES, VISIT_MOVES, TaskState, VisitState, move
from coordinator.domain.policy import Policy
from coordinator.domain.result_intake import (
    Assignment,
    Report,
    Result,
    accept_report,
    has_problem,
)
from coordinator.services.policies import policy_of_visit
from coordinator.services.ports import Work
from coordinator.services.published_items import items_by_code

_IN = (TaskState.PENDING_REVIEW, TaskState.PENDING_DISCLOSURE, TaskState.DISCLOSED)


async def receive_findings(work: Work, department: str, message: FindingsSubmitted) -> bool:
    """Take in a department's report of a visit; gives whether the whole visit is now finished."""
    if department != message.department:
        raise RuleBrokenError(
            Rule.NOT_YOUR_DEPARTMENT, actor=department, department=message.department
        )
    task = await work.tasks.get(task_id(message.visit_id, department))
    if message.report_version != task.report_version + 1:
        raise RuleBrokenError(
            Rule.REPORT_VERSION_WRONG,
            visit=message.visit_id,
            found=message.report_version,
            wanted=task.report_version + 1,
        )
    state = move(TASK_MOVES, task.state, TaskState.PENDING_REVIEW, of=task.task_id)
    visit = await work.visits.get(message.visit_id)
    policy = await policy_of_visit(work, visit)
    accept_report(message, await _assignment(work, visit, task), policy)
    await _keep(work, visit, message, policy)
    task = replace(
        task, state=state, report_version=message.report_version, submitted_at=work.now()
    )
    if policy.disclosure.counted_from == "visit":
        due = disclosure_deadline(message.visited_date, policy.disclosure, work.calendar)
        task = with_disclosure_due(task, due)
    await work.tasks.save(task)
    await work.audit(
        "result-intake:report:received",
        visit.visit_id,
        department=department,
        version=message.report_version,
        entered_by=message.entered_by,
    )
    return await _finish_when_complete(work, visit, policy)


async def _assignment(work: Work, visit: Visit, task: DepartmentTask) -> Assignment:
    checks = await work.checks.where(
        visit_id=visit.visit_id, department=task.department, left_out=None
    )
    team = await work.team.where(visit_id=visit.visit_id)
    items = await items_by_code(work, (check.item for check in checks))
    people = {each.person_id for each in team if each.is_officer}
    officers = {
        each.inspector_id: each for each in await work.inspectors.where(inspector_id=people)
    }
    return Assignment(visit, tuple(checks), tuple(team), task.quota, work.today(), items, officers)


async def _keep(work: Work, visit: Visit, message: FindingsSubmitted, policy: Policy) -> None:
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
    await work.results.save(*results)


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
        has_problem=has_problem(finding, policy),
    )


async def _finish_when_complete(work: Work, visit: Visit, policy: Policy) -> bool:
    tasks = [
        task
        for task in await work.tasks.where(visit_id=visit.visit_id)
        if task.state is not TaskState.WITHDRAWN
    ]
    if any(task.state not in _IN for task in tasks) or visit.state is VisitState.FINISHED:
        return False
    state = move(VISIT_MOVES, visit.state, VisitState.FINISHED, of=visit.visit_id)
    await work.visits.save(replace(visit, state=state, finished_at=work.now()))
    deadline = disclosure_deadline(work.today(), policy.disclosure, work.calendar)
    await work.tasks.save(
        *(with_disclosure_due(task, deadline) for task in tasks if task.disclosure_due is None)
    )
    await work.audit("result-intake:visit:finished", visit.visit_id)
    return True
