"""Publishing messages in order and telling, for each one, what the broker said about it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Protocol

import structlog
from pamqp.commands import Basic

from contracts.amqp.connection import (
    BrokerUnavailableError,
    Line,
    bounded,
    connection_to,
    open_channel,
    user_of,
)
from contracts.amqp.ports import OutgoingMessage
from contracts.amqp.window import ConfirmChannel, Outcome, Receipt, Window

__all__ = ["AmqpPublisher", "Outcome", "Publisher", "PublisherSettings", "Receipt"]

log = structlog.get_logger(__name__)


class Publisher(Protocol):
    """Something that publishes in order, persistent, mandatory and confirmed."""

    async def publish(self, messages: Sequence[OutgoingMessage]) -> Sequence[Receipt]:
        """Give one receipt per message; an outage makes them UNCONFIRMED and never raises.

        It may be called again before it has answered: messages leave in the order of the calls.
        Once something has failed, nothing leaves any more of the calls made before that was known.
        """
        ...

    async def close(self) -> None:
        """Let the connection go."""
        ...


@dataclass(frozen=True, slots=True)
class PublisherSettings:
    """`window`: messages written at once; timeouts in seconds."""

    window: int = 500
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
        self._channel: ConfirmChannel | None = None
        self._one_by_one = False
        self._failures = 0
        # Whose turn it is writes. An agent's relay and its heartbeats share one channel.
        self._turn = asyncio.Lock()

    async def publish(self, messages: Sequence[OutgoingMessage]) -> Sequence[Receipt]:
        """Publish in windows; after a window that failed nothing more is sent, to keep order.

        Who calls next writes while the last window waits for its confirms. When the broker
        closed the channel because of one message of a window, the next call publishes one by
        one, until it finds that message and returns it with the reason.
        """
        failures = self._failures
        receipts: list[Receipt] = []
        last: Window | None = None
        async with self._turn:
            while last is None and len(receipts) < len(messages) and self._failures == failures:
                first, size = len(receipts), 1 if self._one_by_one else self._settings.window
                window = await self._written(messages[first : first + size])
                if first + size >= len(messages) and not self._one_by_one:
                    last = window
                else:
                    receipts += await self._receipts(window)
            if last is None:
                self._one_by_one &= self._failures != failures
                return receipts + [_NOT_SENT] * (len(messages) - len(receipts))
        return receipts + await self._receipts(last)

    async def close(self) -> None:
        """Close the connection; the next publish opens another."""
        await self._let_go(self._channel)

    async def _written(self, messages: Sequence[OutgoingMessage]) -> Window:
        try:
            channel = await self._open()
            was_idle = channel.is_idle
            writing = channel.write(messages)
            confirms = await bounded(writing, self._settings.operation_seconds)
        except BrokerUnavailableError as error:
            log.warning("publisher_unconnected", name=self._name, reason=str(error))
            return Window(messages, self._channel, (), failure=str(error))
        return Window(messages, channel, confirms, was_idle, channel.last_tag)

    async def _receipts(self, window: Window) -> list[Receipt]:
        """Wait for what the broker says; a channel that leaves anything in doubt is let go."""
        answers = await window.answers(self._settings.window_seconds)
        receipts, is_single = window.receipts(answers), window.is_single
        if not window.failure and all(isinstance(answer, Basic.Ack) for answer in answers):
            return receipts
        is_current = window.channel is self._channel
        await self._let_go(window.channel)
        fault = window.fault(answers)
        if fault is not None and is_single:
            self._one_by_one = False
            return [Receipt(Outcome.RETURNED, fault)]
        self._one_by_one |= fault is not None
        self._failures += is_current
        log.warning("publish_unconfirmed", reasons=sorted({each.reason for each in receipts}))
        return receipts

    async def _open(self) -> ConfirmChannel:
        if self._channel is None or self._channel.is_closed:
            await self._let_go(self._channel)
            seconds = self._settings.operation_seconds
            connection = await self._resources.enter_async_context(
                connection_to(self._to, self._name, seconds)
            )
            channel = await open_channel(connection, seconds, confirms=True)
            if self._on_open is not None:
                await self._on_open()
            self._channel = await ConfirmChannel.on(channel, self._user)
        return self._channel

    async def _let_go(self, channel: ConfirmChannel | None) -> None:
        """Close a channel and its connection, unless another was opened since."""
        if channel is self._channel:
            resources, self._resources = self._resources, AsyncExitStack()
            self._channel = None
            await resources.aclose()


_NOT_SENT = Receipt(Outcome.UNCONFIRMED, "not sent: something before it failed")
