"""Plan, freeze, draw and record agree: each kind of line from its count to the verified record."""

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contracts.draw_files import parse_file
from contracts.draw_record import Transcript
from contracts.draw_tables import DRAWN, ITEMS, DrawnRow, ItemRow
from coordinator.domain.annual_plan import (
    Conditions,
    FrameCount,
    PlanLine,
    Selection,
    StratumRule,
    Weighting,
    weight_rules_of,
)
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.policy import DrawWeight
from coordinator.domain.registers import DatedEvent, LastCheck
from coordinator.services import annual_plan
from coordinator.services.policies import policy_of
from tests.builders import FIRE, HEALTH, MARKET, an_object
from tests.integration.services.test_plan_lines_drawn import (
    files,
    frame_rows,
    rules_of,
    verdict,
    with_line,
)
from tests.play import AUDITOR, PLAN, ROUND, Play, office

COMPLAINT = DrawWeight(by="event", value="complaint", weight=9)
LIFT = DrawWeight(by="tag", value="special-equipment", weight=3)
NAMED = tuple(an_object(n).object_id for n in (2, 3, 5))
TENTH_AT_LEAST_3 = StratumRule(numerator=1, denominator=10, minimum=3)
OWN = {"weighting": Weighting.OWN, "weights": (COMPLAINT, LIFT)}

# What is changed on the line, and how many of the eight restaurants (eleven in all) it takes.
KINDS: dict[str, tuple[dict[str, Any], int]] = {
    "a ratio": ({}, 4),
    "a minimum": ({"strata": {"*": TENTH_AT_LEAST_3}}, 3),
    "a fixed number": ({"strata": {}, "number": 5}, 5),
    "a fixed number by lot": ({"strata": {}, "number": 3, "selection": Selection.FIXED}, 3),
    "everybody": ({"strata": {}, "selection": Selection.ALL}, 8),
    "named objects": (
        {"strata": {}, "selection": Selection.FIXED, "conditions": Conditions(objects=NAMED)},
        3,
    ),
    "undirected": ({"directed": False, "conditions": Conditions()}, 6),
    "weights": (OWN, 4),
    "weights and a fixed number": ({**OWN, "strata": {}, "number": 2}, 2),
    "drawn items": ({"items_drawn": 1, "items_always": ("fr-1",)}, 4),
}


async def with_hot_issues(play: Play) -> None:
    """Let one restaurant have a complaint of this year and two have a lift."""
    complaint = DatedEvent(kind="complaint", date=date(2026, 2, 2), source="12315")
    old = DatedEvent(kind="complaint", date=date(2024, 2, 2), source="12315")
    lift = ("restaurant", "special-equipment")
    async with play.work(office()) as work:
        await work.objects.save(
            an_object(1, events=(complaint,)), an_object(2, events=(old,), tags=lift)
        )
        await work.objects.save(an_object(3, tags=lift))


async def counted(play: Play, line: PlanLine) -> FrameCount:
    async with play.work(office()) as work:
        policy = (await policy_of(work, await work.plans.get(PLAN))).plan
        weights = weight_rules_of(line, policy)
        return await annual_plan.frame_count(work, line.conditions, line.share, weights)


async def drawn_rows(play: Play, drawn: Round) -> list[DrawnRow]:
    body = (await files(play, drawn))["drawn/L1.tsv"]
    return parse_file(DRAWN, body, drawn.round_id, "L1")


@pytest.mark.parametrize("kind", KINDS)
async def test_what_the_plan_expects_is_frozen_drawn_and_verified(
    adopted: Play, tmp_path: Path, kind: str
) -> None:
    changes, number = KINDS[kind]
    await with_hot_issues(adopted)
    line = await with_line(adopted, "L1", **changes)
    expected = await counted(adopted, line)

    drawn = await adopted.drawn_round(ROUND, "L1")

    rows = await drawn_rows(adopted, drawn)
    found = await files(adopted, drawn)
    counts = Transcript.model_validate_json(found["transcript.json"]).counts["L1"]
    assert expected.expected_draw == len(rows) == number
    assert sum(each.drawn for each in counts.values()) == number
    assert sum(each.frame for each in counts.values()) == expected.objects
    assert await verdict(adopted, tmp_path) == f"0 ok {ROUND}"


