"""What happens after a finding: rectification orders and enforcement cases (2-rules.md 2.9)."""

from dataclasses import dataclass
from datetime import date, datetime

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import CaseState, RectificationState
from coordinator.domain.policy import Policy
from coordinator.domain.result_intake import Result


@dataclass(frozen=True, kw_only=True)
class Rectification:
    """An order to remedy a problem by a date."""

    rectification_id: str
    round_id: str
    visit_id: str
    result_id: str
    object_id: str
    object_name: str
    item: str
    department: str
    problem: str
    article: str
    due_date: date
    state: RectificationState
    ordered_by: str
    ordered_at: datetime
    evidence: str | None = None
    reported_at: datetime | None = None
    closed_by: str | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Case:
    """An enforcement case from clue to closure, linked to visit, item and object."""

    case_id: str
    round_id: str
    visit_id: str
    result_id: str
    object_id: str
    object_name: str
    subject: str
    subject_name: str
    item: str
    department: str
    state: CaseState
    clue: str
    opened_by: str
    opened_at: datetime
    filing_reason: str | None = None
    filed_at: datetime | None = None
    decision_number: str | None = None
    decided_date: date | None = None
    penalty_kind: str | None = None
    facts: str | None = None
    basis: str | None = None
    decided_by: str | None = None
    executed_at: datetime | None = None
    closed_at: datetime | None = None


def require_problem(result: Result) -> None:
    """Refuse to act on a result that found nothing, or that nobody has approved."""
    if not result.has_problem:
        raise RuleBrokenError(Rule.NO_PROBLEM_FOUND, result=result.result_id)
    if not result.approved:
        raise RuleBrokenError(Rule.RESULT_NOT_APPROVED, result=result.result_id)


def require_penalty_kind(kind: str, policy: Policy) -> None:
    """Refuse a penalty kind outside the table."""
    if kind not in {entry.code for entry in policy.penalty_kinds}:
        raise RuleBrokenError(Rule.CODE_UNKNOWN, field="penalty_kind", code=kind)


def own_department(actor: str | None, department: str) -> None:
    """Refuse that a department acts on another one's matter."""
    if actor != department:
        raise RuleBrokenError(Rule.NOT_YOUR_DEPARTMENT, actor=actor or "-", department=department)
