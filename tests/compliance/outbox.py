"""What every Outbox must do, whatever database is behind it.

A store's test module subclasses the suites and gives a fixture `harness`:

    class TestOurOutbox(OutboxCompliance):
        @pytest.fixture
        async def harness(self) -> OutboxHarness: ...

Each test gets an empty store.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Protocol

import pytest

from contracts.amqp.ports import LeaseLostError, Marks, Outbox, OutgoingMessage
from tests.fakes_messaging import messages


class OutboxHarness(Protocol):
    """An outbox under test and the way to look into it."""

    outbox: Outbox

    async def add(self, new: Sequence[OutgoingMessage]) -> list[int]:
        """Commit pending rows with these contents and give their outbox ids, ascending."""
        ...

    async def states(self) -> Mapping[int, str]:
        """Give the state of every row by outbox id."""
        ...

    async def expire_lease(self) -> None:
        """Let the time of the current lease run out."""
        ...


class OutboxCompliance:
    """Order, exact marks, and one fenced lease."""

    async def test_pending_rows_come_in_order_with_their_contents(
        self, harness: OutboxHarness
    ) -> None:
        ids = await harness.add(messages(1, 2, 3))

        epoch = await leased(harness, "relay-1")
        pending = await harness.outbox.pending(epoch, 10)

        expected = [m._replace(outbox_id=n) for m, n in zip(messages(1, 2, 3), ids, strict=True)]
        assert list(pending) == expected

    async def test_pending_gives_no_more_than_the_limit(self, harness: OutboxHarness) -> None:
        ids = await harness.add(messages(1, 2, 3))

        pending = await harness.outbox.pending(await leased(harness, "relay-1"), 2)

        assert [message.outbox_id for message in pending] == ids[:2]

    async def test_it_works_on_after_it_was_closed(self, harness: OutboxHarness) -> None:
        await harness.add(messages(1))
        epoch = await leased(harness, "relay-1")
        await harness.outbox.wait_for_work(0.05)

        await harness.outbox.close()

        assert len(await harness.outbox.pending(epoch, 10)) == 1
        await harness.outbox.wait_for_work(0.05)

    async def test_only_marked_rows_leave_pending(self, harness: OutboxHarness) -> None:
        first, second, third = await harness.add(messages(1, 2, 3))
        epoch = await leased(harness, "relay-1")

        await harness.outbox.mark(epoch, [first], {second: "no route"})

        assert await harness.states() == {first: "sent", second: "unroutable", third: "pending"}
        assert [m.outbox_id for m in await harness.outbox.pending(epoch, 10)] == [third]

    async def test_rows_under_way_are_not_given_again(self, harness: OutboxHarness) -> None:
        first, second, third = await harness.add(messages(1, 2, 3))
        epoch = await leased(harness, "relay-1")

        pending = await harness.outbox.pending(epoch, 10, {first, third})

        assert [message.outbox_id for message in pending] == [second]

    async def test_reading_marks_what_was_answered_meanwhile(self, harness: OutboxHarness) -> None:
        first, second, third = await harness.add(messages(1, 2, 3))
        epoch = await leased(harness, "relay-1")

        marks = Marks([first], {second: "no route"})
        pending = await harness.outbox.pending(epoch, 10, (), marks)

        assert [message.outbox_id for message in pending] == [third]
        assert await harness.states() == {first: "sent", second: "unroutable", third: "pending"}

    async def test_a_row_committed_late_is_not_skipped(self, harness: OutboxHarness) -> None:
        epoch = await leased(harness, "relay-1")
        [first] = await harness.add(messages(1))
        await harness.outbox.mark(epoch, [first], {})

        [late] = await harness.add(messages(2))

        assert [m.outbox_id for m in await harness.outbox.pending(epoch, 10)] == [late]

    async def test_a_second_relay_gets_no_lease(self, harness: OutboxHarness) -> None:
        await leased(harness, "relay-1")

        assert await harness.outbox.acquire_lease("relay-2") is None

    async def test_the_holder_renews_under_the_same_epoch(self, harness: OutboxHarness) -> None:
        epoch = await leased(harness, "relay-1")

        assert await harness.outbox.acquire_lease("relay-1") == epoch

    async def test_an_expired_lease_is_taken_over_under_a_greater_epoch(
        self, harness: OutboxHarness
    ) -> None:
        epoch = await leased(harness, "relay-1")
        await harness.expire_lease()

        assert await leased(harness, "relay-2") > epoch

    async def test_a_released_lease_is_free_at_once_under_a_greater_epoch(
        self, harness: OutboxHarness
    ) -> None:
        epoch = await leased(harness, "relay-1")

        await harness.outbox.release_lease("relay-2")
        assert await harness.outbox.acquire_lease("relay-2") is None
        await harness.outbox.release_lease("relay-1")

        assert await leased(harness, "relay-2") > epoch

    async def test_the_former_holder_can_neither_read_nor_mark(
        self, harness: OutboxHarness
    ) -> None:
        [row] = await harness.add(messages(1))
        epoch = await leased(harness, "relay-1")
        await harness.expire_lease()
        await leased(harness, "relay-2")

        with pytest.raises(LeaseLostError):
            await harness.outbox.pending(epoch, 10)
        with pytest.raises(LeaseLostError):
            await harness.outbox.mark(epoch, [row], {})
        with pytest.raises(LeaseLostError):
            await harness.outbox.pending(epoch, 10, (), Marks([row]))
        assert await harness.states() == {row: "pending"}

    async def test_waiting_ends_in_time_when_there_is_no_work(self, harness: OutboxHarness) -> None:
        async with asyncio.timeout(5):
            await harness.outbox.wait_for_work(0.05)

    async def test_waiting_ends_when_work_was_committed(self, harness: OutboxHarness) -> None:
        await harness.outbox.wait_for_work(0.05)  # the first may end at once
        waiting = asyncio.create_task(harness.outbox.wait_for_work(30))
        await harness.add(messages(1))

        async with asyncio.timeout(5):
            await waiting


async def leased(harness: OutboxHarness, owner: str) -> int:
    """Take the lease, which must be free."""
    epoch = await harness.outbox.acquire_lease(owner)
    assert epoch is not None
    return epoch
