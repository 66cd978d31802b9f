"""The page of a round says how each line is drawn: rules, counts, chances, order of batches."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contracts.vocabulary import Mode
from coordinator.domain.annual_plan import Selection, Weighting
from coordinator.domain.policy import DrawWeight
from coordinator.domain.registers import LastCheck
from coordinator.services.ports import Role
from coordinator.web.console.line_draws import LineDrawView, line_draw_views
from coordinator.web.names import load_names
from tests.builders import FIRE, HEALTH, MARKET, an_object
from tests.county import found_county
from tests.integration.services.page_clients import page, people
from tests.integration.services.test_plan_lines_drawn import with_line
from tests.play import AUDITOR, COVERT_ROUND, ROUND, Play, clerk, office, start
from tests.snapshots import migrated_file, sqlite_url

EVERYBODY: dict[str, Any] = {"selection": Selection.ALL, "strata": {}}


@pytest.fixture
async def county(tmp_path: Path) -> AsyncIterator[Play]:
    play = start(sqlite_url(await migrated_file(tmp_path / "county.db")), tmp_path)
    await found_county(play)
    yield play
    await play.close()


class Seen:
    """As much of a console as the views ask for: who looks."""

    def __init__(self, actor: Any) -> None:
        self.actor = actor


async def views(play: Play, round_id: str, actor: Any = AUDITOR) -> list[LineDrawView]:
    async with play.work(actor) as work:
        drawn = await work.rounds.get(round_id)
        seen: Any = Seen(actor)
        return await line_draw_views(seen, work, drawn, await load_names(work))


async def test_before_the_freeze_only_the_rules_of_a_line_are_told(county: Play) -> None:
    await county.open_round(ROUND, "L1")

    [found] = await views(county, ROUND)

    assert found.rules == ["50\u00a0%", "机会均等", "3 个事项"]
    assert (found.strata, found.weights, found.batches) == ((), (), [])


async def test_counts_exclusions_and_chances_are_told_from_the_freeze_on(county: Play) -> None:
    weight = DrawWeight(by="tag", value="special-equipment", weight=3)
    await with_line(county, "L1", weighting=Weighting.OWN, weights=(weight,), fresh_months=12)
    checks = tuple(
        LastCheck(department=code, date=date(2026, 1, 5)) for code in (MARKET, FIRE, HEALTH)
    )
    async with county.work(office()) as work:
        await work.objects.save(
            an_object(1, last_checks=checks),
            an_object(2, tags=("restaurant", "special-equipment")),
        )
    await county.open_round(ROUND, "L1")
    await county.freeze(ROUND)

    [found] = await views(county, ROUND)

    [row] = found.strata
    assert (row.figures.number_in_frame, row.figures.number_eligible) == (8, 7)
    assert (row.figures.number_drawn, row.excluded) == (4, "近期已检查 1")
    heavy, light = found.weights
    assert (heavy.weight, heavy.eligible, heavy.certain) == (3, 1, True)
    assert (light.eligible, light.chance, light.expected) == (6, "50 %", "3")
    assert "加权抽取（special-equipment 权数 3，其余权数 1）" in found.rules


async def test_of_a_line_that_takes_everybody_the_order_of_the_batches_is_told(
    county: Play,
) -> None:
    await with_line(county, "L1", **EVERYBODY)
    await county.drawn_round(ROUND, "L1")

    [found] = await views(county, ROUND)
    [of_department] = await views(county, ROUND, clerk(MARKET))

    assert found.takes_everybody
    assert found.number_of_batches == 8
    assert sorted(name for _, name in found.batches) == sorted(
        an_object(n).name for n in range(1, 9)
    )
    assert of_department.batches == []


async def test_whom_a_covert_round_drew_is_not_told(county: Play) -> None:
    covert = await with_line(county, "L9", **EVERYBODY)
    await county.drawn_round(COVERT_ROUND, "L9")

    [found] = await views(county, COVERT_ROUND, office())

    assert covert.mode is Mode.COVERT
    assert found.takes_everybody
    assert (found.batches, found.number_of_batches) == ([], 0)
    assert office().role is Role.OFFICE


async def test_what_was_drawn_runs_on_the_screen_in_marks_where_no_name_may_stand(
    county: Play,
) -> None:
    await with_line(county, "L9", **EVERYBODY)
    await county.drawn_round(COVERT_ROUND, "L9")
    [somebody] = await people(county, ("anna", None))

    screen = await page(somebody, f"/console/rounds/{COVERT_ROUND}/screen")

    async with county.work(AUDITOR) as work:
        checks = await work.checks.where(round_id=COVERT_ROUND)
        objects = {check.object_id: check.object_name for check in checks}
    assert screen.count("<li></li>") == len(objects) > 0
    assert f"<b>{len(objects)}</b>" in screen
    assert [word for pair in objects.items() for word in pair if word in screen] == []
