"""Serious-violation lists as the public sees them, and the party's own application for repair."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from coordinator.domain.blacklist import ON_LIST, Listing, is_person
from coordinator.domain.credit_repair import Repair, RepairChannel
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import ListingState, RepairState
from coordinator.services import credit_repair
from coordinator.services.ports import Query, Work
from coordinator.web.dependencies import PUBLIC
from coordinator.web.errors import sentences
from coordinator.web.identity import require_same_site
from coordinator.web.names import load_names
from coordinator.web.pages import bare_code
from coordinator.web.public.frame import PAGE, OnSite, Site, page_of, pages_for
from coordinator.web.rule_texts import RULE_TEXTS

router = APIRouter()

_LEFT_SHOWN = 200  # who left lately, in full as long as the policy's days are few


@router.get("/listings")
async def listings(site: OnSite, q: str = "", page: int = 1) -> Response:
    """List who is on a list; who left one is shown for the policy's days, without its facts."""
    number = page_of(page)
    async with site.reading() as work:
        standing = _asked(ON_LIST, q, "listed_at")
        found = await work.listings.page(replace(standing, offset=(number - 1) * PAGE, limit=PAGE))
        gone = _asked((ListingState.DELISTED,), q, "delisted_at")
        left = await work.listings.page(replace(gone, limit=_LEFT_SHOWN))
        return site.show(
            "public/listings.html",
            q=q.strip(),
            listings=_named(found.values, q),
            page=number,
            pages=pages_for(found.total),
            left=[each for each in _named(left.values, q) if _is_shown(work, each)],
            shown_days=work.policy.sanctions.delisted_shown_days,
            names=await load_names(work),
            code=_code,
        )


@router.get("/listings/rules")
async def rules(site: OnSite) -> Response:
    """Show the rules of the lists and the library of measures, former versions included."""
    async with site.reading() as work:
        return site.show(
            "public/listing_rules.html",
            lists=work.policy.lists,
            measures=work.policy.measures,
            names=await load_names(work),
        )


@router.get("/listings/{listing_id}")
async def one_listing(listing_id: str, site: OnSite, applied: str = "") -> Response:
    """Show a listing with its decision and term, or for some days that it was left."""
    return await _show(site, listing_id, applied)


@router.post("/listings/{listing_id}/repair")
async def apply_for_repair(
    listing_id: str,
    site: OnSite,
    number: Annotated[str, Form()] = "",
    applicant: Annotated[str, Form(max_length=200)] = "",
    statement: Annotated[str, Form(max_length=4000)] = "",
    evidence: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Take in an application, which waits until the organ knows that the party made it."""
    require_same_site(site.request)
    application = credit_repair.Application(
        applicant=applicant.strip(), statement=statement.strip(), evidence=evidence.strip()
    )
    try:
        async with site.parts.open_work(PUBLIC) as work:
            await credit_repair.apply_in_public(work, listing_id, number, application)
    except RuleBrokenError as error:
        problems = [("number", words) for _line, words in sentences(error)]
        return await _show(site, listing_id, "", problems, RULE_TEXTS[error.rule].status)
    return RedirectResponse(f"/listings/{listing_id}?applied=1", 303)


async def _show(
    site: Site,
    listing_id: str,
    applied: str,
    problems: Sequence[tuple[str, str]] = (),
    status: int = 200,
) -> Response:
    async with site.reading() as work:
        listing: Listing | None = await work.listings.find(listing_id)
        if listing is None or not (listing.is_on_list or _is_shown(work, listing)):
            raise RuleBrokenError(Rule.NOT_FOUND, kind="listing", key=listing_id)
        repairs = await work.repairs.where(listing_id=listing_id)
        on_list = listing.is_on_list
        terms = await credit_repair.repair_terms(work, listing) if on_list else None
        taken_up = any(each.is_taken_up for each in repairs)
        can_apply = terms is not None and terms.earliest_date <= work.today() and not taken_up
        due = _due(repairs) if applied else None
        return site.show(
            "public/listing.html",
            listing=listing,
            names=await load_names(work),
            terms=terms,
            code=_code,
            applied=due,
            can_apply=can_apply and due is None,
            problems=problems,
            status=status,
        )


def _due(repairs: Sequence[Repair]) -> date | None:
    waiting = (RepairState.APPLIED, RepairState.VERIFIED)
    return max(
        (
            each.decision_due
            for each in repairs
            if each.channel is RepairChannel.PUBLIC and each.state in waiting
        ),
        default=None,
    )


def _code(listing: Listing) -> str:
    """Give the subject's code as the public sees it: a person's is nobody's business."""
    code = bare_code(listing.subject)
    return "*" * len(code) if is_person(listing.subject) else code


def _asked(states: tuple[ListingState, ...], text: str, order: str) -> Query:
    return Query(
        equals={"state": states},
        text=text.strip(),
        within=("subject", "subject_name", "decision_number"),
        order=order,
        descending=True,
    )


def _named(found: Sequence[Listing], text: str) -> list[Listing]:
    """Leave out persons that only their code would find."""
    return [each for each in found if not is_person(each.subject) or _is_named(each, text)]


def _is_named(listing: Listing, text: str) -> bool:
    """Say whether a search finds a person otherwise than by its code."""
    wanted = text.strip().casefold()
    return any(
        wanted in (said or "").casefold()
        for said in (listing.subject_name, listing.decision_number)
    )


def _is_shown(work: Work, listing: Listing) -> bool:
    """Say whether the public still sees that a subject left a list: it is no scandal for ever."""
    if listing.delisted_at is None:
        return False
    days = work.policy.sanctions.delisted_shown_days
    return work.now() <= listing.delisted_at + timedelta(days=days)
