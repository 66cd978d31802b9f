"""The serious-violation list: proposal, notice, objection, decision by two persons, delisting."""

from dataclasses import replace

from contracts.sanctions import EntityDelisted, EntityListed
from contracts.vocabulary import DelistingReason, Wire
from coordinator.domain.blacklist import (
    Listing,
    months_later,
    require_delisting_time,
    require_grounds,
    require_objection_period_over,
    rule_for,
)
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lifecycle import LISTING_MOVES, ListingState, move
from coordinator.domain.lottery.ceremony import another_person
from coordinator.services.access import require_department
from coordinator.services.ports import Work

_STANDING = (
    ListingState.PROPOSED,
    ListingState.NOTIFIED,
    ListingState.DECIDED,
    ListingState.LISTED,
)


async def propose_listing(work: Work, case_id: str, list_code: str) -> Listing:
    """Propose a subject as the organ that penalised, citing its penalty decision."""
    case = await work.cases.get(case_id)
    actor = require_department(work, case.department)
    rule = rule_for(list_code, work.policy)
    require_grounds(case, rule, actor.department)
    if await work.listings.where(subject=case.subject, list_code=list_code, state=_STANDING):
        raise RuleBrokenError(Rule.ALREADY_LISTED, subject=case.subject, list=list_code)
    listing = Listing(
        listing_id=work.new_id(),
        subject=case.subject,
        subject_name=case.subject_name,
        list_code=list_code,
        case_id=case_id,
        round_id=case.round_id,
        organ=case.department,
        penalty_decision=given(case.decision_number, "decision_number", case_id),
        facts=given(case.facts, "facts", case_id),
        basis=rule.founding_text,
        state=ListingState.PROPOSED,
        proposed_by=actor.name,
        proposed_at=work.now(),
    )
    await work.listings.add([listing])
    await work.audit("blacklist:listing:proposed", listing.listing_id, case=case_id)
    return listing


async def notify_party(work: Work, listing_id: str) -> Listing:
    """Give the party notice; the objection period begins."""
    listing = await work.listings.get(listing_id)
    actor = require_department(work, listing.organ)
    rule = rule_for(listing.list_code, work.policy)
    deadline = work.calendar.after(work.today(), rule.objection_working_days)
    listing = replace(
        listing,
        state=move(LISTING_MOVES, listing.state, ListingState.NOTIFIED, of=listing_id),
        notified_by=actor.name,
        notified_at=work.now(),
        objection_until=deadline.due_date,
        objection_provisional=deadline.provisional,
        objection_basis=deadline.basis,
    )
    return await _save(work, listing, "notified")


async def receive_objection(work: Work, listing_id: str, text: str) -> Listing:
    """Put the party's objection on record, once; while undecided, a late one counts too."""
    listing = await work.listings.get(listing_id)
    require_department(work, listing.organ)
    move(LISTING_MOVES, listing.state, ListingState.DECIDED, of=listing_id)
    if not text.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, listing=listing_id)
    if listing.objection is not None:
        raise RuleBrokenError(Rule.ALREADY_EXISTS, kind="objection", key=listing_id)
    return await _save(work, replace(listing, objection=text), "objected")


async def answer_objection(work: Work, listing_id: str, answer: str) -> Listing:
    """Answer the party's objection as an approver."""
    listing = await work.listings.get(listing_id)
    require_department(work, listing.organ, approver=True)
    if listing.objection is None or not answer.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, listing=listing_id)
    return await _save(work, replace(listing, objection_answer=answer), "objection-answered")


async def decide_listing(work: Work, listing_id: str, decision_number: str) -> Listing:
    """Decide as the first of two persons, after the objection period, under a number."""
    listing = await work.listings.get(listing_id)
    actor = require_department(work, listing.organ, approver=True)
    state = move(LISTING_MOVES, listing.state, ListingState.DECIDED, of=listing_id)
    require_objection_period_over(listing, work.today())
    rule = rule_for(listing.list_code, work.policy)
    listing = replace(
        listing,
        state=state,
        decision_number=given(decision_number, "decision_number", listing_id),
        decision_date=work.today(),
        decided_by=actor.name,
        term_until=months_later(work.today(), rule.term_months),
    )
    return await _save(work, listing, "decided")


