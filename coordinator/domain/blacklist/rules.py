"""Who may be listed and by whom, due process, term and delisting (2-rules.md 2.10)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from contracts.vocabulary import DelistingReason
from coordinator.domain.blacklist.values import Ground, Listing
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.follow_up import Case
from coordinator.domain.lifecycle import CaseState
from coordinator.domain.policy import ListRule, Policy
from coordinator.domain.registers.organisation import Department
from coordinator.domain.working_days import Deadline

_PERSON = "other:person:"
_ORGANISATIONS = ("uscc:", "regno:")
_PUNISHED = (CaseState.DECIDED, CaseState.EXECUTED, CaseState.CLOSED)
CORRECTABLE = ("subject_name", "facts", "term_until")
"""What a correction may change of a listed entry."""


def rule_for(list_code: str, policy: Policy, day: date) -> ListRule:
    """Find the rule of a list in force on a day, or refuse: unknown, or not in force then."""
    rule = policy.list_rule(list_code, day)
    if rule is not None:
        return rule
    if policy.list_rule(list_code) is None:
        raise RuleBrokenError(Rule.CODE_UNKNOWN, field="list_code", code=list_code)
    raise RuleBrokenError(Rule.LIST_RULE_NOT_IN_FORCE, list=list_code, day=day.isoformat())


def require_organ(organ: Department, rule: ListRule) -> None:
    """Refuse an organ that the rule does not name, or one of another level."""
    if not {organ.code, organ.family} & set(rule.competent_departments):
        raise RuleBrokenError(Rule.ORGAN_NOT_COMPETENT, department=organ.code, list=rule.code)
    if rule.competent_levels and organ.level.value not in rule.competent_levels:
        raise RuleBrokenError(
            Rule.ORGAN_OF_OTHER_LEVEL,
            department=organ.code,
            level=organ.level.value,
            list=rule.code,
            wanted=list(rule.competent_levels),
        )


def require_grounds(case: Case, rule: ListRule, proposer: str | None) -> None:
    """Only the organ that penalised may propose, citing its decision, of a kind the rule names."""
    if case.department != proposer:
        raise RuleBrokenError(
            Rule.NOT_YOUR_DEPARTMENT, actor=proposer or "-", department=case.department
        )
    if case.state not in _PUNISHED:
        raise RuleBrokenError(Rule.NO_PENALTY_DECISION, case=case.case_id)
    if case.penalty_kind not in rule.penalty_kinds:
        raise RuleBrokenError(
            Rule.PENALTY_TOO_LIGHT,
            kind=case.penalty_kind or "-",
            list=rule.code,
            wanted=list(rule.penalty_kinds),
        )


def require_standing_ground(listing: Listing, case: Case | None, rule: ListRule) -> None:
    """Refuse to go on when the cited decision was revoked, or replaced by another one, since."""
    if listing.ground is Ground.COURT:
        require_court_documents(rule)
        return
    if case is None or case.decision_number != listing.penalty_decision:
        raise RuleBrokenError(
            Rule.GROUND_CHANGED,
            cited=listing.penalty_decision,
            now=(case.decision_number if case else None) or "-",
        )
    require_grounds(case, rule, listing.organ)


def require_court_documents(rule: ListRule) -> None:
    """Refuse a court's document where the rule knows penalty decisions only."""
    if not rule.court_documents:
        raise RuleBrokenError(Rule.COURT_DOCUMENT_NOT_A_GROUND, list=rule.code)


def require_court_day(number: str, dated: date, today: date) -> None:
    """Refuse a court's document that is still to come."""
    if dated > today:
        raise RuleBrokenError(
            Rule.COURT_DOCUMENT_TO_COME,
            number=number,
            day=dated.isoformat(),
            today=today.isoformat(),
        )


def require_subject(subject: str, rule: ListRule) -> None:
    """Refuse whom a list can't name: a place or product, and a person whom its text leaves out."""
    if subject.startswith(_ORGANISATIONS):
        return
    if not subject.startswith(_PERSON):
        raise RuleBrokenError(Rule.SUBJECT_NOT_LISTABLE, subject=subject)
    if not rule.persons:
        raise RuleBrokenError(Rule.PERSONS_NOT_LISTED, list=rule.code)


def is_person(subject: str) -> bool:
    """Say whether a listed subject is a natural person, whose code is not for the public."""
    return subject.startswith(_PERSON)


