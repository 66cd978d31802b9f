"""Review: the department's approver approves a report, returns it, rejects it, or reopens it."""

from dataclasses import replace

from contracts.results import ResultReturned
from coordinator.domain.disclosure import disclosure_deadline
from coordinator.domain.dispatch import DepartmentTask, task_id, with_disclosure_due
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import TASK_MOVES, TaskState, move
from coordinator.domain.policy import worded_reason
from coordinator.domain.result_intake import Report
from coordinator.domain.review import (
    FeedbackNote,
    Hearing,
    HearingNote,
    ReviewDecision,
    Verdict,
    hearing_participants,
    require_attempt_left,
    require_between,
    require_feedback_in_time,
    require_heard,
    require_hearing,
    require_on_team,
    require_reviewer,
)
from coordinator.services.access import require_department
from coordinator.services.hearings import hearings_on, keep_note
from coordinator.services.policies import policy_of_visit
from coordinator.services.ports import Actor, Work
from coordinator.services.report_clocks import with_expected_report

_PUBLISHED = (TaskState.DISCLOSED, TaskState.NOT_DISCLOSED)


async def approve_result(work: Work, visit_id: str, department: str) -> DepartmentTask:
    """Approve a department's standing report.

    The disclosure clock runs from the finished task; of a visit that others have not finished
    yet, from today: no approval, early or late, moves the date of a finished one. A correction of
    what was published has a clock of its own, from its first approval.
    """
    actor = require_department(work, department, approver=True)
    task = await work.tasks.get(task_id(visit_id, department))
    state = move(TASK_MOVES, task.state, TaskState.PENDING_DISCLOSURE, of=task.task_id)
    report = await _standing_report(work, task)
    await _require_reviewer(work, report, actor)
    policy = await policy_of_visit(work, await work.visits.get(visit_id))
    heard = await hearings_on(work, task)
    require_heard(heard[-1] if heard else None, policy.report, task)
    if task.disclosure_due is None or await _corrects_published(work, task):
        deadline = disclosure_deadline(work.today(), policy.disclosure, work.calendar)
        task = with_disclosure_due(task, deadline)
    task = replace(_decided(work, task, state), return_reason=None)
    await work.tasks.save(task)
    results = await work.results.where(
        visit_id=visit_id, department=department, version=task.report_version
    )
    await work.results.save(*(replace(result, approved=True) for result in results))
    await _decide(work, task, Verdict.APPROVED, "")
    await work.audit("review:report:approved", visit_id, department=department)
    return task


async def return_result(work: Work, visit_id: str, department: str, reason: str) -> DepartmentTask:
    """Send a report back with a reason; the department enters a new version."""
    require_department(work, department, approver=True)
    task = await _move(work, (visit_id, department), TaskState.RETURNED, reason)
    task = replace(task, return_reason=reason)
    await work.tasks.save(task)
    await _tell(work, task, reason)
    await _decide(work, task, Verdict.RETURNED, reason)
    await work.audit("review:report:returned", visit_id, department=department, reason=reason)
    return task


async def reject_result(work: Work, visit_id: str, department: str, reason: str) -> DepartmentTask:
    """Refuse a report for good (不通过); it counts as unfinished unless the visit is made again.

    A correction can be returned only: what it corrects was approved, and must come to an end.
    """
    actor = require_department(work, department, approver=True)
    task = await _move(work, (visit_id, department), TaskState.REJECTED, reason)
    if task.correction:
        raise RuleBrokenError(
            Rule.CORRECTION_NOT_REJECTABLE, visit=visit_id, version=task.report_version
        )
    await _require_reviewer(work, await _standing_report(work, task), actor)
    task = replace(task, return_reason=reason)
    await work.tasks.save(task)
    await _decide(work, task, Verdict.REJECTED, reason)
    await work.audit("review:report:rejected", visit_id, department=department, reason=reason)
    return task


async def visit_again(work: Work, visit_id: str, department: str, reason: str) -> DepartmentTask:
    """Let a department visit again whose report was rejected, inside the visit's window.

    The clocks of report and feedback begin anew.
    Raises NO_ATTEMPT_LEFT when the policy's attempts are used up, OUTSIDE_WINDOW after the window.
    """
    require_department(work, department, approver=True)
    visit = await work.visits.get(visit_id)
    task = await _move(work, (visit_id, department), TaskState.ACCEPTED, reason)
    require_attempt_left(task, await policy_of_visit(work, visit))
    if work.today() > visit.date_to:
        raise RuleBrokenError(
            Rule.OUTSIDE_WINDOW,
            visit=visit_id,
            date=work.today().isoformat(),
            window=[visit.date_from.isoformat(), visit.date_to.isoformat()],
        )
    task = replace(
        task,
        attempt=task.attempt + 1,
        return_reason=reason,
        submitted_at=None,
        feedback_due=None,
        feedback_provisional=False,
        feedback_basis=None,
        feedback_at=None,
        feedback_late_reason=None,
    )
    task = await with_expected_report(work, task, visit)
    await work.tasks.save(task)
    await _tell(work, task, reason)
    await _decide(work, task, Verdict.VISIT_AGAIN, reason)
    await work.audit("review:visit:again", visit_id, department=department, attempt=task.attempt)
    return task


