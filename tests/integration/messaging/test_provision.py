"""Who takes part at a running broker: provisioned, given a new password, shut out, no restart."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from aio_pika import Message

from contracts.amqp.connection import BrokerUnavailableError, connection_to, open_channel
from contracts.amqp.declare import missing, provision, remove_user
from contracts.amqp.management import Management, ManagementError
from contracts.definitions import BrokerUser
from contracts.topology import INBOUND, TASKS, VHOST, inbound_key, tasks_queue, topology
from coordinator.adapters.broker import ManagedBroker
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services import participants
from coordinator.services.ports import AuditEntry, Credentials, Participant, ParticipantKind
from tests.builders import a_department
from tests.integration.conftest import COUNTY, CREDIT_SYSTEMS, DEPARTMENTS, Broker
from tests.integration.messaging.queues import SECONDS, admin_channel, publish
from tests.play import AUDITOR, Play, office, start
from tests.snapshots import migrated_file, sqlite_url

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


HEAT = Participant(ParticipantKind.DEPARTMENT, "heat")
CHIEF = replace(office(), approver=True)


@pytest.fixture
async def administered(broker: Broker, tmp_path: Path) -> AsyncIterator[Play]:
    """An office that may administer the broker, with one department nobody provisioned yet."""
    play = start(sqlite_url(await migrated_file(tmp_path / "county.db")), tmp_path)
    play.around = replace(play.around, broker=ManagedBroker(broker.management))
    async with play.work(CHIEF) as work:
        await work.departments.save(a_department("heat"))
    yield play
    await broker.management.delete("users", HEAT.user)
    for queue in HEAT.queues:
        await broker.management.delete("queues", VHOST, queue)
    await play.close()


async def logs_in(broker: Broker, credentials: Credentials) -> bool:
    try:
        url = broker.node.amqp_url(credentials.user, credentials.password)
        async with connection_to(url, "heat"):
            return True
    except BrokerUnavailableError:
        return False


async def provisioned(play: Play) -> Credentials:
    async with play.work(CHIEF) as work:
        return (await participants.provision(work, HEAT)).credentials


async def acts_upon_heat(play: Play) -> list[AuditEntry]:
    async with play.work(AUDITOR) as work:
        return [each for each in await work.audit_entries.where() if each.subject == "heat"]


def kinds(acts: Sequence[AuditEntry]) -> list[str]:
    return [each.tag.rpartition(":")[2] for each in acts]


async def test_a_new_password_ends_the_old_one_and_its_connections(
    broker: Broker, administered: Play
) -> None:
    first = await provisioned(administered)

    url = broker.node.amqp_url(first.user, first.password)
    async with connection_to(url, "heat") as connection:
        closed = asyncio.Event()
        connection.close_callbacks.add(lambda *_: closed.set())
        async with administered.work(CHIEF) as work:
            issued = await participants.rotate_password(work, HEAT)
        await asyncio.wait_for(closed.wait(), SECONDS)

    assert issued.closed_connections == 1
    assert not await logs_in(broker, first)
    assert await logs_in(broker, issued.credentials)
    acts = await acts_upon_heat(administered)
    assert kinds(acts) == ["provisioned", "password-rotated"]
    for secret in (first.password, issued.credentials.password):
        assert secret not in repr((acts, issued))


async def test_nobody_is_provisioned_twice(administered: Play) -> None:
    await provisioned(administered)

    with pytest.raises(RuleBrokenError) as again:
        await provisioned(administered)

    assert again.value.rule is Rule.PARTICIPANT_PROVISIONED


async def test_who_is_shut_out_leaves_queues_that_a_second_act_removes(
    broker: Broker, administered: Play
) -> None:
    credentials = await provisioned(administered)
    async with admin_channel(broker) as channel:
        await publish(channel, TASKS, "heat", Message(b"{}"))

    async with administered.work(CHIEF) as work:
        await participants.shut_out(work, HEAT, "代理主机被盗")

    assert not await logs_in(broker, credentials)
    async with admin_channel(broker) as channel:
        kept = await channel.get_queue(tasks_queue("heat"), ensure=False)
        assert await kept.get(no_ack=True, timeout=SECONDS) is not None
    with pytest.raises(RuleBrokenError) as refused:
        async with administered.work(CHIEF) as work:
            await participants.remove_queues(work, HEAT, 7, "不再参与")
    assert refused.value.rule is Rule.QUEUES_CHANGED
    async with administered.work(CHIEF) as work:
        number = (await participants.standing_of(work, HEAT)).number_of_messages
        await participants.remove_queues(work, HEAT, number, "不再参与")
    assert await missing(broker.management, topology(["heat"]))
    acts = await acts_upon_heat(administered)
    assert kinds(acts) == ["provisioned", "shut-out", "queues-removed"]


async def test_what_is_to_be_imported_by_hand_makes_the_same(
    broker: Broker, administered: Play
) -> None:
    administered.around = replace(administered.around, broker=None)
    async with administered.work(CHIEF) as work:
        issued = await participants.provision(work, HEAT)
    assert issued.definitions is not None

    await broker.management.post("definitions", body=dict(issued.definitions))

    assert await missing(broker.management, topology(["heat"])) == []
    assert await logs_in(broker, issued.credentials)


async def test_nothing_changes_here_when_the_broker_does_not_answer(administered: Play) -> None:
    away = ManagedBroker(Management("http://127.0.0.1:1", "admin", "secret", seconds=1))
    administered.around = replace(administered.around, broker=away)

    with pytest.raises(RuleBrokenError) as refused:
        async with administered.work(CHIEF) as work:
            await participants.provision(work, HEAT)

    assert refused.value.rule is Rule.BROKER_UNREACHABLE
    async with administered.work(AUDITOR) as work:
        assert await work.audit_entries.count() == 0
        assert (await participants.standing_of(work, HEAT)).provisioned is None
