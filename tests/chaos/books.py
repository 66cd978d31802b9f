"""What went in and what came out, read from the stores of all who took part."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from contracts.catalogue import entry_of_type
from coordinator.adapters.db.outbox_rows import OUTBOX
from coordinator.adapters.db.tables_messaging import (
    CreditAcknowledgementRow,
    CreditEventRow,
    DeadLetterRow,
    RetryRow,
)
from coordinator.bootstrap import Coordinator
from coordinator.services.messages import message_counts

ORDERS, NOTICES = "RectificationOrdered", "PenaltyDecided"


@dataclass(frozen=True)
class Books:
    """Numbers of committed transactions, and of their effects in the order they were made.

    `stuck`: what the pages count as parked, unroutable or pending, and what waits in retry tables.
    """

    told: frozenset[int]
    committed: tuple[int, ...]
    orders: tuple[int, ...]
    notices: tuple[int, ...]
    credited: tuple[int, ...]
    acknowledged: tuple[int, ...]
    stuck: dict[str, int] = field(default_factory=dict)

    @property
    def are_balanced(self) -> bool:
        """Whether everything committed has arrived everywhere and nothing waits any more."""
        return not self.differences() and not self.waiting

    @property
    def waiting(self) -> int:
        """How many messages are under way."""
        return sum(self.stuck[name] for name in self.stuck if name != "parked")

    @property
    def number_of_effects(self) -> int:
        """How many effects were made, in all stores."""
        return sum(map(len, (self.orders, self.notices, self.credited, self.acknowledged)))

    def differences(self) -> list[str]:
        """Say what is lost, doubled or out of order; empty when count in = count out."""
        found = [] if self.told <= set(self.committed) else ["a commit that was told is gone"]
        effects = {
            "orders": self.orders,
            "notices": self.notices,
            "credit events": self.credited,
            "acknowledgements": self.acknowledged,
        }
        for name, numbers in effects.items():
            if numbers != self.committed:
                found.append(f"{name}: {_difference(self.committed, numbers)}")
        return found


def _difference(wanted: Sequence[int], found: Sequence[int]) -> str:
    missing = sorted(set(wanted) - set(found))
    doubled = sorted({number for number in found if found.count(number) > 1})
    invented = sorted(set(found) - set(wanted))
    says = f"{len(wanted)} in, {len(found)} out, missing {missing[:5]}, doubled {doubled[:5]}"
    return f"{says}, invented {invented[:5]}" + ("" if missing or doubled else ", order differs")


async def read_books(parts: Coordinator, agent: Path, credit: Path, ledgers: Path) -> Books:
    """Read the coordinator's database, both agents' stores, and every ledger of a folder."""
    written = [ledger.read_text().split() for ledger in ledgers.glob("ledger*")]
    told = frozenset(int(number) for numbers in written for number in numbers)
    events, acknowledgements = _table(CreditEventRow), _table(CreditAcknowledgementRow)
    async with parts.engine.connect() as connection:
        subjects = await connection.execute(select(events.c.subject).order_by(events.c.number))
        committed = tuple(int(subject) for subject in subjects.scalars())
        acknowledged = await connection.execute(
            select(events.c.subject)
            .join(acknowledgements, acknowledgements.c.number == events.c.number)
            .order_by(events.c.number)
        )
        taken = tuple(int(subject) for subject in acknowledged.scalars())
    return Books(
        told=told,
        committed=committed,
        orders=_noticed(agent, ORDERS),
        notices=_noticed(agent, NOTICES),
        # One acknowledgement leaves for every time an event was applied.
        credited=_numbers(credit, "SELECT aggregate FROM outbox ORDER BY outbox_id"),
        acknowledged=taken,
        stuck={**await _stuck(parts), **_waiting("agent", agent), **_waiting("credit", credit)},
    )


async def _stuck(parts: Coordinator) -> dict[str, int]:
    async with parts.work(writes=False) as work:
        counts = await message_counts(work)
        rows = await work.connection.execute(select(func.count()).select_from(_table(RetryRow)))
        return {**counts, "retries": rows.scalar_one()}


async def parked(parts: Coordinator) -> dict[str, str]:
    """Give the reason of every parked or unrouted message a page would show, by message id."""
    letters = _table(DeadLetterRow)
    async with parts.engine.connect() as connection:
        rows = await connection.execute(select(letters.c.message_id, letters.c.reason))
        return {row.message_id: row.reason for row in rows}


async def sent_rows(parts: Coordinator, limit: int) -> list[dict[str, Any]]:
    """Give the last outbox rows that were sent, newest first."""
    async with parts.engine.connect() as connection:
        rows = await connection.execute(
            select(OUTBOX)
            .where(OUTBOX.c.state == "sent")
            .order_by(OUTBOX.c.outbox_id.desc())
            .limit(limit)
        )
        return [dict(row) for row in rows.mappings()]


async def sent_count(parts: Coordinator, department: str = "") -> int:
    """Count the outbox rows that were sent, to one department or to anybody."""
    query = select(func.count()).where(OUTBOX.c.state == "sent")
    if department:
        query = query.where(OUTBOX.c.recipient.like(f"onevisit.dept.{department}.%"))
    async with parts.engine.connect() as connection:
        return (await connection.execute(query)).scalar_one()


def parked_at(store: Path) -> dict[str, str]:
    """Give the reason of every message an agent has parked, by message id."""
    with _reading(store) as connection:
        return dict(connection.execute("SELECT message_id, reason FROM dead_letter").fetchall())


def _noticed(store: Path, kind: str) -> tuple[int, ...]:
    if entry_of_type(f"{kind}.v1") is None:
        raise LookupError(kind)
    return _numbers(store, "SELECT subject FROM notice WHERE kind = ? ORDER BY rowid", kind)


def _waiting(name: str, store: Path) -> dict[str, int]:
    tables = {
        f"{name} retries": "SELECT count(*) FROM retry",
        f"{name} outbox": "SELECT count(*) FROM outbox WHERE state = 'pending'",
        f"{name} unroutable": "SELECT count(*) FROM outbox WHERE state = 'unroutable'",
    }
    return {what: _numbers(store, query)[0] for what, query in tables.items()}


def _numbers(store: Path, query: str, *values: str) -> tuple[int, ...]:
    with _reading(store) as connection:
        return tuple(int(number) for (number,) in connection.execute(query, values))


def _reading(store: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=5))


def _table(row: Any) -> Any:
    return row.__table__
