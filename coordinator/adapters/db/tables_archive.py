"""Rows of the archive."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from coordinator.adapters.db.columns import (
    blob,
    indexed,
    instant,
    json_column,
    json_object,
    key,
    later_column,
    optional_json,
    text_column,
)


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
    supplements: int | None = Field(default=None, nullable=True)
    sections: Any = json_object()
    kind: str = later_column("'clean'")
    retain_until: date | None = Field(default=None, nullable=True, index=True)
    state: str = later_column("'kept'")
    proposed_by: str | None = Field(default=None, nullable=True)
    proposed_at: datetime | None = instant()
    destroyed_by: str | None = Field(default=None, nullable=True)
    destroyed_at: datetime | None = instant()
    protocol: str | None = Field(default=None, nullable=True)
    due_noted_at: datetime | None = instant()


class AuditCheckpointRow(SQLModel, table=True):
    """The office's signed word on an entry of the audit chain."""

    __tablename__ = "audit_checkpoint"
    checkpoint: int = key()
    number: int = indexed()
    digest: str
    made_at: datetime = instant()
    previous: str
    signature: str = text_column()


class ChainVerificationRow(SQLModel, table=True):
    """A walk over the audit chain on record."""

    __tablename__ = "chain_verification"
    verification_id: str = key()
    verified_at: datetime = instant(index=True)
    verified_by: str
    state: Any = json_column()
    whole: bool


class ComplaintRow(SQLModel, table=True):
    """A complaint about an inspection."""

    __tablename__ = "complaint"
    complaint_id: str = key()
    number: str = Field(index=True, unique=True)
    channel: str
    text: str = text_column()
    departments: Any = json_column()
    visit_id: str | None = Field(default=None, nullable=True)
    name: str
    contact: str
    secret_digest: str
    state: str = indexed()
    received_at: datetime = instant()
    received_by: str
    received_date: date = Field(index=True)
    answer_due: date = Field(index=True)
    answer_provisional: bool
    answer_basis: Any = optional_json()
    examined_by: str | None = Field(default=None, nullable=True)
    examined_at: datetime | None = instant()
    extended_by: str | None = Field(default=None, nullable=True)
    extension_reason: str | None = Field(default=None, nullable=True)
    outcome: str | None = Field(default=None, nullable=True)
    answer: str | None = Field(default=None, sa_type=Text, nullable=True)
    measures: str | None = Field(default=None, sa_type=Text, nullable=True)
    forwarded_to: str | None = Field(default=None, nullable=True)
    answered_by: str | None = Field(default=None, nullable=True)
    answered_at: datetime | None = instant()
    answered_date: date | None = Field(default=None, nullable=True)
    withdrawn_at: datetime | None = instant()


class UnlistedMatterRow(SQLModel, table=True):
    """A matter outside the lists."""

    __tablename__ = "unlisted_matter"
    matter_id: str = key()
    department: str = indexed()
    place: str = indexed()
    object_name: str
    day: date = Field(index=True)
    code: str
    basis: str = text_column()
    matter: str = text_column()
    state: str = indexed()
    proposed_by: str
    proposed_at: datetime = instant()
    decided_by: str | None = Field(default=None, nullable=True)
    decided_at: datetime | None = instant()
    refusal: str | None = Field(default=None, nullable=True)
    outcome: str | None = Field(default=None, sa_type=Text, nullable=True)
    reported_by: str | None = Field(default=None, nullable=True)
    reported_at: datetime | None = instant()
