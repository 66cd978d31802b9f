"""Rows of round, lottery and the visits with their teams."""

from datetime import date, datetime
from typing import Any

from sqlmodel import SQLModel

from coordinator.adapters.db.columns import (
    blob,
    indexed,
    instant,
    json_column,
    key,
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


class DepartmentTaskRow(SQLModel, table=True):
    """A department's part of a visit."""

    __tablename__ = "department_task"
    task_id: str = key()
    visit_id: str = indexed()
    round_id: str = indexed()
    department: str = indexed()
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
