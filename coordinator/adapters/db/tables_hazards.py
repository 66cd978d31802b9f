"""Rows of major hazards, and of samples with their laboratory reports."""

from datetime import date, datetime
from typing import Any

from sqlmodel import SQLModel

from coordinator.adapters.db.columns import (
    indexed,
    instant,
    json_column,
    json_list,
    key,
    later_column,
    optional_json,
    text_column,
)


class HazardRow(SQLModel, table=True):
    """A major hazard."""

    __tablename__ = "hazard"
    hazard_id: str = key()
    round_id: str = indexed()
    visit_id: str = indexed()
    result_id: str = indexed()
    object_id: str = indexed()
    object_name: str
    subject: str
    item: str
    department: str
    matter: str = text_column()
    basis: str = text_column()
    state: str
    registered_by: str
    registered_at: datetime = instant()
    rejection: str | None = text_column()
    confirmed_by: str | None
    confirmed_at: datetime | None = instant()
    stop_number: str | None
    stop_scope: str | None = text_column()
    removal_due: date | None
    plan: str | None = text_column()
    plan_person: str | None
    planned_at: datetime | None = instant()
    listed_number: str | None
    listed_by: str | None
    listed_at: datetime | None = instant()
    listing_requirements: str | None = text_column()
    evidence: str | None = text_column()
    evidence_files: list[Any] = json_list()
    removed_at: datetime | None = instant()
    refusal: str | None = text_column()
    times_refused: int = later_column("0")
    review_opinion: str | None = text_column()
    reviewed_by: str | None
    reviewed_at: datetime | None = instant()
    consent_number: str | None
    consented_by: str | None
    consented_at: datetime | None = instant()
    exposure: str | None = text_column()
    exposed_by: str | None
    exposed_at: datetime | None = instant()
    marked_at: datetime | None = instant()
    closed_by: str | None
    closed_at: datetime | None = instant()
    closing_note: str | None = text_column()
    # No longer used: reminders of hazards are kept with those of the other clocks (`told_clock`).
    reminded: list[Any] = json_list()
    overdue_noted_at: datetime | None = instant()


class SampleRow(SQLModel, table=True):
    """A sample and what laboratories reported of it."""

    __tablename__ = "sample"
    sample_id: str = key()
    round_id: str = indexed()
    visit_id: str = indexed()
    object_id: str = indexed()
    object_name: str
    item: str
    department: str
    sheet_number: str
    product: str
    quantity: str
    taken_date: date
    laboratory: Any = json_column()
    state: str
    entered_by: str
    entered_at: datetime = instant()
    preliminary: dict[str, Any] | None = optional_json()
    final: dict[str, Any] | None = optional_json()
    final_date: date | None
    retest_due: date | None
    retest_provisional: bool = later_column("false")
    retest_basis: dict[str, Any] | None = optional_json()
    retest_reason: str | None = text_column()
    retest_laboratory: dict[str, Any] | None = optional_json()
    retest: dict[str, Any] | None = optional_json()
    closed_by: str | None
    closed_at: datetime | None = instant()
