"""A real private RabbitMQ for the integration tests, one per test session."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from contracts.amqp.declare import provision
from contracts.amqp.management import Management
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

    async def kill_connection(self, name: str) -> None:
        """Close the connection of this name from the broker's side, as soon as it is listed."""
        async with asyncio.timeout(SECONDS):
            while not (found := await self._connections(name)):  # noqa: ASYNC110 - no push in the API
                await asyncio.sleep(POLL_SECONDS)
        for connection in found:
            await self.management.delete("connections", connection)

    async def _connections(self, name: str) -> list[str]:
        rows = await self.management.get("connections")
        return [row["name"] for row in rows if row.get("user_provided_name") == name]


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """Start the private node with generated definitions; stop it after the last test."""
    users = [BrokerUser(name, f"password of {name}") for name in users_of(COUNTY)]
    folder = tmp_path_factory.mktemp("broker")
    with PrivateNode(folder, definitions(COUNTY, users)) as node:
        yield Broker(node)
