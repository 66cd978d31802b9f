"""What is published reaches the public platforms by itself, once; both sides compare."""

import json
from pathlib import Path

import pytest

from contracts.draw_proof import hash_of
from contracts.vocabulary import Mode
from coordinator.adapters.exchange_files import ExchangeFolder
from coordinator.domain.dispatch import DepartmentTask
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.exchange import body_of
from coordinator.domain.lifecycle import ExchangeState
from coordinator.services import disclosure, exchange, handlers
from tests.integration.services.platforms import PUBLICITY, SUPERVISION, Platforms, publish_one
from tests.play import AUDITOR, Play, approver, clerk, office


@pytest.fixture
def platforms(dispatched: Play, tmp_path: Path) -> Platforms:
    return Platforms(dispatched, tmp_path / "exchange")


async def withdrawn(play: Play, task: DepartmentTask, disclosure_id: str) -> None:
    async with play.work(clerk(task.department)) as work:
        await disclosure.request_withdrawal(work, disclosure_id, "wrong-object")
    async with play.work(approver(task.department)) as work:
        await disclosure.confirm_withdrawal(work, disclosure_id)


async def test_lists_plans_and_results_leave_by_themselves_each_once(platforms: Platforms) -> None:
    _task, shown = await publish_one(platforms.play)

    first = await platforms.exchange()
    again = await platforms.exchange()

    kinds = {each["kind"] for each in platforms.told(SUPERVISION)}
    assert kinds == {"item-list", "plan", "result"}
    assert {each["kind"] for each in platforms.told(PUBLICITY)} == {"plan", "result"}
    [result] = [each for each in platforms.told(PUBLICITY) if each["kind"] == "result"]
    assert result["data"]["disclosure"] == shown.disclosure_id
    assert result["data"]["result_codes"] == list(shown.result_codes)
    assert result["digest"] == hash_of(body_of(result["data"]).encode())
    assert first["collected"] == len(await platforms.records())
    assert not any(again.values())
    assert {each.state for each in await platforms.records()} == {ExchangeState.SENT}


async def test_a_batch_is_numbered_counted_and_has_its_checksum_beside(
    platforms: Platforms,
) -> None:
    await platforms.exchange()

    [file] = platforms.files(PUBLICITY)
    head = json.loads(file.read_text("utf-8").splitlines()[0])
    digest, name = (file.parent / f"{file.name}.sha256").read_text("ascii").split()

    assert (file.name, name) == ("credit-publicity-000001.jsonl", file.name)
    assert digest == hash_of(file.read_bytes())
    assert (head["batch"], head["records"]) == (1, len(platforms.told(PUBLICITY)))
    assert head["rehearsal"] == 1


async def test_nothing_that_is_not_public_on_our_own_site_leaves(platforms: Platforms) -> None:
    await publish_one(platforms.play)
    async with platforms.play.work(AUDITOR) as work:
        objects = await work.objects.where()
        covert = await work.plan_lines.where(mode=Mode.COVERT)
    await platforms.exchange()

    sent = "".join(each.body for each in await platforms.records())

    assert "risk_class" not in sent
    assert "legal_basis" not in sent
    assert not any(each.phone and each.phone in sent for each in objects)
    assert covert
    assert not any(line.name in sent for line in covert)
    assert not any(each.kind == "draw" for each in await platforms.records())


async def test_a_refused_record_is_put_right_and_sent_again_with_the_next_batch(
    platforms: Platforms,
) -> None:
    await platforms.exchange()
    first, *_ = platforms.told(PUBLICITY)
    refusal = {"record": first["record"], "digest": first["digest"], "state": "refused"}
    platforms.answer(PUBLICITY, "r1.jsonl", {**refusal, "reason": "格式"})
    await platforms.exchange()
    async with platforms.play.work(office()) as work:
        with pytest.raises(RuleBrokenError) as error:
            await exchange.send_again(work, first["record"], " ")
        assert error.value.rule is Rule.REASON_MISSING
        again = await exchange.send_again(work, first["record"], "平台已备案机关代码")
    assert (again.state, again.attempt, again.batch) == (ExchangeState.PENDING, 2, None)

    await platforms.exchange()
    assert [each["record"] for each in platforms.told(PUBLICITY)] == [first["record"]]
    platforms.accept_all(PUBLICITY, "r2.jsonl")
    await platforms.exchange()

    [record] = await platforms.records(record_id=first["record"])
    assert (record.state, record.batch, record.reason) == (ExchangeState.ACCEPTED, 2, None)


async def test_a_file_whose_writing_broke_off_is_written_again_as_it_was(
    platforms: Platforms,
) -> None:
    async with platforms.play.work(office()) as work:
        await exchange.collect_records(work)
        batch = await exchange.prepare_batch(work, PUBLICITY)
    assert batch is not None
    assert {e.state for e in await platforms.records(platform=PUBLICITY)} == {ExchangeState.PENDING}

    await platforms.exchange()

    [file] = platforms.files(PUBLICITY)
    assert file.read_bytes() == batch.content
    assert {e.state for e in await platforms.records(platform=PUBLICITY)} == {ExchangeState.SENT}


