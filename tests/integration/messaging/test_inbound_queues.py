"""Several inbound queues at a real broker: order per sender, failed messages, another number."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from aio_pika import Message
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.amqp.connection import connection_to, open_channel
from contracts.amqp.dead_letters import dead_letter_consumers
from contracts.amqp.declare import missing, provision, spread_senders
from contracts.amqp.disposition import Disposition, dispose_all
from contracts.amqp.ports import Delivery, PermanentFailure
from contracts.amqp.retries import Retries
from contracts.definitions import BrokerUser
from contracts.envelope import CONTENT_TYPE
from contracts.topology import (
    INBOUND,
    INBOUND_QUEUE,
    INBOUND_QUEUES,
    UNROUTED_QUEUE,
    VHOST,
    Topology,
    department_user,
    events_queue,
    inbound_key,
    inbound_queue_names,
    inbound_queue_of,
    tasks_queue,
    topology,
)
from coordinator.adapters.broker import ManagedBroker
from coordinator.adapters.db.inbox import DatabaseInbox, InboxSettings
from coordinator.adapters.metrics import InboundCounts
from coordinator.bootstrap import Coordinator
from coordinator.bootstrap.inbound_queues import InboundQueues
from coordinator.domain.lifecycle import LetterState
from coordinator.services import messages
from coordinator.services.ports import DeadLetter
from coordinator.settings import Settings
from tests.integration.conftest import CREDIT_SYSTEMS, DEPARTMENTS, Broker
from tests.integration.messaging.conftest import Start
from tests.integration.messaging.queues import SECONDS, drained
from tests.play import AUDITOR, Play, office, start
from tests.snapshots import migrated_file, sqlite_url

THIRD = "justice"
SENDERS = (*DEPARTMENTS, THIRD)
QUEUE_OF = {code: inbound_queue_of(code, 3) for code in SENDERS}
_POLL_SECONDS = 0.02


def county(inbound_queues: int) -> Topology:
    return topology(SENDERS, CREDIT_SYSTEMS, inbound_queues)


@pytest.fixture
async def three(broker: Broker) -> AsyncIterator[Broker]:
    """A broker with three senders of which each has another of three queues, then none of it."""
    assert len(set(QUEUE_OF.values())) == 3
    user = BrokerUser(department_user(THIRD), f"password of {department_user(THIRD)}")
    await provision(broker.management, county(3), [user])
    await spread_senders(broker.management, 3)
    yield broker
    await spread_senders(broker.management, 1)
    await broker.management.delete("users", user.name)
    for queue in (*INBOUND_QUEUES[1:], tasks_queue(THIRD), events_queue(THIRD)):
        await broker.management.delete("queues", VHOST, queue)


@dataclass
class Office:
    """What takes messages in, on a database; it refuses those whose id is in `refused`."""

    play: Play
    url: str
    refused: set[str] = field(default_factory=set)
    applied: list[Delivery] = field(default_factory=list)
    number_answered: int = 0

    def __post_init__(self) -> None:
        settings = InboxSettings("coordinator")
        self.inbox = DatabaseInbox(self.play.around.engine, self.play.clock, settings, self._apply)

    def queues(self, number: int, *only: int) -> InboundQueues:
        """Give what an inbound process runs with this number of queues."""
        around = self.play.around
        settings = Settings(amqp_url=SecretStr(self.url), inbound_queues=number)
        parts = Coordinator(settings, around.engine, self.play.clock, around)
        counts = InboundCounts(CollectorRegistry())
        return InboundQueues(parts, self._door, counts, frozenset(only))

    def applied_by_sender(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {code: [] for code in SENDERS}
        for each in self.applied:
            found[each.routing_key.split(".")[1]].append(each.message_id)
        return found

    async def has_applied(self, number: int) -> None:
        await self._until(lambda: len(self.applied) >= number)

    async def has_answered(self, number: int) -> None:
        """Wait until so many deliveries came to an end, also those that were here before."""
        await self._until(lambda: self.number_answered >= number)

    async def parked(self) -> list[DeadLetter]:
        async with self.play.work(AUDITOR) as work:
            return list(await work.dead_letters.where())

    async def _until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(3 * SECONDS):
            while not holds():  # noqa: ASYNC110 - a consumer tells nobody
                await asyncio.sleep(_POLL_SECONDS)

    async def _door(self, deliveries: Sequence[Delivery]) -> list[Disposition]:
        ends = await dispose_all(self.inbox, deliveries)
        self.number_answered += len(ends)
        return ends

    async def _apply(self, _connection: AsyncConnection, delivery: Delivery) -> str:
        if delivery.message_id in self.refused:
            raise PermanentFailure("refused")
        self.applied.append(delivery)
        return "correlation"


@pytest.fixture
async def taking_in(three: Broker, tmp_path: Path) -> AsyncIterator[Office]:
    play = start(sqlite_url(await migrated_file(tmp_path / "county.db")), tmp_path)
    play.around = replace(play.around, broker=ManagedBroker(three.management))
    yield Office(play, three.url("coordinator"))
    await play.close()


async def write(broker: Broker, code: str, names: Iterable[str]) -> None:
    """Publish messages as a department, one after the other, each confirmed and routed."""
    async with connection_to(broker.url(department_user(code)), code) as connection:
        channel = await open_channel(connection, SECONDS, confirms=True)
        exchange = await channel.get_exchange(INBOUND, ensure=False)
        for name in names:
            message = Message(
                b"{}",
                message_id=name,
                type="TaskAccepted.v1",
                user_id=department_user(code),
                content_type=CONTENT_TYPE,
            )
            await exchange.publish(message, inbound_key(code, "TaskAccepted", 1), timeout=SECONDS)


def named(code: str, first: int, last: int) -> list[str]:
    return [f"{code}-{number}" for number in range(first, last + 1)]


async def all_write(broker: Broker, first: int, last: int) -> None:
    await asyncio.gather(*(write(broker, code, named(code, first, last)) for code in SENDERS))


@pytest.mark.parametrize("processes", [((),), ((1,), (2, 3))], ids=["one", "two"])
async def test_what_each_sender_writes_arrives_in_order_and_once(
    three: Broker, taking_in: Office, start: Start, processes: Sequence[Sequence[int]]
) -> None:
    for only in processes:
        start(taking_in.queues(3, *only).run())

    await all_write(three, 1, 40)
    await taking_in.has_answered(3 * 40)

    assert taking_in.applied_by_sender() == {code: named(code, 1, 40) for code in SENDERS}
    assert {each.routing_key.split(".")[1]: each.queue for each in taking_in.applied} == QUEUE_OF


async def test_a_process_for_some_queues_leaves_the_others_alone(
    three: Broker, taking_in: Office, start: Start
) -> None:
    start(taking_in.queues(3, 2).run())

    await all_write(three, 1, 5)
    await taking_in.has_answered(5)

    assert {each.queue for each in taking_in.applied} == {"onevisit.inbound.2"}
    for queue in (INBOUND_QUEUE, "onevisit.inbound.3"):
        assert len(await drained(three, queue)) == 5


async def test_every_sender_has_a_queue_of_its_own_and_nothing_is_missing(three: Broker) -> None:
    await all_write(three, 1, 2)

    found = {queue: await drained(three, queue) for queue in inbound_queue_names(3)}

    assert await missing(three.management, county(3)) == []
    for code, queue in QUEUE_OF.items():
        assert [each.message_id for each in found[queue]] == named(code, 1, 2)


async def test_a_message_parked_from_a_further_queue_is_applied_when_a_person_retries_it(
    three: Broker, taking_in: Office, start: Start
) -> None:
    [code] = [code for code, queue in QUEUE_OF.items() if queue == "onevisit.inbound.2"]
    [name] = taking_in.refused = {f"{code}-1"}
    start(taking_in.queues(3).run())
    copied = asyncio.Event()
    for consumer in dead_letter_consumers(taking_in.url, "dead", Copies(taking_in.inbox, copied)):
        start(consumer.run())
    await write(three, code, named(code, 1, 2))
    await taking_in.has_answered(2)
    await asyncio.wait_for(copied.wait(), SECONDS)
    [letter] = await taking_in.parked()
    assert (letter.message_id, letter.queue) == (name, "onevisit.inbound.2")

    taking_in.refused.clear()
    async with taking_in.play.work(office()) as work:
        await messages.retry_letter(work, letter.dead_letter_id, "已更正")
    await Retries(taking_in.inbox).run_due()

    assert taking_in.applied_by_sender()[code] == [f"{code}-2", name]
    assert [each.state for each in await taking_in.parked()] == [LetterState.RETRIED]


class Copies:
    """Dead letters that tell when one came."""

    def __init__(self, inbox: DatabaseInbox, came: asyncio.Event) -> None:
        self._inbox = inbox
        self._came = came

    async def record(self, delivery: Delivery, reason: str, from_queue: str) -> None:
        await self._inbox.record(delivery, reason, from_queue)
        self._came.set()


@pytest.mark.parametrize("only", [(), (1,)], ids=["one process", "a process per queue"])
async def test_from_one_queue_to_three_and_back_loses_nothing_that_waits_or_comes_meanwhile(
    three: Broker, taking_in: Office, start: Start, only: Sequence[int]
) -> None:
    assert await spread_senders(three.management, 1) == 2
    await all_write(three, 1, 10)  # they wait: nobody consumes

    writing = asyncio.create_task(all_write(three, 11, 60))
    assert await spread_senders(three.management, 3) == 2
    await writing
    await all_write(three, 61, 70)
    assert await spread_senders(three.management, 3) == 0
    assert await spread_senders(three.management, 1) == 2
    await all_write(three, 71, 80)

    # With one queue again, what waits in the two others is taken in all the same.
    start(taking_in.queues(1, *only).run())
    await taking_in.has_applied(3 * 80)

    applied = taking_in.applied_by_sender()
    for code in SENDERS:
        assert sorted(applied[code]) == sorted(named(code, 1, 80))
    assert await drained(three, UNROUTED_QUEUE) == []
    assert await taking_in.parked() == []


async def test_a_sender_bound_twice_for_a_while_has_every_effect_once(
    three: Broker, taking_in: Office, start: Start
) -> None:
    [code] = [code for code, queue in QUEUE_OF.items() if queue == "onevisit.inbound.3"]
    former = {"routing_key": f"dept.{code}.#"}
    place = ("bindings", VHOST, "e", INBOUND, "q", INBOUND_QUEUE)
    await three.management.post(*place, body=former)
    await write(three, code, named(code, 1, 20))
    assert await spread_senders(three.management, 3) == 0  # it was bound to its own already
    await write(three, code, named(code, 21, 30))

    start(taking_in.queues(3).run())
    await taking_in.has_answered(20 + 20 + 10)
    assert sorted(taking_in.applied_by_sender()[code]) == sorted(named(code, 1, 30))
    bound = await three.management.get(*place)
    assert former["routing_key"] not in {row["routing_key"] for row in bound}
