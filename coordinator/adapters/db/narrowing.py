"""What a query asks beyond equality, worded for both databases: lists, blanks, latest days."""

from typing import Any

from sqlalchemy import JSON, ColumnElement, String, Table, cast, column, exists, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import AutoString

from coordinator.services.ports import Query


def narrowing(connection: AsyncConnection, table: Table, query: Query) -> list[ColumnElement[bool]]:
    """Give the conditions of a query on lists that hold a value, blank fields and latest days."""
    return [
        *(_holds(connection, table.c[name], value) for name, value in query.contains.items()),
        *(is_blank(table.c[name]) for name in query.blank),
        *(~is_blank(table.c[name]) for name in query.filled),
        *(table.c[name] <= day for name, day in query.until.items()),
    ]


def _holds(connection: AsyncConnection, chosen: Any, value: str) -> ColumnElement[bool]:
    if connection.dialect.name == "postgresql":
        held: ColumnElement[bool] = cast(chosen, JSONB).contains([value])
        return held
    each = func.json_each(chosen).table_valued(column("value", String))
    return exists(select(1).select_from(each).where(each.c.value == value))


def is_blank(chosen: ColumnElement[Any]) -> ColumnElement[bool]:
    """Say that nothing stands in a field: no value, no text, or a list without entries."""
    if isinstance(chosen.type, JSON):
        return or_(chosen.is_(None), cast(chosen, String) == "[]")
    if isinstance(chosen.type, AutoString | String):
        return or_(chosen.is_(None), chosen == "")
    return chosen.is_(None)
