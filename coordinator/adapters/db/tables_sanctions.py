"""Rows of serious-violation lists and of the measures that follow."""

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
