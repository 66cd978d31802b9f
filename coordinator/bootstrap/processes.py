"""The processes of the coordinator that talk to the broker: relay and inbound."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable
from functools import partial

from contracts.amqp.consumer import Consumer, ConsumerSettings
from contracts.amqp.dead_letters import dead_letter_consumers
from contracts.amqp.disposition import dispose_all
from contracts.amqp.publisher import AmqpPublisher
from contracts.amqp.relay import Relay, RelaySettings
from contracts.amqp.retries import Retries
from contracts.topology import INBOUND_QUEUE
from coordinator.adapters.db.inbox import DatabaseInbox, InboxSettings
from coordinator.adapters.db.outbox import DatabaseOutbox
from coordinator.adapters.inbound import CONSUMER, SECRET_TYPES, InboundMessages
from coordinator.bootstrap import Coordinator
from coordinator.bootstrap.daily import run_duties

_BATCH = 100


async def serve_relay(parts: Coordinator) -> None:
    """Relay the outbox until a signal asks to stop."""
    settings = parts.settings
    publisher = AmqpPublisher(settings.amqp_url.get_secret_value(), "onevisit relay")
    owner = f"{settings.relay_owner}-{os.getpid()}"
    relay = Relay(DatabaseOutbox(parts.engine, parts.clock), publisher, RelaySettings(owner))
    await until_stopped(relay.run)


async def serve_inbound(parts: Coordinator) -> None:
    """Take in messages of departments and credit systems, retries, dead letters; daily duties."""
    url = parts.settings.amqp_url.get_secret_value()
    settings = InboxSettings(CONSUMER, secret_types=SECRET_TYPES)
    apply = InboundMessages(parts.around).apply
    inbox = DatabaseInbox(parts.engine, parts.clock, settings, apply)

    inbound = ConsumerSettings(INBOUND_QUEUE, prefetch=_BATCH, batch=_BATCH)
    consumers = (
        Consumer(url, "onevisit inbound", inbound, partial(dispose_all, inbox)),
        *dead_letter_consumers(url, "onevisit dead letters", inbox),
    )

    async def run() -> None:
        async with asyncio.TaskGroup() as group:
            for consumer in consumers:
                group.create_task(consumer.run())
            group.create_task(Retries(inbox).run())
            group.create_task(run_duties(parts))

    await until_stopped(run)


async def until_stopped(work: Callable[[], Awaitable[None]]) -> None:
    """Run until SIGTERM or SIGINT; what is under way is committed or rolled back, never cut."""
    task = asyncio.ensure_future(work())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task
