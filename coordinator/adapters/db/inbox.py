"""The coordinator's inbox: each message applied once, in one transaction with its effects."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contracts.amqp.ports import Delivery, PermanentFailure
from coordinator.adapters.clock import BusinessClock
from coordinator.adapters.db.engine import doing_business, writing
from coordinator.adapters.db.out_of_service import undecided_when_full
from coordinator.adapters.db.tables_messaging import DeadLetterRow, InboxRow, RetryRow
from coordinator.adapters.db.upserts import insert_into
from coordinator.domain.lifecycle import LetterState

_INBOX: Any = InboxRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_RETRY: Any = RetryRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_DEAD: Any = DeadLetterRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_LONGEST = 200
# How long a retry is ours alone; one whose process dies meanwhile is tried again after that.
_CLAIMED = timedelta(seconds=30)
SEALED_BODY = b'{"sealed":"the body of a reveal is never shown"}'
"""Kept instead of what a secret message says."""

CONSUMER = "coordinator"
"""Whose inbox it is."""


Apply = Callable[[AsyncConnection, Delivery], Awaitable[str]]
Parked = Callable[[AsyncConnection, Delivery], Awaitable[None]]
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class InboxSettings:
    """`consumer` names the inbox; attempts and delays of retries; types whose bodies are secret.

    `parked` is told of each message that is parked, in the transaction that remembers it.
    """

    consumer: str
    attempts: int = 8
    first_delay: timedelta = timedelta(seconds=0.5)
    secret_types: frozenset[str] = frozenset()
    parked: Parked | None = None


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
        await self.process_many([delivery])

    async def process_many(self, deliveries: Sequence[Delivery]) -> None:
        """Process all in one transaction, in order, or raise and change nothing.

        Which of them are new is asked once for all, and what they belong to is written once: a
        batch needs as many statements as one message, besides those of its effects. Raises
        StoreFullError where the database has no room.
        """
        with undecided_when_full():
            await self._process_many(deliveries)

    async def _process_many(self, deliveries: Sequence[Delivery]) -> None:
        async with self._business.begin() as connection:
            fresh = await self._fresh(connection, deliveries)
            belongs = [
                {"of_message": each.message_id, "belongs_to": await self._apply(connection, each)}
                for each in fresh
            ]
            if belongs:
                await connection.execute(
                    _INBOX.update()
                    .where(
                        _INBOX.c.consumer == self._settings.consumer,
                        _INBOX.c.message_id == bindparam("of_message"),
                    )
                    .values(correlation=bindparam("belongs_to")),
                    belongs,
                )

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
        """Give up to `limit` stored deliveries whose time has come, oldest first.

        They are put off for a while: another process must not use up their attempts beside us.
        """
        now = self._clock.machine_now()
        async with self._engine.begin() as connection:
            found = await connection.execute(
                select(_RETRY.c.message_id, _RETRY.c.delivery, _RETRY.c.body)
                .where(_RETRY.c.available_at <= now)
                .order_by(_RETRY.c.available_at)
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
            rows = found.all()
            if rows:
                await connection.execute(
                    _RETRY.update()
                    .where(_RETRY.c.message_id.in_([row.message_id for row in rows]))
                    .values(available_at=now + _CLAIMED)
                )
            return [Delivery(**row.delivery, body=row.body) for row in rows]

    async def retry_done(self, *message_ids: str) -> None:
        """Forget the retry rows: these messages were applied or parked.

        A letter that a person put back was applied, unless park() has been here before.
        """
        async with self._engine.begin() as connection:
            await connection.execute(_RETRY.delete().where(_RETRY.c.message_id.in_(message_ids)))
            await connection.execute(
                _DEAD.update()
                .where(_DEAD.c.message_id.in_(message_ids), _DEAD.c.state == LetterState.RETRYING)
                .values(state=LetterState.RETRIED)
            )

    async def park(self, delivery: Delivery, reason: str) -> None:
        """Remember a parked message and why, once per message and queue, and tell of it."""
        async with self._business.begin() as connection:
            if await self._remember(connection, delivery, reason, delivery.queue):
                await self._tell(connection, delivery)

    async def record(self, delivery: Delivery, reason: str, from_queue: str) -> None:
        """Insert a dead letter once per message and queue; the first reason stays.

        One that was retried and failed again is parked again, with the new reason.
        """
        async with self._engine.begin() as connection:
            await self._remember(connection, delivery, reason, from_queue)

    async def _remember(
        self, connection: AsyncConnection, delivery: Delivery, reason: str, from_queue: str
    ) -> bool:
        """Enter a dead letter; gives whether it was not parked already."""
        why = {"reason": reason, "fingerprint": fingerprint(delivery.type, reason)}
        again = {**why, "state": LetterState.PARKED, "parked_at": self._clock.machine_now()}
        insert = insert_into(connection, _DEAD).values(
            message_id=delivery.message_id,
            type=delivery.type,
            queue=from_queue,
            routing_key=delivery.routing_key,
            user_id=delivery.user_id,
            headers=dict(delivery.headers),
            body=self._showable(delivery),
            replay_count=0,
            correlation=_correlation(delivery),
            **again,
        )
        entered = await connection.execute(
            insert.on_conflict_do_update(
                index_elements=["message_id", "queue"],
                set_=again,
                where=_DEAD.c.state.in_((LetterState.RETRYING, LetterState.RETRIED)),
            ).returning(_DEAD.c.message_id)
        )
        return entered.first() is not None

    async def _tell(self, connection: AsyncConnection, delivery: Delivery) -> None:
        """Tell whoever wants to know; whatever goes wrong there, the message stays parked."""
        if self._settings.parked is None:
            return
        try:
            async with connection.begin_nested():
                await self._settings.parked(connection, delivery)
        except Exception as error:
            # No traceback: its locals may hold what was parked.
            kind = type(error).__name__
            log.error("parked_untold", message_id=delivery.message_id, error=kind)  # noqa: TRY400

    async def _fresh(
        self, connection: AsyncConnection, deliveries: Sequence[Delivery]
    ) -> list[Delivery]:
        """Enter what was never here and give it in order; PermanentFailure for another body."""
        digests = [hashlib.sha256(each.body).hexdigest() for each in deliveries]
        firsts: dict[str, tuple[Delivery, str]] = {}
        for delivery, digest in zip(deliveries, digests, strict=True):
            firsts.setdefault(delivery.message_id, (delivery, digest))
        insert = insert_into(connection, _INBOX).on_conflict_do_nothing(
            index_elements=[_INBOX.c.consumer, _INBOX.c.message_id]
        )
        inserted = await connection.execute(
            insert.returning(_INBOX.c.message_id), [self._row(*first) for first in firsts.values()]
        )
        fresh = set(inserted.scalars())
        known = await self._digests(connection, [name for name in firsts if name not in fresh])
        known |= {name: firsts[name][1] for name in fresh}
        for delivery, digest in zip(deliveries, digests, strict=True):
            if known[delivery.message_id] != digest:
                raise PermanentFailure("the same message_id came with another body")
        return [delivery for name, (delivery, _) in firsts.items() if name in fresh]

    def _row(self, delivery: Delivery, digest: str) -> dict[str, Any]:
        return {
            "consumer": self._settings.consumer,
            "message_id": delivery.message_id,
            "body_hash": digest,
            "type": delivery.type,
            "sender": delivery.user_id or "",
            "correlation": "",
            "received_at": self._clock.machine_now(),
        }

    async def _digests(
        self, connection: AsyncConnection, message_ids: Sequence[str]
    ) -> dict[str, str]:
        if not message_ids:
            return {}
        rows = await connection.execute(
            select(_INBOX.c.message_id, _INBOX.c.body_hash).where(
                _INBOX.c.consumer == self._settings.consumer, _INBOX.c.message_id.in_(message_ids)
            )
        )
        return {row.message_id: row.body_hash for row in rows}

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
            "correlation": _correlation(delivery),
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


def _correlation(delivery: Delivery) -> str | None:
    """Give what the sender says it belongs to; nobody has checked that yet."""
    return delivery.correlation_id[:_LONGEST] or None


def _without_body(delivery: Delivery) -> dict[str, Any]:
    fields = (name for name in Delivery.__dataclass_fields__ if name != "body")
    values = {name: getattr(delivery, name) for name in fields}
    return {**values, "headers": dict(delivery.headers)}
