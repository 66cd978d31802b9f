"""The relay: carries pending outbox rows to the broker and marks exactly the confirmed ones.

One relay works at a time, under a fenced lease; any replica can take over. What was published but
not marked is published again under the same message id, and the inbox absorbs it.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from contracts.amqp.back_off import BackOff
from contracts.amqp.disposition import describe
from contracts.amqp.finishing import finished
from contracts.amqp.ports import LeaseLostError, Outbox, OutgoingMessage
from contracts.amqp.publisher import Outcome, Publisher, Receipt

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """`owner` names this process in the lease; `batch` rows are read at once."""

    owner: str
    batch: int = 500
    idle_seconds: float = 1.0
    renew_seconds: float = 2.0
    release_seconds: float = 2.0


class Relay:
    """The relay loop over an outbox and a publisher."""

    def __init__(self, outbox: Outbox, publisher: Publisher, settings: RelaySettings) -> None:
        self._outbox = outbox
        self._publisher = publisher
        self._settings = settings
        self._back_off = BackOff()
        self._epoch: int | None = None
        self._renewed_at = 0.0

    async def run(self) -> None:
        """Relay until cancelled; outages of broker and store are waited out."""
        try:
            while True:
                pause = await self._pause_after_pass()
                await asyncio.sleep(pause)
        finally:
            await self._publisher.close()
            await self._release()

    async def _pause_after_pass(self) -> float:
        try:
            return await self._pass()
        except LeaseLostError:
            log.warning("relay_lease_lost", owner=self._settings.owner)
        except Exception as error:
            # No traceback: its locals may hold a sealed body.
            owner = self._settings.owner
            log.error("relay_store_failed", owner=owner, error=describe(error))  # noqa: TRY400
        self._epoch = None
        return self._back_off.next_pause()

    async def _pass(self) -> float:
        """Relay one batch and give the pause before the next, in seconds."""
        epoch = await self._lease()
        if epoch is None:
            return self._settings.idle_seconds
        messages = await self._outbox.pending(epoch, self._settings.batch)
        if not messages:
            await self._outbox.wait_for_work(self._settings.idle_seconds)
            return 0
        receipts = await finished(self._carried(epoch, messages))
        if all(receipt.outcome is not Outcome.UNCONFIRMED for receipt in receipts):
            self._back_off.reset()
            return 0
        return self._back_off.next_pause()

    async def _carried(self, epoch: int, messages: Sequence[OutgoingMessage]) -> Sequence[Receipt]:
        """Publish and mark, and renew meanwhile: a slow broker must not cost the lease."""
        renewing = asyncio.create_task(self._renew_for_ever())
        try:
            receipts = await self._publisher.publish(messages)
            await self._mark(epoch, messages, receipts)
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)
        return receipts

    async def _lease(self) -> int | None:
        now = time.monotonic()
        if self._epoch is None or now - self._renewed_at >= self._settings.renew_seconds:
            self._epoch = await self._outbox.acquire_lease(self._settings.owner)
            self._renewed_at = now
        return self._epoch

    async def _renew_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self._settings.renew_seconds)
            self._epoch = await self._outbox.acquire_lease(self._settings.owner)
            self._renewed_at = time.monotonic()

    async def _release(self) -> None:
        """Give the lease back, so that a restart costs nobody the time of a lease."""
        try:
            async with asyncio.timeout(self._settings.release_seconds):
                await self._outbox.release_lease(self._settings.owner)
        except Exception as error:
            log.info("relay_lease_abandoned", error=describe(error))

    async def _mark(
        self, epoch: int, messages: Sequence[OutgoingMessage], receipts: Sequence[Receipt]
    ) -> None:
        answered = list(zip(messages, receipts, strict=True))
        sent = [row.outbox_id for row, receipt in answered if receipt.outcome is Outcome.CONFIRMED]
        unroutable = {
            row.outbox_id: receipt.reason
            for row, receipt in answered
            if receipt.outcome is Outcome.RETURNED
        }
        if sent or unroutable:
            await self._outbox.mark(epoch, sent, unroutable)
        for row, receipt in answered:
            if receipt.outcome is Outcome.RETURNED:
                log.error("message_unroutable", message_id=row.message_id, reason=receipt.reason)
