"""What follows what: every message, and every act that moves several stages, on one page."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from contracts import draws, results, sanctions, tasks
from contracts import follow_up as follow_up_messages
from contracts import registers as register_messages
from contracts import sequences as sequence_messages
from contracts.vocabulary import Wire
from coordinator.domain.dispatch import DepartmentTask, Visit
from coordinator.domain.due_checks import DueCheck, Lead
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import RoundState, VisitState
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.lottery.progress import LongStep, Progress
from coordinator.domain.object_replacing import ReplacementRequest
from coordinator.domain.policy import typed_reason
from coordinator.domain.registers import Recusal
from coordinator.domain.registers.acts import Channel
from coordinator.domain.team_draw import MemberChange
from coordinator.services import (
    blacklist,
    checklist_merge,
    consequences,
    credit_effects,
    credit_log,
    dispatch,
    distribution,
    follow_up,
    joint_punishment,
    leads,
    listing_effects,
    lottery,
    object_draw,
    object_replacing,
    publication_effects,
    registers,
    result_intake,
    review,
    sequences,
    team_draw,
)
from coordinator.services.consequences import (
    close_rectification,
    confirm_hazard,
    decide_extension,
    enter_abnormal,
    finish_own_visit,
    order_rectification,
    refuse_rectification,
    remove_abnormal,
    report_rectification,
    report_sample,
    revoke_decision,
    revoke_rectification,
    take_sample,
)
from coordinator.services.ports import Work
from coordinator.services.registers import people

__all__ = [
    "close_rectification",
    "confirm_hazard",
    "decide_extension",
    "enter_abnormal",
    "finish_own_visit",
    "order_rectification",
    "refuse_rectification",
    "remove_abnormal",
    "report_rectification",
    "report_sample",
    "revoke_decision",
    "revoke_rectification",
    "take_sample",
]


async def draw_round(work: Work, round_id: str) -> Round:
    """Draw objects, merge their checks, draw teams, and close the attempt: one transaction.

    A supplement draws teams only, for the visits of its round, which then goes on.
    """
    drawn = await lottery.begin_draw(work, round_id)
    if drawn.supplement_of is not None:
        ending = await team_draw.draw_supplement(work, round_id)
        drawn = await lottery.conclude_attempt(work, round_id, ending)
        await lottery.complete_round(work, drawn)
        await checklist_merge.join_waiting(work)
        return drawn
    begun = Progress(step=LongStep.OBJECTS, begun_by=work.actor.name, begun_at=work.now())
    with work.shelf.working(round_id, begun) as told:
        await object_draw.draw_objects(work, round_id)
        told.tell(LongStep.MERGE)
        await checklist_merge.merge_checklists(work, round_id)
        told.tell(LongStep.TEAMS)
        ending = await team_draw.draw_teams(work, round_id)
    await checklist_merge.join_waiting(work)
    return await lottery.conclude_attempt(work, round_id, ending)


async def publish_visits(work: Work, round_id: str) -> int:
    """Replace who can't take part any more, then approve and publish all drawn visits."""
    drawn = await work.rounds.get(round_id)
    if drawn.supplement_of is not None:
        raise RuleBrokenError(
            Rule.MOVE_NOT_ALLOWED,
            of=round_id,
            now=drawn.state.value,
            wanted=RoundState.DISPATCHED.value,
            allowed=[RoundState.DISCLOSED.value],
        )
    await checklist_merge.settle_joined(work, await work.visits.where(round_id=round_id))
    visits = await work.visits.where(round_id=round_id)
    await dispatch.require_round_answered(work, round_id)
    await dispatch.require_trained(work, round_id)
    emptied = await _leave_out_lapsed(work, round_id, visits)
    changes = await team_draw.replace_unfit(work, await work.visits.where(round_id=round_id))
    await dispatch.announce_changes(work, changes)
    await team_draw.require_fit(work, await work.visits.where(round_id=round_id))
    sent = await dispatch.publish_visits(work, round_id)
    for visit_id in emptied[:1]:
        await _disclose_record_after_last_visit(work, visit_id)
    return sent


