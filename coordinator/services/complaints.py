"""Complaints 投诉举报 about an inspection: received from anybody, handled by 纪检.

The organ concerned learns neither of the complaint nor of who complained: no verb here gives a
department anything, and the audit chain holds numbers only.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace

from coordinator.domain.complaints import (
    Complaint,
    ComplaintChannel,
    ComplaintCounts,
    ComplaintOutcome,
    answer_due,
    counts_of,
    put_off,
    require_no_conflict,
    require_room,
)
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lifecycle import COMPLAINT_MOVES, ComplaintState, move
from coordinator.services.access import require_complaint_reader, require_discipline
from coordinator.services.ports import Role, Work


@dataclass(frozen=True, kw_only=True)
class ComplaintDraft:
    """What somebody says; `visit_code` or `departments` tell about whom, as far as they know."""

    text: str
    visit_code: str = ""
    departments: tuple[str, ...] = ()
    name: str = ""
    contact: str = ""
    channel: ComplaintChannel = ComplaintChannel.ONLINE


@dataclass(frozen=True)
class Receipt:
    """What whoever complained keeps; the secret is told this once."""

    number: str
    secret: str
    complaint: Complaint


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What the discipline inspection found, answers, and does about it."""

    outcome: ComplaintOutcome
    answer: str
    measures: str = ""
    forwarded_to: str = ""


async def file_complaint(work: Work, draft: ComplaintDraft) -> Receipt:
    """Take in a complaint of the public, with or without name; gives the receipt."""
    day = work.today()
    visit_id, departments = await _concerned(work, draft)
    online = {
        "received_date": day,
        "channel": ComplaintChannel.ONLINE,
        "received_by": work.actor.name,
    }
    of_visit = await work.complaints.count(**online, visit_id=visit_id) if visit_id else None
    require_room(await work.complaints.count(**online), of_visit, work.policy.complaints)
    return await _take_in(
        work, replace(draft, channel=ComplaintChannel.ONLINE), visit_id, departments
    )


async def enter_complaint(work: Work, draft: ComplaintDraft) -> Receipt:
    """Enter a complaint that came by letter, phone or in person; by 纪检 or the office.

    What the office enters it can't read again.
    """
    if work.actor.role is not Role.OFFICE:
        require_discipline(work)
    if draft.channel is ComplaintChannel.ONLINE:
        raise RuleBrokenError(Rule.VALUE_MISSING, what="channel", of="complaint")
    visit_id, departments = await _concerned(work, draft)
    return await _take_in(work, draft, visit_id, departments)


async def examine_complaint(work: Work, complaint_id: str) -> Complaint:
    """Take a complaint up; refused to whoever is posted to the organ concerned."""
    complaint = await _mine(work, complaint_id)
    return await _move(
        work,
        replace(complaint, examined_by=work.actor.name, examined_at=work.now()),
        ComplaintState.EXAMINED,
    )


async def extend_complaint(work: Work, complaint_id: str, reason: str) -> Complaint:
    """Put the answer off, once and with a reason that whoever complained reads."""
    complaint = await _mine(work, complaint_id)
    if not complaint.open:
        raise RuleBrokenError(Rule.COMPLAINT_OVER, number=complaint.number)
    if complaint.extended_by is not None:
        raise RuleBrokenError(Rule.COMPLAINT_EXTENDED, number=complaint.number)
    deadline = put_off(complaint.answer_due, work.policy.complaints, work.calendar)
    extended = replace(
        complaint,
        answer_due=deadline.due_date,
        answer_provisional=deadline.provisional,
        answer_basis=deadline.basis,
        extended_by=work.actor.name,
        extension_reason=given(reason, "reason", complaint.number).strip(),
    )
    await work.complaints.save(extended)
    await work.audit("complaints:complaint:extended", complaint.number, until=_day(extended))
    return extended


async def answer_complaint(work: Work, complaint_id: str, finding: Finding) -> Complaint:
    """Answer a complaint that was examined, with its outcome and what follows from it."""
    complaint = await _mine(work, complaint_id)
    forwarded = finding.outcome is ComplaintOutcome.FORWARDED
    needs_measures = finding.outcome in (ComplaintOutcome.FOUNDED, ComplaintOutcome.PARTLY_FOUNDED)
    answered = replace(
        complaint,
        outcome=finding.outcome,
        answer=given(finding.answer, "answer", complaint.number).strip(),
        measures=(
            given(finding.measures, "measures", complaint.number).strip()
            if needs_measures
            else finding.measures.strip()
        ),
        forwarded_to=(
            given(finding.forwarded_to, "forwarded_to", complaint.number).strip()
            if forwarded
            else None
        ),
        answered_by=work.actor.name,
        answered_at=work.now(),
        answered_date=work.today(),
    )
    return await _move(work, answered, ComplaintState.ANSWERED)


