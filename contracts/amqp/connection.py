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

from contracts.amqp import foreign_bytes

foreign_bytes.install()

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
    except Exception as error:
        # What waited when a connection was closed without a reason ends in a bare Exception.
        if type(error) is not Exception:
            raise
        raise BrokerUnavailableError("closed without a reason") from error


class Line:
    """One connection for all channels of a process, as an agent has it (4.5): consumers, publisher.

    Whoever leaves it closes it for all: it leaves in doubt, or at the end, and the others open the
    next one as they do when the broker goes.
    """

    def __init__(self, url: str, name: str) -> None:
        self.url = url
        self.name = name
        self._opening = asyncio.Lock()
        self._connection: AbstractConnection | None = None

    @asynccontextmanager
    async def shared(self, seconds: float) -> AsyncIterator[AbstractConnection]:
        """Give the connection, opened by whoever comes first; raises BrokerUnavailableError."""
        connection = await self._open(seconds)
        try:
            yield connection
        finally:
            if self._connection is connection:
                self._connection = None
            await closed(connection)

    async def _open(self, seconds: float) -> AbstractConnection:
        async with self._opening:
            if self._connection is None or self._connection.is_closed:
                self._connection = await _first_that_answers(self.url, self.name, seconds)
            return self._connection


@asynccontextmanager
async def connection_to(
    to: str | Line, name: str, seconds: float = 10.0
) -> AsyncIterator[AbstractConnection]:
    """Connect to an address, or share a line; `name` is what the broker's pages show.

    Closes whatever happens. Where the address lists several hosts they are tried in turn, each for
    so many seconds. Raises BrokerUnavailableError.
    """
    if isinstance(to, Line):
        async with to.shared(seconds) as line:
            yield line
        return
    connection = await _first_that_answers(to, name, seconds)
    try:
        yield connection
    finally:
        await closed(connection)


def addresses(url: str) -> tuple[str, ...]:
    """Give one address for each host of `amqp://user:password@one:5672,two:5672/vhost`."""
    scheme, _, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    login, at, hosts = authority.rpartition("@")
    return tuple(f"{scheme}://{login}{at}{host}{slash}{path}" for host in hosts.split(","))


async def _first_that_answers(url: str, name: str, seconds: float) -> AbstractConnection:
    silent: list[str] = []
    for address in addresses(url):
        connection = aio_pika.Connection(
            URL(address), heartbeat=HEARTBEAT_SECONDS, client_properties={"connection_name": name}
        )
        try:
            await bounded(connection.connect(), seconds)
        except BrokerUnavailableError as error:
            silent.append(str(error))
            await closed(connection)
        except BaseException:
            await closed(connection)
            raise
        else:
            return connection
    raise BrokerUnavailableError("; ".join(silent))


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
        # Its transport is let go by now: what is left is to know that it is closed, else the
        # collector would close it, some time when no loop runs.
        await connection.close()


def user_of(to: str | Line) -> str:
    """Read the user from an AMQP address: what the broker compares property user_id with."""
    url = to.url if isinstance(to, Line) else to
    user = URL(addresses(url)[0]).user
    if not user:
        raise ValueError("the AMQP address names no user")
    return user