async def _leave_out_lapsed(work: Work, round_id: str, visits: Sequence[Visit]) -> Sequence[str]:
    """Leave lapsed items out before dispatch; gives the visits that nothing was left of."""
    left = await dispatch.leave_out_lapsed(work, round_id, visits)
    for visit_id in left.emptied:
        await checklist_merge.give_back_joined(work, visit_id)
    await checklist_merge.give_back_rideless(work, left.rideless)
    led_anew = await work.visits.where(visit_id=left.led_anew) if left.led_anew else ()
    await team_draw.complete_teams(work, led_anew)
    return left.emptied


async def replace_member(work: Work, departure: team_draw.Departure) -> tuple[MemberChange, ...]:
    """Replace somebody of a team by lot, and tell every organ of the visit."""
    changes = await team_draw.replace_member(work, departure)
    await dispatch.announce_changes(work, changes)
    return changes


async def accept_task(work: Work, department: str, message: tasks.TaskAccepted) -> None:
    """Note an acceptance; whoever of the organ's people has become unfit is replaced."""
    await dispatch.receive_acceptance(work, department, message)
    visit = await work.visits.get(message.visit_id)
    changes = await team_draw.replace_unfit(work, [visit], department=department)
    await dispatch.announce_changes(work, changes)


async def replace_declined(work: Work, department: str, message: tasks.TaskDeclined) -> None:
    """Put a declined person on record and draw who comes instead; an open seat stays visible."""
    await dispatch.receive_decline(work, department, message)
    code, note = typed_reason(message.reason, work.policies.departure_reasons())
    departure = team_draw.Departure(
        visit_id=message.visit_id, person_id=message.person_id, reason=code, note=note
    )
    changes = await team_draw.replace_if_possible(work, departure, department=department)
    await dispatch.announce_changes(work, changes)


async def declare_recusal(work: Work, recusal: Recusal, channel: Channel) -> Recusal:
    """Keep a recusal; whoever is already drawn for a visit to the object is replaced."""
    await people.declare_recusal(work, recusal, channel)
    seats = await work.team.where(person_id=recusal.person_id)
    visits = await work.visits.where(visit_id={seat.visit_id for seat in seats})
    changes = await team_draw.replace_unfit(work, visits, person=recusal.person_id)
    await dispatch.announce_changes(work, changes)
    return recusal


async def withdraw_visit(work: Work, visit_id: str, reason: str) -> Visit:
    """Withdraw a visit; the record of the round opens when no other is left to be made."""
    visit = await dispatch.withdraw_visit(work, visit_id, reason)
    await checklist_merge.give_back_joined(work, visit_id)
    await _disclose_record_after_last_visit(work, visit_id)
    return visit


async def replace_object(work: Work, request_id: str) -> ReplacementRequest:
    """Replace an object as the second person: its visits go, the next of the reserve comes.

    The withdrawn visits' teams take the new ones over; who may not go there is replaced by lot.
    """
    request = await object_replacing.confirm_replacement(work, request_id)
    reason = object_replacing.reason_in_words(work, request)
    for visit_id in request.withdrawn:
        await dispatch.withdraw_visit(work, visit_id, reason)
    request = await checklist_merge.merge_replacement(work, request_id)
    for visit_id in request.withdrawn:
        await checklist_merge.give_back_joined(work, visit_id)
    await checklist_merge.settle_joined(work, await work.visits.where(visit_id=request.visits))
    visits = await work.visits.where(visit_id=request.visits)
    await team_draw.replace_barred(work, visits)
    await team_draw.replace_unfit(work, visits)
    await team_draw.complete_teams(work, visits)
    if (await work.rounds.get(request.round_id)).state is RoundState.DISPATCHED:
        await _leave_out_lapsed(work, request.round_id, visits)
        visits = await work.visits.where(visit_id=request.visits)
        await team_draw.require_fit(work, visits)
        await dispatch.publish_further(work, request.visits)
    return request


