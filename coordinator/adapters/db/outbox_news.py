"""How the relay hears that something was committed, on either database."""

import asyncio
from contextlib import suppress
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

NEWS_CHANNEL = "onevisit_outbox"
"""On which PostgreSQL tells of new rows, when the transaction that wrote them commits."""

_POLL_SECONDS = 0.02
_BUSY_SECONDS = 0.5  # the relay's own lease is news too, every two seconds
_IDLE_POLL_SECONDS = 0.1


class OutboxNews(Protocol):
    """Waits for commits; what it holds open is let go by `close`."""

    async def wait(self, seconds: float) -> None:
        """Return when something may have been committed since the last wait ended."""
        ...

    async def close(self) -> None:
        """Let the connection go."""
        ...


def news_of(engine: AsyncEngine) -> OutboxNews:
    """Give what hears of commits on this database."""
    return _FileNews(engine) if engine.dialect.name == "sqlite" else _ServerNews(engine)


class _FileNews:
    """Looks at SQLite's file, which counts the commits of others.

    A commit is heard of within 20 ms of a busy time, within 100 ms after half a second of quiet.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._connection: AsyncConnection | None = None
        self._version: object = None
        self._quiet = 0.0

    async def wait(self, seconds: float) -> None:
        try:
            await self._poll(seconds)
        except Exception:
            await self.close()  # the next wait opens another connection
            raise

    async def _poll(self, seconds: float) -> None:
        driver = await self._driver()
        until = self._quiet + seconds
        while self._quiet < until:
            [(version,)] = await driver.execute_fetchall("PRAGMA data_version")
            before, self._version = self._version, version
            if version != before:
                self._quiet = 0.0
                return
            pause = _POLL_SECONDS if self._quiet < _BUSY_SECONDS else _IDLE_POLL_SECONDS
            pause = min(pause, until - self._quiet)
            await asyncio.sleep(pause)
            self._quiet += pause

    async def close(self) -> None:
        held, self._connection = self._connection, None
        if held is not None:
            await held.close()

    async def _driver(self) -> Any:
        if self._connection is None:
            self._connection = await self._engine.connect()
            self._version = None
        return (await self._connection.get_raw_connection()).driver_connection


class _ServerNews:
    """Listens to PostgreSQL for as long as the relay runs.

    That is a hint only: whoever waits looks again after its time. What was committed before we
    listened is not told, so the first wait ends at once.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._connection: AsyncConnection | None = None
        self._driver: Any = None
        self._told = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        if self._driver is None or self._driver.is_closed():
            await self._listen()
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._told.wait()
        self._told.clear()

    async def close(self) -> None:
        held, self._connection, self._driver = self._connection, None, None
        if held is not None:
            await held.invalidate()  # it must not go back to the others while it listens
            await held.close()

    async def _listen(self) -> None:
        await self.close()
        self._connection = await self._engine.connect()
        self._driver = (await self._connection.get_raw_connection()).driver_connection
        await self._driver.add_listener(NEWS_CHANNEL, self._tell)

    def _tell(self, *_: object) -> None:
        self._told.set()
