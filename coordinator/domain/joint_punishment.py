"""Joint punishment: which measures follow from a listing, their clocks, what departments answer."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from contracts.vocabulary import MeasureOutcome
from coordinator.domain.blacklist import Listing
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lifecycle import OrderState
from coordinator.domain.policy import MeasureRule, Policy, SanctionsPolicy
from coordinator.domain.registers.organisation import Department
from coordinator.domain.working_days import Basis, months_later

TERM_OVER = "term"
"""Why a measure is lifted that ends before its listing."""


@dataclass(frozen=True, kw_only=True)
class MeasureOrder:
    """One measure of the library, ordered from one executing department.

    `rule_label` is the version of the rule that was in force at the listing; `until` the measure's
    own end. The lifting has a clock of its own. `reminders` counts what was sent for the clock
    that runs.
    """

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
    punishment_id: str | None = None
    rule_label: str | None = None
    lift_reason: str | None = None
    lifting_at: datetime | None = None
    lifting_due: date | None = None
    lifting_provisional: bool = False
    lifting_basis: Basis | None = None
    reminders: int = 0

    @property
    def due_date(self) -> date | None:
        """Until when the department has to answer now; None when nothing is awaited."""
        waits = {OrderState.ORDERED: self.feedback_due, OrderState.LIFTING: self.lifting_due}
        return waits.get(self.state)


@dataclass(frozen=True, kw_only=True)
class MeasureAnswer:
    """One answer of a department about a measure; a later one corrects it, and it stays."""

    answer_id: str
    order_id: str
    listing_id: str
    department: str
    number: int
    outcome: MeasureOutcome
    reason: str | None
    person: str
    done_at: datetime
    received_at: datetime
    was_valid: bool


@dataclass(frozen=True, kw_only=True)
class PunishmentCase:
    """A joint-punishment case 联合惩戒案件: one listing, the rules that followed, their orders.

    `rules` are the versions of the measures, as labels; `closed_at`: every measure is lifted.
    """

    punishment_id: str
    number: str
    listing_id: str
    subject: str
    subject_name: str
    list_code: str
    organ: str
    rules: tuple[str, ...]
    opened_at: datetime
    closed_at: datetime | None = None


def measures_of(
    listing: Listing, policy: Policy, departments: tuple[Department, ...], today: date
) -> tuple[tuple[MeasureRule, str], ...]:
    """Give every (measure, executing organ) that follows from a valid listing.

    The library in force today counts, never that of another day.
    """
    if not listing.is_valid(today):
        raise RuleBrokenError(Rule.NOT_LISTED, listing=listing.listing_id)
    return tuple(
        (rule, organ.code)
        for rule in policy.measures_for(listing.list_code, today)
        for organ in departments
        if {organ.code, organ.family} & set(rule.departments)
    )


def end_of(listing: Listing, rule: MeasureRule, today: date) -> date:
    """Give the end of a measure ordered today: its own term, at the latest the listing's."""
    until = given(listing.term_until, "term_until", listing.listing_id)
    return until if rule.term_months is None else min(until, months_later(today, rule.term_months))


def check_answer(order: MeasureOrder, outcome: MeasureOutcome, reason: str | None) -> None:
    """Refuse an answer that does not fit the order's state, or a refusal without reason.

    Who answers the order while its lifting is under way had not heard of it: that is kept, and the
    lifting goes on. Once lifted, nothing but the lifting can be answered any more.
    """
    lifted = outcome is MeasureOutcome.LIFTED
    states = (OrderState.LIFTING,) if lifted else _ANSWERABLE
    if order.state not in states:
        raise RuleBrokenError(
            Rule.ANSWER_DOES_NOT_FIT,
            order=order.order_id,
            state=order.state.value,
            outcome=outcome.value,
        )
    needs_reason = outcome in (MeasureOutcome.REFUSED, MeasureOutcome.NOT_APPLICABLE)
    if needs_reason and not (reason or "").strip():
        raise RuleBrokenError(Rule.REASON_MISSING, order=order.order_id, outcome=outcome.value)


def reminders_due(order: MeasureOrder, policy: SanctionsPolicy, today: date) -> int:
    """Give how many reminders of the running clock should have left by today.

    One leaves each of the policy's days before the due date, and one on the day after it.
    """
    due = order.due_date
    if due is None:
        return 0
    days = [due - timedelta(days=each) for each in policy.measure_reminder_days]
    days.append(due + timedelta(days=1))
    return sum(day <= today for day in days)


_ANSWERABLE = (OrderState.ORDERED, OrderState.ANSWERED, OrderState.LIFTING)
