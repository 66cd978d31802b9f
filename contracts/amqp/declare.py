"""Bringing a running broker to the topology: new departments without a restart."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from contracts.amqp.management import Management
from contracts.broker_parts import Binding
from contracts.definitions import BrokerUser, definitions
from contracts.topology import (
    INBOUND,
    VHOST,
    Topology,
    UnusableCodeError,
    is_inbound,
    sender_binding,
    topology,
)


async def provision(management: Management, whole: Topology, users: Iterable[BrokerUser]) -> None:
    """Create what is missing and update users, permissions and policies; gives nothing up.

    Only the binding of a sender that has another inbound queue now is removed.

    `users` may be only the new ones: the others keep their passwords. Permissions are sent for
    users the broker knows, since it refuses a permission for anybody else. Raises ManagementError.
    """
    new_users = tuple(users)
    known = {row["name"] for row in await management.get("users")}
    document = definitions(whole, new_users)
    names = known | {user.name for user in new_users}
    for kind in ("permissions", "topic_permissions"):
        document[kind] = [row for row in document[kind] if row["user"] in names]
    await management.post("definitions", body=document)
    await _unbind_former(management, whole.bindings)


async def spread_senders(management: Management, number: int) -> int:
    """Bind every sender to its own of so many inbound queues; gives how many have another now.

    What waits in a former queue stays there, and is still to be consumed. Raises ManagementError.
    """
    before = {(row["routing_key"], row["destination"]) for row in await _bound_senders(management)}
    own = [sender_binding(key, number) for key in sorted({key for key, _ in before})]
    shared = topology((), (), number)
    await provision(management, replace(shared, bindings=(*shared.bindings, *own)), ())
    return sum((each.routing_key, each.queue) not in before for each in own)


async def remove_user(management: Management, name: str) -> None:
    """Take a user's access away; its queues and messages stay. Raises ManagementError."""
    await management.delete("users", name)


async def missing(management: Management, whole: Topology) -> list[str]:
    """Name the exchanges, queues and bindings the broker lacks; raises ManagementError."""
    exchanges = {row["name"] for row in await management.get("exchanges", VHOST)}
    queues = {row["name"] for row in await management.get("queues", VHOST)}
    bindings = {
        (row["source"], row["destination"], row["routing_key"])
        for row in await management.get("bindings", VHOST)
    }
    return [
        *(f"exchange {row.name}" for row in whole.exchanges if row.name not in exchanges),
        *(f"queue {row.name}" for row in whole.queues if row.name not in queues),
        *(
            f"binding {row.exchange} -> {row.queue} ({row.routing_key})"
            for row in whole.bindings
            if (row.exchange, row.queue, row.routing_key) not in bindings
        ),
    ]


async def _unbind_former(management: Management, bindings: Iterable[Binding]) -> None:
    """Let every sender write to one inbound queue alone, after it was bound to that one.

    Between the two it is bound twice: what it writes comes twice, and the inbox takes it in once.
    In the other order it would find no queue.
    """
    now = {each.routing_key: each.queue for each in bindings if each.exchange == INBOUND}
    for row in await _bound_senders(management) if now else ():
        if now.get(row["routing_key"], row["destination"]) != row["destination"]:
            place = ("e", INBOUND, "q", row["destination"], row["properties_key"])
            await management.delete("bindings", VHOST, *place)


async def _bound_senders(management: Management) -> list[Mapping[str, Any]]:
    """Give the bindings of senders to inbound queues; not what a person bound for other ends."""
    rows = await management.get("exchanges", VHOST, INBOUND, "bindings", "source")
    return [row for row in rows if is_inbound(row["destination"]) and _is_sender(row)]


def _is_sender(row: Mapping[str, Any]) -> bool:
    with suppress(UnusableCodeError):
        return bool(sender_binding(row["routing_key"], 1))
    return False
