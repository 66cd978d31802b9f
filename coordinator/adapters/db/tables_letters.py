"""Rows of letters to other authorities: transfers and copy notices."""

from datetime import date, datetime
from typing import Any

from sqlmodel import SQLModel

from coordinator.adapters.db.columns import (
    indexed,
    instant,
    json_list,
    key,
    later_column,
    optional_json,
    text_column,
)


class TransferRow(SQLModel, table=True):
    """A case or clue on its way to another authority."""

    __tablename__ = "transfer"
    transfer_id: str = key()
    round_id: str = indexed()
    visit_id: str = indexed()
    result_id: str = indexed()
    case_id: str = indexed()
    object_id: str = indexed()
    object_name: str
    subject: str
    subject_name: str
    department: str
    severity: str
    route: str
    receiver: str
    receiver_name: str
    letter_number: str
    matter: str = text_column()
    reason: str = text_column()
    materials: list[Any] = json_list()
    state: str
    sent_by: str
    sent_at: datetime = instant()
    answer_due: date
    answer_provisional: bool = later_column("false")
    answer_basis: dict[str, Any] | None = optional_json()
    case_state: str | None
    answer: str | None = text_column()
    answered_by: str | None
    answered_at: datetime | None = instant()
    outcome: str | None = text_column()
    closed_at: datetime | None = instant()
    overdue_noted_at: datetime | None = instant()


class CopyNoticeRow(SQLModel, table=True):
    """What one department is told of a problem, and what it answers."""

    __tablename__ = "copy_notice"
    notice_id: str = key()
    round_id: str = indexed()
    visit_id: str = indexed()
    result_id: str = indexed()
    object_id: str = indexed()
    object_name: str
    department: str
    receiver: str = indexed()
    letter_number: str
    matter: str = text_column()
    basis: str = text_column()
    state: str
    sent_by: str
    sent_at: datetime = instant()
    answer_due: date
    answer_provisional: bool = later_column("false")
    answer_basis: dict[str, Any] | None = optional_json()
    outcome: str | None
    answer: str | None = text_column()
    answered_by: str | None
    answered_at: datetime | None = instant()
    withdrawn_reason: str | None = text_column()
    reminded: list[Any] = json_list()
    overdue_noted_at: datetime | None = instant()


class AbnormalEntryRow(SQLModel, table=True):
    """One entry of the list of business abnormalities."""

    __tablename__ = "abnormal_entry"
    entry_id: str = key()
    round_id: str = indexed()
    visit_id: str = indexed()
    result_id: str = indexed()
    object_id: str = indexed()
    object_name: str
    subject: str = indexed()
    subject_name: str
    department: str
    organ: str
    grounds: list[Any] = json_list()
    facts: str = text_column()
    state: str
    proposed_by: str
    proposed_at: datetime = instant()
    number: str | None
    entered_date: date | None
    decided_by: str | None
    decided_at: datetime | None = instant()
    reason: str | None = text_column()
    removal_number: str | None
    removed_date: date | None
    removal_reason: str | None = text_column()
    removed_by: str | None
    removed_at: datetime | None = instant()
