"""Letters in and out: what arrives is checked before anybody reads it, what leaves is sealed."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.amqp.ports import (
    CORRELATION_HEADER,
    CREDIT_NUMBER_HEADER,
    SCHEMA_HEADER,
    SEQUENCE_HEADER,
    SIGNATURE_HEADER,
    Delivery,
    PermanentFailure,
)
from contracts.catalogue import Entry, entry_of, entry_of_type
from contracts.envelope import (
    Envelope,
    EnvelopeInvalidError,
    SchemaVersion,
    UnknownMajorError,
    decode,
    encode,
)
from contracts.signing import KeySet, SignatureRefusedError, SigningKey, sign, verify
from contracts.topology import COORDINATOR_USER, INBOUND
from contracts.tracing import TRACEPARENT, current_traceparent
from contracts.vocabulary import OFFICE, Wire
from department_agents.chance import message_id
from department_agents.clock import Clock
from department_agents.store.database import News, announce
from department_agents.store.outbox import next_sequence
from department_agents.store.rows import OutboxRow

M_co = TypeVar("M_co", bound=Wire, covariant=True)


@dataclass(frozen=True, slots=True)
class Letter(Generic[M_co]):
    """A checked message from the office; `signature` is its JWS where it has legal effect."""

    message_id: str
    subject: str
    correlation_id: str
    message: M_co
    text: str
    signature: str | None
    sequence: int
    number: str | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What an outgoing message is about: its subject, and its visit, round or case."""

    subject: str
    correlation_id: str


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes to the office: CloudEvents source, key of the routing, signing key if any."""

    source: str
    routing_key: Callable[[str, int], str]
    key: SigningKey | None = None


class Post:
    """Writes sealed messages into the outbox, inside the caller's transaction."""

    def __init__(self, sender: Sender, clock: Clock) -> None:
        self._sender = sender
        self._clock = clock

    async def send(self, session: AsyncSession, message: Wire, about: About) -> str:
        """Put one message to the office into the outbox and give its id."""
        entry = entry_of(message)
        sequence = await next_sequence(session, OFFICE)
        identity = message_id(self._clock.machine_now())
        body = encode(self._envelope(message, entry, about, (identity, sequence)))
        headers = {
            SCHEMA_HEADER: entry.schema,
            SEQUENCE_HEADER: str(sequence),
            CORRELATION_HEADER: about.correlation_id,
        }
        if (context := current_traceparent()) is not None:
            headers[TRACEPARENT] = context
        if entry.legal_effect:
            headers[SIGNATURE_HEADER] = self._sign(body)
        now = self._clock.machine_now()
        session.add(
            OutboxRow(
                message_id=identity,
                aggregate=about.subject,
                recipient=OFFICE,
                sequence=sequence,
                exchange=INBOUND,
                routing_key=self._sender.routing_key(entry.name, entry.major),
                headers=json.dumps(headers),
                body=body,
                type=entry.type,
                created_at=now,
                available_at=now,
            )
        )
        announce(session, News.OUTBOX)
        return identity

    def _envelope(
        self, message: Wire, entry: Entry, about: About, order: tuple[str, int]
    ) -> Envelope[Any]:
        identity, sequence = order
        return Envelope[Any](
            id=identity,
            source=self._sender.source,
            type=entry.type,
            subject=about.subject,
            time=self._clock.now(),
            dataschema=entry.schema_id,
            sequence=sequence,
            traceparent=current_traceparent(),
            correlationid=about.correlation_id,
            data=message,
        )

    def _sign(self, body: bytes) -> str:
        if self._sender.key is None:
            raise LookupError("a message with legal effect needs a signing key")
        return sign(body, self._sender.key)


def open_letter(delivery: Delivery, keys: KeySet) -> Letter[Wire]:
    """Check sender, version, identity and signature of a delivery; raises PermanentFailure."""
    if delivery.user_id != COORDINATOR_USER:
        raise PermanentFailure(f"sent by {delivery.user_id}, expected {COORDINATOR_USER}")
    entry = entry_of_type(delivery.type)
    if entry is None:
        raise PermanentFailure(f"unknown message or major version {delivery.type}")
    envelope = _decoded(delivery, entry)
    if envelope.id != delivery.message_id:
        raise PermanentFailure("the envelope's id is not the message id")
    return Letter(
        message_id=delivery.message_id,
        subject=envelope.subject,
        correlation_id=envelope.correlationid,
        message=envelope.data,
        text=delivery.body.decode(),
        signature=_verified(delivery, keys) if entry.legal_effect else None,
        sequence=envelope.sequence,
        number=delivery.headers.get(CREDIT_NUMBER_HEADER),
    )


def _decoded(delivery: Delivery, entry: Entry) -> Envelope[Wire]:
    known = SchemaVersion(entry.name, entry.major, entry.minor)
    try:
        sender = SchemaVersion.parse(delivery.headers.get(SCHEMA_HEADER, ""))
        return decode(delivery.body, entry.model, sender, known)
    except (EnvelopeInvalidError, UnknownMajorError) as error:
        raise PermanentFailure(str(error)) from None


def _verified(delivery: Delivery, keys: KeySet) -> str:
    jws = delivery.headers.get(SIGNATURE_HEADER)
    if jws is None:
        raise PermanentFailure(f"header {SIGNATURE_HEADER} is missing: {delivery.type} is signed")
    check_office_signature(delivery.body, jws, keys)
    return jws


def check_office_signature(payload: bytes, jws: str, keys: KeySet) -> None:
    """Accept a detached JWS of the office only; raises PermanentFailure."""
    try:
        kid = verify(payload, jws, keys)
    except SignatureRefusedError as error:
        raise PermanentFailure(f"signature refused: {error}") from None
    if kid != OFFICE:
        raise PermanentFailure(f"signed by {kid}, expected {OFFICE}")
