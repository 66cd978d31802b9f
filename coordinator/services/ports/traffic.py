"""What operators ask of the messages: where each one is, what waits, how old it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from coordinator.services.ports.collections import Page


class Passing(StrEnum):
    """Where a message is met: leaving, taken in, waiting for another attempt, failed."""

    OUT = "out"
    IN = "in"
    WAITING = "waiting"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class FlowEntry:
    """One message at one place, without what it says; all times are machine time.

    `party` is the recipient's queue, or the broker user who sent it. `at` is when it was written
    or arrived, `until` when it left, or will be tried again; `number` is its sequence, or how often
    it was tried. `reference` is the key of its outbox row or failed message.
    """

    passing: Passing
    at: datetime
    until: datetime | None
    message_id: str
    correlation: str | None
    type: str
    party: str
    number: int | None
    state: str
    note: str | None
    reference: int | None


@dataclass(frozen=True, kw_only=True)
class WaitingQueue:
    """What has not left yet for one recipient's queue."""

    recipient: str
    number: int
    oldest_at: datetime


@dataclass(frozen=True, kw_only=True)
class RelayLease:
    """Who relays; the epoch grows with each new holder."""

    owner: str
    epoch: int
    expires_at: datetime


class Traffic(Protocol):
    """All messages by what they belong to; nothing here changes anything."""

    async def flow(self, key: str, offset: int, limit: int) -> Page[FlowEntry]:
        """Give what belongs to a correlation id, or is the message of this id, oldest first."""
        ...

    async def correlation_of(self, message_id: str) -> str | None:
        """Give what a message belongs to; None for one that nobody knows."""
        ...

    async def waiting(self) -> Sequence[WaitingQueue]:
        """Give the queues for which something has not left, the oldest first."""
        ...

    async def body_of(self, outbox_id: int) -> bytes:
        """Give what an outgoing message says."""
        ...

    async def lease(self) -> RelayLease | None:
        """Give the lease of the relay; None before the first relay."""
        ...

    async def number_retrying(self) -> int:
        """Count the messages that wait for another attempt."""
        ...
