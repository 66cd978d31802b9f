"""From a delivery to the act it asks for: who sent it, is it signed, what does it say."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts import topology
from contracts.amqp.ports import SCHEMA_HEADER, SIGNATURE_HEADER, Delivery, PermanentFailure
from contracts.catalogue import CATALOGUE, Entry, Way, entry_of_type
from contracts.envelope import (
    Envelope,
    EnvelopeInvalidError,
    SchemaVersion,
    UnknownMajorError,
    decode,
)
from contracts.results import FindingsSubmitted
from coordinator.adapters.db.unit_of_work import Surroundings, UnitOfWork, work_on
from coordinator.adapters.db.unstorable import is_unstorable
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services import public_keys
from coordinator.services.handlers import handle
from coordinator.services.ports import Actor, Role, Work
from coordinator.services.result_intake import Refused, Wording, answer_refused

SECRET_TYPES = frozenset(entry.type for entry in CATALOGUE.values() if entry.secret)
_TARGETS = frozenset({"object", "place", "value", "key"})
# What may still become true: the message that makes it so is on its way.
_MAY_WORK_LATER = frozenset({Rule.MOVE_NOT_ALLOWED, Rule.NOT_FOUND})


class NotYetError(Exception):
    """A message can't be applied now, but may be when another has been."""


class InboundMessages:
    """Applies deliveries of departments and credit systems in the inbox's transaction."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def apply(self, connection: AsyncConnection, delivery: Delivery) -> str:
        """Decode, check and apply; gives the correlation id. PermanentFailure parks the message."""
        proven = await _proven(self._around, connection, delivery)
        try:
            await handle(proven.work, proven.sender, proven.envelope.data)
        except RuleBrokenError as error:
            end = NotYetError if error.rule in _MAY_WORK_LATER else PermanentFailure
            # Without its cause: the log would show all facts.
            raise end(_reason(error, proven.entry)) from None
        except Exception as error:
            if is_unstorable(error):
                raise PermanentFailure("a number or text that no database keeps") from None
            raise
        return proven.envelope.correlationid


class RefusedReports:
    """Tells a department why its report was parked, in the transaction that parks it.

    What does not prove whom it comes from is parked without a word.
    """

    def __init__(self, around: Surroundings, wording: Wording) -> None:
        self._around = around
        self._wording = wording

    async def answer(self, connection: AsyncConnection, delivery: Delivery) -> None:
        """Answer a parked report of a department; anything else is left alone."""
        try:
            proven = await _proven(self._around, connection, delivery)
        except PermanentFailure:
            return
        said = proven.envelope
        if isinstance(said.data, FindingsSubmitted):
            refused = Refused(proven.sender, said.data, said.id, said.correlationid)
            await answer_refused(proven.work, refused, self._wording)


@dataclass(frozen=True)
class _Proven:
    """A delivery of whoever the broker, the signature and the body name alike."""

    work: UnitOfWork
    entry: Entry
    sender: str
    envelope: Envelope[Any]


async def _proven(around: Surroundings, connection: AsyncConnection, delivery: Delivery) -> _Proven:
    """Open a delivery; PermanentFailure where sender, signature and body don't fit together."""
    entry = _entry(delivery)
    sender = _sender(delivery, entry)
    actor = Actor(name=delivery.user_id or "", role=Role.DEPARTMENT, department=sender)
    work = await work_on(connection, actor, around)
    if entry.legal_effect:
        await _require_signature(work, sender, delivery)
    envelope = _decode(delivery, entry)
    _require_source(envelope.source, sender, entry)
    return _Proven(work, entry, sender, envelope)


def _entry(delivery: Delivery) -> Entry:
    entry = entry_of_type(delivery.type)
    if entry is None or entry.way not in (Way.INBOUND, Way.INBOUND_CREDIT):
        raise PermanentFailure(f"unknown message type {delivery.type}")
    return entry


def _sender(delivery: Delivery, entry: Entry) -> str:
    """Give the code the broker verified; the routing key must belong to the same user."""
    from_credit = entry.way is Way.INBOUND_CREDIT
    known = topology.credit_system_of if from_credit else topology.department_of
    code = known(delivery.user_id)
    if code is None:
        raise PermanentFailure("message without a verified user_id of the right kind")
    key = topology.credit_key if from_credit else topology.inbound_key
    if delivery.routing_key != key(code, entry.name, entry.major):
        raise PermanentFailure(f"routing key {delivery.routing_key} is not the sender's")
    return code


async def _require_signature(work: Work, sender: str, delivery: Delivery) -> None:
    signature = delivery.headers.get(SIGNATURE_HEADER)
    if signature is None:
        raise PermanentFailure(f"header {SIGNATURE_HEADER} is missing: {delivery.type} is signed")
    found = await public_keys.disbelief(work, sender, delivery.body, signature)
    if found is not None:
        since = f" since {found.since.isoformat()}" if found.since else ""
        raise PermanentFailure(f"signature refused: {found.flaw}{since}")


def _decode(delivery: Delivery, entry: Entry) -> Envelope[Any]:
    try:
        sent = SchemaVersion.parse(delivery.headers.get(SCHEMA_HEADER, ""))
        known = SchemaVersion(entry.name, entry.major, entry.minor)
        envelope = decode(delivery.body, entry.model, sent, known)
    except (EnvelopeInvalidError, UnknownMajorError) as error:
        raise PermanentFailure(str(error)) from error
    if envelope.id != delivery.message_id:
        raise PermanentFailure("message_id and envelope id differ")
    return envelope


def _require_source(source: str, sender: str, entry: Entry) -> None:
    """Refuse a body that names another sender than the one the broker verified."""
    kind = "credit" if entry.way is Way.INBOUND_CREDIT else "departments"
    if source != f"/{kind}/{sender}":
        raise PermanentFailure(f"source is {source[:100]!r}, the sender is {sender}")


def _reason(error: RuleBrokenError, entry: Entry) -> str:
    """Word the broken rule with its facts; no target, and of a secret message only the rule.

    Reasons stand in logs and lists, where a covert target must not show.
    """
    facts = {name: value for name, value in error.facts.items() if name not in _TARGETS}
    return error.rule.value if entry.secret else f"{error.rule.value} {facts}"
