"""Messages that arrive: who sent them, is it theirs to say, and where the others end."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
import structlog

from contracts.amqp.disposition import Disposition, dispose
from contracts.amqp.ports import Delivery
from contracts.amqp.retries import Retries
from contracts.draw_proof import chain_head
from contracts.draws import EntropyCommitted
from contracts.sanctions import CreditEventAcknowledged
from contracts.signing import sign
from contracts.tasks import TaskAccepted
from coordinator.adapters.db.inbox import CONSUMER, DatabaseInbox, InboxSettings
from coordinator.adapters.inbound import SECRET_TYPES, InboundMessages
from coordinator.domain.lifecycle import TaskState
from coordinator.services import lottery
from tests.builders import FIRE, HEALTH, MARKET
from tests.play import AUDITOR, PLAN, ROUND, Play, key_of, office, secret_of


class Intake:
    """The coordinator's inbox as the inbound process wires it, without a broker."""

    def __init__(self, play: Play, attempts: int = 3) -> None:
        settings = InboxSettings(CONSUMER, attempts=attempts, secret_types=SECRET_TYPES)
        apply = InboundMessages(play.around).apply
        self.play = play
        self.inbox = DatabaseInbox(play.around.engine, play.clock, settings, apply)

    async def take(self, delivery: Delivery) -> Disposition:
        return await dispose(self.inbox, delivery)

    async def reasons(self) -> list[str]:
        async with self.play.work(AUDITOR) as work:
            return [letter.reason for letter in await work.dead_letters.where()]

    async def retry(self) -> None:
        self.play.clock.pass_time(hours=1)
        await Retries(self.inbox).run_due()

    async def stored(self) -> str:
        """Give every row of inbox, retry and dead letters as text."""
        async with self.play.work(AUDITOR) as work:
            tables = [
                (await work.connection.exec_driver_sql(statement)).all()
                for statement in (
                    "SELECT * FROM inbox",
                    "SELECT * FROM dead_letter",
                    "SELECT * FROM audit_entry",
                )
            ]
        return repr(tables)


@pytest.fixture
async def intake(county: Play) -> Intake:
    """Round R1 over line L1 is open and waits for heads."""
    async with county.work(office()) as work:
        order = lottery.RoundOrder(round_id=ROUND, title="批次", plan_id=PLAN, lines=("L1",))
        await lottery.open_round(work, order)
    return Intake(county)


def head_of(code: str) -> EntropyCommitted:
    return EntropyCommitted(round_id=ROUND, head=chain_head(secret_of(code)).hex())


def a_letter(intake: Intake) -> Delivery:
    return intake.play.letter(FIRE, head_of(FIRE))


async def head_known(intake: Intake, code: str = FIRE) -> bool:
    async with intake.play.work(AUDITOR) as work:
        return (await work.contributors.get((ROUND, code))).head is not None


async def test_a_signed_letter_of_a_department_is_applied_once(intake: Intake) -> None:
    letter = a_letter(intake)

    assert await intake.take(letter) is Disposition.DONE
    assert await intake.take(replace(letter, redelivered=True)) is Disposition.DONE

    assert await head_known(intake)
    async with intake.play.work(AUDITOR) as work:
        assert await work.audit_entries.count(tag="lottery:commitment:received") == 1
        [taken] = await work.incoming.where()
    assert (taken.sender, taken.correlation) == (f"dept-{FIRE}", "correlation")


def changed_body(letter: Delivery, **data: object) -> Delivery:
    """Change the body and sign it again: only what it says is wrong."""
    body = json.dumps({**json.loads(letter.body), **data}).encode()
    return replace(letter, body=body, headers={**letter.headers, "x-jws": sign(body, key_of(FIRE))})


