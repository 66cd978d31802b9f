"""What every Inbox must do, whatever database is behind it.

The handler of an inbox under test does whatever `InboxHarness.on_apply` was last given, inside the
inbox's own transaction. See tests.compliance.outbox for how a store's tests use the suites.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

from contracts.amqp.disposition import Disposition, dispose, dispose_all
from contracts.amqp.ports import (
    Delivery,
    Inbox,
    PermanentFailure,
)
from contracts.amqp.retries import Retries
from tests.fakes_messaging import a_delivery

Apply = Callable[[Delivery], None]


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
