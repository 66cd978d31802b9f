"""The outbox in two tables: what a message is, and what became of it.

A message is written once, its state changes. Kept in a row of its own the state can be marked
without a new copy of the body and without an entry in every index of the messages.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from coordinator.adapters.db.many_values import any_of
from coordinator.adapters.db.outbox_news import NEWS_CHANNEL
from coordinator.adapters.db.tables_messaging import OutboxRow, OutboxStateRow

MESSAGES: Any = OutboxRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
STATES: Any = OutboxStateRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_CONTENTS = [column for column in MESSAGES.c if not column.primary_key]
# The id is that of the state: SQLite then takes the first rows that wait by their index, and
# reads no other message.
OUTBOX: Any = (
    select(*STATES.c, *_CONTENTS)
    .join(MESSAGES, MESSAGES.c.outbox_id == STATES.c.outbox_id)
    .subquery("outgoing")
)
"""Both tables as one, to be read."""


class OutgoingRow:
    """A message with its state, as a collection reads it."""

    __table__ = OUTBOX


_INSERT = MESSAGES.insert().returning(MESSAGES.c.outbox_id)
_INSERT_STATE = STATES.insert().values(outbox_id=bindparam("new_id"), state="pending")
_NEW = (
    MESSAGES.insert()
    .values({each: bindparam(f"new_{each.name}", type_=each.type) for each in _CONTENTS})
    .returning(MESSAGES.c.outbox_id)
    .cte("new")
)
# One round trip; whoever relays is told once, when the transaction commits.
_APPEND = (
    STATES.insert()
    .from_select(["outbox_id", "state"], select(_NEW.c.outbox_id, literal("pending")))
    .add_cte(_NEW)
    .returning(STATES.c.outbox_id, func.pg_notify(NEWS_CHANNEL, ""))
)


async def append(connection: AsyncConnection, message: Mapping[Any, Any]) -> int:
    """Write a message, all columns but its id, to leave behind all others; gives its id."""
    if connection.dialect.name == "postgresql":
        bound = {f"new_{each.name}": message[each.name] for each in _CONTENTS}
        return int((await connection.execute(_APPEND, bound)).scalar_one())
    contents = {each.name: message[each.name] for each in _CONTENTS}
    outbox_id = int((await connection.execute(_INSERT, contents)).scalar_one())
    await connection.execute(_INSERT_STATE, {"new_id": outbox_id})
    return outbox_id


async def remove(connection: AsyncConnection, *which: ColumnElement[bool]) -> int:
    """Forget the messages of `OUTBOX` for which all this holds; gives how many."""
    found = await connection.execute(select(OUTBOX.c.outbox_id).where(*which))
    return await remove_all(connection, list(found.scalars()))


async def remove_all(connection: AsyncConnection, ids: Sequence[int]) -> int:
    """Forget the messages with these ids; gives how many there were."""
    deletes = [
        table.delete().where(any_of(connection, table.c.outbox_id, ids))
        for table in (STATES, MESSAGES)
    ]
    deleted = [await connection.execute(delete) for delete in deletes]
    return int(deleted[-1].rowcount)
