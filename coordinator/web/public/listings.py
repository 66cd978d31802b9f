"""Serious-violation lists as the public sees them: decided ones only."""

from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import ListingState
from coordinator.services.ports import Query
from coordinator.web.names import load_names
from coordinator.web.public.frame import OnSite

if TYPE_CHECKING:
    from coordinator.domain.blacklist import Listing

router = APIRouter()

_PUBLIC = (ListingState.LISTED, ListingState.DELISTED)
_SHOWN = 200


@router.get("/listings")
async def listings(site: OnSite, q: str = "") -> Response:
    """List who is on a list, and who has left one."""
    async with site.reading() as work:
        found = await work.listings.page(
            Query(
                equals={"state": _PUBLIC},
                text=q.strip(),
                order="listed_at",
                descending=True,
                limit=_SHOWN,
            )
        )
        return site.show(
            "public/listings.html",
            q=q.strip(),
            listings=found.values,
            total=found.total,
            names=await load_names(work),
        )


@router.get("/listings/{listing_id}")
async def one_listing(listing_id: str, site: OnSite) -> Response:
    """Show a listing with its decision and term."""
    async with site.reading() as work:
        listing: Listing | None = await work.listings.find(listing_id)
        if listing is None or listing.state not in _PUBLIC:
            raise RuleBrokenError(Rule.NOT_FOUND, kind="listing", key=listing_id)
        return site.show("public/listing.html", listing=listing, names=await load_names(work))
