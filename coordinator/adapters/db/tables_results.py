"""Rows of reports, results, disclosure and sharing."""

from datetime import date, datetime
from typing import Any

from sqlmodel import SQLModel

from coordinator.adapters.db.columns import (
    indexed,
    instant,
    json_column,
    key,
    later_column,
    text_column,
)


class ReportRow(SQLModel, table=True):
    """One version of a department's findings."""

    __tablename__ = "report"
    report_id: str = key()
    visit_id: str = indexed()
    department: str
    version: int
    entered_by: str
    visited_date: date
    present: Any = json_column()
    entity_opinion: str | None = text_column()
    findings: Any = json_column()
    received_at: datetime = instant()


class ResultRow(SQLModel, table=True):
    """The standing result of one item on one object."""

    __tablename__ = "result"
    result_id: str = key()
    round_id: str = indexed()
    visit_id: str = indexed()
    department: str = indexed()
    object_id: str = indexed()
    object_name: str
    item: str
    item_name: str
    version: int
    checked: bool
    method: str
    result_codes: Any = json_column()
    problem: str | None = text_column()
    legal_basis: str | None = text_column()
    follow_up: Any = json_column()
    visited_date: date
    has_problem: bool
    approved: bool
    disclosed: bool


class DisclosureRow(SQLModel, table=True):
    """One published result."""

    __tablename__ = "disclosure"
    disclosure_id: str = key()
    result_id: str = indexed()
    round_id: str = indexed()
    visit_id: str = indexed()
    task_number: str
    object_id: str = indexed()
    object_name: str
    item: str
    item_name: str
    department: str
    visited_date: date
    method: str
    result_codes: Any = json_column()
    disposal: Any = json_column()
    has_problem: bool
    due_date: date
    due_provisional: bool
    disclosed_at: datetime = instant(index=True)
    disclosed_by: str
    objection: str | None = text_column()
    objection_at: datetime | None = instant()
    objection_due: date | None
    objection_answer: str | None = text_column()
    due_basis: dict[str, Any] | None = json_column()
    objection_provisional: bool = later_column("false")
    objection_basis: dict[str, Any] | None = json_column()


class ShareRow(SQLModel, table=True):
    """One department's results on their way to another."""

    __tablename__ = "share"
    share_id: str = key()
    round_id: str = indexed()
    visit_id: str = indexed()
    from_department: str
    to_department: str
    version: int
    shared_at: datetime = instant()
    acknowledged_at: datetime | None = instant()
