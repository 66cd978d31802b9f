"""Complaints 投诉举报 about an inspection: to 纪检, never to the organ concerned.

Answered within the policy's days, put off once with a reason; public are counts, never content.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import ComplaintState
from coordinator.domain.policy import ComplaintsPolicy
from coordinator.domain.working_days import Basis, Deadline, WorkingDays


class ComplaintChannel(StrEnum):
    """How a complaint came."""

    ONLINE = "online"
    LETTER = "letter"
    PHONE = "phone"
    IN_PERSON = "in-person"


class ComplaintOutcome(StrEnum):
    """What the discipline inspection found."""

    FOUNDED = "founded"
    PARTLY_FOUNDED = "partly-founded"
    UNFOUNDED = "unfounded"
    FORWARDED = "forwarded"
    NOT_ACCEPTED = "not-accepted"


OPEN_COMPLAINTS = frozenset({ComplaintState.RECEIVED, ComplaintState.EXAMINED})
"""Where a complaint waits for an answer."""


@dataclass(frozen=True, kw_only=True)
class Complaint:
    """A complaint, with the receipt by which whoever made it follows it.

    `secret_digest` is the SHA-256 of the receipt's secret. Without `name` it is anonymous. `answer`
    is what whoever complained reads, `measures` what follows from it inside. `answer_basis` is set
    where the term counts working days.
    """

    complaint_id: str
    number: str
    channel: ComplaintChannel
    text: str
    departments: tuple[str, ...]
    visit_id: str | None
    name: str
    contact: str
    secret_digest: str
    state: ComplaintState
    received_at: datetime
    received_by: str
    received_date: date
    answer_due: date
    answer_provisional: bool = False
    answer_basis: Basis | None = None
    examined_by: str | None = None
    examined_at: datetime | None = None
    extended_by: str | None = None
    extension_reason: str | None = None
    outcome: ComplaintOutcome | None = None
    answer: str | None = None
    measures: str | None = None
    forwarded_to: str | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None
    answered_date: date | None = None
    withdrawn_at: datetime | None = None

    @property
    def anonymous(self) -> bool:
        """Whether nobody is named."""
        return not self.name

    @property
    def open(self) -> bool:
        """Whether it waits for an answer."""
        return self.state in OPEN_COMPLAINTS


@dataclass(frozen=True, kw_only=True)
class ComplaintGroup:
    """How many complaints are alike in all that is counted of them; nothing of their content.

    One without `outcome` has no answer; `in_time` only where it has one; `overdue` only while open.
    """

    outcome: ComplaintOutcome | None
    is_open: bool
    in_time: bool
    overdue: bool
    number: int


@dataclass(frozen=True, kw_only=True)
class ComplaintCounts:
    """Complaints of a year in numbers: all that is public of them."""

    year: int
    received: int
    answered: int
    in_time: int
    open: int
    overdue: int
    outcomes: Mapping[ComplaintOutcome, int]


def answer_due(received: date, rules: ComplaintsPolicy, calendar: WorkingDays) -> Deadline:
    """Give the last day for the answer; calendar days have no basis to recompute."""
    return _after(received, rules.answer_days, rules, calendar)


def put_off(due: date, rules: ComplaintsPolicy, calendar: WorkingDays) -> Deadline:
    """Give the last day for an answer that was put off."""
    return _after(due, rules.extension_days, rules, calendar)


def require_no_conflict(complaint: Complaint, own: str | None) -> None:
    """Refuse that whoever is posted to an organ handles a complaint about it."""
    if own is not None and own in complaint.departments:
        raise RuleBrokenError(Rule.COMPLAINT_CONFLICT, number=complaint.number, department=own)


def require_room(today: int, of_visit: int | None, rules: ComplaintsPolicy) -> None:
    """Refuse complaints online beyond what a day takes: by visit code, and altogether."""
    if of_visit is not None and of_visit >= rules.a_day_most_per_visit:
        raise RuleBrokenError(
            Rule.COMPLAINTS_FULL, most=rules.a_day_most_per_visit, of="visit-code"
        )
    if today >= rules.a_day_most:
        raise RuleBrokenError(Rule.COMPLAINTS_FULL, most=rules.a_day_most, of="day")


def counts_of(year: int, groups: Sequence[ComplaintGroup]) -> ComplaintCounts:
    """Add the groups of a year up."""
    answered = [each for each in groups if each.outcome is not None]
    return ComplaintCounts(
        year=year,
        received=_sum(groups),
        answered=_sum(answered),
        in_time=_sum(each for each in answered if each.in_time),
        open=_sum(each for each in groups if each.is_open),
        overdue=_sum(each for each in groups if each.overdue),
        outcomes={
            outcome: _sum(each for each in answered if each.outcome is outcome)
            for outcome in ComplaintOutcome
        },
    )


def _sum(groups: Iterable[ComplaintGroup]) -> int:
    return sum(each.number for each in groups)


def _after(start: date, days: int, rules: ComplaintsPolicy, calendar: WorkingDays) -> Deadline:
    if rules.unit == "calendar":
        return Deadline(start + timedelta(days=days), provisional=False)
    return calendar.after(start, days)
