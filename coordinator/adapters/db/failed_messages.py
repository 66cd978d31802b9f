"""Failed messages go on by the ways of all others: the retry table inward, the outbox outward."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.amqp.ports import REPLAY_OF_HEADER, SCHEMA_HEADER
from contracts.topology import INBOUND
from coordinator.adapters.clock import BusinessClock
from coordinator.adapters.db.inbox import SEALED_BODY
from coordinator.adapters.db.outbox_rows import MESSAGES, STATES
from coordinator.adapters.db.tables_messaging import DeadLetterRow, RetryRow
from coordinator.adapters.db.upserts import insert_into
from coordinator.domain.lifecycle import LetterState
from coordinator.services.ports import ChangedLetter, LetterGroup

_DEAD: Any = DeadLetterRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_RETRY: Any = RetryRow.__table__  # type: ignore[attr-defined] # SQLModel hides it


class DatabaseFailedMessages:
    """See services.ports.FailedMessages for its promises."""

    def __init__(self, connection: AsyncConnection, clock: BusinessClock) -> None:
        self._connection = connection
        self._clock = clock

    async def groups(self) -> list[LetterGroup]:
        """Give the parked ones by fingerprint, the largest group first."""
        number = func.count().label("number")
        rows = await self._connection.execute(
            select(
                _DEAD.c.fingerprint,
                func.min(_DEAD.c.type).label("type"),
                func.min(_DEAD.c.reason).label("reason"),
                number,
                func.min(_DEAD.c.parked_at).label("first_at"),
                func.max(_DEAD.c.parked_at).label("last_at"),
            )
            .where(_DEAD.c.state == LetterState.PARKED)
            .group_by(_DEAD.c.fingerprint)
            .order_by(number.desc(), _DEAD.c.fingerprint)
        )
        return [LetterGroup(**row) for row in rows.mappings()]

    async def body_of(self, letter_id: int) -> bytes | None:
        """Give what a letter says, None where it is sealed."""
        body: bytes = (await self._row(letter_id))["body"]
        return None if body == SEALED_BODY else body

    async def mark(self, letter_id: int, state: LetterState, replay_count: int) -> None:
        """Remember the state of a letter, and how often it was put back."""
        await self._connection.execute(
            _DEAD.update()
            .where(_DEAD.c.dead_letter_id == letter_id)
            .values(state=state, replay_count=replay_count)
        )

    async def take_in_again(self, letter_id: int) -> None:
        """Put the letter where deliveries wait that may work later; it is due at once."""
        row = await self._row(letter_id)
        await self._retry({**row, "headers": dict(row["headers"])})

    async def take_in_changed(self, letter_id: int, changed: ChangedLetter) -> None:
        """Put a changed letter there under an id of its own."""
        row = await self._row(letter_id)
        links = {REPLAY_OF_HEADER: row["message_id"], SCHEMA_HEADER: changed.schema}
        of_the_new = {"message_id": changed.message_id, "body": changed.body}
        await self._retry({**row, **of_the_new, "headers": {**row["headers"], **links}})

    async def send_again(self, message_id: str, recipient: str) -> bool:
        """Give the outbox row back to the relay; its sequence and bytes stay."""
        this = select(MESSAGES.c.outbox_id).where(
            MESSAGES.c.message_id == message_id, MESSAGES.c.recipient == recipient
        )
        found = await self._connection.execute(
            STATES.update()
            .where(STATES.c.outbox_id.in_(this), STATES.c.state != "pending")
            .values(state="pending", sent_at=None)
            .returning(STATES.c.outbox_id)
        )
        return found.first() is not None

    async def _row(self, letter_id: int) -> Mapping[str, Any]:
        found = await self._connection.execute(
            select(_DEAD).where(_DEAD.c.dead_letter_id == letter_id)
        )
        return dict(found.mappings().one())

    async def _retry(self, row: Mapping[str, Any]) -> None:
        of_the_letter = ("message_id", "type", "user_id", "routing_key", "queue", "headers")
        values = {
            "delivery": {
                **{name: row[name] for name in of_the_letter},
                "correlation_id": row["correlation"] or "",
                "exchange": INBOUND,
                "redelivered": True,
            },
            "body": row["body"],
            "attempts": 0,
            "available_at": self._clock.machine_now(),
            "last_error": "",
            "correlation": row["correlation"],
        }
        insert = insert_into(self._connection, _RETRY).values(
            message_id=row["message_id"], **values
        )
        await self._connection.execute(
            insert.on_conflict_do_update(index_elements=[_RETRY.c.message_id], set_=values)
        )
