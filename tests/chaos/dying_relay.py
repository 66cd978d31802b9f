"""`onevisit serve relay` that dies by its own hand between the first confirm and its mark."""

import os
import signal
from collections.abc import Collection, Sequence

from contracts.amqp.ports import Marks, OutgoingMessage
from coordinator.adapters.db.outbox import DatabaseOutbox
from coordinator.commands.main import app

_pending = DatabaseOutbox.pending


async def die(*_: object) -> None:
    """Kill this process where it would mark."""
    os.kill(os.getpid(), signal.SIGKILL)


async def read_or_die(
    outbox: DatabaseOutbox,
    epoch: int,
    limit: int,
    under_way: Collection[int] = (),
    marks: Marks | None = None,
) -> Sequence[OutgoingMessage]:
    """Read, as long as nothing is to be marked with it."""
    if marks:
        await die()
    return await _pending(outbox, epoch, limit, under_way)


if __name__ == "__main__":
    setattr(DatabaseOutbox, "mark", die)  # noqa: B010 - the crash itself
    setattr(DatabaseOutbox, "pending", read_or_die)  # noqa: B010 - the same
    app(["serve", "relay"])