async def take_in_findings(work: Work, department: str, message: results.FindingsSubmitted) -> None:
    """Take in findings; the record of the round opens when its last visit is finished.

    What was exempt from publication in a former version is for an approver to decide again.
    """
    finished = await result_intake.receive_findings(work, department, message)
    await publication_effects.ask_exemptions_anew(work, message.visit_id, department)
    if finished:
        await _disclose_record_after_last_visit(work, message.visit_id)


async def approve_result(work: Work, visit_id: str, department: str) -> DepartmentTask:
    """Approve a report, and share it with the other departments of the visit."""
    task = await review.approve_result(work, visit_id, department)
    await checklist_merge.answer_joined(work, visit_id, department)
    await consequences.after_approval(work, visit_id, department)
    await distribution.distribute_result(work, visit_id, department)
    return task


reject_result = publication_effects.reject_result
disclose_result = publication_effects.disclose_result
decide_penalty = publication_effects.decide_penalty
approve_exemption = publication_effects.approve_exemption
answer_objection = publication_effects.answer_objection
correct_result = publication_effects.correct_result


async def accept_lead(work: Work, lead_id: str, reason: str) -> Lead:
    """Accept a lead; its checks join a visit that goes to the place anyway, where one does."""
    lead = await leads.accept_lead(work, lead_id, reason)
    await checklist_merge.join_due(work, lead_id)
    return lead


async def call_off_own_visit(work: Work, due_id: str, reason: str) -> Sequence[DueCheck]:
    """Call a visit of its own off; what it was for joins another one, where one goes there."""
    waiting = await leads.call_off_own_visit(work, due_id, reason)
    await checklist_merge.join_waiting(work, {due.place for due in waiting})
    return waiting


# What follows a listing and its end stands in a room of its own, with the duty that ends it.
confirm_listing = listing_effects.confirm_listing
confirm_correction = listing_effects.confirm_correction
confirm_delisting = listing_effects.confirm_delisting
decide_repair = listing_effects.decide_repair
make_credit_file = credit_effects.make_credit_file


_ENDED = (VisitState.FINISHED, VisitState.WITHDRAWN)
_NOT_ENDED = tuple(state for state in VisitState if state not in _ENDED)


async def _disclose_record_after_last_visit(work: Work, visit_id: str) -> None:
    visit = await work.visits.get(visit_id)
    drawn = await work.rounds.get(visit.round_id)
    if drawn.state not in (RoundState.DISPATCHED, RoundState.INFEASIBLE):
        return
    if await work.visits.count(round_id=visit.round_id, state=_NOT_ENDED):
        return
    await lottery.disclose_record(work, visit.round_id)
    for supplement in await work.rounds.where(supplement_of=visit.round_id):
        closed = supplement.state is not RoundState.DISCLOSED
        if closed and supplement.outcome is not None:
            await lottery.disclose_record(work, supplement.round_id)


MESSAGE_HANDLERS: Mapping[type[Wire], Callable[[Work, str, Any], Awaitable[None]]] = {
    register_messages.RegisterChunkSubmitted: registers.receive_chunk,
    draws.EntropyCommitted: lottery.collect_commitment,
    draws.CommitReceived: lottery.collect_receipt,
    draws.EntropyRevealed: lottery.collect_reveal,
    draws.SilenceExplained: lottery.explain_silence,
    tasks.TaskAccepted: accept_task,
    tasks.TaskDeclined: replace_declined,
    results.FindingsSubmitted: take_in_findings,
    results.ResultAcknowledged: distribution.receive_acknowledgement,
    follow_up_messages.CopyNoticeAnswered: follow_up.receive_copy_answer,
    follow_up_messages.TransferAnswered: follow_up.receive_transfer_answer,
    sanctions.MeasureFeedback: joint_punishment.record_feedback,
    sanctions.ListingAcknowledged: blacklist.receive_acknowledgement,
    sanctions.CreditEventAcknowledged: credit_log.receive_acknowledgement,
    sequence_messages.ResendRequested: sequences.resend_missing,
}


async def handle(work: Work, sender: str, message: Wire) -> None:
    """Apply one message of a department or credit system; `sender` is what the broker verified."""
    await MESSAGE_HANDLERS[type(message)](work, sender, message)
