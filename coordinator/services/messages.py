"""What operators see of messages: counts of what is parked, unroutable or waiting to leave."""

from coordinator.services.ports import Work


async def message_counts(work: Work) -> dict[str, int]:
    """Count parked, unroutable and pending messages; all zero when nothing is stuck."""
    return {
        "parked": await work.dead_letters.count(state="parked"),
        "unroutable": await work.outgoing.count(state="unroutable"),
        "outbox_pending": await work.outgoing.count(state="pending"),
    }
