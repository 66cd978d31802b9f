"""What follows a change of a listing in other stages: measures, marks of the register, repair."""

from collections.abc import Mapping, Sequence

from coordinator.domain.blacklist import Listing
from coordinator.domain.credit_repair import Repair
from coordinator.domain.errors import given
from coordinator.domain.lifecycle import RepairState
from coordinator.services import (
    blacklist,
    credit_repair,
    joint_punishment,
    registers,
)
from coordinator.services.ports import Work


async def confirm_listing(work: Work, listing_id: str) -> Listing:
    """List a subject, order the measures that follow, and mark it for plan and draw."""
    listing = await blacklist.confirm_listing(work, listing_id)
    await joint_punishment.order_measures(work, listing_id)
    number = given(listing.decision_number, "decision_number", listing_id)
    marked = await registers.mark_serious(work, listing.subject, number, work.today())
    return await blacklist.remember_marks(work, listing_id, marked)


async def confirm_correction(work: Work, correction_id: str) -> Listing:
    """Correct an entry; the orders to departments follow."""
    listing = await blacklist.confirm_correction(work, correction_id)
    correction = await work.corrections.get(correction_id)
    await joint_punishment.amend_orders(work, listing.listing_id, correction.number)
    return listing


async def confirm_delisting(work: Work, listing_id: str) -> Listing:
    """Delist a subject, and undo what followed from its listing."""
    return await _undo(work, await blacklist.confirm_delisting(work, listing_id))


async def decide_repair(
    work: Work, repair_id: str, number: str, reason: str, *, granted: bool
) -> Repair:
    """Decide an application for repair; a granted one takes the subject off everywhere."""
    repair = await credit_repair.decide_repair(work, repair_id, number, reason, granted=granted)
    if repair.state is RepairState.GRANTED:
        await _undo(work, await blacklist.delist_repaired(work, repair))
    return repair


async def expire_listings(work: Work) -> Mapping[str, object]:
    """Take everybody off whose term is over: the listing decision itself laid that day down."""
    expired = []
    for each in await blacklist.expired_listings(work):
        await _undo(work, await blacklist.expire_listing(work, each.listing_id))
        expired.append(each.listing_id)
    return {"expired": expired}


async def _undo(work: Work, listing: Listing) -> Listing:
    await joint_punishment.lift_measures(work, listing.listing_id)
    await credit_repair.end_applications(work, listing)
    number = given(listing.decision_number, "decision_number", listing.listing_id)
    marked = _marked(await work.listings.where(subject=listing.subject))
    await registers.unmark_serious(work, listing.subject, number, marked)
    return listing


def _marked(listings: Sequence[Listing]) -> frozenset[str]:
    return frozenset(code for each in listings for code in each.marked_objects)
