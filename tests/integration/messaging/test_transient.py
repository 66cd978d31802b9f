"""What no outbox keeps goes out beside the relay on the same channel, and is not persistent."""

import asyncio

from contracts.amqp.ports import OutgoingMessage, TransientMessage
from contracts.amqp.publisher import AmqpPublisher, Outcome
from contracts.topology import INBOUND, INBOUND_QUEUE, inbound_key
from tests.fakes_messaging import a_message
from tests.integration.conftest import Broker
from tests.integration.messaging.queues import drained

PERSISTENT, TRANSIENT = 2, 1
HEARTBEAT = inbound_key("market", "HeartbeatSent", 1)


def _sent(kind: type[OutgoingMessage], number: int) -> OutgoingMessage:
    kept = a_message(number, exchange=INBOUND, routing_key=HEARTBEAT)
    return kind(**{name: getattr(kept, name) for name in OutgoingMessage._fields})


async def test_heartbeats_and_relayed_messages_share_a_channel(broker: Broker) -> None:
    publisher = AmqpPublisher(broker.url("dept-market"), "market")
    kinds = (OutgoingMessage, TransientMessage) * 10

    receipts = await asyncio.gather(
        *(publisher.publish([_sent(kind, number)]) for number, kind in enumerate(kinds, 1))
    )
    await publisher.close()

    assert [each.outcome for [each] in receipts] == [Outcome.CONFIRMED] * len(kinds)
    modes = [message.delivery_mode for message in await drained(broker, INBOUND_QUEUE)]
    assert sorted(modes) == [TRANSIENT] * 10 + [PERSISTENT] * 10
