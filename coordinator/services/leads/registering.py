"""The register of leads: what comes in, and what is accepted makes checks due (2.12)."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from coordinator.domain.due_checks import DueCheck, DueSource, Lead
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lifecycle import LEAD_MOVES, DueState, LeadState, move
from coordinator.domain.registers import CheckItem, InspectionObject
from coordinator.domain.registers.item_checks import why_not_valid
from coordinator.services.access import require_office_or
from coordinator.services.ports import Work
from coordinator.services.published_items import items_by_code


@dataclass(frozen=True, kw_only=True)
class LeadReport:
    """What is known of a lead when it comes in; without a deadline the profile's days count."""

    kind: str
    source: str
    object_id: str
    department: str
    items: tuple[str, ...]
    matter: str
    received_date: date
    reference: str = ""
    deadline: date | None = None


async def register_lead(work: Work, report: LeadReport) -> Lead:
    """Put a lead on record; the office for anybody, a department for itself.

    Raises CODE_UNKNOWN for a kind that is no kind of lead, LEAD_ITEM_NOT_VALID for an item that
    the department may not check.
    """
    actor = require_office_or(work, report.department)
    kinds = {kind.code for kind in work.policy.exemption_kinds if kind.lead}
    if report.kind not in kinds:
        raise RuleBrokenError(Rule.CODE_UNKNOWN, field="kind", code=report.kind)
    thing = await work.objects.get(report.object_id)
    await _require_days(work, report)
    await _require_items(work, report)
    lead = Lead(
        lead_id=work.new_id(),
        kind=report.kind,
        source=given(report.source, "source", report.object_id),
        reference=report.reference,
        object_id=thing.object_id,
        object_name=thing.name,
        department=report.department,
        items=tuple(dict.fromkeys(report.items)),
        matter=given(report.matter, "matter", report.object_id),
        received_date=report.received_date,
        deadline=report.deadline or _deadline(work, report.received_date),
        state=LeadState.RECEIVED,
        registered_by=actor.name,
        registered_at=work.now(),
    )
    await work.leads.add([lead])
    await work.audit("leads:lead:registered", lead.lead_id, kind=lead.kind)
    return lead


async def accept_lead(work: Work, lead_id: str, reason: str) -> Lead:
    """Accept a lead with the reason: each of its items is a check that is due from today on."""
    lead = await _decided(work, lead_id, LeadState.ACCEPTED, reason)
    thing = await work.objects.get(lead.object_id)
    items = await items_by_code(work, lead.items)
    await work.due_checks.add(
        [_due_of_lead(work, lead, thing, items[code]) for code in lead.items if code in items]
    )
    return lead


async def reject_lead(work: Work, lead_id: str, reason: str) -> Lead:
    """Reject a lead with the reason; nothing is checked for it."""
    return await _decided(work, lead_id, LeadState.REJECTED, reason)


async def _decided(work: Work, lead_id: str, wanted: LeadState, reason: str) -> Lead:
    lead = await work.leads.get(lead_id)
    actor = require_office_or(work, lead.department)
    state = move(LEAD_MOVES, lead.state, wanted, of=lead_id)
    lead = replace(
        lead,
        state=state,
        reason=given(reason, "reason", lead_id),
        decided_by=actor.name,
        decided_at=work.now(),
    )
    await work.leads.save(lead)
    await work.audit(f"leads:lead:{state.value}", lead_id, department=lead.department)
    return lead


async def _require_days(work: Work, report: LeadReport) -> None:
    """Refuse a lead of the future, and a deadline that is over when it comes in."""
    last = min(work.today(), report.deadline or work.today())
    if report.received_date > last:
        raise RuleBrokenError(
            Rule.OUTSIDE_WINDOW,
            visit=report.object_id,
            date=report.received_date.isoformat(),
            window=["-", last.isoformat()],
        )


async def _require_items(work: Work, report: LeadReport) -> None:
    """Refuse items that are not published, not valid today, or another department's."""
    organ = await work.departments.get(report.department)
    items = await items_by_code(work, report.items)
    for code in report.items or ("",):
        item = items.get(code)
        lapsed = why_not_valid(item, work.today(), work.today()) is not None
        if lapsed or item is None or item.department not in (organ.code, organ.family):
            raise RuleBrokenError(
                Rule.LEAD_ITEM_NOT_VALID, item=code or "-", department=report.department
            )


def _deadline(work: Work, received: date) -> date:
    return received + timedelta(days=work.policy.follow_up.lead_days)


def _due_of_lead(work: Work, lead: Lead, thing: InspectionObject, item: CheckItem) -> DueCheck:
    return DueCheck(
        due_id=work.new_id(),
        source=DueSource.LEAD,
        source_id=lead.lead_id,
        kind=lead.kind,
        object_id=lead.object_id,
        object_name=lead.object_name,
        place=thing.place,
        item=item.code,
        item_name=item.name,
        department=lead.department,
        reason=lead.matter,
        from_date=work.today(),
        deadline=lead.deadline,
        state=DueState.WAITING,
        added_at=work.now(),
    )
