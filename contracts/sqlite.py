"""SQLite's async driver with one thread hop a statement; coordinator and agents both store by it.

aiosqlite hands every call to a thread: to make a cursor, execute, fetch and close it are four hops
a statement, and most statements of a small system take less time than one hop.
"""

import sqlite3
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Final, Self

import aiosqlite
from typing_extensions import override

_ROWS_AT_ONCE: Final = 1000
"""Rows that come along with a statement's answer; a longer answer is fetched on as usual."""


class _Cursor:
    """Makes its cursor, executes and fetches the first rows in one go."""

    arraysize = _ROWS_AT_ONCE

    def __init__(self, connection: "QuickConnection") -> None:
        self._connection = connection
        self._cursor: sqlite3.Cursor | None = None
        self._ahead: list[Any] = []
        self._has_more = False

    async def __aenter__(self) -> Self:
        return self

    @property
    def description(self) -> Any:
        return self._cursor and self._cursor.description

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount if self._cursor else -1

    @property
    def lastrowid(self) -> int | None:
        return self._cursor.lastrowid if self._cursor else None

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> None:
        given = () if parameters is None else parameters
        await self._connection.run(self._run, sqlite3.Cursor.execute, sql, given)

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> None:
        await self._connection.run(self._run, sqlite3.Cursor.executemany, sql, parameters)

    async def fetchone(self) -> Any:
        return next(iter(await self.fetchmany(1)), None)

    async def fetchmany(self, size: int = _ROWS_AT_ONCE) -> list[Any]:
        if self._has_more and size > len(self._ahead):
            await self._connection.run(self._fetch, size - len(self._ahead))
        rows, self._ahead = self._ahead[:size], self._ahead[size:]
        return rows

    async def fetchall(self) -> list[Any]:
        if self._has_more:
            await self._connection.run(self._fetch, None)
        rows, self._ahead = self._ahead, []
        return rows

    async def close(self) -> None:
        if self._has_more and self._cursor is not None:
            self._has_more = False
            await self._connection.run(self._cursor.close)

    def _run(self, how: Callable[..., Any], sql: str, parameters: Any) -> None:
        """Execute and fetch the first rows, in the connection's thread."""
        self._cursor = self._connection.fresh_cursor()
        how(self._cursor, sql, parameters)
        self._ahead = []
        if self._cursor.description is not None:
            self._fetch(_ROWS_AT_ONCE)

    def _fetch(self, number: int | None) -> None:
        """Fetch on, in the connection's thread: a number of rows, None for all."""
        assert self._cursor is not None  # noqa: S101 - rows are fetched of what was executed
        rows = self._cursor.fetchall() if number is None else self._cursor.fetchmany(number)
        self._ahead += rows
        self._has_more = len(rows) == number


class QuickConnection(aiosqlite.Connection):
    """A connection whose cursors cost one hop a statement, and a needless rollback none."""

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, _ROWS_AT_ONCE)
        self._thread.daemon = True  # as SQLAlchemy does with the connections it makes

    @override
    def cursor(self) -> Any:
        return _Cursor(self)

    @override
    async def rollback(self) -> None:
        if self.in_transaction:
            await super().rollback()

    def fresh_cursor(self) -> sqlite3.Cursor:
        """Make a cursor of the library; to be called in the connection's thread."""
        return self._conn.cursor()

    async def run(self, work: Callable[..., None], *arguments: Any) -> None:
        """Let the connection's thread do a piece of work."""
        await self._execute(work, *arguments)  # type: ignore[no-untyped-call]


def quick_connection(database: str, **options: Any) -> aiosqlite.Connection:
    """Make a connection for `create_async_engine(…, connect_args={"async_creator_fn": …})`."""
    return QuickConnection(partial(sqlite3.connect, database, **options))
