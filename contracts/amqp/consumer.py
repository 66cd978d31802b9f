"""A supervised consumer: receives from one queue, in order, for as long as it is not cancelled.

Connection closed, channel closed, consumer cancelled (queue deleted), no consumer counted on the
queue: each ends the session, and the supervisor opens a new one after a jittered pause.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

import aiormq
import aiormq.abc
import structlog
from aio_pika.abc import AbstractChannel, AbstractConnection

from contracts.amqp.admission import without_large_body
from contracts.amqp.answers import Answers
from contracts.amqp.back_off import BackOff
from contracts.amqp.connection import (
    CLOSE_SECONDS,
    BrokerUnavailableError,
    Line,
    bounded,
    connection_to,
    open_channel,
)
from contracts.amqp.disposition import Disposition, describe
from contracts.amqp.finishing import finished
from contracts.amqp.ports import Delivery
from contracts.envelope import MAX_BODY_BYTES

Handler = Callable[[Sequence[Delivery]], Awaitable[Sequence[Disposition]]]
_IDLE = "nothing received for long"
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ConsumerSettings:
    """`prefetch` at most 10 on a tasks queue: a crash loop dead-letters all that was prefetched.

    `most_bytes`: a larger body is parked unread. `batch`: how many the handler gets at once; while
    they come in numbers it waits `linger_seconds` for more. A session that received nothing for
    `idle_seconds` starts afresh: when a queue is deleted and made again at once, RabbitMQ 3.10 may
    count a consumer, hold a message for it and never deliver it.
    """

    queue: str
    prefetch: int = 10
    most_bytes: int = MAX_BODY_BYTES
    batch: int = 1
    linger_seconds: float = 0.01
    operation_seconds: float = 10.0
    liveness_seconds: float = 30.0
    idle_seconds: float = 120.0


class Consumer:
    """The supervisor over sessions; `handler` decides how each message ends, in order."""

    def __init__(
        self, to: str | Line, name: str, settings: ConsumerSettings, handler: Handler
    ) -> None:
        self._to = to
        self._name = name
        self._settings = settings
        self._handler = handler
        self.is_consuming = False

    async def run(self) -> None:
        """Consume until cancelled; a message under way when the broker goes is finished first."""
        back_off = BackOff()
        while True:
            try:
                await self._session(back_off)
            except BrokerUnavailableError as error:
                said = log.info if str(error) == _IDLE else log.warning
                said("consumer_interrupted", queue=self._settings.queue, reason=str(error))
            await asyncio.sleep(back_off.next_pause())

    async def _session(self, back_off: BackOff) -> None:
        seconds = self._settings.operation_seconds
        try:
            async with connection_to(self._to, self._name, seconds) as connection:
                session = Session(self._settings, self._handler)
                answers = await session.open(connection)
                self.is_consuming = True
                back_off.reset()
                log.info("consumer_started", queue=self._settings.queue)
                await session.serve(answers)
        finally:
            self.is_consuming = False


class Session:
    """One consumer on one channel, from its first message to its first doubt."""

    def __init__(self, settings: ConsumerSettings, handler: Handler) -> None:
        self._settings = settings
        self._handler = handler
        self._arrived: asyncio.Queue[aiormq.abc.DeliveredMessage | None] = asyncio.Queue()
        self._death: str | None = None
        self._died = asyncio.Event()
        self._came_together = False
        self._waiting_since: float | None = None  # None while a message is under way
        # Strong references: a collected channel takes its consumers along.
        self._channel: AbstractChannel | None = None
        self._underlay: aiormq.abc.AbstractChannel | None = None

    async def open(self, connection: AbstractConnection) -> Answers:
        """Open a channel, start the consumer, and give where its messages are answered.

        Raises BrokerUnavailableError.
        """
        seconds = self._settings.operation_seconds
        channel = await open_channel(connection, seconds, confirms=False)
        underlay = await channel.get_underlay_channel()
        connection.close_callbacks.add(self._on_connection_closed)
        channel.close_callbacks.add(self._on_channel_closed)
        underlay.on_consumer_cancel_callbacks.add(self._on_consumer_cancelled)
        self._channel, self._underlay = channel, underlay
        await bounded(underlay.basic_qos(prefetch_count=self._settings.prefetch), seconds)
        await bounded(underlay.basic_consume(self._settings.queue, self._on_message), seconds)
        most_owed = max(1, self._settings.prefetch // 2)  # the broker must not wait for an answer
        return Answers(cast("aiormq.Channel", underlay), most_owed, seconds)

    async def serve(self, answers: Answers) -> None:
        """Handle messages in order until the session dies; always raises BrokerUnavailableError.

        Not cancelled when the broker goes: the handler's transaction is finished, its ack is lost,
        and the message comes again as a duplicate.
        """
        beside = [
            asyncio.create_task(work)
            for work in (self._watch_liveness(), self._ack_in_time(answers))
        ]
        try:
            while self._death is None:
                messages = await self._next_messages()
                await finished(self._settle(messages, answers))
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            await self._ack_the_rest(answers)
        raise BrokerUnavailableError(self._death)

    async def _next_messages(self) -> list[aiormq.abc.DeliveredMessage]:
        """Wait for a message and take what is there with it; empty when the session died.

        Only where several came together last time it waits shortly for more: in a stream larger
        batches are worth it, and a message that is alone is handled at once.
        """
        now = asyncio.get_running_loop().time
        self._waiting_since = now()
        arrived = [await self._arrived.get()]
        linger = self._settings.linger_seconds if self._came_together else 0
        with suppress(TimeoutError):
            async with asyncio.timeout_at(now() + linger):
                while self._death is None and len(arrived) < self._settings.batch:
                    arrived.append(await self._arrived.get())
        self._waiting_since = None
        self._came_together = len(arrived) > 1
        return [] if self._death else [message for message in arrived if message is not None]

    async def _settle(
        self, messages: Sequence[aiormq.abc.DeliveredMessage], answers: Answers
    ) -> None:
        deliveries = [self._delivery(message) for message in messages]
        dispositions = await self._decided(deliveries)
        if dispositions:  # none when the session died first: then nobody is there to be answered
            await answers.give([message.delivery_tag or 0 for message in messages], dispositions)

    async def _ack_in_time(self, answers: Answers) -> None:
        try:
            await answers.send_in_time()
        except BrokerUnavailableError as error:
            self._die(f"ack: {error}")

    async def _ack_the_rest(self, answers: Answers) -> None:
        """Let who comes next not begin with what is done; without a broker it has to."""
        with suppress(BrokerUnavailableError):
            if self._death is None:
                await bounded(answers.send(), CLOSE_SECONDS)

    def _delivery(self, message: aiormq.abc.DeliveredMessage) -> Delivery:
        delivery = delivery_of(message, self._settings.queue)
        return without_large_body(delivery, self._settings.most_bytes)

    async def _decided(self, deliveries: Sequence[Delivery]) -> Sequence[Disposition]:
        """Ask the handler until it decides: a broken store must not use up broker deliveries."""
        back_off = BackOff()
        while self._death is None and deliveries:
            try:
                return await self._handler(deliveries)
            except Exception as error:
                # No traceback: its locals may hold a sealed body.
                queue = self._settings.queue
                log.error("consumer_store_failed", queue=queue, error=describe(error))  # noqa: TRY400
                await self._died_within(back_off.next_pause())
        return []

    async def _watch_liveness(self) -> None:
        """Count the consumers of the queue from time to time: a lost cancel shows as none."""
        channel, seconds = self._underlay, self._settings.operation_seconds
        while channel is not None and not await self._died_within(self._settings.liveness_seconds):
            try:
                declared = await bounded(
                    channel.queue_declare(self._settings.queue, passive=True), seconds
                )
            except Exception as error:
                self._die(f"liveness: {error}")
            else:
                self._doubt(declared.consumer_count or 0)

    def _doubt(self, number_of_consumers: int) -> None:
        now = asyncio.get_running_loop().time()
        if number_of_consumers == 0:
            self._die("the queue counts no consumer")
        elif now - (self._waiting_since or now) >= self._settings.idle_seconds:
            self._die(_IDLE)

    async def _died_within(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._died.wait()
        return self._died.is_set()

    def _die(self, cause: str) -> None:
        self._death = self._death or cause
        self._died.set()
        self._arrived.put_nowait(None)

    async def _on_message(self, message: aiormq.abc.DeliveredMessage) -> None:
        self._arrived.put_nowait(message)

    def _on_connection_closed(self, _: object, error: BaseException | None) -> None:
        self._die(f"connection closed: {error}")

    def _on_channel_closed(self, _: object, error: BaseException | None) -> None:
        self._die(f"channel closed: {error}")

    def _on_consumer_cancelled(self, _: object) -> None:
        self._die("consumer cancelled by the broker")


def delivery_of(message: aiormq.abc.DeliveredMessage, queue: str) -> Delivery:
    """Read a delivered message; headers that are not text or numbers are left out."""
    properties = message.header.properties
    return Delivery(
        message_id=_storable(properties.message_id),
        type=_storable(properties.message_type),
        user_id=properties.user_id,
        routing_key=_storable(message.routing_key),
        exchange=message.exchange or "",
        queue=queue,
        headers={
            _storable(name): _storable(str(value))
            for name, value in (properties.headers or {}).items()
            if isinstance(value, str | int)
        },
        body=message.body,
        redelivered=bool(message.redelivered),
        correlation_id=_storable(str(properties.correlation_id or "")),
        content_type=_storable(properties.content_type),
    )


def _storable(text: str | None) -> str:
    """Show a NUL character as a sign: no database keeps one, not even to say what was wrong."""
    return (text or "").replace("\0", "␀")
