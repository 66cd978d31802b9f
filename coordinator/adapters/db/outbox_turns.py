"""A turn of the relay on either database: fence, marks and reading, none without the others."""

import asyncio
from collections.abc import Collection
from typing import Any, Protocol

from sqlalchemy import bindparam, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contracts.amqp.ports import LeaseLostError, Marks, OutgoingMessage
from coordinator.adapters.clock import BusinessClock
from coordinator.adapters.db.engine import writing
from coordinator.adapters.db.outbox_rows import OUTBOX, STATES
from coordinator.adapters.db.tables_messaging import RelayLeaseRow

LEASE = "relay"
_LEASES: Any = RelayLeaseRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_FIELDS = OutgoingMessage._fields


class OutboxTurns(Protocol):
    """Marks what was answered and reads what waits, for the holder of the lease."""

    async def turn(
        self, epoch: int, limit: int, under_way: Collection[int], marks: Marks
    ) -> list[OutgoingMessage]:
        """Make the marks, then give up to `limit` pending rows by id without those under way.

        Raises LeaseLostError when the lease is another's by now, and has done nothing then.
        """
        ...

    async def close(self) -> None:
        """Let the connection go."""
        ...


def turns_of(engine: AsyncEngine, clock: BusinessClock) -> OutboxTurns:
    """Give the turns on this database."""
    turns = _FileTurns if engine.dialect.name == "sqlite" else _ServerTurns
    return turns(engine, clock)


class _FileTurns:
    """On SQLite, whose one write lock is not fair: reading alone takes no lock.

    The business must not wait for a relay that looks again and again.
    """

    _IS_PENDING = OUTBOX.c.state == literal_column("'pending'")  # as the partial index says it
    _IDS: Any = bindparam("ids", expanding=True)
    _FENCE = select(_LEASES.c.epoch).where(_LEASES.c.name == LEASE)
    _READ = (
        select(*(OUTBOX.c[name] for name in _FIELDS))
        .where(_IS_PENDING, OUTBOX.c.outbox_id.not_in(_IDS))
        .order_by(OUTBOX.c.outbox_id)
        .limit(bindparam("most"))
    )
    _MARK_SENT = (
        STATES.update()
        .where(STATES.c.outbox_id.in_(_IDS))
        .values(state="sent", sent_at=bindparam("at"))
    )
    _MARK_UNROUTABLE = (
        STATES.update()
        .where(STATES.c.outbox_id == bindparam("row_id"))
        .values(state="unroutable", last_error=bindparam("why"))
    )

    def __init__(self, engine: AsyncEngine, clock: BusinessClock) -> None:
        self._reading = engine
        self._writing = writing(engine)
        self._clock = clock

    async def turn(
        self, epoch: int, limit: int, under_way: Collection[int], marks: Marks
    ) -> list[OutgoingMessage]:
        if marks:
            async with self._writing.begin() as connection:
                await self._fence(connection, epoch)
                await self._mark(connection, marks)
        async with self._reading.begin() as connection:
            await self._fence(connection, epoch)
            chosen = {"ids": list(under_way), "most": limit}
            rows = await connection.execute(self._READ, chosen)
            return [OutgoingMessage(*row) for row in rows]

    async def close(self) -> None:
        """Hold nothing between two turns: there is nothing to let go."""

    async def _fence(self, connection: AsyncConnection, epoch: int) -> None:
        held = await connection.execute(self._FENCE)
        if held.scalar_one_or_none() != epoch:
            raise LeaseLostError

    async def _mark(self, connection: AsyncConnection, marks: Marks) -> None:
        if marks.sent:
            sent = {"ids": list(marks.sent), "at": self._clock.machine_now()}
            await connection.execute(self._MARK_SENT, sent)
        if marks.unroutable:
            rows = [{"row_id": row_id, "why": why} for row_id, why in marks.unroutable.items()]
            await connection.execute(self._MARK_UNROUTABLE, rows)


class _ServerTurns:
    """On PostgreSQL: one statement is a whole turn, on a connection that is held meanwhile.

    Each further round trip, BEGIN and COMMIT among them, would wait for a process that is busy
    with publishing. The statement locks the lease, so that nobody takes it over before the marks
    are made, and the lease comes back also where no message does.
    """

    _TURN = f"""
        WITH fence AS MATERIALIZED (
            SELECT epoch FROM relay_lease WHERE name = '{LEASE}' FOR UPDATE
        ), sent AS (
            UPDATE outbox_state SET state = 'sent', sent_at = $2
            WHERE outbox_id = ANY($3::bigint[]) AND (SELECT epoch FROM fence) = $1
        ), unroutable AS (
            UPDATE outbox_state SET state = 'unroutable', last_error = refused.why
            FROM unnest($4::bigint[], $5::text[]) AS refused (row_id, why)
            WHERE outbox_id = refused.row_id AND (SELECT epoch FROM fence) = $1
        )
        SELECT fence.epoch, message.* FROM fence LEFT JOIN LATERAL (
            SELECT {", ".join(_FIELDS)} FROM outbox JOIN (
                SELECT outbox_id FROM outbox_state
                WHERE state = 'pending' AND fence.epoch = $1
                    AND outbox_id NOT IN (SELECT unnest($6::bigint[]))
                ORDER BY outbox_id LIMIT $7
                FOR UPDATE SKIP LOCKED
            ) AS waiting USING (outbox_id)
        ) AS message ON true
    """  # noqa: S608 - of our own words only
    # A mark that a crash takes back is a message sent twice, which the inbox absorbs: nobody need
    # wait for the disk. And whatever the statistics say of a table that was empty a moment ago:
    # there is one good way to read the first rows, by the partial index, planned once.
    _SETTINGS = """
        SET synchronous_commit = off;
        SET plan_cache_mode = force_generic_plan;
        SET enable_sort = off;
        SET enable_bitmapscan = off;
        SET enable_seqscan = off;
        SET enable_hashjoin = off;
        SET enable_mergejoin = off;
        SET jit = off;
    """

    def __init__(self, engine: AsyncEngine, clock: BusinessClock) -> None:
        self._engine = engine
        self._clock = clock
        self._held: AsyncConnection | None = None
        self._statement: Any = None

    async def turn(
        self, epoch: int, limit: int, under_way: Collection[int], marks: Marks
    ) -> list[OutgoingMessage]:
        refused = marks.unroutable
        skipped = [*under_way, *marks.sent, *refused]  # the statement sees them as they were
        try:
            statement = self._statement or await self._prepared()
            now = self._clock.machine_now()
            marked = (now, marks.sent, list(refused), list(refused.values()))
            rows = await statement.fetch(epoch, *marked, skipped, limit)
        except (Exception, asyncio.CancelledError):
            await self.close()  # whatever is wrong with the connection: the next one is new
            raise
        if not rows or rows[0]["epoch"] != epoch:
            raise LeaseLostError
        messages = [OutgoingMessage(*row[1:]) for row in rows if row["outbox_id"] is not None]
        return sorted(messages, key=lambda message: message.outbox_id)  # a join has no order

    async def close(self) -> None:
        held, self._held, self._statement = self._held, None, None
        if held is not None:
            await held.invalidate()  # it must not go back to the others with its settings
            await held.close()

    async def _prepared(self) -> Any:
        await self.close()
        self._held = await self._engine.connect()
        driver: Any = (await self._held.get_raw_connection()).driver_connection
        await driver.execute(self._SETTINGS)
        self._statement = await driver.prepare(self._TURN)
        return self._statement
