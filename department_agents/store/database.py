"""An agent's SQLite file: WAL, one writer at a time, every transaction BEGIN IMMEDIATE."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Iterator, Set
from contextlib import asynccontextmanager, contextmanager
from enum import Enum
from functools import cache
from pathlib import Path

from sqlalchemy import event, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.sqlite import quick_connection
from department_agents.store.rows import ONLY_TABLES_BEHIND, SCHEMA_NUMBER, AgentRow

_NEWS = "news"


class News(Enum):
    """What a loop of this process waits for: rows that another loop has committed."""

    OUTBOX = "outbox"
    HANDOVER = "handover"


class OtherSchemaError(RuntimeError):
    """The file was written by an agent with another schema number."""


class StoreInUseError(RuntimeError):
    """Another process has this store open: two agents of one department would answer twice."""


class Database:
    """The one door to the file: every caller gets a transaction and commits by leaving it.

    SQLite has one writer. A lock in front of it lets tasks of this process queue fairly instead
    of meeting as busy errors; the busy timeout is for readers of other processes, such as backups.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._engine = _engine(file)
        self._writer = asyncio.Lock()
        self._told = {news: asyncio.Event() for news in News}
        self._lock: int | None = None

    async def open(self) -> None:
        """Take the file for this process and create the tables in a new one.

        Raises StoreInUseError, or OtherSchemaError for a file of another schema.
        """
        with _door(self._file):
            self._lock = _exclusive(self._file)
            await self._prepare_tables()

    async def open_beside(self) -> None:
        """Open the file for one command, whether or not the agent has it open.

        Raises OtherSchemaError when a running agent has left it at another schema.
        """
        with _door(self._file):
            try:
                lock = _exclusive(self._file)
            except StoreInUseError:
                async with self._engine.begin() as connection:
                    await self._require_schema(connection, {SCHEMA_NUMBER})
                return
            # Only while the tables are made: an agent may start beside a long command.
            try:
                await self._prepare_tables()
            finally:
                os.close(lock)

    async def _prepare_tables(self) -> None:
        async with self._engine.begin() as connection:
            await self._require_schema(connection, {0, SCHEMA_NUMBER} | ONLY_TABLES_BEHIND)
            for statement in _table_statements():
                await connection.exec_driver_sql(statement)
            await connection.execute(text(f"PRAGMA user_version = {SCHEMA_NUMBER}"))
        self._file.chmod(0o600)

    async def _require_schema(self, connection: AsyncConnection, allowed: Set[int]) -> None:
        found = (await connection.execute(text("PRAGMA user_version"))).scalar_one()
        if found not in allowed:
            raise OtherSchemaError(f"schema {found} in {self._file.name}, not {SCHEMA_NUMBER}")

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Give a session whose changes are committed on leaving, or rolled back on an error."""
        news: Set[News] = frozenset()
        try:
            async with (
                self._writer,
                AsyncSession(self._engine, expire_on_commit=False) as session,
                session.begin(),
            ):
                yield session
                news = session.info.get(_NEWS, news)
        finally:
            # Also where the end was disturbed: it may be committed, and a vain look is harmless.
            for each in news:
                self._told[each].set()

    async def is_told(self, news: News, seconds: float) -> bool:
        """Wait for a commit with such rows; False when none came within `seconds`."""
        told = self._told[news]
        try:
            async with asyncio.timeout(seconds):
                await told.wait()
        except TimeoutError:
            return False
        told.clear()
        return True


@cache
def _table_statements() -> tuple[str, ...]:
    """Give the SQL that makes whatever of the tables and indexes is not there yet."""
    made: list[CreateTable | CreateIndex] = []
    for table in AgentRow.metadata.sorted_tables:
        made.append(CreateTable(table, if_not_exists=True))
        made += [CreateIndex(index, if_not_exists=True) for index in table.indexes]
    return tuple(str(each.compile(dialect=sqlite.dialect())) for each in made)


def announce(session: AsyncSession, news: News) -> None:
    """Wake who waits for such rows once this session's transaction is committed."""
    session.info.setdefault(_NEWS, set()).add(news)


@contextmanager
def _door(file: Path) -> Iterator[None]:
    """Let processes open the store one after another: no command is taken for a second agent."""
    descriptor = os.open(file.with_suffix(".door"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _exclusive(file: Path) -> int:
    """Lock a store for as long as this process lives: the kernel lets go even after kill -9."""
    descriptor = os.open(file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise StoreInUseError(file.stem) from None
    return descriptor


def _engine(file: Path) -> AsyncEngine:
    # hide_parameters: an error text must never carry a chain secret or a person into a log.
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{file}",
        hide_parameters=True,
        connect_args={"async_creator_fn": quick_connection},
    )
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin_immediate)
    return engine


def _prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # The driver must not begin by itself: it would take a read lock first and fail on upgrade.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: object) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")  # type: ignore[attr-defined]
