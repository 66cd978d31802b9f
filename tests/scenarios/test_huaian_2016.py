"""淮安 2016, the draw: the worse the credit class, the higher the chance, and anybody can check it.

The weights are those of the profile (D 4, C 3, B 2, others 1). The line says that it draws by them;
adoption, freeze, draw and record follow, and what the public sees names no class.
"""

from collections import Counter
from collections.abc import AsyncIterator
from fractions import Fraction
from pathlib import Path

import pytest

from contracts.draw_files import parse_file
from contracts.draw_record import Rules
from contracts.draw_tables import DRAWN, FRAMES
from coordinator.domain.annual_plan import (
    Conditions,
    StratumRule,
    Weighting,
    weight_rules_of,
)
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.policy import DrawWeight
from coordinator.domain.registers import RiskClass
from coordinator.services import annual_plan, lottery
from coordinator.services.policies import policy_of
from coordinator.services.record_files import files_of
from tests.builders import a_line, an_item, an_object
from tests.county import found_county
from tests.integration.services.test_record_and_silence import verified
from tests.play import AUDITOR, Play, office, start
from tests.snapshots import migrated_file, sqlite_url

PLAN, ROUND, LINE, TAG = "huaian-plan", "H1", "HA-1", "dining"
CLASSES = {RiskClass.D: 6, RiskClass.C: 10, RiskClass.B: 20, RiskClass.A: 24}
WEIGHTS = {RiskClass.D: 4, RiskClass.C: 3, RiskClass.B: 2, RiskClass.A: 1}
TENTH = StratumRule(numerator=1, denominator=10)


@pytest.fixture
async def city(tmp_path: Path) -> AsyncIterator[Play]:
    play = start(sqlite_url(await migrated_file(tmp_path / "city.db")), tmp_path)
    await found_county(play)
    classes = [grade for grade, number in CLASSES.items() for _ in range(number)]
    async with play.work(office()) as work:
        await work.items.save(an_item("mr-9"), an_item("fr-9", "fire-rescue"))
        await work.objects.save(
            *(an_object(100 + n, risk_class=grade, tags=(TAG,)) for n, grade in enumerate(classes))
        )
    yield play
    await play.close()


async def drafted(play: Play, **changes: object) -> None:
    line = a_line(
        LINE,
        items=("mr-9", "fr-9"),
        conditions=Conditions(tags=(TAG,)),
        **{"strata": {"*": TENTH}, "weighting": Weighting.PROFILE, **changes},
    )
    draft = annual_plan.PlanDraft(
        plan_id=PLAN,
        year=2026,
        title="淮安计划",
        policy="huaian-2016",
        lines=(line,),
        overrides={"plan.higher_ratio_for": "[]", "plan.joint_lines_min": "0"},
    )
    async with play.work(office("office-a")) as work:
        await annual_plan.draft_plan(work, draft)
        await annual_plan.submit_plan(work, PLAN)
    async with play.work(office("office-b")) as work:
        await annual_plan.adopt_plan(work, PLAN, "淮双随机办〔2016〕1号")


async def test_the_plan_foretells_chances_of_four_to_one(city: Play) -> None:
    await drafted(city)

    async with city.work(office()) as work:
        line = await work.plan_lines.get(LINE)
        policy = (await policy_of(work, await work.plans.get(PLAN))).plan
        rules = weight_rules_of(line, policy)
        count = await annual_plan.frame_count(work, line.conditions, line.share, rules)

    assert count.expected_draw == 6
    assert [(each.weight, each.eligible) for each in count.weights] == [
        (4, 6),
        (3, 10),
        (2, 20),
        (1, 24),
    ]
    total = sum(WEIGHTS[grade] * number for grade, number in CLASSES.items())
    assert [each.chance for each in count.weights] == [
        Fraction(6 * weight, total) for weight in (4, 3, 2, 1)
    ]


async def test_the_risk_of_every_object_is_frozen_drawn_by_and_verified(
    city: Play, tmp_path: Path
) -> None:
    await drafted(city)

    drawn = await city.drawn_round(ROUND, LINE, plan_id=PLAN)

    async with city.work(AUDITOR) as work:
        found = dict(await files_of(work, drawn))
        record = await lottery.whole_record(work, ROUND)
        public = await lottery.published_record(work, ROUND)
        things = {each.object_id: each for each in await work.objects.where()}
    frame = parse_file(FRAMES, found[f"frames/{LINE}.tsv"], ROUND, LINE)
    assert {row.object: row.weight for row in frame} == {
        row.object: WEIGHTS[things[row.object].risk_class or RiskClass.A] for row in frame
    }
    assert Counter(row.weight for row in frame) == {4: 6, 3: 10, 2: 20, 1: 24}
    assert Rules.model_validate_json(found["rules.json"]).lines[LINE].weighted == 1
    assert len(parse_file(DRAWN, found[f"drawn/{LINE}.tsv"], ROUND, LINE)) == 6
    assert not drawn.public_frames
    assert f"frames/{LINE}.tsv" not in public
    assert verified(tmp_path / "record", record, city).startswith("0 ok")


async def test_weights_may_not_make_a_class_certain_for_general_items(city: Play) -> None:
    heavy = (DrawWeight(by="credit", value="D", weight=1_000),)

    with pytest.raises(RuleBrokenError) as refused:
        await drafted(
            city,
            weighting=Weighting.OWN,
            weights=heavy,
            strata={"*": StratumRule(numerator=1, denominator=10, minimum=8)},
        )

    breaches = refused.value.facts["breaches"]
    assert isinstance(breaches, list)
    assert [each["rule"] for each in breaches] == [Rule.WEIGHTS_MAKE_CERTAIN]
