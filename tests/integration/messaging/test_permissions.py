"""What a department's broker user may do, seen at a real broker with generated definitions."""

import pytest
from aio_pika import Message
from aio_pika.exceptions import ChannelClosed
from aiormq.exceptions import ChannelAccessRefused

from contracts.topology import (
    DEAD_LETTERS,
    EVENTS,
    INBOUND,
    INBOUND_QUEUE,
    TASKS,
    UNROUTED_QUEUE,
    event_key,
    events_queue,
    inbound_key,
    tasks_queue,
)
from tests.integration.conftest import Broker
from tests.integration.messaging.queues import SECONDS, admin_channel, channel_as, drained, publish

KEY = inbound_key("market", "FindingsSubmitted", 1)


async def test_a_department_writes_under_its_own_key_with_its_own_name(broker: Broker) -> None:
    async with channel_as(broker, "dept-market") as channel:
        await publish(channel, INBOUND, KEY, Message(b"{}", user_id="dept-market"))

    [message] = await drained(broker, INBOUND_QUEUE)
    assert (message.user_id, message.routing_key) == ("dept-market", KEY)


async def test_a_department_cannot_write_in_the_name_of_another(broker: Broker) -> None:
    async with channel_as(broker, "dept-market") as channel:
        with pytest.raises(ChannelClosed, match="user_id"):
            await publish(channel, INBOUND, KEY, Message(b"{}", user_id="dept-fire"))

    assert await drained(broker, INBOUND_QUEUE) == []


async def test_a_department_cannot_write_under_the_key_of_another(broker: Broker) -> None:
    key = inbound_key("fire", "FindingsSubmitted", 1)

    async with channel_as(broker, "dept-market") as channel:
        with pytest.raises(ChannelAccessRefused, match="topic"):
            await publish(channel, INBOUND, key, Message(b"{}", user_id="dept-market"))

    assert await drained(broker, INBOUND_QUEUE) == []


@pytest.mark.parametrize("exchange", [TASKS, EVENTS, DEAD_LETTERS, ""])
async def test_a_department_writes_to_no_other_exchange(broker: Broker, exchange: str) -> None:
    async with channel_as(broker, "dept-market") as channel:
        with pytest.raises(ChannelAccessRefused):
            await publish(channel, exchange, tasks_queue("market"), Message(b"{}"))


@pytest.mark.parametrize(
    "queue", [tasks_queue("fire"), events_queue("fire"), INBOUND_QUEUE, UNROUTED_QUEUE]
)
async def test_a_department_cannot_read_the_queue_of_another(broker: Broker, queue: str) -> None:
    async with channel_as(broker, "dept-market") as channel:
        source = await channel.get_queue(queue, ensure=False)
        with pytest.raises(ChannelAccessRefused):
            await source.get(timeout=SECONDS)


@pytest.mark.parametrize("queue", [tasks_queue("market"), events_queue("market")])
async def test_a_department_reads_its_own_two_queues(broker: Broker, queue: str) -> None:
    async with channel_as(broker, "dept-market") as channel:
        source = await channel.get_queue(queue, ensure=False)

        assert await source.get(timeout=SECONDS, fail=False) is None


async def test_a_department_cannot_declare_a_queue(broker: Broker) -> None:
    async with channel_as(broker, "dept-market") as channel:
        with pytest.raises(ChannelAccessRefused):
            await channel.declare_queue("onevisit.dept.market.mine", timeout=SECONDS)


async def test_a_department_cannot_bind_its_queue_to_the_events_of_another(broker: Broker) -> None:
    async with channel_as(broker, "dept-market") as channel:
        queue = await channel.get_queue(events_queue("market"), ensure=False)
        with pytest.raises(ChannelAccessRefused):
            await queue.bind(EVENTS, "dept.fire.#", timeout=SECONDS)


async def test_the_coordinator_writes_tasks_and_events_but_not_inbound(broker: Broker) -> None:
    async with channel_as(broker, "coordinator") as channel:
        await publish(channel, TASKS, "market", Message(b"{}", user_id="coordinator"))
        key = event_key("market", "PlanAdopted", 1)
        await publish(channel, EVENTS, key, Message(b"{}", user_id="coordinator"))
        with pytest.raises(ChannelAccessRefused):
            await publish(channel, INBOUND, KEY, Message(b"{}", user_id="coordinator"))

    assert len(await drained(broker, tasks_queue("market"))) == 1
    assert len(await drained(broker, events_queue("market"))) == 1


async def test_a_key_no_queue_wants_ends_in_the_unrouted_queue(broker: Broker) -> None:
    key = inbound_key("nobody", "FindingsSubmitted", 1)

    async with admin_channel(broker) as channel:
        await publish(channel, INBOUND, key, Message(b"{}"))

    assert len(await drained(broker, UNROUTED_QUEUE)) == 1
