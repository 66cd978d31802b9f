"""A plan measured: figures at adoption, the year after, sections looked at again at year end."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from coordinator.domain.annual_plan import Breach, Conditions, Selection, Window
from coordinator.domain.errors import Rule
from coordinator.domain.registers import DatedEvent
from coordinator.domain.registers.sections import Section
from coordinator.services import annual_plan
from tests.builders import HEALTH, MARKET
from tests.play import PLAN, ROUND, Play, office


async def in_sections(play: Play, **rules: str) -> None:
    """Put L1 and L3 into the food section, L2 into health's, and rules over the plan."""
    sections = {"L1": "food", "L2": "water", "L3": "food", "L9": "food"}
    async with play.work(office()) as work:
        for code, section in sections.items():
            line = await work.plan_lines.get(code)
            await work.plan_lines.save(replace(line, section=section))
        plan = await work.plans.get(PLAN)
        overrides = {f"plan.{name}": value for name, value in rules.items()}
        await work.plans.save(replace(plan, overrides=overrides))


async def year_end(play: Play) -> tuple[Breach, ...]:
    async with play.work(office()) as work:
        return await annual_plan.year_end_breaches(work, PLAN)


async def test_adoption_keeps_what_the_plan_comes_to(adopted: Play) -> None:
    async with adopted.work(office()) as work:
        figures = (await work.plans.get(PLAN)).figures

    assert figures is not None
    assert (figures.number_of_lines, figures.joint_lines) == (4, 4)
    # half of eight restaurants, both hotels, one covert target, all eight restaurants again
    assert (figures.visits, figures.random_visits) == (4 + 2 + 1 + 8, 15)
    assert figures.random_share == Fraction(1)


async def test_a_turn_after_the_records_have_lapsed_plans_no_visits(adopted: Play) -> None:
    event = DatedEvent(kind="accident", date=date(2025, 6, 5), source="test")
    autumn = Window(from_date=date(2026, 9, 7), to_date=date(2026, 9, 18))
    async with adopted.work(office()) as work:
        things = [each for each in await work.objects.where() if "restaurant" in each.tags][:3]
        await work.objects.save(*(each.model_copy(update={"events": (event,)}) for each in things))
        line = replace(
            await work.plan_lines.get("L1"),
            conditions=Conditions(events=("accident",)),
            selection=Selection.ALL,
            times_a_year=2,
            later_windows=(autumn,),
        )
        await work.plan_lines.save(line)

        forecast = await annual_plan.forecast(work, PLAN)

    # Three firms in spring and none in September; the other lines as they were adopted.
    assert forecast.visits == 3 + 0 + (2 + 1 + 8)
    assert not any(load.visits for load in forecast.loads if load.month == 9)


async def test_at_year_end_only_what_was_drawn_counts(adopted: Play) -> None:
    await in_sections(adopted, section_object_share_min="1/2", section_joint_lines_min="1")
    async with adopted.work(office()) as work:
        before = await annual_plan.breaches(work, PLAN)
    await adopted.drawn_round(ROUND, "L1")

    found = await year_end(adopted)

    assert [each for each in before if each.rule is not Rule.WINDOW_PAST] == []
    assert {(each.rule, each.facts["section"]) for each in found} == {
        (Rule.SECTION_SHARE_TOO_LOW, "water"),
        (Rule.SECTION_WITHOUT_JOINT_LINE, "water"),
    }
    [share] = [each for each in found if each.rule is Rule.SECTION_SHARE_TOO_LOW]
    wanted: dict[str, Any] = {"drawn": 0, "supervised": 2, "department": HEALTH}
    assert wanted.items() <= share.facts.items()
    assert {each.facts["measured"] for each in found} == {"drawn"}
    assert share.remedy == {"action": "add-objects", "add": 1}


async def test_a_section_whose_duties_are_registered_is_missed_when_it_plans_nothing(
    adopted: Play,
) -> None:
    await in_sections(adopted, section_joint_lines_min="1")
    async with adopted.work(office()) as work:
        await work.sections.save(
            Section(code="toys", department=MARKET, name="玩具", duties=("监管玩具",)),
            Section(code="post", department=MARKET, name="收发室"),
        )
        found = await annual_plan.breaches(work, PLAN)

    assert [(each.rule, each.facts["section"]) for each in found] == [
        (Rule.SECTION_WITHOUT_JOINT_LINE, "toys")
    ]


