"""What a consumer tells the broker of the messages it handled, of several at once where it can."""

import asyncio
from collections.abc import Sequence

import aiormq

from contracts.amqp.connection import bounded
from contracts.amqp.disposition import Disposition

ACK_SECONDS = 0.05


class Answers:
    """Acks and rejects on one channel; an ack waits a moment for others, at most `most_owed` - 1.

    Each ack is an entry in the log of a quorum queue as a message is: one for several makes room
    for messages. What was handled and not yet acked may come again, as after any crash, and the
    inbox absorbs it.
    """

    def __init__(self, channel: aiormq.Channel, most_owed: int, operation_seconds: float) -> None:
        self._channel = channel
        self._most_owed = most_owed
        self._seconds = operation_seconds
        self._owed = 0
        self._last_tag = 0
        self._is_owed = asyncio.Event()
        self._turn = asyncio.Lock()  # a tag that was acked with a later one must not be acked again

    async def give(self, tags: Sequence[int], dispositions: Sequence[Disposition]) -> None:
        """Reject what is parked, to the dead letters; ack the others, now or soon.

        Raises BrokerUnavailableError.
        """
        for tag, disposition in zip(tags, dispositions, strict=True):
            if disposition is Disposition.PARK:
                await self.send()
                reject = self._channel.basic_reject(tag, requeue=False, wait=False)
                await bounded(reject, self._seconds)
            else:
                self._owed, self._last_tag = self._owed + 1, tag
                self._is_owed.set()
        if self._owed >= self._most_owed:
            await self.send()

    async def send(self) -> None:
        """Ack what is owed; raises BrokerUnavailableError."""
        async with self._turn:
            if self._owed:
                self._owed = 0
                self._is_owed.clear()
                # It and all before it: what came before was answered already, or is done too.
                ack = self._channel.basic_ack(self._last_tag, multiple=True)
                await bounded(ack, self._seconds)

    async def send_in_time(self) -> None:
        """Let no ack wait longer than its moment, until cancelled; BrokerUnavailableError."""
        while True:
            await self._is_owed.wait()
            await asyncio.sleep(ACK_SECONDS)
            await self.send()
