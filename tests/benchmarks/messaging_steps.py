"""Steps of the messaging benchmark, each a process of its own: `STEP AMQP_URL DATABASE_URL N`."""

import asyncio
import json
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from typing_extensions import override

from contracts.amqp.consumer import Consumer, ConsumerSettings
from contracts.amqp.disposition import Disposition, dispose_all
from contracts.amqp.ports import Delivery, Marks, OutgoingMessage
from contracts.amqp.publisher import AmqpPublisher, Outcome
from contracts.amqp.relay import Relay, RelaySettings
from contracts.loading import settle
from contracts.topology import (
    INBOUND,
    TASKS,
    department_user,
    inbound_key,
    inbound_queue_names,
    inbound_queue_of,
    tasks_queue,
)
from coordinator.adapters.clock import BusinessClock
from coordinator.adapters.db.engine import make_engine, writing
from coordinator.adapters.db.inbox import DatabaseInbox, InboxSettings
from coordinator.adapters.db.outbox import DatabaseOutbox
from coordinator.adapters.db.outbox_rows import STATES, append
from coordinator.adapters.db.tables_messaging import InboxRow
from coordinator.adapters.identifiers import new_uuid7

DEPARTMENTS = tuple(f"d{number}" for number in range(5))
QUEUES = inbound_queue_names(2)
SENDERS = tuple(
    next(code for code in DEPARTMENTS if inbound_queue_of(code, len(QUEUES)) == queue)
    for queue in QUEUES
)
"""A department for each of the inbound queues."""

BODY = b"x" * 1_500
_INBOX: Any = InboxRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_BATCH = 100
_PER_SECOND = 500
_WRITERS = 8
_CLOCK = BusinessClock("Asia/Shanghai")


class _Rate:
    """Messages per second, from when the first were through until the last are: no start counts."""

    def __init__(self, number: int) -> None:
        self._left = number
        self._began: tuple[float, int] | None = None
        self.is_over = asyncio.Event()
        self.per_second = 0.0

    def count(self, through: int) -> None:
        now = time.perf_counter()
        self._left -= through
        if through and self._began is None:
            self._began = now, self._left
        if self._left <= 0 and self._began is not None:
            began, number = self._began
            self.per_second = number / (now - began)
            self.is_over.set()


