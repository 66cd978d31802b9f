"""Rows of the item list: proposals, versions, the items of each version, and duty lists."""

from datetime import date, datetime
from typing import Any

from sqlmodel import SQLModel

from coordinator.adapters.db.columns import (
    indexed,
    instant,
    json_column,
    key,
    optional_json,
    text_column,
)


class ItemProposalRow(SQLModel, table=True):
    """A department's proposal about one item."""

    __tablename__ = "item_proposal"
    proposal_id: str = key()
    department: str = indexed()
    section: str
    act: str
    code: str = indexed()
    name: str
    item: Any = optional_json()
    reason: str = text_column()
    state: str = indexed()
    proposed_by: str
    proposed_at: datetime = instant()
    list_id: str | None = indexed()
    decided_by: str | None
    decided_at: datetime | None = instant()
    return_reason: str | None = text_column()


class ItemListVersionRow(SQLModel, table=True):
    """A version of the whole item list."""

    __tablename__ = "item_list_version"
    list_id: str = key()
    state: str = indexed()
    origin: str
    merged_by: str
    merged_at: datetime = instant()
    number: int | None = indexed()
    file_number: str | None
    effective_date: date | None
    published_by: str | None
    published_at: datetime | None = instant()
    enacted_at: datetime | None = instant()
    source: str
    number_of_items: int
    changes: Any = json_column()


class ItemVersionRow(SQLModel, table=True):
    """An item as one published version of the list holds it."""

    __tablename__ = "item_version"
    number: int = key()
    code: str = key()
    department: str = indexed()
    name: str
    item: Any = json_column()


class DutyListRow(SQLModel, table=True):
    """A version of the duties of a post."""

    __tablename__ = "duty_list"
    duty_list_id: str = key()
    department: str = indexed()
    post: str
    version: int
    duties: Any = json_column()
    exemptions: Any = json_column()
    basis: str = text_column()
    state: str = indexed()
    drafted_by: str
    drafted_at: datetime = instant()
    published_by: str | None
    published_at: datetime | None = instant()
    effective_date: date | None
