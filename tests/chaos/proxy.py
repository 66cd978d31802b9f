"""A TCP line between our processes and the broker that can be cut, held and healed."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Self

from deploy.local.ports import LOOPBACK, free_port

_BYTES = 65_536


class Proxy:
    """Forwards a loopback port to wherever `upstream` says the broker is at this moment."""

    def __init__(self, upstream: Callable[[], int]) -> None:
        self.port = free_port()
        self._upstream = upstream
        self._open = asyncio.Event()
        self._open.set()
        self._lines: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, LOOPBACK, self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        self.heal()
        self.cut()
        await asyncio.gather(*self._lines, return_exceptions=True)

    def cut(self) -> None:
        """Reset every connection; new ones are let through."""
        for line in self._lines:
            line.cancel()

    def hold(self) -> None:
        """Swallow everything from now on, as a black hole does: nobody is told anything."""
        self._open.clear()

    def heal(self) -> None:
        """Let everything through again, what was held first."""
        self._open.set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = asyncio.current_task()
        if line is None:
            raise RuntimeError("connections are accepted by tasks")
        self._lines.add(line)
        with suppress(OSError, asyncio.CancelledError):
            await self._carry(reader, writer)
        writer.transport.abort()
        self._lines.discard(line)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._open.wait()
        broker_reader, broker_writer = await asyncio.open_connection(LOOPBACK, self._upstream())
        try:
            await _first_of(
                self._forward(reader, broker_writer), self._forward(broker_reader, writer)
            )
        finally:
            broker_writer.transport.abort()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(_BYTES):
            await self._open.wait()
            writer.write(chunk)
            await writer.drain()


async def _first_of(*ways: Coroutine[Any, Any, None]) -> None:
    """Run both ways until one of them ends."""
    tasks = [asyncio.ensure_future(way) for way in ways]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
