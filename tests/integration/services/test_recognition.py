"""A clean result of one department spares the next visit of another the same question (2.3.4)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.tasks import TaskPublished
from coordinator.domain.annual_plan import StratumRule
from coordinator.domain.checklist_merge.recognition import Recognition
from coordinator.domain.dispatch import DepartmentTask
from coordinator.domain.object_replacing import DroppedCheck
from coordinator.services import appraisal, disclosure, review
from tests.builders import FIRE, HEALTH, MARKET, an_inspector
from tests.integration.services.post_box import letters
from tests.integration.services.test_burden import plan_line, record_verdict, rows
from tests.integration.services.test_object_replacing import a_case
from tests.play import AUDITOR, Play, approver, clerk, office
from tests.recognised_rounds import (
    FIRST,
    PLAN,
    SECOND,
    answered,
    first_round,
    plan_two_rounds,
    second_round,
)

UNCHECKED = {
    "answers": {},
    "checked": False,
    "problem": "库房上锁",
    "result_codes": ("F",),
    "follow_up": ("stop-and-report",),
}
PROBLEM = {
    "result_codes": ("2",),
    "problem": "超范围经营",
    "legal_basis": "《食品安全法》第一百二十二条",
    "follow_up": ("case",),
}


async def recognised(play: Play) -> list[Recognition]:
    async with play.work(AUDITOR) as work:
        return list(await work.recognitions.where(round_id=SECOND))


async def dropped(play: Play) -> list[DroppedCheck]:
    async with play.work(AUDITOR) as work:
        return list(await work.dropped_checks.where(round_id=SECOND))


async def test_a_clean_result_spares_another_department_the_question_and_a_key_item_keeps_it(
    recognised_second: Play, tmp_path: Path
) -> None:
    found = await recognised(recognised_second)
    asked = {(each.department, each.item, each.checkpoint) for each in found}
    assert asked == {(FIRE, "fr-1", "s1"), (FIRE, "fr-2", "s2")}
    assert {each.from_department for each in found} == {MARKET}
    async with recognised_second.work(AUDITOR) as work:
        results = {each.result_id: each for each in await work.results.where(item="mr-1")}
        checks = await work.checks.where(round_id=SECOND)
    assert {results[each.result_id].object_id for each in found} == {e.object_id for e in found}
    assert {check.item for check in checks} == {"fr-1", "he-1"}
    assert (await record_verdict(recognised_second, tmp_path, SECOND)).startswith("0 ok RB")


async def test_an_item_that_has_nothing_left_to_ask_drops_off_with_its_reference(
    recognised_second: Play,
) -> None:
    gone = await dropped(recognised_second)
    file = await rows(recognised_second, SECOND, "dropped.tsv")
    assert {(each.item, each.outcome) for each in gone} == {("fr-2", "recognised")}
    assert sorted(row[4] for row in file) == sorted(each.reference for each in gone)
    assert all(each.reference.startswith(f"{FIRST}-") for each in gone)
    assert len(gone) == 8


async def test_the_card_tells_the_department_what_stands_for_the_answer(
    recognised_second: Play,
) -> None:
    recognised_second.clock.pass_time(days=50)
    await recognised_second.publish(SECOND)

    sent = [
        TaskPublished.model_validate(e.data)
        for e in await letters(recognised_second, "TaskPublished")
    ]
    tasks = [each for each in sent if (each.round_id, each.department) == (SECOND, FIRE)]
    points = [point for task in tasks for check in task.checks for point in check.checkpoints]
    cards = [point.recognised for point in points if point.recognised]
    assert {point.code for point in points if point.recognised is None} == {"q1"}
    assert {(card.department, card.value) for card in cards} == {(MARKET, "是")}
    assert len(cards) == len(tasks) == 8


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"answers": {"s1": "否", "s2": "不适用"}}, {}),
        (UNCHECKED, {}),
        ({"approve": False}, {}),
        (PROBLEM, {}),
        ({}, {"recognises": False}),
        ({}, {"checked_afresh": ("fr-1", "fr-2")}),
    ],
    ids=["answers", "not checked", "not approved", "problem", "line says no", "items say no"],
)
async def test_what_does_not_count_is_checked(
    adopted: Play, first: dict[str, Any], second: dict[str, Any]
) -> None:
    await plan_two_rounds(adopted, **second)
    await first_round(adopted, **first)

    await second_round(adopted)

    assert await recognised(adopted) == []
    assert await dropped(adopted) == []


@pytest.mark.parametrize(("days", "number"), [(0, 16), (1, 0)])
async def test_a_result_expires_by_the_day_counted_to_the_last_day_of_the_window(
    adopted: Play, days: int, number: int
) -> None:
    await plan_two_rounds(adopted)
    async with adopted.work(office()) as work:
        plan = await work.plans.get(PLAN)
        await work.plans.save(replace(plan, overrides={"merge.recognition_months": "2"}))
    await first_round(adopted)
    async with adopted.work(AUDITOR) as work:
        (day,) = {each.visited_date for each in await work.results.where(item="mr-1")}
    last = day.replace(month=day.month + 2) + timedelta(days=days)
    await plan_line(adopted, "B", window_to=last)

    await second_round(adopted)

    assert len(await recognised(adopted)) == number


async def test_an_objected_result_does_not_count(answered_first: Play) -> None:
    tasks = [task for task in await answered_first.tasks(FIRST) if task.department == MARKET]
    for task in tasks:
        await answered_first.disclose(task)
    async with answered_first.work(clerk(MARKET)) as work:
        (first, *_) = await work.disclosures.where(item="mr-1")
        await disclosure.receive_objection(work, first.disclosure_id, "并未检查")

    await second_round(answered_first)

    found = {each.object_id for each in await recognised(answered_first)}
    assert first.object_id not in found
    assert len(found) == 7


async def test_a_corrected_report_speaks_by_its_standing_version(adopted: Play) -> None:
    await plan_two_rounds(adopted)
    tasks = await first_round(adopted, approve=False)
    await corrected(adopted, tasks)

    await second_round(adopted)

    assert await recognised(adopted) == []


async def corrected(play: Play, tasks: Sequence[DepartmentTask]) -> None:
    """Return every report of the market and let a second version find a problem."""
    for task in tasks:
        if task.department != MARKET:
            continue
        async with play.work(approver(MARKET)) as work:
            await review.return_result(work, task.visit_id, MARKET, "请核对")
        second = {"s1": "否", "s2": "否"}
        await answered(play, replace(task, report_version=1), second, **PROBLEM)
        await play.approve(task)


async def test_a_round_of_which_nothing_is_left_to_check_is_finished_with_its_references(
    adopted: Play, tmp_path: Path
) -> None:
    await plan_two_rounds(adopted, items=("fr-2", "he-3"))
    await first_round(adopted)

    await second_round(adopted)

    gone = await dropped(adopted)
    async with adopted.work(AUDITOR) as work:
        (completion, _) = await appraisal.indicators(work, SECOND)
        number_of_visits = await work.visits.count(round_id=SECOND)
    assert {each.department for each in gone} == {FIRE, HEALTH}
    assert number_of_visits == 0
    assert (completion.numerator, completion.denominator) == (8, 8)
    assert (await record_verdict(adopted, tmp_path, SECOND)).startswith("0 ok RB")


async def test_who_stands_for_a_replaced_object_has_its_clean_results_recognised_too(
    adopted: Play, tmp_path: Path
) -> None:
    half = {"*": StratumRule(numerator=1, denominator=2)}
    await plan_two_rounds(adopted, number=None, strata=half)
    async with adopted.work(office()) as work:  # whoever was there last time may not go again
        await work.inspectors.save(*(an_inspector(f"he-p{n}", HEALTH) for n in range(6, 10)))
    await first_round(adopted)
    await second_round(adopted)
    case = await a_case(adopted, round_id=SECOND, line="B")
    await case.close()

    [visit_id] = await case.replace()

    [row] = await case.replacements()
    async with adopted.work(AUDITOR) as work:
        checks = await work.checks.where(visit_id=visit_id)
    assert {check.item for check in checks} == {"fr-1", "he-1"}
    now = {each.object_id for each in await dropped(adopted)}
    assert row.replacement in now
    assert (await case.record(tmp_path)).startswith("0 ok RB")
