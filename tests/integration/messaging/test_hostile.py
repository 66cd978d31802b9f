"""Whatever a department or a forger writes, at a real broker: parked with the reason, alone.

Every hostile letter is followed by a good one of the same sender, which must be applied.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from contracts.amqp.connection import connection_to, open_channel
from contracts.amqp.consumer import Consumer, ConsumerSettings
from contracts.amqp.dead_letters import dead_letter_consumers
from contracts.amqp.disposition import dispose_all
from contracts.amqp.ports import DeadLetters, Delivery
from contracts.topology import INBOUND_QUEUE, SHARED_QUEUES, VHOST
from coordinator.adapters.db.inbox import CONSUMER, DatabaseInbox, InboxSettings
from coordinator.adapters.inbound import SECRET_TYPES, InboundMessages
from coordinator.services.ports import DeadLetter
from coordinator.services.signing_keys import KeyOffer, register_key, revoke_key
from tests.builders import a_department
from tests.integration.conftest import COUNTY, Broker
from tests.integration.messaging.hostile import (
    HOSTILE,
    MARKET,
    MOST_BYTES,
    NUMBER_OF_GOOD,
    OLD_KEY,
    STOLEN_KEY,
    STRANGE,
    Hostile,
    a_chunk,
    letter_of,
)
from tests.integration.messaging.letters import Letter, write
from tests.integration.messaging.queues import SECONDS, drained
from tests.play import AUDITOR, Play, key_of, office, start
from tests.snapshots import migrated_file, sqlite_url


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
