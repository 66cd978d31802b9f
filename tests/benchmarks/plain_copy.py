"""The yardstick: the very rows that an import took in, put plainly into an equal empty table."""

import sqlite3
import time
from pathlib import Path

import asyncpg

_TABLE = "inspection_object"


async def plain_copy(url: str, folder: Path) -> float:
    """Give the seconds that a plain COPY of the directory's rows into an equal table takes."""
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    rows = folder / "rows.copy"
    try:
        await connection.copy_from_table(_TABLE, output=str(rows), format="binary")
        await connection.execute(f"CREATE TABLE plain (LIKE {_TABLE} INCLUDING ALL)")
        started = time.perf_counter()
        await connection.copy_to_table("plain", source=str(rows), format="binary")
        seconds = time.perf_counter() - started
        await connection.execute("DROP TABLE plain")
    finally:
        await connection.close()
        rows.unlink(missing_ok=True)
    return seconds


def plain_insert(database: Path) -> float:
    """Give the seconds that a plain executemany of the directory's rows into an equal table takes.

    The rows are read from the first database while they are written to the second.
    """
    target = database.with_name("plain.db")
    target.unlink(missing_ok=True)
    with sqlite3.connect(database) as source, sqlite3.connect(target) as plain:
        schema = source.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY rowid",
            (_TABLE,),
        )
        for (statement,) in schema.fetchall():
            plain.execute(statement)
        plain.execute("PRAGMA journal_mode=WAL")
        rows = source.execute(f"SELECT * FROM {_TABLE}")  # noqa: S608 - a name of ours
        marks = ", ".join("?" * len(rows.description))
        started = time.perf_counter()
        plain.executemany(f"INSERT INTO {_TABLE} VALUES ({marks})", rows)  # noqa: S608 - as above
        plain.commit()
        seconds = time.perf_counter() - started
    source.close()
    plain.close()
    target.unlink()
    return seconds
