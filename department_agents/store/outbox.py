"""The outbox on the agent's file: rows written with the business, emptied by one relay."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.amqp.ports import LeaseLostError, Marks, OutgoingMessage
from department_agents.clock import Clock
from department_agents.store.database import Database, News
from department_agents.store.rows import LeaseRow, OutboxRow, OutboxState, SentSequenceRow

LEASE = timedelta(seconds=6)
_RELAY = "relay"


class SqliteOutbox:
    """Outbox over the agent's database; leases go by machine time."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def acquire_lease(self, owner: str) -> int | None:
        """Take or renew the lease; a new holder gets the next epoch, None if another holds it."""
        now = self._clock.machine_now()
        async with self._database.transaction() as session:
            lease = await session.get(LeaseRow, _RELAY)
            if lease is None:
                lease = LeaseRow(name=_RELAY, owner=owner, epoch=1, expires_at=now + LEASE)
            elif lease.owner != owner:
                if now < lease.expires_at <= now + LEASE:
                    return None
                lease.owner, lease.epoch = owner, lease.epoch + 1
            lease.expires_at = now + LEASE
            session.add(lease)
            return lease.epoch

    async def release_lease(self, owner: str) -> None:
        """Let the lease go where this owner holds it; its epoch stays, the next one is greater."""
        async with self._database.transaction() as session:
            lease = await session.get(LeaseRow, _RELAY)
            if lease is not None and lease.owner == owner:
                lease.owner, lease.expires_at = "", self._clock.machine_now()
                session.add(lease)

    async def pending(
        self,
        epoch: int,
        limit: int,
        under_way: Collection[int] = (),
        marks: Marks | None = None,
    ) -> Sequence[OutgoingMessage]:
        """Mark what was answered and give up to `limit` rows that wait, oldest first.

        Raises LeaseLostError.
        """
        async with self._database.transaction() as session:
            await _fence(session, epoch)
            if marks:
                await self._mark(session, marks)
            rows = await session.exec(
                select(OutboxRow)
                .where(
                    OutboxRow.state == OutboxState.PENDING,
                    OutboxRow.available_at <= self._clock.machine_now(),
                    col(OutboxRow.outbox_id).not_in(under_way),
                )
                .order_by(col(OutboxRow.outbox_id))
                .limit(limit)
            )
            return [_outgoing(row) for row in rows]

    async def mark(self, epoch: int, sent: Sequence[int], unroutable: Mapping[int, str]) -> None:
        """Mark exactly these rows as sent or unroutable; raises LeaseLostError."""
        async with self._database.transaction() as session:
            await _fence(session, epoch)
            await self._mark(session, Marks(sent, unroutable))

    async def wait_for_work(self, timeout: float) -> None:  # noqa: ASYNC109 - as the port says
        """Return after a commit with outbox rows, at the latest after `timeout` seconds."""
        await self._database.is_told(News.OUTBOX, timeout)

    async def close(self) -> None:
        """Hold nothing between two calls: there is nothing to let go."""

    async def _mark(self, session: AsyncSession, marks: Marks) -> None:
        await session.exec(
            update(OutboxRow)
            .where(col(OutboxRow.outbox_id).in_(marks.sent))
            .values(state=OutboxState.SENT, sent_at=self._clock.machine_now())
        )
        for outbox_id, error in marks.unroutable.items():
            await session.exec(
                update(OutboxRow)
                .where(col(OutboxRow.outbox_id) == outbox_id)
                .values(state=OutboxState.UNROUTABLE, last_error=error)
            )


async def next_sequence(session: AsyncSession, recipient: str) -> int:
    """Give the next sequence for a recipient; gap-free, as it rolls back with its row."""
    row = await session.get(SentSequenceRow, recipient)
    if row is None:
        row = SentSequenceRow(recipient=recipient, sequence=0)
    row.sequence += 1
    session.add(row)
    return row.sequence


async def _fence(session: AsyncSession, epoch: int) -> None:
    lease = await session.get(LeaseRow, _RELAY)
    if lease is None or lease.epoch != epoch:
        raise LeaseLostError


def _outgoing(row: OutboxRow) -> OutgoingMessage:
    if row.outbox_id is None:
        raise LookupError("a stored outbox row has an id")
    return OutgoingMessage(
        outbox_id=row.outbox_id,
        message_id=row.message_id,
        recipient=row.recipient,
        sequence=row.sequence,
        exchange=row.exchange,
        routing_key=row.routing_key,
        headers=json.loads(row.headers),
        body=row.body,
        type=row.type,
        created_at=row.created_at,
    )
