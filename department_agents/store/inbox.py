"""The inbox on the agent's file: every message applied once, in the order of its queue."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import structlog
from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.amqp.hold_back import Position, overdue_gap, position, sequence_of
from contracts.amqp.ports import Delivery, PermanentFailure
from department_agents.chance import jitter
from department_agents.clock import Clock
from department_agents.store.database import Database
from department_agents.store.rows import DeadLetterRow, InboxRow, PassedSequenceRow, RetryRow

FIRST_DELAY_SECONDS = 1.0
LAST_DELAY_SECONDS = 300.0
# A held message is released by its predecessor; it is looked at again only in case of a crash.
HELD = timedelta(seconds=30)

Apply = Callable[[AsyncSession, Delivery], Awaitable[None]]

log = structlog.get_logger(__name__)


class AheadOfSequenceError(Exception):
    """The message waits for an earlier one of its queue."""


@dataclass(frozen=True, slots=True)
class InboxRules:
    """Who consumes, how often a message may fail, how long a gap in the sequence is waited for."""

    consumer: str
    attempts_allowed: int
    gap_patience: timedelta


class SqliteInbox:
    """Inbox over the agent's database; `apply` runs inside the one transaction of a message."""

    def __init__(self, database: Database, clock: Clock, rules: InboxRules, apply: Apply) -> None:
        self._database = database
        self._clock = clock
        self._rules = rules
        self._apply = apply

    async def process(self, delivery: Delivery) -> None:
        """Apply a new message; a duplicate returns silently, another body is PermanentFailure."""
        async with self._database.transaction() as session:
            if await self._known(session, delivery):
                return
            place = await _place(session, delivery)
            if place is Position.AHEAD:
                raise AheadOfSequenceError(f"sequence {sequence_of(delivery)} has to wait")
            await self._apply(session, delivery)
            if place is Position.NEXT:
                await self._pass(session, delivery.queue, sequence_of(delivery))

    async def retry_later(self, delivery: Delivery, error: str) -> None:
        """Store or postpone its retry row; a held-back message uses up no attempt."""
        now = self._clock.machine_now()
        async with self._database.transaction() as session:
            row = await session.get(RetryRow, delivery.message_id) or _waiting(delivery, now)
            ahead = await _place(session, delivery) is Position.AHEAD
            row.held_sequence = sequence_of(delivery) if ahead else None
            row.attempts += 0 if ahead else 1
            if row.attempts >= self._rules.attempts_allowed:
                raise PermanentFailure(f"failed {row.attempts} times, at last: {error}")
            row.available_at = now + (HELD if ahead else _delay(row.attempts))
            row.error = error
            session.add(row)

    async def due_retries(self, limit: int) -> Sequence[Delivery]:
        """Give up to `limit` waiting deliveries whose time has come, after closing old gaps."""
        now = self._clock.machine_now()
        async with self._database.transaction() as session:
            await self._give_up_old_gaps(session, now)
            rows = await session.exec(
                select(RetryRow)
                .where(RetryRow.available_at <= now)
                .order_by(col(RetryRow.available_at), col(RetryRow.held_sequence))
                .limit(limit)
            )
            return [_delivery(row) for row in rows]

    async def retry_done(self, message_id: str) -> None:
        """Forget the retry row."""
        async with self._database.transaction() as session:
            await session.exec(delete(RetryRow).where(col(RetryRow.message_id) == message_id))

    async def park(self, delivery: Delivery, reason: str) -> None:
        """Keep the message for a person, once; its sequence counts as passed."""
        async with self._database.transaction() as session:
            if await session.get(DeadLetterRow, delivery.message_id) is None:
                at = self._clock.machine_now()
                session.add(DeadLetterRow(**_fields(delivery), reason=reason, parked_at=at))
            try:
                place = await _place(session, delivery)
            except PermanentFailure:
                return  # it has no sequence at all: nothing waits for it
            if place is Position.NEXT:
                await self._pass(session, delivery.queue, sequence_of(delivery))

    async def _known(self, session: AsyncSession, delivery: Delivery) -> bool:
        digest = sha256(delivery.body).digest()
        row = await session.get(InboxRow, (self._rules.consumer, delivery.message_id))
        if row is not None:
            if row.body_hash != digest:
                raise PermanentFailure("this message id came before with another body")
            return True
        # BEGIN IMMEDIATE: nobody can insert the same key between the look and this insert.
        session.add(
            InboxRow(
                consumer=self._rules.consumer,
                message_id=delivery.message_id,
                body_hash=digest,
                received_at=self._clock.machine_now(),
            )
        )
        return False

    async def _pass(self, session: AsyncSession, queue: str, sequence: int) -> None:
        row = await session.get(PassedSequenceRow, queue)
        row = row or PassedSequenceRow(queue=queue, passed=0)
        row.passed = sequence
        session.add(row)
        await session.exec(
            update(RetryRow)
            .where(col(RetryRow.queue) == queue, col(RetryRow.held_sequence) == sequence + 1)
            .values(available_at=self._clock.machine_now())
        )

    async def _give_up_old_gaps(self, session: AsyncSession, now: datetime) -> None:
        """Go on behind a gap that nobody filled in time; a late message is still applied."""
        held = await session.exec(select(RetryRow).where(col(RetryRow.held_sequence).is_not(None)))
        waiting: dict[str, dict[int, datetime]] = {}
        for row in held:
            waiting.setdefault(row.queue, {})[row.held_sequence or 0] = row.first_at
        for queue, since in waiting.items():
            passed = await _passed(session, queue)
            gap = overdue_gap(passed, since, now, self._rules.gap_patience)
            if gap is not None:
                log.error("sequence_gap", queue=queue, first=gap.start, last=gap.stop - 1)
                await self._pass(session, queue, gap.stop - 1)


async def _passed(session: AsyncSession, queue: str) -> int:
    row = await session.get(PassedSequenceRow, queue)
    return 0 if row is None else row.passed


async def _place(session: AsyncSession, delivery: Delivery) -> Position:
    return position(sequence_of(delivery), await _passed(session, delivery.queue))


def _delay(attempts: int) -> timedelta:
    seconds = min(LAST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2.0 ** (attempts - 1))
    return timedelta(seconds=jitter(seconds))


def _fields(delivery: Delivery) -> dict[str, Any]:
    return {
        "message_id": delivery.message_id,
        "type": delivery.type,
        "user_id": delivery.user_id,
        "routing_key": delivery.routing_key,
        "exchange": delivery.exchange,
        "queue": delivery.queue,
        "headers": json.dumps(dict(delivery.headers)),
        "body": delivery.body,
    }


def _waiting(delivery: Delivery, now: datetime) -> RetryRow:
    return RetryRow(
        **_fields(delivery),
        attempts=0,
        held_sequence=None,
        first_at=now,
        available_at=now,
        error="",
    )


def _delivery(row: RetryRow) -> Delivery:
    return Delivery(
        message_id=row.message_id,
        type=row.type,
        user_id=row.user_id,
        routing_key=row.routing_key,
        exchange=row.exchange,
        queue=row.queue,
        headers=json.loads(row.headers),
        body=row.body,
        redelivered=True,
    )
