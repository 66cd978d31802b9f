"""The supervised consumer at a real broker: one effect each, whatever is taken from under it."""

from collections.abc import Sequence
from functools import partial

from aio_pika import Message
from typing_extensions import override

from contracts.amqp.consumer import Consumer, ConsumerSettings
from contracts.amqp.dead_letters import dead_letter_consumers
from contracts.amqp.disposition import Disposition, dispose_all
from contracts.amqp.ports import Delivery, Inbox, PermanentFailure
from contracts.amqp.publisher import AmqpPublisher
from contracts.topology import DEAD_QUEUE, INBOUND, UNROUTED_QUEUE, VHOST, inbound_key, tasks_queue
from tests.fakes_messaging import Apply, FakeDeadLetters, FakeInbox, a_message, messages
from tests.integration.conftest import Broker
from tests.integration.messaging.conftest import Start, stopped
from tests.integration.messaging.queues import admin_channel, drained, publish

QUEUE = tasks_queue("market")
NAME = "consumer under test"


def a_consumer(broker: Broker, inbox: Inbox, batch: int = 1) -> Consumer:
    settings = ConsumerSettings(
        QUEUE, batch=batch, operation_seconds=5, liveness_seconds=0.2, idle_seconds=1
    )
    return Consumer(broker.url("dept-market"), NAME, settings, partial(dispose_all, inbox))


async def send(broker: Broker, *numbers: int) -> None:
    publisher = AmqpPublisher(broker.url("coordinator"), "test")
    await publisher.publish(messages(*numbers))
    await publisher.close()


async def test_every_message_has_one_effect_in_order(broker: Broker, start: Start) -> None:
    inbox = FakeInbox()
    consumer = start(a_consumer(broker, inbox).run())

    await send(broker, *range(1, 51))
    await inbox.until(lambda: len(inbox.applied) == 50)

    assert inbox.applied == [f"message-{number}" for number in range(1, 51)]
    await stopped(consumer)
    assert await drained(broker, QUEUE) == []


async def test_a_batch_with_poison_is_split_and_only_the_poison_is_parked(
    broker: Broker, start: Start
) -> None:
    inbox = FakeInbox(poison("message-3"))
    await send(broker, *range(1, 8))

    start(a_consumer(broker, inbox, batch=5).run())
    await inbox.until(lambda: len(inbox.applied) == 6)

    assert inbox.applied == [f"message-{number}" for number in (1, 2, 4, 5, 6, 7)]
    assert inbox.parked == {"message-3": "poison"}


async def test_a_message_that_is_alone_waits_for_no_batch(broker: Broker, start: Start) -> None:
    inbox = FakeInbox()
    settings = ConsumerSettings(QUEUE, batch=5, linger_seconds=600, operation_seconds=5)
    url = broker.url("dept-market")
    start(Consumer(url, NAME, settings, partial(dispose_all, inbox)).run())

    for number in (1, 2):
        await send(broker, number)
        await inbox.until(lambda: len(inbox.applied) == number)  # noqa: B023 - awaited here

    assert inbox.applied == ["message-1", "message-2"]


async def test_a_duplicate_has_no_second_effect(broker: Broker, start: Start) -> None:
    inbox = FakeInbox()
    start(a_consumer(broker, inbox).run())

    await send(broker, 1, 1)
    await send(broker, 1, 2)
    await inbox.until(lambda: "message-2" in inbox.applied)

    assert inbox.applied == ["message-1", "message-2"]


async def test_a_message_whose_ack_was_lost_comes_again_and_has_one_effect(
    broker: Broker, start: Start
) -> None:
    inbox = FakeInbox()
    seen: list[Delivery] = []

    async def handle_and_lose_the_connection(deliveries: Sequence[Delivery]) -> list[Disposition]:
        seen.extend(deliveries)
        dispositions = await dispose_all(inbox, deliveries)
        inbox.changed.set()
        if len(seen) == 1:
            await broker.kill_connections("dept-market")
        return dispositions

    settings = ConsumerSettings(QUEUE, operation_seconds=5)
    url = broker.url("dept-market")
    consumer = start(Consumer(url, NAME, settings, handle_and_lose_the_connection).run())
    await send(broker, 1)
    await inbox.until(lambda: len(seen) == 2)

    await stopped(consumer)
    assert inbox.applied == ["message-1"]
    assert [delivery.redelivered for delivery in seen] == [False, True]
    assert await drained(broker, QUEUE) == []


