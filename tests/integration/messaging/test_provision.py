"""A new department at a running broker: one call, no restart."""

import pytest
from aio_pika import Message

from contracts.amqp.connection import BrokerUnavailableError, connection_to, open_channel
from contracts.amqp.declare import missing, provision, remove_user
from contracts.amqp.management import Management, ManagementError
from contracts.definitions import BrokerUser
from contracts.topology import INBOUND, TASKS, inbound_key, tasks_queue, topology
from tests.integration.conftest import COUNTY, CREDIT_SYSTEMS, DEPARTMENTS, Broker
from tests.integration.messaging.queues import SECONDS, admin_channel, publish

LARGER_COUNTY = topology([*DEPARTMENTS, "water"], CREDIT_SYSTEMS)
WATER = BrokerUser("dept-water", "password of dept-water")


async def test_the_generated_definitions_leave_nothing_missing(broker: Broker) -> None:
    assert await missing(broker.management, COUNTY) == []


async def test_a_new_department_works_after_one_call_and_ends_with_its_user(
    broker: Broker,
) -> None:
    assert f"queue {tasks_queue('water')}" in await missing(broker.management, LARGER_COUNTY)

    await provision(broker.management, LARGER_COUNTY, [WATER])

    assert await missing(broker.management, LARGER_COUNTY) == []
    async with admin_channel(broker) as channel:
        await publish(channel, TASKS, "water", Message(b"{}"))
    async with connection_to(broker.url("dept-water"), "water") as connection:
        own = await open_channel(connection, SECONDS, confirms=True)
        queue = await own.get_queue(tasks_queue("water"), ensure=False)
        assert await queue.get(no_ack=True, timeout=SECONDS) is not None
        key = inbound_key("water", "TaskAccepted", 1)
        await publish(own, INBOUND, key, Message(b"{}", user_id="dept-water"))

    await remove_user(broker.management, "dept-water")
    with pytest.raises(BrokerUnavailableError):
        async with connection_to(broker.url("dept-water"), "water"):
            pass


async def test_a_wrong_login_is_named_without_its_password(broker: Broker) -> None:
    stranger = Management(broker.node.management_url, "stranger", "secret")

    with pytest.raises(ManagementError, match="401") as refused:
        await stranger.get("overview")

    assert "secret" not in str(refused.value)


async def test_a_management_api_that_is_not_there_is_named() -> None:
    nowhere = Management("http://127.0.0.1:1", "admin", "secret", seconds=1)

    with pytest.raises(ManagementError, match="GET /api/overview"):
        await nowhere.get("overview")
