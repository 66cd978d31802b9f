"""Column types that keep meaning on both databases: aware UTC datetimes and JSON."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import JSON, DateTime, Index, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Field
from typing_extensions import override

T = TypeVar("T")


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes in UTC; SQLite keeps no zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a datetime without zone can't be stored")
        return None if value is None else value.astimezone(UTC)

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC)


JSON_TYPE: TypeEngine[Any] = JSON(none_as_null=True).with_variant(
    JSONB(none_as_null=True), "postgresql"
)


def json_column() -> Any:
    """Declare a JSON column; JSONB on PostgreSQL."""
    return Field(default=None, sa_type=JSON_TYPE)


def instant(*, index: bool = False) -> Any:
    """Declare an aware datetime column; whether it may be null follows the annotation."""
    return Field(default=None, sa_type=UtcDateTime, index=index)


def text_column() -> Any:
    """Declare a text of any length."""
    return Field(default=None, sa_type=Text)


def blob() -> Any:
    """Declare a column of raw bytes."""
    return Field(default=None, sa_type=LargeBinary)


def key() -> Any:
    """Declare (a part of) the primary key."""
    return Field(primary_key=True)


def indexed() -> Any:
    """Declare a column that lists filter by."""
    return Field(index=True)


def json_list() -> Any:
    """Declare a JSON column that holds a list; rows from before the column have an empty one."""
    return Field(
        default_factory=list,
        sa_type=JSON_TYPE,
        nullable=False,
        sa_column_kwargs={"server_default": text("'[]'")},
    )


def optional_json() -> Any:
    """Declare a JSON column that may be empty, as it is in rows from before the column."""
    return Field(default=None, sa_type=JSON_TYPE, nullable=True)


def json_object() -> Any:
    """Declare a JSON column that holds an object; rows from before the column have an empty one."""
    return Field(
        default_factory=dict,
        sa_type=JSON_TYPE,
        nullable=False,
        sa_column_kwargs={"server_default": text("'{}'")},
    )


def postgres_index(name: str, columns: Mapping[str, str], **options: Any) -> Index:
    """Declare an index with operator classes of PostgreSQL's; SQLite keeps it empty.

    SQLite has no use for them, and directories of its size are counted without.
    """
    operators = {column: kind for column, kind in columns.items() if kind}
    return Index(name, *columns, postgresql_ops=operators, sqlite_where=text("0"), **options)


def later_column(default: str) -> Any:
    """Declare a column added to a table with rows; `default` is SQL for those rows."""
    return Field(nullable=False, sa_column_kwargs={"server_default": text(default)})
