"""The sample county's plan: adopted as it is, and refused with each single breach planted into it.

The registers are those of the county's files, counted in the database; the rules are those of its
profile with one figure overridden where the county asks for less.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from coordinator.domain.annual_plan import PlanLine
from coordinator.domain.annual_plan.breaches import WHOLE_PLAN
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import PlanState
from coordinator.services import annual_plan
from coordinator.services.ports import Work
from tests.play import Play, office, start
from tests.scenarios.planted_breaches import CASES, KEY, Planted
from tests.scenarios.sample_county import PLAN, found_sample_county
from tests.snapshots import migrated_file, sqlite_url
from tests.unit.annual_plan.planting import plan_rules


@pytest.fixture(scope="module")
async def county(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Play]:
    folder = tmp_path_factory.mktemp("sample-plan")
    play = start(sqlite_url(await migrated_file(folder / "county.db")), folder)
    await found_sample_county(play, folder / "county")
    yield play
    await play.close()


async def test_the_plan_is_adopted_with_its_figures(county: Play) -> None:
    async with county.work(office()) as work:
        plan = await work.plans.get(PLAN)
        found = await annual_plan.breaches(work, PLAN)

    assert plan.state is PlanState.ADOPTED
    assert found == ()
    assert plan.figures is not None
    assert (plan.figures.number_of_lines, plan.figures.joint_lines) == (9, 7)
    assert plan.figures.random_visits == plan.figures.visits > 0


def test_every_rule_of_the_plan_is_planted_once() -> None:
    planted = [each.rule for each in CASES]

    # A code can't stand twice in a stored plan; the unit test plants it.
    assert {*planted, Rule.LINE_CODE_REPEATED} == plan_rules()
    assert len(planted) == len(set(planted))


@pytest.mark.parametrize("planted", CASES, ids=lambda each: each.rule.value)
async def test_each_single_breach_is_refused_with_its_own_rule(
    county: Play, planted: Planted
) -> None:
    with pytest.raises(RuleBrokenError) as refused:
        await _submitted_with(county, planted)

    assert refused.value.rule is Rule.PLAN_BREACHES
    breaches: Any = refused.value.facts["breaches"]
    assert {each["rule"] for each in breaches} == {planted.rule}
    assert all(each["remedy"]["action"] for each in breaches)
    of_lines = [each["line"] for each in breaches if each["line"] != WHOLE_PLAN]
    assert len(of_lines) == len(set(of_lines)), breaches


async def test_the_forecast_and_the_burden_of_the_plan(county: Play) -> None:
    async with county.work(office()) as work:
        plan = await work.plans.get(PLAN)
        forecast = await annual_plan.forecast(work, PLAN)
        burden = await annual_plan.burden(work, PLAN)
        counts = await annual_plan.frame_count(
            work, (await work.plan_lines.get(KEY)).conditions, (await the_line(work, KEY)).share
        )

    assert plan.figures is not None
    assert forecast.visits == plan.figures.visits
    busy = {load.month for load in forecast.loads if load.visits}
    assert busy == {4, 5, 6, 9}
    assert burden.places > burden.places_over
    assert counts.eligible == sum(counts.by_stratum.values()) > counts.expected_draw > 0


async def the_line(work: Work, code: str) -> PlanLine:
    return await work.plan_lines.get(code)


async def _submitted_with(county: Play, planted: Planted) -> None:
    """Plant and submit in one transaction: nothing stays when it is refused."""
    async with county.work(office("office-a")) as work:
        await _plant(work, planted)
        await annual_plan.submit_plan(work, PLAN)


async def _plant(work: Work, planted: Planted) -> None:
    if planted.registers is not None:
        await planted.registers(work)
    plan = await work.plans.get(PLAN)
    draft = replace(plan, state=PlanState.DRAFT, overrides=planted.stricter, figures=None)
    await work.plans.save(draft)
    if planted.changes:
        line = await work.plan_lines.get(planted.line)
        await work.plan_lines.remove(planted.line)
        await work.plan_lines.save(replace(line, **planted.changes))
