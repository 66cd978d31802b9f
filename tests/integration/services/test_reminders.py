"""Who is awaited is reminded: by the deadline, by a person, never who has done its part."""

from types import SimpleNamespace
from typing import Any

from contracts.draw_proof import chain_head
from contracts.draws import EntropyCommitted
from coordinator.bootstrap.daily import remind_contributors
from coordinator.domain.errors import Rule
from coordinator.services import lottery
from tests.builders import DEPARTMENTS, FIRE, HEALTH, MARKET, POLICY
from tests.integration.services.ceremony import (
    contributor_of,
    frozen_round,
    pass_deadline,
    refused,
    void,
)
from tests.integration.services.post_box import letters
from tests.play import AUDITOR, ROUND, Play, office, secret_of

FIRST, SECOND = POLICY.lottery.reminder_hours


async def remind_when_due(play: Play) -> int:
    async with play.work(office()) as work:
        return await lottery.remind_when_due(work)


async def reminded(play: Play) -> list[tuple[str, str, int]]:
    """Give whom was reminded of what, and for which time, in order."""
    found = await letters(play, "EntropyReminded")
    return [
        (each.recipient.split(".")[2], each.data["awaited"], each.data["number"]) for each in found
    ]


async def test_a_deadline_reminds_at_the_times_of_the_profile_and_once_after_it(
    adopted: Play,
) -> None:
    await frozen_round(adopted)
    hours = POLICY.lottery.reveal_hours

    sent = []
    for passed in (hours - FIRST - 1, 1, 0, FIRST - SECOND, SECOND, 1, 5):
        adopted.clock.pass_time(hours=passed)
        sent.append(await remind_when_due(adopted))

    everybody = len(DEPARTMENTS)
    assert sent == [0, everybody, 0, everybody, 0, everybody, 0]
    assert (await contributor_of(adopted, FIRE)).number_of_reminders == 3


async def test_only_who_is_awaited_is_reminded_of_what_is_awaited(adopted: Play) -> None:
    async with adopted.work(office()) as work:
        order = lottery.RoundOrder(round_id=ROUND, title="批次", plan_id="plan-2026", lines=("L1",))
        await lottery.open_round(work, order)
    for code in (MARKET, HEALTH):
        head = chain_head(secret_of(code)).hex()
        await adopted.receive(code, EntropyCommitted(round_id=ROUND, head=head))
    adopted.clock.pass_time(hours=POLICY.lottery.reveal_hours - SECOND)
    await remind_when_due(adopted)
    head = chain_head(secret_of(FIRE)).hex()
    await adopted.receive(FIRE, EntropyCommitted(round_id=ROUND, head=head))
    frozen = await adopted.freeze(ROUND)
    await adopted.sign(frozen, (FIRE,))
    async with adopted.work(office()) as work:
        await lottery.remind_now(work, ROUND)
    await adopted.sign(frozen, (MARKET, HEALTH))
    await adopted.reveal(frozen, (MARKET, HEALTH))
    async with adopted.work(office()) as work:
        await lottery.remind_now(work, ROUND)

    assert await reminded(adopted) == [
        (FIRE, "head", 1),
        (HEALTH, "receipt", 1),
        (MARKET, "receipt", 1),
        (FIRE, "reveal", 1),
    ]


async def test_whoever_was_just_asked_to_reveal_is_not_reminded_at_once(adopted: Play) -> None:
    frozen = await frozen_round(adopted)
    adopted.clock.pass_time(hours=POLICY.lottery.reveal_hours - FIRST)
    await adopted.sign(frozen)

    assert await remind_when_due(adopted) == 0
    adopted.clock.pass_time(hours=FIRST - SECOND)
    assert await remind_when_due(adopted) == len(DEPARTMENTS)


async def test_nobody_is_reminded_when_nobody_is_awaited(adopted: Play) -> None:
    frozen = await frozen_round(adopted)
    await adopted.sign(frozen)
    await adopted.reveal(frozen)
    pass_deadline(adopted)

    async with adopted.work(office()) as work:
        await refused(Rule.NOBODY_AWAITED, lottery.remind_now(work, ROUND))
    assert await remind_when_due(adopted) == 0


async def test_a_new_attempt_counts_its_own_reminders_and_all_are_on_the_chain(
    adopted: Play,
) -> None:
    await frozen_round(adopted)
    async with adopted.work(office()) as work:
        await lottery.remind_now(work, ROUND)

    await void(adopted)

    fire = await contributor_of(adopted, FIRE)
    assert (fire.number_of_reminders, fire.reminded_at, fire.number_silent) == (0, None, 1)
    async with adopted.work(AUDITOR) as work:
        acts = await work.audit_entries.where(tag="lottery:contributor:reminded")
    assert [each.facts["contributor"] for each in acts] == sorted(DEPARTMENTS)


async def test_the_loop_of_the_daily_duties_sends_them_within_its_pause(adopted: Play) -> None:
    parts: Any = SimpleNamespace(around=adopted.around)
    await frozen_round(adopted)

    assert await remind_contributors(parts) == 0
    adopted.clock.pass_time(hours=POLICY.lottery.reveal_hours - SECOND)
    assert await remind_contributors(parts) == len(DEPARTMENTS)
    assert await remind_contributors(parts) == 0
