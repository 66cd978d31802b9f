"""Engines for both databases; SQLite is set up for one writer and many readers."""

from collections.abc import Callable
from typing import Any

import aiosqlite
from pydantic_core import from_json
from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from contracts.sqlite import quick_connection

_BUSINESS_LOCK = 0x4F6E6556  # "OneV": one number of PostgreSQL's advisory locks
_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA busy_timeout=30000",
    "PRAGMA foreign_keys=ON",
)


def make_engine(
    url: str, *, sqlite: Callable[..., aiosqlite.Connection] = quick_connection
) -> AsyncEngine:
    """Make the engine for `sqlite+aiosqlite:` or `postgresql:`; its errors show no values.

    `sqlite` makes the connections to SQLite.
    """
    if not url.startswith("sqlite"):
        server = create_async_engine(
            _with_driver(url),
            pool_pre_ping=True,
            hide_parameters=True,
            json_deserializer=from_json,  # in a third of the time, and JSONB is well-formed
        )
        event.listen(server.sync_engine, "begin", _wait_for_other_business)
        return server
    engine = create_async_engine(
        url,
        connect_args={"timeout": 30, "async_creator_fn": sqlite},
        hide_parameters=True,
    )
    event.listen(engine.sync_engine, "connect", _set_pragmas)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _with_driver(url: str) -> URL:
    """Name the driver where an address leaves it open, as `postgresql://…` usually does."""
    address = make_url(url)
    if address.drivername in ("postgres", "postgresql"):
        return address.set(drivername="postgresql+asyncpg")
    return address


def writing(engine: AsyncEngine) -> AsyncEngine:
    """Give the engine whose transactions take SQLite's write lock at once, so none deadlocks."""
    return engine.execution_options(onevisit_writes=True)


def doing_business(engine: AsyncEngine) -> AsyncEngine:
    """Give the engine for business transactions, of which one runs at a time on both databases.

    They load values, decide and store whole values: two at once could undo each other's work. The
    audit chain makes them queue up anyway. Relay, leases and retries do not wait here.
    """
    return engine.execution_options(onevisit_writes=True, onevisit_business=True)


def _set_pragmas(connection: Any, _record: Any) -> None:
    # The driver must not open transactions on its own: BEGIN is ours, see _begin.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _SQLITE_PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _wait_for_other_business(connection: Connection) -> None:
    if connection.get_execution_options().get("onevisit_business", False):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_BUSINESS_LOCK})")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("onevisit_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
