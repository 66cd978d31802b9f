"""An agent believes nobody but the office: whatever else comes is parked with the reason."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from contracts.amqp.admission import without_large_body
from contracts.amqp.disposition import Disposition
from contracts.amqp.ports import SCHEMA_HEADER, SIGNATURE_HEADER, Delivery
from contracts.signing import SigningKey, sign
from tests.unit.agents.conftest import AgentAtWork
from tests.unit.agents.office import NOW, Office, a_key, a_task
from tests.unit.agents.test_lottery import own_head

FORMER_KEY = SigningKey.from_seed("office", bytes(range(32)))
STOLEN_KEY = SigningKey.from_seed("office", bytes(range(1, 33)))
Forge = Callable[[Delivery], Delivery]


def changed(**changes: Any) -> Forge:
    return lambda letter: replace(letter, **changes)


def header(name: str, value: str) -> Forge:
    return lambda letter: replace(letter, headers={**letter.headers, name: value})


def body(**changes: Any) -> Forge:
    return lambda letter: replace(
        letter, body=json.dumps({**json.loads(letter.body), **changes}).encode()
    )


def signed_by(key: SigningKey) -> Forge:
    return lambda letter: header(SIGNATURE_HEADER, sign(letter.body, key))(letter)


def publish_former_keys(at_work: AgentAtWork) -> None:
    """Let the office have one key that is over and one that it revoked, beside the good one."""
    file = at_work.agent.settings.office_jwks
    document = json.loads(file.read_text())
    over = int((NOW - timedelta(days=1)).timestamp())
    document["keys"] += [
        {**FORMER_KEY.public_jwk(), "exp": over},
        {**STOLEN_KEY.public_jwk(), "revoked": {"revoked_at": over}},
    ]
    file.write_text(json.dumps(document))


@pytest.mark.parametrize(
    ("forge", "reason"),
    [
        (changed(user_id="dept-market"), "sent by dept-market, expected coordinator"),
        (changed(user_id=None), "sent by None, expected coordinator"),
        (changed(type="Rumour.v1"), "unknown message or major version"),
        (changed(type="TaskPublished.v2"), "unknown message or major version"),
        (header(SCHEMA_HEADER, "TaskPublished;2.0"), "reader knows"),
        (header(SCHEMA_HEADER, f"TaskPublished;1.{'9' * 5000}"), "x-schema"),
        (body(id="other"), "the envelope's id is not the message id"),
        (body(extra=1), "extra: extra_forbidden"),
        (changed(body=b"hello"), "json_invalid"),
        (changed(body=b'{"a":' * 100_000), "recursion limit exceeded"),
        (changed(content_type="text/plain"), "content type is 'text/plain'"),
        (lambda letter: without_large_body(letter, 100), "at most 100 are taken in"),
    ],
)
async def test_a_forged_task_is_parked_and_the_next_one_taken(
    at_work: AgentAtWork, forge: Forge, reason: str
) -> None:
    forged = forge(at_work.office.letter(a_task()))

    assert await at_work.deliver(forged) is Disposition.PARK
    assert await at_work.receive(a_task(visit_id="2026-R1-0b0b0b0b0b0b")) is Disposition.DONE

    [said] = await at_work.park_reasons()
    assert reason in said


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (a_key("neighbour"), "signed by neighbour, expected office"),
        (FORMER_KEY, "signature refused"),
        (STOLEN_KEY, "signature refused"),
        (SigningKey("office", a_key("fire").private), "signature refused"),
    ],
    ids=["a department", "expired", "revoked", "forged"],
)
async def test_a_commit_signed_by_no_key_that_counts_is_parked(
    at_work: AgentAtWork, key: SigningKey, reason: str
) -> None:
    publish_former_keys(at_work)
    office: Office = at_work.office
    letter = office.letter(office.frozen(office.heads(await own_head(at_work))))

    assert await at_work.deliver(signed_by(key)(letter)) is Disposition.PARK

    [said] = await at_work.park_reasons()
    assert reason in said


async def test_an_answer_signed_by_the_good_key_beside_them_is_believed(
    at_work: AgentAtWork,
) -> None:
    publish_former_keys(at_work)

    frozen = at_work.office.frozen(at_work.office.heads(await own_head(at_work)))

    assert await at_work.receive(frozen) is Disposition.DONE
