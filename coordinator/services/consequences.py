"""What follows a finding, across stages: orders and their re-inspections, decisions and marks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from coordinator.domain.due_checks import DueCheck, DueSource
from coordinator.domain.follow_up import (
    AbnormalEntry,
    Case,
    Hazard,
    LabReport,
    Rectification,
    Sample,
    has_open_problem,
)
from coordinator.domain.lifecycle import AbnormalState, DueState, HazardState
from coordinator.domain.own_visits import Outcome
from coordinator.domain.penalty_publication import PublicationEnd
from coordinator.domain.registers import DatedEvent
from coordinator.services import (
    blacklist,
    checklist_merge,
    disclosure,
    follow_up,
    leads,
    registers,
    result_intake,
)
from coordinator.services.access import require_office
from coordinator.services.covert import closed_rounds
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Query, Work

_AT_ONCE = 500
HAZARD = "hazard"
"""The kind of dated event by which a register says that an object has a major hazard."""


async def order_rectification(
    work: Work, result_id: str, article: str, due_date: date | None = None
) -> Rectification:
    """Order a remedy; its re-inspection joins the next visit if one is due (2.9)."""
    order = await follow_up.order_rectification(work, result_id, article, due_date)
    await leads.expect_reinspection(work, order)
    await checklist_merge.join_due(work, order.rectification_id)
    return order


async def report_rectification(
    work: Work, rectification_id: str, evidence: str, files: tuple[str, ...] = ()
) -> Rectification:
    """Take in the evidence of a remedy; the place may be looked at again from now on."""
    order = await follow_up.report_rectification(work, rectification_id, evidence, files)
    await leads.remedy_reported(work, order)
    await checklist_merge.join_due(work, rectification_id)
    return order


async def refuse_rectification(
    work: Work, rectification_id: str, reason: str, due_date: date
) -> Rectification:
    """Refuse the evidence of a remedy; its re-inspection waits for the new date."""
    order = await follow_up.refuse_rectification(work, rectification_id, reason, due_date)
    await _look_again(work, order)
    return order


async def decide_extension(
    work: Work, rectification_id: str, note: str, *, granted: bool
) -> Rectification:
    """Decide on more time; a granted extension moves the re-inspection too."""
    order = await follow_up.decide_extension(work, rectification_id, note, granted=granted)
    if granted:
        await _look_again(work, order)
    return order


async def close_rectification(work: Work, rectification_id: str, note: str = "") -> Rectification:
    """Close an order; a re-inspection that nobody was sent to is not needed any more."""
    order = await follow_up.close_rectification(work, rectification_id, note)
    await checklist_merge.cancel_due(work, rectification_id, "closed")
    return order


async def revoke_rectification(work: Work, rectification_id: str, reason: str) -> Rectification:
    """Take an order back; nobody needs to look again."""
    order = await follow_up.revoke_rectification(work, rectification_id, reason)
    await checklist_merge.cancel_due(work, rectification_id, "revoked")
    return order


async def after_approval(work: Work, visit_id: str, department: str) -> None:
    """Let an approved report answer what it was made for, and start what its codes propose."""
    joined = await work.due_checks.where(
        visit_id=visit_id, department=department, source=DueSource.RE_INSPECTION
    )
    for due in joined:
        if due.state is DueState.DONE and due.result_id:
            await _take_reinspection_result(work, due)
    await follow_up.propose_by_codes(work, visit_id, department)
    await follow_up.settle_results(work, visit_id, department)


async def finish_own_visit(work: Work, due_id: str, outcome: Outcome) -> DueCheck:
    """Take in what an own visit found; a re-inspection decides about its order.

    An own visit has no report to approve: a clean one counts as reported, for the approver.
    """
    due = await leads.finish_own_visit(work, due_id, outcome)
    if due.source is not DueSource.RE_INSPECTION:
        return due
    codes = [work.policy.result_code(code) for code in outcome.result_codes]
    problem = any(entry is not None and entry.problem and not entry.closes for entry in codes)
    if problem:
        words = outcome.problem or outcome.note
        await _found_again(work, due.source_id, words, problem=True)
    return due


async def _take_reinspection_result(work: Work, due: DueCheck) -> None:
    """Give an order what a joined re-inspection found; what was put right on site is no problem.

    A report that is approved again after a correction elsewhere says nothing new.
    """
    result = await work.results.get(due.result_id)
    policy = await policy_of_round(work, await work.rounds.get(result.round_id))
    problem = has_open_problem(result, policy)
    words = (result.problem if problem else None) or result.item_name
    order = await work.rectifications.find(due.source_id)
    if order is None or (problem and order.is_owed_since(due.ended_at, words)):
        return
    await _found_again(work, due.source_id, words, problem=problem)


async def _found_again(work: Work, rectification_id: str, found: str, *, problem: bool) -> None:
    """Give an order what its re-inspection found; what is owed anew is looked at again."""
    order = await follow_up.take_reinspection(work, rectification_id, found, problem=problem)
    if order is not None and problem:
        await leads.expect_reinspection(work, order)
        await checklist_merge.join_due(work, rectification_id)


async def _look_again(work: Work, order: Rectification) -> None:
    """Let the re-inspection of an order wait for its new date."""
    await checklist_merge.cancel_due(work, order.rectification_id, "new-date")
    await leads.expect_reinspection(work, order)
    await checklist_merge.join_due(work, order.rectification_id)


async def confirm_hazard(work: Work, hazard_id: str, stop: follow_up.StopOrder) -> Hazard:
    """Confirm a major hazard; the register says so as soon as nothing secret is told by it."""
    await follow_up.confirm_hazard(work, hazard_id, stop)
    await mark_hazard(work, hazard_id)
    return await work.hazards.get(hazard_id)


async def hazards_to_mark(work: Work) -> Sequence[str]:
    """Name the confirmed hazards that the register does not say of their objects yet.

    Those of covert rounds wait until the record is open.
    """
    secret = await closed_rounds(work)
    found = await work.hazards.where(marked_at=None)
    return [each.hazard_id for each in found if _is_to_mark(each, secret)]


async def mark_hazard(work: Work, hazard_id: str) -> bool:
    """Put a confirmed hazard into the register as a dated event; False: it waits, or was put there.

    Frames and plans choose by these events, which is how a place is visited more often.
    """
    hazard = await work.hazards.get(hazard_id)
    if not _is_to_mark(hazard, await closed_rounds(work)):
        return False
    await _mark_hazard(work, hazard)
    return True


def _is_to_mark(hazard: Hazard, secret: Collection[str]) -> bool:
    waits = hazard.state in (HazardState.REGISTERED, HazardState.REJECTED)
    unmarked = hazard.confirmed_at is not None and hazard.marked_at is None
    return unmarked and not waits and hazard.round_id not in secret


async def _mark_hazard(work: Work, hazard: Hazard) -> None:
    thing = await work.objects.find(hazard.object_id)
    if thing is not None and hazard.confirmed_at is not None:
        event = DatedEvent(
            kind=HAZARD, date=work.day_of(hazard.confirmed_at), source=hazard.stop_number or ""
        )
        reason = hazard.stop_number or hazard.hazard_id
        events = (*(each for each in thing.events if each != event), event)
        await registers.mark_object(work, thing.object_id, reason, events=events)
    await follow_up.note_marked(work, hazard)


async def enter_abnormal(
    work: Work, entry_id: str, decision: follow_up.AbnormalDecision
) -> AbnormalEntry:
    """Enter a subject on the list of business abnormalities; its register entries say so."""
    entry = await follow_up.enter_abnormal(work, entry_id, decision)
    await _mark_abnormal(work, entry)
    return entry


async def remove_abnormal(
    work: Work, entry_id: str, decision: follow_up.AbnormalDecision
) -> AbnormalEntry:
    """Remove an entry; the register says so when it was the subject's last."""
    entry = await follow_up.remove_abnormal(work, entry_id, decision)
    await _mark_abnormal(work, entry)
    return entry


