"""Rows of the keys with which departments sign."""

from datetime import datetime

from sqlmodel import SQLModel

from coordinator.adapters.db.columns import indexed, instant, key, text_column


class DepartmentKeyRow(SQLModel, table=True):
    """A key of a department's agent, by its thumbprint."""

    __tablename__ = "department_key"
    key_id: str = key()
    department: str = indexed()
    public_key: str = text_column()
    state: str = indexed()
    proposed_by: str
    proposed_at: datetime = instant()
    old_until: datetime | None = instant()
    registered_by: str | None
    registered_at: datetime | None = instant()
    ends_at: datetime | None = instant()
    reason: str = text_column()
