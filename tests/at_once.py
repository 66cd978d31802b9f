"""SQLite without its thread: what a test asks of a database is done where it is asked.

Two switches of threads a statement are most of what a played round costs. They keep the loop of a
server free, which no played round looks at. Driver, library, files and statements are those of the
product; with its thread the driver is tested in tests/integration/sqlite/test_driver.py, and used
by every process that tests start.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine
from typing_extensions import override

from contracts.sqlite import QuickConnection
from coordinator.adapters.db.engine import make_engine

_PATIENCE_SECONDS = 30.0
_PAUSE_SECONDS = 0.002


def engine_at_once(url: str) -> AsyncEngine:
    """Make the engine of the product; that for SQLite has no thread."""
    engine = make_engine(url, sqlite=_connection)
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _wait_for_nobody)
    return engine


class _Connection(QuickConnection):
    """Whoever finds the file locked lets the others of its loop go on, and tries again."""

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector)
        self._thread: Any = _NoThread()
        self._tx: Any = _NoQueue()

    @override
    async def run(self, work: Callable[..., None], *arguments: Any) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + _PATIENCE_SECONDS
        while True:
            try:
                return work(*arguments)
            except sqlite3.OperationalError as error:
                is_waiting = "is locked" in str(error) and not self.in_transaction
                if not is_waiting or loop.time() > until:
                    raise
            await asyncio.sleep(_PAUSE_SECONDS)


class _NoThread:
    daemon = True

    def start(self) -> None:
        """Start nothing."""


class _NoQueue:
    def put_nowait(self, job: tuple[asyncio.Future[Any] | None, Callable[[], Any]]) -> None:
        """Do a piece of work at once, as the thread does it."""
        future, work = job
        try:
            done = work()
        except Exception as error:
            if future is None:
                raise
            future.set_exception(error)
        else:
            if future is not None:
                future.set_result(done)


def _connection(database: str, **options: Any) -> _Connection:
    return _Connection(partial(sqlite3.connect, database, **options))


def _wait_for_nobody(connection: Any, _record: Any) -> None:
    """Let no statement wait in SQLite: nobody else of the loop could end its transaction."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=0")
    cursor.close()
