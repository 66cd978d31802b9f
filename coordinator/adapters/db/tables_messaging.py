"""Rows of outbox, inbox, dead letters, credit log, audit chain and number series."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from coordinator.adapters.db.columns import (
    blob,
    indexed,
    instant,
    json_column,
    key,
    text_column,
)

_BIG_KEY = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts INTEGER keys only


def _counted_key() -> Any:
    return Field(default=None, sa_column=Column(_BIG_KEY, primary_key=True, autoincrement=True))


class OutboxRow(SQLModel, table=True):
    """One message for one recipient, written once in the business transaction."""

    __tablename__ = "outbox"
    outbox_id: int | None = _counted_key()
    message_id: str
    aggregate: str = indexed()
    recipient: str
    sequence: int
    exchange: str
    routing_key: str
    headers: Any = json_column()
    body: bytes = blob()
    type: str
    created_at: datetime = instant()
    available_at: datetime = instant()

    __table_args__ = (
        UniqueConstraint("recipient", "sequence"),
        # A credit event is one message on several queues.
        UniqueConstraint("message_id", "recipient"),
    )


class OutboxStateRow(SQLModel, table=True):
    """What became of a message of the outbox; see outbox_rows for why it stands apart."""

    __tablename__ = "outbox_state"
    outbox_id: int = Field(sa_column=Column(_BIG_KEY, primary_key=True, autoincrement=False))
    state: str
    last_error: str | None = text_column()
    sent_at: datetime | None = instant()

    __table_args__ = (
        Index(
            "ix_outbox_state_pending",
            "outbox_id",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
    )


class RelayLeaseRow(SQLModel, table=True):
    """Who may relay; the epoch grows with each new holder."""

    __tablename__ = "relay_lease"
    name: str = key()
    owner: str
    epoch: int
    expires_at: datetime = instant()


class InboxRow(SQLModel, table=True):
    """A message taken in, by id; the same id with another body is parked."""

    __tablename__ = "inbox"
    consumer: str = key()
    message_id: str = key()
    body_hash: str
    type: str
    sender: str
    correlation: str = indexed()
    received_at: datetime = instant()


class RetryRow(SQLModel, table=True):
    """A delivery that may work later."""

    __tablename__ = "retry"
    message_id: str = key()
    delivery: Any = json_column()
    body: bytes = blob()
    attempts: int
    available_at: datetime = instant(index=True)
    last_error: str = text_column()
    correlation: str | None = Field(default=None, index=True)


class DeadLetterRow(SQLModel, table=True):
    """A parked or unrouted message."""

    __tablename__ = "dead_letter"
    dead_letter_id: int | None = _counted_key()
    message_id: str
    type: str
    queue: str
    routing_key: str
    user_id: str | None
    headers: Any = json_column()
    body: bytes = blob()
    reason: str = text_column()
    fingerprint: str = indexed()
    state: str
    replay_count: int
    parked_at: datetime = instant()
    correlation: str | None = Field(default=None, index=True)

    __table_args__ = (UniqueConstraint("message_id", "queue"),)


class CreditEventRow(SQLModel, table=True):
    """The append-only, gap-free log for credit systems."""

    __tablename__ = "credit_event"
    number: int = Field(sa_column=Column(_BIG_KEY, primary_key=True, autoincrement=False))
    message_id: str = Field(unique=True)
    type: str
    subject: str = indexed()
    body: bytes = blob()
    signature: str = text_column()
    created_at: datetime = instant()


class CreditAcknowledgementRow(SQLModel, table=True):
    """What a credit system has taken in."""

    __tablename__ = "credit_acknowledgement"
    acknowledgement_id: str = key()
    system: str = indexed()
    number: int
    message_id: str
    acknowledged_at: datetime = instant()


class ResendRow(SQLModel, table=True):
    """A gap that a department asked for, and what came of it."""

    __tablename__ = "resend"
    resend_id: str = key()
    department: str = indexed()
    queue: str
    first: int
    last: int
    number_resent: int
    number_voided: int
    requested_at: datetime = instant(index=True)


class AuditEntryRow(SQLModel, table=True):
    """One act of the audit chain."""

    __tablename__ = "audit_entry"
    number: int = Field(sa_column=Column(_BIG_KEY, primary_key=True, autoincrement=False))
    at: datetime = instant()
    actor: str
    tag: str = indexed()
    subject: str = indexed()
    facts: Any = json_column()
    previous: str
    digest: str


class SeriesRow(SQLModel, table=True):
    """The last number given of a gap-free series."""

    __tablename__ = "series"
    name: str = key()
    last: int
