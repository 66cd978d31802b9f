"""Looking at the end of a stream: what its last chunk holds, read as any client of 0.9.1 may."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.amqp.connection import bounded, connection_to, open_channel
from contracts.amqp.consumer import delivery_of
from contracts.amqp.ports import Delivery

if TYPE_CHECKING:
    import aiormq.abc

_OFFSET = "x-stream-offset"


@dataclass(frozen=True, slots=True)
class TailSettings:
    """`quiet_seconds` without a message is the end of the stream: nothing else tells it."""

    prefetch: int = 100
    operation_seconds: float = 10.0
    quiet_seconds: float = 2.0


async def last_of_stream(
    url: str,
    queue: str,
    is_enough: Callable[[Delivery], bool],
    settings: TailSettings | None = None,
) -> list[Delivery]:
    """Read a stream from its last chunk on, until a message is enough or it is quiet.

    Empty when the stream is. Raises BrokerUnavailableError, also when there is no such stream.
    """
    use = settings or TailSettings()
    seconds = use.operation_seconds
    arrived: asyncio.Queue[aiormq.abc.DeliveredMessage] = asyncio.Queue()
    found: list[Delivery] = []
    async with connection_to(url, f"look at {queue}", seconds) as connection:
        channel = await open_channel(connection, seconds, confirms=False)
        underlay = await channel.get_underlay_channel()
        await bounded(underlay.basic_qos(prefetch_count=use.prefetch), seconds)
        consume = underlay.basic_consume(queue, arrived.put, arguments={_OFFSET: "last"})
        await bounded(consume, seconds)
        with suppress(TimeoutError):
            while not (found and is_enough(found[-1])):
                async with asyncio.timeout(use.quiet_seconds):
                    message = await arrived.get()
                found.append(delivery_of(message, queue))
                await bounded(underlay.basic_ack(message.delivery_tag or 0, wait=False), seconds)
    return found
