"""The ceremony: two persons, one commit, every reveal checked, silence named, records that verify."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import contracts.verify_draw
from contracts.draw_proof import chain_head, hash_of
from contracts.draws import EntropyCommitted
from contracts.signing import sign
from contracts.vocabulary import DrawOutcome
from coordinator.adapters.record_shelf import FolderShelf
from coordinator.domain.annual_plan import StratumRule
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import RoundState
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.policy import TeamPolicy
from coordinator.domain.registers import RiskClass
from coordinator.services import dispatch, lottery
from tests.builders import DEPARTMENTS, FIRE, HEALTH, MARKET, POLICY, an_object
from tests.play import AUDITOR, ROUND, Play, key_of, office, secret_of
from tests.unit.services.post_box import letters


async def round_of(play: Play, round_id: str = ROUND) -> Round:
    async with play.work(AUDITOR) as work:
        return await work.rounds.get(round_id)


async def sent(play: Play, name: str) -> list[tuple[str, dict[str, Any]]]:
    """Give what waits in the outbox under this message name: recipient and data, in order."""
    return [(each.recipient, each.data) for each in await letters(play, name)]


def verified(folder: Path, record: Mapping[str, bytes], play: Play | None = None) -> str:
    """Write a record and run the verifier as anybody would; gives what it prints."""
    for name, body in record.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    command = [sys.executable, "-I", contracts.verify_draw.__file__, str(folder)]
    if play is not None:
        keys = [key_of(code).public_jwk() for code in DEPARTMENTS]
        jwks = {"keys": [*play.around.signer.published_keys()["keys"], *keys]}
        file = folder.with_suffix(".jwks")
        file.write_text(json.dumps(jwks))
        command += ["--keys", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return f"{done.returncode} {done.stdout}{done.stderr}"


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
    for flaw in ({"commit_hash": "ab" * 32}, {"attempt": 2}):
        receipt = right.model_copy(update=flaw)
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


async def test_before_disclosure_the_record_is_sealed_and_verifies(
    drawn: Play, tmp_path: Path
) -> None:
    async with drawn.work(AUDITOR) as work:
        sealed = await lottery.sealed_record(work, ROUND)

    assert not [name for name in sealed if name.endswith(".tsv")]
    assert verified(tmp_path / "sealed", sealed, drawn).startswith("0 sealed")


async def test_the_whole_record_verifies_with_every_signature(drawn: Play, tmp_path: Path) -> None:
    async with drawn.work(AUDITOR) as work:
        record = await lottery.whole_record(work, ROUND)

    assert verified(tmp_path / "record", record, drawn).startswith(f"0 ok {ROUND} ")
    assert hash_of(record["transcript.json"]) == (await round_of(drawn)).transcript_hash


async def test_before_the_draw_there_is_no_whole_record(adopted: Play) -> None:
    await adopted.open_round(ROUND, "L1")
    await adopted.freeze(ROUND)

    async with adopted.work(AUDITOR) as work:
        await refused(Rule.RECORD_CLOSED, lottery.whole_record(work, ROUND))


async def void(play: Play) -> Round:
    play.clock.pass_time(hours=POLICY.lottery.reveal_hours, seconds=1)
    async with play.work(office()) as work:
        return await lottery.void_attempt(work, ROUND, "disputed")


async def test_nothing_is_void_before_the_deadline_or_when_nobody_is_silent(adopted: Play) -> None:
    await adopted.open_round(ROUND, "L1")
    frozen = await adopted.freeze(ROUND)
    adopted.clock.pass_time(hours=POLICY.lottery.reveal_hours)

    async with adopted.work(office()) as work:
        await refused(Rule.DEADLINE_NOT_PASSED, lottery.void_attempt(work, ROUND, "disputed"))
    await adopted.sign(frozen)
    await adopted.reveal(frozen)
    await refused(Rule.MOVE_NOT_ALLOWED, void(adopted))


async def reason_of(play: Play, attempt: int) -> str:
    async with play.work(AUDITOR) as work:
        file = await work.record_files.get((ROUND, attempt, "transcript.json"))
    return str(json.loads(file.body)["reason"])


async def test_who_signed_in_time_is_not_called_silent(adopted: Play) -> None:
    await adopted.open_round(ROUND, "L1")
    frozen = await adopted.freeze(ROUND)
    await adopted.sign(frozen, (FIRE, MARKET))

    await void(adopted)

    assert await reason_of(adopted, 1) == f"{HEALTH}: disputed"


async def test_who_did_not_reveal_is_named(adopted: Play) -> None:
    await adopted.open_round(ROUND, "L1")
    frozen = await adopted.freeze(ROUND)
    await adopted.sign(frozen)
    await adopted.reveal(frozen, (FIRE,))

    await void(adopted)

    assert await reason_of(adopted, 1) == f"{HEALTH},{MARKET}: disputed"


async def test_after_two_void_attempts_the_third_is_drawn_and_all_of_it_verifies(
    adopted: Play, tmp_path: Path
) -> None:
    await adopted.open_round(ROUND, "L1")
    first = await adopted.freeze(ROUND)
    await adopted.sign(first)
    await adopted.reveal(first, (FIRE, MARKET))
    await void(adopted)
    second = await adopted.freeze(ROUND)
    await adopted.sign(second, (HEALTH,))
    await void(adopted)
    third = await adopted.freeze(ROUND)
    async with adopted.work(AUDITOR) as work:
        waiting = await lottery.sealed_record(work, ROUND)

    done = await adopted.draw_frozen(third)

    async with adopted.work(AUDITOR) as work:
        record = await lottery.whole_record(work, ROUND)
        sealed = await lottery.sealed_record(work, ROUND)
    assert (done.attempt, done.outcome) == (3, DrawOutcome.DONE)
    assert verified(tmp_path / "waiting", waiting, adopted).startswith("0 sealed")
    assert verified(tmp_path / "sealed", sealed, adopted).startswith("0 sealed")
    assert verified(tmp_path / "whole", record, adopted).startswith(f"0 ok {ROUND} ")
    assert {name.split("/")[1] for name in record if name.startswith("attempts/")} == {"1", "2"}
    for body in (sealed, waiting):
        assert not [name for name in body if name.endswith((".tsv", "reveals.json", "salts.json"))]


async def test_a_preimage_of_a_void_attempt_opens_nothing_later(adopted: Play) -> None:
    await adopted.open_round(ROUND, "L1")
    first = await adopted.freeze(ROUND)
    await adopted.sign(first)
    await adopted.reveal(first, (FIRE,))
    await void(adopted)
    second = await adopted.freeze(ROUND)
    await adopted.sign(second)

    old = adopted.reveal_of(second, FIRE, value=adopted.reveal_of(first, FIRE).value)
    await refused(Rule.REVEAL_DOES_NOT_MATCH, adopted.receive(FIRE, old))
    late = adopted.reveal_of(first, HEALTH)
    await refused(Rule.OTHER_COMMIT, adopted.receive(HEALTH, late))


async def test_the_next_round_names_the_transcript_of_the_last(drawn: Play) -> None:
    before = await round_of(drawn)
    drawn.clock.pass_time(days=1)

    await drawn.open_round("R2", "L3")
    frozen = await drawn.freeze("R2")

    assert frozen.previous == before.transcript_hash


async def test_the_first_round_has_no_former_transcript(drawn: Play) -> None:
    assert (await round_of(drawn)).previous == ""


async def test_infeasible_teams_end_the_round_with_a_transcript_and_no_tasks(
    adopted: Play, tmp_path: Path
) -> None:
    team: TeamPolicy = POLICY.team.model_copy(update={"quota": 6})
    strict = adopted.under(team=team)

    done = await strict.drawn_round(ROUND, "L1")

    async with strict.work(AUDITOR) as work:
        transcript = json.loads((await work.record_files.get((ROUND, 1, "transcript.json"))).body)
        entries = await work.audit_entries.where(tag="team-draw:team:refused")
        assert await work.tasks.count() == 0
        assert await work.team.count() == 0
        record = await lottery.whole_record(work, ROUND)
    assert (done.state, done.outcome) == (RoundState.INFEASIBLE, DrawOutcome.INFEASIBLE)
    assert done.reason == ",".join(sorted(DEPARTMENTS))
    assert (transcript["outcome"], transcript["reason"]) == ("infeasible", done.reason)
    assert [entry.facts["department"] for entry in entries] == sorted(DEPARTMENTS)
    assert verified(tmp_path / "record", record, strict).startswith(f"0 ok {ROUND} ")
    async with strict.work(office()) as work:
        await refused(Rule.MOVE_NOT_ALLOWED, dispatch.publish_visits(work, ROUND))


async def test_one_infeasible_department_leaves_a_record_that_verifies(
    adopted: Play, tmp_path: Path
) -> None:
    async with adopted.work(office()) as work:
        for person in await work.inspectors.where(department=FIRE):
            if person.inspector_id != "fr-p1":
                await work.inspectors.remove(person.inspector_id)

    done = await adopted.drawn_round(ROUND, "L1")

    assert (done.outcome, done.reason) == (DrawOutcome.INFEASIBLE, FIRE)
    async with adopted.work(AUDITOR) as work:
        record = await lottery.whole_record(work, ROUND)
    assert verified(tmp_path / "record", record, adopted).startswith(f"0 ok {ROUND} ")


async def test_a_disclosed_folder_holds_what_verify_calls_ok(drawn: Play, tmp_path: Path) -> None:
    shelf = FolderShelf(tmp_path / "records")
    async with drawn.work(AUDITOR) as work:
        folder = shelf.publish(ROUND, await lottery.whole_record(work, ROUND))

    assert shelf.verify(folder) == "ok"
    drawn_file = next(Path(folder).glob("drawn/*.tsv"))
    drawn_file.write_bytes(drawn_file.read_bytes().replace(b"\t1\t", b"\t2\t", 1))
    assert shelf.verify(folder) != "ok"
