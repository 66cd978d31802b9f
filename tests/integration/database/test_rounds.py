"""Rounds on PostgreSQL: what became of them is, to the byte of the record, what SQLite gives.

The stories go through what came after the first draw: replaced objects and members, exemptions of
the burden cap, a supplement, a round that was given up, records that are examined.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from coordinator.adapters.record_shelf import FolderShelf
from coordinator.services import checklist_merge, handlers, lottery, object_replacing, team_draw
from coordinator.services.object_replacing import ReplacementOrder
from tests.builders import FIRE, HEALTH, an_inspector
from tests.county import found_county
from tests.integration.services.test_cancelling import cancel, opened_without
from tests.play import AUDITOR, ROUND, Play, office, start
from tests.records import in_memory
from tests.snapshots import migrated_file, sqlite_url

pytestmark = pytest.mark.needs_postgres

Story = Callable[[Play], Awaitable[None]]
SUPPLEMENT = f"{ROUND}.T1"
# What a database may name as it likes: ids that a clock and chance make up.
MADE_UP = {"request_id", "entry_id", "exemption_id"}


@pytest.fixture
async def on_sqlite(tmp_path: Path) -> AsyncIterator[Play]:
    folder = tmp_path / "sqlite"
    folder.mkdir()
    play = start(
        sqlite_url(await migrated_file(folder / "county.db")), folder, shelf=_shelf(folder)
    )
    yield play
    await play.close()


@pytest.fixture
async def on_postgres(empty: Play, migrated_url: str, tmp_path: Path) -> AsyncIterator[Play]:
    folder = tmp_path / "postgres"
    folder.mkdir()
    play = start(migrated_url, folder, shelf=_shelf(folder))
    yield play
    await play.close()


def _shelf(folder: Path) -> FolderShelf:
    return FolderShelf(folder / "records")


async def replaced(play: Play) -> None:
    """Draw, replace an object that closed and a member who fell ill, and exempt a place."""
    await play.drawn_round(ROUND, "L1", "L2")
    async with play.work(office()) as work:
        [visit, *_] = [
            each
            for each in await work.visits.where(round_id=ROUND, desk=False)
            if {check.line for check in await work.checks.where(visit_id=each.visit_id)} == {"L1"}
        ]
        [check, *_] = await work.checks.where(visit_id=visit.visit_id)
        closed = await work.objects.get(check.object_id)
        await work.objects.save(closed.model_copy(update={"status": "closed"}))
    async with play.work(office("office-a")) as work:
        order = ReplacementOrder(visit_id=visit.visit_id, reason="closed")
        request = await object_replacing.request_replacement(work, order)
    async with play.work(office("office-b")) as work:
        done = await handlers.replace_object(work, request.request_id)
    async with play.work(office("office-b")) as work:
        [seat, *_] = await work.team.where(visit_id=done.visits[0], leader=False, expert=False)
        departure = team_draw.Departure(
            visit_id=seat.visit_id, person_id=seat.person_id, reason="illness"
        )
        await handlers.replace_member(work, departure)
    async with play.work(office("office-a")) as work:
        asked = await checklist_merge.request_exemption(
            work, visit.place, 2026, "complaint", "群众举报"
        )
    async with play.work(office("office-b")) as work:
        await checklist_merge.approve_exemption(work, asked.exemption_id)


async def supplemented(play: Play) -> None:
    """Draw teams that fire rescue has nobody for, and again once officers have come."""
    async with play.work(office()) as work:
        for person in await work.inspectors.where(department=FIRE):
            await work.inspectors.remove(person.inspector_id)
    await play.drawn_round(ROUND, "L1")
    async with play.work(office()) as work:
        for number in range(11, 17):
            await work.inspectors.save(an_inspector(f"fr-p{number}", FIRE))
    async with play.work(office()) as work:
        await lottery.open_supplement(work, ROUND)
    await play.draw_frozen(await play.freeze(SUPPLEMENT))


async def given_up(play: Play) -> None:
    """Give a round up that one department never committed to."""
    await opened_without(play, HEALTH)
    await cancel(play)


async def disclosed(play: Play) -> None:
    """Finish every visit, and examine the record that opens with the last."""
    await play.drawn_round(ROUND, "L1", "L2")
    await play.publish(ROUND)
    tasks = await play.tasks(ROUND)
    for task in tasks:
        await play.accept(task)
    play.clock.pass_time(days=20)
    for task in tasks:
        await play.report(task)
    await play.examine()


KEPT = (
    "rounds",
    "contributors",
    "void_attempts",
    "cancellations",
    "round_audits",
    "visits",
    "checks",
    "team",
    "member_changes",
    "object_replacements",
    "dropped_checks",
    "burden_counts",
    "burden_entries",
    "cap_exemptions",
)


async def what_is_left(play: Play) -> dict[str, Any]:
    """Give every value that the story left, and the files of every record."""
    left: dict[str, Any] = {}
    async with play.work(AUDITOR) as work:
        for name in KEPT:
            found = [_facts(value) for value in await getattr(work, name).where()]
            left[name] = sorted(found, key=str)
        for drawn in await work.rounds.where():
            if drawn.outcome is not None:
                record = await lottery.whole_record(work, drawn.round_id)
                left[f"record {drawn.round_id}"] = in_memory(record)
    return left


def _facts(value: Any) -> dict[str, Any]:
    names = [each.name for each in fields(value)]
    skipped = {*MADE_UP, "record_folder"}
    return {name: getattr(value, name) for name in names if name not in skipped}


@pytest.mark.parametrize("story", [replaced, supplemented, given_up, disclosed])
async def test_a_story_ends_alike_on_both_databases(
    on_postgres: Play, on_sqlite: Play, story: Story
) -> None:
    ends = []
    for play in (on_postgres, on_sqlite):
        await found_county(play)
        await story(play)
        ends.append(await what_is_left(play))

    assert ends[0] == ends[1]
    assert ends[0]["rounds"]
