"""Enforcement cases 立案查处: clue, filing, decision, execution, review, closure (2.9)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lifecycle import CaseState
from coordinator.domain.policy import Policy
from coordinator.domain.working_days import Basis

AMOUNT, CERTIFICATE = "amount", "certificate"
"""What kinds of penalty ask for, as the table of kinds names it."""


class ReviewKind(StrEnum):
    """Who undid a decision: administrative review, a court, or the organ itself."""

    REVIEW = "administrative-review"
    COURT = "court"
    SELF = "self-correction"


@dataclass(frozen=True, kw_only=True)
class PenaltyDecision:
    """A penalty decision: number, date, kind (code table), facts and legal basis.

    `fine_fen` is an amount in fen (1/100 yuan), where the kind is a fine; `certificate_number`
    what was withdrawn, where the kind withdraws a certificate. `severity` and `publication_months`
    are the organ's own statement, where the dated rules of publication ask for it; never assumed.
    """

    decision_number: str
    decided_date: date
    penalty_kind: str
    facts: str
    basis: str
    fine_fen: int | None = None
    certificate_number: str | None = None
    severity: str | None = None
    publication_months: int | None = None


@dataclass(frozen=True, kw_only=True)
class FormerDecision:
    """A decision that was undone, with the document that undid it."""

    decision_number: str
    decided_date: date | None
    penalty_kind: str | None
    undone_by: ReviewKind
    document: str
    document_date: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class Case:
    """An enforcement case from clue to closure, linked to visit, item and object.

    Its clocks: `filing_due` in working days from the clue, `decision_due` from the filing,
    `execution_due` from the decision. A revoked decision moves to `former`.
    """

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
    case_number: str | None = None
    filing_due: date | None = None
    filing_provisional: bool = False
    filing_basis: Basis | None = None
    decision_due: date | None = None
    execution_due: date | None = None
    fine_fen: int | None = None
    certificate_number: str | None = None
    former: tuple[FormerDecision, ...] = ()
    rectification_id: str | None = None
    severity: str | None = None
    publication_months: int | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing remains to be done in it here."""
        return self.state in (CaseState.NOT_FILED, CaseState.CLOSED)

    @property
    def decision_stands(self) -> bool:
        """Whether a penalty decision was made and nobody has undone it."""
        return self.decision_number is not None and self.penalty_kind is not None


def require_decision(
    case: Case, decision: PenaltyDecision, policy: Policy, days: tuple[date | None, date]
) -> None:
    """Refuse a decision without number, of an unknown kind, of a wrong day, or without its data.

    `days`: when the case was filed, where it was, and today, as the office counts them.
    """
    given(decision.decision_number, "decision_number", case.case_id)
    require_penalty_kind(decision.penalty_kind, policy)
    filed, today = days
    early = filed is not None and decision.decided_date < filed
    if early or decision.decided_date > today:
        raise RuleBrokenError(
            Rule.DECISION_DATE_WRONG,
            date=decision.decided_date.isoformat(),
            filed=filed.isoformat() if filed else "-",
            today=today.isoformat(),
        )
    kind = next(each for each in policy.penalty_kinds if each.code == decision.penalty_kind)
    wanted = {AMOUNT: decision.fine_fen, CERTIFICATE: decision.certificate_number}
    for name, value in wanted.items():
        if name in kind.asks and not value:
            raise RuleBrokenError(Rule.DECISION_DATA_MISSING, what=name, kind=kind.code)
        if name not in kind.asks and value:
            raise RuleBrokenError(Rule.DECISION_DATA_UNASKED, what=name, kind=kind.code)


def undone(case: Case, by: FormerDecision) -> Case:
    """Give the case without its decision, which is kept as a former one."""
    return replace(
        case,
        former=(*case.former, by),
        decision_number=None,
        decided_date=None,
        penalty_kind=None,
        fine_fen=None,
        certificate_number=None,
        severity=None,
        publication_months=None,
        execution_due=None,
        executed_at=None,
        closed_at=None,
    )


def require_penalty_kind(kind: str, policy: Policy) -> None:
    """Refuse a penalty kind outside the table."""
    if kind not in {entry.code for entry in policy.penalty_kinds}:
        raise RuleBrokenError(Rule.CODE_UNKNOWN, field="penalty_kind", code=kind)
