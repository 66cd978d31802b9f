"""Ending well: what is under way when a process is asked to stop is finished first."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

GRACE_SECONDS = 5.0

T = TypeVar("T")


async def finished(work: Coroutine[Any, Any, T], grace_seconds: float = GRACE_SECONDS) -> T:
    """Await work to its end, also when we are cancelled meanwhile; then the cancellation goes on.

    Work that takes longer than the grace is cancelled: its transaction rolls back, its messages
    come again.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=grace_seconds)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        raise
