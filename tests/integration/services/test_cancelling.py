"""Giving a round up before its draw: two persons, a typed reason, nothing that is taken back."""

from pathlib import Path

import pytest

from contracts.draws import EntropyCommitted
from contracts.vocabulary import OFFICE
from coordinator.domain.errors import Rule
from coordinator.domain.lifecycle import RoundState
from coordinator.domain.lottery.silence import VoidCause
from coordinator.services import lottery
from tests.builders import FIRE, HEALTH, MARKET, POLICY
from tests.integration.services.ceremony import (
    commit,
    contributor_of,
    frozen_round,
    pass_deadline,
    refused,
    round_of,
    void,
)
from tests.integration.services.post_box import letters
from tests.integration.services.test_record_and_silence import verified
from tests.play import AUDITOR, NEXT_ROUND, PLAN, ROUND, Play, office
from tests.records import in_memory

WHY = "重点任务须并入第三季度"


async def cancel(play: Play, reason: str = "never-committed", note: str = "") -> None:
    async with play.work(office("office-a")) as work:
        await lottery.request_cancellation(work, ROUND, reason, note)
    async with play.work(office("office-b")) as work:
        await lottery.cancel_round(work, ROUND)


async def opened_without(play: Play, silent: str) -> None:
    """Open R1 over L1; everybody commits but one."""
    async with play.work(office()) as work:
        order = lottery.RoundOrder(round_id=ROUND, title="批次", plan_id=PLAN, lines=("L1",))
        opened = await lottery.open_round(work, order)
    for code in opened.departments:
        if code != silent:
            await commit(play, code, 1)


async def test_a_department_that_never_commits_cannot_block_for_ever(adopted: Play) -> None:
    await opened_without(adopted, HEALTH)

    await cancel(adopted)

    cancelled = await round_of(adopted)
    async with adopted.work(AUDITOR) as work:
        why = await work.cancellations.get(ROUND)
    assert (cancelled.state, cancelled.lines) == (RoundState.CANCELLED, ())
    assert (why.awaited, why.lines) == ((HEALTH,), ("L1",))
    assert (why.requested_by, why.decided_by) == ("office-a", "office-b")
    told = await letters(adopted, "RoundCancelled")  # all were asked, though nothing was frozen
    assert len(told) == len(cancelled.departments)
    drawn = await adopted.drawn_round(NEXT_ROUND, "L1")  # its line is free again
    assert drawn.state is RoundState.DRAWN


async def test_it_takes_two_persons_and_a_reason_of_the_table(adopted: Play) -> None:
    await opened_without(adopted, HEALTH)

    async with adopted.work(office("office-b")) as work:
        await refused(Rule.FIRST_PERSON_MISSING, lottery.cancel_round(work, ROUND))
    async with adopted.work(office("office-a")) as work:
        for reason, note, rule in (
            ("because", "", Rule.CODE_UNKNOWN),
            ("plan-changed", "", Rule.REASON_MISSING),
            ("plan-changed", "两\n行", Rule.STATEMENT_INVALID),
        ):
            await refused(rule, lottery.request_cancellation(work, ROUND, reason, note))
        await lottery.request_cancellation(work, ROUND, "plan-changed", WHY)
    async with adopted.work(office("office-a")) as work:
        await refused(Rule.TWO_PERSONS_NEEDED, lottery.cancel_round(work, ROUND))
    async with adopted.work(AUDITOR) as work:
        await refused(Rule.ROLE_NOT_ALLOWED, lottery.cancel_round(work, ROUND))

    assert (await round_of(adopted)).state is RoundState.OPEN


async def test_a_frozen_attempt_stays_as_void_and_the_next_round_refers_to_it(
    adopted: Play, tmp_path: Path
) -> None:
    frozen = await frozen_round(adopted)
    await adopted.sign(frozen, (FIRE,))

    await cancel(adopted, "plan-changed", WHY)

    cancelled = await round_of(adopted)
    async with adopted.work(AUDITOR) as work:
        kept = await work.void_attempts.get((ROUND, 1))
        record = in_memory(await lottery.published_record(work, ROUND))
    assert kept.cause is VoidCause.CANCELLED
    assert kept.reason == f"cancelled: plan-changed: {WHY} [{HEALTH},{MARKET}]"
    assert kept.reason.encode() in record["transcript.json"]
    assert verified(tmp_path / "record", record, adopted).startswith("0 ")
    for kind in ("RoundCancelled", "DrawRecordPublished"):
        assert len(await letters(adopted, kind)) == len(cancelled.departments)
    await adopted.open_round(NEXT_ROUND, "L1")
    following = await adopted.freeze(NEXT_ROUND)
    assert following.previous == cancelled.transcript_hash


