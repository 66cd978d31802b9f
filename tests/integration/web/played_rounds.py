"""Four rounds of the small county: open, closed, listed at the draw, and covert."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from contracts.draw_proof import hash_of
from coordinator.adapters.record_shelf import FolderShelf
from coordinator.domain.annual_plan import ListPublicity, StratumRule
from coordinator.domain.dispatch import Visit
from coordinator.domain.lottery.transcript import sums_in
from coordinator.domain.lottery.verification import Examined
from coordinator.domain.registers import RiskClass
from coordinator.services import duties, lottery
from coordinator.services.lottery.record import whole_record
from coordinator.services.ports import Actor, Role
from tests.builders import FIRE, MARKET, NOW, POLICY
from tests.county import found_county
from tests.play import AUDITOR, COVERT_ROUND, ROUND, Play, office, start
from tests.snapshots import Snapshot, migrated_file, snapshot, sqlite_url

CLOSED_ROUND, LISTED_ROUND = "R2", "R3"
DUTY = Actor(name="daily-duties", role=Role.OFFICE)


@dataclass(frozen=True)
class PlayedRounds:
    """The database after all four rounds, and the visit whose code is valid on its day."""

    kept: Snapshot
    visit: Visit
    secret: Visit


async def play_rounds(folder: Path) -> PlayedRounds:
    """Play the four rounds; the clock stands on a day of the last two."""
    file = await migrated_file(folder / "county.db")
    play = start(sqlite_url(file), folder, shelf=FolderShelf(folder / "records"))
    await found_county(play)
    await _play_open_round(play)
    await _play_closed_round(play)
    await _begin_two_more(play)
    async with play.work(AUDITOR) as work:
        [visit, *_] = await work.visits.where(round_id=LISTED_ROUND)
        [secret] = await work.visits.where(round_id=COVERT_ROUND)
    return PlayedRounds(await snapshot(play, file), visit, secret)


async def change_line(play: Play, code: str, **changes: Any) -> None:
    async with play.work(office()) as work:
        await work.plan_lines.save(replace(await work.plan_lines.get(code), **changes))


async def _play_open_round(play: Play) -> None:
    """L1 with a public frame, drawn at the second attempt, disclosed after its last visit."""
    await play.open_round(ROUND, "L1")
    first = await play.freeze(ROUND)
    await play.sign(first)
    await play.reveal(first, (FIRE, MARKET))
    play.clock.pass_time(hours=POLICY.lottery.reveal_hours, seconds=1)
    async with play.work(office()) as work:
        await lottery.void_attempt(work, ROUND)
    await play.draw_frozen(await play.freeze(ROUND))
    await play.publish(ROUND)
    tasks = await play.tasks(ROUND)
    for task in tasks:
        await play.accept(task)
    play.clock.pass_time(days=20)
    for task in tasks:
        await play.report(task)
    await play.examine()


async def _play_closed_round(play: Play) -> None:
    """L3 stratified by credit class, opened by its embargo, verified by the auditor."""
    async with play.work(office()) as work:
        for number, thing in enumerate(await work.objects.where(industry="H6210")):
            grade = RiskClass.D if number % 2 else RiskClass.A
            await work.objects.save(thing.model_copy(update={"risk_class": grade}))
    shares = {
        "D": StratumRule(numerator=1, denominator=1),
        "*": StratumRule(numerator=1, denominator=2),
    }
    await change_line(play, "L3", strata=shares, number=None)
    drawn = await play.drawn_round(CLOSED_ROUND, "L3")
    play.clock.go_to(drawn.embargo_date + timedelta(days=1))
    async with play.work(DUTY) as work:
        await duties.do_duty(work, "open-embargoed-records")
    await play.examine()
    async with play.work(AUDITOR) as work:
        sums = hash_of(sums_in(await whole_record(work, CLOSED_ROUND)))
        examined = Examined(sums_hash=sums, words=f"ok {CLOSED_ROUND} 第 1 次 attempt 1 done")
        await lottery.sign_verification(work, CLOSED_ROUND, examined)


async def _begin_two_more(play: Play) -> None:
    """L2 with its list open at the draw, and the covert L9: both dispatched, none visited."""
    days = {"window_from": NOW.date() + timedelta(days=110)}
    days["window_to"] = NOW.date() + timedelta(days=140)
    await change_line(play, "L2", list_publicity=ListPublicity.ON_DRAW, **days)
    await change_line(play, "L9", **days)
    for round_id, line in ((LISTED_ROUND, "L2"), (COVERT_ROUND, "L9")):
        await play.drawn_round(round_id, line)
        await play.publish(round_id)
    play.clock.go_to(days["window_from"] + timedelta(days=15))
