"""What services ask of the stored messages: sending again by sequence, what is kept."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from coordinator.services.directory import Resend


class OutgoingQueues(Protocol):
    """The queues of recipients as the outbox knows them; each counts its messages from 1."""

    async def send_again(self, recipient: str, first: int, last: int) -> Sequence[int]:
        """Let the messages of these sequences leave again, as they are; gives those still kept.

        They leave behind all that waits by now, also other recipients': whoever lost many must
        not hold up the others. One that waits to leave anyway counts as kept.
        """
        ...

    async def resends(self, recipient: str, ago: timedelta) -> Sequence[Resend]:
        """Give what was sent again to a queue since so long by machine time, oldest first."""
        ...

    async def last_sequence(self, recipient: str) -> int:
        """Give the last sequence of a queue, 0 when nothing was ever sent there."""
        ...

    async def last_sequences(self) -> Mapping[str, int]:
        """Give the last sequence of every queue."""
        ...

    async def last_sent(self, recipient: str, ago: timedelta) -> int:
        """Give the last sequence of a queue that was sent this long ago by machine time, or 0."""
        ...


class Stored(StrEnum):
    """A kind of stored message that is over and may go when it is old enough."""

    SENT = "sent"
    TAKEN_IN = "taken-in"
    LETTERS = "letters"


class Storage(Protocol):
    """What is kept of messages that are over; nothing that waits or is parked is ever touched."""

    async def forget(self, kind: Stored, kept: timedelta, limit: int) -> int:
        """Forget up to `limit` of a kind that are older by machine time; gives how many went."""
        ...
