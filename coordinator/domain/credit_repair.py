"""Credit repair: which rules apply, from when, until when a record shows (2-rules.md 2.10)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from coordinator.domain.blacklist import Listing
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import RepairState
from coordinator.domain.policy import CreditRepairPolicy, ListRule, Policy, Severity
from coordinator.domain.working_days import Basis, DayOf, months_later


class Regime(StrEnum):
    """By which rules a repair is decided: the dated ones by severity, or those of the list."""

    SEVERITY = "severity"
    LIST = "list"


class RepairChannel(StrEnum):
    """How an application came in: noted by the organ, or made by the party on the public site."""

    ORGAN = "organ"
    PUBLIC = "public"


@dataclass(frozen=True, kw_only=True)
class Repair:
    """One application for the repair of a listing, with what was found and decided.

    `earliest_date` is the first day on which it may be granted by the rules that apply.
    """

    repair_id: str
    listing_id: str
    subject: str
    subject_name: str
    list_code: str
    organ: str
    state: RepairState
    channel: RepairChannel
    applicant: str
    statement: str
    evidence: str
    applied_at: datetime
    applied_by: str
    regime: Regime
    severity: str | None
    earliest_date: date
    decision_due: date
    decision_provisional: bool
    decision_basis: Basis | None = None
    verification: str | None = None
    verified_by: str | None = None
    verified_at: datetime | None = None
    decision_number: str | None = None
    decision_reason: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    ended_reason: str | None = None
    ended_by: str | None = None

    @property
    def is_taken_up(self) -> bool:
        """Whether the organ is at it: one from the public site waits until it is verified."""
        if self.channel is RepairChannel.PUBLIC:
            return self.state is RepairState.VERIFIED
        return self.state in (RepairState.APPLIED, RepairState.VERIFIED)


@dataclass(frozen=True)
class RepairTerms:
    """The rules for one repair: regime, severity where it counts, and the earliest day."""

    regime: Regime
    severity: str | None
    earliest_date: date


def terms_of(
    listing: Listing, rule: ListRule, policy: Policy, applied: date, day_of: DayOf
) -> RepairTerms:
    """Give the rules under which an application of a day is decided.

    The dated rules go by severity from the day of the listing; before them, and for a list without
    severity, the list's own months count from its decision.
    """
    decided = listing.decision_date
    listed = day_of(listing.listed_at) if listing.listed_at else None
    if decided is None or listed is None:
        raise RuleBrokenError(Rule.NOT_LISTED, listing=listing.listing_id)
    repair = policy.credit_repair
    severity = severity_of(repair, rule.severity)
    if repair is not None and severity is not None:
        counted = applied if repair.counted_by == "application" else listed
        if repair.valid_from <= counted:
            earliest = months_later(decided, severity.min_months)
            return RepairTerms(Regime.SEVERITY, severity.code, earliest)
    return RepairTerms(Regime.LIST, None, months_later(decided, rule.earliest_repair_months))


def severity_of(repair: CreditRepairPolicy | None, code: str | None) -> Severity | None:
    """Find a severity in the rules of repair."""
    severities = repair.severities if repair is not None else ()
    return next((each for each in severities if each.code == code), None)


def term_of(decided: date, rule: ListRule, policy: Policy) -> date:
    """Give the end of a listing's term: the list's months, at most those of its severity."""
    repair = policy.credit_repair
    severity = severity_of(repair, rule.severity)
    months = rule.term_months
    if repair is not None and severity is not None and repair.valid_from <= decided:
        months = min(months, severity.max_months)
    return months_later(decided, months)


def require_room(lately: int, number: str, rules: CreditRepairPolicy) -> None:
    """Refuse applications online beyond what a listing takes a day; `lately` came in one."""
    most = rules.a_day_most_per_listing
    if lately >= most:
        raise RuleBrokenError(Rule.REPAIRS_FULL, number=number, most=most)


def require_repairable(listing: Listing, terms: RepairTerms, today: date) -> None:
    """Refuse an application of whoever is not on a list, or before the earliest day."""
    if not listing.is_valid(today):
        raise RuleBrokenError(Rule.NOT_LISTED, listing=listing.listing_id)
    if today < terms.earliest_date:
        raise RuleBrokenError(
            Rule.TOO_EARLY_TO_REPAIR,
            listing=listing.listing_id,
            earliest=terms.earliest_date.isoformat(),
            regime=terms.regime.value,
        )
