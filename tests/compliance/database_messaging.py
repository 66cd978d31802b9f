"""Harnesses that put the coordinator's outbox and inbox under tests/compliance."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.amqp.ports import Delivery, OutgoingMessage
from coordinator.adapters.db.engine import writing
from coordinator.adapters.db.inbox import DatabaseInbox, InboxSettings
from coordinator.adapters.db.outbox import DatabaseOutbox
from coordinator.adapters.db.outbox_rows import STATES, append
from coordinator.adapters.db.tables_messaging import AuditEntryRow, DeadLetterRow
from tests.play import Play

_DEAD: Any = DeadLetterRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_AUDIT: Any = AuditEntryRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
ATTEMPTS = 3
_LONG = timedelta(hours=1)


@dataclass
class OutboxUnderTest:
    """The outbox on a play's database; time passes by its clock."""

    play: Play
    outbox: DatabaseOutbox = field(init=False)

    def __post_init__(self) -> None:
        self.outbox = DatabaseOutbox(self.play.around.engine, self.play.clock)

    async def add(self, new: Sequence[OutgoingMessage]) -> list[int]:
        async with writing(self.play.around.engine).begin() as connection:
            return await insert_pending(connection, new)

    async def states(self) -> Mapping[int, str]:
        async with self.play.around.engine.connect() as connection:
            rows = await connection.execute(select(STATES.c.outbox_id, STATES.c.state))
            return {row.outbox_id: row.state for row in rows}

    async def expire_lease(self) -> None:
        self.play.clock.at += _LONG


async def insert_pending(connection: AsyncConnection, new: Sequence[OutgoingMessage]) -> list[int]:
    """Write pending rows in the transaction of a connection and give their outbox ids."""
    return [await append(connection, _row(message)) for message in new]


def _row(message: OutgoingMessage) -> dict[str, Any]:
    fields = (name for name in OutgoingMessage._fields if name != "outbox_id")
    values = {name: getattr(message, name) for name in fields}
    rest = {"aggregate": "visit-1", "available_at": message.created_at}
    return values | rest | {"headers": dict(message.headers)}


class InboxUnderTest:
    """The inbox on a play's database; the effect of a message is one row of the audit table."""

    def __init__(self, play: Play) -> None:
        self._play = play
        self._before: Callable[[Delivery], None] = lambda _: None
        settings = InboxSettings("compliance", attempts=ATTEMPTS)
        self.inbox = DatabaseInbox(play.around.engine, play.clock, settings, self._apply)

    def on_apply(self, apply: Callable[[Delivery], None]) -> None:
        self._before = apply

    async def applied(self) -> list[str]:
        async with self._play.around.engine.connect() as connection:
            rows = await connection.execute(select(_AUDIT.c.subject).order_by(_AUDIT.c.number))
            return [str(subject) for subject in rows.scalars()]

    async def parked(self) -> Mapping[str, str]:
        async with self._play.around.engine.connect() as connection:
            rows = await connection.execute(select(_DEAD.c.message_id, _DEAD.c.reason))
            return {row.message_id: row.reason for row in rows}

    async def make_retries_due(self) -> None:
        self._play.clock.at += _LONG

    async def _apply(self, connection: AsyncConnection, delivery: Delivery) -> str:
        self._before(delivery)
        number = len((await connection.execute(select(_AUDIT.c.number))).all()) + 1
        effect = {"number": number, "at": self._play.clock.now(), "subject": delivery.message_id}
        rest = {"actor": "", "tag": "", "facts": {}, "previous": "", "digest": ""}
        await connection.execute(insert(_AUDIT).values(effect | rest))
        return "visit-1"
