"""The processes of the coordinator that talk to the broker: relay and inbound."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable, Set
from functools import partial

from prometheus_client import CollectorRegistry, start_http_server

from contracts.amqp.dead_letters import dead_letter_consumers
from contracts.amqp.publisher import AmqpPublisher
from contracts.amqp.relay import Relay, RelaySettings
from contracts.amqp.retries import Retries
from contracts.amqp.traced import TracedPublisher, traced
from contracts.tracing import start_tracing
from coordinator.adapters.db.agents import DatabasePulses
from coordinator.adapters.db.credit_stream import CreditStream, complete_stream, looking_at
from coordinator.adapters.db.inbox import CONSUMER, DatabaseInbox, InboxSettings
from coordinator.adapters.db.outbox import DatabaseOutbox
from coordinator.adapters.heartbeats import InboundDoor
from coordinator.adapters.identifiers import new_uuid7
from coordinator.adapters.inbound import SECRET_TYPES, InboundMessages, RefusedReports
from coordinator.adapters.metrics import CountingPublisher, InboundCounts
from coordinator.bootstrap import Coordinator
from coordinator.bootstrap.daily import run_duties
from coordinator.bootstrap.exchanging import run_exchange
from coordinator.bootstrap.inbound_queues import InboundQueues
from coordinator.bootstrap.refusals import rule_in_words

_LOOPBACK = "127.0.0.1"


async def serve_relay(parts: Coordinator) -> None:
    """Relay the outbox until a signal asks to stop."""
    settings = parts.settings
    start_tracing(settings.traces_url, "onevisit-relay")
    url = settings.amqp_url.get_secret_value()
    stream = CreditStream(parts.engine, parts.clock, parts.around.signer)
    publisher = AmqpPublisher(
        url, "onevisit relay", on_open=partial(complete_stream, stream, looking_at(url))
    )
    # In containers every process has the same number: only chance tells two relays apart.
    owner = f"{settings.relay_owner}-{os.getpid()}-{new_uuid7()}"
    registry = CollectorRegistry()
    counting = CountingPublisher(TracedPublisher(publisher), registry)
    relay = Relay(DatabaseOutbox(parts.engine, parts.clock), counting, RelaySettings(owner))
    _serve_metrics(settings.relay_metrics_port, registry)
    await until_stopped(relay.run)


async def serve_inbound(parts: Coordinator, only: Set[int] = frozenset()) -> None:
    """Take in messages of departments and credit systems, retries, dead letters; daily duties.

    `only` from the inbound queues of these numbers, where other processes take from the others.
    """
    start_tracing(parts.settings.traces_url, "onevisit-inbound")
    url = parts.settings.amqp_url.get_secret_value()
    refused = RefusedReports(parts.around, rule_in_words)
    settings = InboxSettings(CONSUMER, secret_types=SECRET_TYPES, parked=traced(refused.answer))
    apply = traced(InboundMessages(parts.around).apply)
    inbox = DatabaseInbox(parts.engine, parts.clock, settings, apply)
    registry = CollectorRegistry()
    door = InboundDoor(inbox, DatabasePulses(parts.engine), parts.clock)
    queues = InboundQueues(parts, door, InboundCounts(registry), only)

    async def run() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(queues.run())
            for consumer in dead_letter_consumers(url, "onevisit dead letters", inbox):
                group.create_task(consumer.run())
            group.create_task(Retries(inbox).run())
            group.create_task(run_duties(parts))
            group.create_task(run_exchange(parts))

    _serve_metrics(parts.settings.inbound_metrics_port, registry)
    await until_stopped(run)


def _serve_metrics(port: int, registry: CollectorRegistry) -> None:
    """Let a Prometheus on this machine read what this very process counts; port 0: nobody."""
    if port:
        start_http_server(port, _LOOPBACK, registry)


async def until_stopped(work: Callable[[], Awaitable[None]]) -> None:
    """Run until SIGTERM or SIGINT; what is under way is committed or rolled back, never cut."""
    task = asyncio.ensure_future(work())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task
