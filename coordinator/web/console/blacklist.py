"""Serious-violation lists with their due process, corrections, receipts and measures."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.blacklist import Correction, Listing
from coordinator.domain.lifecycle import CorrectionState, ListingState
from coordinator.domain.overdue import Light, light
from coordinator.domain.policy import ListRule
from coordinator.services import blacklist, credit_repair, joint_punishment
from coordinator.services.ports import Query, Work
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.language import later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.pages import bare_code
from coordinator.web.reach import require_seen_listing, seen_listings, sees_party, without_party
from coordinator.web.words import states_of

router = APIRouter()

_WITHDRAW = "withdraw-proposal"


def _spec(names: Names, fixed: dict[str, Any]) -> ListSpec[Listing]:
    lists = dict.fromkeys(rule.code for rule in names.policy.lists)
    return ListSpec(
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
            Filter("list_code", later("全部名单"), [(e, names.list_name(e)) for e in lists]),
            Filter("organ", later("全部机关"), names.department_options()),
        ),
        order="proposed_at",
        descending=True,
        empty=later("名单上没有任何主体。"),
        empty_next=later("抽查结果不会直接列入名单：须先立案、作出处罚决定，再由处罚机关提出。"),
        search_label=later("当事人、代码或文号"),
        search_in=("subject", "subject_name", "penalty_decision", "decision_number"),
        fixed=fixed,
    )


@router.get("/console/listings")
async def listings(console: InConsole) -> Response:
    """List the listings, whose acknowledgement is missing, and who is listed past the term."""
    async with console.reading() as work:
        names = await load_names(work)
        spec = _spec(names, await seen_listings(work, console.actor))
        return await console.show_list(
            work,
            work.listings,
            spec,
            names=names,
            template="blacklist/listings.html",
            acts=console.buttons("propose-by-court"),
            silent=await blacklist.silent_events(work),
            outlasted=await blacklist.expired_listings(work),
        )


@router.get("/console/listings/{listing_id}")
async def one_listing(listing_id: str, console: InConsole) -> Response:
    """Show a listing: its process, corrections, who has taken it in, measures, repair, history."""
    async with console.reading() as work:
        listing = await work.listings.get(listing_id)
        require_seen_listing(console.actor, listing)
        sees = sees_party(console.actor, listing)
        corrections = await work.corrections.where(listing_id=listing_id)
        repairs = await work.repairs.where(listing_id=listing_id)
        rule = work.policy.list_rule(listing.list_code, listing.decision_date or work.today())
        terms = await credit_repair.repair_terms(work, listing) if listing.is_on_list else None
        organ = await work.departments.find(listing.organ)
        may_repair = terms is not None and terms.earliest_date <= work.today()
        standing = _Standing(
            rule=rule,
            superior=organ.superior if organ else None,
            may_repair=may_repair and not any(each.is_taken_up for each in repairs),
        )
        return await console.show(
            work,
            "blacklist/listing.html",
            listing=without_party(console.actor, listing),
            rule=rule,
            terms=terms,
            corrections=corrections,
            correction_acts=_correction_acts(console, listing, corrections),
            receipts=await blacklist.receipts_of(work, listing_id),
            punishment=await joint_punishment.case_of(work, listing_id),
            orders=await work.orders.where(listing_id=listing_id),
            repairs=repairs if sees else (),
            sees_party=sees,
            delisting_light=_delisting_light(work, listing),
            acts=_buttons(console, listing, standing),
            log=await _history(work, listing_id),
        )


def _correction_acts(
    console: Console, listing: Listing, corrections: Iterable[Correction]
) -> dict[str, list[ActButton]]:
    """Offer a second person the answers to each correction that waits for one."""
    return {
        each.correction_id: console.buttons(
            "confirm-correction", "reject-correction", correction_id=each.correction_id
        )
        for each in corrections
        if each.state is CorrectionState.PROPOSED and _is_other(console, listing, each.proposed_by)
    }


def _delisting_light(work: Work, listing: Listing) -> Light:
    """Give how the clock of a requested delisting stands."""
    if listing.delisting_due is None or listing.state is not ListingState.REVOKED:
        return Light.OUT
    return light(listing.delisting_due, None, work.today(), work.policy.overdue)


async def _history(work: Work, listing_id: str) -> Any:
    entries = await work.audit_entries.page(
        Query(equals={"subject": listing_id}, order="number", descending=True)
    )
    return entries.values


def _is_other(console: Console, listing: Listing, first: str | None) -> bool:
    """Say whether this person may be the second of two: of the same organ, and another one."""
    return console.actor.department == listing.organ and console.actor.name != first


@dataclass(frozen=True, kw_only=True)
class _Standing:
    """What decides beside the state which acts are offered."""

    rule: ListRule | None
    superior: str | None
    may_repair: bool

    @property
    def needs_consent(self) -> bool:
        return self.rule is not None and self.rule.superior_consent


def _buttons(console: Console, listing: Listing, standing: _Standing) -> list[ActButton]:
    needed = standing.needs_consent and listing.consent_number is None
    consent = ("record-consent",) if needed else ()
    if console.actor.department != listing.organ:
        of_superior = console.actor.department == standing.superior
        return console.buttons(*(consent if of_superior else ()), listing_id=listing.listing_id)
    leave = (_WITHDRAW, "reject-listing")
    wanted: dict[ListingState, tuple[str, ...]] = {
        ListingState.PROPOSED: ("notify-party", *consent, *leave),
        ListingState.NOTIFIED: (*_while_notified(listing), *consent, *leave),
        ListingState.DECIDED: (
            *_second(console, listing.decided_by, "confirm-listing"),
            "reject-listing",
        ),
        ListingState.LISTED: _while_listed(standing),
        ListingState.CORRECTED: _while_listed(standing),
        ListingState.REVOKED: _second(
            console, listing.delisting_requested_by, "confirm-delisting", "reject-delisting"
        ),
    }
    return console.buttons(*wanted.get(listing.state, ()), listing_id=listing.listing_id)


def _second(console: Console, first: str | None, *acts: str) -> tuple[str, ...]:
    return acts if console.actor.name != first else ()


def _while_listed(standing: _Standing) -> tuple[str, ...]:
    repair = ("apply-for-repair",) if standing.may_repair else ()
    return (*repair, "propose-correction", "request-delisting")


def _while_notified(listing: Listing) -> tuple[str, ...]:
    if listing.delivered_date is None:
        return ("deliver-notice",)
    if listing.objection is not None and listing.objection_answer is None:
        hearing = listing.hearing_wanted and listing.hearing_date is None
        return ("hold-hearing",) if hearing else ("answer-party",)
    objection = () if listing.objection is not None else ("object-to-listing",)
    return ("decide-listing", *objection)
