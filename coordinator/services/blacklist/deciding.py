"""The decision by two persons, under the rule in force on its day, and the listing itself."""

from dataclasses import replace

from coordinator.domain.blacklist import (
    Listing,
    require_consent,
    require_objection_period_over,
    require_organ,
    require_standing_ground,
    rule_for,
)
from coordinator.domain.credit_repair import term_of
from coordinator.domain.lifecycle import LISTING_MOVES, ListingState, move
from coordinator.domain.lottery.ceremony import another_person
from coordinator.domain.policy import ListRule
from coordinator.services.access import require_department
from coordinator.services.blacklist.saving import save
from coordinator.services.blacklist.telling import next_sequence, tell_listed
from coordinator.services.decision_numbers import fresh_number
from coordinator.services.ports import Work


async def decide_listing(work: Work, listing_id: str, decision_number: str) -> Listing:
    """Decide as the first of two persons, after the objection period, under a number."""
    listing = await work.listings.get(listing_id)
    actor = require_department(work, listing.organ, approver=True)
    state = move(LISTING_MOVES, listing.state, ListingState.DECIDED, of=listing_id)
    require_objection_period_over(listing, work.today())
    rule = rule_for(listing.list_code, work.policy, work.today())
    await _require_lawful(work, listing, rule)
    if listing.consent_by is not None:
        another_person(listing.consent_by, actor.name, "decide-listing")
    listing = replace(
        listing,
        state=state,
        basis=rule.founding_text,
        rule_label=rule.label,
        decision_number=await fresh_number(work, listing.organ, decision_number, listing_id),
        decision_date=work.today(),
        decided_by=actor.name,
        term_until=term_of(work.today(), rule, work.policy),
    )
    return await save(work, listing, "decided", rule=rule.label, number=listing.decision_number)


async def confirm_listing(work: Work, listing_id: str) -> Listing:
    """List as the second person: the decision takes effect and everybody is told."""
    listing = await work.listings.get(listing_id)
    actor = require_department(work, listing.organ, approver=True)
    state = move(LISTING_MOVES, listing.state, ListingState.LISTED, of=listing_id)
    another_person(listing.decided_by, actor.name, "list")
    await _require_lawful(
        work,
        listing,
        rule_for(listing.list_code, work.policy, listing.decision_date or work.today()),
    )
    listing = replace(
        listing,
        state=state,
        confirmed_by=actor.name,
        listed_at=work.now(),
        sequence=await next_sequence(work, listing),
    )
    await tell_listed(work, listing)
    return await save(work, listing, "listed", sequence=listing.sequence)


async def remember_marks(work: Work, listing_id: str, objects: tuple[str, ...]) -> Listing:
    """Keep which objects of the register were marked because of a listing."""
    listing = replace(await work.listings.get(listing_id), marked_objects=objects)
    await work.listings.save(listing)
    return listing


async def _require_lawful(work: Work, listing: Listing, rule: ListRule) -> None:
    require_organ(await work.departments.get(listing.organ), rule)
    require_consent(listing, rule)
    case = await work.cases.find(listing.case_id) if listing.case_id else None
    require_standing_ground(listing, case, rule)