async def test_weights_stand_in_the_frame_and_their_chances_are_those_foretold(
    adopted: Play,
) -> None:
    await with_hot_issues(adopted)
    line = await with_line(adopted, "L1", **OWN, weight_months=6)
    foretold = (await counted(adopted, line)).weights

    drawn = await adopted.drawn_round(ROUND, "L1")

    rows = await frame_rows(adopted, drawn, "L1")
    weights = {code: row.weight for code, row in rows.items() if row.weight != 1}
    assert weights == {
        an_object(1).object_id: 9,
        an_object(2).object_id: 3,
        an_object(3).object_id: 3,
    }
    assert (await rules_of(adopted, drawn)).lines["L1"].weighted == 1
    assert [(each.weight, each.eligible) for each in foretold] == [(9, 1), (3, 2), (1, 5)]
    certain = {row.object for row in await drawn_rows(adopted, drawn) if row.certain}
    assert certain == {an_object(1).object_id}
    assert [each.chance == 1 for each in foretold] == [True, False, False]
    assert not drawn.public_frames


async def test_a_line_weighs_by_its_profile(adopted: Play) -> None:
    await with_hot_issues(adopted)
    await adopted.override(plan__weights='[{"by": "event", "value": "complaint", "weight": 7}]')
    await adopted.override(plan__weight_months=36)
    await with_line(adopted, "L1", weighting=Weighting.PROFILE)
    await adopted.open_round(ROUND, "L1")

    frozen = await adopted.freeze(ROUND)

    rows = await frame_rows(adopted, frozen, "L1")
    heavy = {code: row.weight for code, row in rows.items() if row.weight != 1}
    assert heavy == {an_object(1).object_id: 7, an_object(2).object_id: 7}


async def test_some_items_are_checked_everywhere_the_others_by_lot_and_teams_follow(
    adopted: Play, tmp_path: Path
) -> None:
    items = ("mr-1", "fr-1", "he-1", "he-2")
    await with_line(adopted, "L1", items=items, items_drawn=1, items_always=("fr-1",))

    drawn = await adopted.drawn_round(ROUND, "L1")

    rule = (await rules_of(adopted, drawn)).lines["L1"].items
    assert rule is not None
    assert (rule.always, rule.candidates, rule.choose) == (("fr-1",), ("he-1", "he-2", "mr-1"), 1)
    body = (await files(adopted, drawn))["items/L1.tsv"]
    rows: list[ItemRow] = parse_file(ITEMS, body, ROUND, "L1")
    assert set(Counter(row.object for row in rows).values()) == {2}
    async with adopted.work(AUDITOR) as work:
        checks = await work.checks.where(round_id=ROUND)
        visits = {each.visit_id: each for each in await work.visits.where(round_id=ROUND)}
        tasks = await work.tasks.where(round_id=ROUND)
    assert {(each.object_id, each.item) for each in checks} == {
        (row.object, row.item) for row in rows
    }
    sent = {(task.visit_id, task.department) for task in tasks}
    assert sent == {(each.visit_id, each.department) for each in checks}
    assert all(FIRE in visit.departments for visit in visits.values())
    # Water is asked only of a health team whose object drew the item that needs it.
    units = (await files(adopted, drawn))["units.tsv"].decode().splitlines()[1:]
    asked = {row.split("\t")[0] for row in units if "water" in row.split("\t")[3].split(",")}
    assert asked == {each.visit_id for each in checks if each.item == "he-2"}
    assert await verdict(adopted, tmp_path) == f"0 ok {ROUND}"


