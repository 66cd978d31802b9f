"""Credit repair: application, verification by one person, decision by another, proof."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from coordinator.domain.blacklist import Listing, rule_for
from coordinator.domain.credit_repair import (
    Repair,
    RepairChannel,
    RepairTerms,
    require_repairable,
    require_room,
    terms_of,
)
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lifecycle import REPAIR_MOVES, OrderState, RepairState, move
from coordinator.domain.lottery.ceremony import another_person
from coordinator.domain.policy import CreditRepairPolicy
from coordinator.services.access import require_department
from coordinator.services.decision_numbers import fresh_number
from coordinator.services.ports import Work

_OPEN = (RepairState.APPLIED, RepairState.VERIFIED)


@dataclass(frozen=True, kw_only=True)
class Application:
    """What the party states and shows: violation remedied, duties done, harm made good."""

    applicant: str
    statement: str
    evidence: str


@dataclass(frozen=True)
class RepairStanding:
    """What a granted repair still waits for: credit systems silent, measures not yet lifted."""

    systems: Sequence[str]
    departments: Sequence[str]

    @property
    def is_complete(self) -> bool:
        """Whether the listing is removed everywhere."""
        return not self.systems and not self.departments


async def repair_terms(work: Work, listing: Listing, applied: date | None = None) -> RepairTerms:
    """Give the rules under which a listing may be repaired, by an application of a day."""
    rule = rule_for(listing.list_code, work.policy, listing.decision_date or work.today())
    return terms_of(listing, rule, work.policy, applied or work.today(), work.day_of)


async def apply_for_repair(work: Work, listing_id: str, application: Application) -> Repair:
    """Note the party's application as the organ that listed; the clock of the decision begins."""
    listing = await work.listings.get(listing_id)
    require_department(work, listing.organ)
    return await _apply(work, listing, application, RepairChannel.ORGAN)


async def apply_in_public(
    work: Work, listing_id: str, decision_number: str, application: Application
) -> Repair:
    """Take in an application from the public site, which waits until the organ takes it up.

    The decision's number only says which listing is meant: everybody can read it, so nobody is
    known by it. Such an application never stands in the way of another one.
    """
    listing = await work.listings.find(listing_id)
    if listing is None or not listing.is_on_list:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="listing", key=listing_id)
    if (listing.decision_number or "").strip() != decision_number.strip():
        raise RuleBrokenError(Rule.NOT_FOUND, kind="listing decision", key=decision_number)
    came = await work.repairs.where(listing_id=listing_id, channel=RepairChannel.PUBLIC)
    lately = sum(work.now() - each.applied_at < timedelta(days=1) for each in came)
    require_room(lately, decision_number.strip(), _rules(work))
    return await _apply(work, listing, application, RepairChannel.PUBLIC)


async def verify_repair(work: Work, repair_id: str, findings: str) -> Repair:
    """Verify an application as the first person: what was looked at and found.

    One from the public site is taken up thereby, so no other may be under way.
    """
    repair = await work.repairs.get(repair_id)
    actor = require_department(work, repair.organ)
    if repair.state is RepairState.APPLIED and not repair.is_taken_up:
        await _require_none_taken_up(work, repair.listing_id)
    if not findings.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, repair=repair_id)
    repair = replace(
        repair,
        state=move(REPAIR_MOVES, repair.state, RepairState.VERIFIED, of=repair_id),
        verification=findings,
        verified_by=actor.name,
        verified_at=work.now(),
    )
    return await _save(work, repair, "verified")


async def decide_repair(
    work: Work, repair_id: str, number: str, reason: str, *, granted: bool
) -> Repair:
    """Decide as another person, an approver: granted or refused, with number and reason."""
    repair = await work.repairs.get(repair_id)
    actor = require_department(work, repair.organ, approver=True)
    wanted = RepairState.GRANTED if granted else RepairState.REFUSED
    state = move(REPAIR_MOVES, repair.state, wanted, of=repair_id)
    another_person(repair.verified_by, actor.name, "repair")
    if not reason.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, repair=repair_id)
    listing = await work.listings.get(repair.listing_id)
    if granted:
        terms = RepairTerms(repair.regime, repair.severity, repair.earliest_date)
        require_repairable(listing, terms, work.today())
    repair = replace(
        repair,
        state=state,
        decision_number=await fresh_number(work, repair.organ, number, repair_id),
        decision_reason=reason,
        decided_by=actor.name,
        decided_at=work.now(),
    )
    return await _save(work, repair, wanted.value, number=repair.decision_number)


