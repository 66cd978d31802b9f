"""Copies dead letters and unrouted messages to where a person sees them, acking after the commit.

The store decides what may be shown: bodies of sealed messages are kept out of sight there.
"""

from collections.abc import Sequence

from contracts.amqp.admission import identified
from contracts.amqp.consumer import Consumer, ConsumerSettings, Handler
from contracts.amqp.disposition import Disposition
from contracts.amqp.ports import DeadLetters, Delivery
from contracts.topology import DEAD_QUEUE, UNROUTED_QUEUE

FIRST_QUEUE_HEADER = "x-first-death-queue"
FIRST_REASON_HEADER = "x-first-death-reason"
UNROUTED_REASON = "unrouted"


def dead_letter_consumers(url: str, name: str, letters: DeadLetters) -> tuple[Consumer, ...]:
    """Give one consumer for each of `onevisit.dead` and `onevisit.unrouted`."""
    return tuple(
        Consumer(url, f"{name} {queue}", ConsumerSettings(queue), recorder(letters))
        for queue in (DEAD_QUEUE, UNROUTED_QUEUE)
    )


def recorder(letters: DeadLetters) -> Handler:
    """Make the handler that records every delivery and never parks one again."""

    async def record(deliveries: Sequence[Delivery]) -> list[Disposition]:
        for delivery in deliveries:
            reason, from_queue = origin(delivery)
            await letters.record(identified(delivery), reason, from_queue)
        return [Disposition.DONE] * len(deliveries)

    return record


def origin(delivery: Delivery) -> tuple[str, str]:
    """Tell why a message died (rejected, delivery_limit, … or unrouted) and in which queue."""
    if delivery.queue == UNROUTED_QUEUE:
        return UNROUTED_REASON, delivery.queue
    reason = delivery.headers.get(FIRST_REASON_HEADER, "unknown")
    return reason, delivery.headers.get(FIRST_QUEUE_HEADER, delivery.queue)
