"""Rows of leads, and of checks that no lot asked for."""

from datetime import date, datetime
from typing import Any

from sqlmodel import SQLModel

from coordinator.adapters.db.columns import (
    indexed,
    instant,
    json_column,
    json_list,
    key,
    later_column,
    text_column,
)


class LeadRow(SQLModel, table=True):
    """A lead from outside the lottery."""

    __tablename__ = "lead"
    lead_id: str = key()
    kind: str
    source: str
    reference: str
    object_id: str = indexed()
    object_name: str
    department: str = indexed()
    items: Any = json_column()
    matter: str = text_column()
    received_date: date
    deadline: date
    state: str = indexed()
    registered_by: str
    registered_at: datetime = instant()
    reason: str = text_column()
    decided_by: str | None
    decided_at: datetime | None = instant()
    handled_at: datetime | None = instant()


class DueCheckRow(SQLModel, table=True):
    """A check that waits for a visit, has joined one, or has one of its own."""

    __tablename__ = "due_check"
    due_id: str = key()
    source: str
    source_id: str = indexed()
    kind: str
    object_id: str = indexed()
    object_name: str
    place: str = indexed()
    item: str
    item_name: str
    department: str = indexed()
    reason: str = text_column()
    from_date: date
    deadline: date
    state: str = indexed()
    added_at: datetime = instant()
    visit_id: str = indexed()
    entry_id: str = indexed()
    own_date: date | None
    officers: str = text_column()
    result_id: str
    outcome: str = text_column()
    result_codes: Any = json_list()
    follow_up: Any = json_list()
    problem: str = later_column("''")
    legal_basis: str = later_column("''")
    ended_by: str | None
    ended_at: datetime | None = instant()


class OwnVisitRow(SQLModel, table=True):
    """A visit that due checks get for themselves."""

    __tablename__ = "own_visit"
    entry_id: str = key()
    department: str = indexed()
    place: str = indexed()
    place_name: str
    address: str
    region: str
    day: date
    task_number: str
    visit_code: str = indexed()
    officers: Any = json_column()
    arranged_by: str
    arranged_at: datetime = instant()
    called_off_at: datetime | None = instant()
