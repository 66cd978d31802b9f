"""The papers of a listing: notice, decision, correction, delisting, as PDF."""

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.blacklist import Correction, Listing
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import CorrectionState
from coordinator.services import credit_repair
from coordinator.services.ports import Work
from coordinator.web.console.frame import Console, InConsole
from coordinator.web.console.notices import day_of, pdf
from coordinator.web.language import CHINESE, _, speaking
from coordinator.web.names import Names, load_names
from coordinator.web.reach import require_own

router = APIRouter()


@router.get("/console/listings/{listing_id}/notice.pdf")
async def notice(listing_id: str, console: InConsole) -> Response:
    """Give the notice 列入告知书 to the party, once it is made."""
    async with console.reading() as work:
        names = await load_names(work)
        listing = await work.listings.get(listing_id)
        require_own(console.actor, listing.organ)
        if listing.notified_at is None:
            raise RuleBrokenError(Rule.NOT_FOUND, kind="notice", key=listing_id)
        rule = work.policy.list_rule(listing.list_code, work.day_of(listing.notified_at))
        with speaking(CHINESE):
            data = {
                **_party(console, listing, names),
                "notice_number": listing.notice_number or "",
                "notice_date": day_of(listing.notified_at, console.parts.zone),
                "conditions": list(rule.conditions) if rule else [],
                "objection_working_days": rule.objection_working_days if rule else 0,
                "term_months": rule.term_months if rule else 0,
            }
    return pdf(console.parts.documents.pdf("listing-notice", data), f"notice-{listing_id}")


@router.get("/console/listings/{listing_id}/decision.pdf")
async def decision(listing_id: str, console: InConsole) -> Response:
    """Give the listing decision once the second person has confirmed it.

    It answers the party's objection, so it is for whom that concerns.
    """
    async with console.reading() as work:
        names = await load_names(work)
        listing = await work.listings.get(listing_id)
        require_own(console.actor, listing.organ)
        if listing.listed_at is None or listing.decision_date is None:
            raise RuleBrokenError(Rule.NOT_FOUND, kind="decision", key=listing_id)
        terms = await credit_repair.repair_terms(work, listing)
        with speaking(CHINESE):
            data = {
                **_decision_data(console, work, listing, names),
                "earliest_repair_date": terms.earliest_date.isoformat(),
            }
    return pdf(console.parts.documents.pdf("listing-decision", data), f"decision-{listing_id}")


@router.get("/console/corrections/{correction_id}/decision.pdf")
async def correction(correction_id: str, console: InConsole) -> Response:
    """Give the correction 更正决定书 once the second person has confirmed it."""
    async with console.reading() as work:
        names = await load_names(work)
        found = await work.corrections.get(correction_id)
        if found.state is not CorrectionState.CONFIRMED:
            raise RuleBrokenError(Rule.NOT_FOUND, kind="correction", key=correction_id)
        listing = await work.listings.get(found.listing_id)
        with speaking(CHINESE):
            data = {
                **_decision_data(console, work, listing, names),
                "correction_number": found.number,
                "correction_date": day_of(found.ended_at, console.parts.zone),
                "reason": found.reason,
                "changes": _changes(found),
            }
    return pdf(
        console.parts.documents.pdf("correction-decision", data), f"correction-{correction_id}"
    )


@router.get("/console/listings/{listing_id}/delisting.pdf")
async def delisting(listing_id: str, console: InConsole) -> Response:
    """Give the delisting decision once it has taken effect."""
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
                "automatic": listing.delisted_by is None,
            }
    return pdf(console.parts.documents.pdf("delisting-decision", data), f"delisting-{listing_id}")


def _party(console: Console, listing: Listing, names: Names) -> dict[str, object]:
    return {
        "office": console.parts.office_name,
        "rehearsal": console.parts.rehearsal,
        "organ": names.department(listing.organ),
        "subject": listing.subject,
        "subject_name": listing.subject_name,
        "list_name": names.list_name(listing.list_code),
        "founding_text": names.founding_text(listing.list_code),
        "penalty_decision": listing.penalty_decision,
        "court": listing.court or "",
        "facts": listing.facts,
        "basis": listing.basis,
    }


def _decision_data(
    console: Console, work: Work, listing: Listing, names: Names
) -> dict[str, object]:
    until, decided = listing.term_until, listing.decision_date
    return {
        **_party(console, listing, names),
        "decision_number": listing.decision_number,
        "decision_date": decided.isoformat() if decided else "",
        "term_until": until.isoformat() if until else "",
        "objection": listing.objection or "",
        "objection_answer": listing.objection_answer or "",
        "measures": [
            names.measure(each.code)
            for each in work.policy.measures_for(listing.list_code, decided or work.today())
        ],
    }


def _changes(correction: Correction) -> list[dict[str, str]]:
    labels = {"subject_name": _("名称"), "facts": _("事实"), "term_until": _("期限至")}
    return [
        {
            "field": labels[name],
            "before": str(correction.before.get(name) or "—"),
            "after": str(value),
        }
        for name, value in correction.after.items()
    ]
