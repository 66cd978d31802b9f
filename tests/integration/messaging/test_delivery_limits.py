"""How often a message may come back: RabbitMQ 3.10 has no limit of its own, 4.x counts to 20."""

from aio_pika import Message

from contracts.amqp.connection import connection_to, open_channel
from contracts.topology import (
    DEAD_LETTERS,
    DEAD_QUEUE,
    INBOUND,
    INBOUND_QUEUE,
    UNROUTED_QUEUE,
    inbound_key,
)
from tests.integration.conftest import Broker
from tests.integration.messaging.queues import SECONDS, admin_channel, drained, publish

MORE_THAN_ANY_DEFAULT = 25
KEY = inbound_key("market", "FindingsSubmitted", 1)


async def dropped_by_consumers(broker: Broker, queue: str, times: int) -> int:
    """Take the message of a queue and die with it, `times` times; gives how often it came."""
    came = 0
    async with connection_to(broker.admin_url, "dying consumers") as connection:
        for _ in range(times):
            channel = await open_channel(connection, SECONDS, confirms=False)
            source = await channel.get_queue(queue, ensure=False)
            came += await source.get(fail=False, timeout=SECONDS) is not None
            await channel.close()
    return came


async def test_the_last_stops_never_give_a_message_up(broker: Broker) -> None:
    async with admin_channel(broker) as channel:
        await publish(channel, DEAD_LETTERS, KEY, Message(b"dead"))
        key = inbound_key("nobody", "FindingsSubmitted", 1)
        await publish(channel, INBOUND, key, Message(b"unrouted"))

    for queue in (DEAD_QUEUE, UNROUTED_QUEUE):
        assert await dropped_by_consumers(broker, queue, MORE_THAN_ANY_DEFAULT) == (
            MORE_THAN_ANY_DEFAULT
        )
        assert len(await drained(broker, queue)) == 1


async def test_what_kills_its_consumers_again_and_again_ends_in_the_dead_letters(
    broker: Broker,
) -> None:
    async with admin_channel(broker) as channel:
        await publish(channel, INBOUND, KEY, Message(b"poison", message_id="poison"))

    came = await dropped_by_consumers(broker, INBOUND_QUEUE, MORE_THAN_ANY_DEFAULT)

    assert came == 21  # delivered once and redelivered 20 times, as the policy says
    async with connection_to(broker.admin_url, "reader") as connection:
        channel = await open_channel(connection, SECONDS, confirms=False)
        dead = await channel.get_queue(DEAD_QUEUE, ensure=False)
        async with dead.iterator(timeout=SECONDS) as letters:
            letter = await anext(letters)
            await letter.ack()
    assert letter.message_id == "poison"
    assert letter.headers["x-first-death-reason"] == "delivery_limit"