async def test_corrections_and_withdrawals_follow_what_they_are_about(
    platforms: Platforms,
) -> None:
    play = platforms.play
    task, former = await publish_one(play)
    await platforms.exchange()
    async with play.work(approver(task.department)) as work:
        await handlers.correct_result(work, task.visit_id, task.department, "录入有误")
    async with play.work(AUDITOR) as work:
        standing = await work.tasks.get(task.task_id)
    await play.report(standing)
    await play.approve(standing)
    await play.disclose(standing)
    await platforms.exchange()
    [corrected] = platforms.told(PUBLICITY)
    assert corrected["data"]["corrects"] == former.disclosure_id

    key = corrected["data"]["disclosure"]
    await withdrawn(play, task, key)
    await platforms.exchange()

    [gone] = platforms.told(PUBLICITY)
    assert (gone["kind"], gone["data"]["disclosure"]) == ("withdrawal", key)
    assert gone["data"]["reason"] == "wrong-object"


async def test_what_is_withdrawn_before_it_left_never_leaves(platforms: Platforms) -> None:
    play = platforms.play
    task, shown = await publish_one(play)
    async with play.work(office()) as work:
        await exchange.collect_records(work)
    await withdrawn(play, task, shown.disclosure_id)

    await platforms.exchange()

    told = [*platforms.told(PUBLICITY), *platforms.told(SUPERVISION)]
    assert not [each for each in told if each["kind"] in ("result", "withdrawal")]
    kept = await platforms.records(subject=shown.disclosure_id)
    assert {each.kind.value for each in kept} == {"result", "withdrawal"}
    assert {each.state for each in kept} == {ExchangeState.CANCELLED}
    async with play.work(AUDITOR) as work:
        assert not await exchange.anything_new(work)


async def test_what_is_withdrawn_before_anybody_looked_is_looked_at_once(
    platforms: Platforms,
) -> None:
    task, shown = await publish_one(platforms.play)
    await withdrawn(platforms.play, task, shown.disclosure_id)

    await platforms.exchange()

    [kept] = await platforms.records(platform=PUBLICITY, subject=shown.disclosure_id)
    assert (kept.kind.value, kept.state) == ("withdrawal", ExchangeState.CANCELLED)
    assert not any((await platforms.exchange()).values())


async def test_what_a_batch_holds_when_it_is_withdrawn_is_taken_back_by_the_next(
    platforms: Platforms,
) -> None:
    task, shown = await publish_one(platforms.play)
    async with platforms.play.work(office()) as work:
        await exchange.collect_records(work)
        await exchange.prepare_batch(work, PUBLICITY)
    await withdrawn(platforms.play, task, shown.disclosure_id)

    await platforms.exchange()

    first, second = (platforms.told(PUBLICITY, file) for file in (0, 1))
    assert shown.disclosure_id in {each["data"].get("disclosure") for each in first}
    assert [each["kind"] for each in second] == ["withdrawal"]
    kept = await platforms.records(platform=PUBLICITY, subject=shown.disclosure_id)
    assert {each.state for each in kept} == {ExchangeState.SENT}


async def test_only_the_office_sends_and_compares(platforms: Platforms) -> None:
    for actor in (AUDITOR, approver("health")):
        async with platforms.play.work(actor) as work:
            for attempt in (
                exchange.collect_records(work),
                exchange.prepare_batch(work, PUBLICITY),
                exchange.send_again(work, "x", "y"),
            ):
                with pytest.raises(RuleBrokenError) as error:
                    await attempt
                assert error.value.rule is Rule.ROLE_NOT_ALLOWED


async def test_an_unknown_platform_is_named(platforms: Platforms) -> None:
    async with platforms.play.work(office()) as work:
        with pytest.raises(RuleBrokenError) as error:
            await exchange.prepare_batch(work, "elsewhere")

    assert error.value.rule is Rule.PLATFORM_UNKNOWN


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    way = ExchangeFolder(tmp_path)

    way.write_batch("p", "p-000001.jsonl", b"one\n", "aa")
    way.write_batch("p", "p-000001.jsonl", b"one\n", "aa")

    out = tmp_path / "p" / "out"
    assert sorted(path.name for path in out.iterdir()) == [
        "p-000001.jsonl",
        "p-000001.jsonl.sha256",
    ]
    assert (out / "p-000001.jsonl.sha256").read_text("ascii") == "aa  p-000001.jsonl\n"


def test_two_processes_may_write_the_same_batch_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = ("p", "p-000001.jsonl", b"one\n" * 100, "aa")

    def meanwhile(_descriptor: int) -> None:
        monkeypatch.undo()
        ExchangeFolder(tmp_path).write_batch(*batch)

    monkeypatch.setattr("coordinator.adapters.exchange_files.os.fsync", meanwhile)
    ExchangeFolder(tmp_path).write_batch(*batch)

    out = tmp_path / "p" / "out"
    assert (out / "p-000001.jsonl").read_bytes() == batch[2]
    assert len(list(out.iterdir())) == 2
