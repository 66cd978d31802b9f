"""Publication of results: what is shown, until when, and objections (2-rules.md 2.7)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from coordinator.domain.policy import DisclosurePolicy
from coordinator.domain.working_days import Basis, Deadline, WorkingDays


@dataclass(frozen=True, kw_only=True)
class Disclosure:
    """One published result: object, task, item, organ, date, method, result and disposal."""

    disclosure_id: str
    result_id: str
    round_id: str
    visit_id: str
    task_number: str
    object_id: str
    object_name: str
    item: str
    item_name: str
    department: str
    visited_date: date
    method: str
    result_codes: tuple[str, ...]
    disposal: tuple[str, ...]
    has_problem: bool
    due_date: date
    due_provisional: bool
    disclosed_at: datetime
    disclosed_by: str
    objection: str | None = None
    objection_at: datetime | None = None
    objection_due: date | None = None
    objection_answer: str | None = None
    due_basis: Basis | None = None
    objection_provisional: bool = False
    objection_basis: Basis | None = None


def disclosure_deadline(start: date, policy: DisclosurePolicy, calendar: WorkingDays) -> Deadline:
    """Give the last day to publish, counted from the finished task or the visit (the profile's)."""
    if policy.unit == "calendar":
        return Deadline(start + timedelta(days=policy.days), provisional=False)
    return calendar.after(start, policy.days)
