"""Rows of the archive."""

from datetime import datetime

from sqlmodel import SQLModel

from coordinator.adapters.db.columns import blob, indexed, instant, key, text_column


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
