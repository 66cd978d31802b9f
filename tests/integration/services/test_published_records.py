"""Staged disclosure: what anybody may have of a record, line by line, and when (3-draw.md 3.3)."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.draw_proof import hash_of
from coordinator.adapters.record_shelf import FolderShelf
from coordinator.domain.annual_plan import ListPublicity, StratumRule
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import RoundState
from coordinator.domain.lottery.strata import stratum_codes
from coordinator.domain.lottery.verification import Examined, Verdict
from coordinator.domain.registers import RiskClass
from coordinator.services import duties, lottery
from coordinator.services.ports import Actor, Role
from tests.builders import NOW
from tests.integration.services.test_record_and_silence import refused, round_of, verified
from tests.play import AUDITOR, COVERT_ROUND, ROUND, Play, office
from tests.records import in_memory

DUTY = Actor(name="daily-duties", role=Role.OFFICE)


async def change_line(play: Play, code: str, **changes: Any) -> None:
    async with play.work(office()) as work:
        await work.plan_lines.save(replace(await work.plan_lines.get(code), **changes))


async def published(play: Play, round_id: str = ROUND) -> dict[str, bytes]:
    async with play.work(AUDITOR) as work:
        return in_memory(await lottery.published_record(work, round_id))


async def lists_of(play: Play, round_id: str = ROUND) -> Mapping[str, Any]:
    async with play.work(AUDITOR) as work:
        return await lottery.published_lists(work, await work.rounds.get(round_id))


async def grade(play: Play) -> None:
    """Grade half of the restaurants D, and let L1 draw all of those and half of the others."""
    async with play.work(office()) as work:
        for number, thing in enumerate(await work.objects.where(industry="H6210")):
            worst = RiskClass.D if number % 2 else RiskClass.A
            await work.objects.save(thing.model_copy(update={"risk_class": worst}))
    shares = {
        "D": StratumRule(numerator=1, denominator=1),
        "*": StratumRule(numerator=1, denominator=2),
    }
    await change_line(play, "L1", strata=shares)


def tables(record: Mapping[str, bytes]) -> set[str]:
    return {name.split("/")[0] for name in record if name.endswith(".tsv")}


async def do_duty(play: Play) -> None:
    async with play.work(DUTY) as work:
        assert "open-embargoed-records" in await duties.open_duties(work)
        await duties.do_duty(work, "open-embargoed-records")
    await play.examine()


async def test_after_the_freeze_anybody_may_have_the_commitment(
    adopted: Play, tmp_path: Path
) -> None:
    await adopted.open_round(ROUND, "L1")
    await refused(Rule.RECORD_CLOSED, published(adopted))

    await adopted.freeze(ROUND)

    record = await published(adopted)
    assert {"rules.json", "commit.json", "commit.json.jws"} <= set(record)
    assert verified(tmp_path / "frozen", record, adopted).startswith("0 sealed")


async def test_a_list_opens_on_draw_only_where_the_plan_says_so(adopted: Play) -> None:
    await change_line(adopted, "L1", list_publicity=ListPublicity.ON_DRAW)
    await adopted.drawn_round(ROUND, "L1", "L2")

    lists = await lists_of(adopted)
    record = await published(adopted)

    assert lists["L1"].is_whole
    assert lists["L1"].objects == tuple(sorted(lists["L1"].objects))
    assert lists["L2"].objects == ()
    assert lists["L2"].number_drawn > 0
    assert tables(record) == set()  # ranks and tickets of L1 would tell of L2


async def test_when_no_list_is_closed_any_more_the_files_are_there_and_verify(
    adopted: Play, tmp_path: Path
) -> None:
    await change_line(adopted, "L1", list_publicity=ListPublicity.ON_DRAW)
    await adopted.drawn_round(ROUND, "L1")

    record = await published(adopted)

    assert tables(record) == {"drawn"}
    assert "reveals.json" not in record
    assert list(json.loads(record["salts.json"])) == ["drawn/L1.tsv"]
    assert verified(tmp_path / "drawn", record, adopted).startswith("0 sealed")


async def test_after_visit_an_object_appears_when_all_its_visits_are_finished(
    dispatched: Play,
) -> None:
    tasks = await dispatched.tasks(ROUND)
    first = tasks[0].visit_id
    own = [task for task in tasks if task.visit_id == first]

    for task in own[:-1]:
        await dispatched.report(task)
    halfway = await lists_of(dispatched)
    await dispatched.report(own[-1])
    after = await lists_of(dispatched)

    assert not any(each.objects for each in halfway.values())
    async with dispatched.work(AUDITOR) as work:
        checked = {check.object_id for check in await work.checks.where(visit_id=first)}
    assert {thing for each in after.values() for thing in each.objects} == checked


async def test_a_covert_list_waits_for_its_round_whatever_the_plan_says(adopted: Play) -> None:
    await change_line(adopted, "L9", list_publicity=ListPublicity.ON_DRAW)
    await adopted.drawn_round(COVERT_ROUND, "L9")

    lists = await lists_of(adopted, COVERT_ROUND)

    assert lists["L9"].objects == ()
    assert tables(await published(adopted, COVERT_ROUND)) == set()


async def test_no_public_file_names_a_credit_class(adopted: Play) -> None:
    await grade(adopted)
    await adopted.drawn_round(ROUND, "L1")

    record = await published(adopted)

    rules = json.loads(record["rules.json"])["lines"]["L1"]["strata"]
    counts = json.loads(record["transcript.json"])["counts"]["L1"]
    assert set(rules) == {"*", *(code for code in rules if code.startswith("s-"))}
    assert all(code.startswith("s-") for code in counts)
    assert not {"A", "B", "C", "D"} & {*rules, *counts}


async def test_who_holds_the_keys_finds_the_class_behind_every_code(adopted: Play) -> None:
    await grade(adopted)
    await adopted.drawn_round(ROUND, "L1")

    async with adopted.work(AUDITOR) as work:
        record = in_memory(await lottery.whole_record(work, ROUND))

    key = bytes.fromhex(json.loads(record["salts.json"])["frames/L1.tsv"])
    codes = stratum_codes(key, ("A", "D", "*"))
    counts = json.loads(record["transcript.json"])["counts"]["L1"]
    assert codes["*"] == "*"
    assert set(counts) == {codes["A"], codes["D"]}
    assert counts[codes["D"]]["drawn"] == counts[codes["D"]]["frame"]


async def test_a_closed_frame_stays_closed_when_the_record_opens(
    adopted: Play, tmp_path: Path
) -> None:
    await grade(adopted)
    await adopted.drawn_round(ROUND, "L1")
    adopted.clock.go_to((await round_of(adopted)).embargo_date + timedelta(days=1))

    await do_duty(adopted)

    record = await published(adopted)
    assert (await round_of(adopted)).state is RoundState.DISCLOSED
    assert tables(record) == set()
    assert not {"reveals.json", "salts.json"} & set(record)
    assert verified(tmp_path / "public", record, adopted).startswith("0 sealed")
    async with adopted.work(AUDITOR) as work:
        whole = in_memory(await lottery.whole_record(work, ROUND))
    assert verified(tmp_path / "whole", whole, adopted).startswith(f"0 ok {ROUND} ")


async def test_a_line_aimed_at_a_class_closes_its_frame_and_its_list(adopted: Play) -> None:
    async with adopted.work(office()) as work:
        for thing in await work.objects.where(industry="H6210"):
            await work.objects.save(thing.model_copy(update={"risk_class": RiskClass.D}))
        line = await work.plan_lines.get("L1")
        aimed = replace(line.conditions, risk_classes=("D",))
    await change_line(adopted, "L1", conditions=aimed, list_publicity=ListPublicity.ON_DRAW)

    drawn = await adopted.drawn_round(ROUND, "L1")

    lists = await lists_of(adopted)
    assert not drawn.public_frames
    assert lists["L1"].tells
    assert lists["L1"].objects == ()
    assert lists["L1"].number_drawn > 0


@pytest.mark.parametrize("name", ["transcript.json", "rules.json", "commit.json", "receipts.json"])
async def test_a_change_in_what_the_public_holds_of_a_closed_round_is_found(
    adopted: Play, tmp_path: Path, name: str
) -> None:
    await grade(adopted)
    await adopted.drawn_round(ROUND, "L1")
    adopted.clock.go_to((await round_of(adopted)).embargo_date + timedelta(days=1))
    await do_duty(adopted)
    record = await published(adopted)

    at = len(record[name]) // 2
    body = record[name][:at] + bytes([record[name][at] ^ 1]) + record[name][at + 1 :]
    sums = record["SHA256SUMS"].replace(hash_of(record[name]).encode(), hash_of(body).encode())
    forged = {**record, name: body, "SHA256SUMS": sums}

    # The signature over SHA256SUMS, and inside it receipts and hashes, hold the rest together.
    assert verified(tmp_path / "forged", forged, adopted).startswith("1 ")


async def test_a_changed_public_list_is_found(adopted: Play, tmp_path: Path) -> None:
    await change_line(adopted, "L1", list_publicity=ListPublicity.ON_DRAW)
    await adopted.drawn_round(ROUND, "L1")
    record = await published(adopted)

    body = record["drawn/L1.tsv"].replace(b"\t1\t", b"\t2\t", 1)
    sums = record["SHA256SUMS"].replace(
        hash_of(record["drawn/L1.tsv"]).encode(), hash_of(body).encode()
    )
    forged = {**record, "drawn/L1.tsv": body, "SHA256SUMS": sums}

    assert verified(tmp_path / "forged", forged).startswith("1 ")


async def test_the_embargo_opens_a_record_although_a_visit_is_open(dispatched: Play) -> None:
    embargo = (await round_of(dispatched)).embargo_date
    dispatched.clock.go_to(embargo)
    await do_duty(dispatched)
    assert (await round_of(dispatched)).state is RoundState.DISPATCHED

    dispatched.clock.go_to(embargo + timedelta(days=1))
    await do_duty(dispatched)

    opened = await round_of(dispatched)
    assert (opened.state, opened.verify_result) == (RoundState.DISCLOSED, "ok")
    for task in await dispatched.tasks(ROUND):  # what is still open goes on
        await dispatched.report(task)


async def test_an_auditor_signs_what_was_found_in_this_very_record(
    adopted: Play, tmp_path: Path
) -> None:
    await grade(adopted)
    await adopted.drawn_round(ROUND, "L1")
    adopted.clock.go_to((await round_of(adopted)).embargo_date + timedelta(days=1))
    await do_duty(adopted)
    async with adopted.work(AUDITOR) as work:
        record = in_memory(await lottery.whole_record(work, ROUND))
    words = verified(tmp_path / "whole", record).removeprefix("0 ").strip()

    async with adopted.work(AUDITOR) as work:
        examined = Examined(sums_hash=hash_of(record["SHA256SUMS"]), words=words)
        signed = await lottery.sign_verification(work, ROUND, examined)

    said = json.loads(signed.statement)
    key = json.dumps(adopted.around.signer.published_keys()["keys"][0])
    assert signed.verdict is Verdict.AGREES
    assert (said["round"], said["auditor"]) == (ROUND, AUDITOR.name)
    assert said["transcript_hash"] == hash_of(record["transcript.json"])
    assert adopted.around.signer.verify(signed.statement.encode(), signed.signature, key)


async def test_nobody_signs_for_other_files_before_disclosure_or_without_the_role(
    drawn: Play,
) -> None:
    examined = Examined(sums_hash="0" * 64, words="ok")

    async with drawn.work(AUDITOR) as work:
        await refused(Rule.RECORD_CLOSED, lottery.sign_verification(work, ROUND, examined))
    async with drawn.work(office()) as work:
        await refused(Rule.ROLE_NOT_ALLOWED, lottery.sign_verification(work, ROUND, examined))
    drawn.clock.go_to((await round_of(drawn)).embargo_date + timedelta(days=1))
    await do_duty(drawn)
    async with drawn.work(AUDITOR) as work:
        await refused(Rule.OTHER_RECORD, lottery.sign_verification(work, ROUND, examined))


async def test_the_opened_round_is_audited_against_the_earlier_ones(adopted: Play) -> None:
    await adopted.drawn_round(ROUND, "L1")
    await change_line(adopted, "L3", window_from=NOW.date() + timedelta(days=20))
    adopted.clock.pass_time(hours=1)
    await adopted.drawn_round("R2", "L3")
    second = await round_of(adopted, "R2")
    adopted.clock.go_to(second.embargo_date + timedelta(days=1))

    await do_duty(adopted)

    async with adopted.work(AUDITOR) as work:
        audit = await work.round_audits.get("R2")
        first = await work.round_audits.get(ROUND)
    rows = await lists_of(adopted, ROUND)
    [stratum] = audit.strata
    again = stratum.drawn_before
    assert first.strata[0].drawn_before.marked == 0
    assert again.marked == rows["L1"].number_drawn
    assert again.hit == again.marked  # L3 takes everybody
    assert again.chance == pytest.approx(1.0)
    assert stratum.promised == again.drawn
    assert {each.department for each in audit.pairs} == set(second.departments)


async def test_the_folder_of_a_closed_round_holds_the_whole_record(
    adopted: Play, tmp_path: Path
) -> None:
    shelf = FolderShelf(tmp_path / "records")
    await grade(adopted)
    await adopted.drawn_round(ROUND, "L1")

    async with adopted.work(AUDITOR) as work:
        folder = shelf.publish(ROUND, in_memory(await lottery.whole_record(work, ROUND)))

    assert (Path(folder) / "frames" / "L1.tsv").exists()
    with pytest.raises(RuleBrokenError):
        async with adopted.work(AUDITOR) as work:
            in_memory(await lottery.published_record(work, "no-such-round"))
