"""Plain connections to the broker, with a timeout on every operation.

Not connect_robust: its consumers can silently never resume. Whoever holds a connection closes it
and opens another one when anything about it is doubtful.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import TypeVar

import aio_pika
import structlog
from aio_pika.abc import AbstractChannel, AbstractConnection
from aio_pika.exceptions import CONNECTION_EXCEPTIONS
from yarl import URL

HEARTBEAT_SECONDS = 10
CLOSE_SECONDS = 2.0

T = TypeVar("T")
log = structlog.get_logger(__name__)


class BrokerUnavailableError(Exception):
    """The broker did not do what was asked, in time or at all; asking again later may work."""


async def bounded(operation: Awaitable[T], seconds: float) -> T:
    """Await a broker operation for at most `seconds`; any failure is BrokerUnavailableError.

    A stalled broker can make an operation raise CancelledError although nobody cancelled us:
    only a real cancellation passes through.
    """
    try:
        async with asyncio.timeout(seconds):
            return await operation
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        raise BrokerUnavailableError("the broker stalled") from None
    except TimeoutError:
        raise BrokerUnavailableError(f"no answer within {seconds:g} s") from None
    except CONNECTION_EXCEPTIONS as error:
        raise BrokerUnavailableError(f"{type(error).__name__}: {error}") from error


@asynccontextmanager
async def connection_to(
    url: str, name: str, seconds: float = 10.0
) -> AsyncIterator[AbstractConnection]:
    """Connect, and close whatever happens; `name` is what the broker's pages show.

    Raises BrokerUnavailableError.
    """
    connection = aio_pika.Connection(
        URL(url), heartbeat=HEARTBEAT_SECONDS, client_properties={"connection_name": name}
    )
    try:
        await bounded(connection.connect(), seconds)
        yield connection
    finally:
        await closed(connection)


async def open_channel(
    connection: AbstractConnection, seconds: float, *, confirms: bool
) -> AbstractChannel:
    """Open a channel; with `confirms` an unroutable mandatory message raises, else it looks sent.

    Raises BrokerUnavailableError.
    """
    channel = connection.channel(publisher_confirms=confirms, on_return_raises=confirms)
    await bounded(channel.initialize(), seconds)
    return channel


async def closed(connection: AbstractConnection) -> None:
    """Close a connection, waiting only shortly for a broker that may be stalled."""
    try:
        await bounded(connection.close(), CLOSE_SECONDS)
    except BrokerUnavailableError as error:
        log.info("connection_abandoned", reason=str(error))


def user_of(url: str) -> str:
    """Read the user from an AMQP address: what the broker compares property user_id with."""
    user = URL(url).user
    if not user:
        raise ValueError("the AMQP address names no user")
    return user
