"""The coordinator's inbox: each message applied once, in one transaction with its effects."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contracts.amqp.ports import Delivery, PermanentFailure
from coordinator.adapters.clock import BusinessClock
from coordinator.adapters.db.engine import doing_business, writing
from coordinator.adapters.db.tables_messaging import DeadLetterRow, InboxRow, RetryRow
from coordinator.adapters.db.upserts import insert_into
from coordinator.domain.lifecycle import LetterState

_INBOX: Any = InboxRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_RETRY: Any = RetryRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_DEAD: Any = DeadLetterRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
SEALED_BODY = b'{"sealed":"the body of a reveal is never shown"}'
"""Kept instead of what a secret message says."""

Apply = Callable[[AsyncConnection, Delivery], Awaitable[str]]


@dataclass(frozen=True)
class InboxSettings:
    """`consumer` names the inbox; attempts and delays of retries; types whose bodies are secret."""

    consumer: str
    attempts: int = 8
    first_delay: timedelta = timedelta(seconds=0.5)
    secret_types: frozenset[str] = frozenset()


class DatabaseInbox:
    """Inbox over both databases; see contracts.amqp.ports.Inbox for its promises.

    `apply` does the business in the given transaction and gives the correlation id to keep.
    """

    def __init__(
        self, engine: AsyncEngine, clock: BusinessClock, settings: InboxSettings, apply: Apply
    ) -> None:
        self._engine = writing(engine)
        self._business = doing_business(engine)
        self._clock = clock
        self._settings = settings
        self._apply = apply

    async def process(self, delivery: Delivery) -> None:
        """Insert on conflict do nothing; when new, apply; commit."""
        async with self._business.begin() as connection:
            await self._process(connection, delivery)

    async def process_many(self, deliveries: Sequence[Delivery]) -> None:
        """Process all in one transaction, in order, or raise and change nothing."""
        async with self._business.begin() as connection:
            for delivery in deliveries:
                await self._process(connection, delivery)

    async def retry_later(self, delivery: Delivery, error: str) -> None:
        """Store or postpone the retry row; raises PermanentFailure when attempts are exhausted."""
        async with self._engine.begin() as connection:
            found = await connection.execute(
                select(_RETRY.c.attempts).where(_RETRY.c.message_id == delivery.message_id)
            )
            attempts = (found.scalar_one_or_none() or 0) + 1
            if attempts >= self._settings.attempts:
                raise PermanentFailure(f"{attempts} attempts: {error}")
            await self._store_retry(connection, delivery, attempts, error)

    async def due_retries(self, limit: int) -> Sequence[Delivery]:
        """Give up to `limit` stored deliveries whose time has come, oldest first."""
        async with self._engine.begin() as connection:
            rows = await connection.execute(
                select(_RETRY.c.delivery, _RETRY.c.body)
                .where(_RETRY.c.available_at <= self._clock.machine_now())
                .order_by(_RETRY.c.available_at)
                .limit(limit)
            )
            return [Delivery(**row.delivery, body=row.body) for row in rows]

    async def retry_done(self, message_id: str) -> None:
        """Forget the retry row: the message was applied or parked.

        A letter that a person put back was applied, unless park() has been here before.
        """
        async with self._engine.begin() as connection:
            await connection.execute(_RETRY.delete().where(_RETRY.c.message_id == message_id))
            await connection.execute(
                _DEAD.update()
                .where(_DEAD.c.message_id == message_id, _DEAD.c.state == LetterState.RETRYING)
                .values(state=LetterState.RETRIED)
            )

    async def park(self, delivery: Delivery, reason: str) -> None:
        """Remember a parked message and why, once per message and queue."""
        await self.record(delivery, reason, delivery.queue)

    async def record(self, delivery: Delivery, reason: str, from_queue: str) -> None:
        """Insert a dead letter once per message and queue; the first reason stays.

        One that was retried and failed again is parked again, with the new reason.
        """
        why = {"reason": reason, "fingerprint": fingerprint(delivery.type, reason)}
        again = {**why, "state": LetterState.PARKED, "parked_at": self._clock.machine_now()}
        async with self._engine.begin() as connection:
            insert = insert_into(connection, _DEAD).values(
                message_id=delivery.message_id,
                type=delivery.type,
                queue=from_queue,
                routing_key=delivery.routing_key,
                user_id=delivery.user_id,
                headers=dict(delivery.headers),
                body=self._showable(delivery),
                replay_count=0,
                **again,
            )
            await connection.execute(
                insert.on_conflict_do_update(
                    index_elements=["message_id", "queue"],
                    set_=again,
                    where=_DEAD.c.state.in_((LetterState.RETRYING, LetterState.RETRIED)),
                )
            )

    async def _process(self, connection: AsyncConnection, delivery: Delivery) -> None:
        digest = hashlib.sha256(delivery.body).hexdigest()
        if not await self._is_new(connection, delivery, digest):
            return
        correlation = await self._apply(connection, delivery)
        await connection.execute(
            _INBOX.update()
            .where(
                _INBOX.c.consumer == self._settings.consumer,
                _INBOX.c.message_id == delivery.message_id,
            )
            .values(correlation=correlation)
        )

    async def _is_new(self, connection: AsyncConnection, delivery: Delivery, digest: str) -> bool:
        insert = insert_into(connection, _INBOX).values(
            consumer=self._settings.consumer,
            message_id=delivery.message_id,
            body_hash=digest,
            type=delivery.type,
            sender=delivery.user_id or "",
            correlation="",
            received_at=self._clock.machine_now(),
        )
        keys = [_INBOX.c.consumer, _INBOX.c.message_id]
        inserted = await connection.execute(
            insert.on_conflict_do_nothing(index_elements=keys).returning(_INBOX.c.message_id)
        )
        if inserted.first() is not None:
            return True
        known = await connection.execute(
            select(_INBOX.c.body_hash).where(
                _INBOX.c.consumer == self._settings.consumer,
                _INBOX.c.message_id == delivery.message_id,
            )
        )
        if known.scalar_one() != digest:
            raise PermanentFailure("the same message_id came with another body")
        return False

    async def _store_retry(
        self, connection: AsyncConnection, delivery: Delivery, attempts: int, error: str
    ) -> None:
        values: Mapping[str, Any] = {
            "delivery": _without_body(delivery),
            "body": delivery.body,
            "attempts": attempts,
            "available_at": self._clock.machine_now()
            + self._settings.first_delay * 2 ** (attempts - 1),
            "last_error": error,
        }
        insert = insert_into(connection, _RETRY).values(message_id=delivery.message_id, **values)
        await connection.execute(
            insert.on_conflict_do_update(index_elements=[_RETRY.c.message_id], set_=values)
        )

    def _showable(self, delivery: Delivery) -> bytes:
        """Give the body, or for a secret one a notice.

        The type alone proves nothing: a sender may have put any version, or none, on a secret.
        """
        names = {each.partition(".")[0].encode() for each in self._settings.secret_types}
        written = b" ".join((delivery.type.encode(), delivery.routing_key.encode(), delivery.body))
        return SEALED_BODY if any(name in written for name in names) else delivery.body


def fingerprint(type_name: str, reason: str) -> str:
    """Group dead letters that failed alike: by type and the reason's words, digits left out."""
    words = "".join("#" if letter.isdigit() else letter for letter in reason)
    return hashlib.sha256(f"{type_name}|{words}".encode()).hexdigest()[:16]


def _without_body(delivery: Delivery) -> dict[str, Any]:
    fields = (name for name in Delivery.__dataclass_fields__ if name != "body")
    values = {name: getattr(delivery, name) for name in fields}
    return {**values, "headers": dict(delivery.headers)}
