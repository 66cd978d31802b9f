"""What one thing told to a public platform is made of, and how its source is read page by page."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar

from coordinator.domain.policy import ExchangeKind
from coordinator.services.ports import Collection, Query

PAGE = 100
TAKEN_BACK: Mapping[ExchangeKind, ExchangeKind] = {
    ExchangeKind.WITHDRAWAL: ExchangeKind.RESULT,
    ExchangeKind.PENALTY_END: ExchangeKind.PENALTY,
}
"""What each kind takes back, under the same subject."""
V = TypeVar("V")


@dataclass(frozen=True)
class Told:
    """One thing to tell: its subject with its version, what a person reads, and the content."""

    subject: str
    title: str
    data: Mapping[str, Any]


async def pages_of(collection: Collection[V], query: Query) -> AsyncIterator[Sequence[V]]:
    """Give a collection page by page, in the order of the query."""
    offset = 0
    while True:
        found = await collection.page(replace(query, offset=offset, limit=PAGE))
        yield found.values
        offset += PAGE
        if offset >= found.total:
            return


def told_after(kind: ExchangeKind) -> bool:
    """Say whether a kind is told after the ends: something that came back ends before it shows."""
    return kind not in TAKEN_BACK


def day_of(day: date | None) -> str | None:
    """Write a day, or None."""
    return None if day is None else day.isoformat()


def moment_of(at: datetime | None) -> str | None:
    """Write a moment, or None."""
    return None if at is None else at.isoformat()
