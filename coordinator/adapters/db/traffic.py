"""Where every message is: outbox, inbox, retries and failed ones as one timeline."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Integer,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.topology import INWARD_QUEUES
from coordinator.adapters.db.columns import UtcDateTime
from coordinator.adapters.db.inbox import CONSUMER
from coordinator.adapters.db.outbox_rows import OUTBOX
from coordinator.adapters.db.tables_messaging import (
    DeadLetterRow,
    InboxRow,
    RelayLeaseRow,
    RetryRow,
)
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services.ports import Page
from coordinator.services.ports.traffic import FlowEntry, Passing, RelayLease, WaitingQueue

_INBOX: Any = InboxRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_RETRY: Any = RetryRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_DEAD: Any = DeadLetterRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_LEASES: Any = RelayLeaseRow.__table__  # type: ignore[attr-defined] # SQLModel hides it

_FIELDS = tuple(FlowEntry.__dataclass_fields__)
_NO_TIME = cast(null(), UtcDateTime)
_NO_NUMBER = cast(null(), Integer)
_NO_TEXT = cast(null(), String)


class DatabaseTraffic:
    """See services.ports.traffic.Traffic for its promises."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def flow(self, key: str, offset: int, limit: int) -> Page[FlowEntry]:
        """Give one page of the timeline; each part goes by its own indexes."""
        parts = union_all(_left(key), _came(key), _waits(key), _failed(key)).subquery()
        total = await self._connection.execute(select(func.count()).select_from(parts))
        rows = await self._connection.execute(
            select(parts)
            .order_by(parts.c.at, parts.c.message_id, parts.c.passing, parts.c.party)
            .offset(offset)
            .limit(limit)
        )
        found = [
            FlowEntry(**{**row, "passing": Passing(row["passing"])}) for row in rows.mappings()
        ]
        return Page(tuple(found), int(total.scalar_one()))

    async def correlation_of(self, message_id: str) -> str | None:
        """Look where the message may be, the likeliest place first."""
        for statement in (
            select(OUTBOX.c.aggregate).where(OUTBOX.c.message_id == message_id),
            select(_INBOX.c.correlation).where(*_taken_in(message_id)),
            select(_RETRY.c.correlation).where(_RETRY.c.message_id == message_id),
            select(_DEAD.c.correlation).where(_DEAD.c.message_id == message_id),
        ):
            found = (await self._connection.execute(statement.limit(1))).scalar_one_or_none()
            if found:
                return str(found)
        return None

    async def waiting(self) -> Sequence[WaitingQueue]:
        """Read the partial index of what is pending."""
        oldest = func.min(OUTBOX.c.created_at).label("oldest_at")
        rows = await self._connection.execute(
            select(OUTBOX.c.recipient, func.count().label("number"), oldest)
            .where(OUTBOX.c.state == "pending")
            .group_by(OUTBOX.c.recipient)
            .order_by(oldest, OUTBOX.c.recipient)
        )
        return [WaitingQueue(**row) for row in rows.mappings()]

    async def body_of(self, outbox_id: int) -> bytes:
        """Give the bytes as they are sent; NOT_FOUND."""
        found = await self._connection.execute(
            select(OUTBOX.c.body).where(OUTBOX.c.outbox_id == outbox_id)
        )
        body = found.scalar_one_or_none()
        if body is None:
            raise RuleBrokenError(Rule.NOT_FOUND, kind="outbox", key=outbox_id)
        return bytes(body)

    async def lease(self) -> RelayLease | None:
        """Read the lease without locking it."""
        columns = (_LEASES.c.owner, _LEASES.c.epoch, _LEASES.c.expires_at)
        row = (await self._connection.execute(select(*columns))).mappings().first()
        return None if row is None else RelayLease(**row)

    async def number_retrying(self) -> int:
        """Count the retry table."""
        found = await self._connection.execute(select(func.count()).select_from(_RETRY))
        return int(found.scalar_one())


def _taken_in(message_id: str) -> tuple[Any, Any]:
    return _INBOX.c.consumer == CONSUMER, _INBOX.c.message_id == message_id


def _selected(passing: Passing, **columns: Any) -> Any:
    given = {"passing": literal(passing.value), **columns}
    return select(*(given[name].label(name) for name in _FIELDS))


def _left(key: str) -> Any:
    return _selected(
        Passing.OUT,
        at=OUTBOX.c.created_at,
        until=OUTBOX.c.sent_at,
        message_id=OUTBOX.c.message_id,
        correlation=OUTBOX.c.aggregate,
        type=OUTBOX.c.type,
        party=OUTBOX.c.recipient,
        number=OUTBOX.c.sequence,
        state=OUTBOX.c.state,
        note=OUTBOX.c.last_error,
        reference=OUTBOX.c.outbox_id,
    ).where(or_(OUTBOX.c.aggregate == key, OUTBOX.c.message_id == key))


def _came(key: str) -> Any:
    return _selected(
        Passing.IN,
        at=_INBOX.c.received_at,
        until=_NO_TIME,
        message_id=_INBOX.c.message_id,
        correlation=_INBOX.c.correlation,
        type=_INBOX.c.type,
        party=_INBOX.c.sender,
        number=_NO_NUMBER,
        state=literal("applied"),
        note=_NO_TEXT,
        reference=_NO_NUMBER,
    ).where(or_(_INBOX.c.correlation == key, and_(*_taken_in(key))))


def _waits(key: str) -> Any:
    return _selected(
        Passing.WAITING,
        at=_RETRY.c.available_at,
        until=_RETRY.c.available_at,
        message_id=_RETRY.c.message_id,
        correlation=_RETRY.c.correlation,
        type=_RETRY.c.delivery["type"].as_string(),
        party=func.coalesce(_RETRY.c.delivery["user_id"].as_string(), ""),
        number=_RETRY.c.attempts,
        state=literal("waiting"),
        note=_RETRY.c.last_error,
        reference=_NO_NUMBER,
    ).where(or_(_RETRY.c.correlation == key, _RETRY.c.message_id == key))


def _failed(key: str) -> Any:
    sender = func.coalesce(_DEAD.c.user_id, "")
    from_us = _DEAD.c.queue.notin_(sorted(INWARD_QUEUES))
    return _selected(
        Passing.FAILED,
        at=_DEAD.c.parked_at,
        until=_NO_TIME,
        message_id=_DEAD.c.message_id,
        correlation=_DEAD.c.correlation,
        type=_DEAD.c.type,
        party=case((from_us, _DEAD.c.queue), else_=sender),
        number=_NO_NUMBER,
        state=_DEAD.c.state,
        note=_DEAD.c.reason,
        reference=_DEAD.c.dead_letter_id,
    ).where(or_(_DEAD.c.correlation == key, _DEAD.c.message_id == key))
