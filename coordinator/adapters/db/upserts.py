"""Inserts that may meet an existing row, in the words of the connection's database."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

INSERTS: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_into(connection: AsyncConnection, table: Any) -> Any:
    """Give an insert that knows `on_conflict_do_update`, `on_conflict_do_nothing`, `excluded`."""
    return INSERTS[connection.dialect.name](table)
