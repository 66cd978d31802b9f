"""The audit chain: every act with its facts, each entry hashed over the one before."""

import hashlib
from typing import Any

import rfc8785
from pydantic_core import to_jsonable_python
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from coordinator.adapters.clock import BusinessClock
from coordinator.adapters.db.series import next_number
from coordinator.adapters.db.tables_messaging import AuditEntryRow
from coordinator.services.ports import Actor, AuditEntry

_START = ""


class AuditChain:
    """Appends to the chain in the transaction of its connection."""

    def __init__(self, connection: AsyncConnection, clock: BusinessClock, actor: Actor) -> None:
        self._connection = connection
        self._clock = clock
        self._actor = actor

    async def append(self, tag: str, subject: str, facts: dict[str, object]) -> None:
        """Append one entry; the number series serialises writers, so the chain never forks."""
        number = await next_number(self._connection, "audit")
        content: dict[str, Any] = {
            "number": number,
            "at": self._clock.now(),
            "actor": self._actor.name,
            "tag": tag,
            "subject": subject,
            "facts": to_jsonable_python(facts),
        }
        previous = await self._digest_of(number - 1)
        table = _table()
        await self._connection.execute(
            table.insert(),
            {**content, "previous": previous, "digest": digest_of(content, previous)},
        )

    async def _digest_of(self, number: int) -> str:
        table = _table()
        found = await self._connection.execute(
            select(table.c.digest).where(table.c.number == number)
        )
        return str(found.scalar_one_or_none() or _START)


def digest_of(content: dict[str, Any], previous: str) -> str:
    """Give the hex SHA-256 over the previous digest and the entry's content as RFC 8785 JSON."""
    canonical = rfc8785.dumps({**content, "at": content["at"].isoformat()})
    return hashlib.sha256(previous.encode() + b"\n" + canonical).hexdigest()


def first_break(entries: list[AuditEntry]) -> int | None:
    """Give the number of the first entry that does not follow from the one before, or None."""
    previous = _START
    for expected, entry in enumerate(entries, start=1):
        content = {
            "number": entry.number,
            "at": entry.at,
            "actor": entry.actor,
            "tag": entry.tag,
            "subject": entry.subject,
            "facts": entry.facts,
        }
        intact = entry.number == expected and entry.previous == previous
        if not intact or entry.digest != digest_of(content, previous):
            return expected
        previous = entry.digest
    return None


def _table() -> Any:
    return AuditEntryRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
