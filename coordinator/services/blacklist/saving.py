"""What every step of a listing ends with: kept and put on record."""

from coordinator.domain.blacklist import Listing
from coordinator.services.ports import Work


async def save(work: Work, listing: Listing, what: str, **facts: object) -> Listing:
    """Keep a listing and put the step on record."""
    await work.listings.save(listing)
    await work.audit(
        f"blacklist:listing:{what}", listing.listing_id, subject=listing.subject, **facts
    )
    return listing
