"""In-memory stores and publisher for the messaging core; they obey tests/compliance."""

import asyncio
import itertools
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from contracts.amqp.ports import (
    Delivery,
    LeaseLostError,
    Marks,
    OutgoingMessage,
    PermanentFailure,
)
from contracts.amqp.publisher import Outcome, Receipt
from contracts.topology import TASKS

CREATED_AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def a_message(number: int = 1, **changes: Any) -> OutgoingMessage:
    """Build an outgoing task message for department `market`."""
    message = OutgoingMessage(
        outbox_id=number,
        message_id=f"message-{number}",
        recipient="market",
        sequence=number,
        exchange=TASKS,
        routing_key="market",
        headers={"x-schema": "TaskPublished;1.0", "x-correlation-id": "visit-1"},
        body=b'{"number": %d}' % number,
        type="TaskPublished.v1",
        created_at=CREATED_AT,
    )
    return message._replace(**changes)


def messages(*numbers: int) -> list[OutgoingMessage]:
    """Build several messages in order."""
    return [a_message(number) for number in numbers]


def a_delivery(number: int = 1, **changes: Any) -> Delivery:
    """Build a delivery from department `market` as the broker would hand it over."""
    delivery = Delivery(
        message_id=f"message-{number}",
        type="FindingsSubmitted.v1",
        user_id="dept-market",
        routing_key="dept.market.FindingsSubmitted.v1",
        exchange="onevisit.inbound",
        queue="onevisit.inbound",
        headers={"x-schema": "FindingsSubmitted;1.0", "x-seq": str(number)},
        body=b'{"number": %d}' % number,
        redelivered=False,
    )
    return replace(delivery, **changes)


@dataclass
class FakeOutbox:
    """An outbox in memory; `lease` may be shared to play two replicas on one database."""

    rows: dict[int, OutgoingMessage] = field(default_factory=dict)
    states: dict[int, str] = field(default_factory=dict)
    errors: dict[int, str] = field(default_factory=dict)
    holder: str | None = None
    epoch: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, new: Iterable[OutgoingMessage]) -> None:
        for message in new:
            self.rows[message.outbox_id] = message
            self.states[message.outbox_id] = "pending"
        self.changed.set()
        self.news.set()

    def expire_lease(self) -> None:
        self.holder = None

    def in_state(self, state: str) -> list[int]:
        return [number for number in sorted(self.rows) if self.states[number] == state]

    async def acquire_lease(self, owner: str) -> int | None:
        if self.holder is None:
            self.holder, self.epoch = owner, self.epoch + 1
        return self.epoch if self.holder == owner else None

    async def release_lease(self, owner: str) -> None:
        if self.holder == owner:
            self.holder = None

    async def pending(
        self,
        epoch: int,
        limit: int,
        under_way: Collection[int] = (),
        marks: Marks | None = None,
    ) -> Sequence[OutgoingMessage]:
        self._fence(epoch)
        if marks:
            await self.mark(epoch, marks.sent, marks.unroutable)
        waiting = [number for number in self.in_state("pending") if number not in under_way]
        return [self.rows[number] for number in waiting[:limit]]

    async def mark(self, epoch: int, sent: Sequence[int], unroutable: Mapping[int, str]) -> None:
        self._fence(epoch)
        self.states |= dict.fromkeys(sent, "sent") | dict.fromkeys(unroutable, "unroutable")
        self.errors |= unroutable
        self.changed.set()

    async def wait_for_work(self, timeout: float) -> None:  # noqa: ASYNC109 - the port's signature
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self.news.wait()
        self.news.clear()

    async def close(self) -> None:
        self.news.clear()

    async def until_none_pending(self) -> None:
        """Wait for the relay; the test's own time limit ends a wait in vain."""
        async with asyncio.timeout(30):
            while self.in_state("pending"):
                self.changed.clear()
                await self.changed.wait()

    def _fence(self, epoch: int) -> None:
        if self.holder is None or epoch != self.epoch:
            raise LeaseLostError


Apply = Callable[[Delivery], None]