async def reopen_result(work: Work, visit_id: str, department: str, reason: str) -> DepartmentTask:
    """Reopen an approved or published report for correction 更正.

    What is published stays until the correction is. The department enters the next version, which
    is reviewed and published as any other.
    """
    require_department(work, department, approver=True)
    before = await work.tasks.get(task_id(visit_id, department))
    approved = (*_PUBLISHED, TaskState.PENDING_DISCLOSURE)
    if before.state not in approved:
        raise RuleBrokenError(
            Rule.MOVE_NOT_ALLOWED,
            of=before.task_id,
            now=before.state.value,
            wanted="reopen",
            allowed=sorted(state.value for state in approved),
        )
    task = await _move(work, (visit_id, department), TaskState.RETURNED, reason)
    task = replace(task, return_reason=reason, correction=True, correction_reason=reason)
    await work.tasks.save(task)
    await _tell(work, task, reason)
    await _decide(work, task, Verdict.REOPENED, reason)
    await work.audit("review:report:reopened", visit_id, department=department, reason=reason)
    return task


async def note_hearing(work: Work, visit_id: str, department: str, note: HearingNote) -> Hearing:
    """Keep the note of a collective hearing on the standing report.

    A later note stands in its place; the former ones stay on record beside it.
    """
    require_department(work, department, approver=True)
    task = await work.tasks.get(task_id(visit_id, department))
    move(TASK_MOVES, task.state, TaskState.PENDING_DISCLOSURE, of=task.task_id)
    report = await _standing_report(work, task)
    policy = await policy_of_visit(work, await work.visits.get(visit_id))
    note = replace(note, participants=hearing_participants(note.participants))
    require_hearing(note, policy.report, (report.visited_date, work.today()))
    return await keep_note(work, task, note)


async def record_feedback(
    work: Work, visit_id: str, department: str, note: FeedbackNote
) -> DepartmentTask:
    """Note that the team told the inspected what it found; ends the feedback clock.

    Whoever told them after its day says why: a code of the table of late reasons, or words.
    """
    require_department(work, department)
    task = await work.tasks.get(task_id(visit_id, department))
    if task.feedback_at is not None:
        raise RuleBrokenError(Rule.ALREADY_EXISTS, kind="feedback", key=task.task_id)
    report = await _standing_report(work, task)
    require_between("given_date", note.given_date, (report.visited_date, work.today()))
    if not note.note.strip() or not note.given_by.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, visit=visit_id)
    team = await _team(work, visit_id, department)
    require_on_team(note.given_by, team, visit_id)
    require_feedback_in_time(note, task)
    task = replace(
        task,
        feedback_at=work.now(),
        feedback_by=note.given_by,
        feedback_note=_worded(note),
        feedback_late_reason=_late_reason(work, note),
    )
    await work.tasks.save(task)
    await work.audit(
        "review:feedback:given", visit_id, department=department, date=note.given_date.isoformat()
    )
    return task


def _worded(note: FeedbackNote) -> str:
    return f"{note.given_date.isoformat()} {note.note.strip()}"


def _late_reason(work: Work, note: FeedbackNote) -> str | None:
    if not note.late_reason.strip():
        return None
    return worded_reason(note.late_reason, work.policies.late_reasons())


async def _move(work: Work, of: tuple[str, str], wanted: TaskState, reason: str) -> DepartmentTask:
    if not reason.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, visit=of[0])
    task = await work.tasks.get(task_id(*of))
    return _decided(work, task, move(TASK_MOVES, task.state, wanted, of=task.task_id))


def _decided(work: Work, task: DepartmentTask, state: TaskState) -> DepartmentTask:
    return replace(task, state=state, reviewed_by=work.actor.name, reviewed_at=work.now())


async def _decide(work: Work, task: DepartmentTask, verdict: Verdict, reason: str) -> None:
    decision = ReviewDecision(
        decision_id=work.new_id(),
        visit_id=task.visit_id,
        department=task.department,
        version=task.report_version,
        verdict=verdict,
        reason=reason,
        decided_by=work.actor.name,
        decided_at=work.now(),
    )
    await work.review_decisions.add([decision])


async def _tell(work: Work, task: DepartmentTask, reason: str) -> None:
    message = ResultReturned(
        visit_id=task.visit_id,
        department=task.department,
        report_version=task.report_version,
        reason=reason,
        correction=task.correction,
        again=task.attempt if task.state is TaskState.ACCEPTED else 0,
    )
    await work.post.to_department(
        task.department, message, subject=task.visit_id, correlation=task.visit_id
    )


async def _require_reviewer(work: Work, report: Report, actor: Actor) -> None:
    """Refuse whoever entered or was on the team, known by login or by the person's name."""
    team = await _team(work, report.visit_id, report.department)
    login = await work.credentials.find(actor.name)
    require_reviewer(report, actor.name, actor.department, team)
    if login is not None and login.name in team:
        raise RuleBrokenError(Rule.REVIEWER_ON_TEAM, person=login.name, visit=report.visit_id)


async def _team(work: Work, visit_id: str, department: str) -> frozenset[str]:
    """Give ids and names of a department's own people on a visit."""
    seats = await work.team.where(visit_id=visit_id, department=department)
    ids = {seat.person_id for seat in seats}
    people = await work.inspectors.where(inspector_id=ids) if ids else ()
    return frozenset(ids | {person.name for person in people})


async def _corrects_published(work: Work, task: DepartmentTask) -> bool:
    """Say whether this is the first approval since results were published that now change."""
    if task.disclosed_at is None:
        return False
    approvals = await work.review_decisions.where(
        visit_id=task.visit_id, department=task.department, verdict=Verdict.APPROVED
    )
    return all(each.decided_at <= task.disclosed_at for each in approvals)


async def _standing_report(work: Work, task: DepartmentTask) -> Report:
    return await work.reports.get(f"{task.visit_id}.{task.department}.{task.report_version}")
