"""Rows of uploads that departments send as messages."""

from datetime import datetime
from typing import Any

from sqlmodel import SQLModel

from coordinator.adapters.db.columns import instant, json_list
from coordinator.adapters.db.columns import key as key_column


class RegisterChunkRow(SQLModel, table=True):
    """A chunk of an upload; its rows go when the upload has ended."""

    __tablename__ = "register_chunk"
    import_id: str = key_column()
    number: int = key_column()
    number_of_chunks: int
    digest: str
    rows: Any = json_list()
    received_at: datetime = instant()
