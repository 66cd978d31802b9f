"""`onevisit serve relay` that dies by its own hand between the first confirm and its mark."""

import os
import signal
from collections.abc import Mapping, Sequence

from coordinator.adapters.db.outbox import DatabaseOutbox
from coordinator.commands.main import app


async def die(
    _self: DatabaseOutbox, _epoch: int, _sent: Sequence[int], _unroutable: Mapping[int, str]
) -> None:
    """Kill this process where it would mark."""
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    DatabaseOutbox.mark = die  # type: ignore[method-assign] # the crash itself
    app(["serve", "relay"])
