"""Rows of reports, results, disclosure and sharing."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel

from coordinator.adapters.db.columns import (
    indexed,
    instant,
    json_column,
    json_list,
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
    late_reason: str | None = text_column()
    days_late: int = later_column("0")
    supplement_reason: str | None = text_column()
    code_set: str | None
    evaluation: str | None = text_column()
    opinion: str | None = text_column()
    process_records: Any = json_list()
    signature: dict[str, Any] | None = json_column()
    doubts: Any = json_list()
    drafts: Any = json_list()


class StoredEvidenceRow(SQLModel, table=True):
    """A file of evidence that was brought to the office; the bytes lie on disk by hash."""

    __tablename__ = "stored_evidence"
    evidence_id: str = key()
    visit_id: str = indexed()
    department: str
    sha256: str = indexed()
    media_type: str
    size: int = Field(sa_type=BigInteger)
    stored_by: str
    stored_at: datetime = instant()
    state: str = Field(
        nullable=False, index=True, sa_column_kwargs={"server_default": text("'kept'")}
    )
    destroyed_by: str | None = Field(default=None, nullable=True)
    destroyed_at: datetime | None = instant()
    protocol: str | None = text_column()


class ReviewDecisionRow(SQLModel, table=True):
    """What an approver decided about one version of a report."""

    __tablename__ = "review_decision"
    decision_id: str = key()
    visit_id: str = indexed()
    department: str
    version: int
    verdict: str
    reason: str = text_column()
    decided_by: str
    decided_at: datetime = instant()


class HearingRow(SQLModel, table=True):
    """The note of a collective hearing on one version of a report."""

    __tablename__ = "hearing"
    hearing_id: str = key()
    visit_id: str = indexed()
    department: str
    version: int
    held_date: date
    participants: Any = json_column()
    text: str = text_column()
    noted_by: str
    noted_at: datetime = instant()


class ResultRow(SQLModel, table=True):
    """The standing result of one item on one object."""

    __tablename__ = "result"
    __table_args__ = (
        # Whether anybody has checked an item in some rounds, found without reading the table.
        Index("ix_result_item", "item", "department", "round_id", "checked"),
    )
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
    settled_at: datetime | None = instant()
    exempt_reason: str | None
    exempt_by: str | None


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
    objection_until: date | None
    objection_channel: str | None
    objection_outcome: str | None
    objection_answered_at: datetime | None = instant()
    objection_answered_by: str | None
    version: int = later_column("1")
    supersedes: str | None
    superseded_by: str | None = indexed()
    superseded_at: datetime | None = instant()
    correcting_at: datetime | None = instant()
    correction_reason: str | None = text_column()
    withdrawal_asked_by: str | None
    withdrawal_asked_at: datetime | None = instant()
    withdrawal_reason: str | None
    withdrawal_note: str | None = text_column()
    withdrawn_by: str | None
    withdrawn_at: datetime | None = instant()
    public_until: date | None
    retired_at: datetime | None = instant()


class DisclosureExemptionRow(SQLModel, table=True):
    """A request not to publish one result, and what an approver decided."""

    __tablename__ = "disclosure_exemption"
    exemption_id: str = key()
    result_id: str = indexed()
    round_id: str = indexed()
    visit_id: str = indexed()
    department: str = indexed()
    object_name: str
    item_name: str
    version: int
    reason: str
    note: str = text_column()
    asked_by: str
    asked_at: datetime = instant()
    state: str
    decided_by: str | None
    decided_at: datetime | None = instant()
    decision_note: str | None = text_column()


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
    subscribed: bool = later_column("false")
    sent_again: int = later_column("0")
    last_sent_at: datetime | None = instant()
    silent_at: datetime | None = instant()


class ResultSubscriptionRow(SQLModel, table=True):
    """A department that wants the results of one kind of object."""

    __tablename__ = "result_subscription"
    subscription_id: str = key()
    department: str = indexed()
    object_type: str
    reason: str = text_column()
    asked_by: str
    asked_at: datetime = instant()
    ended_by: str | None
    ended_at: datetime | None = instant()
