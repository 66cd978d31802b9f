"""Where no organ may check, nobody does: told with the plan, kept out of the frame, deferred."""

from dataclasses import replace
from typing import Any

import pytest

from coordinator.domain.annual_plan import NO_ORGAN
from coordinator.domain.checklist_merge import Outcome
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services import annual_plan
from coordinator.services.checklist_merge import merge_of
from tests.builders import FIRE, a_line
from tests.integration.services.test_plan_lines_drawn import frame_rows
from tests.play import AUDITOR, ROUND, Play, office

TOWN = "640221100"


async def fire_checks_in_one_town(play: Play, number: int) -> None:
    """Let the fire organ's region be one town, and `number` of the objects lie elsewhere."""
    async with play.work(office()) as work:
        await work.departments.save(replace(await work.departments.get(FIRE), region=TOWN))
        things = sorted(await work.objects.where(), key=lambda each: each.object_id)
        inside = [each for each in things if "restaurant" in each.tags][number:]
        await work.objects.save(*(each.model_copy(update={"region": TOWN}) for each in inside))


async def test_a_plan_tells_of_objects_where_a_department_has_no_organ(adopted: Play) -> None:
    await fire_checks_in_one_town(adopted, 3)
    draft = annual_plan.PlanDraft(plan_id="b", year=2026, title="计划", lines=(a_line("B1"),))

    async with adopted.work(office("office-a")) as work:
        await annual_plan.draft_plan(work, draft)
        with pytest.raises(RuleBrokenError) as refused:
            await annual_plan.submit_plan(work, "b")

    told: Any = refused.value.facts["breaches"]
    [gap] = [each["facts"] for each in told if each["rule"] == Rule.OBJECTS_WITHOUT_ORGAN]
    assert (gap["department"], gap["items"], gap["found"]) == (FIRE, ["fr-1"], 3)


async def test_objects_where_an_item_has_no_organ_stay_out_of_the_frame(adopted: Play) -> None:
    await fire_checks_in_one_town(adopted, 3)
    await adopted.open_round(ROUND, "L1")

    frozen = await adopted.freeze(ROUND)

    rows = (await frame_rows(adopted, frozen, "L1")).values()
    assert sum(row.status == "region" for row in rows) == 3
    assert {row.status for row in rows} == {"-", "region"}


async def test_a_check_whose_organ_lost_the_place_after_the_freeze_is_deferred_with_its_reason(
    adopted: Play,
) -> None:
    await adopted.open_round(ROUND, "L1")
    frozen = await adopted.freeze(ROUND)
    async with adopted.work(office()) as work:
        await work.departments.save(replace(await work.departments.get(FIRE), region="640500"))

    await adopted.draw_frozen(frozen)

    async with adopted.work(AUDITOR) as work:
        merge = await merge_of(work, ROUND)
        dropped = await work.dropped_checks.where(round_id=ROUND)
    account = merge.account()
    assert {(each.item, each.reference) for each in dropped} == {("fr-1", NO_ORGAN)}
    assert account.references(Outcome.DEFERRED) == {NO_ORGAN: len(dropped)}
    assert {check.department for check in merge.drawn} & {FIRE} == set()
    assert account.numbers[Outcome.VISITED] == len(merge.drawn) > 0
