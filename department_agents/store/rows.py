"""The rows of an agent's own SQLite file; a row is never trusted as a value."""

from datetime import UTC, date, datetime
from enum import StrEnum

from sqlalchemy import Dialect, Enum, Index, String, TypeDecorator, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel
from typing_extensions import override

from contracts.register_rows import Directory

# Raised with every change of a table; an agent refuses to open a file of another number,
# unless nothing but new tables has come since: those are made when it is opened.
SCHEMA_NUMBER = 6
ONLY_TABLES_BEHIND = frozenset({1, 2, 3, 4, 5})


class AgentRow(SQLModel, registry=registry()):
    """Base of an agent's rows: their own registry, whatever other tables a process knows."""


class UtcText(TypeDecorator[datetime]):
    """An aware UTC moment as ISO text: SQLite itself forgets the zone, and equal width sorts."""

    impl = String
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


def _words(kind: type[StrEnum]) -> Enum:
    """Store an enumeration by its values, which are never renamed, and read it back as members."""
    return Enum(
        kind, native_enum=False, values_callable=lambda members: [one.value for one in members]
    )


class OutboxState(StrEnum):
    """Where an outgoing message stands."""

    PENDING = "pending"
    UNROUTABLE = "unroutable"
    SENT = "sent"


class TaskState(StrEnum):
    """Where a department's part of a visit stands on its own side."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    REPORTED = "reported"
    WITHDRAWN = "withdrawn"


class MeasureState(StrEnum):
    """Where a joint-punishment measure stands; a lifted one must be answered again."""

    ORDERED = "ordered"
    APPLIED = "applied"
    LIFTED = "lifted"
    CLOSED = "closed"


class OutboxRow(AgentRow, table=True):
    """A message to the office, body bytes final, in the order of `outbox_id`."""

    __tablename__ = "outbox"
    __table_args__ = (Index("outbox_pending", "outbox_id", sqlite_where=text("state = 'pending'")),)

    outbox_id: int | None = Field(default=None, primary_key=True)
    message_id: str = Field(unique=True)
    aggregate: str
    recipient: str
    sequence: int
    exchange: str
    routing_key: str
    headers: str
    body: bytes
    type: str
    created_at: datetime = Field(sa_type=UtcText)
    available_at: datetime = Field(sa_type=UtcText)
    state: OutboxState = Field(default=OutboxState.PENDING, sa_type=_words(OutboxState))
    last_error: str | None = None
    sent_at: datetime | None = Field(default=None, sa_type=UtcText)


class SentSequenceRow(AgentRow, table=True):
    """The last sequence given to a recipient."""

    __tablename__ = "sent_sequence"

    recipient: str = Field(primary_key=True)
    sequence: int


class LeaseRow(AgentRow, table=True):
    """Who may relay; the epoch grows with each new holder and fences the former one."""

    __tablename__ = "lease"

    name: str = Field(primary_key=True)
    owner: str
    epoch: int
    expires_at: datetime = Field(sa_type=UtcText)


class InboxRow(AgentRow, table=True):
    """A message that was applied: once per consumer and message id."""

    __tablename__ = "inbox"

    consumer: str = Field(primary_key=True)
    message_id: str = Field(primary_key=True)
    body_hash: bytes
    received_at: datetime = Field(sa_type=UtcText)


class PassedSequenceRow(AgentRow, table=True):
    """Up to which sequence all of a queue was applied, parked or declared void."""

    __tablename__ = "passed_sequence"

    queue: str = Field(primary_key=True)
    passed: int


class _DeliveryRow(AgentRow):
    message_id: str = Field(primary_key=True)
    type: str
    user_id: str | None
    routing_key: str
    exchange: str
    queue: str
    headers: str
    body: bytes


class RetryRow(_DeliveryRow, table=True):
    """A delivery that waits: for its predecessor (`held_sequence`) or for its next attempt."""

    __tablename__ = "retry"

    attempts: int
    held_sequence: int | None
    first_at: datetime = Field(sa_type=UtcText)
    available_at: datetime = Field(sa_type=UtcText, index=True)
    error: str


class DeadLetterRow(_DeliveryRow, table=True):
    """A delivery that will never work as it is, kept for a person with the reason."""

    __tablename__ = "dead_letter"

    reason: str
    parked_at: datetime = Field(sa_type=UtcText)


class TaskRow(AgentRow, table=True):
    """One visit's part of this department: TaskPublished as JSON, its state, the last report."""

    __tablename__ = "task"

    visit_id: str = Field(primary_key=True)
    body: str
    state: TaskState = Field(sa_type=_words(TaskState))
    report_version: int = 0
    report: str | None = None
    returned_reason: str | None = None
    withdrawn_reason: str | None = None
    date_from: date = Field(index=True)
    received_at: datetime = Field(sa_type=UtcText)


class SharedResultRow(AgentRow, table=True):
    """Another organ's results of a visit we took part in: one row per report version."""

    __tablename__ = "shared_result"

    visit_id: str = Field(primary_key=True)
    from_department: str = Field(primary_key=True)
    report_version: int = Field(primary_key=True)
    body: str
    signature: str
    received_at: datetime = Field(sa_type=UtcText)


class MeasureRow(AgentRow, table=True):
    """A joint-punishment measure this department has to execute, and what it answered."""

    __tablename__ = "measure"

    order_id: str = Field(primary_key=True)
    body: str
    state: MeasureState = Field(sa_type=_words(MeasureState))
    feedback: str | None = None
    lifted_reason: str | None = None
    received_at: datetime = Field(sa_type=UtcText)


class RegisterUploadRow(AgentRow, table=True):
    """An upload of a directory to the office, and its receipt (RegisterImported as JSON)."""

    __tablename__ = "register_upload"

    upload_id: str = Field(primary_key=True)
    directory: Directory = Field(sa_type=_words(Directory))
    source: str
    number_of_rows: int
    number_of_chunks: int
    sent_at: datetime = Field(sa_type=UtcText)
    receipt: str | None = None
    received_at: datetime | None = Field(default=None, sa_type=UtcText)


class NoticeRow(AgentRow, table=True):
    """Something the department should know; signed messages keep their bytes as proof."""

    __tablename__ = "notice"

    notice_id: str = Field(primary_key=True)
    kind: str = Field(index=True)
    subject: str = Field(index=True)
    body: str
    signature: str | None
    alarm: str | None
    received_at: datetime = Field(sa_type=UtcText)


class HandoverRow(AgentRow, table=True):
    """A message on its way into the back office; `handed_at` is set once it is there."""

    __tablename__ = "handover"

    handover_id: int | None = Field(default=None, primary_key=True)
    message_id: str = Field(unique=True)
    type: str
    body: str
    handed_at: datetime | None = Field(default=None, sa_type=UtcText)
