"""Rows of the exchange with public platforms: records, batches, receipts, reconciliations."""

from datetime import date, datetime
from typing import Any

from sqlmodel import SQLModel

from coordinator.adapters.db.columns import (
    blob,
    indexed,
    instant,
    json_list,
    key,
    text_column,
)


class ExchangeRecordRow(SQLModel, table=True):
    """One thing on its way to one platform."""

    __tablename__ = "exchange_record"
    record_id: str = key()
    platform: str = indexed()
    kind: str = indexed()
    subject: str = indexed()
    title: str
    body: str = text_column()
    digest: str
    state: str = indexed()
    made_at: datetime = instant(index=True)
    attempt: int
    batch: int | None
    sent_at: datetime | None = instant()
    answered_at: datetime | None = instant()
    reason: str | None = text_column()
    note: str | None = text_column()


class ExchangeBatchRow(SQLModel, table=True):
    """One file of records to a platform."""

    __tablename__ = "exchange_batch"
    batch_id: str = key()
    platform: str = indexed()
    number: int
    file_name: str
    content: bytes = blob()
    digest: str
    number_of_records: int
    made_at: datetime = instant()
    written_at: datetime | None = instant()
    answered_at: datetime | None = instant()
    silent_at: datetime | None = instant()


class PlatformReplyRow(SQLModel, table=True):
    """A receipt file of a platform."""

    __tablename__ = "platform_reply"
    reply_id: str = key()
    platform: str = indexed()
    file_name: str
    digest: str
    received_at: datetime = instant()
    accepted: int
    refused: int
    unknown: Any = json_list()
    problem: str | None = text_column()


class ReconciliationRow(SQLModel, table=True):
    """A platform's list of a day compared with ours."""

    __tablename__ = "reconciliation"
    reconciliation_id: str = key()
    platform: str = indexed()
    day: date
    file_name: str
    digest: str
    made_by: str
    made_at: datetime = instant()
    ours: int
    theirs: int
    missing: Any = json_list()
    unknown: Any = json_list()
    different: Any = json_list()
