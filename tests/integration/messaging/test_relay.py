"""The relay over a real broker: order, exact marking, returns, outages, one lease."""

import asyncio
import os
import signal

from contracts.amqp.publisher import AmqpPublisher, Outcome, PublisherSettings
from contracts.amqp.relay import Relay, RelaySettings
from contracts.topology import INBOUND, INBOUND_QUEUE, VHOST, inbound_key, tasks_queue
from tests.fakes_messaging import FakeOutbox, a_message, messages
from tests.integration.conftest import Broker
from tests.integration.messaging.conftest import Start
from tests.integration.messaging.queues import drained

CONFIRMED = {Outcome.CONFIRMED}


def a_relay(broker: Broker, outbox: FakeOutbox, owner: str = "relay-1") -> Relay:
    publisher = AmqpPublisher(
        broker.url("coordinator"), owner, PublisherSettings(window=50, window_seconds=5)
    )
    return Relay(outbox, publisher, RelaySettings(owner, batch=120, idle_seconds=0.1))


async def until_confirmed(publisher: AmqpPublisher, *numbers: int) -> None:
    """Publish again as a relay does: a busy machine may need longer than one short window."""
    async with asyncio.timeout(20):
        while {each.outcome for each in await publisher.publish(messages(*numbers))} != CONFIRMED:
            pass


async def test_messages_arrive_in_order_and_are_marked_sent(broker: Broker, start: Start) -> None:
    outbox = FakeOutbox()
    outbox.add(messages(*range(1, 301)))

    start(a_relay(broker, outbox).run())
    await outbox.until_none_pending()

    arrived = await drained(broker, tasks_queue("market"))
    assert [message.message_id for message in arrived] == [f"message-{n}" for n in range(1, 301)]
    assert outbox.in_state("sent") == list(range(1, 301))


async def test_a_message_carries_its_properties_and_headers(broker: Broker, start: Start) -> None:
    outbox = FakeOutbox()
    outbox.add([a_message(7)])

    start(a_relay(broker, outbox).run())
    await outbox.until_none_pending()

    [message] = await drained(broker, tasks_queue("market"))
    by_us = {name: value for name, value in message.headers.items() if name != "x-delivery-count"}
    assert by_us == {"x-schema": "TaskPublished;1.0", "x-seq": "7"}
    assert (message.user_id, message.correlation_id) == ("coordinator", "visit-1")
    assert (message.type, message.delivery_mode) == ("TaskPublished.v1", 2)
    assert message.timestamp == a_message().created_at
    assert message.content_type == "application/cloudevents+json"


async def test_an_unroutable_message_is_reported_and_the_others_leave(
    broker: Broker, start: Start
) -> None:
    outbox = FakeOutbox()
    outbox.add([a_message(1), a_message(2, routing_key="nobody"), a_message(3)])

    start(a_relay(broker, outbox).run())
    await outbox.until_none_pending()

    assert outbox.in_state("sent") == [1, 3]
    assert outbox.in_state("unroutable") == [2]
    assert "NO_ROUTE" in outbox.errors[2]
    assert len(await drained(broker, tasks_queue("market"))) == 2


async def test_a_message_the_broker_refuses_does_not_hold_up_the_others(broker: Broker) -> None:
    own, foreign = (inbound_key(code, "FindingsSubmitted", 1) for code in ("market", "fire"))
    outgoing = [a_message(n, exchange=INBOUND, routing_key=own) for n in range(1, 10)]
    outgoing[4] = outgoing[4]._replace(routing_key=foreign)
    publisher = AmqpPublisher(broker.url("dept-market"), "agent")

    first = await publisher.publish(outgoing)
    second = await publisher.publish(outgoing)
    await publisher.close()

    assert Outcome.UNCONFIRMED in {receipt.outcome for receipt in first}
    refused = [number for number, receipt in enumerate(second, 1) if "topic" in receipt.reason]
    assert refused == [5]
    assert [receipt.outcome for receipt in second].count(Outcome.CONFIRMED) == 8
    arrived = {message.message_id for message in await drained(broker, INBOUND_QUEUE)}
    assert arrived == {f"message-{n}" for n in range(1, 10) if n != 5}


async def test_one_id_on_its_way_to_two_queues_is_unroutable_where_no_queue_is(
    broker: Broker,
) -> None:
    one = a_message(1)
    outgoing = [one._replace(routing_key=key) for key in ("nobody", "market", "no-one")]
    publisher = AmqpPublisher(broker.url("coordinator"), "relay")

    receipts = await publisher.publish(outgoing)
    again = await publisher.publish([one])
    await publisher.close()

    assert [receipt.outcome for receipt in receipts] == [
        Outcome.RETURNED,
        Outcome.CONFIRMED,
        Outcome.RETURNED,
    ]
    assert [receipt.outcome for receipt in again] == [Outcome.CONFIRMED]
    assert len(await drained(broker, tasks_queue("market"))) == 2


