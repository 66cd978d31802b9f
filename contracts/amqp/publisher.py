"""Publishing windows of messages and telling, for each one, what the broker said about it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol, cast

import aiormq
import structlog
from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import ChannelPreconditionFailed, PublishError
from aiormq.abc import ChannelFrame, FrameType
from aiormq.exceptions import ChannelAccessRefused
from pamqp.body import ContentBody
from pamqp.commands import Basic
from pamqp.header import ContentHeader

from contracts.amqp.connection import (
    BrokerUnavailableError,
    Line,
    bounded,
    connection_to,
    open_channel,
    user_of,
)
from contracts.amqp.ports import (
    CORRELATION_HEADER,
    SEQUENCE_HEADER,
    OutgoingMessage,
    TransientMessage,
)
from contracts.envelope import CONTENT_TYPE

TRANSIENT, PERSISTENT = 1, 2
log = structlog.get_logger(__name__)


class Outcome(Enum):
    """What became of a published message."""

    CONFIRMED = "confirmed"
    RETURNED = "returned"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The broker's answer for one message; RETURNED: it can't be delivered, `reason` says why."""

    outcome: Outcome
    reason: str = ""


class Publisher(Protocol):
    """Something that publishes in order, persistent, mandatory and confirmed."""

    async def publish(self, messages: Sequence[OutgoingMessage]) -> Sequence[Receipt]:
        """Give one receipt per message; an outage makes them UNCONFIRMED and never raises."""
        ...

    async def close(self) -> None:
        """Let the connection go."""
        ...


@dataclass(frozen=True, slots=True)
class PublisherSettings:
    """`window`: messages under way at once; timeouts in seconds."""

    window: int = 250
    window_seconds: float = 10.0
    operation_seconds: float = 10.0


