"""Batches on their way to the broker: published in order, landed in any, marked together."""

import asyncio
from collections.abc import Sequence

import structlog

from contracts.amqp.ports import Marks, OutgoingMessage
from contracts.amqp.publisher import Outcome, Publisher, Receipt

log = structlog.get_logger(__name__)

Landing = asyncio.Future[Sequence[Receipt]]


class Flight:
    """What one relay has published and not yet marked."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._batches: dict[Landing, Sequence[OutgoingMessage]] = {}
        self._sent: list[int] = []
        self._unroutable: dict[int, str] = {}
        self.is_doubtful = False

    def __len__(self) -> int:
        return sum(map(len, self._batches.values()))

    @property
    def landings(self) -> set[Landing]:
        """Give what ends when the broker has answered for a batch."""
        return set(self._batches)

    @property
    def ids(self) -> set[int]:
        """Give the outbox ids that wait for an answer."""
        return {row.outbox_id for batch in self._batches.values() for row in batch}

    def send(self, batch: Sequence[OutgoingMessage]) -> None:
        """Publish a batch behind those that are under way."""
        # Tasks begin in the order in which they are made: so do the batches.
        self._batches[asyncio.ensure_future(self._publisher.publish(batch))] = batch

    def answered(self) -> Marks:
        """Give what the broker has said by now; it is given again until `marked`.

        A message that was not confirmed puts the flight in doubt, and stays pending.
        """
        for landing in [each for each in self._batches if each.done()]:
            batch = self._batches.pop(landing)
            if landing.cancelled():  # a stalled broker may do that
                self.is_doubtful = True
            else:
                self._note(batch, landing.result())
        return Marks(tuple(self._sent), dict(self._unroutable))

    def marked(self) -> None:
        """Forget what was answered: the store has it."""
        self._sent.clear()
        self._unroutable.clear()

    def cancel(self) -> None:
        """Give up waiting: what is not confirmed will be sent again."""
        for landing in self._batches:
            landing.cancel()

    def _note(self, batch: Sequence[OutgoingMessage], receipts: Sequence[Receipt]) -> None:
        for row, receipt in zip(batch, receipts, strict=True):
            match receipt.outcome:
                case Outcome.CONFIRMED:
                    self._sent.append(row.outbox_id)
                case Outcome.RETURNED:
                    self._unroutable[row.outbox_id] = receipt.reason
                    why = receipt.reason
                    log.error("message_unroutable", message_id=row.message_id, reason=why)
                case Outcome.UNCONFIRMED:
                    self.is_doubtful = True
