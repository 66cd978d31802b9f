"""A contributor's duties in the ceremony, each refusal one by one (3-draw.md 3.2)."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from contracts.amqp.disposition import Disposition
from contracts.catalogue import CATALOGUE
from contracts.draw_proof import chain_head, hash_of, opens_head, preimage
from contracts.draw_record import receipt_payload
from contracts.draws import EntropyRequested, RevealAccepted, RoundFrozen, SeedRevealed
from contracts.signing import SigningKey, import_jwks, sign, verify
from contracts.topology import INBOUND
from department_agents.keys import load_key
from department_agents.store.rows import NoticeRow, OutboxRow
from tests.unit.agents.conftest import AgentAtWork
from tests.unit.agents.office import NOW, a_key, a_receipt

REQUEST = EntropyRequested(
    round_id="2026-R1", title="11 月", attempts=16, deadline_at=datetime(2026, 11, 22, tzinfo=UTC)
)


async def own_head(at_work: AgentAtWork) -> str:
    await at_work.receive(REQUEST)
    sent = await at_work.sent()
    return str(sent[0][1]["head"])


async def with_commit(at_work: AgentAtWork, attempt: int = 1) -> RoundFrozen:
    frozen = at_work.office.frozen(at_work.office.heads(await own_head(at_work)), attempt)
    await at_work.receive(frozen)
    return frozen


async def test_a_fresh_head_is_published_and_the_same_one_when_asked_again(
    at_work: AgentAtWork,
) -> None:
    await at_work.receive(REQUEST)
    await at_work.receive(REQUEST)

    first, second = await at_work.sent()
    assert first == second
    assert first[0] == "EntropyCommitted"
    assert len(bytes.fromhex(first[1]["head"])) == 32


async def test_own_messages_are_sealed_for_the_office_and_signed_where_they_bind(
    at_work: AgentAtWork,
) -> None:
    await at_work.receive(REQUEST)

    (row,) = await at_work.rows(OutboxRow)
    headers, envelope = json.loads(row.headers), json.loads(row.body)
    keys = import_jwks(json.loads(at_work.agent.settings.office_jwks.read_text()))
    assert verify(row.body, headers["x-jws"], keys) == "fire"
    assert headers["x-schema"] == CATALOGUE["EntropyCommitted"].schema
    assert (row.exchange, row.routing_key) == (INBOUND, "dept.fire.EntropyCommitted.v1")
    assert (envelope["source"], envelope["subject"]) == ("/departments/fire", "2026-R1")
    assert (envelope["sequence"], headers["x-seq"], row.recipient) == ("1", "1", "office")


async def test_a_commit_with_our_head_gets_our_signed_receipt(at_work: AgentAtWork) -> None:
    frozen = at_work.office.frozen(at_work.office.heads(await own_head(at_work)))

    await at_work.receive(frozen)

    name, receipt = (await at_work.sent())[-1]
    keys = import_jwks(json.loads(at_work.agent.settings.office_jwks.read_text()))
    assert name == "CommitReceived"
    assert receipt["commit_hash"] == hash_of(frozen.commit.encode())
    payload = receipt_payload("fire", receipt["commit_hash"], receipt["at"])
    assert verify(payload, receipt["signature"], keys) == "fire"
    assert datetime.fromisoformat(receipt["at"]) - NOW < timedelta(minutes=5)


async def test_the_same_commit_again_gets_the_same_receipt(at_work: AgentAtWork) -> None:
    frozen = at_work.office.frozen(at_work.office.heads(await own_head(at_work)))

    await at_work.receive(frozen)
    await at_work.receive(frozen)

    _, first, second = await at_work.sent()
    assert first == second


async def test_a_second_commit_for_one_attempt_is_never_signed(at_work: AgentAtWork) -> None:
    heads = at_work.office.heads(await own_head(at_work))
    await at_work.receive(at_work.office.frozen(heads))

    ended = await at_work.receive(at_work.office.frozen(heads, embargo="2027-01-01"))

    assert ended is Disposition.PARK
    assert await at_work.park_reasons() == ["another commit was signed for this round and attempt"]
    assert len(await at_work.sent()) == 2


async def test_attempts_only_rise(at_work: AgentAtWork) -> None:
    heads = at_work.office.heads(await own_head(at_work))
    await at_work.receive(at_work.office.frozen(heads, 2))

    await at_work.receive(at_work.office.frozen(heads, 1))

    assert await at_work.park_reasons() == ["attempt 1 after attempt 2 was signed"]


async def test_a_commit_without_our_own_head_is_refused(at_work: AgentAtWork) -> None:
    await own_head(at_work)

    await at_work.receive(at_work.office.frozen(at_work.office.heads("ab" * 32)))

    assert await at_work.park_reasons() == [
        "the commit does not hold the head published for this round"
    ]


async def test_a_commit_not_signed_by_the_office_is_refused(at_work: AgentAtWork) -> None:
    frozen = at_work.office.frozen(at_work.office.heads(await own_head(at_work)))
    forged = frozen.model_copy(
        update={"signature": sign(frozen.commit.encode(), at_work.office.neighbour)}
    )

    await at_work.receive(forged)

    assert await at_work.park_reasons() == ["signed by neighbour, expected office"]


async def test_a_commit_for_another_attempt_than_its_message_is_refused(
    at_work: AgentAtWork,
) -> None:
    frozen = at_work.office.frozen(at_work.office.heads(await own_head(at_work)))

    await at_work.receive(frozen.model_copy(update={"attempt": 2}))

    assert await at_work.park_reasons() == [
        "the commit names another round or attempt than the message"
    ]


async def test_a_message_of_legal_effect_without_signature_is_refused(at_work: AgentAtWork) -> None:
    letter = at_work.office.letter(at_work.office.frozen(at_work.office.heads("ab" * 32)))
    headers = {key: value for key, value in letter.headers.items() if key != "x-jws"}

    await at_work.deliver(replace(letter, headers=headers))

    assert await at_work.park_reasons() == ["header x-jws is missing: RoundFrozen.v1 is signed"]


@pytest.mark.parametrize("user_id", [None, "dept-market", "credit-county"])
async def test_a_message_that_the_coordinator_did_not_send_is_refused(
    at_work: AgentAtWork, user_id: str | None
) -> None:
    await at_work.receive(REQUEST, user_id=user_id)

    assert await at_work.park_reasons() == [f"sent by {user_id}, expected coordinator"]
    assert await at_work.sent() == []


async def test_after_all_receipts_the_preimage_that_opens_our_head_is_revealed(
    at_work: AgentAtWork,
) -> None:
    head = await own_head(at_work)
    frozen = at_work.office.frozen(at_work.office.heads(head), 3)
    await at_work.receive(frozen)
    own = await own_receipt_key(at_work)

    await at_work.receive(at_work.office.reveal_request(frozen, own))

    name, revealed = (await at_work.sent())[-1]
    assert name == "EntropyRevealed"
    assert opens_head(bytes.fromhex(revealed["value"]), 3, bytes.fromhex(head))


async def own_receipt_key(at_work: AgentAtWork) -> SigningKey:
    return load_key("fire", at_work.agent.settings.key_file)


async def test_nothing_is_revealed_while_a_receipt_is_missing(at_work: AgentAtWork) -> None:
    frozen = await with_commit(at_work)

    await at_work.receive(at_work.office.reveal_request(frozen))

    assert await at_work.park_reasons() == ["receipts are missing: fire"]
    assert "EntropyRevealed" not in dict(await at_work.sent())


async def test_nothing_is_revealed_when_a_receipt_is_for_another_commit(
    at_work: AgentAtWork,
) -> None:
    frozen = await with_commit(at_work)
    request = at_work.office.reveal_request(frozen, await own_receipt_key(at_work))
    swapped = a_receipt(at_work.office.neighbour, hash_of(b"another commit"))
    receipts = tuple(swapped if one.contributor == "neighbour" else one for one in request.receipts)

    await at_work.receive(request.model_copy(update={"receipts": receipts}))

    assert await at_work.park_reasons() == ["the receipt of neighbour is for another commit"]
    assert "EntropyRevealed" not in dict(await at_work.sent())


async def test_nothing_is_revealed_when_a_receipt_is_forged(at_work: AgentAtWork) -> None:
    frozen = await with_commit(at_work)
    request = at_work.office.reveal_request(frozen, await own_receipt_key(at_work))
    signature = sign(b"something else", at_work.office.neighbour)
    receipts = tuple(
        one.model_copy(update={"signature": signature}) if one.contributor == "neighbour" else one
        for one in request.receipts
    )

    await at_work.receive(request.model_copy(update={"receipts": receipts}))

    (reason,) = await at_work.park_reasons()
    assert reason.startswith("the receipt of neighbour is not valid")


async def test_a_reveal_waits_while_a_contributors_key_is_not_published(
    at_work: AgentAtWork,
) -> None:
    stranger = a_key("stranger")
    head = await own_head(at_work)
    heads = at_work.office.heads(head) | {"stranger": chain_head(b"s" * 32).hex()}
    frozen = at_work.office.frozen(heads)
    await at_work.receive(frozen)
    own = await own_receipt_key(at_work)
    letter = at_work.office.letter(at_work.office.reveal_request(frozen, own, stranger))

    waits = await at_work.deliver(letter)
    at_work.office.publish_keys(at_work.agent.settings.office_jwks, own, stranger)
    works = await at_work.deliver(letter)

    assert (waits, works) == (Disposition.RETRY, Disposition.DONE)
    assert (await at_work.sent())[-1][0] == "EntropyRevealed"


async def test_nothing_is_revealed_when_the_offices_value_does_not_open_its_head(
    at_work: AgentAtWork,
) -> None:
    frozen = await with_commit(at_work)
    request = at_work.office.reveal_request(frozen, await own_receipt_key(at_work))
    wrong = preimage(at_work.office.secret, 2).hex()

    await at_work.receive(request.model_copy(update={"office_value": wrong}))

    assert await at_work.park_reasons() == ["the office's value does not open its head"]


async def test_nothing_is_revealed_for_a_commit_that_was_not_signed(at_work: AgentAtWork) -> None:
    frozen = at_work.office.frozen(at_work.office.heads(await own_head(at_work)))

    await at_work.receive(at_work.office.reveal_request(frozen, await own_receipt_key(at_work)))

    assert await at_work.park_reasons() == ["no commit was signed for this round and attempt"]


async def test_the_offices_confirmation_of_a_reveal_is_kept_as_proof(at_work: AgentAtWork) -> None:
    accepted = RevealAccepted(
        round_id="2026-R1",
        attempt=1,
        commit_hash=hash_of(b"commit"),
        contributor="fire",
        accepted_at=NOW,
    )

    await at_work.receive(accepted)

    (notice,) = await at_work.rows(NoticeRow)
    keys = import_jwks(json.loads(at_work.agent.settings.office_jwks.read_text()))
    assert verify(notice.body.encode(), notice.signature, keys) == "office"


async def test_disclosed_values_that_do_not_open_their_heads_raise_an_alarm(
    at_work: AgentAtWork,
) -> None:
    await with_commit(at_work)
    values = {
        "office": preimage(at_work.office.secret, 1).hex(),
        "neighbour": preimage(b"n" * 32, 2).hex(),
    }

    await at_work.receive(SeedRevealed(round_id="2026-R1", attempt=1, values=values))

    (notice,) = await at_work.rows(NoticeRow)
    assert notice.alarm == "values do not open the heads of: fire, neighbour"