async def raw(amqp_url: str, _: str, number: int) -> dict[str, float]:
    """The publisher alone: what it can at most, with as much under way as a relay has."""
    publisher, relayed = AmqpPublisher(amqp_url, "bench raw"), RelaySettings("raw")
    messages = [_message(each) for each in range(number)]
    batches = [messages[at : at + relayed.batch] for at in range(0, number, relayed.batch)]
    room = asyncio.Semaphore(relayed.under_way // relayed.batch)
    rate = _Rate(number)

    async def publish(batch: Sequence[OutgoingMessage]) -> None:
        async with room:
            receipts = await publisher.publish(batch)
        _require(all(receipt.outcome is Outcome.CONFIRMED for receipt in receipts))
        rate.count(len(receipts))

    await asyncio.gather(*map(publish, batches))
    await publisher.close()
    return {"per_second": rate.per_second}


async def drain(amqp_url: str, database_url: str, number: int) -> dict[str, float]:
    """The relay over a full outbox on PostgreSQL."""
    engine = make_engine(database_url)
    async with writing(engine).begin() as connection:
        rows = [_row(_message(each)) for each in range(number)]
        for row in rows:
            await append(connection, row)
    rate = _Rate(number)
    outbox = _CountedOutbox(engine, _CLOCK, rate)
    relay = asyncio.create_task(_relay(outbox, amqp_url).run())
    async with asyncio.timeout(120):
        await rate.is_over.wait()
    await _cancelled(relay)
    _require(await _is_sent(engine, number))
    await engine.dispose()
    return {"per_second": rate.per_second}


class _CountedOutbox(DatabaseOutbox):
    """Counts what was marked: to look into the database meanwhile would slow the relay down."""

    def __init__(self, engine: AsyncEngine, clock: BusinessClock, rate: _Rate) -> None:
        super().__init__(engine, clock)
        self._rate = rate

    @override
    async def pending(
        self,
        epoch: int,
        limit: int,
        under_way: Collection[int] = (),
        marks: Marks | None = None,
    ) -> Sequence[OutgoingMessage]:
        rows = await super().pending(epoch, limit, under_way, marks)
        self._rate.count(len(marks.sent) if marks else 0)
        return rows

    @override
    async def mark(self, epoch: int, sent: Sequence[int], unroutable: Mapping[int, str]) -> None:
        await super().mark(epoch, sent, unroutable)
        self._rate.count(len(sent))


async def fill_inbound(amqp_url: str, _: str, number: int) -> dict[str, float]:
    """Messages of one department on its inbound queue."""
    sender = next(code for code in SENDERS if department_user(code) in amqp_url)
    key = inbound_key(sender, "TaskAccepted", 1)
    publisher = AmqpPublisher(amqp_url, "bench inbound")
    messages = [_message(each, INBOUND, key) for each in range(number)]
    receipts = await publisher.publish(messages)
    await publisher.close()
    _require(all(receipt.outcome is Outcome.CONFIRMED for receipt in receipts))
    return {"number": number}


async def inbound(amqp_url: str, database_url: str, number: int) -> dict[str, float]:
    """The consumer of the office with its inbox on PostgreSQL; the handler does nothing."""
    return await _taken_in(QUEUES[0], amqp_url, database_url, number)


async def inbound_beside(amqp_url: str, database_url: str, number: int) -> dict[str, float]:
    """Another process that takes from the second inbound queue."""
    return await _taken_in(QUEUES[1], amqp_url, database_url, number)


async def _taken_in(queue: str, amqp_url: str, database_url: str, number: int) -> dict[str, float]:
    """Take from a queue until the inbox has so many, and give when that began and ended."""
    engine = make_engine(database_url)
    inbox = DatabaseInbox(engine, _CLOCK, InboxSettings("bench"), _nothing)
    settings = ConsumerSettings(queue, prefetch=3 * _BATCH, batch=_BATCH)
    began = time.monotonic()
    consumer = Consumer(amqp_url, "bench", settings, partial(dispose_all, inbox))
    consuming = asyncio.create_task(consumer.run())

    async def is_over() -> bool:
        async with engine.connect() as connection:
            query = select(func.count()).select_from(_INBOX)
            return (await connection.execute(query)).scalar_one() >= number

    await _until(is_over, 0.1)
    ended = time.monotonic()
    await _cancelled(consuming)
    await engine.dispose()
    return {"began": began, "ended": ended}


async def write(_: str, database_url: str, number: int) -> dict[str, Any]:
    """Small business transactions at a steady pace; tells when each was committed."""
    engine = make_engine(database_url)
    committed: dict[str, float] = {}
    begin = time.monotonic() + 1
    numbers = iter(range(number))

    async def write_some() -> None:
        async with writing(engine).connect() as connection:
            for each in numbers:
                await asyncio.sleep(begin + each / _PER_SECOND - time.monotonic())
                message = _message(each)
                async with connection.begin():
                    await append(connection, _row(message))
                committed[message.message_id] = time.monotonic()

    await asyncio.gather(*(write_some() for _ in range(_WRITERS)))
    seconds = time.monotonic() - begin
    await engine.dispose()
    return {"committed": committed, "per_second": number / seconds}


async def relay(amqp_url: str, database_url: str, number: int) -> dict[str, float]:
    """A relay until everything is sent."""
    engine = make_engine(database_url)
    relaying = asyncio.create_task(_relay(DatabaseOutbox(engine, _CLOCK), amqp_url).run())
    await _until(lambda: _is_sent(engine, number), 0.5)
    await _cancelled(relaying)
    await engine.dispose()
    return {"number": number}


async def handle(amqp_url: str, _: str, number: int) -> dict[str, Any]:
    """The agents of five departments; tells when each handler was called."""
    handled: dict[str, float] = {}

    async def note(deliveries: Sequence[Delivery]) -> list[Disposition]:
        now = time.monotonic()
        for delivery in deliveries:
            handled.setdefault(delivery.message_id, now)
        return [Disposition.DONE] * len(deliveries)

    settings = [
        ConsumerSettings(tasks_queue(code), batch=10, linger_seconds=0) for code in DEPARTMENTS
    ]
    consumers = [Consumer(amqp_url, each.queue, each, note) for each in settings]
    tasks = [asyncio.create_task(consumer.run()) for consumer in consumers]

    async def is_over() -> bool:
        return len(handled) >= number

    await _until(is_over, 0.1)
    await _cancelled(*tasks)
    return {"handled": handled}


def latencies(committed: dict[str, float], handled: dict[str, float]) -> dict[str, float]:
    """Give p50 and p99 from commit to handler, in milliseconds; the first second warms up."""
    late = [1_000 * (handled[name] - at) for name, at in list(committed.items())[_PER_SECOND:]]
    cuts = statistics.quantiles(late, n=100)
    return {"p50_ms": round(cuts[49], 2), "p99_ms": round(cuts[98], 2)}


def _message(number: int, exchange: str = TASKS, key: str = "") -> OutgoingMessage:
    code = DEPARTMENTS[number % len(DEPARTMENTS)]
    return OutgoingMessage(
        outbox_id=number,
        message_id=new_uuid7(),
        recipient=tasks_queue(code),
        sequence=number + 1,
        exchange=exchange,
        routing_key=key or code,
        headers={"x-schema": "TaskPublished;1.0", "x-seq": str(number + 1)},
        body=BODY,
        type="TaskPublished.v1",
        created_at=datetime.now(UTC),
    )


def _row(message: OutgoingMessage) -> dict[str, Any]:
    fields = (name for name in OutgoingMessage._fields if name != "outbox_id")
    values = {name: getattr(message, name) for name in fields}
    rest = {"aggregate": "bench", "available_at": message.created_at}
    return values | rest


def _relay(outbox: DatabaseOutbox, amqp_url: str) -> Relay:
    return Relay(outbox, AmqpPublisher(amqp_url, "bench relay"), RelaySettings(new_uuid7()))


async def _nothing(_: AsyncConnection, __: Delivery) -> str:
    return "bench"


async def _is_sent(engine: AsyncEngine, number: int) -> bool:
    """Look at the newest rows only: counting would cost the database more than the relay does."""
    async with engine.connect() as connection:
        newest = await connection.execute(select(func.max(STATES.c.outbox_id)))
        waiting = select(STATES.c.outbox_id).where(STATES.c.state == "pending").limit(1)
        is_over = (await connection.execute(waiting)).first() is None
        return is_over and (newest.scalar() or 0) >= number


async def _until(condition: Callable[[], Awaitable[bool]], every: float = 0.05) -> None:
    async with asyncio.timeout(120):
        while not await condition():  # noqa: ASYNC110 - a look from outside
            await asyncio.sleep(every)


async def _cancelled(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _require(is_so: bool) -> None:
    if not is_so:
        raise SystemExit("a message was not confirmed, or not marked")


_ALL = (raw, drain, fill_inbound, inbound, inbound_beside, write, relay, handle)
STEPS = {step.__name__: step for step in _ALL}


if __name__ == "__main__":
    settle()  # as every process of the office and of the departments does
    answer = asyncio.run(STEPS[sys.argv[1]](sys.argv[2], sys.argv[3], int(sys.argv[4])))
    print(json.dumps(answer))
