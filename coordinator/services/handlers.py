"""What follows what: every message, and every act that moves several stages, on one page."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from contracts import draws, results, sanctions, tasks
from contracts import registers as register_messages
from contracts.vocabulary import Wire
from coordinator.domain.blacklist import Listing
from coordinator.domain.dispatch import DepartmentTask, Visit
from coordinator.domain.lifecycle import RoundState, TaskState, VisitState
from coordinator.domain.lottery.ceremony import Round
from coordinator.services import (
    archive,
    blacklist,
    checklist_merge,
    credit_log,
    disclosure,
    dispatch,
    distribution,
    joint_punishment,
    lottery,
    object_draw,
    registers,
    result_intake,
    review,
    team_draw,
)
from coordinator.services.ports import Work


async def draw_round(work: Work, round_id: str) -> Round:
    """Draw objects, merge their checks, draw teams, and close the attempt: one transaction."""
    await lottery.begin_draw(work, round_id)
    await object_draw.draw_objects(work, round_id)
    await checklist_merge.merge_checklists(work, round_id)
    ending = await team_draw.draw_teams(work, round_id)
    return await lottery.conclude_attempt(work, round_id, ending)


async def withdraw_visit(work: Work, visit_id: str, reason: str) -> Visit:
    """Withdraw a visit; the record of the round opens when no other is left to be made."""
    visit = await dispatch.withdraw_visit(work, visit_id, reason)
    await _disclose_record_after_last_visit(work, visit_id)
    return visit


async def take_in_findings(work: Work, department: str, message: results.FindingsSubmitted) -> None:
    """Take in findings; the record of the round opens when its last visit is finished."""
    finished = await result_intake.receive_findings(work, department, message)
    if finished:
        await _disclose_record_after_last_visit(work, message.visit_id)


async def approve_result(work: Work, visit_id: str, department: str) -> DepartmentTask:
    """Approve a report, and share it with the other departments of the visit."""
    task = await review.approve_result(work, visit_id, department)
    await distribution.distribute_result(work, visit_id, department)
    return task


async def disclose_result(work: Work, visit_id: str, department: str) -> DepartmentTask:
    """Publish a department's results; the task is archived when all of them are published."""
    task = await disclosure.disclose_result(work, visit_id, department)
    siblings = await work.tasks.where(visit_id=visit_id)
    if all(each.state is TaskState.DISCLOSED for each in siblings):
        await archive.archive_task(work, visit_id)
    return task


async def confirm_listing(work: Work, listing_id: str) -> Listing:
    """List a subject, and order the measures that follow."""
    listing = await blacklist.confirm_listing(work, listing_id)
    await joint_punishment.order_measures(work, listing_id)
    return listing


async def confirm_delisting(work: Work, listing_id: str) -> Listing:
    """Delist a subject, and lift its measures."""
    listing = await blacklist.confirm_delisting(work, listing_id)
    await joint_punishment.lift_measures(work, listing_id)
    return listing


async def _disclose_record_after_last_visit(work: Work, visit_id: str) -> None:
    visit = await work.visits.get(visit_id)
    ended = (VisitState.FINISHED, VisitState.WITHDRAWN)
    visits = await work.visits.where(round_id=visit.round_id)
    drawn = await work.rounds.get(visit.round_id)
    if drawn.state is RoundState.DISPATCHED and all(each.state in ended for each in visits):
        await lottery.disclose_record(work, visit.round_id)


MESSAGE_HANDLERS: Mapping[type[Wire], Callable[[Work, str, Any], Awaitable[None]]] = {
    register_messages.RegisterChunkSubmitted: registers.receive_chunk,
    draws.EntropyCommitted: lottery.collect_commitment,
    draws.CommitReceived: lottery.collect_receipt,
    draws.EntropyRevealed: lottery.collect_reveal,
    tasks.TaskAccepted: dispatch.receive_acceptance,
    tasks.TaskDeclined: dispatch.receive_decline,
    results.FindingsSubmitted: take_in_findings,
    results.ResultAcknowledged: distribution.receive_acknowledgement,
    sanctions.MeasureFeedback: joint_punishment.record_feedback,
    sanctions.CreditEventAcknowledged: credit_log.receive_acknowledgement,
}


async def handle(work: Work, sender: str, message: Wire) -> None:
    """Apply one message of a department or credit system; `sender` is what the broker verified."""
    await MESSAGE_HANDLERS[type(message)](work, sender, message)
