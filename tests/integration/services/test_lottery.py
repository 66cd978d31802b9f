"""The ceremony: two persons, one commit, checked reveals, named silence, records that verify."""

from dataclasses import replace
from typing import Any

import pytest

from contracts.draw_proof import chain_head
from contracts.draws import EntropyCommitted
from contracts.signing import sign
from coordinator.domain.annual_plan import StratumRule
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import RoundState
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.registers import RiskClass
from coordinator.services import lottery
from tests.builders import DEPARTMENTS, FIRE, HEALTH, MARKET, an_object
from tests.integration.services.post_box import letters
from tests.play import AUDITOR, ROUND, Play, key_of, office, secret_of


async def round_of(play: Play, round_id: str = ROUND) -> Round:
    async with play.work(AUDITOR) as work:
        found: Round = await work.rounds.get(round_id)
    return found


async def sent(play: Play, name: str) -> list[tuple[str, dict[str, Any]]]:
    """Give what waits in the outbox under this message name: recipient and data, in order."""
    return [(each.recipient, each.data) for each in await letters(play, name)]


async def refused(rule: Rule, attempt: object) -> RuleBrokenError:
    with pytest.raises(RuleBrokenError) as error:
        await attempt  # type: ignore[misc] # any coroutine
    assert error.value.rule is rule
    return error.value


async def test_a_round_asks_every_department_of_its_lines_for_entropy(adopted: Play) -> None:
    await adopted.open_round(ROUND, "L1")

    asked = [recipient for recipient, _ in await sent(adopted, "EntropyRequested")]
    assert sorted(asked) == sorted(f"onevisit.dept.{code}.tasks" for code in DEPARTMENTS)


async def test_a_round_never_mixes_announced_and_covert(adopted: Play) -> None:
    await refused(Rule.MODES_MIXED, adopted.open_round(ROUND, "L1", "L9"))


async def test_a_line_is_drawn_once(drawn: Play) -> None:
    error = await refused(Rule.LINE_ALREADY_DRAWN, drawn.open_round("R9", "L1", "L3"))

    assert error.facts == {"line": "L1", "round": ROUND}


async def test_a_round_id_that_no_record_can_carry_is_refused_at_once(adopted: Play) -> None:
    await refused(Rule.FROZEN_FIELD_INVALID, adopted.open_round("../R1", "L1"))


async def test_a_second_head_is_refused_and_the_same_again_changes_nothing(adopted: Play) -> None:
    await adopted.open_round(ROUND, "L1")
    same = EntropyCommitted(round_id=ROUND, head=chain_head(secret_of(FIRE)).hex())
    other = EntropyCommitted(round_id=ROUND, head=chain_head(b"x" * 32).hex())

    await adopted.receive(FIRE, same)

    await refused(Rule.ALREADY_COMMITTED, adopted.receive(FIRE, other))


async def test_a_head_that_is_no_hash_never_reaches_the_commit(adopted: Play) -> None:
    async with adopted.work(office()) as work:
        order = lottery.RoundOrder(round_id=ROUND, title="批次", plan_id="plan-2026", lines=("L1",))
        await lottery.open_round(work, order)

    capitals = EntropyCommitted(round_id=ROUND, head="AB" * 32)
    await refused(Rule.FROZEN_FIELD_INVALID, adopted.receive(FIRE, capitals))


async def test_who_is_no_contributor_cannot_commit(adopted: Play) -> None:
    async with adopted.work(office()) as work:
        order = lottery.RoundOrder(round_id=ROUND, title="批次", plan_id="plan-2026", lines=("L2",))
        await lottery.open_round(work, order)

    head = EntropyCommitted(round_id=ROUND, head="ab" * 32)
    await refused(Rule.NOT_A_CONTRIBUTOR, adopted.receive(FIRE, head))


async def test_nothing_freezes_before_every_head_is_there(adopted: Play) -> None:
    async with adopted.work(office()) as work:
        order = lottery.RoundOrder(round_id=ROUND, title="批次", plan_id="plan-2026", lines=("L1",))
        await lottery.open_round(work, order)

    error = await refused(Rule.COMMITMENTS_MISSING, adopted.freeze(ROUND))
    assert error.facts == {"missing": sorted(DEPARTMENTS)}


