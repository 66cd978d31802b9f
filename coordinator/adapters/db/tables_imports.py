"""Rows of acts upon the registers: their problems, former versions, saved column mappings."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, text
from sqlmodel import Field, SQLModel

from coordinator.adapters.db.columns import (
    indexed,
    instant,
    json_column,
    json_list,
    later_column,
    optional_json,
    text_column,
)
from coordinator.adapters.db.columns import key as key_column


def _later_size() -> Any:
    """Declare a number of bytes: files may be larger than 2 GB."""
    zero = {"server_default": text("0")}
    return Field(sa_type=BigInteger, nullable=False, sa_column_kwargs=zero)


class RegisterActRow(SQLModel, table=True):
    """What one act took in, and how far it is."""

    __tablename__ = "import_report"
    import_id: str = key_column()
    kind: str = indexed()
    channel: str = later_column("'command'")
    source: str
    imported_at: datetime = instant()
    imported_by: str
    state: str = later_column("'applied'")
    department: str | None
    reason: str = later_column("''")
    mapping: Any = optional_json()
    fields: Any = json_list()
    number_of_rows: int
    bytes_read: int = _later_size()
    bytes_total: int = _later_size()
    number_accepted: int
    number_refused: int = later_column("0")
    number_doubted: int = later_column("0")
    number_added: int = later_column("0")
    number_changed: int = later_column("0")
    number_unchanged: int = later_column("0")
    accepted_only: bool = later_column("false")
    applied_at: datetime | None = instant()
    applied_by: str | None
    failure: Any = optional_json()


class ImportProblemRow(SQLModel, table=True):
    """A cell that was refused or doubted."""

    __tablename__ = "import_problem"
    import_id: str = key_column()
    number: int = key_column()
    row: int
    column: str = text_column()
    value: str = text_column()
    rule: str
    expected: str = text_column()
    severity: str
    facts: Any = json_column()


class RegisterVersionRow(SQLModel, table=True):
    """A former version of an entry."""

    __tablename__ = "register_version"
    kind: str = key_column()
    key: str = key_column()
    number: int = key_column()
    value: Any = json_column()
    act_id: str | None
    replaced_by: str = indexed()
    replaced_at: datetime = instant()


class ColumnMappingRow(SQLModel, table=True):
    """A saved mapping of columns to fields."""

    __tablename__ = "column_mapping"
    mapping_id: str = key_column()
    kind: str = indexed()
    name: str
    mapping: Any = json_column()
    saved_at: datetime = instant()
    saved_by: str


class IndustryRow(SQLModel, table=True):
    """An industry of GB/T 4754, where the office has imported the full table."""

    __tablename__ = "industry"
    code: str = key_column()
    name: str
    name_en: str
