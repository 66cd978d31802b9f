"""Corrections 更正 of a listed entry: proposed by one person, confirmed by another, told to all."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from coordinator.domain.blacklist import Correction, Listing, changes_of, rule_for
from coordinator.domain.credit_repair import term_of
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import (
    CORRECTION_MOVES,
    LISTING_MOVES,
    CorrectionState,
    ListingState,
    move,
)
from coordinator.domain.lottery.ceremony import another_person
from coordinator.services.access import require_department
from coordinator.services.blacklist.saving import save
from coordinator.services.blacklist.telling import next_sequence, tell_corrected
from coordinator.services.decision_numbers import fresh_number
from coordinator.services.ports import Work


@dataclass(frozen=True, kw_only=True)
class CorrectionDraft:
    """What a correction says; a field that is empty stays as it is."""

    number: str
    reason: str
    subject_name: str | None = None
    facts: str | None = None
    term_until: date | None = None


async def propose_correction(work: Work, listing_id: str, draft: CorrectionDraft) -> Correction:
    """Propose a correction as the first of two approvers, under a number and with its reason."""
    listing = await work.listings.get(listing_id)
    actor = require_department(work, listing.organ, approver=True)
    _corrected(listing)
    if await work.corrections.count(listing_id=listing_id, state=CorrectionState.PROPOSED):
        raise RuleBrokenError(Rule.CORRECTION_OPEN, listing=listing_id)
    if not draft.reason.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, listing=listing_id)
    decided = listing.decision_date or work.today()
    rule = rule_for(listing.list_code, work.policy, decided)
    after = changes_of(listing, vars(draft), term_of(decided, rule, work.policy))
    correction = Correction(
        correction_id=work.new_id(),
        listing_id=listing_id,
        organ=listing.organ,
        number=await fresh_number(work, listing.organ, draft.number, listing_id),
        reason=draft.reason,
        before=_plain({name: getattr(listing, name) for name in after}),
        after=_plain(after),
        state=CorrectionState.PROPOSED,
        proposed_by=actor.name,
        proposed_at=work.now(),
    )
    await work.corrections.add([correction])
    await work.audit(
        "blacklist:correction:proposed", listing_id, number=correction.number, fields=list(after)
    )
    return correction


async def confirm_correction(work: Work, correction_id: str) -> Listing:
    """Correct the entry as the second person, and tell everybody who was told of the listing."""
    correction = await work.corrections.get(correction_id)
    listing = await work.listings.get(correction.listing_id)
    actor = require_department(work, listing.organ, approver=True)
    state = _corrected(listing)
    another_person(correction.proposed_by, actor.name, "correct")
    listing = replace(
        listing,
        **_read(correction.after),
        state=state,
        corrected_at=work.now(),
        sequence=await next_sequence(work, listing),
    )
    correction = _ended(work, correction, CorrectionState.CONFIRMED)
    correction = replace(correction, sequence=listing.sequence)
    await work.corrections.save(correction)
    await tell_corrected(work, listing, correction)
    return await save(work, listing, "corrected", number=correction.number)


async def reject_correction(work: Work, correction_id: str, reason: str) -> Correction:
    """Reject a correction as an approver, with the reason: the entry stays as it is."""
    correction = await work.corrections.get(correction_id)
    require_department(work, correction.organ, approver=True)
    if not reason.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, listing=correction.listing_id)
    correction = replace(_ended(work, correction, CorrectionState.REJECTED), ended_reason=reason)
    await work.corrections.save(correction)
    await work.audit("blacklist:correction:rejected", correction.listing_id, reason=reason)
    return correction


def _corrected(listing: Listing) -> ListingState:
    """Give the state after a correction; an entry that is being taken off is not corrected."""
    if listing.state is ListingState.REVOKED:
        raise RuleBrokenError(
            Rule.MOVE_NOT_ALLOWED,
            of=listing.listing_id,
            now=listing.state.value,
            wanted=ListingState.CORRECTED.value,
            allowed=[ListingState.DELISTED.value],
        )
    return move(LISTING_MOVES, listing.state, ListingState.CORRECTED, of=listing.listing_id)


def _ended(work: Work, correction: Correction, state: CorrectionState) -> Correction:
    return replace(
        correction,
        state=move(CORRECTION_MOVES, correction.state, state, of=correction.correction_id),
        ended_by=work.actor.name,
        ended_at=work.now(),
    )


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give values as JSON keeps them."""
    return {n: v.isoformat() if isinstance(v, date) else v for n, v in values.items()}


def _read(values: Mapping[str, Any]) -> dict[str, Any]:
    return {n: date.fromisoformat(v) if n == "term_until" else v for n, v in values.items()}