async def test_calls_side_by_side_leave_in_their_order(broker: Broker) -> None:
    publisher = AmqpPublisher(
        broker.url("coordinator"), "relay", PublisherSettings(window=3, window_seconds=20)
    )
    batches = [messages(*range(first, first + 7)) for first in range(1, 29, 7)]

    receipts = await asyncio.gather(*map(publisher.publish, batches))
    await publisher.close()

    assert {each.outcome for batch in receipts for each in batch} == CONFIRMED
    arrived = await drained(broker, tasks_queue("market"))
    assert [message.message_id for message in arrived] == [f"message-{n}" for n in range(1, 29)]


async def test_a_missing_exchange_is_an_outage_and_marks_nothing(broker: Broker) -> None:
    publisher = AmqpPublisher(broker.url("coordinator"), "relay")

    receipts = await publisher.publish([a_message(1, exchange="onevisit.events.missing")])
    await publisher.close()

    assert [receipt.outcome for receipt in receipts] == [Outcome.UNCONFIRMED]


async def test_a_broker_that_is_not_there_leaves_every_message_unconfirmed() -> None:
    publisher = AmqpPublisher("amqp://coordinator:secret@127.0.0.1:1/onevisit", "relay")

    receipts = await publisher.publish(messages(1, 2))
    await publisher.close()

    assert [receipt.outcome for receipt in receipts] == [Outcome.UNCONFIRMED] * 2
    assert "secret" not in str(receipts)


async def test_the_next_host_of_a_list_is_used_when_the_first_is_not_there(broker: Broker) -> None:
    login, at, host = broker.url("coordinator").rpartition("@")
    publisher = AmqpPublisher(f"{login}{at}127.0.0.1:1,{host}", "relay")

    receipts = await publisher.publish(messages(1))
    await publisher.close()

    assert [receipt.outcome for receipt in receipts] == [Outcome.CONFIRMED]
    assert len(await drained(broker, tasks_queue("market"))) == 1


async def test_the_relay_goes_on_after_its_connection_was_killed(
    broker: Broker, start: Start
) -> None:
    outbox = FakeOutbox()
    outbox.add([a_message(1)])
    start(a_relay(broker, outbox).run())
    await outbox.until_none_pending()

    await broker.kill_connections("coordinator")
    outbox.add(messages(2, 3))
    await outbox.until_none_pending()

    arrived = [message.message_id for message in await drained(broker, tasks_queue("market"))]
    assert set(arrived) == {"message-1", "message-2", "message-3"}


async def test_only_one_of_two_relays_works_and_the_other_takes_over(
    broker: Broker, start: Start
) -> None:
    outbox = FakeOutbox()
    first = start(a_relay(broker, outbox, "relay-1").run())
    outbox.add(messages(1, 2))
    await outbox.until_none_pending()
    start(a_relay(broker, outbox, "relay-2").run())
    outbox.add(messages(3, 4))
    await outbox.until_none_pending()
    assert (outbox.holder, outbox.epoch) == ("relay-1", 1)

    first.cancel()
    outbox.expire_lease()
    outbox.add(messages(5, 6))
    await outbox.until_none_pending()

    assert (outbox.holder, outbox.epoch) == ("relay-2", 2)
    arrived = [message.message_id for message in await drained(broker, tasks_queue("market"))]
    assert arrived == [f"message-{n}" for n in range(1, 7)]


async def test_rows_of_a_deleted_queue_become_unroutable_and_nothing_is_lost(
    broker: Broker, start: Start
) -> None:
    outbox = FakeOutbox()
    outbox.add([a_message(1, routing_key="fire", recipient="fire")])
    await broker.management.delete("queues", VHOST, tasks_queue("fire"))

    start(a_relay(broker, outbox).run())
    await outbox.until_none_pending()
    await broker.provision()
    outbox.add([a_message(1, routing_key="fire", recipient="fire")])
    await outbox.until_none_pending()

    assert len(await drained(broker, tasks_queue("fire"))) == 1


async def test_a_stalled_broker_is_an_outage_and_what_was_pending_leaves_afterwards(
    broker: Broker,
) -> None:
    settings = PublisherSettings(window_seconds=0.5, operation_seconds=1)
    publisher = AmqpPublisher(broker.url("coordinator"), "relay", settings)
    await until_confirmed(publisher, 1)

    os.kill(broker.node.pid, signal.SIGSTOP)
    try:
        async with asyncio.timeout(20):
            stalled = [await publisher.publish(messages(2, 3)) for _ in range(2)]
    finally:
        os.kill(broker.node.pid, signal.SIGCONT)
    await until_confirmed(publisher, 2, 3)
    await publisher.close()

    assert {receipt.outcome for window in stalled for receipt in window} == {Outcome.UNCONFIRMED}
    arrived = {message.message_id for message in await drained(broker, tasks_queue("market"))}
    assert arrived == {"message-1", "message-2", "message-3"}
