"""庆阳 2016, quality supervision: one list of 13 categories, its inspectors in public, hot issues.

Registers and plan only (2.13). The list comes as the Excel file of the responsibility list; the
next version is proposed by the bureaus, merged by one person and published by another. What the
public complains about weighs more: two lines draw by the weights of the profile, every object has
the tag or event they speak of, and a line of its own draws the complained-about ones.
"""

from collections.abc import AsyncIterator
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from coordinator.domain.annual_plan import Conditions, weight_rules_of
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import PlanState
from coordinator.domain.registers import ItemClass
from coordinator.domain.registers.acts import RegisterKind
from coordinator.domain.registers.item_list import ChangeKind
from coordinator.domain.registers.organisation import Level
from coordinator.services import annual_plan, registers
from coordinator.services.policies import policy_of
from tests.play import PLAN
from tests.scenarios.lists import drawn_of, look_at, number_with, table_of
from tests.scenarios.localities import CLERK, Locality, go_on
from tests.scenarios.qingyang import (
    CARS,
    CATEGORIES,
    COMMERCE,
    COMPLAINTS,
    FIRST_DAY,
    FOOD,
    KEY_CATEGORIES,
    METHODS,
    PROFILE,
    QUALITY,
    QUALITY_LAW,
    SPECIAL,
    officers,
    plan_lines,
    propose_and_merge,
    publish,
    tagged,
    write_list,
)
from tests.snapshots import Snapshot


@pytest.fixture
async def registered(qingyang_begun: Snapshot, tmp_path: Path) -> AsyncIterator[Locality]:
    """The registers under the first version of the list."""
    city = go_on(qingyang_begun, tmp_path, PROFILE)
    yield city
    await city.play.close()


@pytest.fixture(scope="module")
async def adopted(
    qingyang_begun: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Locality]:
    """The plan of 2026, adopted under the second version of the list."""
    city = go_on(qingyang_begun, tmp_path_factory.mktemp("adopted"), PROFILE)
    await publish(city, (await propose_and_merge(city)).list_id)
    city.on(FIRST_DAY)
    await city.draft(PLAN, 2026, "庆阳市2026年度抽查计划", plan_lines())
    await city.adopt(PLAN, "庆双随机办〔2026〕1号")
    yield city
    await city.play.close()


