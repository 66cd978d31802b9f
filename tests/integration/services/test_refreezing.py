"""A late change of the registers forces a new commit, by two persons and with a reason."""

from dataclasses import replace
from pathlib import Path

from contracts.vocabulary import DrawOutcome
from coordinator.domain.errors import Rule
from coordinator.domain.lifecycle import RoundState
from coordinator.domain.lottery.silence import VoidCause
from coordinator.domain.registers.acts import Channel, RegisterKind
from coordinator.services import lottery
from coordinator.services.registers.entries import save_entry
from tests.builders import FIRE, HEALTH, MARKET
from tests.integration.services.ceremony import (
    change_inspector,
    frozen_round,
    pass_deadline,
    refreeze,
    refused,
    round_of,
)
from tests.integration.services.page_clients import page, people
from tests.integration.services.post_box import letters
from tests.integration.services.test_record_and_silence import verified
from tests.play import AUDITOR, ROUND, Play, office

REASON = "消防 1 名检查人员调离"


async def late_changes(play: Play) -> tuple[str, ...]:
    async with play.work(AUDITOR) as work:
        found: tuple[str, ...] = await lottery.late_changes(work, await work.rounds.get(ROUND))
    return found


async def test_a_late_roster_change_forces_a_new_commit(adopted: Play, tmp_path: Path) -> None:
    first = await frozen_round(adopted)
    await change_inspector(adopted, "fr-p2", group="another")
    await adopted.sign(first)

    assert await late_changes(adopted) == (f"rosters/{FIRE}",)
    assert (await round_of(adopted)).state is RoundState.FROZEN
    assert await letters(adopted, "RevealRequested") == []
    pass_deadline(adopted)
    async with adopted.work(office()) as work:
        await refused(Rule.NOBODY_SILENT, lottery.void_attempt(work, ROUND))
    second = await refreeze(adopted)

    assert (second.attempt, second.state) == (2, RoundState.FROZEN)
    assert second.commit_hash != first.commit_hash
    assert await late_changes(adopted) == ()
    done = await adopted.draw_frozen(second)
    async with adopted.work(AUDITOR) as work:
        kept = await work.void_attempts.get((ROUND, 1))
        record = await lottery.whole_record(work, ROUND)
    assert (kept.cause, kept.silent) == (VoidCause.REFROZEN, ())
    assert kept.reason == f"refrozen: {REASON}"
    assert second.previous == kept.transcript_hash
    assert done.outcome is DrawOutcome.DONE
    assert verified(tmp_path / "record", record, adopted).startswith(f"0 ok {ROUND} ")


async def test_changes_of_objects_are_told_and_hold_nobody_back(adopted: Play) -> None:
    frozen = await frozen_round(adopted)
    [anna] = await people(adopted, ("anna", None))
    before = await page(anna, f"/console/rounds/{ROUND}")
    adopted.clock.pass_time(minutes=1)
    async with adopted.work(office()) as work:
        thing = (await work.objects.where())[0].model_copy(update={"scale": "large"})
        await save_entry(work, RegisterKind.OBJECTS, thing, Channel.FORM, "规模变化")

    after = await page(anna, f"/console/rounds/{ROUND}")
    await adopted.sign(frozen)

    assert "对象名录又有" not in before
    assert "冻结后对象名录又有 1 次登记变动" in after
    assert thing.object_id not in after
    assert await late_changes(adopted) == ()
    assert (await round_of(adopted)).state is RoundState.REVEALING


async def test_a_change_elsewhere_holds_nobody_back(adopted: Play) -> None:
    await adopted.open_round(ROUND, "L2")
    frozen = await adopted.freeze(ROUND)
    await change_inspector(adopted, "fr-p2", group="another")

    await adopted.sign(frozen)

    assert (await round_of(adopted)).state is RoundState.REVEALING


async def test_freezing_anew_needs_two_persons_and_a_reason(adopted: Play) -> None:
    await frozen_round(adopted)

    async with adopted.work(office("office-a")) as work:
        await refused(Rule.FIRST_PERSON_MISSING, lottery.refreeze(work, ROUND))
        await refused(Rule.STATEMENT_INVALID, lottery.request_refreeze(work, ROUND, ""))
        await lottery.request_refreeze(work, ROUND, REASON)
        await refused(Rule.TWO_PERSONS_NEEDED, lottery.refreeze(work, ROUND))

    assert (await round_of(adopted)).attempt == 1


async def test_once_a_department_has_revealed_nothing_is_frozen_anew(adopted: Play) -> None:
    frozen = await frozen_round(adopted)
    await adopted.sign(frozen)
    async with adopted.work(office("office-a")) as work:
        await lottery.request_refreeze(work, ROUND, REASON)
    await adopted.reveal(frozen, (HEALTH,))

    async with adopted.work(office("office-b")) as work:
        error = await refused(Rule.REVEALS_UNDER_WAY, lottery.refreeze(work, ROUND))
        assert error.facts["revealed"] == [HEALTH]
        await refused(Rule.REVEALS_UNDER_WAY, lottery.request_refreeze(work, ROUND, REASON))
    await adopted.reveal(frozen, (FIRE, MARKET))
    async with adopted.work(office("office-b")) as work:
        await refused(Rule.MOVE_NOT_ALLOWED, lottery.refreeze(work, ROUND))


async def test_after_the_sixteenth_attempt_a_new_freeze_waits_for_new_heads(adopted: Play) -> None:
    await adopted.open_round(ROUND, "L1")
    async with adopted.work(office()) as work:
        await work.rounds.save(replace(await work.rounds.get(ROUND), attempt=16))
    await adopted.freeze(ROUND)

    opened = await refreeze(adopted)

    assert (opened.attempt, opened.state) == (17, RoundState.OPEN)
    await refused(Rule.COMMITMENTS_MISSING, adopted.freeze(ROUND))