def with_headers(letter: Delivery, **headers: str | None) -> Delivery:
    merged: Mapping[str, str | None] = {
        **letter.headers,
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return replace(letter, headers={k: v for k, v in merged.items() if v is not None})


FLAWS: dict[str, Callable[[Delivery], Delivery]] = {
    "no user_id": lambda it: replace(it, user_id=None),
    "user of another kind": lambda it: replace(it, user_id="coordinator"),
    "credit system as department": lambda it: replace(it, user_id="credit-county"),
    "forged sender": lambda it: replace(it, user_id=f"dept-{HEALTH}"),
    "forged sender with its key": lambda it: replace(
        it,
        user_id=f"dept-{HEALTH}",
        routing_key=f"dept.{HEALTH}.EntropyCommitted.v1",
    ),
    "foreign routing key": lambda it: replace(it, routing_key=f"dept.{HEALTH}.EntropyCommitted.v1"),
    "routing key of another message": lambda it: replace(
        it, routing_key=f"dept.{FIRE}.TaskAccepted.v1"
    ),
    "unknown department": lambda it: replace(
        it, user_id="dept-ghost", routing_key="dept.ghost.EntropyCommitted.v1"
    ),
    "unknown type": lambda it: replace(it, type="Surprise.v1"),
    "outgoing type": lambda it: replace(it, type="TaskPublished.v1"),
    "unknown major": lambda it: replace(it, type="EntropyCommitted.v2"),
    "no schema": lambda it: with_headers(it, x_schema=None),
    "wrong schema": lambda it: with_headers(it, x_schema="TaskAccepted;1.0"),
    "newer major in the schema": lambda it: with_headers(it, x_schema="EntropyCommitted;2.0"),
    "garbled schema": lambda it: with_headers(it, x_schema="EntropyCommitted"),
    "no signature": lambda it: with_headers(it, x_jws=None),
    "wrong signature": lambda it: with_headers(it, x_jws=sign(b"x", key_of(FIRE))),
    "signature of another": lambda it: with_headers(it, x_jws=sign(it.body, key_of(HEALTH))),
    "garbled signature": lambda it: with_headers(it, x_jws="x.y.z"),
    "changed body": lambda it: replace(it, body=it.body.replace(b"correlation", b"korrelation")),
    "body that is no JSON": lambda it: replace(it, body=b"\xff\x00"),
    "wrong envelope id": lambda it: changed_body(it, id="another"),
    "wrong envelope type": lambda it: changed_body(it, type="TaskAccepted.v1"),
    "foreign field": lambda it: changed_body(it, surprise=1),
    "wrong data": lambda it: changed_body(it, data={"round_id": ROUND}),
}


@pytest.mark.parametrize("flaw", FLAWS)
async def test_a_letter_that_can_never_be_right_is_parked_with_a_reason(
    intake: Intake, flaw: str
) -> None:
    letter = FLAWS[flaw](a_letter(intake))

    assert await intake.take(letter) is Disposition.PARK

    [reason] = await intake.reasons()
    assert reason
    assert not await head_known(intake, FIRE)
    assert not await head_known(intake, HEALTH)
    async with intake.play.work(AUDITOR) as work:
        assert await work.incoming.count() == 0


async def test_a_credit_letter_of_a_department_is_parked(intake: Intake) -> None:
    letter = intake.play.letter("county", CreditEventAcknowledged(number=1, message_id="m"))

    assert await intake.take(replace(letter, user_id=f"dept-{FIRE}")) is Disposition.PARK


async def test_a_number_beyond_all_counting_is_parked_at_once(intake: Intake) -> None:
    letter = intake.play.letter("county", CreditEventAcknowledged(number=10**30, message_id="m"))

    assert await intake.take(letter) is Disposition.PARK

    assert await intake.reasons() == ["a number or text that no database keeps"]


async def test_a_broken_rule_is_parked_with_rule_and_facts(intake: Intake) -> None:
    await intake.take(a_letter(intake))
    other = EntropyCommitted(round_id=ROUND, head=chain_head(b"x" * 32).hex())

    assert await intake.take(intake.play.letter(FIRE, other, number=2)) is Disposition.PARK

    [reason] = await intake.reasons()
    assert reason.startswith("already-committed")
    assert FIRE in reason


async def test_a_letter_ahead_of_its_state_is_retried_and_then_works(county: Play) -> None:
    intake = Intake(county, attempts=5)
    await county.drawn_round(ROUND, "L1")
    await county.publish(ROUND)
    county.clock.pass_time(days=20)
    task = (await county.tasks(ROUND))[0]
    report = county.letter(task.department, await county.findings(task), number=2)
    accepted = TaskAccepted(visit_id=task.visit_id, department=task.department, accepted_by="x")

    assert await intake.take(report) is Disposition.RETRY
    await intake.retry()
    assert await intake.reasons() == []
    assert await intake.take(county.letter(task.department, accepted)) is Disposition.DONE
    await intake.retry()

    async with county.work(AUDITOR) as work:
        assert (await work.tasks.get(task.task_id)).state is TaskState.PENDING_REVIEW
    assert await intake.inbox.due_retries(10) == []
    assert await intake.reasons() == []


async def test_a_letter_whose_time_never_comes_is_parked_in_the_end(county: Play) -> None:
    intake = Intake(county)
    accepted = TaskAccepted(visit_id="gone", department=FIRE, accepted_by="x")

    assert await intake.take(county.letter(FIRE, accepted)) is Disposition.RETRY
    await intake.retry()
    await intake.retry()

    [reason] = await intake.reasons()
    assert "not-found" in reason


async def revealing(intake: Intake) -> Any:
    play = intake.play
    for code in (MARKET, FIRE, HEALTH):
        await play.receive(code, head_of(code))
    frozen = await play.freeze(ROUND)
    await play.sign(frozen)
    return frozen


SEALED: dict[str, Callable[[Delivery], Delivery]] = {
    "as sent": lambda it: it,
    "no user_id": lambda it: replace(it, user_id=None),
    "forged sender": lambda it: replace(it, user_id=f"dept-{HEALTH}"),
    "another major": lambda it: replace(it, type="EntropyRevealed.v9"),
    "no type": lambda it: replace(it, type=""),
    "another type": lambda it: replace(it, type="TaskAccepted.v1"),
    "wrong schema": lambda it: with_headers(it, x_schema="TaskAccepted;1.0"),
    "body cut": lambda it: replace(it, body=it.body[:-3]),
    "wrong envelope id": lambda it: replace(it, message_id="another"),
}


@pytest.mark.parametrize("flaw", SEALED)
async def test_a_revealed_value_shows_in_no_dead_letter_reason_or_log(
    intake: Intake, flaw: str, caplog: pytest.LogCaptureFixture
) -> None:
    frozen = await revealing(intake)
    foreign = intake.play.reveal_of(frozen, HEALTH)  # a value that does not open fire's head
    letter = SEALED[flaw](intake.play.letter(FIRE, foreign))

    with caplog.at_level(logging.DEBUG), structlog.testing.capture_logs() as logged:
        assert await intake.take(letter) is Disposition.PARK

    assert len(await intake.reasons()) == 1
    assert foreign.value not in await intake.stored()
    assert foreign.value not in repr(logged) + caplog.text


async def test_a_reveal_ahead_of_its_time_shows_nowhere_while_it_waits_and_then_counts(
    intake: Intake,
) -> None:
    play = intake.play
    for code in (MARKET, FIRE, HEALTH):
        await play.receive(code, head_of(code))
    frozen = await play.freeze(ROUND)
    reveal = play.reveal_of(frozen, FIRE)

    with structlog.testing.capture_logs() as logged:
        assert await intake.take(play.letter(FIRE, reveal)) is Disposition.RETRY
    await play.sign(frozen)
    await intake.retry()

    assert reveal.value not in repr(logged)
    async with play.work(AUDITOR) as work:
        assert (await work.contributors.get((ROUND, FIRE))).value == reveal.value
    assert reveal.value not in await intake.stored()


async def test_two_flawed_letters_that_failed_alike_share_a_fingerprint(intake: Intake) -> None:
    for number in (1, 2):
        letter = intake.play.letter(FIRE, head_of(FIRE), number=number)
        await intake.take(replace(letter, user_id=None))

    async with intake.play.work(AUDITOR) as work:
        letters = await work.dead_letters.where()
    assert len(letters) == 2
    assert len({letter.fingerprint for letter in letters}) == 1
