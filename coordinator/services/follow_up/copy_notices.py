"""Copy notices: one letter to several departments, an answer of each, reminders until it is in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from contracts.follow_up import (
    CopyNoticeAnswered,
    CopyNoticeOutcome,
    CopyNoticeSent,
    CopyNoticeWithdrawn,
)
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.follow_up import CopyNotice, require_problem, require_receivers
from coordinator.domain.lifecycle import COPY_NOTICE_MOVES, CopyNoticeState, move
from coordinator.domain.result_intake import Result
from coordinator.services.access import require_department
from coordinator.services.covert import require_open_record
from coordinator.services.follow_up.numbering import paper_number
from coordinator.services.follow_up.settling import settle
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work


@dataclass(frozen=True, kw_only=True)
class CopyAnswer:
    """What a department did about a problem that it was told of."""

    outcome: CopyNoticeOutcome
    answer: str
    person: str


async def send_copy_notice(
    work: Work, result_id: str, receivers: Sequence[str], matter: str
) -> Sequence[CopyNotice]:
    """Tell departments of a problem within their duties; each answers by the profile's days."""
    result = await work.results.get(result_id)
    require_department(work, result.department)
    require_problem(result)
    await require_open_record(work, result.round_id)
    known = [each.code for each in await work.departments.where()]
    require_receivers(receivers, result.department, known)
    policy = await policy_of_round(work, await work.rounds.get(result.round_id))
    days = given(policy.follow_up.copy_notice_days, "follow_up.copy_notice_days", policy.profile)
    clock = work.calendar.after(work.today(), days)
    number = await paper_number(work, policy, result.department, "copy") or ""
    notices = [
        CopyNotice(
            notice_id=work.new_id(),
            round_id=result.round_id,
            visit_id=result.visit_id,
            result_id=result_id,
            object_id=result.object_id,
            object_name=result.object_name,
            department=result.department,
            receiver=receiver,
            letter_number=number,
            matter=given(matter, "matter", result_id),
            basis=result.legal_basis or "",
            state=CopyNoticeState.SENT,
            sent_by=work.actor.name,
            sent_at=work.now(),
            answer_due=clock.due_date,
            answer_provisional=clock.provisional,
            answer_basis=clock.basis,
        )
        for receiver in receivers
    ]
    await _keep_sent(work, result, notices)
    return notices


async def _keep_sent(work: Work, result: Result, notices: Sequence[CopyNotice]) -> None:
    """Keep and send the notices of a result, and let the result go on."""
    await work.copy_notices.add(notices)
    for notice in notices:
        await _post(work, notice)
    told = {
        "receivers": [notice.receiver for notice in notices],
        "of": [notice.notice_id for notice in notices],
    }
    await work.audit("follow-up:copy-notice:sent", result.visit_id, **told)
    await settle(work, result.result_id)


async def _post(work: Work, notice: CopyNotice) -> None:
    message = CopyNoticeSent(
        notice_id=notice.notice_id,
        visit_id=notice.visit_id,
        object_id=notice.object_id,
        object_name=notice.object_name,
        from_department=notice.department,
        department=notice.receiver,
        letter_number=notice.letter_number,
        matter=notice.matter,
        basis=notice.basis,
        answer_due=notice.answer_due,
    )
    await work.post.to_department(
        notice.receiver, message, subject=notice.notice_id, correlation=notice.visit_id
    )


async def receive_copy_answer(work: Work, sender: str, message: CopyNoticeAnswered) -> None:
    """Take in a department's answer to a copy notice."""
    if sender != message.department:
        raise RuleBrokenError(Rule.NOT_YOUR_DEPARTMENT, actor=sender, department=message.department)
    answer = CopyAnswer(outcome=message.outcome, answer=message.answer, person=message.person)
    await answer_copy_notice(work, message.notice_id, answer)


async def answer_copy_notice(work: Work, notice_id: str, answer: CopyAnswer) -> CopyNotice:
    """Answer a copy notice as the department that received it."""
    notice = await work.copy_notices.get(notice_id)
    require_department(work, notice.receiver)
    answered = replace(
        notice,
        state=move(COPY_NOTICE_MOVES, notice.state, CopyNoticeState.ANSWERED, of=notice_id),
        outcome=answer.outcome,
        answer=given(answer.answer, "answer", notice_id),
        answered_by=given(answer.person, "person", notice_id),
        answered_at=work.now(),
    )
    await work.copy_notices.save(answered)
    tag = "follow-up:copy-notice:answered"
    await work.audit(tag, notice.visit_id, by=notice.receiver, of=notice_id)
    await settle(work, notice.result_id)
    return answered


async def withdraw_copy_notice(work: Work, notice_id: str, reason: str) -> CopyNotice:
    """Take back a copy notice that nobody has answered, with the reason."""
    notice = await work.copy_notices.get(notice_id)
    require_department(work, notice.department)
    withdrawn = replace(
        notice,
        state=move(COPY_NOTICE_MOVES, notice.state, CopyNoticeState.WITHDRAWN, of=notice_id),
        withdrawn_reason=given(reason, "reason", notice_id),
    )
    await work.copy_notices.save(withdrawn)
    message = CopyNoticeWithdrawn(
        notice_id=notice_id,
        department=notice.receiver,
        letter_number=notice.letter_number,
        reason=reason,
    )
    await work.post.to_department(
        notice.receiver, message, subject=notice_id, correlation=notice.visit_id
    )
    tag = "follow-up:copy-notice:withdrawn"
    await work.audit(tag, notice.visit_id, by=notice.department, of=notice_id)
    await settle(work, notice.result_id)
    return withdrawn
