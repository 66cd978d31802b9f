"""The administration of a RabbitMQ broker through its management API."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from http import HTTPStatus
from urllib.parse import unquote, urlsplit, urlunsplit

from contracts.amqp.declare import provision, spread_senders
from contracts.amqp.management import Management, ManagementError
from contracts.definitions import BrokerUser
from contracts.topology import VHOST, Topology
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services.ports import BrokerSeen, Credentials, QueueSeen


class ManagedBroker:
    """See services.ports.MessageBroker for its promises; `management` is an administrator's."""

    def __init__(self, management: Management) -> None:
        self._management = management

    async def seen(self) -> BrokerSeen:
        """Ask for users, connections and queues; counts are those of the broker's last sample."""
        async with _reached():
            users = await self._management.get("users")
            connections = await self._management.get("vhosts", VHOST, "connections")
            queues = await self._management.get("queues", VHOST)
        return BrokerSeen(
            users=frozenset(row["name"] for row in users),
            connections=Counter(row.get("user", "") for row in connections),
            queues={
                row["name"]: QueueSeen(
                    row["name"],
                    row.get("messages", 0),
                    row.get("consumers", 0),
                    row.get("messages_unacknowledged", 0),
                )
                for row in queues
            },
        )

    async def provision(self, whole: Topology, credentials: Credentials) -> None:
        """Import a topology or a part of one; all of it may be there already."""
        user = BrokerUser(credentials.user, credentials.password)
        async with _reached():
            await provision(self._management, whole, [user])

    async def spread_senders(self, number: int) -> int:
        """Move those whose binding is another; what they wrote before is where it was."""
        async with _reached():
            return await spread_senders(self._management, number)

    async def close_connections(self, user: str) -> int:
        """Close what the broker tracks of a user, which needs no sample of its statistics."""
        async with _reached():
            try:
                found = await self._management.get("connections", "username", user)
            except ManagementError as error:
                if error.status != HTTPStatus.NOT_FOUND:
                    raise
                return 0
            await self._management.delete("connections", "username", user)
        return len(found)

    async def remove_user(self, user: str) -> None:
        """Delete the user with its permissions."""
        async with _reached():
            await self._management.delete("users", user)

    async def remove_queues(self, names: Iterable[str]) -> None:
        """Delete queues, also where they are gone already."""
        async with _reached():
            for name in names:
                await self._management.delete("queues", VHOST, name)


def management_at(address: str) -> Management:
    """Take user and password out of an address such as http://admin:password@host:15672."""
    parts = urlsplit(address)
    host = f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
    url = urlunsplit((parts.scheme, host, parts.path, "", ""))
    return Management(url, unquote(parts.username or ""), unquote(parts.password or ""))


@asynccontextmanager
async def _reached() -> AsyncIterator[None]:
    try:
        yield
    except ManagementError as error:
        raise RuleBrokenError(Rule.BROKER_UNREACHABLE, why=str(error)) from error
