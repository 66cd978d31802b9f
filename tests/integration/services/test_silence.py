"""Silence has a name: void attempts, signed statements, leaving out, new heads after sixteen."""

from pathlib import Path

from contracts.draw_proof import chain_head
from contracts.draw_record import Commit
from contracts.draws import EntropyCommitted
from contracts.signing import sign
from contracts.vocabulary import OFFICE, DrawOutcome
from coordinator.domain.errors import Rule
from coordinator.domain.lifecycle import RoundState
from coordinator.domain.lottery.silence import VoidCause
from coordinator.services import lottery
from tests.builders import DEPARTMENTS, FIRE, HEALTH, MARKET, POLICY
from tests.integration.services.ceremony import (
    commit,
    contributor_of,
    frozen_round,
    refused,
    round_of,
    statement,
    void,
)
from tests.integration.services.post_box import letters
from tests.integration.services.test_record_and_silence import verified
from tests.play import AUDITOR, ROUND, Play, key_of, office, secret_of
from tests.records import in_memory

WHY = "机房停电，密钥服务器未能启动"


async def attempt_of(play: Play, silent: tuple[str, ...]) -> None:
    """Freeze, sign, let all but the silent reveal, and void."""
    frozen = await play.freeze(ROUND)
    await play.sign(frozen)
    await play.reveal(frozen, [code for code in DEPARTMENTS if code not in silent])
    await void(play)


async def test_a_void_names_the_silent_with_their_signed_words_or_disputed(adopted: Play) -> None:
    frozen = await frozen_round(adopted)
    await adopted.sign(frozen)
    await adopted.reveal(frozen, (FIRE,))
    said = statement(HEALTH, WHY)
    await adopted.receive(HEALTH, said)

    await void(adopted)

    async with adopted.work(AUDITOR) as work:
        kept = await work.void_attempts.get((ROUND, 1))
        record = await lottery.sealed_record(work, ROUND)
    assert kept.reason == f"{HEALTH}: {WHY} [{said.at} {said.signature}]; {MARKET}: disputed"
    assert (kept.cause, kept.silent) == (VoidCause.SILENCE, (HEALTH, MARKET))
    assert kept.statements == {HEALTH: WHY, MARKET: "disputed"}
    assert kept.revealed == (FIRE, OFFICE)
    assert kept.reason.encode() in record["attempts/1/transcript.json"]


async def test_a_statement_is_the_contributors_own_and_of_this_attempt(adopted: Play) -> None:
    await adopted.open_round(ROUND, "L1")
    await refused(Rule.MOVE_NOT_ALLOWED, adopted.receive(FIRE, statement(FIRE, WHY)))
    await adopted.freeze(ROUND)

    of_another = statement(HEALTH, WHY)
    await refused(Rule.SIGNATURE_REFUSED, adopted.receive(FIRE, of_another))
    changed = statement(FIRE, WHY, statement=f"{WHY}。")
    await refused(Rule.SIGNATURE_REFUSED, adopted.receive(FIRE, changed))
    await refused(Rule.OTHER_COMMIT, adopted.receive(FIRE, statement(FIRE, WHY, attempt=2)))
    await refused(Rule.STATEMENT_INVALID, adopted.receive(FIRE, statement(FIRE, "两\n行")))
    stranger = statement(FIRE, WHY)
    await refused(Rule.NOT_A_CONTRIBUTOR, adopted.receive("tax", stranger))


async def test_who_was_silent_as_often_as_the_profile_says_may_be_left_out(
    adopted: Play, tmp_path: Path
) -> None:
    await adopted.open_round(ROUND, "L1")
    for _ in range(POLICY.lottery.voids):
        async with adopted.work(office()) as work:
            await refused(Rule.NOT_SILENT_ENOUGH, lottery.leave_out(work, ROUND, HEALTH))
        await attempt_of(adopted, (HEALTH,))
    async with adopted.work(office()) as work:
        await refused(Rule.NOT_SILENT_ENOUGH, lottery.leave_out(work, ROUND, FIRE))
        await refused(Rule.NOT_A_CONTRIBUTOR, lottery.leave_out(work, ROUND, OFFICE))
        await lottery.request_freeze(work, ROUND)
        await lottery.leave_out(work, ROUND, HEALTH)

    async with adopted.work(office("office-b")) as work:
        await refused(Rule.FIRST_PERSON_MISSING, lottery.freeze_round(work, ROUND))
    frozen = await adopted.freeze(ROUND)
    for code in (FIRE, MARKET):
        await adopted.receive(code, adopted.receipt(frozen, code))
    await refused(Rule.NOT_A_CONTRIBUTOR, adopted.receive(HEALTH, adopted.receipt(frozen, HEALTH)))
    await adopted.reveal(frozen, (FIRE, MARKET))
    done = await adopted.draw(ROUND)

    async with adopted.work(AUDITOR) as work:
        record = in_memory(await lottery.whole_record(work, ROUND))
        acts = await work.audit_entries.where(tag="lottery:contributor:left-out")
    heads = Commit.model_validate_json(record["commit.json"]).heads
    assert done.outcome is DrawOutcome.DONE
    assert set(heads) == {FIRE, MARKET, OFFICE}
    assert f"rosters/{HEALTH}.tsv" in record
    assert [each.facts["contributor"] for each in acts] == [HEALTH]
    assert verified(tmp_path / "record", record, adopted).startswith(f"0 ok {ROUND} ")


