"""The retry loop: deliveries that failed for now are tried again when their time has come."""

import asyncio
from dataclasses import dataclass

import structlog

from contracts.amqp.back_off import BackOff
from contracts.amqp.disposition import Disposition, describe, dispose_all
from contracts.amqp.ports import Inbox

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class RetrySettings:
    """How many due retries are read at once, and how long to wait when none is due."""

    batch: int = 100
    idle_seconds: float = 1.0


class Retries:
    """Runs the stored deliveries of one inbox through the same decision as fresh ones."""

    def __init__(self, inbox: Inbox, settings: RetrySettings | None = None) -> None:
        self._inbox = inbox
        self._settings = settings or RetrySettings()

    async def run(self) -> None:
        """Retry until cancelled; a broken store is waited out."""
        back_off = BackOff()
        while True:
            try:
                number = await self.run_due()
            except Exception as error:
                # No traceback: its locals may hold a sealed body.
                log.error("retries_store_failed", error=describe(error))  # noqa: TRY400
                await asyncio.sleep(back_off.next_pause())
            else:
                back_off.reset()
                await asyncio.sleep(0 if number else self._settings.idle_seconds)

    async def run_due(self) -> int:
        """Try what is due once and give the number of deliveries tried."""
        due = await self._inbox.due_retries(self._settings.batch)
        ends = await dispose_all(self._inbox, due)
        over = [
            delivery.message_id
            for delivery, end in zip(due, ends, strict=True)
            if end is not Disposition.RETRY
        ]
        if over:
            await self._inbox.retry_done(*over)
        return len(due)
