"""What the papers of listings, corrections and repairs must be given."""

from datetime import date

from pydantic import Field
from typing_extensions import override

from contracts.vocabulary import DelistingReason
from coordinator.adapters.documents.form_base import Form, Given, Text


class _Party(Form):
    """Whom a paper is about, and by which organ and text."""

    organ: Text
    subject: Text
    subject_name: Text
    list_name: Text
    founding_text: Text


class ListingNotice(_Party):
    """列入严重违法失信名单告知书 (2-rules.md 2.10): before anything is decided."""

    notice_number: str = ""
    notice_date: date
    penalty_decision: Text
    court: str = ""
    facts: Text
    conditions: tuple[Text, ...] = ()
    objection_working_days: int = Field(ge=1)
    term_months: int = Field(ge=1)

    @property
    @override
    def dated(self) -> date:
        """The day of the notice."""
        return self.notice_date


class ListingDecision(_Party):
    """列入严重违法失信名单决定书 (2-rules.md 2.10); the term begins on the decision's date."""

    decision_number: Text
    decision_date: date
    penalty_decision: Text
    facts: Text
    basis: Text
    term_until: date
    objection: str = ""
    objection_answer: str = ""
    measures: tuple[Text, ...] = ()
    earliest_repair_date: date | None = None

    @property
    @override
    def dated(self) -> date:
        """The day of the decision."""
        return self.decision_date


class CorrectedField(Given):
    """One field of an entry, before and after its correction."""

    field: Text
    before: Text
    after: Text


class CorrectionDecision(_Party):
    """更正严重违法失信名单信息决定书."""

    decision_number: Text
    decision_date: date
    term_until: date
    correction_number: Text
    correction_date: date
    reason: Text
    changes: tuple[CorrectedField, ...] = Field(min_length=1)

    @property
    @override
    def dated(self) -> date:
        """The day of the correction."""
        return self.correction_date


class DelistingDecision(_Party):
    """移出严重违法失信名单决定书: who leaves which list, since when listed, and why.

    `automatic`: the term ended, as the listing decision said; nobody decided anew.
    """

    delisting_number: Text
    delisting_date: date
    reason: DelistingReason
    decision_number: Text
    decision_date: date
    term_until: date
    measures: tuple[Text, ...] = ()
    automatic: bool = False

    @property
    @override
    def dated(self) -> date:
        """The day of the delisting."""
        return self.delisting_date


class _RepairPaper(_Party):
    """What both papers of a repair name."""

    decision_number: Text
    decision_date: date
    listing_number: Text
    listing_date: date


class RepairDecision(_RepairPaper):
    """准予 or 不予信用修复决定书: verified by one person, decided by another."""

    applied_date: date
    statement: Text
    verification: Text
    granted: bool
    reason: Text
    repair_text: Text

    @property
    @override
    def dated(self) -> date:
        """The day of the decision."""
        return self.decision_date


class RepairReceipt(Given):
    """Who has taken in a repair, or was shut out before it could, and on which day."""

    receiver: Text
    at: date


class RepairProof(_RepairPaper):
    """信用修复证明: everybody who was told of the listing has confirmed its end."""

    proof_date: date
    receipts: tuple[RepairReceipt, ...] = ()
    shut_out: tuple[RepairReceipt, ...] = ()

    @property
    @override
    def dated(self) -> date:
        """The day of the proof."""
        return self.proof_date
