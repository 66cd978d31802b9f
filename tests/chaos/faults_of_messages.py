"""Hostile and broken messages, sent as the users of the broker that could send them.

Each must be refused by the broker, taken for what it is, or parked with its reason; the others must
not notice.
"""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random

from aio_pika import Message
from aio_pika.abc import AbstractChannel
from aiormq.exceptions import AMQPError

from contracts.amqp.connection import connection_to, open_channel
from contracts.amqp.ports import SCHEMA_HEADER, OutgoingMessage
from contracts.amqp.publisher import AmqpPublisher, Outcome
from contracts.topology import COORDINATOR_USER, INBOUND, TASKS, credit_key, credit_user
from coordinator.adapters.identifiers import new_uuid7
from tests.chaos.books import parked, parked_at, sent_rows
from tests.chaos.business import DEPARTMENT
from tests.chaos.fault import OFFICE, Fault, Part, Strike
from tests.chaos.plant import CREDIT_SYSTEM, Plant, until

_SECONDS = 30.0
_TYPE = "CreditEventAcknowledged"
_USER = credit_user(CREDIT_SYSTEM)
_KEY = credit_key(CREDIT_SYSTEM, _TYPE, 1)
_LARGE_BYTES = 10_000_000
_DEEP = 5_000


@dataclass(frozen=True)
class Letter:
    """What is sent to the office: by default a well-formed lie about nothing."""

    body: bytes = b"{}"
    user: str | None = _USER
    type: str = f"{_TYPE}.v1"
    schema: str = f"{_TYPE};1.0"

    def message(self, message_id: str) -> Message:
        """Make the AMQP message."""
        return Message(
            self.body,
            message_id=message_id,
            type=self.type,
            user_id=self.user,
            headers={SCHEMA_HEADER: self.schema},
            content_type="application/cloudevents+json",
        )


def parked_for(make: Callable[[Random], Letter]) -> Strike:
    """A letter that the office parks with a reason; what comes before and after it goes on."""

    async def strike(plant: Plant, chance: Random) -> None:
        sent = [new_uuid7() for _ in range(chance.randint(1, 5))]
        async with _channel(plant, _USER) as channel:
            for message_id in sent:
                await _publish(channel, _KEY, make(chance).message(message_id))

        async def are_parked() -> bool:
            reasons = await parked(plant.parts)
            return all(reasons.get(message_id) for message_id in sent)

        await until(are_parked, "the letters are parked with their reasons")

    return strike


async def poison(plant: Plant, _: Random) -> None:
    """A message that an agent can never apply: parked there, and shown to the office."""
    message_id = new_uuid7()
    letter = Letter(user=COORDINATOR_USER, type="NeverHeardOf.v1", schema="NeverHeardOf;1.0")
    async with _channel(plant, COORDINATOR_USER) as channel:
        await _publish(channel, DEPARTMENT, letter.message(message_id), TASKS)

    async def is_seen() -> bool:
        at_agent = parked_at(plant.agent_store)
        return bool(at_agent.get(message_id)) and message_id in await parked(plant.parts)

    await until(is_seen, "the poison is parked at the agent and shown to the office")


async def forged_sender(plant: Plant, _: Random) -> None:
    """A user that says it is another one: the broker refuses."""
    await _refused(plant, _KEY, Letter(user=COORDINATOR_USER))


async def foreign_key(plant: Plant, _: Random) -> None:
    """A credit system that writes under a department's routing key: the broker refuses."""
    await _refused(plant, f"dept.{DEPARTMENT}.FindingsSubmitted.v1", Letter())


async def repeated(plant: Plant, chance: Random) -> None:
    """Everything that was sent lately is sent again, in another order: nothing happens twice."""
    again = [_outgoing(row) for row in await sent_rows(plant.parts, 200)]
    chance.shuffle(again)
    publisher = AmqpPublisher(plant.url(COORDINATOR_USER), "chaos")
    receipts = await publisher.publish(again)
    await publisher.close()
    assert {receipt.outcome for receipt in receipts} <= {Outcome.CONFIRMED}


async def _refused(plant: Plant, key: str, letter: Letter) -> None:
    message_id = new_uuid7()
    refusal = ""
    try:
        async with _channel(plant, _USER) as channel:
            await _publish(channel, key, letter.message(message_id))
    except AMQPError as error:
        refusal = str(error)
    assert refusal, "the broker took a message it must refuse"
    assert message_id not in await parked(plant.parts)


async def _publish(
    channel: AbstractChannel, key: str, message: Message, exchange: str = INBOUND
) -> None:
    target = await channel.get_exchange(exchange, ensure=False)
    await target.publish(message, key, timeout=_SECONDS)


@asynccontextmanager
async def _channel(plant: Plant, user: str) -> AsyncIterator[AbstractChannel]:
    async with connection_to(plant.url(user), f"chaos {user}") as connection:
        yield await open_channel(connection, _SECONDS, confirms=True)


def _outgoing(row: dict[str, object]) -> OutgoingMessage:
    return OutgoingMessage(**{each: row[each] for each in OutgoingMessage._fields})  # type: ignore[arg-type] # a row of the table


def _deep(_: Random) -> Letter:
    return Letter(b'{"a":' * _DEEP + b"1" + b"}" * _DEEP)


def _oversized(_: Random) -> Letter:
    return Letter(json.dumps({"data": "x" * _LARGE_BYTES}).encode())


def _garbage(chance: Random) -> Letter:
    return Letter(chance.randbytes(2_000))


def _parked(name: str, make: Callable[[Random], Letter]) -> Fault:
    return Fault(name, parked_for(make), needs=OFFICE)


MESSAGE_FAULTS = (
    Fault("poison", poison, needs=OFFICE | {Part.AGENT, Part.QUEUE}),
    Fault("repeated-reordered", repeated, needs=OFFICE | {Part.QUEUE}),
    Fault("forged-sender", forged_sender, needs=OFFICE),
    Fault("foreign-key", foreign_key, needs=OFFICE),
    _parked("no-sender", lambda _: Letter(user=None)),
    _parked("wrong-schema", lambda _: Letter(schema=f"{_TYPE};7.0")),
    _parked("unknown-type", lambda _: Letter(type="NeverHeardOf.v1")),
    _parked("garbage", _garbage),
    _parked("deep-json", _deep),
    _parked("oversized", _oversized),
)
