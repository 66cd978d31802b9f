"""Metrics for Prometheus: the database's figures, and what the broker's processes count.

Labels are codes of departments, credit systems and queues; no metric names a person, a visit or
a target.
"""

import time
from collections.abc import Iterator, Sequence

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from contracts.amqp.consumer import Handler
from contracts.amqp.disposition import Disposition
from contracts.amqp.ports import Delivery, OutgoingMessage
from contracts.amqp.publisher import Publisher, Receipt
from coordinator.domain.agents import AgentStanding, AgentState
from coordinator.services.watching import WatchFigures

_BATCHES = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_BACKLOG = ("outbox_pending", "unroutable", "retries", "held_back", "parked")


def exposition(figures: WatchFigures) -> bytes:
    """Write the database's figures in the text format of Prometheus."""
    registry = CollectorRegistry()
    registry.register(_Figures(figures))
    return generate_latest(registry)


class _Figures(Collector):
    def __init__(self, figures: WatchFigures) -> None:
        self._figures = figures

    @override
    def collect(self) -> Iterator[Metric]:
        yield from self._outbox()
        yield from self._messages()
        yield from self._lease()
        yield from self._agents()
        yield from self._behind()

    def _outbox(self) -> Iterator[Metric]:
        pending = GaugeMetricFamily(
            "onevisit_outbox_pending", "Messages that have not left yet.", labels=["recipient"]
        )
        oldest = GaugeMetricFamily(
            "onevisit_outbox_oldest_seconds",
            "Age of the oldest message that has not left yet.",
            labels=["recipient"],
        )
        for each in self._figures.waiting:
            age = (self._figures.at - each.oldest_at).total_seconds()
            pending.add_metric([each.recipient], each.number)
            oldest.add_metric([each.recipient], max(age, 0.0))
        yield from (pending, oldest)

    def _messages(self) -> Iterator[Metric]:
        figures = self._figures
        for name, text, value in (
            ("unroutable", "Messages that found no queue.", figures.unroutable),
            ("parked", "Messages that a person must see to.", figures.parked),
            ("retrying", "Messages that wait for another attempt.", figures.retrying),
        ):
            yield GaugeMetricFamily(f"onevisit_messages_{name}", text, value=value)

    def _lease(self) -> Iterator[Metric]:
        lease = self._figures.lease
        if lease is None:
            return
        left = (lease.expires_at - self._figures.at).total_seconds()
        yield GaugeMetricFamily(
            "onevisit_relay_lease_epoch", "Grows with each new relay.", value=lease.epoch
        )
        yield GaugeMetricFamily(
            "onevisit_relay_lease_left_seconds",
            "Time until the relay's lease ends; negative when nobody renewed it.",
            value=left,
        )

    def _agents(self) -> Iterator[Metric]:
        state = GaugeMetricFamily(
            "onevisit_agent_state", "1 for the state an agent is in.", labels=["agent", "state"]
        )
        heard = GaugeMetricFamily(
            "onevisit_agent_heard_seconds", "Since an agent was heard last.", labels=["agent"]
        )
        backlog = GaugeMetricFamily(
            "onevisit_agent_backlog",
            "Messages in an agent's own store, as it said last.",
            labels=["agent", "kind"],
        )
        for each in self._figures.agents:
            for one in AgentState:
                state.add_metric([each.agent, one.value], float(each.state is one))
            if each.pulse is not None:
                since = (self._figures.at - each.pulse.heard_at).total_seconds()
                heard.add_metric([each.agent], max(since, 0.0))
                _add_backlog(backlog, each)
        yield from (state, heard, backlog)

    def _behind(self) -> Iterator[Metric]:
        behind = GaugeMetricFamily(
            "onevisit_queue_behind",
            "Messages given to a queue and not passed by its agent, as it said last.",
            labels=["queue"],
        )
        for queue, number in self._figures.behind.items():
            behind.add_metric([queue], number)
        yield behind


def _add_backlog(family: GaugeMetricFamily, standing: AgentStanding) -> None:
    if standing.pulse is None or standing.pulse.sent_at is None:
        return
    for kind in _BACKLOG:
        family.add_metric([standing.agent, kind], getattr(standing.pulse.backlog, kind))


class CountingPublisher:
    """A publisher that counts what the broker said of each message."""

    def __init__(self, publisher: Publisher, registry: CollectorRegistry) -> None:
        self._publisher = publisher
        self._published = Counter(
            "onevisit_relay_published",
            "Messages by what the broker said: confirmed, returned, unconfirmed.",
            ["outcome"],
            registry=registry,
        )
        self._seconds = Histogram(
            "onevisit_relay_publish_seconds",
            "From publishing a batch to its last confirm.",
            registry=registry,
        )

    async def publish(self, messages: Sequence[OutgoingMessage]) -> Sequence[Receipt]:
        """Publish and count."""
        begun = time.perf_counter()
        receipts = await self._publisher.publish(messages)
        self._seconds.observe(time.perf_counter() - begun)
        for receipt in receipts:
            self._published.labels(receipt.outcome.value).inc()
        return receipts

    async def close(self) -> None:
        """Let the connection go."""
        await self._publisher.close()


class InboundCounts:
    """What the inbound process counts, over all its queues."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._ended = Counter(
            "onevisit_inbound_messages",
            "Messages by how they ended: done, retry, park.",
            ["queue", "ending"],
            registry=registry,
        )
        self._redelivered = Counter(
            "onevisit_inbound_redelivered",
            "Messages that the broker delivered before.",
            ["queue"],
            registry=registry,
        )
        self._batch = Histogram(
            "onevisit_inbound_batch_size",
            "Messages handled at once.",
            ["queue"],
            buckets=_BATCHES,
            registry=registry,
        )

    def counting(self, queue: str, handler: Handler) -> Handler:
        """Give a handler that does the same and counts."""

        async def handle(deliveries: Sequence[Delivery]) -> Sequence[Disposition]:
            self._batch.labels(queue).observe(len(deliveries))
            again = sum(delivery.redelivered for delivery in deliveries)
            self._redelivered.labels(queue).inc(again)
            ends = await handler(deliveries)
            for end in ends:
                self._ended.labels(queue, end.value).inc()
            return ends

        return handle
