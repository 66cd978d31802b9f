"""The outbox as the relay sees it: lease, pending rows, marks, wake-up (4-messaging.md 4.3)."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, case, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contracts.amqp.ports import LeaseLostError, OutgoingMessage
from coordinator.adapters.clock import BusinessClock
from coordinator.adapters.db.engine import writing
from coordinator.adapters.db.tables_messaging import OutboxRow, RelayLeaseRow
from coordinator.adapters.db.upserts import insert_into

_LEASE = "relay"
_LEASE_TIME = timedelta(seconds=15)
_POLL_SECONDS = 0.02
_OUTBOX: Any = OutboxRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_LEASES: Any = RelayLeaseRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_FIELDS = [_OUTBOX.c[name] for name in OutgoingMessage.__dataclass_fields__]


class DatabaseOutbox:
    """Outbox over both databases; see contracts.amqp.ports.Outbox for its promises."""

    def __init__(self, engine: AsyncEngine, clock: BusinessClock) -> None:
        self._engine = writing(engine)
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
                where=same | (_LEASES.c.expires_at <= now),
            ).returning(_LEASES.c.epoch)
            epoch = (await connection.execute(upsert)).scalar_one_or_none()
        return None if epoch is None else int(epoch)

    async def pending(self, epoch: int, limit: int) -> Sequence[OutgoingMessage]:
        """Give up to `limit` rows in state pending by outbox_id; raises LeaseLostError."""
        async with self._engine.begin() as connection:
            await self._fence(connection, epoch)
            rows = await connection.execute(
                select(*_FIELDS)
                .where(_OUTBOX.c.state == "pending")
                .order_by(_OUTBOX.c.outbox_id)
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
            return [OutgoingMessage(**row) for row in rows.mappings()]

    async def mark(self, epoch: int, sent: Sequence[int], unroutable: Mapping[int, str]) -> None:
        """Mark exactly these rows as sent, and these as unroutable; raises LeaseLostError."""
        async with self._engine.begin() as connection:
            await self._fence(connection, epoch)
            now = self._clock.machine_now()
            by_id = _OUTBOX.update().where(_OUTBOX.c.outbox_id == bindparam("row_id"))
            if sent:
                values = by_id.values(state="sent", sent_at=now)
                await connection.execute(values, [{"row_id": row_id} for row_id in sent])
            if unroutable:
                values = by_id.values(state="unroutable", last_error=bindparam("why"))
                rows = [{"row_id": row_id, "why": why} for row_id, why in unroutable.items()]
                await connection.execute(values, rows)

    async def wait_for_work(self, timeout: float) -> None:  # noqa: ASYNC109 - a poll, no deadline
        """Return when rows are pending, at the latest after `timeout` seconds.

        The poll over the partial index is the truth on both databases; each look sees what was
        committed meanwhile. SQLite's file is only looked into after somebody's commit.
        """
        async with self._looking.connect() as connection:
            commits = _Commits(connection)
            for _ in range(max(1, int(timeout / _POLL_SECONDS))):
                if await commits.since_last_asked() and await self._has_pending(connection):
                    return
                await asyncio.sleep(_POLL_SECONDS)

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


class _Commits:
    """Says whether anything may have been committed since it was last asked.

    On SQLite that is cheap to know; PostgreSQL is asked for the rows themselves.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._driver: Any = None
        self._version: object = None

    async def since_last_asked(self) -> bool:
        if self._connection.dialect.name != "sqlite":
            return True
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
