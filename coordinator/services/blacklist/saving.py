"""What every step of a listing ends with: kept, put on record, its document numbered once."""

from coordinator.domain.blacklist import Listing
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.services.ports import Work


async def save(work: Work, listing: Listing, what: str, **facts: object) -> Listing:
    """Keep a listing and put the step on record."""
    await work.listings.save(listing)
    await work.audit(
        f"blacklist:listing:{what}", listing.listing_id, subject=listing.subject, **facts
    )
    return listing


async def fresh_number(work: Work, organ: str, number: str | None, of: str) -> str:
    """Give the number of a document, which no other decision of the organ bears."""
    wanted = given(number, "decision_number", of).strip()
    taken = (
        await work.listings.count(organ=organ, decision_number=wanted)
        + await work.listings.count(organ=organ, delisting_number=wanted)
        + await work.corrections.count(organ=organ, number=wanted)
        + await work.repairs.count(organ=organ, decision_number=wanted)
        + await work.cases.count(department=organ, decision_number=wanted)
    )
    if taken:
        raise RuleBrokenError(Rule.DOCUMENT_NUMBER_USED, organ=organ, number=wanted)
    return wanted
