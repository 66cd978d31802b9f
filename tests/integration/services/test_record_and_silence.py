"""Records that anybody can verify: sealed, whole, after void attempts, and of infeasible teams."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

import contracts.verify_draw
from contracts.draw_proof import hash_of
from contracts.vocabulary import DrawOutcome
from coordinator.adapters.record_shelf import FolderShelf
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import RoundState
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.lottery.frames import Content
from coordinator.services import dispatch, lottery
from coordinator.services.public_keys import published_keys
from tests.builders import DEPARTMENTS, FIRE, HEALTH, MARKET, POLICY
from tests.play import AUDITOR, ROUND, Play, key_of, office
from tests.records import in_memory


async def round_of(play: Play, round_id: str = ROUND) -> Round:
    async with play.work(AUDITOR) as work:
        found: Round = await work.rounds.get(round_id)
    return found


def verified(folder: Path, record: Mapping[str, Content], play: Play | None = None) -> str:
    """Write a record and run the verifier as anybody would; gives what it prints."""
    for name, body in in_memory(record).items():
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


async def test_before_disclosure_the_record_is_sealed_and_verifies(
    drawn: Play, tmp_path: Path
) -> None:
    async with drawn.work(AUDITOR) as work:
        sealed = await lottery.sealed_record(work, ROUND)

    assert not [name for name in sealed if name.endswith(".tsv")]
    assert verified(tmp_path / "sealed", sealed, drawn).startswith("0 sealed")


async def test_the_whole_record_verifies_with_every_signature(drawn: Play, tmp_path: Path) -> None:
    async with drawn.work(AUDITOR) as work:
        record = in_memory(await lottery.whole_record(work, ROUND))

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
        return await lottery.void_attempt(work, ROUND)


async def test_nothing_is_void_before_the_deadline_or_when_nobody_is_silent(adopted: Play) -> None:
    await adopted.open_round(ROUND, "L1")
    frozen = await adopted.freeze(ROUND)
    adopted.clock.pass_time(hours=POLICY.lottery.reveal_hours)

    async with adopted.work(office()) as work:
        await refused(Rule.DEADLINE_NOT_PASSED, lottery.void_attempt(work, ROUND))
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

    assert await reason_of(adopted, 1) == f"{HEALTH}: disputed; {MARKET}: disputed"


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
        record = in_memory(await lottery.whole_record(work, ROUND))
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
    await adopted.override(team__quota=6)

    done = await adopted.drawn_round(ROUND, "L1")

    async with adopted.work(AUDITOR) as work:
        transcript = json.loads((await work.record_files.get((ROUND, 1, "transcript.json"))).body)
        entries = await work.audit_entries.where(tag="team-draw:team:refused")
        assert await work.tasks.count() == 0
        assert await work.team.count() == 0
        record = in_memory(await lottery.whole_record(work, ROUND))
    assert (done.state, done.outcome) == (RoundState.INFEASIBLE, DrawOutcome.INFEASIBLE)
    assert done.reason == ",".join(sorted(DEPARTMENTS))
    assert (transcript["outcome"], transcript["reason"]) == ("infeasible", done.reason)
    assert [entry.facts["department"] for entry in entries] == sorted(DEPARTMENTS)
    assert verified(tmp_path / "record", record, adopted).startswith(f"0 ok {ROUND} ")
    async with adopted.work(office()) as work:
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
        record = in_memory(await lottery.whole_record(work, ROUND))
    assert verified(tmp_path / "record", record, adopted).startswith(f"0 ok {ROUND} ")


async def test_a_disclosed_folder_holds_what_verify_calls_ok(drawn: Play, tmp_path: Path) -> None:
    shelf = FolderShelf(tmp_path / "records")
    async with drawn.work(AUDITOR) as work:
        folder = shelf.publish(ROUND, in_memory(await lottery.whole_record(work, ROUND)))
        keys = await published_keys(work)

    assert shelf.verify(folder, keys) == "ok"
    drawn_file = next(Path(folder).glob("drawn/*.tsv"))
    drawn_file.write_bytes(drawn_file.read_bytes().replace(b"\t1\t", b"\t2\t", 1))
    assert shelf.verify(folder, keys) != "ok"
