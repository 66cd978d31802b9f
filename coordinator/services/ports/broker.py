"""What services ask of the message broker itself: users, queues, connections of participants."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from contracts import topology


class ParticipantKind(StrEnum):
    """Who exchanges messages with the office."""

    DEPARTMENT = "department"
    CREDIT_SYSTEM = "credit-system"


@dataclass(frozen=True)
class Participant:
    """A department or credit system, as the broker knows it."""

    kind: ParticipantKind
    code: str

    @property
    def user(self) -> str:
        """The name of its broker user."""
        if self.kind is ParticipantKind.DEPARTMENT:
            return topology.department_user(self.code)
        return topology.credit_user(self.code)

    @property
    def queues(self) -> tuple[str, ...]:
        """The names of the queues it reads alone."""
        if self.kind is ParticipantKind.DEPARTMENT:
            return topology.tasks_queue(self.code), topology.events_queue(self.code)
        return (topology.credit_queue(self.code),)

    def topology(self, inbound_queues: int) -> topology.Topology:
        """Give what the broker must have for it, with what all share."""
        if self.kind is ParticipantKind.DEPARTMENT:
            return topology.topology([self.code], [], inbound_queues)
        return topology.topology([], [self.code], inbound_queues)


@dataclass(frozen=True)
class Credentials:
    """What a participant's agent logs in with; shown once and kept nowhere."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class QueueSeen:
    """A queue at this moment; of all its messages some are out and not yet acknowledged."""

    name: str
    messages: int
    consumers: int
    unacknowledged: int = 0


@dataclass(frozen=True)
class BrokerSeen:
    """All users of the broker, how many connections each has, and its queues by name."""

    users: frozenset[str]
    connections: Mapping[str, int]
    queues: Mapping[str, QueueSeen]


class MessageBroker(Protocol):
    """The broker's administration; every method raises BROKER_UNREACHABLE when it fails."""

    async def seen(self) -> BrokerSeen:
        """Give users, connections and queues as they are now."""
        ...

    async def provision(self, whole: topology.Topology, credentials: Credentials) -> None:
        """Make what is missing of a topology, and a user of it with this password."""
        ...

    async def spread_senders(self, number: int) -> int:
        """Bind every sender to its own of so many inbound queues; gives how many were moved."""
        ...

    async def close_connections(self, user: str) -> int:
        """Close every connection of a user and say how many there were."""
        ...

    async def remove_user(self, user: str) -> None:
        """Take a user's access away; queues stay as they are."""
        ...

    async def remove_queues(self, names: Iterable[str]) -> None:
        """Delete queues with all that waits in them."""
        ...