async def test_everybody_of_a_line_is_drawn_once_in_the_order_of_the_batches(
    adopted: Play,
) -> None:
    await with_line(adopted, "L1", **KINDS["everybody"][0])

    drawn = await adopted.drawn_round(ROUND, "L1")

    rows = await drawn_rows(adopted, drawn)
    assert [row.rank for row in rows] == list(range(1, 9))
    assert [row.ticket for row in rows] == sorted(row.ticket for row in rows)


LATELY = date(2025, 11, 11)
OTHERS = (FIRE, HEALTH)


async def checked_by(play: Play, number: int, *departments: str) -> None:
    checks = tuple(LastCheck(department=code, date=LATELY) for code in departments)
    async with play.work(office()) as work:
        await work.objects.save(an_object(number, last_checks=checks))


async def test_whom_all_organs_of_the_line_checked_lately_stays_out_with_the_day(
    adopted: Play, tmp_path: Path
) -> None:
    await adopted.override(plan__fresh_months=6)
    await checked_by(adopted, 1, MARKET, *OTHERS)
    await checked_by(adopted, 2, *OTHERS)

    drawn = await adopted.drawn_round(ROUND, "L1")

    rows = await frame_rows(adopted, drawn, "L1")
    out = {code: row.status for code, row in rows.items() if row.status != "-"}
    assert out == {an_object(1).object_id: "fresh:2025-11-11"}
    assert an_object(1).object_id not in {row.object for row in await drawn_rows(adopted, drawn)}
    assert await verdict(adopted, tmp_path) == f"0 ok {ROUND}"


@pytest.mark.parametrize(
    ("changes", "profile", "statuses"),
    [
        ({"fresh_months": 6}, "null", {"fresh:2025-11-11", "-"}),
        ({"fresh_months": 0}, "6", {"-"}),
        ({"fresh_months": 2}, "12", {"-"}),
        ({"selection": Selection.ALL, "strata": {}}, "12", {"-"}),
    ],
)
async def test_a_line_says_for_itself_how_long_a_check_keeps_an_object_out(
    adopted: Play, changes: dict[str, Any], profile: str, statuses: set[str]
) -> None:
    await adopted.override(plan__fresh_months=profile)
    await with_line(adopted, "L1", **changes)
    await checked_by(adopted, 1, MARKET, *OTHERS)
    await adopted.open_round(ROUND, "L1")

    frozen = await adopted.freeze(ROUND)

    rows = await frame_rows(adopted, frozen, "L1")
    assert {row.status for row in rows.values()} == statuses


async def test_lists_that_no_lot_touches_and_stopped_projects_stay_out(adopted: Play) -> None:
    await adopted.override(plan__exempt_lists='["undisturbed"]')
    async with adopted.work(office()) as work:
        await work.objects.save(
            an_object(1, supervision_list="undisturbed"),
            an_object(2, kind="project", status="suspended"),
        )
    await adopted.open_round(ROUND, "L1")

    frozen = await adopted.freeze(ROUND)

    rows = await frame_rows(adopted, frozen, "L1")
    statuses = {code: row.status for code, row in rows.items() if row.status != "-"}
    assert statuses == {
        an_object(1).object_id: "exempt-list",
        an_object(2).object_id: "project-suspended",
    }


async def test_a_line_that_asks_for_a_list_is_not_kept_from_it(adopted: Play) -> None:
    await adopted.override(plan__exempt_lists='["undisturbed"]')
    line = await with_line(adopted, "L1")
    asked = replace(line.conditions, lists=("undisturbed",))
    await with_line(adopted, "L1", conditions=asked)
    async with adopted.work(office()) as work:
        await work.objects.save(an_object(1, supervision_list="undisturbed"))
    await adopted.open_round(ROUND, "L1")

    frozen = await adopted.freeze(ROUND)

    rows = await frame_rows(adopted, frozen, "L1")
    assert {row.status for row in rows.values()} == {"-"}