async def test_freeze_and_draw_need_two_persons(adopted: Play) -> None:
    await adopted.open_round(ROUND, "L1")
    async with adopted.work(office("office-a")) as work:
        await refused(Rule.FIRST_PERSON_MISSING, lottery.freeze_round(work, ROUND))
        await lottery.request_freeze(work, ROUND)
        await refused(Rule.TWO_PERSONS_NEEDED, lottery.freeze_round(work, ROUND))
    async with adopted.work(office("office-b")) as work:
        frozen = await lottery.freeze_round(work, ROUND)
    await adopted.sign(frozen)
    await adopted.reveal(frozen)

    async with adopted.work(office("office-a")) as work:
        await refused(Rule.FIRST_PERSON_MISSING, lottery.begin_draw(work, ROUND))
        await lottery.request_draw(work, ROUND)
        await refused(Rule.TWO_PERSONS_NEEDED, lottery.begin_draw(work, ROUND))


async def test_a_class_without_rule_stops_the_freeze_and_not_the_draw(adopted: Play) -> None:
    await adopted.open_round(ROUND, "L1")
    async with adopted.work(office()) as work:
        line = await work.plan_lines.get("L1")
        rules = {"A": StratumRule(numerator=1, denominator=2)}
        await work.plan_lines.save(replace(line, strata=rules))
        await work.objects.save(an_object(1, risk_class=RiskClass.C))

    error = await refused(Rule.STRATUM_WITHOUT_RULE, adopted.freeze(ROUND))
    assert error.facts["line"] == "L1"


async def test_a_receipt_must_be_signed_by_its_contributor_for_this_commit(adopted: Play) -> None:
    await adopted.open_round(ROUND, "L1")
    frozen = await adopted.freeze(ROUND)
    of_another = sign(b"anything", key_of(HEALTH))
    right = adopted.receipt(frozen, FIRE)

    for flaw in ({"signature": of_another}, {"signature": "x"}, {"at": "2026-03-25T09:00:00Z"}):
        receipt = right.model_copy(update=flaw)
        await refused(Rule.SIGNATURE_REFUSED, adopted.receive(FIRE, receipt))
    for other in ({"commit_hash": "ab" * 32}, {"attempt": 2}):
        receipt = right.model_copy(update=dict(other))
        await refused(Rule.OTHER_COMMIT, adopted.receive(FIRE, receipt))
    await refused(Rule.SIGNATURE_REFUSED, adopted.receive(HEALTH, right))


async def test_the_office_reveals_and_asks_only_after_the_last_receipt(adopted: Play) -> None:
    await adopted.open_round(ROUND, "L1")
    frozen = await adopted.freeze(ROUND)

    await adopted.sign(frozen, (MARKET, FIRE))
    assert await sent(adopted, "RevealRequested") == []
    await refused(Rule.MOVE_NOT_ALLOWED, adopted.reveal(frozen, (MARKET,)))
    await adopted.sign(frozen, (HEALTH, HEALTH))

    asked = await sent(adopted, "RevealRequested")
    assert len(asked) == 3
    assert [each["contributor"] for each in asked[0][1]["receipts"]] == [
        FIRE,
        HEALTH,
        MARKET,
        "office",
    ]
    assert (await round_of(adopted)).state is RoundState.REVEALING


async def test_a_reveal_that_does_not_match_is_refused_and_the_right_one_still_counts(
    adopted: Play,
) -> None:
    await adopted.open_round(ROUND, "L1")
    frozen = await adopted.freeze(ROUND)
    await adopted.sign(frozen)

    for value in ("00" * 32, adopted.reveal_of(frozen, HEALTH).value):
        wrong = adopted.reveal_of(frozen, FIRE, value=value)
        await refused(Rule.REVEAL_DOES_NOT_MATCH, adopted.receive(FIRE, wrong))
    await refused(
        Rule.OTHER_COMMIT,
        adopted.receive(FIRE, adopted.reveal_of(frozen, FIRE, commit_hash="ab" * 32)),
    )
    await adopted.reveal(frozen)
    await adopted.reveal(frozen, (FIRE,))

    assert (await round_of(adopted)).state is RoundState.READY
    accepted = await sent(adopted, "RevealAccepted")
    assert sorted(str(data["contributor"]) for _, data in accepted) == sorted(DEPARTMENTS)


async def test_no_revealed_value_leaves_before_disclosure(drawn: Play) -> None:
    values = [secret_of(code) for code in DEPARTMENTS]
    frozen = await round_of(drawn)
    told = {drawn.reveal_of(frozen, code).value for code in DEPARTMENTS}

    async with drawn.work(AUDITOR) as work:
        bodies = await work.connection.exec_driver_sql("SELECT body FROM outbox")
        acts = "".join(str(each.facts) for each in await work.audit_entries.where())
        sealed = await lottery.sealed_record(work, ROUND)
        leaving = b"".join(bodies.scalars()) + b"".join(sealed.values()) + acts.encode()

    assert not any(value.encode() in leaving for value in told)
    assert not any(value.hex().encode() in leaving for value in values)
