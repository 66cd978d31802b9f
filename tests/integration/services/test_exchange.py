"""What is published reaches the public platforms by itself, once; both sides compare."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from contracts.draw_proof import hash_of
from contracts.vocabulary import Mode
from coordinator.adapters.exchange_files import ExchangeFolder
from coordinator.bootstrap.exchanging import exchange_once
from coordinator.domain.disclosure import Disclosure
from coordinator.domain.dispatch import DepartmentTask
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.exchange import ExchangeRecord, body_of
from coordinator.domain.lifecycle import ExchangeState
from coordinator.services import disclosure, exchange, handlers
from deploy.local.recorded_people.platforms import RecordedPlatforms
from tests.builders import a_problem
from tests.play import AUDITOR, ROUND, Play, approver, clerk, office

PUBLICITY, SUPERVISION = "credit-publicity", "internet-supervision"


class Platforms:
    """The other side of the folder: reads batches, writes receipts and lists."""

    def __init__(self, play: Play, folder: Path) -> None:
        self.play, self.folder = play, folder

    async def exchange(self) -> Mapping[str, int]:
        settings = SimpleNamespace(exchange_folder=self.folder)
        parts: Any = SimpleNamespace(around=self.play.around, settings=settings)
        return await exchange_once(parts)

    def files(self, platform: str) -> list[Path]:
        return sorted((self.folder / platform / "out").glob("*.jsonl"))

    def told(self, platform: str, file: int = -1) -> list[dict[str, Any]]:
        lines = self.files(platform)[file].read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines[1:]]

    def answer(self, platform: str, name: str, *answers: Mapping[str, Any]) -> None:
        inbox = self.folder / platform / "in" / "replies"
        text = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in answers)
        (inbox / name).write_text(text, "utf-8")

    def accept_all(self, platform: str, name: str = "r1.jsonl") -> None:
        told = self.told(platform)
        answers = [
            {"record": e["record"], "digest": e["digest"], "state": "accepted"} for e in told
        ]
        self.answer(platform, name, *answers)

    def list_of(self, platform: str, name: str, held: Mapping[str, str]) -> None:
        rows = "".join(f"{key},{digest}\n" for key, digest in held.items())
        path = self.folder / platform / "in" / "lists" / name
        path.write_text(f"record,digest\n{rows}", "utf-8")

    async def records(self, **which: Any) -> list[ExchangeRecord]:
        async with self.play.work(AUDITOR) as work:
            return list(await work.exchange_records.where(**which))


@pytest.fixture
def platforms(dispatched: Play, tmp_path: Path) -> Platforms:
    return Platforms(dispatched, tmp_path / "exchange")


async def publish_one(play: Play, number: int = 0) -> tuple[DepartmentTask, Disclosure]:
    task = (await play.tasks(ROUND))[number]
    await play.report(task, a_problem())
    await play.approve(task)
    await play.disclose(task)
    async with play.work(AUDITOR) as work:
        found = await work.disclosures.where(
            visit_id=task.visit_id, department=task.department, superseded_by=None
        )
    return task, found[0]


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


async def test_receipts_accept_refuse_and_name_what_is_unknown(platforms: Platforms) -> None:
    await platforms.exchange()
    first, *_ = platforms.told(PUBLICITY)
    platforms.answer(
        PUBLICITY,
        "r1.jsonl",
        {"record": first["record"], "digest": first["digest"], "state": "refused",
         "reason": "机关代码未备案"},
        {"record": "p.x", "digest": "0", "state": "accepted"},
    )  # fmt: skip

    await platforms.exchange()

    [refused] = await platforms.records(record_id=first["record"])
    assert (refused.state, refused.reason) == (ExchangeState.REFUSED, "机关代码未备案")
    async with platforms.play.work(AUDITOR) as work:
        [reply] = await work.platform_replies.where()
        [batch] = await work.exchange_batches.where(platform=PUBLICITY)
    assert (reply.accepted, reply.refused, reply.unknown) == (1, 1, ("p.x",))
    assert batch.answered_at is not None
    inbox = platforms.folder / PUBLICITY / "in" / "replies"
    assert [path.name for path in (inbox / "done").iterdir()] == ["r1.jsonl"]


async def test_the_platforms_of_a_rehearsal_accept_what_is_sent(platforms: Platforms) -> None:
    await publish_one(platforms.play)
    await platforms.exchange()

    answered = RecordedPlatforms(platforms.folder).answer()
    done = await platforms.exchange()

    assert (answered, done["replies"]) == (2, 2)
    assert {each.state for each in await platforms.records()} == {ExchangeState.ACCEPTED}


async def test_a_batch_waits_until_every_record_of_it_is_answered(platforms: Platforms) -> None:
    await publish_one(platforms.play)
    await platforms.exchange()
    told = [{**each, "state": "accepted"} for each in platforms.told(PUBLICITY)]

    async def answered_at() -> object:
        await platforms.exchange()
        async with platforms.play.work(AUDITOR) as work:
            return (await work.exchange_batches.get(f"{PUBLICITY}.1")).answered_at

    platforms.answer(PUBLICITY, "r1.jsonl", *told[:1])
    assert await answered_at() is None
    platforms.answer(PUBLICITY, "r2.jsonl", *told[1:])
    assert await answered_at() is not None


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


async def test_a_receipt_that_can_not_be_read_is_put_aside_with_its_problem(
    platforms: Platforms,
) -> None:
    await platforms.exchange()
    inbox = platforms.folder / PUBLICITY / "in" / "replies"
    (inbox / "bad.jsonl").write_text("{}\n", "utf-8")

    await platforms.exchange()

    async with platforms.play.work(AUDITOR) as work:
        [reply] = await work.platform_replies.where()
    assert reply.problem is not None
    assert "row: 1" in reply.problem
    assert [path.name for path in (inbox / "unreadable").iterdir()] == ["bad.jsonl"]
    assert {each.state for each in await platforms.records()} == {ExchangeState.SENT}


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
    async with play.work(clerk(task.department)) as work:
        await disclosure.request_withdrawal(work, key, "wrong-object")
    async with play.work(approver(task.department)) as work:
        await disclosure.confirm_withdrawal(work, key)
    await platforms.exchange()

    [gone] = platforms.told(PUBLICITY)
    assert (gone["kind"], gone["data"]["disclosure"]) == ("withdrawal", key)
    assert gone["data"]["reason"] == "wrong-object"


async def test_what_is_withdrawn_before_it_left_never_leaves(platforms: Platforms) -> None:
    play = platforms.play
    task, shown = await publish_one(play)
    async with play.work(office()) as work:
        await exchange.collect_records(work)
    async with play.work(clerk(task.department)) as work:
        await disclosure.request_withdrawal(work, shown.disclosure_id, "wrong-object")
    async with play.work(approver(task.department)) as work:
        await disclosure.confirm_withdrawal(work, shown.disclosure_id)

    await platforms.exchange()

    told = [*platforms.told(PUBLICITY), *platforms.told(SUPERVISION)]
    assert not [each for each in told if each["kind"] in ("result", "withdrawal")]


async def test_a_days_list_is_compared_and_differences_are_on_record(
    platforms: Platforms,
) -> None:
    await publish_one(platforms.play)
    await platforms.exchange()
    platforms.accept_all(PUBLICITY)
    await platforms.exchange()
    held = {each.record_id: each.digest for each in await platforms.records(platform=PUBLICITY)}
    platforms.list_of(PUBLICITY, "2026-05-20.csv", held)
    await platforms.exchange()
    [lost, changed, *_] = sorted(held)
    theirs = {**held, changed: "0" * 64, "credit-publicity.result.nobody": "1" * 64}
    del theirs[lost]
    platforms.list_of(PUBLICITY, "2026-05-21.csv", theirs)

    await platforms.exchange()

    async with platforms.play.work(AUDITOR) as work:
        clean, found = sorted(await work.reconciliations.where(), key=lambda each: each.day)
        entries = await work.audit_entries.where(tag="exchange:day:reconciled")
    assert clean.is_clean
    assert (clean.ours, clean.theirs) == (len(held), len(held))
    assert (found.missing, found.different) == ((lost,), (changed,))
    assert found.unknown == ("credit-publicity.result.nobody",)
    assert len(entries) == 2
    async with platforms.play.work(office()) as work:
        again = await exchange.send_again(work, lost, "平台遗失，重新发送")
    assert again.state is ExchangeState.PENDING


async def test_a_list_that_can_not_be_read_changes_nothing(platforms: Platforms) -> None:
    await platforms.exchange()
    path = platforms.folder / PUBLICITY / "in" / "lists" / "2026-05-20.csv"
    path.write_text("id,hash\na,1\n", "utf-8")

    await platforms.exchange()

    async with platforms.play.work(AUDITOR) as work:
        assert await work.reconciliations.count() == 0
    assert [each.name for each in (path.parent / "unreadable").iterdir()] == [path.name]


async def test_a_platform_without_a_receipt_is_put_on_record_once(platforms: Platforms) -> None:
    await platforms.exchange()
    platforms.play.clock.pass_time(hours=48)
    async with platforms.play.work(office()) as work:
        assert await exchange.note_silent_platforms(work) == []
    platforms.play.clock.pass_time(minutes=1)

    async with platforms.play.work(office()) as work:
        noted = await exchange.note_silent_platforms(work)
        assert await exchange.note_silent_platforms(work) == []

    assert sorted(noted) == [f"{PUBLICITY}.1", f"{SUPERVISION}.1"]


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
