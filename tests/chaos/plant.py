"""Everything that carries messages, as real processes: broker, database, relay, inbound, agents."""

import asyncio
import os
import signal
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.exc import DBAPIError

from contracts.amqp.declare import provision
from contracts.amqp.management import Management, ManagementError
from contracts.topology import (
    INBOUND_QUEUE,
    VHOST,
    topology,
)
from coordinator.bootstrap import Coordinator
from coordinator.settings import Settings
from department_agents.agent import STORE_FILE
from deploy.local.child import last_lines
from deploy.local.cluster import PrivateCluster
from deploy.local.ports import LOOPBACK, is_free
from deploy.local.postgres import PrivatePostgres
from deploy.local.private_node import PrivateNode
from tests.chaos.books import Books, read_books, sent_count
from tests.chaos.business import DEPARTMENT, REFUSED, write_transactions, write_until
from tests.chaos.process import Process
from tests.chaos.proxy import Proxy

CREDIT_SYSTEM = "county-credit"
COUNTY = topology([DEPARTMENT], [CREDIT_SYSTEM])
DEADLINE_SECONDS = 60.0
_DECLARED_SECONDS = 2.0  # it took between 0.1 and 1 s when it was tried
_LOOK_SECONDS = 0.05
_BOOKS_SECONDS = 0.25  # between two looks at the books: reading all of them takes a while
_ROOT = Path(__file__).parents[2]


Broker = PrivateNode | PrivateCluster


class Store(StrEnum):
    """What a plant runs on; CLUSTER has three brokers and SQLite."""

    POSTGRES = "postgres"
    SQLITE = "sqlite"
    CLUSTER = "cluster"


