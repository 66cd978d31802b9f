"""Serious-violation lists: the acts upon them, and the listings with their due process."""

from fastapi import APIRouter

from coordinator.domain.blacklist import Correction, Listing, ListingEvent
from coordinator.domain.lifecycle import CorrectionState, ListingState
from coordinator.web.acts import add_acts
from coordinator.web.api.blacklist_acts import LISTING_ACTS, TAG
from coordinator.web.api.blacklist_end_acts import END_ACTS
from coordinator.web.api.paging import Asked, FromUrl, PageOf, one_page
from coordinator.web.dependencies import Reader
from coordinator.web.parts import Parts
from coordinator.web.reach import own_matters, seen_listings, without_party

__all__ = ["ACTS", "router"]

ACTS = (*LISTING_ACTS, *END_ACTS)
router = APIRouter(tags=[TAG])
add_acts(router, ACTS, TAG)
_SEARCHED = ("subject", "subject_name", "penalty_decision", "decision_number")


class ListingsAsked(Asked):
    """Filters of the listings."""

    round_id: str | None = None
    state: ListingState | None = None
    list_code: str | None = None
    case_id: str | None = None


@router.get("/listings", summary="名单列表", operation_id="listings")
async def listings(asked: FromUrl[ListingsAsked], parts: Parts, person: Reader) -> PageOf[Listing]:
    """Give a page of listings with their due process."""
    async with parts.open_work(person.actor, writes=False) as work:
        page = await one_page(
            work.listings, asked, within=_SEARCHED, **await seen_listings(work, person.actor)
        )
        shown = tuple(without_party(person.actor, each) for each in page.values)
        return page.model_copy(update={"values": shown})


class CorrectionsAsked(Asked):
    """Filters of the corrections."""

    listing_id: str | None = None
    state: CorrectionState | None = None


@router.get("/corrections", summary="名单更正", operation_id="corrections")
async def corrections(
    asked: FromUrl[CorrectionsAsked], parts: Parts, person: Reader
) -> PageOf[Correction]:
    """Give a page of corrections with the fields before and after."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.corrections, asked, **own_matters(person.actor, "organ"))


class ListingEventsAsked(Asked):
    """Filters of what was told of listings."""

    listing_id: str | None = None


@router.get("/listing-events", summary="名单变动通知", operation_id="listing_events")
async def listing_events(
    asked: FromUrl[ListingEventsAsked], parts: Parts, person: Reader
) -> PageOf[ListingEvent]:
    """Give a page of changes as credit systems and departments were told of them."""
    async with parts.open_work(person.actor, writes=False) as work:
        return await one_page(work.listing_events, asked, **own_matters(person.actor, "organ"))
