"""Rows of what follows a finding: orders and cases."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from coordinator.adapters.db.columns import (
    indexed,
    instant,
    json_list,
    key,
    later_column,
    optional_json,
    text_column,
)


class RectificationRow(SQLModel, table=True):
    """A rectification order."""

    __tablename__ = "rectification"
    rectification_id: str = key()
    round_id: str = indexed()
    visit_id: str = indexed()
    result_id: str
    object_id: str = indexed()
    object_name: str
    item: str
    department: str
    problem: str = text_column()
    article: str = text_column()
    due_date: date
    state: str
    ordered_by: str
    ordered_at: datetime = instant()
    evidence: str | None = text_column()
    reported_at: datetime | None = instant()
    closed_by: str | None
    closed_at: datetime | None = instant()
    order_number: str | None
    first_due: date | None
    evidence_files: list[Any] = json_list()
    refusal: str | None = text_column()
    refused_by: str | None
    refused_at: datetime | None = instant()
    times_refused: int = later_column("0")
    extension_until: date | None
    extension_reason: str | None = text_column()
    extension_asked_at: datetime | None = instant()
    extension_granted: bool | None
    extension_note: str | None = text_column()
    extension_by: str | None
    extension_at: datetime | None = instant()
    reminded: list[Any] = json_list()
    overdue_noted_at: datetime | None = instant()
    case_id: str | None
    closing_note: str | None = text_column()


class CaseRow(SQLModel, table=True):
    """An enforcement case."""

    __tablename__ = "enforcement_case"
    case_id: str = key()
    round_id: str = indexed()
    visit_id: str = indexed()
    result_id: str
    object_id: str = indexed()
    object_name: str
    subject: str
    subject_name: str
    item: str
    department: str
    state: str
    clue: str = text_column()
    opened_by: str
    opened_at: datetime = instant()
    filing_reason: str | None = text_column()
    filed_at: datetime | None = instant()
    decision_number: str | None
    decided_date: date | None
    penalty_kind: str | None
    facts: str | None = text_column()
    basis: str | None = text_column()
    decided_by: str | None
    executed_at: datetime | None = instant()
    closed_at: datetime | None = instant()
    case_number: str | None
    filing_due: date | None
    filing_provisional: bool = later_column("false")
    filing_basis: dict[str, Any] | None = optional_json()
    decision_due: date | None
    execution_due: date | None
    fine_fen: int | None = Field(default=None, sa_type=BigInteger)
    certificate_number: str | None
    former: list[Any] = json_list()
    rectification_id: str | None
    severity: str | None
    publication_months: int | None


class DisposalNoteRow(SQLModel, table=True):
    """How a problem was handled that nothing else follows."""

    __tablename__ = "disposal_note"
    note_id: str = key()
    round_id: str = indexed()
    visit_id: str = indexed()
    result_id: str = indexed()
    department: str
    text: str = text_column()
    written_by: str
    written_at: datetime = instant()