async def withdraw_repair(work: Work, repair_id: str, reason: str) -> Repair:
    """Note that the party takes its application back, or never made it, with the reason."""
    repair = await work.repairs.get(repair_id)
    actor = require_department(work, repair.organ)
    state = move(REPAIR_MOVES, repair.state, RepairState.WITHDRAWN, of=repair_id)
    if not reason.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, repair=repair_id)
    repair = replace(repair, state=state, ended_reason=reason, ended_by=actor.name)
    return await _save(work, repair, "withdrawn", reason=reason)


async def end_applications(work: Work, listing: Listing) -> None:
    """End what still waits once a subject has left the list, citing the delisting."""
    for each in await work.repairs.where(listing_id=listing.listing_id, state=_OPEN):
        repair = replace(
            each,
            state=move(REPAIR_MOVES, each.state, RepairState.WITHDRAWN, of=each.repair_id),
            ended_reason=listing.delisting_number,
            ended_by=work.actor.name,
        )
        await _save(work, repair, "ended", delisting=listing.delisting_number)


async def standing_of(work: Work, repair: Repair, silent: Sequence[str]) -> RepairStanding:
    """Say whether a repaired listing is removed everywhere; `silent`: systems that say nothing."""
    orders = await work.orders.where(listing_id=repair.listing_id)
    waiting = {each.department for each in orders if each.state is not OrderState.LIFTED}
    return RepairStanding(silent, sorted(waiting))


def require_complete(repair: Repair, standing: RepairStanding) -> None:
    """Refuse the proof of a repair before everybody has taken it in."""
    if repair.state is not RepairState.GRANTED:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="repair proof", key=repair.repair_id)
    if not standing.is_complete:
        missing = [*standing.systems, *standing.departments]
        raise RuleBrokenError(Rule.RECEIPTS_MISSING, missing=missing)


async def _apply(
    work: Work, listing: Listing, application: Application, channel: RepairChannel
) -> Repair:
    terms = await repair_terms(work, listing)
    require_repairable(listing, terms, work.today())
    await _require_none_taken_up(work, listing.listing_id)
    due = work.calendar.after(work.today(), _rules(work).decision_working_days)
    repair = Repair(
        repair_id=work.new_id(),
        listing_id=listing.listing_id,
        subject=listing.subject,
        subject_name=listing.subject_name,
        list_code=listing.list_code,
        organ=listing.organ,
        state=RepairState.APPLIED,
        channel=channel,
        applicant=given(application.applicant, "applicant", listing.listing_id),
        statement=given(application.statement, "statement", listing.listing_id),
        evidence=given(application.evidence, "evidence", listing.listing_id),
        applied_at=work.now(),
        applied_by=work.actor.name,
        regime=terms.regime,
        severity=terms.severity,
        earliest_date=terms.earliest_date,
        decision_due=due.due_date,
        decision_provisional=due.provisional,
        decision_basis=due.basis,
    )
    await work.repairs.add([repair])
    return await _save(work, repair, "applied", channel=channel.value, regime=terms.regime.value)


async def _require_none_taken_up(work: Work, listing_id: str) -> None:
    open_ones = await work.repairs.where(listing_id=listing_id, state=_OPEN)
    if any(each.is_taken_up for each in open_ones):
        raise RuleBrokenError(Rule.REPAIR_OPEN, listing=listing_id)


def _rules(work: Work) -> CreditRepairPolicy:
    rules = work.policy.credit_repair
    if rules is None:
        raise RuleBrokenError(Rule.VALUE_MISSING, what="credit_repair", of=work.policy.label)
    return rules


async def _save(work: Work, repair: Repair, what: str, **facts: object) -> Repair:
    await work.repairs.save(repair)
    await work.audit(
        f"credit-repair:application:{what}", repair.listing_id, repair=repair.repair_id, **facts
    )
    return repair
