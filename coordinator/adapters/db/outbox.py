"""The outbox as the relay sees it: lease, pending rows, marks, wake-up (4-messaging.md 4.3)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import case
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.amqp.ports import Marks, OutgoingMessage
from coordinator.adapters.clock import BusinessClock
from coordinator.adapters.db.engine import writing
from coordinator.adapters.db.outbox_news import news_of
from coordinator.adapters.db.outbox_turns import LEASE, turns_of
from coordinator.adapters.db.tables_messaging import RelayLeaseRow
from coordinator.adapters.db.upserts import insert_into

_LEASE_TIME = timedelta(seconds=6)
_LEASES: Any = RelayLeaseRow.__table__  # type: ignore[attr-defined] # SQLModel hides it


class DatabaseOutbox:
    """Outbox over both databases; see contracts.amqp.ports.Outbox for its promises."""

    def __init__(self, engine: AsyncEngine, clock: BusinessClock) -> None:
        self._engine = writing(engine)
        self._clock = clock
        self._turns = turns_of(engine, clock)
        self._news = news_of(engine)

    async def acquire_lease(self, owner: str) -> int | None:
        """Take or renew the lease; a new holder gets a greater epoch, None if it is taken."""
        now = self._clock.machine_now()
        until = now + _LEASE_TIME
        async with self._engine.begin() as connection:
            insert = insert_into(connection, _LEASES).values(
                name=LEASE, owner=owner, epoch=1, expires_at=until
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
                .where(_LEASES.c.name == LEASE, _LEASES.c.owner == owner)
                .values(owner="", expires_at=self._clock.machine_now())
            )

    async def pending(
        self,
        epoch: int,
        limit: int,
        under_way: Collection[int] = (),
        marks: Marks | None = None,
    ) -> Sequence[OutgoingMessage]:
        """Mark and give up to `limit` rows in state pending by outbox_id; raises LeaseLostError."""
        return await self._turns.turn(epoch, limit, under_way, marks or Marks())

    async def mark(self, epoch: int, sent: Sequence[int], unroutable: Mapping[int, str]) -> None:
        """Mark exactly these rows as sent, and these as unroutable; raises LeaseLostError."""
        await self._turns.turn(epoch, 0, (), Marks(sent, unroutable))

    async def wait_for_work(self, timeout: float) -> None:  # noqa: ASYNC109 - a poll, no deadline
        """Return when something may have been committed, at the latest after `timeout` seconds."""
        await self._news.wait(timeout)

    async def close(self) -> None:
        """Let the relay's own connections go."""
        await self._turns.close()
        await self._news.close()
