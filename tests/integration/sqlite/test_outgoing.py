"""What business transactions put into the outbox: rows, sequences, signatures, the credit log."""

import json
from collections import defaultdict
from typing import Any

import pytest
from sqlalchemy.dialects import sqlite

from contracts.amqp.ports import SEQUENCE_HEADER, SIGNATURE_HEADER
from contracts.catalogue import CATALOGUE, Way
from contracts.draws import DrawRecordPublished, EntropyRequested
from contracts.signing import import_jwks, verify
from contracts.tasks import TaskWithdrawn
from contracts.vocabulary import DrawOutcome, Wire
from coordinator.adapters.db.migrate import differences, is_current
from coordinator.adapters.db.outbox_turns import _FileTurns
from coordinator.services.ports import CreditSystem
from tests.builders import FIRE, MARKET, NOW
from tests.builders_sanctions import DISCLOSED
from tests.integration.services.post_box import letters
from tests.play import AUDITOR, Play, fail_after, office

TASK = TaskWithdrawn(visit_id="v", department=FIRE, reason="moved")
EVENT = DrawRecordPublished(
    round_id="R1", attempt=1, outcome=DrawOutcome.DONE, transcript_hash="ab" * 32
)
WHERE: dict[str, Any] = {"subject": "v", "correlation": "v"}


async def say(play: Play, *messages: tuple[str, Wire]) -> None:
    async with play.work(office()) as work:
        for department, message in messages:
            await work.post.to_department(department, message, **WHERE)


async def disclose(play: Play, number: int = 1) -> None:
    async with play.work(office()) as work:
        for _ in range(number):
            await work.post.to_credit(DISCLOSED, **WHERE)


async def say_both(work: Any) -> None:
    await work.post.to_department(FIRE, TASK, **WHERE)
    await work.post.to_credit(DISCLOSED, **WHERE)


async def test_every_message_goes_to_the_queue_the_catalogue_names(empty: Play) -> None:
    await say(empty, (FIRE, TASK), (FIRE, EVENT), (MARKET, EVENT))

    statement = "SELECT recipient, exchange, routing_key FROM outbox ORDER BY outbox_id"
    async with empty.work(AUDITOR) as work:
        rows = [tuple(row) for row in await work.connection.exec_driver_sql(statement)]
    assert rows == [
        (f"onevisit.dept.{FIRE}.tasks", "onevisit.tasks", FIRE),
        (
            f"onevisit.dept.{FIRE}.events",
            "onevisit.events",
            f"dept.{FIRE}.DrawRecordPublished.v1",
        ),
        (
            f"onevisit.dept.{MARKET}.events",
            "onevisit.events",
            f"dept.{MARKET}.DrawRecordPublished.v1",
        ),
    ]


async def test_sequences_are_gap_free_per_queue_over_transactions_that_failed(
    empty: Play,
) -> None:
    await say(empty, (FIRE, TASK), (MARKET, TASK), (FIRE, EVENT))
    with pytest.raises(ZeroDivisionError):
        await fail_after(empty.work, say_both)
    await say(empty, (FIRE, TASK), (FIRE, TASK), (MARKET, TASK))

    sequences = defaultdict(list)
    for letter in await letters(empty):
        sequences[letter.recipient].append(letter.sequence)
        assert letter.headers[SEQUENCE_HEADER] == str(letter.sequence)
        assert json.loads(letter.body)["sequence"] == str(letter.sequence)
    assert sequences == {
        f"onevisit.dept.{FIRE}.tasks": [1, 2, 3],
        f"onevisit.dept.{FIRE}.events": [1],
        f"onevisit.dept.{MARKET}.tasks": [1, 2],
    }


async def test_nothing_of_a_failed_transaction_leaves(empty: Play) -> None:
    with pytest.raises(ZeroDivisionError):
        await fail_after(empty.work, say_both)

    assert await letters(empty) == []
    async with empty.work(AUDITOR) as work:
        assert await work.credit_events.count() == 0


async def test_message_id_envelope_and_type_agree(empty: Play) -> None:
    await say(empty, (FIRE, TASK), (FIRE, EVENT))

    for letter in await letters(empty):
        envelope = json.loads(letter.body)
        assert (envelope["id"], envelope["type"]) == (letter.message_id, letter.type)
        assert letter.headers["x-schema"] == f"{letter.type.removesuffix('.v1')};1.0"
        assert envelope["correlationid"] == letter.headers["x-correlation-id"] == "v"


async def test_a_message_with_legal_effect_is_signed_over_its_very_bytes(empty: Play) -> None:
    asked = EntropyRequested(round_id="R1", title="批次", attempts=16, deadline_at=NOW)
    await say(empty, (FIRE, EVENT), (FIRE, asked))
    await disclose(empty)
    keys = import_jwks(dict(empty.around.signer.published_keys()))

    for letter in await letters(empty):
        entry = CATALOGUE[letter.type.removesuffix(".v1")]
        signature = letter.headers.get(SIGNATURE_HEADER)
        assert (signature is not None) is entry.legal_effect
        if signature is not None:
            assert verify(letter.body, signature, keys) == "office"


def test_everything_that_goes_to_credit_systems_has_legal_effect() -> None:
    assert all(entry.legal_effect for entry in CATALOGUE.values() if entry.way is Way.CREDIT)


async def test_a_credit_event_is_the_same_bytes_in_the_log_and_on_every_queue(
    empty: Play,
) -> None:
    async with empty.work(office()) as work:
        for code in ("province", "county"):
            await work.credit_systems.save(CreditSystem(code=code, name=code, name_en=code))

    await disclose(empty, 2)

    async with empty.work(AUDITOR) as work:
        events = await work.credit_events.where()
    sent = await letters(empty)
    assert [event.number for event in events] == [1, 2]
    queues = ["onevisit.credit.log", "onevisit.credit.county.events"]
    queues.append("onevisit.credit.province.events")
    for event in events:
        copies = [letter for letter in sent if letter.message_id == event.message_id]
        assert [copy.recipient for copy in copies] == queues
        assert {copy.body for copy in copies} == {event.body}
        assert {copy.headers[SIGNATURE_HEADER] for copy in copies} == {event.signature}
        assert {copy.headers["x-credit-number"] for copy in copies} == {str(event.number)}


async def test_the_credit_log_is_gap_free_over_failed_transactions(empty: Play) -> None:
    await disclose(empty, 2)
    with pytest.raises(ZeroDivisionError):
        await fail_after(empty.work, say_both)
    await disclose(empty)

    async with empty.work(AUDITOR) as work:
        assert [event.number for event in await work.credit_events.where()] == [1, 2, 3]


async def test_a_county_without_credit_system_still_keeps_the_log(empty: Play) -> None:
    await disclose(empty)

    assert [letter.recipient for letter in await letters(empty)] == ["onevisit.credit.log"]


async def test_the_migrated_schema_is_that_of_the_tables(empty: Play) -> None:
    assert await is_current(empty.around.engine)
    await differences(empty.around.engine)


async def test_the_relay_finds_the_first_that_wait_without_reading_all(empty: Play) -> None:
    read = _FileTurns._READ.params(ids=[1], most=100)
    asked = read.compile(dialect=sqlite.dialect(), compile_kwargs={"render_postcompile": True})
    statement = str(asked).replace("?", "1")

    async with empty.work(AUDITOR) as work:
        plan = await work.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")
        steps = [str(row.detail) for row in plan]

    assert any("ix_outbox_state_pending" in step for step in steps)
    assert not any("TEMP B-TREE" in step for step in steps)
