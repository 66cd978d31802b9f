"""The outbox as business transactions write it: one row per recipient, body bytes final."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts import topology
from contracts.amqp.ports import (
    CORRELATION_HEADER,
    CREDIT_NUMBER_HEADER,
    SCHEMA_HEADER,
    SEQUENCE_HEADER,
    SIGNATURE_HEADER,
)
from contracts.catalogue import Entry, Way, entry_of, entry_of_type
from contracts.envelope import Envelope, encode
from contracts.tracing import TRACEPARENT, current_traceparent
from contracts.vocabulary import Wire
from coordinator.adapters.clock import BusinessClock
from coordinator.adapters.db.outbox_rows import append
from coordinator.adapters.db.series import next_number
from coordinator.adapters.db.tables_messaging import CreditEventRow
from coordinator.adapters.db.tables_registers import CreditSystemRow
from coordinator.adapters.identifiers import new_uuid7
from coordinator.adapters.signer import OfficeSigner
from coordinator.services.ports import CreditEvent

_SOURCE = "/coordinator"


class OutgoingPost:
    """Writes outbox rows in the transaction of its connection."""

    def __init__(
        self, connection: AsyncConnection, clock: BusinessClock, signer: OfficeSigner
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._signer = signer

    async def to_department(
        self, department: str, message: Wire, *, subject: str, correlation: str
    ) -> str:
        """Announce to one department on the queue the catalogue names; gives the message id."""
        entry = entry_of(message)
        if entry.way is Way.TASKS:
            queue, exchange = topology.tasks_queue(department), topology.TASKS
            routing_key = topology.task_key(department)
        else:
            queue, exchange = topology.events_queue(department), topology.EVENTS
            routing_key = topology.event_key(department, entry.name, entry.major)
        row = await self._row(message, queue, subject, correlation)
        await self._insert({**row, "exchange": exchange, "routing_key": routing_key})
        return str(row["message_id"])

    async def to_credit(self, message: Wire, *, subject: str, correlation: str) -> CreditEvent:
        """Append to the credit log and announce to every credit system and to the stream."""
        entry = entry_of(message)
        number = await next_number(self._connection, "credit_event")
        event = await self._credit_event(message, number, subject, correlation)
        log_key = topology.credit_log_key(entry.name, entry.major)
        await self._credit_row(event, topology.CREDIT_LOG_QUEUE, log_key, correlation, entry)
        systems = await self._connection.execute(_credit_systems())
        for system in systems.scalars():
            routing_key = topology.credit_key(system, entry.name, entry.major)
            queue = topology.credit_queue(system)
            await self._credit_row(event, queue, routing_key, correlation, entry)
        return event

    async def to_stream(self, event: CreditEvent, *, correlation: str) -> None:
        """Announce an event of the log to the stream once more, as it was."""
        entry = entry_of_type(event.type)
        if entry is None:
            raise LookupError(event.type)
        log_key = topology.credit_log_key(entry.name, entry.major)
        await self._credit_row(event, topology.CREDIT_LOG_QUEUE, log_key, correlation, entry)

    async def _credit_event(
        self, message: Wire, number: int, subject: str, correlation: str
    ) -> CreditEvent:
        message_id = new_uuid7()
        body = self._body(message, message_id, subject, correlation, number)
        event = CreditEvent(
            number=number,
            message_id=message_id,
            type=entry_of(message).type,
            subject=subject,
            body=body,
            signature=self._signer.sign(body),
            created_at=self._clock.now(),
        )
        await self._connection.execute(_table(CreditEventRow).insert(), vars(event))
        return event

    async def _credit_row(
        self, event: CreditEvent, queue: str, routing_key: str, correlation: str, entry: Entry
    ) -> None:
        """Send the very bytes of the log: every consumer can compare them with the authority."""
        sequence = await next_number(self._connection, f"queue:{queue}")
        headers = {
            SCHEMA_HEADER: entry.schema,
            SEQUENCE_HEADER: str(sequence),
            CREDIT_NUMBER_HEADER: str(event.number),
            **_trace(),
            CORRELATION_HEADER: correlation,
            SIGNATURE_HEADER: event.signature,
        }
        await self._insert(
            {
                "message_id": event.message_id,
                "aggregate": correlation,
                "recipient": queue,
                "sequence": sequence,
                "headers": headers,
                "body": event.body,
                "type": event.type,
                "exchange": topology.EVENTS,
                "routing_key": routing_key,
            }
        )

    async def _row(
        self, message: Wire, queue: str, subject: str, correlation: str
    ) -> dict[str, Any]:
        entry = entry_of(message)
        sequence = await next_number(self._connection, f"queue:{queue}")
        message_id = new_uuid7()
        body = self._body(message, message_id, subject, correlation, sequence)
        headers = {
            SCHEMA_HEADER: entry.schema,
            SEQUENCE_HEADER: str(sequence),
            CORRELATION_HEADER: correlation,
            **_trace(),
        }
        if entry.legal_effect:
            headers[SIGNATURE_HEADER] = self._signer.sign(body)
        return {
            "message_id": message_id,
            "aggregate": correlation,
            "recipient": queue,
            "sequence": sequence,
            "headers": headers,
            "body": body,
            "type": entry.type,
        }

    def _body(
        self, message: Wire, message_id: str, subject: str, correlation: str, sequence: int
    ) -> bytes:
        entry = entry_of(message)
        envelope = _envelope_of(message)(
            id=message_id,
            source=_SOURCE,
            type=entry.type,
            subject=subject,
            time=self._clock.now(),
            dataschema=entry.schema_id,
            sequence=sequence,
            traceparent=current_traceparent(),
            correlationid=correlation,
            data=message,
        )
        return encode(envelope)

    async def _insert(self, row: dict[str, Any]) -> None:
        # Outbox times are machine times: the relay must not wait for rehearsal time.
        now = self._clock.machine_now()
        await append(self._connection, {**row, "created_at": now, "available_at": now})


def _trace() -> dict[str, str]:
    context = current_traceparent()
    return {} if context is None else {TRACEPARENT: context}


def _envelope_of(message: Wire) -> type[Envelope[Any]]:
    """Give the envelope model for the type of a message."""
    kind: Any = Envelope
    envelope: type[Envelope[Any]] = kind[type(message)]
    return envelope


def _table(row: Any) -> Any:
    return row.__table__


def _credit_systems() -> Any:
    table = _table(CreditSystemRow)
    return table.select().with_only_columns(table.c.code).order_by(table.c.code)