class AmqpPublisher:
    """The publisher over aio-pika and aiormq: one confirm channel, reopened when in doubt."""

    def __init__(
        self,
        to: str | Line,
        name: str,
        settings: PublisherSettings | None = None,
        on_open: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Take `on_open` to be awaited on each new connection, before anything is published.

        When it raises BrokerUnavailableError nothing is, and the next publish opens anew.
        """
        self._on_open = on_open
        self._to = to
        self._user = user_of(to)
        self._name = name
        self._settings = settings or PublisherSettings()
        self._resources = AsyncExitStack()
        self._channel: AbstractChannel | None = None
        self._one_by_one = False
        self._turn = asyncio.Lock()  # an agent's relay and its heartbeats share one channel

    async def publish(self, messages: Sequence[OutgoingMessage]) -> Sequence[Receipt]:
        """Publish in windows; after a window that failed nothing more is sent, to keep order.

        When the broker closed the channel because of one message of a window, the next call
        publishes one by one, until it finds that message and returns it with the reason.
        """
        async with self._turn:
            return await self._publish(messages)

    async def close(self) -> None:
        """Close the connection; the next publish opens another."""
        self._channel = None
        await self._resources.aclose()

    async def _publish(self, messages: Sequence[OutgoingMessage]) -> Sequence[Receipt]:
        receipts: list[Receipt] = []
        while len(receipts) < len(messages):
            size = 1 if self._one_by_one else self._settings.window
            answered = await self._publish_window(messages[len(receipts) :][:size])
            receipts += answered
            if any(receipt.outcome is Outcome.UNCONFIRMED for receipt in answered):
                unsent = len(messages) - len(receipts)
                return receipts + [Receipt(Outcome.UNCONFIRMED, "not sent")] * unsent
        self._one_by_one = False
        return receipts

    async def _publish_window(self, window: Sequence[OutgoingMessage]) -> list[Receipt]:
        try:
            channel = await self._open()
        except BrokerUnavailableError as error:
            log.warning("publisher_unconnected", name=self._name, reason=str(error))
            await self.close()
            return [Receipt(Outcome.UNCONFIRMED, str(error))] * len(window)
        answers = await self._send(
            cast("aiormq.Channel", await channel.get_underlay_channel()), window
        )
        if all(isinstance(answer, Basic.Ack | PublishError) for answer in answers):
            return [_receipt(answer) for answer in answers]
        await self.close()
        return self._after_failure(answers)

    def _after_failure(self, answers: Sequence[object]) -> list[Receipt]:
        fault = next(filter(None, map(_message_fault, answers)), None)
        if fault is not None and len(answers) == 1:
            self._one_by_one = False
            return [Receipt(Outcome.RETURNED, fault)]
        self._one_by_one = fault is not None
        receipts = [_receipt(answer) for answer in answers]
        reasons = {receipt.reason for receipt in receipts if receipt.outcome is Outcome.UNCONFIRMED}
        log.warning("publish_unconfirmed", reasons=sorted(reasons))
        return receipts

    async def _open(self) -> AbstractChannel:
        if self._channel is None or self._channel.is_closed:
            await self.close()
            seconds = self._settings.operation_seconds
            connection = await self._resources.enter_async_context(
                connection_to(self._to, self._name, seconds)
            )
            channel = await open_channel(connection, seconds, confirms=True)
            if self._on_open is not None:
                await self._on_open()
            self._channel = channel
        return self._channel

    async def _send(
        self, channel: aiormq.Channel, window: Sequence[OutgoingMessage]
    ) -> list[object]:
        """Send a window and wait for its confirms: an Ack, an exception, or None when too late."""
        try:
            confirms = await bounded(self._write(channel, window), self._settings.operation_seconds)
            await asyncio.wait(confirms, timeout=self._settings.window_seconds)
        except BrokerUnavailableError as error:
            return [error] * len(window)
        finally:
            for message in window:
                channel.message_id_delivery_tag.pop(message.message_id, None)
        return [_answer(confirm) for confirm in confirms]

    async def _write(
        self, channel: aiormq.Channel, window: Sequence[OutgoingMessage]
    ) -> list[asyncio.Future[object]]:
        """Write a whole window at once, and give the futures of its confirms.

        As `aiormq.Channel.basic_publish` does for one message, with a task, a lock and a system
        call for each. Whenever a confirm is missing the channel is dropped, so that its delivery
        tags need no repair.
        """
        frames: list[FrameType | ContentBody] = []
        confirms: list[asyncio.Future[object]] = []
        async with channel.lock:
            for message in window:
                frames += _frames(message, self._user, channel.max_content_size)
                channel.delivery_tag += 1
                confirms.append(channel.create_future())
                channel.confirmations[channel.delivery_tag] = confirms[-1]
                channel.message_id_delivery_tag[message.message_id] = channel.delivery_tag
            await channel.write_queue.put(
                ChannelFrame.marshall(channel_number=channel.number, frames=frames)
            )
        return confirms


def _frames(message: OutgoingMessage, user: str, max_size: int) -> list[FrameType | ContentBody]:
    body = message.body
    header = ContentHeader(properties=_properties(message, user), body_size=len(body))
    parts = [ContentBody(body[start : start + max_size]) for start in range(0, len(body), max_size)]
    publish = Basic.Publish(
        exchange=message.exchange, routing_key=message.routing_key, mandatory=True
    )
    return [publish, header, *parts]


def _properties(message: OutgoingMessage, user: str) -> Basic.Properties:
    headers: dict[str, Any] = dict(message.headers)
    correlation_id = headers.pop(CORRELATION_HEADER, None)
    return Basic.Properties(
        content_type=CONTENT_TYPE,
        headers=headers | {SEQUENCE_HEADER: str(message.sequence)},
        delivery_mode=TRANSIENT if isinstance(message, TransientMessage) else PERSISTENT,
        correlation_id=correlation_id,
        message_id=message.message_id,
        timestamp=message.created_at,
        message_type=message.type,
        user_id=user,
    )


def _answer(confirm: asyncio.Future[object]) -> object:
    if not confirm.done():
        return None
    if confirm.cancelled():
        return asyncio.CancelledError()
    return confirm.exception() or confirm.result()


def _receipt(answer: object) -> Receipt:
    match answer:
        case Basic.Ack():
            return Receipt(Outcome.CONFIRMED)
        case PublishError():
            return Receipt(Outcome.RETURNED, f"returned by the broker: {answer}")
        case None:
            return Receipt(Outcome.UNCONFIRMED, "no confirm in time")
        case _:
            return Receipt(Outcome.UNCONFIRMED, f"{type(answer).__name__}: {answer}")


def _message_fault(answer: object) -> str | None:
    """Tell whether the broker closed the channel because of what this message is.

    A topic it may not write to, or a property or size the broker refuses. Anything else, also a
    missing exchange or right, is the broker's state and may heal: the message stays pending.
    """
    match answer:
        case ChannelPreconditionFailed():
            return f"refused by the broker: {answer}"
        case ChannelAccessRefused() if "topic" in str(answer):
            return f"refused by the broker: {answer}"
        case _:
            return None
