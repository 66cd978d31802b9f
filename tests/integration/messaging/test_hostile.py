"""Whatever a department or a forger writes, at a real broker: parked with the reason, alone.

Every hostile letter is followed by a good one of the same sender, which must be applied.
"""

import asyncio
import hashlib
import json
import struct
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from contracts.amqp.connection import connection_to, open_channel
from contracts.amqp.consumer import Consumer, ConsumerSettings
from contracts.amqp.dead_letters import dead_letter_consumers
from contracts.amqp.disposition import dispose_all
from contracts.amqp.ports import SCHEMA_HEADER, SIGNATURE_HEADER, DeadLetters, Delivery
from contracts.draws import SilenceExplained
from contracts.registers import RegisterChunkSubmitted
from contracts.signing import SigningKey, sign
from contracts.topology import INBOUND_QUEUE, SHARED_QUEUES, VHOST
from contracts.vocabulary import Wire
from coordinator.adapters.db.inbox import CONSUMER, DatabaseInbox, InboxSettings
from coordinator.adapters.inbound import SECRET_TYPES, InboundMessages
from coordinator.services.ports import DeadLetter
from coordinator.services.signing_keys import KeyOffer, register_key, revoke_key
from tests.builders import a_department
from tests.contract.history import CHECKOUT
from tests.integration.conftest import COUNTY, Broker
from tests.integration.messaging.letters import Letter, write
from tests.integration.messaging.queues import SECONDS, drained
from tests.play import AUDITOR, Play, key_of, office, start
from tests.snapshots import migrated_file, sqlite_url

MARKET = "market"
MOST_BYTES = 2_000_000
TIME = datetime(2026, 1, 1, tzinfo=UTC)
TIME_BYTES = struct.pack(">Q", int(TIME.timestamp()))
NESTED: dict[str, object] = {}
for _ in range(400):  # as deep as the sender's own library writes; a reader may give up
    NESTED = {"a": NESTED}
OLD_KEY = SigningKey.from_seed(MARKET, bytes(range(32)))
STOLEN_KEY = SigningKey.from_seed(MARKET, bytes(range(1, 33)))


def upload_of(name: str) -> str:
    return name.replace(" ", "-")


def a_chunk(upload: str) -> RegisterChunkSubmitted:
    """Give the first of two chunks: it is kept, and nothing follows from it yet."""
    sample = json.loads(
        (CHECKOUT / "contracts/samples/RegisterChunkSubmitted.v1.0.json").read_bytes()
    )["data"]
    return RegisterChunkSubmitted.model_validate_json(
        json.dumps({**sample, "upload_id": upload_of(upload), "number_of_chunks": 2})
    )


def a_statement() -> SilenceExplained:
    return SilenceExplained(
        round_id="R1", attempt=1, at="2026-01-01T00:00:00Z", statement="停电", signature="x"
    )


@dataclass(frozen=True)
class Hostile:
    """A hostile letter made from a good one, and what stands beside it once it is parked."""

    name: str
    reason: str
    message: str = "chunk"
    changes: Mapping[str, Any] | None = None
    headers: Mapping[str, Any] | None = None
    body: Mapping[str, Any] | None = None
    key: SigningKey | None = None
    kept_id: str | None = None

    def letter(self, play: Play) -> Letter:
        message: Wire = a_chunk(self.name) if self.message == "chunk" else a_statement()
        good = letter_of(play, self.name, message)
        body = good.body
        if self.body is not None:
            body = json.dumps({**json.loads(body), **self.body}).encode()
        headers = {**good.headers, **(self.headers or {})}
        if self.key is not None:
            headers[SIGNATURE_HEADER] = sign(body, self.key)
        headers = {name: value for name, value in headers.items() if value is not None}
        return replace(good, **{"body": body, "headers": headers, **(self.changes or {})})


def letter_of(play: Play, message_id: str, message: Wire) -> Letter:
    """Write a message of the market department as it would be sent."""
    sent: Delivery = play.letter(MARKET, message)
    body = json.dumps({**json.loads(sent.body), "id": message_id}).encode()
    headers = dict(sent.headers)
    if SIGNATURE_HEADER in headers:
        headers[SIGNATURE_HEADER] = sign(body, key_of(MARKET))
    return Letter(message_id, sent.type, sent.routing_key, body, headers, user_id=f"dept-{MARKET}")


def changed(**changes: Any) -> Mapping[str, Any]:
    return changes


