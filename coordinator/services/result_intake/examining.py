"""What a report must satisfy where it arrives: from whom, of which task, in which state, in time.

Nothing is written here, so that a report can also be examined to say why it was refused.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from contracts.results import FindingsSubmitted
from contracts.vocabulary import Mode
from coordinator.domain.dispatch import DepartmentTask, ReportDays, Visit, task_id
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import TASK_MOVES, TaskState, move
from coordinator.domain.policy import Policy, worded_reason
from coordinator.domain.registers import CheckItem
from coordinator.domain.result_intake import (
    Assignment,
    accept_report,
    days_late,
    entry_due,
    in_current_codes,
    require_in_time,
    require_supplement,
)
from coordinator.services.policies import policy_of_visit
from coordinator.services.ports import Work
from coordinator.services.published_items import items_by_code
from coordinator.services.report_clocks import report_days_of
from coordinator.services.visit_forms import form_of_visit

_OPEN_TO_SUPPLEMENT = (TaskState.PENDING_REVIEW, TaskState.AWAITING_TEST)
# What only the office or an approver opens again, and tells the department when it does.
_CLOSED = (
    TaskState.REJECTED,
    TaskState.PENDING_DISCLOSURE,
    TaskState.DISCLOSED,
    TaskState.NOT_DISCLOSED,
    TaskState.WITHDRAWN,
)


@dataclass(frozen=True, kw_only=True)
class Examined:
    """A report that breaks no rule, in the codes of its day, with what it is a report of.

    `state` is the task's once the report is kept; `days_late` after it was due.
    """

    task: DepartmentTask
    state: TaskState
    visit: Visit
    policy: Policy
    message: FindingsSubmitted
    days: ReportDays
    days_late: int
    late_reason: str | None


async def examine_report(work: Work, department: str, message: FindingsSubmitted) -> Examined:
    """Refuse a report that can't be taken in, by the rule it breaks; writes nothing."""
    if department != message.department:
        raise RuleBrokenError(
            Rule.NOT_YOUR_DEPARTMENT, actor=department, department=message.department
        )
    task = await work.tasks.get(task_id(message.visit_id, department))
    state = _state_with(task, message)
    visit = await work.visits.get(message.visit_id)
    if visit.mode is Mode.COVERT and visit.opened_at is None:
        raise RuleBrokenError(Rule.TARGET_NOT_OPENED, visit=visit.visit_id)
    policy = await policy_of_visit(work, visit)
    message = in_current_codes(message, policy)
    accept_report(message, await _assignment(work, visit, task), policy)
    await _require_place_for(work, task, message)
    days = await report_days_of(work, visit, department)
    due = entry_due(message.visited_date, days.report, policy, work.calendar).due_date
    return Examined(
        task=task,
        state=state,
        visit=visit,
        policy=policy,
        message=message,
        days=days,
        days_late=_days_late(work, task, message, due),
        late_reason=_late_reason(work, message),
    )


def _state_with(task: DepartmentTask, message: FindingsSubmitted) -> TaskState:
    """Give the state of a task with this report; refused at once where none can be taken in."""
    if task.state in _CLOSED:
        is_supplement = bool((message.supplement_reason or "").strip())
        rule = Rule.SUPPLEMENT_NOT_POSSIBLE if is_supplement else Rule.REPORT_NOT_AWAITED
        raise RuleBrokenError(rule, visit=task.visit_id, state=task.state.value)
    if message.report_version != task.report_version + 1:
        raise RuleBrokenError(
            Rule.REPORT_VERSION_WRONG,
            visit=message.visit_id,
            found=message.report_version,
            wanted=task.report_version + 1,
        )
    entered = TaskState.AWAITING_TEST if task.tests_out else TaskState.PENDING_REVIEW
    return move(TASK_MOVES, task.state, entered, of=task.task_id)


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
        work.day_of,
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


def _days_late(work: Work, task: DepartmentTask, message: FindingsSubmitted, due: date) -> int:
    """Give how late the first report of a visit comes; one without reason is refused."""
    if task.submitted_at is not None:
        return 0
    require_in_time(message, due, work.today())
    return days_late(due, work.today())


def _late_reason(work: Work, message: FindingsSubmitted) -> str | None:
    said = (message.late_reason or "").strip()
    return worded_reason(said, work.policies.late_reasons()) if said else None