async def declare(play: Play, code: str, *tags: str, department: str = MARKET) -> None:
    """Let a section say whom it supervises."""
    section = Section(code=code, department=department, name=code, supervises=Conditions(tags=tags))
    async with play.work(office()) as work:
        await work.sections.save(section)


async def shares(play: Play) -> dict[object, tuple[object, ...]]:
    """Give what the plan says of each section's share: drawn, supervised, on what basis."""
    async with play.work(office()) as work:
        found = await annual_plan.breaches(work, PLAN)
    return {
        each.facts["section"]: (each.facts["drawn"], each.facts["supervised"], each.facts["basis"])
        for each in found
        if each.rule is Rule.SECTION_SHARE_TOO_LOW
    }


async def test_a_line_that_is_cancelled_does_not_shrink_what_its_section_supervises(
    adopted: Play,
) -> None:
    await in_sections(adopted, section_object_share_min="1")
    silent = await shares(adopted)
    await declare(adopted, "water", "hotel", "restaurant", department=HEALTH)
    declared = await shares(adopted)
    async with adopted.work(office()) as work:
        line = await work.plan_lines.get("L2")
        await work.plan_lines.save(replace(line, cancelled_by=1))
    cancelled = await shares(adopted)

    assert "water" not in silent  # by its only line it draws both hotels, all it supervises
    assert declared["water"] == (2, 10, "declared")
    assert cancelled["water"] == (0, 10, "declared")


async def test_a_section_that_supervises_somebody_is_judged_without_any_line(
    adopted: Play,
) -> None:
    await in_sections(adopted, section_object_share_min="1/20", section_joint_lines_min="1")
    await declare(adopted, "toys", "restaurant")
    await declare(adopted, "far", "restaurant", department="tobacco")

    async with adopted.work(office()) as work:
        found = await annual_plan.breaches(work, PLAN)
    late = await year_end(adopted)

    assert [(each.rule, each.facts["section"]) for each in found] == [
        (Rule.SECTION_WITHOUT_JOINT_LINE, "toys"),
        (Rule.SECTION_SHARE_TOO_LOW, "toys"),
    ]
    assert (found[1].facts["supervised"], found[1].facts["found"]) == (8, "0 %")
    assert (Rule.SECTION_SHARE_TOO_LOW, "toys") in [
        (each.rule, each.facts["section"]) for each in late
    ]


async def test_at_year_end_only_objects_that_the_section_supervises_count_as_drawn(
    adopted: Play,
) -> None:
    await in_sections(adopted, section_object_share_min="1")
    await declare(adopted, "food", "hotel")
    await adopted.drawn_round(ROUND, "L1")

    [share] = [
        each
        for each in await year_end(adopted)
        if each.rule is Rule.SECTION_SHARE_TOO_LOW and each.facts["section"] == "food"
    ]

    # Line L1 drew four restaurants: none of them is a hotel.
    assert (share.facts["drawn"], share.facts["supervised"]) == (0, 2)


async def test_the_plan_of_the_year_after_is_measured_against_this_one(adopted: Play) -> None:
    order = annual_plan.CopyOrder(copied_from=PLAN, plan_id="plan-2027", year=2027, title="计划")
    async with adopted.work(office()) as work:
        await annual_plan.copy_plan(work, order)
        plan = await work.plans.get("plan-2027")
        strict = {"plan.random_share_not_below_last_year": "true"}
        await work.plans.save(replace(plan, overrides=strict))
        line = await work.plan_lines.get("2027-L3")
        same = await annual_plan.breaches(work, "plan-2027")
        await annual_plan.save_line(
            work, "plan-2027", replace(line, selection=Selection.ALL, number=None)
        )
        fewer = await annual_plan.breaches(work, "plan-2027")

    assert same == ()
    assert [each.rule for each in fewer] == [Rule.RANDOM_SHARE_FALLS]
    assert fewer[0].facts["wanted"] == "100 %"
