"""Rows of teams after the draw: seats that changed hands."""

from datetime import datetime
from typing import Any

from sqlmodel import SQLModel

from coordinator.adapters.db.columns import indexed, instant, json_object, key, text_column


class MemberChangeRow(SQLModel, table=True):
    """A seat that somebody left after the draw, and who took it."""

    __tablename__ = "member_change"
    change_id: str = key()
    round_id: str = indexed()
    visit_id: str = indexed()
    unit: str = indexed()
    department: str
    slot: int
    number: int
    person_out: str
    person_in: str | None
    reason: str
    note: str = text_column()
    changed_at: datetime = instant()
    changed_by: str
    obstacles: Any = json_object()
