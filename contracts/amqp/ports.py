"""What the messaging core asks of a store: Outbox, Inbox, DeadLetters and the values they exchange.

The core owns the loops, the stores own the transactions. Every method is one transaction of its
own, committed when it returns and rolled back when it raises.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol, runtime_checkable

from typing_extensions import override

from contracts.envelope import CONTENT_TYPE

SCHEMA_HEADER = "x-schema"
SEQUENCE_HEADER = "x-seq"
REPLAY_OF_HEADER = "x-replay-of"
SIGNATURE_HEADER = "x-jws"
CREDIT_NUMBER_HEADER = "x-credit-number"
# Kept among an outbox row's headers, sent as the AMQP property correlation_id and not as a header.
CORRELATION_HEADER = "x-correlation-id"


class LeaseLostError(Exception):
    """Another relay took the lease over: what this one did since must not be marked."""


class PermanentFailure(Exception):  # noqa: N818 - it ends a message, not the program
    """This message will never work as it is: park it with `reason` (facts only, no secrets)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        # A reason may quote the sender, and no database keeps a NUL character.
        self.reason = reason.replace("\0", "␀")


class StoreFullError(Exception):
    """The store has no room: that says nothing about the message.

    Nothing is decided then, and no attempt is used up, however long it takes.
    """


class OutgoingMessage(NamedTuple):
    """One outbox row, body bytes final; `sequence` counts from 1 per recipient queue.

    A tuple, as the database gives it: a relay makes many thousands of them a second.
    """

    outbox_id: int
    message_id: str
    recipient: str
    sequence: int
    exchange: str
    routing_key: str
    headers: Mapping[str, str]
    body: bytes
    type: str
    created_at: datetime

    @override
    def __repr__(self) -> str:
        """Name it without its body, which may be a secret."""
        return f"{type(self).__name__}({self.message_id}, {self.type}, {self.recipient})"


class TransientMessage(OutgoingMessage):
    """A message that no outbox keeps: published once, not persistent, gone when the broker is."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message as it came from a queue; `user_id` was verified by the broker, or is None."""

    message_id: str
    type: str
    user_id: str | None
    routing_key: str
    exchange: str
    queue: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    redelivered: bool
    # What the sender says it belongs to; the envelope's correlationid is what was checked.
    correlation_id: str = ""
    content_type: str = CONTENT_TYPE


@dataclass(frozen=True, slots=True)
class Marks:
    """What the broker said of outbox rows: ids that were sent; ids that no queue takes, and why."""

    sent: Sequence[int] = ()
    unroutable: Mapping[int, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.sent or self.unroutable)


class Outbox(Protocol):
    """Messages waiting to leave, written by business transactions, emptied by one relay."""

    async def acquire_lease(self, owner: str) -> int | None:
        """Take or renew the relay lease; the epoch grows with each new holder, None if taken.

        A lease must outlive `RelaySettings.renew_seconds` several times; 6 seconds will do. One
        that ends later than any lease can is the trace of a clock that was set back: it is free.
        """
        ...

    async def release_lease(self, owner: str) -> None:
        """Let the lease go where this owner holds it, so that another relay need not wait."""
        ...

    async def pending(
        self,
        epoch: int,
        limit: int,
        under_way: Collection[int] = (),
        marks: Marks | None = None,
    ) -> Sequence[OutgoingMessage]:
        """Give up to `limit` rows in state pending by outbox_id, without those under way.

        What was answered meanwhile is marked first, where it can be in the same transaction.
        Raises LeaseLostError: then nothing is marked.
        """
        ...

    async def mark(self, epoch: int, sent: Sequence[int], unroutable: Mapping[int, str]) -> None:
        """Mark exactly these outbox ids as sent, and these as unroutable; raises LeaseLostError."""
        ...

    async def wait_for_work(self, timeout: float) -> None:  # noqa: ASYNC109 - a poll, no deadline
        """Return when something may have been committed since the last wait ended.

        At the latest after `timeout` seconds; the first wait may return at once.
        """
        ...

    async def close(self) -> None:
        """Let connections go that are held for the relay; the next call opens them anew."""
        ...


class Inbox(Protocol):
    """Messages that arrived: each applied once, however often it is delivered."""

    async def process(self, delivery: Delivery) -> None:
        """Insert on conflict do nothing; when new, apply and write outbox rows; commit.

        A duplicate returns silently. Raises PermanentFailure when it will never work (also for the
        same id with another body); any other exception means: it may work later.
        """
        ...

    async def retry_later(self, delivery: Delivery, error: str) -> None:
        """Store or postpone its retry row; raises PermanentFailure when attempts are exhausted."""
        ...

    async def due_retries(self, limit: int) -> Sequence[Delivery]:
        """Give up to `limit` stored deliveries whose time has come, oldest first."""
        ...

    async def retry_done(self, *message_ids: str) -> None:
        """Forget the retry rows: these messages were applied or parked."""
        ...

    async def park(self, delivery: Delivery, reason: str) -> None:
        """Remember a parked message and why, once per message_id; its sequence counts as passed.

        Called before the reject, which cannot carry a reason, and for a retried message it is the
        only place where a person will find it.
        """
        ...


@runtime_checkable
class BatchInbox(Inbox, Protocol):
    """An inbox that can also apply many deliveries in one transaction."""

    async def process_many(self, deliveries: Sequence[Delivery]) -> None:
        """Process all of them as `process` would, in order, or raise and change nothing."""
        ...


class DeadLetters(Protocol):
    """Where parked and unrouted messages wait for a person."""

    async def record(self, delivery: Delivery, reason: str, from_queue: str) -> None:
        """Insert once per (message_id, from_queue): the same dead letter may be delivered twice."""
        ...
