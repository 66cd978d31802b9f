"""Rows of results, disclosure, follow-up, listings, measures and the archive."""

from datetime import date, datetime
from typing import Any

from sqlmodel import SQLModel

from coordinator.adapters.db.columns import (
    blob,
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


class ListingRow(SQLModel, table=True):
    """A subject on a serious-violation list."""

    __tablename__ = "listing"
    listing_id: str = key()
    subject: str = indexed()
    subject_name: str
    list_code: str
    case_id: str = indexed()
    round_id: str = indexed()
    organ: str
    penalty_decision: str
    facts: str = text_column()
    basis: str = text_column()
    state: str
    proposed_by: str
    proposed_at: datetime = instant()
    notified_by: str | None
    notified_at: datetime | None = instant()
    objection_until: date | None
    objection_provisional: bool
    objection_basis: dict[str, Any] | None = json_column()
    objection: str | None = text_column()
    objection_answer: str | None = text_column()
    decision_number: str | None
    decision_date: date | None
    decided_by: str | None
    confirmed_by: str | None
    listed_at: datetime | None = instant()
    term_until: date | None
    sequence: int
    delisting_reason: str | None
    delisting_number: str | None
    delisting_requested_by: str | None
    delisted_by: str | None
    delisted_at: datetime | None = instant()


class MeasureOrderRow(SQLModel, table=True):
    """A measure ordered from one department."""

    __tablename__ = "measure_order"
    order_id: str = key()
    round_id: str = indexed()
    listing_id: str = indexed()
    subject: str = indexed()
    subject_name: str
    measure: str
    department: str = indexed()
    state: str
    ordered_at: datetime = instant()
    until: date
    feedback_due: date
    outcome: str | None
    reason: str | None = text_column()
    person: str | None
    answered_at: datetime | None = instant()
    lifted_at: datetime | None = instant()
    feedback_provisional: bool = later_column("false")
    feedback_basis: dict[str, Any] | None = json_column()


class PackageRow(SQLModel, table=True):
    """An archive package."""

    __tablename__ = "archive_package"
    number: int = key()
    visit_id: str = indexed()
    round_id: str = indexed()
    body: bytes = blob()
    previous: str
    digest: str
    signature: str = text_column()
    archived_at: datetime = instant()
