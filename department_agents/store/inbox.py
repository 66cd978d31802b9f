"""The inbox on the agent's file: every message applied once, in the order of its queue."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.amqp.hold_back import Position, position, sequence_of
from contracts.amqp.ports import (
    CORRELATION_HEADER,
    SEQUENCE_HEADER,
    Delivery,
    PermanentFailure,
)
from contracts.sequences import MOST_AT_ONCE
from department_agents.chance import jitter
from department_agents.clock import Clock
from department_agents.store.database import Database
from department_agents.store.order import (
    PARKED,
    Ask,
    Asking,
    Missing,
    anything_waits,
    ask_for_gaps,
    declare_void,
    pass_sequence,
    passed_in,
    released,
)
from department_agents.store.rows import DeadLetterRow, InboxRow, RetryRow

FIRST_DELAY_SECONDS = 1.0
LAST_DELAY_SECONDS = 300.0

Apply = Callable[[AsyncSession, Delivery], Awaitable[None]]


class AheadOfSequenceError(Exception):
    """The message waits for an earlier one of its queue."""


@dataclass(frozen=True, slots=True)
class InboxRules:
    """Who consumes, how often a message may fail, how long a gap is waited for before asking.

    `header` counts the messages of a queue. What has a type of `at_once` is obeyed also when it
    arrives ahead of a gap, and once more in its turn.
    """

    consumer: str
    attempts_allowed: int
    gap_patience: timedelta
    header: str = SEQUENCE_HEADER
    at_once: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Business:
    """What an inbox does: `apply` a message, `ask` for what is missing, each in a transaction."""

    apply: Apply
    ask: Ask


class SqliteInbox:
    """Inbox over the agent's database; see contracts.amqp.ports.BatchInbox for its promises."""

    def __init__(
        self, database: Database, clock: Clock, rules: InboxRules, business: Business
    ) -> None:
        self._database = database
        self._clock = clock
        self._rules = rules
        self._apply = business.apply
        self._asking = Asking(rules.gap_patience, business.ask, rules.header, MOST_AT_ONCE)

    async def process(self, delivery: Delivery) -> None:
        """Apply a new message; a duplicate returns silently, another body is PermanentFailure."""
        await self.process_many([delivery])

    async def process_many(self, deliveries: Sequence[Delivery]) -> None:
        """Process all in one transaction, in order, or raise and change nothing."""
        async with self._database.transaction() as session:
            hashes = await self._hashes(session, [each.message_id for each in deliveries])
            for delivery in deliveries:
                if self._is_new(session, delivery, hashes):
                    await self._process(session, delivery)

    async def retry_later(self, delivery: Delivery, error: str) -> None:
        """Store or postpone its retry row; a held-back message uses up no attempt."""
        now = self._clock.machine_now()
        async with self._database.transaction() as session:
            row = await session.get(RetryRow, delivery.message_id) or _waiting(delivery, now)
            ahead = await self._place(session, delivery) is Position.AHEAD
            row.held_sequence = self._sequence(delivery) if ahead else None
            row.attempts += 0 if ahead else 1
            if row.attempts >= self._rules.attempts_allowed:
                raise PermanentFailure(f"failed {row.attempts} times, at last: {error}")
            if ahead and delivery.type in self._rules.at_once:
                await self._apply(session, delivery)
            row.available_at = now if ahead else now + _delay(row.attempts)
            row.error = error
            session.add(row)

    async def due_retries(self, limit: int) -> Sequence[Delivery]:
        """Give up to `limit` deliveries: whose time has come, or before which nothing is missing.

        Gaps that are too old are asked for on the way.
        """
        now = self._clock.machine_now()
        async with self._database.transaction() as session:
            if not await anything_waits(session):
                return ()
            await ask_for_gaps(session, now, self._asking)
            due = await session.exec(
                select(RetryRow)
                .where(col(RetryRow.held_sequence).is_(None), RetryRow.available_at <= now)
                .order_by(col(RetryRow.available_at))
                .limit(limit)
            )
            ready = (*due.all(), *await released(session, limit))
            return [_delivery(row) for row in ready[:limit]]

    async def retry_done(self, *message_ids: str) -> None:
        """Forget the retry rows."""
        async with self._database.transaction() as session:
            await session.exec(delete(RetryRow).where(col(RetryRow.message_id).in_(message_ids)))

    async def park(self, delivery: Delivery, reason: str) -> None:
        """Keep the message for a person, once; its sequence counts as passed."""
        at = self._clock.machine_now()
        async with self._database.transaction() as session:
            if await session.get(DeadLetterRow, delivery.message_id) is None:
                session.add(DeadLetterRow(**_fields(delivery), reason=reason, parked_at=at))
            try:
                place, sequence = await self._place(session, delivery), self._sequence(delivery)
            except PermanentFailure:
                return  # it has no sequence at all: nothing waits for it
            if place is not Position.DUPLICATE:
                parked = Missing(delivery.queue, sequence, sequence)
                await declare_void(session, parked, PARKED, at)

    async def _process(self, session: AsyncSession, delivery: Delivery) -> None:
        place = await self._place(session, delivery)
        if place is Position.AHEAD:
            raise AheadOfSequenceError(f"sequence {self._sequence(delivery)} has to wait")
        await self._apply(session, delivery)
        if place is Position.NEXT:
            await pass_sequence(session, delivery.queue, self._sequence(delivery))

    async def _hashes(self, session: AsyncSession, ids: Sequence[str]) -> dict[str, bytes]:
        """Give the body hashes of those of these messages that are known, in one look."""
        rows = await session.exec(
            select(InboxRow.message_id, InboxRow.body_hash).where(
                InboxRow.consumer == self._rules.consumer, col(InboxRow.message_id).in_(ids)
            )
        )
        return dict(rows.all())

    def _is_new(self, session: AsyncSession, delivery: Delivery, hashes: dict[str, bytes]) -> bool:
        digest = sha256(delivery.body).digest()
        if delivery.message_id in hashes:
            if hashes[delivery.message_id] != digest:
                raise PermanentFailure("this message id came before with another body")
            return False
        hashes[delivery.message_id] = digest
        # BEGIN IMMEDIATE: nobody can insert the same key between the look and this insert.
        session.add(
            InboxRow(
                consumer=self._rules.consumer,
                message_id=delivery.message_id,
                body_hash=digest,
                received_at=self._clock.machine_now(),
            )
        )
        return True

    async def _place(self, session: AsyncSession, delivery: Delivery) -> Position:
        return position(self._sequence(delivery), await passed_in(session, delivery.queue))

    def _sequence(self, delivery: Delivery) -> int:
        return sequence_of(delivery, self._rules.header)


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
        "headers": json.dumps({**delivery.headers, CORRELATION_HEADER: delivery.correlation_id}),
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
    headers = json.loads(row.headers)
    correlation_id = headers.pop(CORRELATION_HEADER, "")  # as an outbox row keeps it
    return Delivery(
        message_id=row.message_id,
        type=row.type,
        user_id=row.user_id,
        routing_key=row.routing_key,
        exchange=row.exchange,
        queue=row.queue,
        headers=headers,
        body=row.body,
        redelivered=True,
        correlation_id=correlation_id,
    )
