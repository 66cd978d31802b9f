"""Bringing a running broker to the topology: new departments without a restart."""

from collections.abc import Iterable

from contracts.amqp.management import Management
from contracts.definitions import BrokerUser, definitions
from contracts.topology import VHOST, Topology


async def provision(
    management: Management, topology: Topology, users: Iterable[BrokerUser]
) -> None:
    """Create what is missing and update users, permissions and policies; deletes nothing.

    `users` may be only the new ones: the others keep their passwords. Permissions are sent for
    users the broker knows, since it refuses a permission for anybody else. Raises ManagementError.
    """
    new_users = tuple(users)
    known = {row["name"] for row in await management.get("users")}
    document = definitions(topology, new_users)
    names = known | {user.name for user in new_users}
    for kind in ("permissions", "topic_permissions"):
        document[kind] = [row for row in document[kind] if row["user"] in names]
    await management.post("definitions", body=document)


async def remove_user(management: Management, name: str) -> None:
    """Take a user's access away; its queues and messages stay. Raises ManagementError."""
    await management.delete("users", name)


async def missing(management: Management, topology: Topology) -> list[str]:
    """Name the exchanges, queues and bindings the broker lacks; raises ManagementError."""
    exchanges = {row["name"] for row in await management.get("exchanges", VHOST)}
    queues = {row["name"] for row in await management.get("queues", VHOST)}
    bindings = {
        (row["source"], row["destination"], row["routing_key"])
        for row in await management.get("bindings", VHOST)
    }
    return [
        *(f"exchange {row.name}" for row in topology.exchanges if row.name not in exchanges),
        *(f"queue {row.name}" for row in topology.queues if row.name not in queues),
        *(
            f"binding {row.exchange} -> {row.queue} ({row.routing_key})"
            for row in topology.bindings
            if (row.exchange, row.queue, row.routing_key) not in bindings
        ),
    ]
