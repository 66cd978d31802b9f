"""Work that may take minutes goes on when nobody waits for it any more."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog

from coordinator.domain.errors import RuleBrokenError

log = structlog.get_logger(__name__)

Given = TypeVar("Given")
PATIENCE_SECONDS = 5.0
_UNDER_WAY: set[asyncio.Task[Any]] = set()


async def finished(work: Coroutine[Any, Any, Given], patience: float | None) -> Given | None:
    """Give what some work gives; None when it takes longer than `patience` seconds and goes on.

    It stays one transaction: if the process ends before it does, nothing has happened.
    """
    task = asyncio.create_task(work)
    _UNDER_WAY.add(task)
    task.add_done_callback(_UNDER_WAY.discard)
    done, _pending = await asyncio.wait({task}, timeout=patience)
    if done:
        return task.result()
    task.add_done_callback(_look_at_the_end)
    return None


def _look_at_the_end(task: "asyncio.Task[Any]") -> None:
    """Log what nobody waited for; a broken rule is kept with the progress."""
    error = None if task.cancelled() else task.exception()
    if error is not None and not isinstance(error, RuleBrokenError):
        log.error("long_act_failed", error=type(error).__name__)
