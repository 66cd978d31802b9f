"""Forgetting old messages, some at a time, so that nobody waits long for the tables."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from coordinator.adapters.clock import BusinessClock
from coordinator.adapters.db.outbox_rows import OUTBOX, remove_all
from coordinator.adapters.db.tables_messaging import (
    DeadLetterRow,
    InboxRow,
    RetryRow,
)
from coordinator.domain.lifecycle import LetterState
from coordinator.services.ports import Stored

_INBOX: Any = InboxRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_RETRY: Any = RetryRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_DEAD: Any = DeadLetterRow.__table__  # type: ignore[attr-defined] # SQLModel hides it


def _has(table: Any, of: Any) -> Any:
    """Say that a message is in another table too."""
    return select(1).where(table.c.message_id == of.c.message_id).correlate(of).exists()


_OVER = (LetterState.ARCHIVED, LetterState.RETRIED)
# Of each kind: its table, its time, and what else must be true of a row that is over.
_KINDS: Mapping[Stored, tuple[Any, Any, ColumnElement[bool]]] = {
    # A person may let what is parked at its recipient leave again.
    Stored.SENT: (
        OUTBOX,
        OUTBOX.c.sent_at,
        (OUTBOX.c.state == "sent") & ~_has(_DEAD, OUTBOX),
    ),
    # What waits for another attempt, or for a person, must be known when it comes again.
    Stored.TAKEN_IN: (
        _INBOX,
        _INBOX.c.received_at,
        ~_has(_RETRY, _INBOX) & ~_has(_DEAD, _INBOX),
    ),
    Stored.LETTERS: (_DEAD, _DEAD.c.parked_at, _DEAD.c.state.in_(_OVER)),
}


class DatabaseStorage:
    """See services.ports.Storage for its promises."""

    def __init__(self, connection: AsyncConnection, clock: BusinessClock) -> None:
        self._connection = connection
        self._clock = clock

    async def forget(self, kind: Stored, kept: timedelta, limit: int) -> int:
        """Delete the oldest rows of a kind that are over, at most `limit` of them."""
        table, time, is_over = _KINDS[kind]
        keys = list(table.primary_key)
        old = time < self._clock.machine_now() - kept
        found = select(*keys).where(is_over, old).order_by(time).limit(limit)
        if kind is Stored.SENT:
            ids = (await self._connection.execute(found)).scalars().all()
            return await remove_all(self._connection, ids)
        oldest = found.subquery()
        same = [key == oldest.c[key.name] for key in keys]
        statement = table.delete().where(select(1).where(*same).correlate(table).exists())
        return int((await self._connection.execute(statement)).rowcount)
