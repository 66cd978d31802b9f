"""What platforms answer and hold: receipts, silence, and the daily reconciliation."""

import json
from pathlib import Path

import pytest
from typing_extensions import override

from coordinator.adapters.exchange_files import ExchangeFolder
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import ExchangeState
from coordinator.services import exchange
from coordinator.services.exchange import reconciling
from deploy.local.recorded_people.platforms import RecordedPlatforms
from tests.integration.services.platforms import PUBLICITY, SUPERVISION, Platforms, publish_one
from tests.play import AUDITOR, Play, office


@pytest.fixture
def platforms(dispatched: Play, tmp_path: Path) -> Platforms:
    return Platforms(dispatched, tmp_path / "exchange")


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


async def test_a_list_waits_while_the_database_has_no_room(
    platforms: Platforms, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def without_room(*_: object) -> None:
        raise RuleBrokenError(Rule.STORE_FULL)

    path = platforms.folder / PUBLICITY / "in" / "lists" / "2026-05-20.csv"
    await platforms.exchange()
    path.write_text("record,digest\n", "utf-8")
    with monkeypatch.context() as full:
        full.setattr(exchange, "reconcile", without_room)
        with pytest.raises(RuleBrokenError):
            await platforms.exchange()
    assert path.exists()

    await platforms.exchange()

    assert not path.exists()
    async with platforms.play.work(AUDITOR) as work:
        assert await work.reconciliations.count() == 1


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


async def test_a_platform_whose_daily_list_does_not_come_is_put_on_record_once(
    platforms: Platforms,
) -> None:
    await publish_one(platforms.play)
    await platforms.exchange()
    noted = []
    for hours in (48, 1, 1):
        platforms.play.clock.pass_time(hours=hours)
        async with platforms.play.work(office()) as work:
            noted.append(await exchange.note_silent_lists(work))
    platforms.list_of(PUBLICITY, "2026-05-20.csv", {})
    await platforms.exchange()

    async with platforms.play.work(office()) as work:
        [silent] = await exchange.silent_lists(work)
    assert [sorted(each) for each in noted] == [[], [PUBLICITY, SUPERVISION], []]
    assert silent.code == SUPERVISION


async def test_a_folder_that_can_not_be_had_alarms_and_holds_no_other_platform_up(
    platforms: Platforms,
) -> None:
    class OneIsGone(ExchangeFolder):
        @override
        def write_batch(self, platform: str, name: str, content: bytes, digest: str) -> None:
            if platform == PUBLICITY:
                raise PermissionError
            super().write_batch(platform, name, content, digest)

    with pytest.raises(PermissionError):
        await platforms.exchange(OneIsGone(platforms.folder))
    platforms.accept_all(SUPERVISION)
    with pytest.raises(PermissionError):
        await platforms.exchange(OneIsGone(platforms.folder))
    platforms.play.clock.pass_time(hours=48, minutes=1)

    async with platforms.play.work(office()) as work:
        noted = await exchange.note_silent_platforms(work)
        [silent] = await exchange.silent_batches(work)
    assert {e.state for e in await platforms.records(platform=SUPERVISION)} == {
        ExchangeState.ACCEPTED
    }
    assert noted == [f"{PUBLICITY}.1"]
    assert silent.written_at is None

    await platforms.exchange()

    assert {e.state for e in await platforms.records(platform=PUBLICITY)} == {ExchangeState.SENT}


async def test_a_receipt_that_is_faster_than_our_own_note_counts(platforms: Platforms) -> None:
    async with platforms.play.work(office()) as work:
        await exchange.collect_records(work)
        batch = await exchange.prepare_batch(work, PUBLICITY)
        assert batch is not None
        lines = [json.loads(line) for line in batch.content.splitlines()[1:]]
        answers = [
            {"record": e["record"], "digest": e["digest"], "state": "accepted"} for e in lines
        ]
        content = "\n".join(map(json.dumps, answers)).encode()
        await exchange.take_in_reply(work, exchange.ReplyFile(PUBLICITY, "r.jsonl", content))
        kept = await work.exchange_batches.get(batch.batch_id)

    assert {e.state for e in await platforms.records(platform=PUBLICITY)} == {
        ExchangeState.ACCEPTED
    }
    assert kept.written_at is not None
    assert kept.answered_at is not None


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


async def test_the_platforms_of_a_rehearsal_accept_what_is_sent(platforms: Platforms) -> None:
    await publish_one(platforms.play)
    await platforms.exchange()

    answered = RecordedPlatforms(platforms.folder).answer()
    done = await platforms.exchange()

    assert (answered, done["replies"]) == (2, 2)
    assert {each.state for each in await platforms.records()} == {ExchangeState.ACCEPTED}


async def test_a_long_list_is_compared_page_by_page(
    platforms: Platforms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciling, "_AT_ONCE", 1)
    await publish_one(platforms.play)
    await platforms.exchange()
    platforms.accept_all(SUPERVISION)
    await platforms.exchange()
    ours = await platforms.records(platform=SUPERVISION)

    platforms.list_of(SUPERVISION, "2026-05-20.csv", {each.record_id: each.digest for each in ours})
    await platforms.exchange()

    async with platforms.play.work(AUDITOR) as work:
        [found] = await work.reconciliations.where()
    assert len(ours) > 2
    assert (found.ours, found.is_clean) == (len(ours), True)