DEEP = b'{"data":' + b"[" * 100_000
KEY_MARKER = "dept.market.RegisterChunkSubmitted.v1.MARKER"
HOSTILE = (
    Hostile("no user", "user_id", changes=changed(user_id=None)),
    Hostile(
        "claims another", "source is '/departments/fire'", body={"source": "/departments/fire"}
    ),
    Hostile("other type", "routing key", changes=changed(type="TaskAccepted.v1")),
    Hostile("unknown type", "unknown message type", changes=changed(type="Rumour.v1")),
    Hostile("unknown major", "unknown message type", changes=changed(type="TaskAccepted.v9")),
    Hostile("schema of another", "reader knows", headers={SCHEMA_HEADER: "TaskAccepted;1.0"}),
    Hostile("next major", "reader knows", headers={SCHEMA_HEADER: "RegisterChunkSubmitted;2.0"}),
    Hostile("no schema", "x-schema", headers={SCHEMA_HEADER: None}),
    Hostile("endless version", "x-schema", headers={SCHEMA_HEADER: f"A;1.{'9' * 5000}"}),
    Hostile("unknown field", "extra: extra_forbidden", body={"extra": 1}),
    Hostile("a thousand flaws", " more", body={f"f{n}": n for n in range(1000)}),
    Hostile("endless sequence", "sequence: value_error", body={"sequence": "9" * 5000}),
    Hostile("nul in a name", "extra_forbidden", body={"a\0b": 1}),
    Hostile("id of another", "message_id and envelope id differ", body={"id": "other"}),
    Hostile("unsigned", "x-jws is missing", "statement", headers={SIGNATURE_HEADER: None}),
    Hostile("no jws", "does-not-fit", "statement", headers={SIGNATURE_HEADER: "a..b"}),
    Hostile("jws of brackets", "does-not-fit", "statement", headers={SIGNATURE_HEADER: "W" * 9999}),
    Hostile("forged", "does-not-fit", "statement", key=key_of("fire")),
    Hostile("expired key", "key-expired since 20", "statement", key=OLD_KEY),
    Hostile("revoked key", "key-revoked since 20", "statement", key=STOLEN_KEY),
    Hostile("not json", "json_invalid, expected", changes=changed(body=b"hello")),
    Hostile("empty", "json_invalid, EOF", changes=changed(body=b"")),
    Hostile("deep", "recursion limit exceeded", changes=changed(body=DEEP)),
    Hostile(
        "deep and newer",
        "recursion limit exceeded",
        headers={SCHEMA_HEADER: "RegisterChunkSubmitted;1.7"},
        changes=changed(body=DEEP),
    ),
    Hostile("large", "body of 10000000 bytes", changes=changed(body=b"x" * 10_000_000)),
    Hostile("plain", "content type is 'text/plain'", changes=changed(content_type="text/plain")),
    Hostile("no content type", "content type is ''", changes=changed(content_type=None)),
    Hostile(
        "no id",
        "without message_id",
        changes=changed(message_id=None, body=b"nobody"),
        kept_id=f"sha256:{hashlib.sha256(b'nobody').hexdigest()}",
    ),
    Hostile(
        "id in no script",
        "message_id and envelope id differ",
        changes=changed(message_id="MARKER", swapped={b"MARKER": b"\xff\xfe\xfd\xfc\xfb\x00"}),
        kept_id="\\xff\\xfe\\xfd\\xfc\\xfb␀",
    ),
    Hostile(
        "key in no script",
        "routing key",
        changes=changed(routing_key=KEY_MARKER, swapped={b"MARKER": b"\xff\xfe\xfd\xfc\xfb\xfa"}),
    ),
)
# Nobody here goes by what a sender says the time is, or by headers of no known name.
STRANGE = (
    changed(properties={"timestamp": TIME}, swapped={TIME_BYTES: b"\xff" * 8}),
    changed(swapped={b"x-seq": b"\xff\xfe\xfd\xfc\xfb"}),
    changed(headers={"at": TIME}, swapped={TIME_BYTES: b"\xff" * 8}),
    changed(headers={"deep": NESTED}),
    changed(headers={SCHEMA_HEADER: "RegisterChunkSubmitted;1.7"}, more={"added_later": 1}),
)
NUMBER_OF_GOOD = len(HOSTILE) + len(STRANGE) + 1


@dataclass(frozen=True)
class Outcome:
    """What became of everything: parked letters by message id, taken ones, chunks kept."""

    parked: Mapping[str, DeadLetter]
    bodies: Mapping[str, bytes | None]
    applied: tuple[str, ...]
    number_of_chunks: int


class CountedLetters:
    """Dead letters that tell how many came: the broker's copies of what was parked."""

    def __init__(self, letters: DeadLetters) -> None:
        self._letters = letters
        self._number = 0
        self._came = asyncio.Event()

    async def record(self, delivery: Delivery, reason: str, from_queue: str) -> None:
        await self._letters.record(delivery, reason, from_queue)
        self._number += 1
        self._came.set()

    async def until(self, number: int) -> None:
        async with asyncio.timeout(6 * SECONDS):
            while self._number < number:
                self._came.clear()
                await self._came.wait()


@pytest.fixture(autouse=True)
def _empty_queues() -> None:
    """Empty them once for the whole module, not before each test."""


@pytest.fixture(scope="module")
async def played(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Play]:
    """A county where the market department has a key, an expired one and a revoked one."""
    folder = tmp_path_factory.mktemp("hostile")
    play = start(sqlite_url(await migrated_file(folder / "county.db")), folder)
    async with play.work(office()) as work:
        await work.departments.save(a_department("fire"), a_department(MARKET))
        soon = play.clock.now() + timedelta(hours=1)
        for key, old_until in ((STOLEN_KEY, None), (OLD_KEY, soon), (key_of(MARKET), soon)):
            offer = KeyOffer(json.dumps(key.public_jwk()), old_until)
            registered = await register_key(work, MARKET, offer)
            if key is STOLEN_KEY:
                await revoke_key(work, MARKET, registered.key_id, "被盗")
    play.clock.pass_time(hours=2)
    yield play
    await play.close()


