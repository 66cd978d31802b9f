"""What follows the end of a review: publication, sharing, correction, and the archive."""

from coordinator.domain.disclosure import Disclosure, DisclosureExemption
from coordinator.domain.dispatch import DepartmentTask, task_id
from coordinator.domain.follow_up import Case, PenaltyDecision
from coordinator.domain.lifecycle import TASK_ENDED, TaskState
from coordinator.services import archive, audit, disclosure, distribution, follow_up, review
from coordinator.services.ports import Work

_REOPENED_FROM = (*TASK_ENDED, TaskState.PENDING_DISCLOSURE)

ask_exemptions_anew = disclosure.ask_exemptions_anew


async def reject_result(work: Work, visit_id: str, department: str, reason: str) -> DepartmentTask:
    """Reject a report for good; the visit is archived when nothing of it waits."""
    task = await review.reject_result(work, visit_id, department, reason)
    await _archive_when_over(work, visit_id)
    return task


async def disclose_result(work: Work, visit_id: str, department: str) -> DepartmentTask:
    """Publish a department's results, and share them with who subscribes to their objects."""
    task = await disclosure.disclose_result(work, visit_id, department)
    await distribution.share_with_subscribers(work, visit_id, department)
    await disclosure.publish_penalties(work, visit_id, department)
    await _archive_when_over(work, visit_id)
    return task


async def decide_penalty(work: Work, case_id: str, decision: PenaltyDecision) -> Case:
    """Decide a penalty; it shows with its result for the period that the organ states."""
    case = await follow_up.decide_penalty(work, case_id, decision)
    await disclosure.take_up_penalty(work, case)
    return case


async def approve_exemption(work: Work, exemption_id: str, note: str) -> DisclosureExemption:
    """Exempt a result from publication; the visit is archived when nothing of it waits."""
    asked = await disclosure.approve_exemption(work, exemption_id, note)
    await _archive_when_over(work, asked.visit_id)
    return asked


async def answer_objection(
    work: Work, disclosure_id: str, answer: str, *, upheld: bool
) -> Disclosure:
    """Answer an objection; an upheld one reopens the result for correction."""
    answered = await disclosure.answer_objection(work, disclosure_id, answer, upheld=upheld)
    if upheld:
        await correct_result(work, answered.visit_id, answered.department, answer)
    return answered


async def correct_result(work: Work, visit_id: str, department: str, reason: str) -> DepartmentTask:
    """Reopen a report for correction 更正; what is published stays, with its mark, until then.

    A report that is already on its way back is not opened twice.
    """
    await disclosure.begin_correction(work, visit_id, department, reason)
    task = await work.tasks.get(task_id(visit_id, department))
    if task.correction and task.state not in _REOPENED_FROM:
        return task
    return await review.reopen_result(work, visit_id, department, reason)


async def _archive_when_over(work: Work, visit_id: str) -> None:
    """Archive a visit when every department's part has come to its end."""
    siblings = await work.tasks.where(visit_id=visit_id)
    if all(each.state in TASK_ENDED for each in siblings):
        await archive.archive_task(work, visit_id)
        await audit.seal_chain(work)
