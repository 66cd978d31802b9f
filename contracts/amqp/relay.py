"""The relay: carries pending outbox rows to the broker and marks exactly the confirmed ones.

One relay works at a time, under a fenced lease; any replica can take over. What was published but
not marked is published again under the same message id, and the inbox absorbs it.

Several batches are under way at once: while the broker confirms one, the next is read and
published, and what was confirmed is marked with the next reading. They are published in the order
in which they were read, and after one that failed nothing more leaves until all are back.
"""

import asyncio
import time
from asyncio import FIRST_COMPLETED
from dataclasses import dataclass
from typing import Any

import structlog

from contracts.amqp.back_off import BackOff
from contracts.amqp.disposition import describe
from contracts.amqp.finishing import GRACE_SECONDS, finished
from contracts.amqp.flight import Flight
from contracts.amqp.ports import LeaseLostError, Marks, Outbox
from contracts.amqp.publisher import Publisher

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """`owner` names this process in the lease; `batch` rows are read and published at once.

    At most `under_way` messages are published and not yet confirmed. A mark waits `mark_seconds`
    for the next reading, which makes it in the same transaction.
    """

    owner: str
    batch: int = 500
    under_way: int = 2_000
    mark_seconds: float = 0.01
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
        self._news: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Relay until cancelled; outages of broker and store are waited out."""
        try:
            while True:
                pause = await self._pause_after_stretch()
                await asyncio.sleep(pause)
        finally:
            await self._publisher.close()
            await self._forget_news()
            await self._release()

    async def _pause_after_stretch(self) -> float:
        try:
            return await self._stretch()
        except LeaseLostError:
            log.warning("relay_lease_lost", owner=self._settings.owner)
        except Exception as error:
            # No traceback: its locals may hold a sealed body.
            owner = self._settings.owner
            log.error("relay_store_failed", owner=owner, error=describe(error))  # noqa: TRY400
        self._epoch = None
        return self._back_off.next_pause()

    async def _stretch(self) -> float:
        """Relay until something is in doubt, and give the pause before the next stretch."""
        epoch = await self._lease()
        if epoch is None:
            return self._settings.idle_seconds
        flight = Flight(self._publisher)
        try:
            while not flight.is_doubtful:
                await self._turn(epoch, flight)
        finally:
            await self._land(epoch, flight)
        return self._back_off.next_pause()

    async def _turn(self, epoch: int, flight: Flight) -> None:
        """Mark and read in one transaction, send what was read, wait for the next thing to do."""
        marks = flight.answered()
        room = self._room(flight)
        number = await finished(self._marked_and_sent(epoch, flight, marks, room))
        if marks and not flight.is_doubtful:
            self._back_off.reset()
        if not flight.is_doubtful and (number < room or room == 0):
            await self._something_happens(flight, takes_more=room > 0)
        await self._renewed(epoch)

    def _room(self, flight: Flight) -> int:
        """Give how many more may leave now: none behind a failure, to keep order."""
        free = self._settings.under_way - len(flight)
        return 0 if flight.is_doubtful else min(self._settings.batch, free)

    async def _marked_and_sent(self, epoch: int, flight: Flight, marks: Marks, room: int) -> int:
        if room == 0:
            await self._mark(epoch, flight, marks)
            return 0
        rows = await self._outbox.pending(epoch, room, flight.ids, marks)
        flight.marked()
        if rows:
            flight.send(rows)
        return len(rows)

    async def _mark(self, epoch: int, flight: Flight, marks: Marks) -> None:
        if marks:
            await self._outbox.mark(epoch, marks.sent, marks.unroutable)
            flight.marked()

    async def _something_happens(self, flight: Flight, *, takes_more: bool) -> None:
        """Wait for a batch to land or, with room for more, for news; landings wait for news."""
        news = {self._next_news()} if takes_more else set()
        waiting: set[asyncio.Future[Any]] = flight.landings | news
        seconds = self._settings.idle_seconds
        done, _ = await asyncio.wait(waiting, timeout=seconds, return_when=FIRST_COMPLETED)
        if done and news and not done & news:
            done, _ = await asyncio.wait(news, timeout=self._settings.mark_seconds)
        for told in done & news:
            self._news = None
            told.result()  # a broken store is told here

    def _next_news(self) -> asyncio.Task[None]:
        if self._news is None:
            waiting = self._outbox.wait_for_work(self._settings.idle_seconds)
            self._news = asyncio.create_task(waiting)
        return self._news

    async def _forget_news(self) -> None:
        if self._news is not None:
            self._news.cancel()
            await asyncio.gather(self._news, return_exceptions=True)
            self._news = None

    async def _land(self, epoch: int, flight: Flight) -> None:
        """Wait for what is under way, keep the lease meanwhile, and mark what arrived.

        What can't be marked is sent again, and the inbox absorbs it.
        """
        task = asyncio.current_task()
        is_stopping = task is not None and task.cancelling() > 0
        try:
            async with asyncio.timeout(GRACE_SECONDS if is_stopping else None):
                while flight.landings:
                    await asyncio.wait(flight.landings, timeout=self._settings.renew_seconds)
                    flight.answered()
                    await self._renewed(epoch)
                await self._mark(epoch, flight, flight.answered())
        except Exception as error:
            log.warning("relay_marks_lost", error=describe(error))
        finally:
            flight.cancel()

    async def _lease(self) -> int | None:
        now = time.monotonic()
        if self._epoch is None or now - self._renewed_at >= self._settings.renew_seconds:
            self._epoch = await self._outbox.acquire_lease(self._settings.owner)
            self._renewed_at = now
        return self._epoch

    async def _renewed(self, epoch: int) -> None:
        if await self._lease() != epoch:
            raise LeaseLostError

    async def _release(self) -> None:
        """Give the lease back, so that a restart costs nobody the time of a lease."""
        try:
            async with asyncio.timeout(self._settings.release_seconds):
                try:
                    await self._outbox.release_lease(self._settings.owner)
                finally:
                    await self._outbox.close()
        except Exception as error:
            log.info("relay_lease_abandoned", error=describe(error))
