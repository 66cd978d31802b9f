"""Messages about what follows a finding: reminders, transfers, copy notices, abnormal list (12)."""

from datetime import date
from enum import StrEnum

from pydantic import AwareDatetime

from contracts.vocabulary import Wire


class CopyNoticeOutcome(StrEnum):
    """What a department reports about a problem that it was told of."""

    HANDLED = "handled"
    CASE_OPENED = "case-opened"
    NOTED = "noted"
    NOT_COMPETENT = "not-competent"


class RectificationReminded(Wire):
    """The date of a rectification order is near, or has passed: then `days_left` is negative."""

    rectification_id: str
    visit_id: str
    object_id: str
    object_name: str
    department: str
    problem: str
    due_date: date
    days_left: int


class CopyNoticeSent(Wire):
    """A department is told of a problem within its duties, and answers by a date."""

    notice_id: str
    visit_id: str
    object_id: str
    object_name: str
    from_department: str
    department: str
    letter_number: str
    matter: str
    basis: str
    answer_due: date


class CopyNoticeReminded(Wire):
    """The answer to a copy notice is due, or overdue: then `days_left` is negative."""

    notice_id: str
    department: str
    letter_number: str
    answer_due: date
    days_left: int


class CopyNoticeWithdrawn(Wire):
    """A copy notice needs no answer any more."""

    notice_id: str
    department: str
    letter_number: str
    reason: str


class CopyNoticeAnswered(Wire):
    """What the department did about the problem, by whom and when."""

    notice_id: str
    department: str
    outcome: CopyNoticeOutcome
    answer: str
    person: str
    answered_at: AwareDatetime


class CaseTransferred(Wire):
    """A case or clue goes to the authority that is competent; it accepts it, or sends it back."""

    transfer_id: str
    visit_id: str
    object_id: str
    object_name: str
    subject: str
    subject_name: str
    from_department: str
    department: str
    severity: str
    letter_number: str
    matter: str
    reason: str
    materials: tuple[str, ...]
    answer_due: date


class TransferAnswered(Wire):
    """The receiver's receipt: accepted, or returned with the reason."""

    transfer_id: str
    department: str
    accepted: bool
    reason: str | None
    person: str
    answered_at: AwareDatetime


class PenaltyRevoked(Wire):
    """A penalty decision was undone after review, by a court, or by the organ itself."""

    case_id: str
    visit_id: str
    object_id: str
    department: str
    decision_number: str
    undone_by: str
    document: str
    document_date: date
    reason: str


class AbnormalListEntered(Wire):
    """A subject entered the list of business abnormalities."""

    entry_id: str
    subject: str
    subject_name: str
    organ: str
    grounds: tuple[str, ...]
    facts: str
    number: str
    entered_date: date


class AbnormalListRemoved(Wire):
    """A subject left the list of business abnormalities."""

    entry_id: str
    subject: str
    organ: str
    number: str
    removal_number: str
    removed_date: date
    reason: str