async def complaint_of_receipt(work: Work, number: str, secret: str) -> Complaint:
    """Give the complaint that a receipt opens; a wrong number and a wrong secret look alike."""
    found = await work.complaints.where(number=number.strip().upper())
    digest = digest_of(secret.strip())
    for complaint in found:
        if complaint.secret_digest and hmac.compare_digest(complaint.secret_digest, digest):
            return complaint
    raise RuleBrokenError(Rule.RECEIPT_UNKNOWN)


async def withdraw_complaint(work: Work, number: str, secret: str) -> Complaint:
    """Let whoever complained take it back, by the receipt."""
    complaint = await complaint_of_receipt(work, number, secret)
    return await _move(work, replace(complaint, withdrawn_at=work.now()), ComplaintState.WITHDRAWN)


async def complaint_seen(work: Work, complaint_id: str) -> Complaint:
    """Give a complaint to 纪检 or an auditor; contacts to 纪检 only."""
    require_complaint_reader(work)
    complaint = await work.complaints.get(complaint_id)
    require_no_conflict(complaint, work.actor.department)
    if work.actor.role is Role.DISCIPLINE:
        return complaint
    return replace(complaint, name="…" if complaint.name else "", contact="")


async def complaint_counts(work: Work, year: int) -> ComplaintCounts:
    """Count the complaints of a year: anybody may know how many there were, and how they ended."""
    return counts_of(year, await work.complaint_groups.of_year(year, work.today()))


def digest_of(secret: str) -> str:
    """Give the SHA-256 under which a receipt's secret is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def _concerned(work: Work, draft: ComplaintDraft) -> tuple[str | None, tuple[str, ...]]:
    """Give the visit that a code names, and the organs concerned: always all of the visit's."""
    code = draft.visit_code.strip()
    visits = await work.visits.where(visit_code=code) if code else ()
    if code and not visits:
        raise RuleBrokenError(Rule.VISIT_CODE_UNKNOWN)
    known = {each.code for each in await work.departments.where(code=draft.departments)}
    unknown = sorted(set(draft.departments) - known)
    if unknown:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="department", key=unknown[0])
    of_visits = {code for visit in visits for code in visit.departments}
    return (visits[0].visit_id if visits else None), tuple(sorted(known | of_visits))


async def _take_in(
    work: Work, draft: ComplaintDraft, visit_id: str | None, departments: Sequence[str]
) -> Receipt:
    rules, day = work.policy.complaints, work.today()
    text = given(draft.text, "text", "complaint").strip()
    if len(text) > rules.text_characters_most:
        raise RuleBrokenError(
            Rule.COMPLAINT_TOO_LONG, most=rules.text_characters_most, found=len(text)
        )
    deadline = answer_due(day, rules, work.calendar)
    serial = await work.next_number(f"complaint-{day.year}")
    secret = work.chance.code() + work.chance.code()
    complaint = Complaint(
        complaint_id=work.new_id(),
        number=f"TS{day.year}-{serial:05d}",
        channel=draft.channel,
        text=text,
        departments=tuple(departments),
        visit_id=visit_id,
        name=draft.name.strip(),
        contact=draft.contact.strip(),
        secret_digest=digest_of(secret),
        state=ComplaintState.RECEIVED,
        received_at=work.now(),
        received_by=work.actor.name,
        received_date=day,
        answer_due=deadline.due_date,
        answer_provisional=deadline.provisional,
        answer_basis=deadline.basis,
    )
    await work.complaints.add([complaint])
    await work.audit("complaints:complaint:received", complaint.number, due=_day(complaint))
    return Receipt(complaint.number, secret, complaint)


async def _mine(work: Work, complaint_id: str) -> Complaint:
    actor = require_discipline(work)
    complaint = await work.complaints.get(complaint_id)
    require_no_conflict(complaint, actor.department)
    return complaint


async def _move(work: Work, complaint: Complaint, wanted: ComplaintState) -> Complaint:
    state = move(COMPLAINT_MOVES, complaint.state, wanted, of=complaint.number)
    moved = replace(complaint, state=state)
    await work.complaints.save(moved)
    facts = {"outcome": moved.outcome.value} if moved.outcome is not None else {}
    await work.audit(f"complaints:complaint:{state.value}", moved.number, **facts)
    return moved


def _day(complaint: Complaint) -> str:
    return complaint.answer_due.isoformat()
