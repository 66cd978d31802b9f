"""Joint punishment: which measures follow from a listing, and what departments answer."""

from dataclasses import dataclass
from datetime import date, datetime

from contracts.vocabulary import MeasureOutcome
from coordinator.domain.blacklist import Listing
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import ListingState, OrderState
from coordinator.domain.policy import MeasureRule, Policy
from coordinator.domain.working_days import Basis


@dataclass(frozen=True, kw_only=True)
class MeasureOrder:
    """One measure of the library, ordered from one executing department."""

    order_id: str
    round_id: str
    listing_id: str
    subject: str
    subject_name: str
    measure: str
    department: str
    state: OrderState
    ordered_at: datetime
    until: date
    feedback_due: date
    outcome: MeasureOutcome | None = None
    reason: str | None = None
    person: str | None = None
    answered_at: datetime | None = None
    lifted_at: datetime | None = None
    feedback_provisional: bool = False
    feedback_basis: Basis | None = None


def measures_of(
    listing: Listing, policy: Policy, departments: tuple[str, ...]
) -> tuple[tuple[MeasureRule, str], ...]:
    """Give every (measure, executing department) that follows from a valid listing."""
    if listing.state is not ListingState.LISTED:
        raise RuleBrokenError(Rule.NOT_LISTED, listing=listing.listing_id)
    return tuple(
        (rule, department)
        for rule in policy.measures_for(listing.list_code)
        for department in rule.departments
        if department in departments
    )


def check_answer(order: MeasureOrder, outcome: MeasureOutcome, reason: str | None) -> None:
    """Refuse an answer that does not fit the order's state, or a refusal without reason."""
    lifting = order.state is OrderState.LIFTING
    if lifting is not (outcome is MeasureOutcome.LIFTED):
        raise RuleBrokenError(
            Rule.ANSWER_DOES_NOT_FIT,
            order=order.order_id,
            state=order.state.value,
            outcome=outcome.value,
        )
    needs_reason = outcome in (MeasureOutcome.REFUSED, MeasureOutcome.NOT_APPLICABLE)
    if needs_reason and not (reason or "").strip():
        raise RuleBrokenError(Rule.REASON_MISSING, order=order.order_id, outcome=outcome.value)
