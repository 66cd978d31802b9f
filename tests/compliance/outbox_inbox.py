"""What every Outbox and Inbox must do, whatever database is behind it.

A store's test module subclasses the two suites and gives a fixture `harness`:

    class TestOurOutbox(OutboxCompliance):
        @pytest.fixture
        async def harness(self) -> OutboxHarness: ...

Each test gets an empty store. The handler of an inbox under test does whatever
`InboxHarness.on_apply` was last given, inside the inbox's own transaction.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import pytest

from contracts.amqp.disposition import Disposition, dispose, dispose_all
from contracts.amqp.ports import (
    Delivery,
    Inbox,
    LeaseLostError,
    Marks,
    Outbox,
    OutgoingMessage,
    PermanentFailure,
)
from contracts.amqp.retries import Retries
from tests.fakes_messaging import a_delivery, messages

Apply = Callable[[Delivery], None]


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


class InboxHarness(Protocol):
    """An inbox under test with three attempts, and the way to look into it."""

    inbox: Inbox

    def on_apply(self, apply: Apply) -> None:
        """From now on the handler calls this before its effect; an exception is its failure."""
        ...

    async def applied(self) -> list[str]:
        """Give the message ids of committed effects, in order."""
        ...

    async def parked(self) -> Mapping[str, str]:
        """Give the reasons of parked messages by message id."""
        ...

    async def make_retries_due(self) -> None:
        """Let time pass until every stored retry is due."""
        ...


class OutboxCompliance:
    """Order, exact marks, and one fenced lease."""

    async def test_pending_rows_come_in_order_with_their_contents(
        self, harness: OutboxHarness
    ) -> None:
        ids = await harness.add(messages(1, 2, 3))

        epoch = await leased(harness, "relay-1")
        pending = await harness.outbox.pending(epoch, 10)

        expected = [replace(m, outbox_id=n) for m, n in zip(messages(1, 2, 3), ids, strict=True)]
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


class InboxCompliance:
    """One effect per message, retries with an end, parking with a reason."""

    async def test_a_new_message_is_applied(self, harness: InboxHarness) -> None:
        assert await dispose(harness.inbox, a_delivery(1)) is Disposition.DONE

        assert await harness.applied() == ["message-1"]

    async def test_a_duplicate_is_done_without_a_second_effect(self, harness: InboxHarness) -> None:
        await dispose(harness.inbox, a_delivery(1))

        again = await dispose(harness.inbox, a_delivery(1, redelivered=True))

        assert again is Disposition.DONE
        assert await harness.applied() == ["message-1"]

    async def test_the_same_id_with_another_body_is_parked(self, harness: InboxHarness) -> None:
        await dispose(harness.inbox, a_delivery(1))

        again = await dispose(harness.inbox, a_delivery(1, body=b'{"number": 2}'))

        assert again is Disposition.PARK
        assert await harness.applied() == ["message-1"]
        assert "message-1" in await harness.parked()

    async def test_a_failure_leaves_no_effect_and_a_retry_applies_it_once(
        self, harness: InboxHarness
    ) -> None:
        harness.on_apply(busy)
        assert await dispose(harness.inbox, a_delivery(1)) is Disposition.RETRY
        assert await harness.applied() == []

        harness.on_apply(works)
        await harness.make_retries_due()
        await Retries(harness.inbox).run_due()

        assert await harness.applied() == ["message-1"]
        await harness.make_retries_due()
        assert list(await harness.inbox.due_retries(10)) == []

    async def test_a_retried_delivery_is_the_delivery_that_came(
        self, harness: InboxHarness
    ) -> None:
        came = a_delivery(1, correlation_id="visit-1")
        harness.on_apply(busy)
        await dispose(harness.inbox, came)
        await harness.make_retries_due()

        [due] = await harness.inbox.due_retries(10)

        assert replace(due, redelivered=False) == came

    async def test_after_its_last_attempt_a_message_is_parked_and_not_retried(
        self, harness: InboxHarness
    ) -> None:
        harness.on_apply(busy)
        ends = [await dispose(harness.inbox, a_delivery(1))]
        for _ in range(2):
            await harness.make_retries_due()
            await Retries(harness.inbox).run_due()

        await harness.make_retries_due()
        assert ends == [Disposition.RETRY]
        assert list(await harness.inbox.due_retries(10)) == []
        assert "busy" in (await harness.parked())["message-1"]

    async def test_a_permanent_failure_is_parked_with_its_reason_and_no_effect(
        self, harness: InboxHarness
    ) -> None:
        harness.on_apply(poison)

        assert await dispose(harness.inbox, a_delivery(1)) is Disposition.PARK

        assert await harness.parked() == {"message-1": "poison"}
        assert await harness.applied() == []

    async def test_parking_twice_keeps_the_first_reason(self, harness: InboxHarness) -> None:
        await harness.inbox.park(a_delivery(1), "first")
        await harness.inbox.park(a_delivery(1), "second")

        assert await harness.parked() == {"message-1": "first"}

    async def test_several_messages_are_applied_in_order(self, harness: InboxHarness) -> None:
        deliveries = [a_delivery(number) for number in (1, 2, 3, 2)]

        assert await dispose_all(harness.inbox, deliveries) == [Disposition.DONE] * 4

        assert await harness.applied() == ["message-1", "message-2", "message-3"]

    async def test_one_failure_among_several_has_no_part_in_the_others(
        self, harness: InboxHarness
    ) -> None:
        harness.on_apply(lambda delivery: poison(delivery) if "2" in delivery.message_id else None)

        ends = await dispose_all(harness.inbox, [a_delivery(number) for number in (1, 2, 3)])

        assert ends == [Disposition.DONE, Disposition.PARK, Disposition.DONE]
        assert await harness.applied() == ["message-1", "message-3"]


def works(_: Delivery) -> None:
    """Apply without trouble."""


def busy(_: Delivery) -> None:
    """Fail for now."""
    raise TimeoutError("the register is busy")


def poison(_: Delivery) -> None:
    """Fail for ever."""
    raise PermanentFailure("poison")


async def leased(harness: OutboxHarness, owner: str) -> int:
    """Take the lease, which must be free."""
    epoch = await harness.outbox.acquire_lease(owner)
    assert epoch is not None
    return epoch