@pytest.fixture(scope="module")
async def outcome(broker: Broker, played: Play) -> Outcome:
    """Everything hostile was sent, each with a good letter behind it, and all came to an end."""
    for queue in COUNTY.queues:
        if queue.type == "quorum":
            await broker.management.delete("queues", VHOST, queue.name, "contents")
    inbox = DatabaseInbox(
        played.around.engine,
        played.clock,
        InboxSettings(CONSUMER, secret_types=SECRET_TYPES),
        InboundMessages(played.around).apply,
    )
    copies = CountedLetters(inbox)
    url = broker.url("coordinator")
    settings = ConsumerSettings(INBOUND_QUEUE, prefetch=20, batch=20, most_bytes=MOST_BYTES)
    consumers = (
        Consumer(url, "hostile", settings, partial(dispose_all, inbox)),
        *dead_letter_consumers(url, "hostile dead", copies),
    )
    loops = [asyncio.create_task(consumer.run()) for consumer in consumers]
    await _send_all(broker, played)
    try:
        await copies.until(len(HOSTILE) + 1)
        return await _when_done(played)
    finally:
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)


async def _send_all(broker: Broker, play: Play) -> None:
    async with connection_to(broker.url(f"dept-{MARKET}"), "hostile sender") as connection:
        channel = await open_channel(connection, SECONDS, confirms=False)
        for hostile in HOSTILE:
            await write(channel, hostile.letter(play))
            await write(channel, letter_of(play, f"good {hostile.name}", a_chunk(hostile.name)))
        for number, changes in enumerate(STRANGE):
            name = f"strange-{number}"
            good = letter_of(play, name, a_chunk(name))
            await write(channel, strange(good, **changes))
        again = letter_of(play, "again", a_chunk("again"))
        for letter in (again, again, replace(again, body=again.body + b" ")):
            await write(channel, letter)
        # The broker answers after all that came before: nothing is on its way any more.
        last = await channel.get_queue("onevisit.dept.market.tasks", ensure=False)
        assert await last.get(fail=False) is None


def strange(
    good: Letter,
    headers: Mapping[str, Any] | None = None,
    more: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Letter:
    """Give a letter further headers, further fields in its body, and whatever else."""
    body = json.dumps({**json.loads(good.body), **(more or {})}).encode()
    return replace(good, headers={**good.headers, **(headers or {})}, body=body, **changes)


async def _when_done(play: Play) -> Outcome:
    async with asyncio.timeout(6 * SECONDS):
        while True:
            async with play.work(AUDITOR) as work:
                letters = await work.dead_letters.where()
                taken = await work.incoming.where()
                chunks = await work.register_chunks.count()
                bodies = {
                    each.message_id: await work.failed_messages.body_of(each.dead_letter_id)
                    for each in letters
                }
            if len(letters) > len(HOSTILE) and len(taken) == NUMBER_OF_GOOD:
                parked = {each.message_id: each for each in letters}
                return Outcome(parked, bodies, tuple(each.message_id for each in taken), chunks)
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda each: each.name)
def test_a_hostile_message_is_parked_with_its_reason(outcome: Outcome, hostile: Hostile) -> None:
    letter = outcome.parked[hostile.kept_id or hostile.name]

    assert hostile.reason in letter.reason
    assert len(letter.reason) < 1500


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda each: each.name)
def test_the_good_message_behind_it_is_applied(outcome: Outcome, hostile: Hostile) -> None:
    assert f"good {hostile.name}" in outcome.applied
    assert hostile.name not in outcome.applied


@pytest.mark.parametrize("number", range(len(STRANGE)))
def test_properties_that_nobody_can_read_break_nothing(outcome: Outcome, number: int) -> None:
    assert f"strange-{number}" in outcome.applied


def test_every_good_message_has_one_effect_and_no_other_has_any(outcome: Outcome) -> None:
    assert outcome.number_of_chunks == NUMBER_OF_GOOD


def test_a_replay_is_absorbed_and_another_body_under_its_id_is_parked(outcome: Outcome) -> None:
    assert outcome.applied.count("again") == 1
    assert outcome.parked["again"].reason == "the same message_id came with another body"


def test_nothing_keeps_a_large_body(outcome: Outcome) -> None:
    kept = outcome.bodies["large"] or b""

    assert kept.startswith(b"10000000 bytes, sha256 ")
    assert len(kept) < 100


async def test_nothing_is_left_at_the_broker(
    broker: Broker, played: Play, outcome: Outcome
) -> None:
    assert len(outcome.parked) == len(HOSTILE) + 1
    for queue in SHARED_QUEUES[:3]:
        assert await drained(broker, queue.name) == []
