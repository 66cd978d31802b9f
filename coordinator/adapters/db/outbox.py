"""The outbox as the relay sees it: lease, pending rows, marks, wake-up (4-messaging.md 4.3)."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    any_,
    bindparam,
    case,
    func,
    literal_column,
    select,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contracts.amqp.ports import LeaseLostError, Marks, OutgoingMessage
from coordinator.adapters.clock import BusinessClock
from coordinator.adapters.db.engine import writing
from coordinator.adapters.db.outbox_news import news_of
from coordinator.adapters.db.tables_messaging import OutboxRow, RelayLeaseRow
from coordinator.adapters.db.upserts import insert_into

_LEASE = "relay"
_LEASE_TIME = timedelta(seconds=6)
_OUTBOX: Any = OutboxRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_LEASES: Any = RelayLeaseRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
# The condition of the partial index, word for word.
_IS_PENDING = _OUTBOX.c.state == literal_column("'pending'")
# For PostgreSQL, until the end of the transaction. A mark that a crash takes back is a message
# sent twice, which the inbox absorbs: nobody need wait for the disk. And whatever the statistics
# of a table say that was empty a moment ago: reading the first rows must not sort them all.
_QUICKLY = [
    func.set_config(name, "off", literal_column("true"))
    for name in ("synchronous_commit", "enable_sort", "enable_bitmapscan", "enable_seqscan")
]
_FIELDS = [_OUTBOX.c[name] for name in OutgoingMessage.__dataclass_fields__]
# Made once: to make them anew for each batch costs more than to run them. PostgreSQL takes all ids
# as one value, so that its statements stay the same too.
_IDS = bindparam("ids", type_=ARRAY(BigInteger))
_ONE_OF = {
    "sqlite": _OUTBOX.c.outbox_id.in_(bindparam("ids", expanding=True)),
    "postgresql": _OUTBOX.c.outbox_id == any_(_IDS),
}
_NONE_OF = {
    "sqlite": _OUTBOX.c.outbox_id.not_in(bindparam("ids", expanding=True)),
    "postgresql": _OUTBOX.c.outbox_id.not_in(select(func.unnest(_IDS))),
}
_READ = {
    dialect: select(*_FIELDS)
    .where(_IS_PENDING, none_of)
    .order_by(_OUTBOX.c.outbox_id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    for dialect, none_of in _NONE_OF.items()
}
_MARK_SENT = {
    dialect: _OUTBOX.update().where(one_of).values(state="sent", sent_at=bindparam("at"))
    for dialect, one_of in _ONE_OF.items()
}
_MARK_UNROUTABLE = (
    _OUTBOX.update()
    .where(_OUTBOX.c.outbox_id == bindparam("row_id"))
    .values(state="unroutable", last_error=bindparam("why"))
)
_OUR_LEASE = _LEASES.c.name == _LEASE
_FENCE = {
    "sqlite": select(_LEASES.c.epoch).where(_OUR_LEASE),
    "postgresql": select(_LEASES.c.epoch, *_QUICKLY).where(_OUR_LEASE).with_for_update(),
}


class DatabaseOutbox:
    """Outbox over both databases; see contracts.amqp.ports.Outbox for its promises."""

    def __init__(self, engine: AsyncEngine, clock: BusinessClock) -> None:
        self._engine = writing(engine)
        self._reading = engine
        self._clock = clock
        self._dialect = engine.dialect.name
        self._news = news_of(engine)
        self._held: AsyncConnection | None = None

    async def acquire_lease(self, owner: str) -> int | None:
        """Take or renew the lease; a new holder gets a greater epoch, None if it is taken."""
        now = self._clock.machine_now()
        until = now + _LEASE_TIME
        async with self._engine.begin() as connection:
            insert = insert_into(connection, _LEASES).values(
                name=_LEASE, owner=owner, epoch=1, expires_at=until
            )
            same = _LEASES.c.owner == owner
            upsert = insert.on_conflict_do_update(
                index_elements=[_LEASES.c.name],
                set_={
                    "owner": owner,
                    "epoch": _LEASES.c.epoch + case((same, 0), else_=1),
                    "expires_at": until,
                },
                where=same | (_LEASES.c.expires_at <= now) | (_LEASES.c.expires_at > until),
            ).returning(_LEASES.c.epoch)
            epoch = (await connection.execute(upsert)).scalar_one_or_none()
        return None if epoch is None else int(epoch)

    async def release_lease(self, owner: str) -> None:
        """Let the lease go where this owner holds it; its epoch stays, the next one is greater."""
        async with self._engine.begin() as connection:
            await connection.execute(
                _LEASES.update()
                .where(_LEASES.c.name == _LEASE, _LEASES.c.owner == owner)
                .values(owner="", expires_at=self._clock.machine_now())
            )

    async def pending(
        self,
        epoch: int,
        limit: int,
        under_way: Collection[int] = (),
        marks: Marks | None = None,
    ) -> Sequence[OutgoingMessage]:
        """Give up to `limit` rows in state pending by outbox_id; raises LeaseLostError.

        Marks are made in the same transaction on PostgreSQL. On SQLite, whose one write lock is
        not fair, reading takes no lock: the business must not wait for a relay that looks again
        and again.
        """
        if marks and self._dialect == "sqlite":
            await self.mark(epoch, marks.sent, marks.unroutable)
            marks = None
        async with self._fenced(epoch, self._reading) as connection:
            if marks:
                await self._mark(connection, marks)
            chosen = {"ids": list(under_way), "most": limit}
            rows = await connection.execute(_READ[self._dialect], chosen)
            return [OutgoingMessage(*row) for row in rows]

    async def mark(self, epoch: int, sent: Sequence[int], unroutable: Mapping[int, str]) -> None:
        """Mark exactly these rows as sent, and these as unroutable; raises LeaseLostError."""
        async with self._fenced(epoch, self._engine) as connection:
            await self._mark(connection, Marks(sent, unroutable))

    async def wait_for_work(self, timeout: float) -> None:  # noqa: ASYNC109 - a poll, no deadline
        """Return when something may have been committed, at the latest after `timeout` seconds."""
        await self._news.wait(timeout)

    async def close(self) -> None:
        """Let the relay's own connections go."""
        held, self._held = self._held, None
        if held is not None:
            await held.close()
        await self._news.close()

    @asynccontextmanager
    async def _fenced(self, epoch: int, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        """Give a transaction in which nobody else takes the lease; raises LeaseLostError.

        A relay that is busy holds its connection to PostgreSQL: to take one from the pool for each
        batch costs as much as the reading.
        """
        if self._dialect == "sqlite":
            async with engine.begin() as connection:
                await self._fence(connection, epoch)
                yield connection
            return
        held = self._held = self._held or await engine.connect()
        try:
            async with held.begin():
                await self._fence(held, epoch)
                yield held
        except DBAPIError:
            self._held = None  # whatever is wrong with it: the next one is new
            await held.close()
            raise

    async def _fence(self, connection: AsyncConnection, epoch: int) -> None:
        """Lock the lease row, so that no other relay takes over before this transaction ends."""
        held = await connection.execute(_FENCE[self._dialect])
        if held.scalar_one_or_none() != epoch:
            raise LeaseLostError

    async def _mark(self, connection: AsyncConnection, marks: Marks) -> None:
        if marks.sent:
            sent = {"ids": list(marks.sent), "at": self._clock.machine_now()}
            await connection.execute(_MARK_SENT[self._dialect], sent)
        if marks.unroutable:
            rows = [{"row_id": row_id, "why": why} for row_id, why in marks.unroutable.items()]
            await connection.execute(_MARK_UNROUTABLE, rows)