@dataclass
class Plant:
    """A running installation; `parts` is the coordinator as the test itself uses it."""

    folder: Path
    node: Broker
    postgres: PrivatePostgres | None
    proxy: Proxy
    parts: Coordinator
    store: Store
    processes: dict[str, Process] = field(default_factory=dict)
    writing: asyncio.Task[None] | None = None
    figures: dict[str, float] = field(default_factory=dict)
    goes_on: bool = False
    declared_at: float = 0.0

    @property
    def management(self) -> Management:
        return Management(self.node.management_url, *self.node.admin)

    @property
    def alone(self) -> PrivateNode:
        """The one node of the broker, where it is no cluster."""
        if isinstance(self.node, PrivateCluster):
            raise TypeError("this broker has several nodes")
        return self.node

    @property
    def cluster(self) -> PrivateCluster:
        """The cluster, where the broker is one."""
        if isinstance(self.node, PrivateNode):
            raise TypeError("this broker has one node")
        return self.node

    @property
    def agent_store(self) -> Path:
        return self.folder / "agent" / STORE_FILE

    @property
    def credit_store(self) -> Path:
        return self.folder / "credit" / STORE_FILE

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger"

    def url(self, user: str) -> str:
        """Give the AMQP address of a user, on the line that can be cut."""
        return behind(self.proxy, self.node.amqp_url(user, password_of(user)))

    @property
    def environment(self) -> dict[str, str]:
        """Give the environment of the coordinator's processes."""
        return {**_inherited(), **_coordinator_environment(self.parts.settings)}

    def add(self, name: str, *argv: str, **environment: str) -> Process:
        """Start one more process under a name."""
        process = Process(
            name, argv, {**self.environment, **environment}, self.folder / "logs" / f"{name}.log"
        )
        self.processes[name] = process
        process.start()
        return process

    async def is_up(self, name: str) -> None:
        """Wait until a process that was started does its work."""

        async def has_come() -> bool:
            return self.processes[name].is_up

        await until(has_come, f"{name} is up")

    async def has_store(self, name: str) -> None:
        """Wait until an agent that was started holds its store open."""
        store = self.folder / name / STORE_FILE

        async def is_held() -> bool:
            return self.processes[name].has_open(store)

        await until(is_held, f"{name} has its store open")

    def remove(self, name: str) -> None:
        """Stop a process that was added."""
        self.processes.pop(name).stop()

    async def provision(self) -> None:
        """Make again what a fault took away from the broker."""
        await provision(self.management, COUNTY, ())
        self.declared_at = time.monotonic()

    async def restart_node(self) -> None:
        """Start the broker that was killed, on the same folder."""
        await asyncio.to_thread(self.node.start)

    async def kill_broker(self, node: PrivateNode) -> None:
        """kill -9 of a node of the broker, once it has written down the queues it has.

        RabbitMQ 3.10 writes the name of a new queue a moment after it said that it is there. A
        queue that is not written down has no leader afterwards, until it is deleted and made anew.
        """

        async def is_written() -> bool:
            return time.monotonic() - self.declared_at >= _DECLARED_SECONDS

        await until(is_written, "the queues are written down")
        await self.kill(node)

    async def kill(self, server: PrivateNode | PrivatePostgres) -> None:
        """kill -9 of a server; returns when it is gone."""
        os.kill(server.pid, signal.SIGKILL)

        async def is_gone() -> bool:
            return not server.is_running

        await until(is_gone, "the server is gone")

    async def restart_database(self) -> None:
        """Start the database that was killed, on the port it had."""
        if self.postgres is None:
            raise RuntimeError("there is no server to start")
        port = urlsplit(self.parts.settings.database_url).port or 0

        async def is_let_go() -> bool:
            return is_free(port)

        await until(is_let_go, "the database's port is free")
        await asyncio.to_thread(self.postgres.start)

    def start_writing(self, number: int, chance: Random) -> asyncio.Task[None]:
        """Commit this many transactions in this process, beside everything else."""
        writing = write_transactions(self.parts, number, self.ledger, chance)
        self.writing = asyncio.create_task(writing)
        return self.writing

    @asynccontextmanager
    async def under_business(self, chance: Random) -> AsyncIterator[None]:
        """Commit transactions all the while, beside everything else; wait for the last one."""
        is_over = asyncio.Event()
        writing = write_until(is_over, self.parts, self.ledger, chance)
        self.writing, self.goes_on = asyncio.create_task(writing), True
        try:
            yield
            is_over.set()
            await self.writing
        finally:
            self.goes_on = False
            self.writing.cancel()
            await asyncio.gather(self.writing, return_exceptions=True)

    async def books(self) -> Books:
        """Read what went in and what came out so far."""
        return await read_books(self.parts, self.agent_store, self.credit_store, self.folder)

    async def told(self) -> int:
        """How many transactions were told as committed so far."""
        return len(self.ledger.read_text().split()) if self.ledger.exists() else 0

    def refusals(self) -> list[str]:
        """Give the rules that refused transactions so far."""
        file = self.ledger.with_name(REFUSED)
        return file.read_text().split() if file.exists() else []

    async def more_was_told(self, number: int) -> None:
        """Wait until this many more transactions were committed, or none is being written."""
        wanted = await self.told() + number

        async def is_told() -> bool:
            return self.writing is None or self.writing.done() or await self.told() >= wanted

        await until(is_told, f"{number} more transactions")

    async def moves_on(self, name: str) -> None:
        """Wait until something more has left the outbox."""
        before = await sent_count(self.parts)

        async def has_moved() -> bool:
            return await sent_count(self.parts) > before

        await until(has_moved, name)

    async def catches_up(self) -> None:
        """Wait until the agent has each order committed by now, those that it missed too."""
        wanted = set((await self.books()).committed)

        async def has_all() -> bool:
            return wanted <= set((await self.books()).orders)

        await until(has_all, "the agent has what it missed", 2 * DEADLINE_SECONDS, _BOOKS_SECONDS)

    async def moved_out(self) -> None:
        """Wait until the agent has taken in every order and notice that was sent."""

        async def is_taken_in() -> bool:
            books = await self.books()
            sent = await sent_count(self.parts, DEPARTMENT)
            return len(books.orders) + len(books.notices) == sent

        await until(is_taken_in, "the agent's queues are empty")

    async def consumers_of_inbound(self, number: int) -> None:
        """Wait until this many consumers are on the inbound queue."""

        async def are_there() -> bool:
            queue = await self.management.get("queues", VHOST, INBOUND_QUEUE)
            return int(queue.get("consumers", 0)) >= number

        await until(are_there, f"{number} consumers on {INBOUND_QUEUE}")

    async def settled(self, seconds: float = DEADLINE_SECONDS) -> Books:
        """Wait until everything committed has arrived; fails with the differences and the logs."""

        async def balanced() -> bool:
            try:
                return (await self.books()).are_balanced
            except (DBAPIError, OSError, sqlite3.Error):
                return False  # a store that is not there yet, or not at this moment

        try:
            await until(balanced, "the books are balanced", seconds, _BOOKS_SECONDS)
        except TimeoutError as error:
            raise AssertionError(await self.account(str(error))) from None
        return await self.books()

    async def account(self, error: str) -> str:
        """Tell what is where after a failure: books, queues, and the last lines of the logs."""
        try:
            books = await self.books()
        except (DBAPIError, OSError, sqlite3.Error) as unread:
            books = Books(frozenset(), (), (), (), (), (), {str(unread): 1})
        logs = [
            f"--- {name}\n{last_lines(process.log, 8)}" for name, process in self.processes.items()
        ]
        return "\n".join(
            [error, *books.differences(), f"stuck: {books.stuck}", await self._queues(), *logs]
        )

    async def _queues(self) -> str:
        """Tell what the broker says of its queues: ready, not acked, consumers, who leads."""
        try:
            queues: Any = await self.management.get("queues", VHOST)
        except ManagementError as error:
            return f"queues: {error}"
        told = ("name", "state", "messages_ready", "messages_unacknowledged", "consumers", "leader")
        return "\n".join(", ".join(f"{name} {each.get(name)}" for name in told) for each in queues)


async def until(
    condition: Callable[[], Awaitable[bool]],
    name: str,
    seconds: float = DEADLINE_SECONDS,
    pause: float = _LOOK_SECONDS,
) -> None:
    """Wait until a condition holds, looking after each pause; TimeoutError with its name."""
    try:
        async with asyncio.timeout(seconds):
            while not await condition():  # noqa: ASYNC110 - other processes can't push
                await asyncio.sleep(pause)
    except TimeoutError:
        raise TimeoutError(f"not within {seconds:g} s: {name}") from None


def behind(proxy: Proxy, url: str) -> str:
    """Put a single broker behind the line that can be cut."""
    parts = urlsplit(url)
    login, _, hosts = parts.netloc.rpartition("@")
    return (
        url if "," in hosts else parts._replace(netloc=f"{login}@{LOOPBACK}:{proxy.port}").geturl()
    )


def password_of(user: str) -> str:
    return f"password-of-{user}"


def _inherited() -> dict[str, str]:
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}


def _coordinator_environment(settings: Settings) -> dict[str, str]:
    return {
        "ONEVISIT_DATABASE_URL": settings.database_url,
        "ONEVISIT_AMQP_URL": settings.amqp_url.get_secret_value(),
        "ONEVISIT_DATA_FOLDER": str(settings.data_folder),
        "ONEVISIT_REHEARSAL": "1",
        "ONEVISIT_REHEARSAL_FILE": str(settings.rehearsal_file),
    }
