"""Result intake: a department's report is checked, kept with all former versions, and stands."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from contracts.results import Finding, FindingsSubmitted
from coordinator.domain.disclosure import disclosure_deadline
from coordinator.domain.dispatch import (
    DepartmentTask,
    Visit,
    task_id,
    with_disclosure_due,
    with_feedback_due,
    with_report_due,
)
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import (
    TASK_MOVES,
    TASK_REPORTED,
    VISIT_MOVES,
    TaskState,
    VisitState,
    move,
)
from coordinator.domain.policy import Policy, typed_reason
from coordinator.domain.registers import CheckItem
from coordinator.domain.result_intake import (
    Assignment,
    Report,
    Result,
    accept_report,
    days_late,
    doubts_of,
    entry_due,
    has_problem,
    in_current_codes,
    require_in_time,
    require_supplement,
)
from coordinator.services.policies import policy_of_visit
from coordinator.services.ports import Work
from coordinator.services.published_items import items_by_code
from coordinator.services.visit_forms import form_of_visit

_OPEN_TO_SUPPLEMENT = (TaskState.PENDING_REVIEW, TaskState.AWAITING_TEST)


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
    entered = TaskState.AWAITING_TEST if task.tests_out else TaskState.PENDING_REVIEW
    state = move(TASK_MOVES, task.state, entered, of=task.task_id)
    visit = await work.visits.get(message.visit_id)
    policy = await policy_of_visit(work, visit)
    message = in_current_codes(message, policy)
    accept_report(message, await _assignment(work, visit, task), policy)
    await _require_place_for(work, task, message)
    late = _days_late(work, task, message, policy)
    await _keep(work, visit, message, policy, late)
    task = replace(task, state=state, report_version=message.report_version)
    await work.tasks.save(_clocked(work, task, message, policy))
    await _note(work, message)
    return await _finish_when_complete(work, visit, policy)


async def _require_place_for(work: Work, task: DepartmentTask, message: FindingsSubmitted) -> None:
    """Hold a report that is not asked for to a supplement of what was not checked."""
    is_supplement = bool((message.supplement_reason or "").strip())
    if not is_supplement and task.state not in _OPEN_TO_SUPPLEMENT:
        return
    if not is_supplement or task.report_version == 0:
        raise RuleBrokenError(
            Rule.SUPPLEMENT_NOT_POSSIBLE, visit=task.visit_id, state=task.state.value
        )
    former = await work.reports.get(f"{task.visit_id}.{task.department}.{task.report_version}")
    require_supplement(message, former)


def _clocked(
    work: Work, task: DepartmentTask, message: FindingsSubmitted, policy: Policy
) -> DepartmentTask:
    """Stop the report clock, and start those of feedback and, by profile, of disclosure."""
    visited, rules = message.visited_date, policy.report
    task = replace(task, submitted_at=task.submitted_at or work.now())
    if rules.report_working_days is not None:
        task = with_report_due(task, work.calendar.after(visited, rules.report_working_days))
    if rules.feedback_working_days is not None and task.feedback_due is None:
        due = work.calendar.after(work.today(), rules.feedback_working_days)
        task = with_feedback_due(task, due)
    if policy.disclosure.counted_from == "visit" and not task.correction:
        due = disclosure_deadline(visited, policy.disclosure, work.calendar)
        task = with_disclosure_due(task, due)
    return task


async def _assignment(work: Work, visit: Visit, task: DepartmentTask) -> Assignment:
    checks = await work.checks.where(
        visit_id=visit.visit_id, department=task.department, left_out=None
    )
    team = await work.team.where(visit_id=visit.visit_id)
    codes = {check.item for check in checks}
    people = {each.person_id for each in team if each.is_officer}
    officers = await work.inspectors.where(inspector_id=people)
    return Assignment(
        visit,
        tuple(checks),
        tuple(team),
        task.quota,
        work.today(),
        await items_by_code(work, codes),
        {each.inspector_id: each for each in officers},
        await form_of_visit(work, visit),
        await _told_items(work, visit, task, codes),
    )


async def _told_items(
    work: Work, visit: Visit, task: DepartmentTask, codes: Iterable[str]
) -> Mapping[str, CheckItem]:
    """Give the items as the list in force had them when the department was told its checks."""
    told_at = visit.opened_at or task.published_at
    if told_at is None:
        return {}
    lists = await work.item_lists.where()
    numbers = [
        each.number
        for each in lists
        if each.number is not None and each.enacted_at is not None and each.enacted_at <= told_at
    ]
    if not numbers:
        return {}
    found = await work.item_versions.where(number=max(numbers), code=set(codes))
    return {each.code: each.item for each in found}


def _days_late(work: Work, task: DepartmentTask, message: FindingsSubmitted, policy: Policy) -> int:
    """Give how late the first report of a visit comes; one without reason is refused."""
    if task.submitted_at is not None:
        return 0
    due = entry_due(message.visited_date, policy, work.calendar).due_date
    require_in_time(message, due, work.today())
    return days_late(due, work.today())


async def _keep(
    work: Work, visit: Visit, message: FindingsSubmitted, policy: Policy, late: int
) -> None:
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
        late_reason=_late_reason(work, message),
        days_late=late,
        supplement_reason=message.supplement_reason,
        code_set=message.code_set,
        evaluation=message.evaluation,
        opinion=message.opinion,
        process_records=message.process_records,
        signature=message.signature,
        doubts=doubts_of(message.findings, policy, message.visited_date),
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


def _late_reason(work: Work, message: FindingsSubmitted) -> str | None:
    """Give the typed reason of a late entry: `code`, or `other: words`."""
    if not (message.late_reason or "").strip():
        return None
    code, note = typed_reason(message.late_reason or "", work.policies.late_reasons())
    return f"{code}: {note}" if note else code


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
