"""Messages written at once on a confirm channel, and what the broker says of each of them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Self, cast

import aiormq
from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import ChannelPreconditionFailed, PublishError
from aiormq.abc import ChannelFrame, FrameType
from aiormq.exceptions import ChannelAccessRefused
from pamqp.body import ContentBody
from pamqp.commands import Basic
from pamqp.header import ContentHeader

from contracts.amqp.ports import (
    CORRELATION_HEADER,
    SEQUENCE_HEADER,
    OutgoingMessage,
    TransientMessage,
)
from contracts.envelope import CONTENT_TYPE

TRANSIENT, PERSISTENT = 1, 2
_ASIDE = 0  # no message has this delivery tag


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


class Returned:
    """What the broker gave back on a channel: by id and address, in the order it came.

    It takes the place of the channel's own map from ids to delivery tags: that one knows one tag
    for an id, and an event of the credit log is on its way to several queues under one id. The
    broker gives a message back before it confirms it.
    """

    def __init__(self, channel: aiormq.Channel) -> None:
        self._confirmations: dict[int, Any] = channel.confirmations
        self._reasons: dict[tuple[str | None, str, str], list[str]] = {}

    def get(self, _message_id: str) -> int:
        """Let the channel tell this object that a message comes back, and nobody else."""
        self._confirmations[_ASIDE] = self
        return _ASIDE

    def set_exception(self, error: PublishError) -> None:
        """Note a message that came back; called by the channel."""
        del self._confirmations[_ASIDE]
        message_id = error.message.header.properties.message_id if error.message else None
        frame: Any = error.frame
        reasons = self._reasons.setdefault((message_id, frame.exchange, frame.routing_key), [])
        reasons.append(f"returned by the broker: {error}")

    def reason(self, message: OutgoingMessage) -> str | None:
        """Give why a message came back, once for each time it did."""
        key = (message.message_id, message.exchange, message.routing_key)
        reasons = self._reasons.get(key, [])
        if len(reasons) <= 1:
            self._reasons.pop(key, None)
        return reasons.pop(0) if reasons else None


class ConfirmChannel:
    """A channel that confirms, as one publisher writes on it."""

    def __init__(self, channel: AbstractChannel, underlay: aiormq.Channel, user: str) -> None:
        self._channel = channel  # a strong reference
        self._underlay = underlay
        self._user = user
        self.returned = Returned(underlay)
        underlay.message_id_delivery_tag = self.returned  # type: ignore[assignment] # see Returned

    @classmethod
    async def on(cls, channel: AbstractChannel, user: str) -> Self:
        """Take over a channel on which nothing was written yet; `user` is its connection's."""
        return cls(channel, cast("aiormq.Channel", await channel.get_underlay_channel()), user)

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be written any more."""
        return self._channel.is_closed

    @property
    def last_tag(self) -> int:
        """Give the delivery tag of the message written last."""
        return int(self._underlay.delivery_tag)

    @property
    def is_idle(self) -> bool:
        """Whether every message written so far was answered."""
        return not self._underlay.confirmations

    async def write(self, messages: Sequence[OutgoingMessage]) -> list[asyncio.Future[object]]:
        """Write messages at once, and give the futures of their confirms.

        As `aiormq.Channel.basic_publish` does for one message, with a task, a lock and a system
        call for each. Whenever a confirm is missing the channel is dropped, so that its delivery
        tags need no repair.
        """
        channel = self._underlay
        frames: list[FrameType | ContentBody] = []
        confirms: list[asyncio.Future[object]] = []
        async with channel.lock:
            for message in messages:
                frames += _frames(message, self._user, channel.max_content_size)
                channel.delivery_tag += 1
                confirms.append(channel.create_future())
                channel.confirmations[channel.delivery_tag] = confirms[-1]
            await channel.write_queue.put(
                ChannelFrame.marshall(channel_number=channel.number, frames=frames)
            )
        return confirms


@dataclass(frozen=True, slots=True)
class Window:
    """Messages written at once; `channel` is None where there was none to write on."""

    messages: Sequence[OutgoingMessage]
    channel: ConfirmChannel | None
    confirms: Sequence[asyncio.Future[object]]
    was_idle: bool = False
    last_tag: int = 0
    failure: str = ""

    async def answers(self, seconds: float) -> list[object]:
        """Wait for the confirms: for each an Ack, an exception, or None when it is too late."""
        if self.confirms:
            await asyncio.wait(self.confirms, timeout=seconds)
        return [_answer(confirm) for confirm in self.confirms]

    def receipts(self, answers: Sequence[object]) -> list[Receipt]:
        """Put into our words what the broker said of each message."""
        if self.channel is None or self.failure:
            return [Receipt(Outcome.UNCONFIRMED, self.failure)] * len(self.messages)
        return [
            _receipt(answer, self.channel.returned.reason(message))
            for message, answer in zip(self.messages, answers, strict=True)
        ]

    def fault(self, answers: Sequence[object]) -> str | None:
        """Tell why the broker closed the channel, where that is because of one of its messages."""
        return next(filter(None, map(_message_fault, answers)), None)

    @property
    def is_single(self) -> bool:
        """Whether this one message was alone on its channel, so that a fault is its own."""
        alone = (
            self.was_idle and self.channel is not None and self.channel.last_tag == self.last_tag
        )
        return alone and len(self.messages) == 1


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


def _receipt(answer: object, returned: str | None) -> Receipt:
    match answer:
        case Basic.Ack() if returned is not None:
            return Receipt(Outcome.RETURNED, returned)
        case Basic.Ack():
            return Receipt(Outcome.CONFIRMED)
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
