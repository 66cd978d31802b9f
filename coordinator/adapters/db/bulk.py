"""Filling a large part of a table at once: its indexes are built anew instead of row by row."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy import Table, inspect
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.schema import CreateIndex, DropIndex

_FROM_ROWS: Final = 50_000
# For this transaction only: what sorting an index may take, and SQLite's page cache (in KB).
_POSTGRES_MEMORY: Final = "SET LOCAL maintenance_work_mem = '256MB'"
_SQLITE_MEMORY: Final = "PRAGMA cache_size = -65536"


def is_bulk(new: int, present: int) -> bool:
    """Tell whether so many new rows are worth building the indexes of the whole table anew."""
    return new >= _FROM_ROWS and new >= present


@asynccontextmanager
async def without_indexes(connection: AsyncConnection, table: Table) -> AsyncIterator[None]:
    """Leave the indexes out while rows go in, in the same transaction: all or nothing.

    On PostgreSQL readers of the table wait until it commits; its planner gets figures of the new
    rows at once, without which counts of millions took twice as long. SQLite can't leave out the
    primary key.
    """
    is_postgres = connection.dialect.name == "postgresql"
    await connection.exec_driver_sql(_POSTGRES_MEMORY if is_postgres else _SQLITE_MEMORY)
    indexes = sorted(table.indexes, key=lambda index: str(index.name))
    for index in indexes:
        await connection.execute(DropIndex(index))
    add_key = await _drop_primary_key(connection, table) if is_postgres else None
    yield
    if add_key is not None:
        await connection.exec_driver_sql(add_key)
    for index in indexes:
        await connection.execute(CreateIndex(index))
    if is_postgres:
        await connection.exec_driver_sql(f"ANALYZE {_quoted(connection, table.name)}")


async def _drop_primary_key(connection: AsyncConnection, table: Table) -> str:
    """Drop a table's primary key; give the statement that makes it again."""
    found = await connection.run_sync(lambda sync: inspect(sync).get_pk_constraint(table.name))
    alter = f"ALTER TABLE {_quoted(connection, table.name)}"
    name = _quoted(connection, str(found["name"]))
    columns = ", ".join(_quoted(connection, column) for column in found["constrained_columns"])
    await connection.exec_driver_sql(f"{alter} DROP CONSTRAINT {name}")
    return f"{alter} ADD CONSTRAINT {name} PRIMARY KEY ({columns})"


def _quoted(connection: AsyncConnection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)
