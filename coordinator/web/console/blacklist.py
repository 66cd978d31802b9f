"""Serious-violation lists with their due process and the decision document."""

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.blacklist import Listing
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import ListingState
from coordinator.services.ports import Query, Work
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.console.notices import day_of, pdf
from coordinator.web.language import CHINESE, later, speaking
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.pages import bare_code
from coordinator.web.reach import require_own, seen_listings
from coordinator.web.words import states_of

router = APIRouter()


@router.get("/console/listings")
async def listings(console: InConsole) -> Response:
    """List the listings."""
    async with console.reading() as work:
        names = await load_names(work)
        lists = [(each.code, names.list_name(each.code)) for each in work.policy.lists]
        spec: ListSpec[Listing] = ListSpec(
            title=later("严重违法失信名单"),
            columns=(
                Column(
                    later("当事人"),
                    "subject_name",
                    "link",
                    href=lambda each: f"/console/listings/{each.listing_id}",
                    note=lambda each, _names: bare_code(each.subject),
                    order="subject_name",
                ),
                Column(later("名单"), lambda each, names: names.list_name(each.list_code)),
                Column(later("列入机关"), lambda each, _names: (each.organ,), kind="departments"),
                Column(later("决定书文号"), "decision_number"),
                Column(later("期限至"), "term_until", "date", order="term_until"),
                Column(later("状态"), "state", "state:listing"),
            ),
            filters=(
                Filter("state", later("全部状态"), states_of("listing")),
                Filter("list_code", later("全部名单"), lists),
            ),
            order="proposed_at",
            descending=True,
            empty=later("名单上没有任何主体。"),
            empty_next=later(
                "抽查结果不会直接列入名单：须先立案、作出处罚决定，再由处罚机关提出。"
            ),
            search_label=later("当事人、代码或文号"),
            fixed=await seen_listings(work, console.actor),
        )
        return await console.show_list(work, work.listings, spec, names=names)


@router.get("/console/listings/{listing_id}")
async def one_listing(listing_id: str, console: InConsole) -> Response:
    """Show a listing, its measures and its history."""
    async with console.reading() as work:
        listing = await work.listings.get(listing_id)
        if listing.listed_at is None:
            require_own(console.actor, listing.organ)
        entries = await work.audit_entries.page(
            Query(equals={"subject": listing_id}, order="number", descending=True)
        )
        return await console.show(
            work,
            "blacklist/listing.html",
            listing=listing,
            orders=await work.orders.where(listing_id=listing_id),
            acts=_buttons(console, listing),
            log=entries.values,
        )


@router.get("/console/listings/{listing_id}/decision.pdf")
async def decision(listing_id: str, console: InConsole) -> Response:
    """Give the listing decision once the second person has confirmed it."""
    async with console.reading() as work:
        names = await load_names(work)
        listing = await work.listings.get(listing_id)
        if listing.listed_at is None or listing.decision_date is None:
            raise RuleBrokenError(Rule.NOT_FOUND, kind="decision", key=listing_id)
        with speaking(CHINESE):
            data = _decision_data(console, work, listing, names)
    return pdf(console.parts.documents.pdf("listing-decision", data), f"decision-{listing_id}")


@router.get("/console/listings/{listing_id}/delisting.pdf")
async def delisting(listing_id: str, console: InConsole) -> Response:
    """Give the delisting decision once the second person has confirmed it."""
    async with console.reading() as work:
        names = await load_names(work)
        listing = await work.listings.get(listing_id)
        if listing.delisted_at is None:
            raise RuleBrokenError(Rule.NOT_FOUND, kind="decision", key=listing_id)
        with speaking(CHINESE):
            data = {
                **_decision_data(console, work, listing, names),
                "delisting_number": listing.delisting_number,
                "delisting_date": day_of(listing.delisted_at, console.parts.zone),
                "reason": listing.delisting_reason,
            }
    return pdf(console.parts.documents.pdf("delisting-decision", data), f"delisting-{listing_id}")


def _decision_data(
    console: Console, work: Work, listing: Listing, names: Names
) -> dict[str, object]:
    until, decided = listing.term_until, listing.decision_date
    return {
        "office": console.parts.office_name,
        "rehearsal": console.parts.rehearsal,
        "organ": names.department(listing.organ),
        "decision_number": listing.decision_number,
        "decision_date": decided.isoformat() if decided else "",
        "subject": listing.subject,
        "subject_name": listing.subject_name,
        "list_name": names.list_name(listing.list_code),
        "founding_text": names.founding_text(listing.list_code),
        "penalty_decision": listing.penalty_decision,
        "facts": listing.facts,
        "basis": listing.basis,
        "term_until": until.isoformat() if until else "",
        "objection": listing.objection or "",
        "objection_answer": listing.objection_answer or "",
        "measures": [
            names.measure(each.code) for each in work.policy.measures_for(listing.list_code)
        ],
    }


def _buttons(console: Console, listing: Listing) -> list[ActButton]:
    if console.actor.department != listing.organ:
        return []
    wanted: dict[ListingState, tuple[str, ...]] = {
        ListingState.PROPOSED: ("notify-party",),
        ListingState.NOTIFIED: _while_notified(listing),
        ListingState.DECIDED: ("confirm-listing",),
        ListingState.LISTED: ("request-delisting",)
        if listing.delisting_requested_by is None
        else ("confirm-delisting",),
    }
    first = {
        ListingState.DECIDED: listing.decided_by,
        ListingState.LISTED: listing.delisting_requested_by,
    }
    if first.get(listing.state) == console.actor.name:
        return []
    return console.buttons(*wanted.get(listing.state, ()), listing_id=listing.listing_id)


def _while_notified(listing: Listing) -> tuple[str, ...]:
    if listing.objection is not None and listing.objection_answer is None:
        return ("answer-party",)
    return ("decide-listing", "object-to-listing")
