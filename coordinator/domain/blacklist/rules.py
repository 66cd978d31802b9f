"""The serious-violation list: who may propose, due process, term (2-rules.md 2.10)."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime

from contracts.vocabulary import DelistingReason
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.follow_up import Case
from coordinator.domain.lifecycle import CaseState, ListingState
from coordinator.domain.policy import ListRule, Policy
from coordinator.domain.working_days import Basis

_MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class Listing:
    """One subject on one list, from proposal to delisting."""

    listing_id: str
    subject: str
    subject_name: str
    list_code: str
    case_id: str
    round_id: str
    organ: str
    penalty_decision: str
    facts: str
    basis: str
    state: ListingState
    proposed_by: str
    proposed_at: datetime
    notified_by: str | None = None
    notified_at: datetime | None = None
    objection_until: date | None = None
    objection_provisional: bool = False
    objection_basis: Basis | None = None
    objection: str | None = None
    objection_answer: str | None = None
    decision_number: str | None = None
    decision_date: date | None = None
    decided_by: str | None = None
    confirmed_by: str | None = None
    listed_at: datetime | None = None
    term_until: date | None = None
    sequence: int = 0
    delisting_reason: DelistingReason | None = None
    delisting_number: str | None = None
    delisting_requested_by: str | None = None
    delisted_by: str | None = None
    delisted_at: datetime | None = None


def rule_for(list_code: str, policy: Policy) -> ListRule:
    """Find the founding rule of a list, or refuse."""
    rule = policy.list_rule(list_code)
    if rule is None:
        raise RuleBrokenError(Rule.CODE_UNKNOWN, field="list_code", code=list_code)
    return rule


def require_grounds(case: Case, rule: ListRule, proposer: str | None) -> None:
    """Only the organ that penalised may propose, citing its decision, of a kind the rule names."""
    if case.department != proposer:
        raise RuleBrokenError(
            Rule.NOT_YOUR_DEPARTMENT, actor=proposer or "-", department=case.department
        )
    if case.state not in (CaseState.DECIDED, CaseState.EXECUTED, CaseState.CLOSED):
        raise RuleBrokenError(Rule.NO_PENALTY_DECISION, case=case.case_id)
    if case.department not in rule.competent_departments:
        raise RuleBrokenError(Rule.ORGAN_NOT_COMPETENT, department=case.department, list=rule.code)
    if case.penalty_kind not in rule.penalty_kinds:
        raise RuleBrokenError(
            Rule.PENALTY_TOO_LIGHT,
            kind=case.penalty_kind or "-",
            list=rule.code,
            wanted=list(rule.penalty_kinds),
        )


def require_objection_period_over(listing: Listing, today: date) -> None:
    """Refuse a decision before the day after the objection period, or with an open objection."""
    until = listing.objection_until
    if until is None or today <= until:
        raise RuleBrokenError(Rule.OBJECTION_PERIOD_RUNS, until=until.isoformat() if until else "-")
    if listing.objection is not None and listing.objection_answer is None:
        raise RuleBrokenError(Rule.OBJECTION_UNANSWERED, listing=listing.listing_id)


def months_later(day: date, months: int) -> date:
    """Give the same day some months later, or the month's last day where there is none."""
    index = day.month - 1 + months
    year, month = day.year + index // _MONTHS, index % _MONTHS + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def require_delisting_time(
    listing: Listing, rule: ListRule, reason: DelistingReason, today: date
) -> None:
    """Refuse repair before the earliest date, and expiry before the term."""
    if listing.listed_at is None or listing.term_until is None:
        raise RuleBrokenError(Rule.NOT_LISTED, listing=listing.listing_id)
    earliest = {
        DelistingReason.REPAIRED: months_later(
            listing.decision_date or today, rule.earliest_repair_months
        ),
        DelistingReason.EXPIRED: listing.term_until,
        DelistingReason.REVOKED: today,
    }[reason]
    if today < earliest:
        raise RuleBrokenError(
            Rule.TOO_EARLY_TO_DELIST, reason=reason.value, earliest=earliest.isoformat()
        )
