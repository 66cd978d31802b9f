"""The processes of the coordinator: pages, relay, inbound."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable
from functools import partial
from importlib.metadata import version

import uvicorn

from contracts.amqp.consumer import Consumer, ConsumerSettings
from contracts.amqp.dead_letters import dead_letter_consumers
from contracts.amqp.disposition import dispose_all
from contracts.amqp.publisher import AmqpPublisher
from contracts.amqp.relay import Relay, RelaySettings
from contracts.amqp.retries import Retries
from contracts.topology import INBOUND_QUEUE
from coordinator.adapters.audit_chain import first_break
from coordinator.adapters.db.inbox import DatabaseInbox, InboxSettings
from coordinator.adapters.db.outbox import DatabaseOutbox
from coordinator.adapters.db.unit_of_work import transaction
from coordinator.adapters.documents import TypstDocuments
from coordinator.adapters.inbound import CONSUMER, SECRET_TYPES, InboundMessages
from coordinator.bootstrap import DISTRIBUTION, Coordinator
from coordinator.bootstrap.daily import run_duties
from coordinator.bootstrap.reading import sweep
from coordinator.bootstrap.uploads import FolderUploads
from coordinator.web.app import create_app
from coordinator.web.parts import WebParts

_BATCH = 100


async def serve_web(parts: Coordinator) -> None:
    """Serve pages and API until a signal asks to stop."""
    settings = parts.settings
    await sweep(parts)  # readings that an earlier end of this process cut short
    app = create_app(
        WebParts(
            open_work=partial(transaction, parts.around),
            documents=TypstDocuments(settings.fonts),
            new_token=parts.around.chance.token,
            machine_now=parts.clock.machine_now,
            published_keys=parts.around.signer.published_keys(),
            office_name=settings.office_name,
            secure_cookies=settings.secure_cookies,
            rehearsal=parts.clock.rehearsal,
            version=version(DISTRIBUTION),
            zone=settings.zone,
            public_address=settings.public_address,
            uploads=FolderUploads(parts),
            first_break=first_break,
        )
    )
    config = uvicorn.Config(
        app, host=settings.web_host, port=settings.web_port, log_config=None, access_log=False
    )
    await uvicorn.Server(config).serve()


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
