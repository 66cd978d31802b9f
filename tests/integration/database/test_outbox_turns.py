"""On PostgreSQL a turn of the relay is one statement: what it does when others write meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contracts.amqp.ports import LeaseLostError, Marks
from tests.compliance.database_messaging import OutboxUnderTest, insert_pending
from tests.fakes_messaging import messages
from tests.play import Play

pytestmark = pytest.mark.needs_postgres


@pytest.fixture
async def harness(empty: Play) -> AsyncIterator[OutboxUnderTest]:
    harness = OutboxUnderTest(empty)
    yield harness
    await harness.outbox.close()


async def test_a_turn_that_meets_a_takeover_waits_for_it_and_marks_nothing(
    harness: OutboxUnderTest,
) -> None:
    [row] = await harness.add(messages(1))
    epoch = await leased(harness)

    async with harness.play.around.engine.begin() as taking_over:
        await taking_over.execute(
            text("UPDATE relay_lease SET owner = 'relay-2', epoch = epoch + 1")
        )
        turn = asyncio.create_task(harness.outbox.pending(epoch, 10, (), Marks([row])))
        await until_somebody_waits(taking_over)

    with pytest.raises(LeaseLostError):
        await turn
    assert await harness.states() == {row: "pending"}


async def test_a_row_with_a_lower_number_that_is_committed_later_is_found(
    harness: OutboxUnderTest,
) -> None:
    epoch = await leased(harness)
    async with harness.play.around.engine.begin() as slow:
        [lower] = await insert_pending(slow, messages(1))
        [higher] = await harness.add(messages(2))
        before = await harness.outbox.pending(epoch, 10)

    after = await harness.outbox.pending(epoch, 10, {higher})

    assert lower < higher
    assert [message.outbox_id for message in before] == [higher]
    assert [message.outbox_id for message in after] == [lower]


async def test_a_row_that_somebody_works_on_is_left_out_until_they_are_done(
    harness: OutboxUnderTest,
) -> None:
    first, second = await harness.add(messages(1, 2))
    epoch = await leased(harness)
    async with harness.play.around.engine.begin() as working:
        await working.execute(
            text("UPDATE outbox_state SET last_error = '' WHERE outbox_id = :row"), {"row": first}
        )
        meanwhile = await harness.outbox.pending(epoch, 10)

    assert [message.outbox_id for message in meanwhile] == [second]
    assert len(await harness.outbox.pending(epoch, 10)) == 2


async def test_after_its_connection_was_cut_the_next_turn_takes_another(
    harness: OutboxUnderTest,
) -> None:
    await harness.add(messages(1))
    epoch = await leased(harness)
    await harness.outbox.pending(epoch, 10)

    async with harness.play.around.engine.begin() as connection:
        await connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND query LIKE '%WITH fence%'"
                " AND pid <> pg_backend_pid()"
            )
        )
    with pytest.raises(Exception, match=r"."):  # the driver has several ways to say it
        await harness.outbox.pending(epoch, 10)

    assert len(await harness.outbox.pending(epoch, 10)) == 1


async def test_the_settings_of_the_relay_stay_its_own(harness: OutboxUnderTest) -> None:
    engine = harness.play.around.engine
    before = await settings_in(engine)

    epoch = await leased(harness)
    await harness.outbox.pending(epoch, 10)
    await harness.outbox.close()

    assert await settings_in(engine) == before == {("on", "on", "auto")}


async def leased(harness: OutboxUnderTest) -> int:
    """Take the lease, which must be free."""
    epoch = await harness.outbox.acquire_lease("relay-1")
    assert epoch is not None
    return epoch


async def settings_in(engine: AsyncEngine) -> set[tuple[str, ...]]:
    """Give what applies on each of more connections than a relay gave back."""
    names = ("enable_seqscan", "enable_sort", "plan_cache_mode")
    settings = select(*(text(f"current_setting('{name}')") for name in names))
    async with AsyncExitStack() as stack:
        connections = [await stack.enter_async_context(engine.connect()) for _ in range(6)]
        return {tuple((await each.execute(settings)).one()) for each in connections}


async def until_somebody_waits(connection: AsyncConnection) -> None:
    """Return when some connection waits for a lock."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    async with asyncio.timeout(10):
        while not (await connection.execute(waiting)).scalar_one():  # noqa: ASYNC110 - a look from outside
            await asyncio.sleep(0.01)
