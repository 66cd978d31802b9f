"""A real private RabbitMQ for the integration tests, one per test session."""

import asyncio
import os
import signal
from collections.abc import Iterator, Set
from dataclasses import dataclass
from http import HTTPStatus

import pytest

from contracts.amqp.declare import provision
from contracts.amqp.management import Management, ManagementError
from contracts.definitions import BrokerUser, definitions
from contracts.topology import topology, users_of
from deploy.local.private_node import PrivateNode

DEPARTMENTS = ("fire", "market")
CREDIT_SYSTEMS = ("county",)
COUNTY = topology(DEPARTMENTS, CREDIT_SYSTEMS)
SECONDS = 30.0
POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Broker:
    """A running node with the topology of two departments and one credit system."""

    node: PrivateNode

    def url(self, user: str) -> str:
        """Give the AMQP address of a user of the topology."""
        return self.node.amqp_url(user, f"password of {user}")

    @property
    def admin_url(self) -> str:
        return self.node.amqp_url(*self.node.admin)

    @property
    def management(self) -> Management:
        return Management(self.node.management_url, *self.node.admin)

    async def provision(self) -> None:
        """Make again what a test deleted."""
        await provision(self.management, COUNTY, ())

    async def connections_of(self, user: str) -> set[str]:
        """Name the connections of a user: those the broker tracks, not its slow statistics."""
        try:
            rows = await self.management.get("connections", "username", user)
        except ManagementError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise
            return set()
        return {row["name"] for row in rows}

    async def connected(self, user: str, but: Set[str] = frozenset()) -> set[str]:
        """Wait until a user has connections, others than these."""
        async with asyncio.timeout(SECONDS):
            while not (found := await self.connections_of(user) - but):  # noqa: ASYNC110 - no push in the API
                await asyncio.sleep(POLL_SECONDS)
        return found

    async def kill_connections(self, user: str) -> None:
        """Close all connections of a user from the broker's side, as soon as there are any."""
        await self.connected(user)
        await self.management.delete("connections", "username", user)


def end_at_once(node: PrivateNode) -> None:
    """Kill a node whose folder nobody needs any more: to stop it well takes 6 s."""
    if node.is_running:
        os.kill(node.pid, signal.SIGKILL)


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """Start the private node with generated definitions; stop it after the last test."""
    users = [BrokerUser(name, f"password of {name}") for name in users_of(COUNTY)]
    folder = tmp_path_factory.mktemp("broker")
    with PrivateNode(folder, definitions(COUNTY, users)) as node:
        yield Broker(node)
        end_at_once(node)
