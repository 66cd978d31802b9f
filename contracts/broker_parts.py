"""What a broker consists of, as values: `contracts.topology` says which of them there are."""

from dataclasses import dataclass
from typing import Literal

ExchangeType = Literal["direct", "topic", "fanout"]
QueueType = Literal["quorum", "stream"]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A durable exchange; what no queue wants goes to `alternate`, else back to the sender."""

    name: str
    type: ExchangeType
    alternate: str | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """A durable queue; everything but its type is set by policy."""

    name: str
    type: QueueType = "quorum"


@dataclass(frozen=True, slots=True)
class Binding:
    """Messages of `exchange` whose key matches `routing_key` go to `queue`."""

    exchange: str
    queue: str
    routing_key: str


@dataclass(frozen=True, slots=True)
class Permission:
    """What a user may configure, write and read, as regular expressions over names."""

    user: str
    configure: str
    write: str
    read: str


@dataclass(frozen=True, slots=True)
class TopicPermission:
    """The routing keys a user may write to and bind from a topic exchange."""

    user: str
    exchange: str
    write: str
    read: str


@dataclass(frozen=True, slots=True)
class Policy:
    """Arguments for all queues whose name matches `pattern`."""

    name: str
    pattern: str
    definition: tuple[tuple[str, str | int], ...]
