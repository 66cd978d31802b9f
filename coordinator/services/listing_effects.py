"""What follows a change of a listing in other stages: measures, marks of the register, repair."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from contracts.vocabulary import DelistingReason
from coordinator.domain.blacklist import ON_LIST, Listing
from coordinator.domain.credit_repair import Repair
from coordinator.domain.errors import RuleBrokenError, given
from coordinator.domain.lifecycle import ListingState, RepairState
from coordinator.services import (
    blacklist,
    credit_repair,
    disclosure,
    joint_punishment,
    registers,
)
from coordinator.services.access import require_office
from coordinator.services.ports import Query, Work

_AT_ONCE = 500


async def confirm_listing(work: Work, listing_id: str) -> Listing:
    """List a subject, order the measures that follow, and mark it for plan and draw."""
    listing = await blacklist.confirm_listing(work, listing_id)
    await joint_punishment.order_measures(work, listing_id)
    marked = await registers.mark_serious(work, _mark_of(work, listing))
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
    """Decide an application for repair; a granted one takes the subject off everywhere.

    The penalty that the listing rests on shows no more either, from its own minimum on.
    """
    repair = await credit_repair.decide_repair(work, repair_id, number, reason, granted=granted)
    if repair.state is RepairState.GRANTED:
        listing = await _undo(work, await blacklist.delist_repaired(work, repair))
        await disclosure.end_with_listing(work, repair, listing.case_id)
    return repair


async def listings_to_expire(work: Work) -> Sequence[str]:
    """Name the entries whose term is over."""
    return [each.listing_id for each in await blacklist.expired_listings(work)]


async def expire_listing(work: Work, listing_id: str) -> None:
    """Take one subject off whose term is over: the listing decision itself laid that day down."""
    await _undo(work, await blacklist.expire_listing(work, listing_id))


async def expire_listings(work: Work) -> Mapping[str, object]:
    """Take everybody off whose term is over; gives whom this day took off.

    Whoever does the duties has done them one by one before, so that only what fails is left here:
    the duty stays open while something does.
    """
    for each in await listings_to_expire(work):
        await expire_listing(work, each)
    ended = await work.listings.where(
        state=ListingState.DELISTED, delisting_reason=DelistingReason.EXPIRED
    )
    today = [
        each for each in ended if each.delisted_at and work.day_of(each.delisted_at) == work.today()
    ]
    return {"expired": [each.listing_id for each in today]}


async def keep_marks(work: Work) -> Mapping[str, object]:
    """Mark again what a listing marked and an import brought otherwise: a file undoes no decision.

    What came into the register since, and belongs to a listed subject, is marked too. Whoever does
    the duties has done it listing by listing before.
    """
    waiting = await listings_to_mark(work)
    return {"marked": [each for each in waiting if await keep_mark(work, each)]}


async def listings_to_mark(work: Work) -> Sequence[str]:
    """Name the listings whose mark, or the decision it bears, is missing on an object."""
    require_office(work)
    waiting: list[str] = []
    query = Query(equals={"state": ON_LIST}, limit=_AT_ONCE)
    while listings := (await work.listings.page(query)).values:
        marks = {each.listing_id: _mark_or_none(work, each) for each in listings}
        missing = await registers.missing_marks(work, [each for each in marks.values() if each])
        waiting += (key for key, mark in marks.items() if mark is None or mark in missing)
        query = replace(query, offset=query.offset + query.limit)
    return waiting


async def keep_mark(work: Work, listing_id: str) -> bool:
    """Mark again what one listing marks, while it stands; gives whether an object lacked it."""
    require_office(work)
    listing = await work.listings.get(listing_id)
    if not listing.is_on_list:
        return False
    fresh = await registers.mark_serious(work, _mark_of(work, listing))
    if fresh:
        known = tuple(dict.fromkeys((*listing.marked_objects, *fresh)))
        await blacklist.remember_marks(work, listing_id, known)
    return bool(fresh)


def _mark_or_none(work: Work, listing: Listing) -> registers.SeriousMark | None:
    """Give no mark of a listing that lacks a part of it: to keep its mark fails for it alone."""
    try:
        return _mark_of(work, listing)
    except RuleBrokenError:
        return None


def _mark_of(work: Work, listing: Listing) -> registers.SeriousMark:
    number = given(listing.decision_number, "decision_number", listing.listing_id)
    day = work.day_of(given(listing.listed_at, "listed_at", listing.listing_id))
    return registers.SeriousMark(listing.subject, number, day)


async def _undo(work: Work, listing: Listing) -> Listing:
    await joint_punishment.lift_measures(work, listing.listing_id)
    await credit_repair.end_applications(work, listing)
    number = given(listing.decision_number, "decision_number", listing.listing_id)
    marked = _marked(await work.listings.where(subject=listing.subject))
    await registers.unmark_serious(work, listing.subject, number, marked)
    return listing


def _marked(listings: Sequence[Listing]) -> frozenset[str]:
    return frozenset(code for each in listings for code in each.marked_objects)
