"""The outbox as the relay sees it: lease, pending rows, marks, wake-up (4-messaging.md 4.3)."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, any_, bindparam, case, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contracts.amqp.ports import LeaseLostError, OutgoingMessage
from coordinator.adapters.clock import BusinessClock
from coordinator.adapters.db.engine import writing
from coordinator.adapters.db.tables_messaging import OutboxRow, RelayLeaseRow
from coordinator.adapters.db.upserts import insert_into

NEWS_CHANNEL = "onevisit_outbox"
"""On which PostgreSQL tells of new rows, when the transaction that wrote them commits."""

_LEASE = "relay"
_LEASE_TIME = timedelta(seconds=6)
_POLL_SECONDS = 0.02
_OUTBOX: Any = OutboxRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_LEASES: Any = RelayLeaseRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_FIELDS = [_OUTBOX.c[name] for name in OutgoingMessage.__dataclass_fields__]


class DatabaseOutbox:
    """Outbox over both databases; see contracts.amqp.ports.Outbox for its promises."""

    def __init__(self, engine: AsyncEngine, clock: BusinessClock) -> None:
        self._engine = writing(engine)
        self._reading = engine
        self._looking = _without_transactions(engine)
        self._clock = clock

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

    async def pending(self, epoch: int, limit: int) -> Sequence[OutgoingMessage]:
        """Give up to `limit` rows in state pending by outbox_id; raises LeaseLostError.

        It only reads: on SQLite, whose one write lock is not fair, the business must not wait for
        a relay that looks again and again.
        """
        async with self._reading.begin() as connection:
            await self._fence(connection, epoch)
            rows = await connection.execute(
                select(*_FIELDS)
                .where(_OUTBOX.c.state == "pending")
                .order_by(_OUTBOX.c.outbox_id)
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
            return [OutgoingMessage(*row) for row in rows]

    async def mark(self, epoch: int, sent: Sequence[int], unroutable: Mapping[int, str]) -> None:
        """Mark exactly these rows as sent, and these as unroutable; raises LeaseLostError."""
        async with self._engine.begin() as connection:
            await self._fence(connection, epoch)
            if sent:
                await connection.execute(
                    _OUTBOX.update()
                    .where(_one_of(connection, sent))
                    .values(state="sent", sent_at=self._clock.machine_now())
                )
            if unroutable:
                values = (
                    _OUTBOX.update()
                    .where(_OUTBOX.c.outbox_id == bindparam("row_id"))
                    .values(state="unroutable", last_error=bindparam("why"))
                )
                rows = [{"row_id": row_id, "why": why} for row_id, why in unroutable.items()]
                await connection.execute(values, rows)

    async def wait_for_work(self, timeout: float) -> None:  # noqa: ASYNC109 - a poll, no deadline
        """Return when rows are pending, at the latest after `timeout` seconds.

        SQLite's file is looked into after somebody's commit. PostgreSQL tells of every insert;
        that is a hint only, and whoever waits looks again after `timeout`.
        """
        async with self._looking.connect() as connection:
            if connection.dialect.name == "sqlite":
                await self._poll(connection, timeout)
            else:
                await self._listen(connection, timeout)

    async def _poll(self, connection: AsyncConnection, seconds: float) -> None:
        commits = _Commits(connection)
        for _ in range(max(1, int(seconds / _POLL_SECONDS))):
            if await commits.since_last_asked() and await self._has_pending(connection):
                return
            await asyncio.sleep(_POLL_SECONDS)

    async def _listen(self, connection: AsyncConnection, seconds: float) -> None:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        told = asyncio.Event()

        def tell(*_: object) -> None:
            told.set()

        await driver.add_listener(NEWS_CHANNEL, tell)
        try:
            # Only now: what was committed before we listened is not told.
            if not await self._has_pending(connection):
                with suppress(TimeoutError):
                    await asyncio.wait_for(told.wait(), seconds)
        finally:
            if not driver.is_closed():
                await driver.remove_listener(NEWS_CHANNEL, tell)

    async def _has_pending(self, connection: AsyncConnection) -> bool:
        statement = select(_OUTBOX.c.outbox_id).where(_OUTBOX.c.state == "pending").limit(1)
        found = (await connection.execute(statement)).first()
        await connection.rollback()
        return found is not None

    async def _fence(self, connection: AsyncConnection, epoch: int) -> None:
        """Lock the lease row, so that no other relay takes over before this transaction ends."""
        statement = select(_LEASES.c.epoch).where(_LEASES.c.name == _LEASE).with_for_update()
        if (await connection.execute(statement)).scalar_one_or_none() != epoch:
            raise LeaseLostError


def _one_of(connection: AsyncConnection, outbox_ids: Sequence[int]) -> ColumnElement[bool]:
    """Say which rows; PostgreSQL takes all ids as one value, so the statement stays the same."""
    chosen = _OUTBOX.c.outbox_id
    if connection.dialect.name == "sqlite":
        condition: ColumnElement[bool] = chosen.in_(outbox_ids)
    else:
        condition = chosen == any_(literal(list(outbox_ids), ARRAY(BigInteger)))
    return condition


class _Commits:
    """Says whether anything may have been committed to SQLite's file since it was last asked."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._driver: Any = None
        self._version: object = None

    async def since_last_asked(self) -> bool:
        if self._driver is None:
            self._driver = (await self._connection.get_raw_connection()).driver_connection
        [(version,)] = await self._driver.execute_fetchall("PRAGMA data_version")
        before, self._version = self._version, version
        return bool(version != before)


def _without_transactions(engine: AsyncEngine) -> AsyncEngine:
    """Spare PostgreSQL a BEGIN and a ROLLBACK around every look."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="AUTOCOMMIT")
