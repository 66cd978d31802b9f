"""The queues of recipients as outbox and number series know them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from coordinator.adapters.clock import BusinessClock
from coordinator.adapters.db.outbox_rows import OUTBOX, append, remove_all
from coordinator.adapters.db.tables_messaging import ResendRow, SeriesRow
from coordinator.services.ports import Resend

_SERIES: Any = SeriesRow.__table__  # type: ignore[attr-defined] # SQLModel hides it

_RESENDS: Any = ResendRow.__table__  # type: ignore[attr-defined] # SQLModel hides it

_OF_QUEUES = "queue:"


class DatabaseQueues:
    """See services.ports.OutgoingQueues for its promises."""

    def __init__(self, connection: AsyncConnection, clock: BusinessClock) -> None:
        self._connection = connection
        self._clock = clock

    async def send_again(self, recipient: str, first: int, last: int) -> Sequence[int]:
        """Give the outbox rows of these sequences back to the relay; gives those still kept."""
        these = (OUTBOX.c.recipient == recipient, OUTBOX.c.sequence.between(first, last))
        over = (*these, OUTBOX.c.state != "pending")
        found = await self._connection.execute(
            select(OUTBOX).where(*over).order_by(OUTBOX.c.sequence)
        )
        again = found.mappings().all()
        await remove_all(self._connection, [message["outbox_id"] for message in again])
        for message in again:  # anew, so that they stand at the end: the relay goes by outbox_id
            await append(self._connection, message)
        kept = await self._connection.execute(
            select(OUTBOX.c.sequence).where(*these).order_by(OUTBOX.c.sequence)
        )
        return list(kept.scalars())

    async def resends(self, recipient: str, ago: timedelta) -> Sequence[Resend]:
        """Give what was sent again to a queue since so long by machine time, oldest first."""
        since = self._clock.machine_now() - ago
        rows = await self._connection.execute(
            select(_RESENDS)
            .where(_RESENDS.c.queue == recipient, _RESENDS.c.requested_at >= since)
            .order_by(_RESENDS.c.requested_at)
        )
        return [Resend(**row) for row in rows.mappings()]

    async def last_sequence(self, recipient: str) -> int:
        """Give the last number of the queue's series."""
        found = await self._connection.execute(
            select(_SERIES.c.last).where(_SERIES.c.name == f"{_OF_QUEUES}{recipient}")
        )
        return int(found.scalar_one_or_none() or 0)

    async def last_sequences(self) -> Mapping[str, int]:
        """Give the last numbers of all queues' series."""
        rows = await self._connection.execute(
            select(_SERIES).where(_SERIES.c.name.startswith(_OF_QUEUES, autoescape=True))
        )
        return {row.name.removeprefix(_OF_QUEUES): row.last for row in rows}

    async def last_sent(self, recipient: str, ago: timedelta) -> int:
        """Give the last sequence that was confirmed before a moment."""
        found = await self._connection.execute(
            select(OUTBOX.c.sequence)
            .where(
                OUTBOX.c.recipient == recipient,
                OUTBOX.c.state == "sent",
                OUTBOX.c.sent_at < self._clock.machine_now() - ago,
            )
            .order_by(OUTBOX.c.sequence.desc())
            .limit(1)
        )
        return int(found.scalar_one_or_none() or 0)
