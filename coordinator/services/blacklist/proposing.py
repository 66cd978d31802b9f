"""Proposals: by the organ that penalised, citing its decision or a court's; withdrawn, rejected."""

from dataclasses import dataclass, replace
from datetime import date

from coordinator.domain.blacklist import (
    BEFORE_LIST,
    ON_LIST,
    Ground,
    Listing,
    require_consent_day,
    require_consent_of,
    require_court_day,
    require_court_documents,
    require_grounds,
    require_organ,
    require_subject,
    rule_for,
)
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lifecycle import LISTING_MOVES, ListingState, move
from coordinator.domain.policy import ListRule
from coordinator.domain.registers import check_object_id
from coordinator.domain.registers.organisation import Department
from coordinator.services.access import require_department
from coordinator.services.blacklist.saving import save
from coordinator.services.ports import Actor, Work


@dataclass(frozen=True, kw_only=True)
class CourtDocument:
    """A document of a court that finds what a list's rule demands, as its organ records it."""

    subject: str
    subject_name: str
    list_code: str
    court: str
    number: str
    dated: date
    facts: str


@dataclass(frozen=True, kw_only=True)
class Consent:
    """The superior organ's consent to a listing: document, organ and day."""

    number: str
    organ: str
    dated: date


async def propose_listing(work: Work, case_id: str, list_code: str) -> Listing:
    """Propose a subject as the organ that penalised, citing its penalty decision."""
    case = await work.cases.get(case_id)
    actor = require_department(work, case.department)
    rule = rule_for(list_code, work.policy, work.today())
    require_grounds(case, rule, actor.department)
    listing = Listing(
        listing_id=work.new_id(),
        subject=case.subject,
        subject_name=case.subject_name,
        list_code=list_code,
        case_id=case_id,
        round_id=case.round_id,
        organ=case.department,
        penalty_decision=given(case.decision_number, "decision_number", case_id),
        ground_date=case.decided_date,
        facts=given(case.facts, "facts", case_id),
        basis=rule.founding_text,
        state=ListingState.PROPOSED,
        proposed_by=actor.name,
        proposed_at=work.now(),
    )
    return await _propose(work, listing, rule)


async def propose_by_court(work: Work, document: CourtDocument) -> Listing:
    """Propose a subject as a competent organ, citing a court's document that it records."""
    actor = require_department(work, work.actor.department or "-")
    rule = rule_for(document.list_code, work.policy, work.today())
    require_court_documents(rule)
    require_court_day(document.number, document.dated, work.today())
    listing = Listing(
        listing_id=work.new_id(),
        subject=check_object_id(document.subject),
        subject_name=given(document.subject_name, "subject_name", document.subject),
        list_code=document.list_code,
        case_id="",
        round_id="",
        organ=given(actor.department, "department", actor.name),
        penalty_decision=given(document.number, "number", document.subject),
        ground=Ground.COURT,
        ground_date=document.dated,
        court=given(document.court, "court", document.number),
        facts=given(document.facts, "facts", document.number),
        basis=rule.founding_text,
        state=ListingState.PROPOSED,
        proposed_by=actor.name,
        proposed_at=work.now(),
    )
    return await _propose(work, listing, rule)


async def record_consent(work: Work, listing_id: str, consent: Consent) -> Listing:
    """Record the superior's consent before the decision, as the superior itself or by its document.

    `consent.organ` is the code or name of the organ's superior in the organisation register.
    """
    listing = await work.listings.get(listing_id)
    actor = await _superior_or_own(work, listing)
    move(LISTING_MOVES, listing.state, ListingState.WITHDRAWN, of=listing_id)
    rule = rule_for(listing.list_code, work.policy, work.today())
    if not rule.superior_consent:
        raise RuleBrokenError(Rule.CONSENT_NOT_NEEDED, list=listing.list_code)
    superior = await _superior_of(work, listing.organ)
    require_consent_of(superior, listing.organ, given(consent.organ, "organ", listing_id))
    require_consent_day(consent.dated, work.day_of(listing.proposed_at), work.today())
    listing = replace(
        listing,
        consent_number=given(consent.number, "number", listing_id),
        consent_organ=superior.name if superior else None,
        consent_date=consent.dated,
        consent_by=actor.name,
    )
    return await save(work, listing, "consented", number=consent.number)


async def withdraw_proposal(work: Work, listing_id: str, reason: str) -> Listing:
    """Take a proposal back before it is decided, with the reason."""
    listing = await work.listings.get(listing_id)
    require_department(work, listing.organ)
    return await _end(work, listing, ListingState.WITHDRAWN, reason)


async def reject_listing(work: Work, listing_id: str, reason: str) -> Listing:
    """Decide as an approver, the second person included, that nobody is listed, with the reason."""
    listing = await work.listings.get(listing_id)
    require_department(work, listing.organ, approver=True)
    return await _end(work, listing, ListingState.REJECTED, reason)


async def _propose(work: Work, listing: Listing, rule: ListRule) -> Listing:
    require_organ(await work.departments.get(listing.organ), rule)
    require_subject(listing.subject, rule)
    same = {"subject": listing.subject, "list_code": listing.list_code, "organ": listing.organ}
    if await work.listings.count(**same, state=(*BEFORE_LIST, *ON_LIST)):
        raise RuleBrokenError(Rule.ALREADY_LISTED, subject=listing.subject, list=listing.list_code)
    await work.listings.add([listing])
    await work.audit(
        "blacklist:listing:proposed",
        listing.listing_id,
        case=listing.case_id,
        ground=listing.ground.value,
        cited=listing.penalty_decision,
    )
    return listing


async def _superior_or_own(work: Work, listing: Listing) -> Actor:
    """Give the actor: an approver of the superior where it takes part, else of the organ itself."""
    superior = await _superior_of(work, listing.organ)
    if superior is not None and work.actor.department == superior.code:
        return require_department(work, superior.code, approver=True)
    return require_department(work, listing.organ, approver=True)


async def _superior_of(work: Work, organ: str) -> Department | None:
    code = (await work.departments.get(organ)).superior
    return await work.departments.find(code) if code else None


async def _end(work: Work, listing: Listing, state: ListingState, reason: str) -> Listing:
    wanted = move(LISTING_MOVES, listing.state, state, of=listing.listing_id)
    if not reason.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, listing=listing.listing_id)
    listing = replace(
        listing,
        state=wanted,
        ended_reason=reason,
        ended_by=work.actor.name,
        ended_at=work.now(),
    )
    return await save(work, listing, state.value, reason=reason)
