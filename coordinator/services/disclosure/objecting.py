"""Objections 异议: marked at once, in time, answered by an approver as upheld or rejected."""

from dataclasses import replace
from datetime import date

from coordinator.domain.disclosure import (
    Disclosure,
    ObjectionChannel,
    ObjectionOutcome,
    require_open_to_objection,
)
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services.access import require_department, require_office_or
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Role, Work


async def receive_objection(
    work: Work, disclosure_id: str, text: str, received: date | None = None
) -> Disclosure:
    """Mark a published result as objected to; the answer is due after the profile's days.

    `received` is the day a written objection came in; without it, it is today. Raises
    OBJECTION_LATE after the profile's days to object.
    """
    disclosure = await work.disclosures.get(disclosure_id)
    channel = _channel(work, disclosure)
    if not text.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, disclosure=disclosure_id)
    day = min(received or work.today(), work.today())
    require_open_to_objection(disclosure, day)
    policy = await policy_of_round(work, await work.rounds.get(disclosure.round_id))
    due = work.calendar.after(day, policy.disclosure.objection_working_days)
    disclosure = replace(
        disclosure,
        objection=text,
        objection_at=work.now(),
        objection_channel=channel,
        objection_due=due.due_date,
        objection_provisional=due.provisional,
        objection_basis=due.basis,
    )
    await work.disclosures.save(disclosure)
    await work.audit("disclosure:objection:received", disclosure_id, channel=channel.value)
    return disclosure


async def answer_objection(
    work: Work, disclosure_id: str, answer: str, *, upheld: bool
) -> Disclosure:
    """Answer an objection once, as the approver of the department that published."""
    disclosure = await work.disclosures.get(disclosure_id)
    actor = require_department(work, disclosure.department, approver=True)
    if disclosure.objection is None or not answer.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, disclosure=disclosure_id)
    if disclosure.objection_answer is not None:
        raise RuleBrokenError(Rule.ALREADY_EXISTS, kind="objection_answer", key=disclosure_id)
    outcome = ObjectionOutcome.UPHELD if upheld else ObjectionOutcome.REJECTED
    disclosure = replace(
        disclosure,
        objection_answer=answer,
        objection_outcome=outcome,
        objection_answered_at=work.now(),
        objection_answered_by=actor.name,
    )
    await work.disclosures.save(disclosure)
    await work.audit("disclosure:objection:answered", disclosure_id, outcome=outcome.value)
    return disclosure


def _channel(work: Work, disclosure: Disclosure) -> ObjectionChannel:
    """Say by which way it came: the public with a visit code, or written to office or organ."""
    actor = work.actor
    if actor.role is Role.DEPARTMENT and actor.department is None:
        return ObjectionChannel.VISIT_CODE
    require_office_or(work, disclosure.department)
    return ObjectionChannel.WRITTEN
