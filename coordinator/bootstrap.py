"""What runs together: settings become engines, ports and processes."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec

import uvicorn
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.amqp.consumer import Consumer, ConsumerSettings
from contracts.amqp.dead_letters import dead_letter_consumers
from contracts.amqp.disposition import dispose_all
from contracts.amqp.publisher import AmqpPublisher
from contracts.amqp.relay import Relay, RelaySettings
from contracts.amqp.retries import Retries
from contracts.topology import INBOUND_QUEUE
from coordinator.adapters.audit_chain import first_break
from coordinator.adapters.clock import BusinessClock
from coordinator.adapters.db.engine import make_engine
from coordinator.adapters.db.inbox import DatabaseInbox, InboxSettings
from coordinator.adapters.db.outbox import DatabaseOutbox
from coordinator.adapters.db.unit_of_work import Surroundings, UnitOfWork, transaction
from coordinator.adapters.documents import TypstDocuments
from coordinator.adapters.inbound import CONSUMER, SECRET_TYPES, InboundMessages
from coordinator.adapters.policy_files import read_policy, read_working_days
from coordinator.adapters.record_shelf import FolderShelf
from coordinator.adapters.seed_sources import SystemChance
from coordinator.adapters.signer import OfficeSigner
from coordinator.domain.team_draw import FeasibilitySolver
from coordinator.services.ports import Actor, Role
from coordinator.settings import Settings
from coordinator.web.app import create_app
from coordinator.web.parts import WebParts

DISTRIBUTION = "onevisit"
_BATCH = 100


@dataclass(frozen=True)
class Coordinator:
    """The wired coordinator: what every command and process starts from."""

    settings: Settings
    engine: AsyncEngine
    clock: BusinessClock
    around: Surroundings

    def work(self, *, writes: bool = True) -> AbstractAsyncContextManager[UnitOfWork]:
        """Open a transaction of a command line: the office, at the machine's own console."""
        actor = Actor(name="console", role=Role.OFFICE)
        return transaction(self.around, actor, writes=writes)


@contextlib.asynccontextmanager
async def coordinator(settings: Settings | None = None) -> AsyncIterator[Coordinator]:
    """Wire the coordinator, and let the database go at the end."""
    chosen = settings or Settings()
    engine = make_engine(chosen.database_url)
    clock = BusinessClock(chosen.zone, chosen.offset_file)
    around = Surroundings(
        engine=engine,
        clock=clock,
        chance=SystemChance(),
        signer=OfficeSigner(chosen.key_file),
        shelf=FolderShelf(chosen.record_folder),
        policy=read_policy(chosen.policies, chosen.policy_profile),
        calendar=read_working_days(chosen.policies),
        software=f"{DISTRIBUTION} {version(DISTRIBUTION)}",
        team_solver=_team_solver(),
    )
    try:
        yield Coordinator(chosen, engine, clock, around)
    finally:
        await engine.dispose()


def _team_solver() -> FeasibilitySolver | None:
    """Give the exact solver where the extra `solver` is installed."""
    if find_spec("ortools") is None:
        return None
    solver: FeasibilitySolver = import_module(
        "coordinator.adapters.team_solver"
    ).CpSatFeasibilitySolver()
    return solver


async def serve_web(parts: Coordinator) -> None:
    """Serve pages and API until a signal asks to stop."""
    settings = parts.settings
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
    """Take in messages of departments and credit systems, retries and dead letters."""
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

    await until_stopped(run)


async def until_stopped(work: Callable[[], Awaitable[None]]) -> None:
    """Run until SIGTERM or SIGINT; what is under way is committed or rolled back, never cut."""
    task = asyncio.ensure_future(work())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task
