"""Spans around messages: one for sending, one for handling, in the trace that a message carries.

While a message is handled, every line of the log names it and what it belongs to.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import TypeVar

from structlog.contextvars import bound_contextvars

from contracts.amqp.ports import CORRELATION_HEADER, Delivery, OutgoingMessage
from contracts.amqp.publisher import Publisher, Receipt
from contracts.tracing import TRACEPARENT, Recording, span

Where = TypeVar("Where")
Effect = TypeVar("Effect")
_SYSTEM = "rabbitmq"


class TracedPublisher:
    """A publisher that records one span for each message that carries a trace."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher

    async def publish(self, messages: Sequence[OutgoingMessage]) -> Sequence[Receipt]:
        """Publish; the spans last until the broker has answered for all."""
        with ExitStack() as spans:
            for message in messages:
                if TRACEPARENT in message.headers:
                    spans.enter_context(_sending(message))
            return await self._publisher.publish(messages)

    async def close(self) -> None:
        """Let the connection go."""
        await self._publisher.close()


def traced(
    apply: Callable[[Where, Delivery], Awaitable[Effect]],
) -> Callable[[Where, Delivery], Awaitable[Effect]]:
    """Give an `apply` of an inbox that does the same inside a span and with a log that says so."""

    async def apply_traced(where: Where, delivery: Delivery) -> Effect:
        known = {"message_id": delivery.message_id, "correlation": delivery.correlation_id}
        parent = delivery.headers.get(TRACEPARENT)
        with bound_contextvars(**known), _handling(delivery, parent):
            return await apply(where, delivery)

    return apply_traced


def _sending(message: OutgoingMessage) -> AbstractContextManager[Recording]:
    return span(
        f"publish {message.type}",
        "producer",
        message.headers[TRACEPARENT],
        messaging__system=_SYSTEM,
        messaging__destination__name=message.recipient,
        messaging__message__id=message.message_id,
        messaging__message__conversation_id=message.headers.get(CORRELATION_HEADER, ""),
    )


def _handling(delivery: Delivery, parent: str | None) -> AbstractContextManager[Recording]:
    return span(
        f"process {delivery.type}",
        "consumer",
        parent,
        messaging__system=_SYSTEM,
        messaging__destination__name=delivery.queue,
        messaging__message__id=delivery.message_id,
        messaging__message__conversation_id=delivery.correlation_id,
    )
