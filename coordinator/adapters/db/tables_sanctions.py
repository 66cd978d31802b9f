"""Rows of serious-violation lists and of the measures that follow."""

from datetime import date, datetime
from typing import Any

from sqlmodel import SQLModel

from coordinator.adapters.db.columns import (
    indexed,
    instant,
    json_column,
    json_list,
    json_object,
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
    ground: str = later_column("'penalty'")
    ground_date: date | None
    court: str | None
    consent_number: str | None
    consent_organ: str | None
    consent_date: date | None
    consent_by: str | None
    notice_number: str | None
    delivered_date: date | None
    delivery_way: str | None
    delivered_by: str | None
    objected_at: datetime | None = instant()
    hearing_wanted: bool = later_column("false")
    hearing_date: date | None
    hearing_note: str | None = text_column()
    objection_answered_by: str | None
    rule_label: str | None
    corrected_at: datetime | None = instant()
    marked_objects: list[str] = json_list()
    repair_id: str | None
    delisting_note: str | None = text_column()
    delisting_requested_at: datetime | None = instant()
    delisting_due: date | None
    delisting_provisional: bool = later_column("false")
    delisting_basis: dict[str, Any] | None = json_column()
    ended_reason: str | None = text_column()
    ended_by: str | None
    ended_at: datetime | None = instant()


class ListingCorrectionRow(SQLModel, table=True):
    """A correction of a listed entry, with the fields before and after."""

    __tablename__ = "listing_correction"
    correction_id: str = key()
    listing_id: str = indexed()
    organ: str
    number: str
    reason: str = text_column()
    before: dict[str, Any] = json_object()
    after: dict[str, Any] = json_object()
    state: str
    proposed_by: str
    proposed_at: datetime = instant()
    ended_by: str | None
    ended_at: datetime | None = instant()
    ended_reason: str | None = text_column()
    sequence: int


class ListingEventRow(SQLModel, table=True):
    """A change of an entry as credit systems and departments were told of it."""

    __tablename__ = "listing_event"
    event_id: str = key()
    listing_id: str = indexed()
    subject: str = indexed()
    organ: str
    kind: str
    sequence: int
    number: int
    told_at: datetime = instant(index=True)
    systems: list[str] = json_list()
    departments: dict[str, str] = json_object()
    silent: list[str] = json_list()
    acknowledged_at: datetime | None = instant()
    asks_departments: bool = later_column("false")
    silent_departments: list[str] = json_list()


class ListingAcknowledgementRow(SQLModel, table=True):
    """A department's acknowledgement of one change of an entry."""

    __tablename__ = "listing_acknowledgement"
    acknowledgement_id: str = key()
    event_id: str = indexed()
    listing_id: str = indexed()
    department: str
    acknowledged_at: datetime = instant()


class CreditRepairRow(SQLModel, table=True):
    """An application for the repair of a listing."""

    __tablename__ = "credit_repair"
    repair_id: str = key()
    listing_id: str = indexed()
    subject: str = indexed()
    subject_name: str
    list_code: str
    organ: str = indexed()
    state: str
    channel: str
    applicant: str
    statement: str = text_column()
    evidence: str = text_column()
    applied_at: datetime = instant()
    applied_by: str
    regime: str
    severity: str | None
    earliest_date: date
    decision_due: date
    decision_provisional: bool
    decision_basis: dict[str, Any] | None = json_column()
    verification: str | None = text_column()
    verified_by: str | None
    verified_at: datetime | None = instant()
    decision_number: str | None
    decision_reason: str | None = text_column()
    decided_by: str | None
    decided_at: datetime | None = instant()
    ended_reason: str | None = text_column()
    ended_by: str | None


class PunishmentCaseRow(SQLModel, table=True):
    """A joint-punishment case: one listing, the rules that followed, its orders."""

    __tablename__ = "punishment_case"
    punishment_id: str = key()
    number: str
    listing_id: str = indexed()
    subject: str = indexed()
    subject_name: str
    list_code: str
    organ: str
    rules: list[str] = json_list()
    opened_at: datetime = instant()
    closed_at: datetime | None = instant()


class MeasureAnswerRow(SQLModel, table=True):
    """One answer of a department about a measure; a later one corrects it."""

    __tablename__ = "measure_answer"
    answer_id: str = key()
    order_id: str = indexed()
    listing_id: str = indexed()
    department: str
    number: int
    outcome: str
    reason: str | None = text_column()
    person: str
    done_at: datetime = instant()
    received_at: datetime = instant()
    was_valid: bool


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
    punishment_id: str | None
    rule_label: str | None
    lift_reason: str | None
    lifting_at: datetime | None = instant()
    lifting_due: date | None
    lifting_provisional: bool = later_column("false")
    lifting_basis: dict[str, Any] | None = json_column()
    reminders: int = later_column("0")