def require_objection_period_over(listing: Listing, today: date) -> None:
    """Refuse a decision before the day after the objection period, or with an open objection."""
    until = listing.objection_until
    if until is None or today <= until:
        raise RuleBrokenError(Rule.OBJECTION_PERIOD_RUNS, until=until.isoformat() if until else "-")
    if listing.objection is not None and listing.objection_answer is None:
        raise RuleBrokenError(Rule.OBJECTION_UNANSWERED, listing=listing.listing_id)


def require_heard(listing: Listing) -> None:
    """Refuse to answer a party that asked for a hearing before it was heard."""
    if listing.hearing_wanted and listing.hearing_date is None:
        raise RuleBrokenError(Rule.HEARING_NOT_HELD, listing=listing.listing_id)


def require_consent(listing: Listing, rule: ListRule) -> None:
    """Refuse a decision without the superior's consent where the rule asks for it."""
    if rule.superior_consent and listing.consent_number is None:
        raise RuleBrokenError(Rule.CONSENT_MISSING, listing=listing.listing_id, list=rule.code)


def require_consent_of(superior: Department | None, organ: str, named: str) -> None:
    """Refuse another organ's consent than that of the organ's superior, named by code or name."""
    known = (superior.code, superior.name) if superior else ()
    if named.strip() not in known:
        raise RuleBrokenError(
            Rule.CONSENT_OF_OTHER_ORGAN,
            organ=organ,
            named=named,
            superior=superior.name if superior else "-",
        )


def require_consent_day(day: date, proposed: date, today: date) -> None:
    """Refuse a consent from before the proposal that it consents to, or one still to come."""
    if not proposed <= day <= today:
        raise RuleBrokenError(
            Rule.CONSENT_DAY_WRONG,
            day=day.isoformat(),
            first=proposed.isoformat(),
            last=today.isoformat(),
        )


def require_delivery_day(day: date, notified: date, today: date) -> None:
    """Refuse a delivery before the notice was made, or one that is still to come."""
    if not notified <= day <= today:
        raise RuleBrokenError(
            Rule.DELIVERY_DAY_WRONG,
            day=day.isoformat(),
            first=notified.isoformat(),
            last=today.isoformat(),
        )


def require_delisting_time(listing: Listing, reason: DelistingReason, today: date) -> None:
    """Refuse to take off a list whoever is not on it, and expiry before the term ends.

    Who repaired leaves by an application for credit repair, and in no other way.
    """
    if not listing.is_on_list or listing.term_until is None:
        raise RuleBrokenError(Rule.NOT_LISTED, listing=listing.listing_id)
    if reason is DelistingReason.REPAIRED:
        raise RuleBrokenError(Rule.REPAIR_NEEDS_APPLICATION, listing=listing.listing_id)
    if reason is DelistingReason.EXPIRED and today < listing.term_until:
        raise RuleBrokenError(
            Rule.TOO_EARLY_TO_DELIST,
            reason=reason.value,
            earliest=listing.term_until.isoformat(),
        )


def with_delisting_clock(listing: Listing, asked_at: datetime, deadline: Deadline) -> Listing:
    """Give an entry whose delisting was asked for, with the day by which that is answered."""
    return replace(
        listing,
        delisting_requested_at=asked_at,
        delisting_due=deadline.due_date,
        delisting_provisional=deadline.provisional,
        delisting_basis=deadline.basis,
    )


def without_delisting_clock(listing: Listing) -> Listing:
    """Give an entry of which nobody awaits an answer to a delisting any more."""
    return replace(
        listing,
        delisting_requested_at=None,
        delisting_due=None,
        delisting_provisional=False,
        delisting_basis=None,
    )


def changes_of(listing: Listing, wanted: Mapping[str, Any], longest: date) -> Mapping[str, Any]:
    """Give the fields that a correction changes; a term never passes the longest lawful one.

    CORRECTION_EMPTY when nothing would change, CORRECTED_TERM_WRONG for another term.
    """
    changed = {
        name: wanted[name]
        for name in CORRECTABLE
        if wanted.get(name) not in (None, "", getattr(listing, name))
    }
    if not changed:
        raise RuleBrokenError(Rule.CORRECTION_EMPTY, listing=listing.listing_id)
    decided, until = listing.decision_date, changed.get("term_until")
    if until and decided and not decided < until <= longest:
        raise RuleBrokenError(
            Rule.CORRECTED_TERM_WRONG,
            term=until.isoformat(),
            first=decided.isoformat(),
            last=longest.isoformat(),
        )
    return changed