async def test_the_consumer_resumes_after_its_connection_was_killed(
    broker: Broker, start: Start
) -> None:
    inbox = FakeInbox()
    start(a_consumer(broker, inbox).run())
    await send(broker, 1)
    await inbox.until(lambda: inbox.applied == ["message-1"])

    await broker.kill_connections("dept-market")
    await send(broker, 2)
    await inbox.until(lambda: len(inbox.applied) == 2)

    assert inbox.applied == ["message-1", "message-2"]


async def test_the_consumer_resumes_after_its_queue_was_deleted_and_made_again(
    broker: Broker, start: Start
) -> None:
    inbox = FakeInbox()
    consumer = a_consumer(broker, inbox)
    start(consumer.run())
    await send(broker, 1)
    await inbox.until(lambda: inbox.applied == ["message-1"])

    await broker.management.delete("queues", VHOST, QUEUE)
    await broker.provision()
    await send(broker, 2)
    await inbox.until(lambda: len(inbox.applied) == 2)

    assert consumer.is_consuming


async def test_a_transient_failure_is_acked_and_kept_for_retry(
    broker: Broker, start: Start
) -> None:
    def busy(_: Delivery) -> None:
        raise TimeoutError("the register is busy")

    inbox = FakeInbox(busy)
    consumer = start(a_consumer(broker, inbox).run())

    await send(broker, 1)
    await inbox.until(lambda: "message-1" in inbox.retries)

    await stopped(consumer)
    assert await drained(broker, QUEUE) == []
    assert await drained(broker, DEAD_QUEUE) == []


async def test_poison_goes_to_the_dead_letters_with_its_queue(broker: Broker, start: Start) -> None:
    inbox, letters = FakeInbox(poison("message-1")), FakeDeadLetters()
    start(a_consumer(broker, inbox).run())
    both = dead_letter_consumers(broker.url("coordinator"), "coordinator", letters)
    copiers = [start(copier.run()) for copier in both]

    await send(broker, 1)
    reason, letter = await letters.until_recorded("message-1", QUEUE)

    assert reason == "rejected"
    assert (letter.body, letter.user_id) == (a_message(1).body, "coordinator")
    assert letter.headers["x-schema"] == "TaskPublished;1.0"
    await stopped(*copiers)
    assert await drained(broker, DEAD_QUEUE) == []


async def test_an_unrouted_message_is_recorded(broker: Broker, start: Start) -> None:
    letters = FakeDeadLetters()
    for copier in dead_letter_consumers(broker.url("coordinator"), "coordinator", letters):
        start(copier.run())

    async with admin_channel(broker) as channel:
        key = inbound_key("nobody", "FindingsSubmitted", 1)
        await publish(channel, INBOUND, key, Message(b"{}", message_id="lost-1"))
    reason, letter = await letters.until_recorded("lost-1", UNROUTED_QUEUE)

    assert (reason, letter.routing_key) == ("unrouted", key)


async def test_a_store_that_is_down_uses_up_no_delivery(broker: Broker, start: Start) -> None:
    inbox = StoreDownInbox(failures=2)
    consumer = start(a_consumer(broker, inbox).run())

    await send(broker, 1)
    await inbox.until(lambda: inbox.applied == ["message-1"])

    await stopped(consumer)
    assert await drained(broker, QUEUE) == []
    assert inbox.redelivered == {False}


class StoreDownInbox(FakeInbox):
    """An inbox whose store answers nothing for a while, not even to store a retry."""

    def __init__(self, failures: int) -> None:
        super().__init__()
        self.failures = failures
        self.redelivered: set[bool] = set()

    @override
    async def process(self, delivery: Delivery) -> None:
        self.redelivered.add(delivery.redelivered)
        if self.failures:
            raise ConnectionError("the database is away")
        await super().process(delivery)

    @override
    async def retry_later(self, delivery: Delivery, error: str) -> None:
        self.failures -= 1
        raise ConnectionError(error)


def poison(message_id: str) -> Apply:
    """Make a handler that can never apply this one message."""

    def apply(delivery: Delivery) -> None:
        if delivery.message_id == message_id:
            raise PermanentFailure("poison")

    return apply
