"""Everybody is told of every change of an entry, a delisting as loudly as the listing."""

from contracts.sanctions import EntityCorrected, EntityDelisted, EntityListed
from coordinator.domain.blacklist import Correction, EventKind, Listing, ListingEvent
from coordinator.domain.errors import given
from coordinator.services.ports import Work


async def tell_listed(work: Work, listing: Listing) -> None:
    """Tell credit systems and departments of a listing."""
    message = EntityListed(
        listing_id=listing.listing_id,
        subject=listing.subject,
        subject_name=listing.subject_name,
        list_code=listing.list_code,
        list_name=_list_name(work, listing),
        decision_number=given(listing.decision_number, "decision_number", listing.listing_id),
        decision_date=given(listing.decision_date, "decision_date", listing.listing_id),
        organ=listing.organ,
        facts=listing.facts,
        basis=listing.basis,
        listed_at=work.now(),
        term_until=given(listing.term_until, "term_until", listing.listing_id),
        sequence=listing.sequence,
    )
    await _tell_everybody(work, listing, EventKind.LISTED, message)


async def tell_corrected(work: Work, listing: Listing, correction: Correction) -> None:
    """Tell them of a correction."""
    message = EntityCorrected(
        listing_id=listing.listing_id,
        subject=listing.subject,
        subject_name=listing.subject_name,
        list_code=listing.list_code,
        list_name=_list_name(work, listing),
        decision_number=given(listing.decision_number, "decision_number", listing.listing_id),
        decision_date=given(listing.decision_date, "decision_date", listing.listing_id),
        organ=listing.organ,
        facts=listing.facts,
        basis=listing.basis,
        term_until=given(listing.term_until, "term_until", listing.listing_id),
        corrected=tuple(correction.after),
        correction_number=correction.number,
        reason=correction.reason,
        corrected_at=work.now(),
        sequence=listing.sequence,
    )
    await _tell_everybody(work, listing, EventKind.CORRECTED, message)


async def tell_delisted(work: Work, listing: Listing) -> None:
    """Tell them of a delisting."""
    message = EntityDelisted(
        listing_id=listing.listing_id,
        subject=listing.subject,
        list_code=listing.list_code,
        reason=given(listing.delisting_reason, "delisting_reason", listing.listing_id),
        decision_number=given(listing.delisting_number, "delisting_number", listing.listing_id),
        delisted_at=work.now(),
        sequence=listing.sequence,
    )
    await _tell_everybody(work, listing, EventKind.DELISTED, message)


async def next_sequence(work: Work, listing: Listing) -> int:
    """Give the next number of the subject's own series, over all lists and organs."""
    return await work.next_number(f"subject:{listing.subject}")


async def _tell_everybody(
    work: Work,
    listing: Listing,
    kind: EventKind,
    message: EntityListed | EntityCorrected | EntityDelisted,
) -> None:
    subject, correlation = listing.subject, listing.listing_id
    logged = await work.post.to_credit(message, subject=subject, correlation=correlation)
    told = {
        each.code: await work.post.to_department(
            each.code, message, subject=subject, correlation=correlation
        )
        for each in await work.departments.where()
    }
    event = ListingEvent(
        event_id=f"{listing.listing_id}.{listing.sequence}",
        listing_id=listing.listing_id,
        subject=subject,
        organ=listing.organ,
        kind=kind,
        sequence=listing.sequence,
        number=logged.number,
        told_at=work.now(),
        systems=tuple(each.code for each in await work.credit_systems.where()),
        departments=told,
        asks_departments=True,
    )
    await work.listing_events.add([event])


def _list_name(work: Work, listing: Listing) -> str:
    rule = work.policy.list_rule(listing.list_code, listing.decision_date)
    return rule.name if rule else listing.list_code
