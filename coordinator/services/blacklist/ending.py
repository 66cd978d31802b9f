"""The end of an entry: revoked by two persons, repaired by its own procedure, expired by itself."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from contracts.vocabulary import DelistingReason
from coordinator.domain.blacklist import (
    BEFORE_LIST,
    ON_LIST,
    Ground,
    Listing,
    require_delisting_time,
    require_standing_ground,
    rule_for,
    with_delisting_clock,
    without_delisting_clock,
)
from coordinator.domain.credit_repair import Repair
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lifecycle import LISTING_MOVES, ListingState, RepairState, move
from coordinator.domain.lottery.ceremony import another_person
from coordinator.services.access import require_department, require_office
from coordinator.services.blacklist.saving import save
from coordinator.services.blacklist.telling import next_sequence, tell_delisted
from coordinator.services.decision_numbers import fresh_number
from coordinator.services.ports import Work


@dataclass(frozen=True, kw_only=True)
class LostGround:
    """The cited decision of a case was revoked or changed: by which document, and why."""

    case_id: str
    document: str
    reason: str


async def request_delisting(
    work: Work, listing_id: str, reason: DelistingReason, number: str, note: str = ""
) -> Listing:
    """Ask for delisting as the first of two persons: the listing is revoked, and a clock runs.

    Who repaired applies for it, and whose term is over leaves without anybody's asking.
    """
    listing = await work.listings.get(listing_id)
    actor = require_department(work, listing.organ, approver=True)
    if reason is DelistingReason.EXPIRED:
        raise RuleBrokenError(Rule.EXPIRY_IS_AUTOMATIC, listing=listing_id)
    require_delisting_time(listing, reason, work.today())
    listing = replace(
        listing,
        state=move(LISTING_MOVES, listing.state, ListingState.REVOKED, of=listing_id),
        delisting_reason=reason,
        delisting_number=await fresh_number(work, listing.organ, number, listing_id),
        delisting_note=note or None,
        delisting_requested_by=actor.name,
    )
    return await _requested(work, listing, reason.value)


async def reject_delisting(work: Work, listing_id: str, reason: str) -> Listing:
    """Send a revocation back as the second person, with the reason: the entry stands as before.

    It can't stand on a penalty decision that was revoked or replaced meanwhile.
    """
    listing = await work.listings.get(listing_id)
    actor = require_department(work, listing.organ, approver=True)
    former = ListingState.CORRECTED if listing.corrected_at else ListingState.LISTED
    state = move(LISTING_MOVES, listing.state, former, of=listing_id)
    another_person(listing.delisting_requested_by, actor.name, "keep-listed")
    await _require_standing(work, listing)
    if not reason.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, listing=listing_id)
    listing = replace(
        without_delisting_clock(listing),
        state=state,
        delisting_reason=None,
        delisting_number=None,
        delisting_note=None,
        delisting_requested_by=None,
    )
    return await save(work, listing, "delisting-rejected", reason=reason)


async def confirm_delisting(work: Work, listing_id: str) -> Listing:
    """Delist as the second person, as loudly as the listing was."""
    listing = await work.listings.get(listing_id)
    actor = require_department(work, listing.organ, approver=True)
    state = move(LISTING_MOVES, listing.state, ListingState.DELISTED, of=listing_id)
    another_person(listing.delisting_requested_by, actor.name, "delist")
    return await _delist(work, replace(listing, state=state, delisted_by=actor.name))


async def delist_repaired(work: Work, repair: Repair) -> Listing:
    """Take off the list whose repair was granted: one person verified, another decided."""
    listing = await work.listings.get(repair.listing_id)
    require_department(work, listing.organ, approver=True)
    if repair.state is not RepairState.GRANTED:
        raise RuleBrokenError(Rule.REPAIR_NEEDS_APPLICATION, listing=listing.listing_id)
    another_person(
        repair.verified_by, given(repair.decided_by, "decided_by", repair.repair_id), "delist"
    )
    passing = move(LISTING_MOVES, listing.state, ListingState.REPAIRED, of=listing.listing_id)
    state = move(LISTING_MOVES, passing, ListingState.DELISTED, of=listing.listing_id)
    listing = replace(
        listing,
        state=state,
        repair_id=repair.repair_id,
        delisting_reason=DelistingReason.REPAIRED,
        delisting_number=repair.decision_number,
        delisting_requested_by=repair.verified_by,
        delisting_requested_at=repair.verified_at,
        delisted_by=repair.decided_by,
    )
    return await _delist(work, listing)


async def expired_listings(work: Work) -> Sequence[Listing]:
    """Give the entries whose term is over; one whose revocation waits does not outlive it."""
    standing = await work.listings.where(state=ON_LIST)
    return [each for each in standing if each.is_over(work.today())]


async def expire_listing(work: Work, listing_id: str) -> Listing:
    """Take off whose term is over, as the office's daily duty.

    Nobody decides anew: the end of the term was laid down by the listing decision, which two
    persons made, and the delisting cites it.
    """
    require_office(work)
    listing = await work.listings.get(listing_id)
    require_delisting_time(listing, DelistingReason.EXPIRED, work.today())
    passing = listing.state
    if passing is not ListingState.EXPIRED:
        passing = move(LISTING_MOVES, passing, ListingState.EXPIRED, of=listing_id)
    listing = replace(
        without_delisting_clock(listing),
        state=move(LISTING_MOVES, passing, ListingState.DELISTED, of=listing_id),
        delisting_reason=DelistingReason.EXPIRED,
        delisting_number=listing.decision_number,
        delisting_note=None,
        delisting_requested_by=None,
    )
    return await _delist(work, listing)


async def lose_ground(work: Work, lost: LostGround) -> Sequence[Listing]:
    """End what rests on a penalty decision that was revoked or changed.

    What is not decided yet is rejected; who is on the list is to be taken off as revoked, which a
    second person confirms.
    """
    case = await work.cases.get(lost.case_id)
    require_department(work, case.department, approver=True)
    listings = await work.listings.where(case_id=lost.case_id)
    open_ones = [each for each in listings if each.state in BEFORE_LIST]
    standing = [
        each for each in listings if each.state in ON_LIST and each.delisting_reason is None
    ]
    return [
        *[await _reject(work, each, lost) for each in open_ones],
        *[await _revoke(work, each, lost) for each in standing],
    ]


async def _require_standing(work: Work, listing: Listing) -> None:
    """Refuse to keep an entry whose penalty decision does not stand any more."""
    if listing.ground is Ground.PENALTY:
        case = await work.cases.find(listing.case_id)
        day = listing.decision_date or work.today()
        require_standing_ground(listing, case, rule_for(listing.list_code, work.policy, day))


async def _reject(work: Work, listing: Listing, lost: LostGround) -> Listing:
    listing = replace(
        listing,
        state=move(LISTING_MOVES, listing.state, ListingState.REJECTED, of=listing.listing_id),
        ended_reason=lost.reason,
        ended_by=work.actor.name,
        ended_at=work.now(),
    )
    return await save(work, listing, "rejected", reason=lost.reason, document=lost.document)


async def _revoke(work: Work, listing: Listing, lost: LostGround) -> Listing:
    listing = replace(
        listing,
        state=move(LISTING_MOVES, listing.state, ListingState.REVOKED, of=listing.listing_id),
        delisting_reason=DelistingReason.REVOKED,
        delisting_number=given(lost.document, "document", listing.listing_id),
        delisting_note=lost.reason,
        delisting_requested_by=work.actor.name,
    )
    return await _requested(work, listing, lost.reason)


async def _requested(work: Work, listing: Listing, reason: str) -> Listing:
    """Keep a requested delisting, with the day by which a second person answers it."""
    due = work.calendar.after(work.today(), work.policy.delisting_working_days)
    listing = with_delisting_clock(listing, work.now(), due)
    due_date = due.due_date.isoformat()
    return await save(work, listing, "delisting-requested", reason=reason, due=due_date)


async def _delist(work: Work, listing: Listing) -> Listing:
    listing = replace(listing, delisted_at=work.now(), sequence=await next_sequence(work, listing))
    await tell_delisted(work, listing)
    reason = given(listing.delisting_reason, "delisting_reason", listing.listing_id)
    return await save(
        work, listing, "delisted", reason=reason.value, by_decision=listing.delisting_number
    )
