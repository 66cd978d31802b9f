"""From which queues the office takes in messages: its own, and those it had when it had more."""

import asyncio
from collections.abc import Set

import structlog

from contracts.amqp.back_off import BackOff
from contracts.amqp.consumer import Consumer, ConsumerSettings, Handler
from contracts.topology import inbound_queue_names, is_inbound
from coordinator.adapters.metrics import InboundCounts
from coordinator.bootstrap import Coordinator
from coordinator.domain.errors import RuleBrokenError

_BATCH = 100
_PREFETCH = 3 * _BATCH  # the next batch is there when one is done

log = structlog.get_logger(__name__)


class InboundQueues:
    """One consumer for each queue, side by side, into the same `door`.

    `only` those of these numbers, where other processes take from the others: with one process for
    each queue, what a sender writes stays in order. While a sender is being moved from one queue
    to another it may write to both: the inbox takes in once what comes twice.
    """

    def __init__(
        self,
        parts: Coordinator,
        door: Handler,
        counts: InboundCounts,
        only: Set[int] = frozenset(),
    ) -> None:
        self._parts = parts
        self._only = only
        self._door = door
        self._counts = counts

    async def run(self) -> None:
        """Consume until cancelled."""
        own = inbound_queue_names(self._parts.settings.inbound_queues)
        async with asyncio.TaskGroup() as group:
            for number, queue in enumerate(own, start=1):
                if not self._only or number in self._only:
                    group.create_task(self._consumer(queue).run())
            # One process takes from the former queues where each has a queue of its own.
            for queue in await self._former(own) if not self._only or 1 in self._only else ():
                log.info("former_queue_consumed", queue=queue)
                group.create_task(self._consumer(queue).run())

    async def _former(self, own: tuple[str, ...]) -> list[str]:
        """Name the queues beyond the number that the broker still has, once it answers.

        Messages may wait there after the number became smaller. Where the broker's administration
        is not known nobody can tell, so the number may only grow.
        """
        back_off = BackOff()
        while self._parts.around.broker is not None:
            try:
                seen = await self._parts.around.broker.seen()
            except RuleBrokenError as error:
                log.warning("former_queues_unseen", reason=str(error))
                await asyncio.sleep(back_off.next_pause())
            else:
                return sorted(name for name in seen.queues if is_inbound(name) and name not in own)
        return []

    def _consumer(self, queue: str) -> Consumer:
        settings = ConsumerSettings(
            queue,
            prefetch=_PREFETCH,
            batch=_BATCH,
            most_bytes=self._parts.settings.message_bytes,
        )
        url = self._parts.settings.amqp_url.get_secret_value()
        return Consumer(url, "onevisit inbound", settings, self._counts.counting(queue, self._door))
