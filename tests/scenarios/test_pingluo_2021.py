"""平罗 2021, market regulation: the registers and the annual plan, figure by figure (2.13).

Every section has its joint line and draws one in twenty of what it supervises; the plan changes a
week before at the latest, and never silently; at the end of the year it is looked at again.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from coordinator.adapters.imports.item_list import ItemListContext, read_item_list
from coordinator.adapters.imports.registers import load_sources
from coordinator.domain.annual_plan import (
    Conditions,
    LineKind,
    Selection,
)
from coordinator.domain.errors import Rule
from coordinator.domain.registers.acts import RegisterKind
from coordinator.services import annual_plan
from coordinator.services.policies import policy_of
from tests.play import PLAN
from tests.scenarios import pingluo
from tests.scenarios.lists import share_of
from tests.scenarios.localities import Locality, go_on, object_id, told
from tests.snapshots import Snapshot


@pytest.fixture(scope="module")
async def year(
    pingluo_kept: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[pingluo.Year]:
    """The year as it went: three rounds, and a look back in November before the last one."""
    county = go_on(pingluo_kept, tmp_path_factory.mktemp("year"), pingluo.PROFILE)
    await county.adopt(PLAN, pingluo.NUMBER)
    yield await pingluo.live_through(county)
    await county.play.close()


# the plan


async def test_every_section_has_a_joint_line_and_all_its_checks_are_random(
    pingluo_adopted: Locality,
) -> None:
    lines = (await pingluo_adopted.lines(PLAN)).values()
    async with pingluo_adopted.reading() as work:
        plan = await work.plans.get(PLAN)

    joint = {line.section for line in lines if line.kind is LineKind.JOINT}
    assert joint == {pingluo.FOOD, pingluo.SPECIAL, pingluo.QUALITY}
    assert {line.selection for line in lines} == {Selection.RANDOM}
    assert plan.policy == f"{pingluo.PROFILE}@2026-4"
    figures = plan.figures
    assert figures is not None
    # 12 food, 6 lifts, 5 factories, 2 canteens, 1 online
    assert (figures.number_of_lines, figures.joint_lines, figures.visits) == (5, 3, 26)
    assert figures.random_share == Fraction(1)


async def test_a_section_without_joint_line_is_refused_by_name(pingluo_draft: Locality) -> None:
    alone: dict[str, Any] = {
        "kind": LineKind.INTERNAL,
        "participants": (),
        "items": ("mr-se-1",),
    }

    refused = await pingluo_draft.refusal(
        PLAN, replace((await pingluo_draft.lines(PLAN))[pingluo.SPECIAL_LINE], **alone)
    )

    assert [each.rule for each in refused] == [Rule.SECTION_WITHOUT_JOINT_LINE]
    assert told(refused, Rule.SECTION_WITHOUT_JOINT_LINE) == [
        {
            "department": pingluo.MARKET,
            "section": pingluo.SPECIAL,
            "found": 0,
            "wanted": 1,
            "measured": "planned",
            "line": "*",
            "remedy": {"action": "add-joint-line", "section": pingluo.SPECIAL, "add": 1},
        }
    ]


async def test_less_than_five_per_cent_of_a_sections_objects_is_refused_with_figures_and_remedy(
    pingluo_draft: Locality,
) -> None:
    """Ten of 240, of whom the canteens' own line draws two again, and one online: 11 of 250."""
    fewer = replace((await pingluo_draft.lines(PLAN))[pingluo.FOOD_LINE], strata=share_of(1, 24))

    refused = await pingluo_draft.refusal(PLAN, fewer)

    assert [each.rule for each in refused] == [Rule.SECTION_SHARE_TOO_LOW]
    assert told(refused, Rule.SECTION_SHARE_TOO_LOW) == [
        {
            "department": pingluo.MARKET,
            "section": pingluo.FOOD,
            "drawn": 11,
            "supervised": 250,
            "basis": "lines",
            "found": "4.4 %",
            "wanted": "5 %",
            "measured": "planned",
            "line": "*",
            "remedy": {"action": "add-objects", "add": 2},
        }
    ]


async def test_hand_picked_objects_are_refused_with_line_and_number(
    pingluo_draft: Locality,
) -> None:
    chosen = Conditions(
        objects=tuple(object_id(number, pingluo.REGION) for number in pingluo.CANTEENS[:3])
    )
    picked = replace(
        (await pingluo_draft.lines(PLAN))[pingluo.CANTEEN_LINE],
        selection=Selection.FIXED,
        conditions=chosen,
    )

    refused = await pingluo_draft.refusal(PLAN, picked)

    assert told(refused, Rule.SECTION_NOT_RANDOM) == [
        {
            "section": pingluo.FOOD,
            "department": pingluo.MARKET,
            "objects": 3,
            "line": pingluo.CANTEEN_LINE,
            "remedy": {"action": "draw-at-random"},
        }
    ]


async def test_the_four_methods_are_used_and_no_fifth(pingluo_draft: Locality) -> None:
    lines = await pingluo_draft.lines(PLAN)
    async with pingluo_draft.reading() as work:
        policy = await policy_of(work, await work.plans.get(PLAN))

    refused = await pingluo_draft.refusal(
        PLAN, replace(lines[pingluo.FOOD_LINE], method="抽样检测")
    )

    four = {"现场", "书面", "网络监测", "委托专业机构"}
    assert {line.method for line in lines.values()} == set(policy.plan.methods) == four
    assert [(each.rule, each.line) for each in refused] == [
        (Rule.METHOD_NOT_ALLOWED, pingluo.FOOD_LINE)
    ]
    assert set(told(refused, Rule.METHOD_NOT_ALLOWED)[0]["known"]) == four


