"""Rows of teams after the draw: seats that changed hands, trainings before the visits."""

from datetime import date, datetime
from typing import Any

from sqlmodel import SQLModel

from coordinator.adapters.db.columns import (
    indexed,
    instant,
    json_column,
    json_object,
    key,
    text_column,
)


class TrainingRow(SQLModel, table=True):
    """A training before a round's visits, as the office confirmed it for one organ."""

    __tablename__ = "training"
    training_id: str = key()
    round_id: str = indexed()
    department: str = indexed()
    held_date: date
    document: str = text_column()
    content: str = text_column()
    discipline: str = text_column()
    trained: Any = json_column()
    absent: Any = json_column()
    confirmed_by: str
    confirmed_at: datetime = instant()


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