class FakeInbox:
    """An inbox in memory; `apply` is the handler: its effect is the message id in `applied`."""

    def __init__(self, apply: Apply = lambda _: None, attempts: int = 3) -> None:
        self.apply = apply
        self.attempts = attempts
        self.seen: dict[str, bytes] = {}
        self.applied: list[str] = []
        self.retries: dict[str, tuple[Delivery, int]] = {}
        self.parked: dict[str, str] = {}
        self.changed = asyncio.Event()

    async def process(self, delivery: Delivery) -> None:
        if self._is_duplicate(delivery):
            return
        self.apply(delivery)
        self.seen[delivery.message_id] = delivery.body
        self.applied.append(delivery.message_id)
        self.changed.set()

    async def process_many(self, deliveries: Sequence[Delivery]) -> None:
        before = dict(self.seen), list(self.applied)
        try:
            for delivery in deliveries:
                await self.process(delivery)
        except Exception:
            self.seen, self.applied = before
            raise

    async def retry_later(self, delivery: Delivery, error: str) -> None:
        _, attempts = self.retries.get(delivery.message_id, (delivery, 0))
        if attempts + 1 >= self.attempts:
            raise PermanentFailure(f"{self.attempts} attempts: {error}")
        self.retries[delivery.message_id] = (delivery, attempts + 1)
        self.changed.set()

    async def due_retries(self, limit: int) -> Sequence[Delivery]:
        return [delivery for delivery, _ in itertools.islice(self.retries.values(), limit)]

    async def retry_done(self, *message_ids: str) -> None:
        for message_id in message_ids:
            self.retries.pop(message_id, None)

    async def park(self, delivery: Delivery, reason: str) -> None:
        self.parked.setdefault(delivery.message_id, reason)
        self.changed.set()

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until the inbox looks as the test expects; fails after 30 seconds."""
        async with asyncio.timeout(30):
            while not condition():
                self.changed.clear()
                await self.changed.wait()

    def _is_duplicate(self, delivery: Delivery) -> bool:
        body = self.seen.get(delivery.message_id)
        if body is not None and body != delivery.body:
            raise PermanentFailure("the same message_id came with another body")
        return body is not None


@dataclass
class FakePublisher:
    """A publisher that answers from a script, then confirms everything."""

    script: list[Mapping[int, Receipt]] = field(default_factory=list)
    published: list[int] = field(default_factory=list)
    before_answer: Callable[[], None] = lambda: None
    closed: bool = False
    answering: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.answering.set()

    def hold(self) -> None:
        """Answer nothing from now on."""
        self.answering.clear()

    def release(self) -> None:
        """Answer again, also what waits."""
        self.answering.set()

    async def until_published(self, number: int) -> None:
        """Wait until so many messages were given to the broker."""
        while len(self.published) < number:
            self.changed.clear()
            await self.changed.wait()

    async def publish(self, messages: Sequence[OutgoingMessage]) -> Sequence[Receipt]:
        answers = self.script.pop(0) if self.script else {}
        self.published += [message.outbox_id for message in messages]
        self.changed.set()
        await self.answering.wait()
        self.before_answer()
        return [answers.get(m.outbox_id, Receipt(Outcome.CONFIRMED)) for m in messages]

    async def close(self) -> None:
        self.closed = True


class FakeDeadLetters:
    """Dead letters in memory: (message_id, from_queue) → (reason, delivery)."""

    def __init__(self) -> None:
        self.recorded: dict[tuple[str, str], tuple[str, Delivery]] = {}
        self.changed = asyncio.Event()

    async def record(self, delivery: Delivery, reason: str, from_queue: str) -> None:
        self.recorded.setdefault((delivery.message_id, from_queue), (reason, delivery))
        self.changed.set()

    async def until_recorded(self, message_id: str, from_queue: str) -> tuple[str, Delivery]:
        async with asyncio.timeout(30):
            while (message_id, from_queue) not in self.recorded:
                self.changed.clear()
                await self.changed.wait()
        return self.recorded[message_id, from_queue]