async def test_the_list_of_13_categories_comes_with_basis_and_method_of_each(
    registered: Locality,
) -> None:
    async with registered.work() as work:
        items = {item.code: item for item in await work.items.where()}
        [version] = await registers.published_lists(work)

    again = await look_at(
        registered, RegisterKind.ITEM_LIST, write_list(registered.folder / "x.xlsx")
    )

    assert (again.act.number_of_rows, again.act.number_unchanged) == (14, 13)
    assert (version.number, version.source, version.number_of_items) == (1, "清单.xlsx", 13)
    listed = [items[f"qs-{number:02d}"] for number in range(1, 14)]
    assert [item.category for item in listed] == [category for category, _, _ in CATEGORIES]
    for number, (item, (_, name, basis)) in enumerate(zip(listed, CATEGORIES, strict=True), 1):
        further = (QUALITY_LAW,) if number in (1, 3) else ()
        assert (item.name, item.legal_bases) == (name, (basis, *further))
        assert item.methods == METHODS[(number - 1) // 5]
        assert item.responsibility_list_entry == f"责任清单第{number}项"
        assert (item.item_class is ItemClass.KEY) == (number in KEY_CATEGORIES)
        assert (item.department, item.levels) == (QUALITY, (Level.CITY,))


async def test_the_next_version_is_proposed_merged_and_published_by_another_person(
    registered: Locality,
) -> None:
    draft = await propose_and_merge(registered)

    with pytest.raises(RuleBrokenError) as alone:
        async with registered.work(CLERK) as work:
            await registers.publish_item_list(work, draft.list_id, "庆质发〔2026〕2号", FIRST_DAY)
    version = await publish(registered, draft.list_id)

    assert alone.value.rule is Rule.TWO_PERSONS_NEEDED
    assert (version.number, version.merged_by, version.published_by) == (2, "office-a", "office-b")
    changes = {change.code: change for change in version.changes}
    assert {code: change.kind for code, change in changes.items()} == {
        "co-01": ChangeKind.ADDED,
        "qs-04": ChangeKind.CHANGED,
        "qs-12": ChangeKind.WITHDRAWN,
    }
    assert [field.field for field in changes["qs-04"].fields] == ["legal_bases"]
    async with registered.work() as work:
        first, second = [await registers.content_of(work, number) for number in (1, 2)]
        codes = await work.items.get("qs-12")
    assert (len(first), len(second)) == (13, 13)
    assert len(first["qs-04"].legal_bases) == 1  # what was published stays as it was
    assert (codes.valid_to, codes.is_valid_on(FIRST_DAY)) == (date(2026, 1, 11), False)
    page = (await registered.get("/item-lists/2")).text
    assert all(
        words in page for words in ("庆质发〔2026〕2号", "汽车经销商备案的检查", "消费者权益")
    )


async def test_the_directory_shows_name_unit_and_certificate_and_nothing_else(
    registered: Locality,
) -> None:
    answer = await registered.get("/inspectors")
    objects_page = await registered.get("/objects")

    titles, *rows = table_of(answer.text)
    assert titles == ["姓名", "实施机关", "执法证号"]
    told = {tuple(row) for row in rows}
    assert told <= {(o["姓名"], o["部门"], o["执法证号"]) for o in officers()}
    assert "16 条" in answer.text
    assert not any(secret in answer.text for secret in ("监督科", "流通科", "科员", "2028", "p-0"))
    assert "这份名录不公开" in objects_page.text  # the profile opens this directory only


async def test_each_topic_is_a_line_of_the_plan_with_its_own_objects(adopted: Locality) -> None:
    lines = await adopted.lines(PLAN)
    async with adopted.work() as work:
        plan = await work.plans.get(PLAN)

    drawn = {code: await drawn_of(adopted, line) for code, line in lines.items()}

    assert plan.state is PlanState.ADOPTED
    assert plan.policy.startswith(f"{PROFILE}@")
    assert drawn == {"QY-1": (40, 10), "QY-2": (20, 5), "QY-3": (10, 3), "QY-4": (6, 3)}
    assert plan.figures is not None
    assert (plan.figures.number_of_lines, plan.figures.joint_lines) == (4, 1)
    assert (plan.figures.visits, plan.figures.random_visits) == (21, 21)


async def test_what_people_complain_about_weighs_most_and_is_drawn_more_often(
    adopted: Locality,
) -> None:
    async with adopted.work() as work:
        policy = await policy_of(work, await work.plans.get(PLAN))
        forecast = await annual_plan.forecast(work, PLAN)
    weights = {each.value: each.weight for each in policy.plan.weights}

    concerned = {tag: await number_with(adopted, tagged(tag)) for tag in (SPECIAL, FOOD, CARS)}
    concerned["complaint"] = await number_with(adopted, Conditions(events=("complaint",)))
    shares = {code: line.strata["*"].ratio for code, line in (await adopted.lines(PLAN)).items()}

    assert weights == {SPECIAL: 2, FOOD: 2, CARS: 2, "complaint": 3}
    assert concerned == {SPECIAL: 40, FOOD: 20, CARS: 10, "complaint": len(COMPLAINTS)}
    assert max(shares, key=lambda code: shares[code]) == "QY-4"
    assert {load.department for load in forecast.loads if load.visits} == {QUALITY, COMMERCE}
    assert forecast.visits == 21


async def test_among_the_lifts_those_complained_about_have_half_as_much_chance_again(
    adopted: Locality,
) -> None:
    async with adopted.work() as work:
        policy = await policy_of(work, await work.plans.get(PLAN))
        line = (await adopted.lines(PLAN))["QY-1"]
        rules = weight_rules_of(line, policy.plan)
        count = await annual_plan.frame_count(work, line.conditions, line.share, rules)

    hot, others = count.weights
    assert (hot.weight, others.weight) == (3, 2)
    assert hot.eligible + others.eligible == count.eligible == 40
    assert hot.eligible > 0
    assert hot.chance / others.chance == Fraction(3, 2)
    assert hot.expected + others.expected == count.expected_draw == 10