async def test_two_departments_must_remain(adopted: Play) -> None:
    await adopted.open_round(ROUND, "L1")
    for _ in range(POLICY.lottery.voids):
        await attempt_of(adopted, (HEALTH, MARKET))

    async with adopted.work(office()) as work:
        await lottery.leave_out(work, ROUND, HEALTH)
        await refused(Rule.TOO_FEW_CONTRIBUTORS, lottery.leave_out(work, ROUND, MARKET))


async def test_after_sixteen_attempts_everybody_makes_a_new_chain_and_all_of_it_verifies(
    adopted: Play, tmp_path: Path
) -> None:
    await adopted.open_round(ROUND, "L1")
    first = {code: (await contributor_of(adopted, code)).head for code in (*DEPARTMENTS, OFFICE)}
    for _ in range(16):
        await adopted.freeze(ROUND)
        await void(adopted)

    asked = [each.data for each in await letters(adopted, "EntropyRequested")]
    assert [each.get("first_attempt", 1) for each in asked] == [1, 1, 1, 17, 17, 17]
    assert (await contributor_of(adopted, OFFICE)).head != first[OFFICE]
    await refused(Rule.COMMITMENTS_MISSING, adopted.freeze(ROUND))
    old = chain_head(secret_of(FIRE)).hex()
    await refused(Rule.HEAD_USED_BEFORE, commit(adopted, FIRE, 17, head=old))
    for code in DEPARTMENTS:
        await commit(adopted, code, 17)
    done = await adopted.draw_frozen(await adopted.freeze(ROUND))

    async with adopted.work(AUDITOR) as work:
        record = in_memory(await lottery.whole_record(work, ROUND))
    assert (done.attempt, done.outcome) == (17, DrawOutcome.DONE)
    assert {f"attempts/{n}/commit.json" for n in range(1, 17)} <= record.keys()
    assert verified(tmp_path / "record", record, adopted).startswith(f"0 ok {ROUND} ")


async def test_a_head_of_another_round_is_no_fresh_chain(drawn: Play) -> None:
    async with drawn.work(office()) as work:
        order = lottery.RoundOrder(round_id="R2", title="批次", plan_id="plan-2026", lines=("L3",))
        opened = await lottery.open_round(work, order)

    code = opened.departments[0]
    used = EntropyCommitted(round_id="R2", head=chain_head(secret_of(code)).hex())
    await refused(Rule.HEAD_USED_BEFORE, drawn.receive(code, used))


async def test_a_redraw_without_a_new_preimage_is_impossible(adopted: Play) -> None:
    first = await frozen_round(adopted)
    await adopted.sign(first)
    await adopted.reveal(first, (FIRE,))
    await void(adopted)
    second = await adopted.freeze(ROUND)
    await adopted.sign(second)
    shown = adopted.reveal_of(first, FIRE).value

    again = adopted.reveal_of(second, FIRE, value=shown)
    await refused(Rule.REVEAL_DOES_NOT_MATCH, adopted.receive(FIRE, again))

    await adopted.reveal(second, (MARKET, HEALTH))
    assert (await round_of(adopted)).state is RoundState.REVEALING
    async with adopted.work(office()) as work:
        await refused(Rule.MOVE_NOT_ALLOWED, lottery.request_draw(work, ROUND))


async def test_a_forged_receipt_for_a_later_statement_changes_nothing(adopted: Play) -> None:
    await frozen_round(adopted)
    first = statement(FIRE, WHY)
    await adopted.receive(FIRE, first)
    forged = statement(FIRE, "没有原因", signature=sign(b"x", key_of(FIRE)))

    await refused(Rule.SIGNATURE_REFUSED, adopted.receive(FIRE, forged))

    async with adopted.work(AUDITOR) as work:
        kept = await work.silence_statements.get((ROUND, 1, FIRE))
    assert kept.statement == WHY