async def test_after_a_void_the_last_attempt_with_a_commit_stands(
    adopted: Play, tmp_path: Path
) -> None:
    frozen = await frozen_round(adopted)
    await adopted.sign(frozen)
    await adopted.reveal(frozen, (FIRE,))
    await void(adopted)

    await cancel(adopted)

    cancelled = await round_of(adopted)
    async with adopted.work(AUDITOR) as work:
        record = in_memory(await lottery.published_record(work, ROUND))
    assert (cancelled.attempt, cancelled.commit_hash) == (1, frozen.commit_hash)
    assert verified(tmp_path / "record", record, adopted).startswith("0 ")
    assert "reveals.json" not in record


async def test_once_a_department_has_revealed_only_void_or_draw_may_follow(adopted: Play) -> None:
    frozen = await frozen_round(adopted)
    await adopted.sign(frozen)
    async with adopted.work(office("office-a")) as work:
        await lottery.request_cancellation(work, ROUND, "never-committed", "")
    await adopted.reveal(frozen, (FIRE,))

    async with adopted.work(office("office-b")) as work:
        error = await refused(Rule.REVEALS_UNDER_WAY, lottery.cancel_round(work, ROUND))
        again = lottery.request_cancellation(work, ROUND, "never-committed", "")
        await refused(Rule.REVEALS_UNDER_WAY, again)

    assert error.facts["revealed"] == [FIRE]


@pytest.mark.parametrize("step", ["ready", "drawn"])
async def test_what_is_decided_is_never_given_up(adopted: Play, step: str) -> None:
    frozen = await frozen_round(adopted)
    await adopted.sign(frozen)
    await adopted.reveal(frozen)
    if step == "drawn":
        await adopted.draw(ROUND)

    async with adopted.work(office()) as work:
        asked = lottery.request_cancellation(work, ROUND, "never-committed", "")
        await refused(Rule.MOVE_NOT_ALLOWED, asked)


async def test_no_head_of_a_cancelled_round_serves_again(adopted: Play) -> None:
    await opened_without(adopted, HEALTH)
    await cancel(adopted)
    async with adopted.work(office()) as work:
        order = lottery.RoundOrder(round_id=NEXT_ROUND, title="批次", plan_id=PLAN, lines=("L1",))
        await lottery.open_round(work, order)
    used = (await contributor_of(adopted, FIRE)).head or ""

    message = EntropyCommitted(round_id=NEXT_ROUND, head=used)
    await refused(Rule.HEAD_USED_BEFORE, adopted.receive(FIRE, message))


async def test_nothing_reaches_a_cancelled_round(adopted: Play) -> None:
    await opened_without(adopted, HEALTH)
    await cancel(adopted)

    await refused(Rule.ALREADY_COMMITTED, commit(adopted, HEALTH, 1))
    async with adopted.work(office()) as work:
        await refused(Rule.MOVE_NOT_ALLOWED, lottery.request_freeze(work, ROUND))
        await refused(Rule.NOBODY_AWAITED, lottery.remind_now(work, ROUND))


async def test_missing_a_deadline_for_the_head_counts_as_silence_until_nobody_waits_any_more(
    adopted: Play,
) -> None:
    await opened_without(adopted, HEALTH)
    async with adopted.work(office()) as work:
        await refused(Rule.DEADLINE_NOT_PASSED, lottery.note_silence(work, ROUND))

    for _time in range(POLICY.lottery.voids):
        async with adopted.work(office()) as work:
            await refused(Rule.NOT_SILENT_ENOUGH, lottery.leave_out(work, ROUND, HEALTH))
        pass_deadline(adopted)
        async with adopted.work(office()) as work:
            await lottery.note_silence(work, ROUND)
    async with adopted.work(office()) as work:
        await lottery.leave_out(work, ROUND, HEALTH)

    assert (await round_of(adopted)).attempt == 1  # no attempt had begun
    assert (await contributor_of(adopted, HEALTH)).number_silent == POLICY.lottery.voids
    frozen = await adopted.freeze(ROUND)
    await adopted.sign(frozen, (FIRE, MARKET))
    await adopted.reveal(frozen, (FIRE, MARKET))
    drawn = await adopted.draw(ROUND)
    async with adopted.work(AUDITOR) as work:
        heads = {each.code for each in await work.contributors.where(round_id=ROUND) if each.value}
    assert heads == {FIRE, MARKET, OFFICE}
    assert drawn.state is RoundState.DRAWN


async def test_nobody_is_noted_who_has_committed(adopted: Play) -> None:
    await adopted.open_round(ROUND, "L1")
    pass_deadline(adopted)

    async with adopted.work(office()) as work:
        await refused(Rule.NOBODY_SILENT, lottery.note_silence(work, ROUND))
