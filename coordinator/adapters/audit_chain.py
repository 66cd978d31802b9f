"""The audit chain: every act with its facts, each entry hashed over the one before."""

import hashlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import rfc8785
from pydantic_core import to_jsonable_python
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from coordinator.adapters.clock import BusinessClock
from coordinator.adapters.db.series import last_number, next_number
from coordinator.adapters.db.tables_messaging import AuditEntryRow
from coordinator.domain.audit_chain import START, Link
from coordinator.services.ports import Actor

_SERIES = "audit"
_BATCH = 5000
_TABLE: Any = AuditEntryRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_PLAIN = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_CONTENT = ("number", "at", "actor", "tag", "subject", "facts")


class AuditChain:
    """Appends to the chain in the transaction of its connection, and reads it link by link."""

    def __init__(self, connection: AsyncConnection, clock: BusinessClock, actor: Actor) -> None:
        self._connection = connection
        self._clock = clock
        self._actor = actor

    async def append(self, tag: str, subject: str, facts: dict[str, object]) -> None:
        """Append one entry; the number series serialises writers, so the chain never forks."""
        number = await next_number(self._connection, _SERIES)
        content: dict[str, Any] = {
            "number": number,
            "at": self._clock.now(),
            "actor": self._actor.name,
            "tag": tag,
            "subject": subject,
            "facts": to_jsonable_python(facts),
        }
        previous = await self._digest_of(number - 1)
        await self._connection.execute(
            _TABLE.insert(),
            {**content, "previous": previous, "digest": digest_of(content, previous)},
        )

    async def head(self) -> tuple[int, str]:
        """Give number and digest of the last entry, (0, "") before the first."""
        number = await self.given()
        return number, await self._digest_of(number)

    async def given(self) -> int:
        """Give how many numbers were ever given to entries."""
        return await last_number(self._connection, _SERIES)

    async def links(self) -> AsyncIterator[Sequence[Link]]:
        """Give every entry in the order of numbers, some thousands at a time."""
        statement = select(_TABLE).order_by(_TABLE.c.number).limit(_BATCH)
        rows = (await self._connection.execute(statement)).mappings().all()
        while rows:
            yield [link_of(dict(row)) for row in rows]
            after = statement.where(_TABLE.c.number > rows[-1]["number"])
            rows = (await self._connection.execute(after)).mappings().all()

    async def subjects(self, after: int, until: int) -> frozenset[str]:
        """Give what the entries after one number, up to another, are about."""
        number = _TABLE.c.number
        statement = select(_TABLE.c.subject).where(number > after, number <= until).distinct()
        return frozenset((await self._connection.execute(statement)).scalars())

    async def _digest_of(self, number: int) -> str:
        found = await self._connection.execute(
            select(_TABLE.c.digest).where(_TABLE.c.number == number)
        )
        return str(found.scalar_one_or_none() or START)


def digest_of(content: Mapping[str, Any], previous: str) -> str:
    """Give the hex SHA-256 over the previous digest and the entry's content as RFC 8785 JSON."""
    return _hashed(rfc8785.dumps({**content, "at": content["at"].isoformat()}), previous)


def link_of(row: Mapping[str, Any]) -> Link:
    """Give what of an entry makes the chain, with the digest that its content gives.

    The standard library writes nearly every entry as RFC 8785 does, ten times as fast: where its
    digest is the stored one, the content is what was hashed; where not, RFC 8785 decides.
    """
    content = {name: row[name] for name in _CONTENT}
    plain = _PLAIN.encode({**content, "at": content["at"].isoformat()})
    # A lone surrogate has no UTF-8 form: it was never hashed, and RFC 8785 has none either.
    expected = _hashed(plain.encode("utf-8", "replace"), row["previous"])
    if expected != row["digest"]:
        expected = _exactly(content, row["previous"])
    return Link(row["number"], row["previous"], row["digest"], expected)


def _exactly(content: Mapping[str, Any], previous: str) -> str:
    try:
        return digest_of(content, previous)
    except ValueError:  # nothing that was ever hashed: infinite, too large, a lone surrogate
        return ""


def _hashed(canonical: bytes, previous: str) -> str:
    return hashlib.sha256(previous.encode() + b"\n" + canonical).hexdigest()
