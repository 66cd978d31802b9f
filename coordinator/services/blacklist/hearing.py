"""The party's hearing: notice, delivery, objection, hearing 听证, and the answer."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from coordinator.domain.blacklist import (
    Listing,
    require_delivery_day,
    require_heard,
    rule_for,
)
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lifecycle import LISTING_MOVES, ListingState, move
from coordinator.services.access import require_department
from coordinator.services.blacklist.saving import save
from coordinator.services.ports import Work


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """When and how a notice reached the party, as its receipt says."""

    day: date
    way: str


async def notify_party(work: Work, listing_id: str, notice_number: str = "") -> Listing:
    """Make the notice 告知书 for the party; its objection period begins with the delivery."""
    listing = await work.listings.get(listing_id)
    actor = require_department(work, listing.organ)
    listing = replace(
        listing,
        state=move(LISTING_MOVES, listing.state, ListingState.NOTIFIED, of=listing_id),
        notice_number=notice_number.strip() or None,
        notified_by=actor.name,
        notified_at=work.now(),
    )
    return await save(work, listing, "notified")


async def record_delivery(work: Work, listing_id: str, delivery: Delivery) -> Listing:
    """Record that the notice was delivered; the objection period counts from that day.

    What is delivered by announcement counts as delivered some days later, as its table says.
    """
    listing = await work.listings.get(listing_id)
    actor = require_department(work, listing.organ)
    move(LISTING_MOVES, listing.state, ListingState.DECIDED, of=listing_id)
    if listing.delivered_date is not None:
        raise RuleBrokenError(Rule.ALREADY_EXISTS, kind="delivery", key=listing_id)
    way = work.policy.delivery_way(delivery.way)
    if way is None:
        raise RuleBrokenError(Rule.CODE_UNKNOWN, field="way", code=delivery.way)
    notified = work.day_of(given(listing.notified_at, "notified_at", listing_id))
    require_delivery_day(delivery.day, notified, work.today())
    rule = rule_for(listing.list_code, work.policy, work.today())
    counts_from = delivery.day + timedelta(days=way.days)
    deadline = work.calendar.after(counts_from, rule.objection_working_days)
    listing = replace(
        listing,
        delivered_date=delivery.day,
        delivery_way=way.code,
        delivered_by=actor.name,
        objection_until=deadline.due_date,
        objection_provisional=deadline.provisional,
        objection_basis=deadline.basis,
    )
    return await save(work, listing, "delivered", day=delivery.day, way=way.code)


async def receive_objection(
    work: Work, listing_id: str, text: str, *, hearing: bool = False
) -> Listing:
    """Put the party's objection on record, once; while undecided, a late one counts too."""
    listing = await work.listings.get(listing_id)
    require_department(work, listing.organ)
    move(LISTING_MOVES, listing.state, ListingState.DECIDED, of=listing_id)
    if not text.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, listing=listing_id)
    if listing.objection is not None:
        raise RuleBrokenError(Rule.ALREADY_EXISTS, kind="objection", key=listing_id)
    listing = replace(listing, objection=text, objected_at=work.now(), hearing_wanted=hearing)
    return await save(work, listing, "objected", hearing=hearing)


async def record_hearing(work: Work, listing_id: str, day: date, note: str) -> Listing:
    """Record the hearing that the party asked for, with its note."""
    listing = await work.listings.get(listing_id)
    require_department(work, listing.organ)
    move(LISTING_MOVES, listing.state, ListingState.DECIDED, of=listing_id)
    if listing.objection is None or not note.strip() or day > work.today():
        raise RuleBrokenError(Rule.REASON_MISSING, listing=listing_id)
    return await save(work, replace(listing, hearing_date=day, hearing_note=note), "heard", day=day)


async def answer_objection(work: Work, listing_id: str, answer: str) -> Listing:
    """Answer the party's objection as an approver, once and before the decision."""
    listing = await work.listings.get(listing_id)
    actor = require_department(work, listing.organ, approver=True)
    move(LISTING_MOVES, listing.state, ListingState.DECIDED, of=listing_id)
    if listing.objection is None or not answer.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, listing=listing_id)
    require_heard(listing)
    listing = replace(listing, objection_answer=answer, objection_answered_by=actor.name)
    return await save(work, listing, "objection-answered")
