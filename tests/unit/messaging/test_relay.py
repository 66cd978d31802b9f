"""The relay's decisions, with a store and a publisher in memory."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from contracts.amqp.back_off import FIRST_SECONDS, LAST_SECONDS, BackOff
from contracts.amqp.publisher import Outcome, Receipt
from contracts.amqp.relay import Relay, RelaySettings
from tests.fakes_messaging import FakeOutbox, FakePublisher, messages

UNCONFIRMED = Receipt(Outcome.UNCONFIRMED, "no confirm in time")


@pytest.fixture
def outbox() -> FakeOutbox:
    return FakeOutbox()


@pytest.fixture
def publisher() -> FakePublisher:
    return FakePublisher()


@pytest.fixture
async def running(outbox: FakeOutbox, publisher: FakePublisher) -> AsyncIterator[None]:
    """Run a relay that reads three rows at once."""
    settings = RelaySettings("relay-1", batch=3, under_way=6, idle_seconds=0.02)
    relay = Relay(outbox, publisher, settings)
    task = asyncio.create_task(relay.run())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert publisher.closed


@pytest.mark.usefixtures("running")
async def test_rows_leave_in_order(outbox: FakeOutbox, publisher: FakePublisher) -> None:
    outbox.add(messages(3, 1, 2, 5, 4))

    await outbox.until_none_pending()

    assert publisher.published == [1, 2, 3, 4, 5]


@pytest.mark.usefixtures("running")
async def test_an_unconfirmed_row_stays_pending_and_is_sent_again(
    outbox: FakeOutbox, publisher: FakePublisher
) -> None:
    publisher.script = [{2: UNCONFIRMED}]
    outbox.add(messages(1, 2, 3))

    await outbox.until_none_pending()

    assert publisher.published == [1, 2, 3, 2]
    assert outbox.in_state("sent") == [1, 2, 3]


@pytest.mark.usefixtures("running")
async def test_a_returned_row_becomes_unroutable_with_its_reason(
    outbox: FakeOutbox, publisher: FakePublisher
) -> None:
    publisher.script = [{2: Receipt(Outcome.RETURNED, "no route")}]
    outbox.add(messages(1, 2, 3))

    await outbox.until_none_pending()

    assert outbox.errors == {2: "no route"}
    assert outbox.in_state("sent") == [1, 3]


@pytest.mark.usefixtures("running")
async def test_the_next_batch_leaves_while_the_last_waits_for_its_confirms(
    outbox: FakeOutbox, publisher: FakePublisher
) -> None:
    publisher.hold()
    outbox.add(messages(*range(1, 10)))

    async with asyncio.timeout(5):
        await publisher.until_published(6)
    assert publisher.published == [1, 2, 3, 4, 5, 6]
    assert outbox.in_state("pending") == list(range(1, 10))
    publisher.release()
    await outbox.until_none_pending()

    assert publisher.published == list(range(1, 10))


@pytest.mark.usefixtures("running")
async def test_behind_a_batch_that_failed_nothing_leaves_before_it_is_read_again(
    outbox: FakeOutbox, publisher: FakePublisher
) -> None:
    publisher.script = [{2: UNCONFIRMED}, {}]
    publisher.hold()
    outbox.add(messages(*range(1, 10)))
    async with asyncio.timeout(5):
        await publisher.until_published(6)

    publisher.release()
    await outbox.until_none_pending()

    assert publisher.published == [1, 2, 3, 4, 5, 6, 2, 7, 8, 9]
    assert outbox.in_state("sent") == list(range(1, 10))


async def test_a_relay_that_is_stopped_marks_what_was_under_way(
    outbox: FakeOutbox, publisher: FakePublisher
) -> None:
    task = asyncio.create_task(Relay(outbox, publisher, RelaySettings("relay-1")).run())
    publisher.hold()
    outbox.add(messages(1, 2))
    async with asyncio.timeout(5):
        await publisher.until_published(2)

    task.cancel()
    publisher.release()
    await asyncio.gather(task, return_exceptions=True)

    assert outbox.in_state("sent") == [1, 2]
    assert outbox.holder is None


@pytest.mark.usefixtures("running")
async def test_a_relay_that_lost_its_lease_marks_nothing(
    outbox: FakeOutbox, publisher: FakePublisher
) -> None:
    def another_takes_over() -> None:
        outbox.holder, outbox.epoch = "relay-2", outbox.epoch + 1
        published.set()

    published = asyncio.Event()
    publisher.before_answer = another_takes_over
    outbox.add(messages(1))
    await published.wait()

    async with asyncio.timeout(5):
        await relay_gave_up(outbox)
    assert outbox.in_state("pending") == [1]


async def relay_gave_up(outbox: FakeOutbox) -> None:
    """Wait until the relay asks for the lease again and is refused."""
    asked = asyncio.Event()
    acquire = outbox.acquire_lease

    async def acquire_and_tell(owner: str) -> int | None:
        asked.set()
        return await acquire(owner)

    outbox.acquire_lease = acquire_and_tell  # type: ignore[method-assign] # listening, not faking
    await asked.wait()


def test_pauses_grow_from_a_fifth_of_a_second_to_five_and_start_anew() -> None:
    back_off = BackOff()

    pauses = [back_off.next_pause() for _ in range(40)]
    back_off.reset()

    assert all(FIRST_SECONDS <= pause <= LAST_SECONDS for pause in pauses)
    assert max(pauses) > 2
    assert len(set(pauses)) > 30
    assert back_off.next_pause() <= 2 * FIRST_SECONDS