# the year


async def test_an_expert_of_the_pool_is_drawn_beside_the_quota_of_officers(
    year: pingluo.Year,
) -> None:
    async with year.county.reading() as work:
        pool = {each.expert_id for each in await work.experts.where(field="lifts")}
        visits = await work.visits.where(round_id="R2")
        team = await work.team.where(round_id="R2")

    assert len(pool) == 3
    assert len(visits) == 6
    for visit in visits:
        own = [member for member in team if member.visit_id == visit.visit_id]
        experts = {member.person_id for member in own if member.expert}
        assert len(experts) == 1
        assert experts < pool
        assert len(own) - len(experts) == 2 * len(visit.departments) == 4


async def test_the_look_back_in_november_names_what_the_sections_still_owe(
    year: pingluo.Year,
) -> None:
    shares = told(year.november, Rule.SECTION_SHARE_TOO_LOW)
    [joint] = told(year.november, Rule.SECTION_WITHOUT_JOINT_LINE)

    # The plan promised 13 of 250: the online line is not drawn yet, nor any factory.
    assert {
        each["section"]: (each["drawn"], each["supervised"], each["found"], each["remedy"]["add"])
        for each in shares
    } == {pingluo.FOOD: (12, 250, "4.8 %", 1), pingluo.QUALITY: (0, 100, "0 %", 5)}
    assert (joint["section"], joint["found"], joint["wanted"]) == (pingluo.QUALITY, 0, 1)
    assert joint["measured"] == "drawn"


async def test_at_year_end_every_section_has_drawn_its_share(year: pingluo.Year) -> None:
    async with year.county.reading() as work:
        left = await annual_plan.year_end_breaches(work, PLAN)

    assert left == ()


async def test_twenty_working_days_across_the_year_end_are_provisional_until_the_calendar_comes(
    year: pingluo.Year,
) -> None:
    async with year.county.reading() as work:
        before = await work.tasks.get(year.task.task_id)
    holiday = {"日期": "2027-01-01", "类型": "放假", "节假日": "元旦"}
    await year.county.bring_rows(RegisterKind.CALENDAR, [holiday])
    async with year.county.reading() as work:
        after = await work.tasks.get(year.task.task_id)

    # 22 to 31 December are eight working days; without its calendar 1 January counts as one.
    assert (before.disclosure_due, before.disclosure_provisional) == (date(2027, 1, 18), True)
    assert (after.disclosure_due, after.disclosure_provisional) == (date(2027, 1, 19), False)


async def test_recognition_reports_and_the_two_hundred_per_cent_are_the_profiles(
    pingluo_draft: Locality,
) -> None:
    async with pingluo_draft.reading() as work:
        policy = await policy_of(work, await work.plans.get(PLAN))

    assert (policy.disclosure.days, policy.disclosure.unit) == (20, "working")
    assert policy.disclosure.counted_from == "task"
    assert policy.merge.recognition_months == 12
    appraisal = policy.appraisal
    assert (appraisal.half_year_report_day, appraisal.year_report_day) == ("05-21", "11-20")
    assert (appraisal.completion_target, appraisal.disclosure_target) == (Fraction(1), Fraction(1))


# annexes


async def test_annex_1_is_read_back_as_the_list_that_was_published(
    pingluo_adopted: Locality, tmp_path: Path
) -> None:
    sources = load_sources()
    context = ItemListContext(sources.tables, sources.aliases, sources.methods, date(2026, 1, 1))
    path = tmp_path / "annex-1.xlsx"

    path.write_bytes((await pingluo_adopted.get("/item-lists/1/annex-1.xlsx")).content)
    read = read_item_list(path, context)

    async with pingluo_adopted.reading() as work:
        published = await work.items.where()
    assert (read.problems, read.warnings) == ((), ())
    assert _said(read.values) == _said(published)
    assert len(published) == 8


def _said(items: Any) -> set[tuple[Any, ...]]:
    return {
        (i.department, i.category, i.name, i.object_type, i.item_class, i.methods, i.legal_bases)
        for i in items
    }


async def test_annex_2_is_read_back_as_the_plan_that_was_adopted(pingluo_adopted: Locality) -> None:
    annex = await pingluo_adopted.get(f"/plans/{PLAN}/annex-2.xlsx")
    pdf = await pingluo_adopted.get(f"/plans/{PLAN}/annex-2.pdf")

    cells = CalamineWorkbook.from_filelike(BytesIO(annex.content)).get_sheet_by_index(0).to_python()
    rows = [row for row in cells if str(row[1]).startswith("PL-")]
    said = {row[1]: (row[2], row[6], row[9], row[10], row[11]) for row in rows}
    spring, summer = "2026-04-07 至 2026-05-15", "2026-06-01 至 2026-06-30"
    half_a_year, december = "2026-03-02 至 2026-10-30", "2026-12-01 至 2026-12-25"
    assert said == {
        "PL-01": ("食品经营联合抽查", "5\u00a0%", "卫生健康局", "现场", spring),
        "PL-02": ("电梯安全联合抽查", "10\u00a0%", "应急管理局", "委托专业机构", summer),
        "PL-03": ("工业产品质量联合抽查", "5\u00a0%", "生态环境局", "现场", december),
        "PL-04": ("学校食堂书面检查", "5\u00a0%", "—", "书面", half_a_year),
        "PL-05": ("网络餐饮监测", "10\u00a0%", "—", "网络监测", december),
    }
    assert cells[2][0] == f"{pingluo.NUMBER} · 第 1 版"
    assert pdf.content.startswith(b"%PDF")
