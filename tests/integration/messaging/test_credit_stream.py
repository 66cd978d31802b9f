"""The credit stream after the broker lost its end: completed from the log, before anything new."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select, update

from contracts.amqp.publisher import AmqpPublisher
from contracts.amqp.relay import Relay, RelaySettings
from contracts.topology import CREDIT_LOG_QUEUE, VHOST
from coordinator.adapters.db.credit_stream import CreditStream, complete_stream, looking_at
from coordinator.adapters.db.engine import writing
from coordinator.adapters.db.outbox import DatabaseOutbox
from coordinator.adapters.db.outbox_rows import OUTBOX, STATES
from tests.builders import NOW
from tests.builders_sanctions import DISCLOSED
from tests.integration.conftest import Broker
from tests.integration.messaging.conftest import Start, stopped
from tests.integration.messaging.queues import SECONDS, channel_as
from tests.play import Play, office
from tests.snapshots import Snapshot, migrated_file


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Play]:
    found = Snapshot(await migrated_file(tmp_path / "made.db"), NOW).resume(tmp_path)
    yield found
    await found.close()


async def disclose(play: Play, number_of_events: int) -> None:
    async with play.work(office()) as work:
        for _ in range(number_of_events):
            await work.post.to_credit(DISCLOSED, subject="v", correlation="v")


async def relay(play: Play, broker: Broker, start_loop: Start, *, completes: bool = True) -> None:
    """Let a fresh relay send what waits, then stop it."""
    around, url = play.around, broker.url("coordinator")
    stream = CreditStream(around.engine, around.clock, around.signer)
    hook = partial(complete_stream, stream, looking_at(url)) if completes else None
    publisher = AmqpPublisher(url, "relay", on_open=hook)
    outbox = DatabaseOutbox(around.engine, around.clock)
    task = start_loop(Relay(outbox, publisher, RelaySettings(owner="relay")).run())
    async with asyncio.timeout(SECONDS):
        while await _waiting(play):  # noqa: ASYNC110 - the relay tells nobody when it is done
            await asyncio.sleep(0.02)
    await stopped(task)


async def _waiting(play: Play) -> bool:
    async with play.around.engine.connect() as connection:
        pending = select(OUTBOX).where(OUTBOX.c.state == "pending").limit(1)
        return (await connection.execute(pending)).first() is not None


async def lose_the_stream(broker: Broker) -> None:
    await broker.management.delete("queues", VHOST, CREDIT_LOG_QUEUE)
    await broker.provision()


async def numbers_in_stream(broker: Broker, expected: int) -> list[int]:
    """Read the whole stream as a credit system may."""
    numbers: list[int] = []
    async with channel_as(broker, "credit-county") as channel:
        await channel.set_qos(prefetch_count=100)
        queue = await channel.get_queue(CREDIT_LOG_QUEUE, ensure=False)
        arguments = {"x-stream-offset": "first"}
        async with asyncio.timeout(SECONDS), queue.iterator(arguments=arguments) as messages:
            while len(numbers) < expected:
                message = await anext(messages)
                numbers.append(int(str(message.headers["x-credit-number"])))
                await message.ack()
    return numbers


async def test_a_lost_end_of_the_stream_is_published_again_in_order_before_anything_new(
    broker: Broker, play: Play, start: Start
) -> None:
    await lose_the_stream(broker)
    await disclose(play, 4)
    await relay(play, broker, start)
    whole = await numbers_in_stream(broker, 4)

    await lose_the_stream(broker)
    async with writing(play.around.engine).begin() as connection:
        only_first = (OUTBOX.c.recipient == CREDIT_LOG_QUEUE) & (OUTBOX.c.sequence == 1)
        first = STATES.c.outbox_id.in_(select(OUTBOX.c.outbox_id).where(only_first))
        await connection.execute(update(STATES).where(first).values(state="pending"))
    await relay(play, broker, start, completes=False)
    await disclose(play, 1)
    await relay(play, broker, start)

    assert whole == [1, 2, 3, 4]
    assert await numbers_in_stream(broker, 5) == [1, 2, 3, 4, 5]


async def test_a_stream_that_does_not_exist_stops_nobody_elses_messages(
    broker: Broker, play: Play, start: Start
) -> None:
    await lose_the_stream(broker)
    await disclose(play, 1)
    await relay(play, broker, start)
    await broker.management.delete("queues", VHOST, CREDIT_LOG_QUEUE)

    await disclose(play, 1)
    await relay(play, broker, start)

    async with play.work(office()) as work:
        unroutable = await work.outgoing.where(state="unroutable")
    await broker.provision()
    assert [each.recipient for each in unroutable] == [CREDIT_LOG_QUEUE]
