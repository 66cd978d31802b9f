"""Rows of what follows a finding: orders and cases."""

from datetime import date, datetime

from sqlmodel import SQLModel

from coordinator.adapters.db.columns import indexed, instant, key, text_column


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