async def _mark_abnormal(work: Work, entry: AbnormalEntry) -> bool:
    """Let the register say whether a subject is on the list; False: it said so before."""
    listed = await follow_up.is_abnormal(work, entry.subject)
    reason = entry.removal_number or entry.number or entry.entry_id
    changed = [
        await registers.mark_object(work, object_id, reason, abnormal_list=listed)
        for object_id in {entry.subject, entry.object_id}
    ]
    return any(changed)


async def abnormal_to_mark(work: Work) -> Sequence[str]:
    """Name the entries on the abnormal list that an import of the register said otherwise of."""
    waiting: list[str] = []
    query = Query(equals={"state": AbnormalState.ENTERED}, limit=_AT_ONCE)
    while entries := (await work.abnormal_entries.page(query)).values:
        named = {code for each in entries for code in (each.subject, each.object_id)}
        objects = await work.objects.where(object_id=named, abnormal_list=False)
        unmarked = {each.object_id for each in objects}
        waiting += (e.entry_id for e in entries if unmarked & {e.subject, e.object_id})
        query = replace(query, offset=query.offset + query.limit)
    return waiting


async def keep_abnormal(work: Work, entry_id: str) -> bool:
    """Mark again who is on the abnormal list by an entry; False: nothing lacked the mark."""
    require_office(work)
    entry = await work.abnormal_entries.get(entry_id)
    return entry.state is AbnormalState.ENTERED and await _mark_abnormal(work, entry)


async def follow_up_duties(work: Work) -> Mapping[str, object]:
    """Do what a day brings: reminders, overdue matters, marks and proposals that had to wait.

    Whoever does the duties has done them one by one before, so that only what fails is left here:
    the duty stays open while something does.
    """
    told = await follow_up.remind_and_note_overdue(work)
    for entry_id in await abnormal_to_mark(work):
        await keep_abnormal(work, entry_id)
    marked = [await mark_hazard(work, each) for each in await hazards_to_mark(work)]
    return {**told, "marked": sum(marked), "proposed": await follow_up.propose_waiting(work)}


async def revoke_decision(work: Work, case_id: str, undone_by: follow_up.DecisionUndone) -> Case:
    """Take a penalty decision back: it shows no more, listings that cite it fall (2.10)."""
    case = await follow_up.revoke_decision(work, case_id, undone_by)
    await disclosure.end_penalty(work, case_id, PublicationEnd.REVOKED, undone_by.document)
    lost = blacklist.LostGround(
        case_id=case_id, document=undone_by.document, reason=undone_by.reason
    )
    await blacklist.lose_ground(work, lost)
    return case


async def take_sample(work: Work, check_id: str, sheet: follow_up.SampleSheet) -> Sample:
    """Take a sample; the department's task waits for the laboratory 待检验."""
    sample = await follow_up.take_sample(work, check_id, sheet)
    await result_intake.await_test(work, sample.visit_id, sample.department)
    return sample


async def report_sample(work: Work, sample_id: str, report: LabReport, *, final: bool) -> Sample:
    """Take a laboratory's report in; the final one ends the waiting for this sample."""
    sample = await follow_up.report_sample(work, sample_id, report, final=final)
    if final:
        await result_intake.settle_test(work, sample.visit_id, sample.department)
    return sample