async def confirm_listing(work: Work, listing_id: str) -> Listing:
    """List as the second person: the decision takes effect and everybody is told."""
    listing = await work.listings.get(listing_id)
    actor = require_department(work, listing.organ, approver=True)
    state = move(LISTING_MOVES, listing.state, ListingState.LISTED, of=listing_id)
    another_person(listing.decided_by, actor.name, "list")
    listing = replace(
        listing,
        state=state,
        confirmed_by=actor.name,
        listed_at=work.now(),
        sequence=await work.next_number(f"subject:{listing.subject}"),
    )
    await _tell_everybody(work, listing, _listed(work, listing))
    return await _save(work, listing, "listed")


async def request_delisting(
    work: Work, listing_id: str, reason: DelistingReason, number: str
) -> Listing:
    """Ask for delisting as the first of two persons: repaired, expired or revoked."""
    listing = await work.listings.get(listing_id)
    actor = require_department(work, listing.organ, approver=True)
    move(LISTING_MOVES, listing.state, ListingState.DELISTED, of=listing_id)
    rule = rule_for(listing.list_code, work.policy)
    require_delisting_time(listing, rule, reason, work.today())
    listing = replace(
        listing,
        delisting_reason=reason,
        delisting_number=given(number, "delisting_number", listing_id),
        delisting_requested_by=actor.name,
    )
    return await _save(work, listing, "delisting-requested")


async def confirm_delisting(work: Work, listing_id: str) -> Listing:
    """Delist as the second person, as loudly as the listing was."""
    listing = await work.listings.get(listing_id)
    actor = require_department(work, listing.organ, approver=True)
    state = move(LISTING_MOVES, listing.state, ListingState.DELISTED, of=listing_id)
    another_person(listing.delisting_requested_by, actor.name, "delist")
    listing = replace(
        listing,
        state=state,
        delisted_by=actor.name,
        delisted_at=work.now(),
        sequence=await work.next_number(f"subject:{listing.subject}"),
    )
    message = EntityDelisted(
        listing_id=listing_id,
        subject=listing.subject,
        list_code=listing.list_code,
        reason=given(listing.delisting_reason, "delisting_reason", listing_id),
        decision_number=given(listing.delisting_number, "delisting_number", listing_id),
        delisted_at=work.now(),
        sequence=listing.sequence,
    )
    await _tell_everybody(work, listing, message)
    return await _save(work, listing, "delisted")


def _listed(work: Work, listing: Listing) -> EntityListed:
    return EntityListed(
        listing_id=listing.listing_id,
        subject=listing.subject,
        subject_name=listing.subject_name,
        list_code=listing.list_code,
        list_name=rule_for(listing.list_code, work.policy).name,
        decision_number=given(listing.decision_number, "decision_number", listing.listing_id),
        decision_date=given(listing.decision_date, "decision_date", listing.listing_id),
        organ=listing.organ,
        facts=listing.facts,
        basis=listing.basis,
        listed_at=work.now(),
        term_until=given(listing.term_until, "term_until", listing.listing_id),
        sequence=listing.sequence,
    )


async def _tell_everybody(work: Work, listing: Listing, message: Wire) -> None:
    subject, correlation = listing.subject, listing.listing_id
    await work.post.to_credit(message, subject=subject, correlation=correlation)
    for department in await work.departments.where():
        await work.post.to_department(
            department.code, message, subject=subject, correlation=correlation
        )


async def _save(work: Work, listing: Listing, what: str) -> Listing:
    await work.listings.save(listing)
    await work.audit(f"blacklist:listing:{what}", listing.listing_id, subject=listing.subject)
    return listing
