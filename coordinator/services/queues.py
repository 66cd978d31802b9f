"""Queues as operators see them: what waits at the broker, and what has not even left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services.ports import QueueSeen, Work


@dataclass(frozen=True, kw_only=True)
class QueueStanding:
    """One queue: the broker's figures, None where it was not asked or has no such queue.

    `outbox_oldest_at` is when the oldest message that has not left yet was written, machine time.
    """

    name: str
    at_broker: QueueSeen | None
    outbox_pending: int
    outbox_oldest_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class QueueReport:
    """All queues; `unasked` says why the broker's figures are missing."""

    queues: Sequence[QueueStanding]
    unroutable: int
    unasked: RuleBrokenError | None


async def queue_report(work: Work) -> QueueReport:
    """Join the broker's figures with the outbox's, which are there whether or not it answers."""
    at_broker, unasked = await _broker_figures(work)
    waiting = {each.recipient: each for each in await work.traffic.waiting()}
    return QueueReport(
        queues=[
            QueueStanding(
                name=name,
                at_broker=at_broker.get(name),
                outbox_pending=waiting[name].number if name in waiting else 0,
                outbox_oldest_at=waiting[name].oldest_at if name in waiting else None,
            )
            for name in sorted(at_broker.keys() | waiting.keys())
        ],
        unroutable=await work.outgoing.count(state="unroutable"),
        unasked=unasked,
    )


async def _broker_figures(
    work: Work,
) -> tuple[Mapping[str, QueueSeen], RuleBrokenError | None]:
    if work.broker is None:
        return {}, RuleBrokenError(Rule.QUEUES_NOT_SEEN)
    try:
        return (await work.broker.seen()).queues, None
    except RuleBrokenError as error:
        return {}, error
