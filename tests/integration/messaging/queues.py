"""Looking into and writing to queues as any broker user, from tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aio_pika import Message
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from contracts.amqp.connection import connection_to, open_channel
from tests.integration.conftest import Broker

SECONDS = 10.0


@asynccontextmanager
async def channel_as(broker: Broker, user: str) -> AsyncIterator[AbstractChannel]:
    """Open a confirm channel as this user of the topology."""
    async with connection_to(broker.url(user), f"test {user}") as connection:
        yield await open_channel(connection, SECONDS, confirms=True)


@asynccontextmanager
async def admin_channel(broker: Broker) -> AsyncIterator[AbstractChannel]:
    """Open a confirm channel with every right."""
    async with connection_to(broker.admin_url, "test admin") as connection:
        yield await open_channel(connection, SECONDS, confirms=True)


async def publish(channel: AbstractChannel, exchange: str, key: str, message: Message) -> None:
    """Publish one message and wait for its confirm."""
    target = await channel.get_exchange(exchange, ensure=False)
    await target.publish(message, key, timeout=SECONDS)


async def drained(broker: Broker, queue: str) -> list[AbstractIncomingMessage]:
    """Take everything out of a queue, in order."""
    taken: list[AbstractIncomingMessage] = []
    async with admin_channel(broker) as channel:
        source = await channel.get_queue(queue, ensure=False)
        while (message := await source.get(no_ack=True, fail=False, timeout=SECONDS)) is not None:
            taken.append(message)
    return taken
