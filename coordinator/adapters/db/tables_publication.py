"""Rows of what is published of draws and of penalties, and of credit files."""

from datetime import date, datetime
from typing import Any

from sqlmodel import SQLModel

from coordinator.adapters.db.columns import indexed, instant, json_list, key, text_column


class VerificationRow(SQLModel, table=True):
    """An auditor's signed statement about a record."""

    __tablename__ = "verification"
    verification_id: str = key()
    round_id: str = indexed()
    auditor: str
    verdict: str
    words: str = text_column()
    statement: str = text_column()
    signature: str = text_column()
    signed_at: datetime = instant()


class RoundAuditRow(SQLModel, table=True):
    """The self-audit figures of one round."""

    __tablename__ = "round_audit"
    round_id: str = key()
    computed_at: datetime = instant()
    strata: Any = json_list()
    pairs: Any = json_list()


class PenaltyPublicationRow(SQLModel, table=True):
    """The publication of one penalty decision."""

    __tablename__ = "penalty_publication"
    publication_id: str = key()
    case_id: str = indexed()
    result_id: str = indexed()
    round_id: str
    visit_id: str = indexed()
    object_id: str
    object_name: str
    subject: str = indexed()
    subject_name: str
    item: str
    department: str
    decision_number: str
    decided_date: date
    penalty_kind: str
    state: str = indexed()
    regime: str
    made_at: datetime = instant()
    rule: str | None
    severity: str | None
    months: int | None
    earliest_date: date | None
    shown_until: date | None
    shown_at: datetime | None = instant()
    times_shown: int
    ended_at: datetime | None = instant()
    end: str | None
    end_document: str | None
    applicant: str | None
    statement: str | None = text_column()
    evidence: str | None = text_column()
    verification: str | None = text_column()
    repair_asked_by: str | None
    repair_asked_at: datetime | None = instant()
    repair_number: str | None
    repair_reason: str | None = text_column()
    repair_granted: bool | None
    repair_decided_by: str | None
    repair_decided_at: datetime | None = instant()


class CreditFileRow(SQLModel, table=True):
    """One version of the credit file of an enterprise and year."""

    __tablename__ = "credit_file"
    file_id: str = key()
    subject: str = indexed()
    subject_name: str
    year: int = indexed()
    version: int
    made_at: datetime = instant()
    made_by: str
    table_label: str
    entries: Any = json_list()
    official_class: str | None
    score: int | None
    local_class: str | None
