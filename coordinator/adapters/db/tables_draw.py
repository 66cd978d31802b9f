"""Rows of round, lottery and the visits with their teams."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import SQLModel

from coordinator.adapters.db.columns import (
    blob,
    indexed,
    instant,
    json_column,
    json_list,
    json_object,
    key,
    later_column,
    optional_json,
    text_column,
)


class RoundRow(SQLModel, table=True):
    """One lottery."""

    __tablename__ = "round"
    round_id: str = key()
    title: str
    plan_id: str = indexed()
    mode: str
    state: str
    attempt: int
    lines: Any = json_column()
    departments: Any = json_column()
    opened_at: datetime = instant()
    deadline_at: datetime = instant()
    embargo_date: date
    previous: str
    public_frames: bool
    freeze_requested_by: str | None
    frozen_by: str | None
    frozen_at: datetime | None = instant()
    commit_hash: str | None
    draw_requested_by: str | None
    drawn_by: str | None
    drawn_at: datetime | None = instant()
    outcome: str | None
    reason: str | None = text_column()
    transcript_hash: str | None
    concluded_at: datetime | None = instant()
    disclosed_at: datetime | None = instant()
    record_folder: str | None
    verify_result: str | None = text_column()
    supplement_of: str | None = indexed()
    first_attempt: int = later_column("1")
    sources: Any = json_list()
    refreeze_requested_by: str | None
    refreeze_reason: str | None = text_column()


class ContributorRow(SQLModel, table=True):
    """One party of a round's lottery."""

    __tablename__ = "contributor"
    round_id: str = key()
    code: str = key()
    head: str | None
    committed_at: datetime | None = instant()
    receipt_at: str | None
    receipt_signature: str | None = text_column()
    receipt_attempt: int
    value: str | None
    value_attempt: int
    revealed_at: datetime | None = instant()
    number_of_reminders: int = later_column("0")
    duty_reminders: int = later_column("0")
    reminded_at: datetime | None = instant()
    number_silent: int = later_column("0")
    left_out_at: datetime | None = instant()
    left_out_by: str | None


class OfficeChainRow(SQLModel, table=True):
    """The office's own secret of a round."""

    __tablename__ = "office_chain"
    round_id: str = key()
    secret: str


class RecordFileRow(SQLModel, table=True):
    """One file of a round's record."""

    __tablename__ = "record_file"
    round_id: str = key()
    attempt: int = key()
    name: str = key()
    body: bytes = blob()
    key: str | None
    root: str | None
    number_of_records: int
    path: str | None
    digest: str | None
    counts: Any = optional_json()


class VoidAttemptRow(SQLModel, table=True):
    """An attempt that ended without a draw."""

    __tablename__ = "void_attempt"
    round_id: str = key()
    attempt: int = key()
    cause: str
    commit_hash: str
    silent: Any = json_list()
    revealed: Any = json_list()
    statements: Any = json_object()
    reason: str = text_column()
    transcript_hash: str
    frozen_at: datetime | None = instant()
    deadline_at: datetime = instant()
    voided_at: datetime = instant()
    voided_by: str


class CancellationRow(SQLModel, table=True):
    """Why a round is given up before its draw, and by whom."""

    __tablename__ = "cancellation"
    round_id: str = key()
    reason: str
    note: str = text_column()
    requested_by: str
    requested_at: datetime = instant()
    lines: Any = json_list()
    awaited: Any = json_list()
    decided_by: str | None
    decided_at: datetime | None = instant()


class SilenceStatementRow(SQLModel, table=True):
    """A contributor's signed statement why it was silent."""

    __tablename__ = "silence_statement"
    round_id: str = key()
    attempt: int = key()
    contributor: str = key()
    statement: str = text_column()
    at: str
    signature: str = text_column()
    received_at: datetime = instant()


class SourceReadingRow(SQLModel, table=True):
    """The value of an external source."""

    __tablename__ = "source_reading"
    round_id: str = key()
    attempt: int = key()
    name: str = key()
    value: str = text_column()
    signature: str | None = text_column()
    entered_at: datetime = instant()
    entered_by: str


class VisitRow(SQLModel, table=True):
    """A joint task."""

    __tablename__ = "visit"
    visit_id: str = key()
    round_id: str = indexed()
    place: str = indexed()
    place_name: str
    address: str
    region: str
    mode: str
    desk: bool
    date_from: date
    date_to: date
    departments: Any = json_column()
    lead_department: str = indexed()
    state: str = indexed()
    task_number: str | None
    visit_code: str | None = indexed()
    approved_by: str | None
    published_at: datetime | None = instant()
    opened_at: datetime | None = instant()
    finished_at: datetime | None = instant()
    withdrawn_reason: str | None


class VisitCheckRow(SQLModel, table=True):
    """One check of a visit."""

    __tablename__ = "visit_check"
    __table_args__ = (
        # What was left out is rare, and asked for among all checks of a year.
        Index(
            "ix_visit_check_left_out",
            "visit_id",
            sqlite_where=text("left_out IS NOT NULL"),
            postgresql_where=text("left_out IS NOT NULL"),
        ),
    )
    check_id: str = key()
    round_id: str = indexed()
    visit_id: str = indexed()
    line: str
    object_id: str = indexed()
    object_name: str
    item: str
    item_name: str
    department: str
    minutes: int
    method: str
    due_check: str = later_column("''")
    left_out: str | None


class DepartmentTaskRow(SQLModel, table=True):
    """A department's part of a visit."""

    __tablename__ = "department_task"
    __table_args__ = (
        # Tasks counted by department without reading the table; it finds a department's too.
        Index("ix_department_task_appraisal", "department", "round_id", "state", "published_at"),
    )
    task_id: str = key()
    visit_id: str = indexed()
    round_id: str = indexed()
    department: str
    state: str = indexed()
    quota: int
    report_version: int
    published_at: datetime | None = instant()
    accepted_at: datetime | None = instant()
    accepted_by: str | None
    submitted_at: datetime | None = instant()
    reviewed_by: str | None
    reviewed_at: datetime | None = instant()
    return_reason: str | None
    disclosure_due: date | None
    disclosure_provisional: bool
    disclosure_basis: dict[str, Any] | None = json_column()
    disclosed_at: datetime | None = instant()
    report_due: date | None
    report_provisional: bool = later_column("false")
    report_basis: dict[str, Any] | None = json_column()
    feedback_due: date | None
    feedback_provisional: bool = later_column("false")
    feedback_basis: dict[str, Any] | None = json_column()
    feedback_at: datetime | None = instant()
    feedback_by: str | None
    feedback_note: str | None = text_column()
    feedback_late_reason: str | None = text_column()
    correction: bool = later_column("false")
    correction_reason: str | None = text_column()
    tests_out: int = later_column("0")
    attempt: int = later_column("1")
    lapses_told: Any = json_list()


class TeamMemberRow(SQLModel, table=True):
    """A seat of a visit's team."""

    __tablename__ = "team_member"
    member_id: str = key()
    round_id: str = indexed()
    visit_id: str = indexed()
    department: str
    slot: int
    person_id: str = indexed()
    leader: bool
    expert: bool
    how: str
    unit: str = later_column("''")
    record_id: str = later_column("''")
