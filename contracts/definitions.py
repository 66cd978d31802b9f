"""RabbitMQ's definitions.json, written from the topology: the same bytes for the same input."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from contracts.broker_parts import Exchange, Policy
from contracts.topology import VHOST, Topology

HASHING = "rabbit_password_hashing_sha256"
_SALT_BYTES = 4


@dataclass(frozen=True, slots=True)
class BrokerUser:
    """A user of the broker; passwords are long random tokens."""

    name: str
    password: str = field(repr=False)
    tags: tuple[str, ...] = ()


def definitions(topology: Topology, users: Iterable[BrokerUser]) -> dict[str, Any]:
    """Write vhost, users, permissions, policies, exchanges, queues and bindings for import."""
    return {
        "vhosts": [{"name": VHOST}],
        "users": [user_definition(user) | {"name": user.name} for user in users],
        "permissions": [asdict(row) | {"vhost": VHOST} for row in topology.permissions],
        "topic_permissions": [asdict(row) | {"vhost": VHOST} for row in topology.topic_permissions],
        "policies": [
            policy_definition(row) | {"name": row.name, "vhost": VHOST} for row in topology.policies
        ],
        "exchanges": [
            exchange_definition(row) | {"name": row.name, "vhost": VHOST}
            for row in topology.exchanges
        ],
        "queues": [
            queue_definition(row.type) | {"name": row.name, "vhost": VHOST}
            for row in topology.queues
        ],
        "bindings": [
            {
                "source": row.exchange,
                "vhost": VHOST,
                "destination": row.queue,
                "destination_type": "queue",
                "routing_key": row.routing_key,
                "arguments": {},
            }
            for row in topology.bindings
        ],
    }


def merged(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Give what both definitions hold; of two rows about the same thing the later one stays."""
    return {
        kind: [*{_identity(row): row for row in (*before.get(kind, ()), *rows)}.values()]
        for kind, rows in after.items()
    }


def user_definition(user: BrokerUser) -> dict[str, Any]:
    """Describe a user with its password hash; works for import and for the management API."""
    return {
        "password_hash": password_hash(user.name, user.password),
        "hashing_algorithm": HASHING,
        "tags": ",".join(user.tags),
    }


def policy_definition(policy: Policy) -> dict[str, Any]:
    """Describe a queue policy."""
    return {
        "pattern": policy.pattern,
        "apply-to": "queues",
        "priority": 0,
        "definition": dict(policy.definition),
    }


def exchange_definition(exchange: Exchange) -> dict[str, Any]:
    """Describe a durable exchange."""
    return {
        "type": exchange.type,
        "durable": True,
        "auto_delete": False,
        "internal": False,
        "arguments": exchange_arguments(exchange),
    }


def exchange_arguments(exchange: Exchange) -> dict[str, str]:
    """Give the declare arguments of an exchange."""
    return {"alternate-exchange": exchange.alternate} if exchange.alternate else {}


def queue_definition(queue_type: str) -> dict[str, Any]:
    """Describe a durable queue of this type."""
    return {"durable": True, "auto_delete": False, "arguments": {"x-queue-type": queue_type}}


def _identity(row: Mapping[str, Any]) -> tuple[Any, ...]:
    names = ("vhost", "name", "user", "exchange", "source", "destination", "routing_key")
    return tuple(row.get(name) for name in names)


def password_hash(name: str, password: str) -> str:
    """Hash a password as RabbitMQ stores it: base64 of salt and SHA-256(salt, password).

    The salt comes from the name, so that the file is reproducible and no two users share a hash.
    """
    salt = hashlib.sha256(name.encode()).digest()[:_SALT_BYTES]
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
