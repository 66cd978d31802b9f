"""Drafts: edited line by line, returned with a reason, copied to another year, compared."""

from collections.abc import Awaitable
from dataclasses import replace
from datetime import date

import pytest

from coordinator.domain.annual_plan import FieldDifference, LineSource, StratumRule, Window
from coordinator.domain.annual_plan.copying import fresh_code, moved
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import PlanState
from coordinator.services import annual_plan
from tests.builders import a_line
from tests.play import PLAN, Play, office

NEXT = annual_plan.CopyOrder(copied_from=PLAN, plan_id="plan-2027", year=2027, title="2027年计划")


async def refused(rule: Rule, act: Awaitable[object]) -> RuleBrokenError:
    with pytest.raises(RuleBrokenError) as caught:
        await act
    assert caught.value.rule is rule
    return caught.value


async def copy(play: Play) -> annual_plan.CopiedPlan:
    async with play.work(office("office-a")) as work:
        return await annual_plan.copy_plan(work, NEXT)


async def test_a_line_is_added_changed_and_removed_while_the_plan_is_a_draft(
    adopted: Play,
) -> None:
    await copy(adopted)
    async with adopted.work(office()) as work:
        await annual_plan.save_line(work, "plan-2027", a_line("N1"))
        await annual_plan.save_line(work, "plan-2027", a_line("N1", name="改名"))
        stored = await work.plan_lines.get("N1")
        await annual_plan.remove_line(work, "plan-2027", "N1")

        assert (stored.plan_id, stored.name) == ("plan-2027", "改名")
        assert await work.plan_lines.find("N1") is None
        await refused(Rule.PLAN_LINE_UNKNOWN, annual_plan.remove_line(work, "plan-2027", "N1"))
        await refused(
            Rule.LINE_OF_OTHER_PLAN, annual_plan.save_line(work, "plan-2027", a_line("L1"))
        )
        await refused(Rule.MOVE_NOT_ALLOWED, annual_plan.save_line(work, PLAN, a_line("N2")))
        await refused(Rule.MOVE_NOT_ALLOWED, annual_plan.remove_line(work, PLAN, "L1"))


async def test_a_returned_plan_is_a_draft_again_and_says_why(adopted: Play) -> None:
    await copy(adopted)
    adopted.clock.go_to(date(2027, 1, 4))
    async with adopted.work(office("office-a")) as work:
        await work.items.save(
            *[item.model_copy(update={"valid_to": None}) for item in await work.items.where()]
        )
        await annual_plan.submit_plan(work, "plan-2027")
        await refused(Rule.MOVE_NOT_ALLOWED, annual_plan.save_line(work, "plan-2027", a_line("N")))
    async with adopted.work(office("office-b")) as work:
        await refused(Rule.VALUE_MISSING, annual_plan.return_plan(work, "plan-2027", " "))
        returned = await annual_plan.return_plan(work, "plan-2027", "缺少消防科室的任务")
        await annual_plan.save_line(work, "plan-2027", a_line("N1"))

    assert (returned.state, returned.return_reason) == (PlanState.DRAFT, "缺少消防科室的任务")
    assert returned.submitted_by is None


async def test_a_copy_keeps_the_weeks_and_leaves_cancelled_lines_and_marks_behind(
    adopted: Play,
) -> None:
    async with adopted.work(office()) as work:
        line = await work.plan_lines.get("L1")
        temporary = replace(line, source=LineSource.TEMPORARY, reason="交办", added_by=1)
        await work.plan_lines.save(
            temporary, replace(await work.plan_lines.get("L3"), cancelled_by=1)
        )

    copied = await copy(adopted)

    assert copied.codes == {"L1": "2027-L1", "L2": "2027-L2", "L9": "2027-L9"}
    async with adopted.work(office()) as work:
        [fresh, *_] = await work.plan_lines.where(plan_id="plan-2027")
    assert (fresh.window_from, fresh.window_to) == (date(2027, 4, 6), date(2027, 5, 14))
    assert (fresh.source, fresh.reason, fresh.added_by) == (LineSource.ANNUAL, "", None)
    assert copied.plan.copied_from == PLAN


async def test_a_copy_names_the_items_that_are_not_valid_any_more(adopted: Play) -> None:
    async with adopted.work(office()) as work:
        item = await work.items.get("fr-1")
        await work.items.save(item.model_copy(update={"valid_to": date(2026, 12, 31)}))

    copied = await copy(adopted)

    assert copied.expired_items == tuple(
        (code, "fr-1") for code in ("2027-L1", "2027-L3", "2027-L9")
    )


async def test_an_item_that_expires_before_a_later_turn_is_told_when_a_plan_is_copied(
    adopted: Play,
) -> None:
    autumn = Window(from_date=date(2026, 9, 7), to_date=date(2026, 9, 18))
    async with adopted.work(office()) as work:
        line = await work.plan_lines.get("L1")
        await work.plan_lines.save(replace(line, times_a_year=2, later_windows=(autumn,)))
        item = await work.items.get("fr-1")
        await work.items.save(item.model_copy(update={"valid_to": date(2027, 8, 31)}))

    copied = await copy(adopted)

    assert copied.expired_items == (("2027-L1", "fr-1"),)


async def test_plans_of_two_years_are_compared_by_the_names_of_their_lines(
    adopted: Play,
) -> None:
    await copy(adopted)
    async with adopted.work(office()) as work:
        line = await work.plan_lines.get("2027-L1")
        rules = {"*": StratumRule(numerator=1, denominator=4)}
        same_days = {"window_from": date(2026, 4, 7), "window_to": date(2026, 5, 15)}
        await annual_plan.save_line(work, "plan-2027", replace(line, strata=rules, **same_days))
        await annual_plan.remove_line(work, "plan-2027", "2027-L9")
        found = await annual_plan.plan_difference(work, PLAN, "plan-2027")

    of_first = [each for each in found if each.line == "L1"]
    assert of_first == [
        FieldDifference(
            line="L1",
            field="strata",
            before='{"*":{"numerator":1,"denominator":2,"minimum":0}}',
            after='{"*":{"numerator":1,"denominator":4,"minimum":0}}',
        )
    ]
    assert {each.after for each in found if each.line == "L9"} == {None}


@pytest.mark.parametrize(
    ("day", "years", "moved_to"),
    [
        (date(2026, 4, 7), 1, date(2027, 4, 6)),
        (date(2026, 12, 31), 1, date(2027, 12, 30)),
        (date(2027, 1, 1), 1, date(2028, 1, 1)),
        (date(2028, 2, 29), 1, date(2029, 2, 27)),
    ],
)
def test_a_day_moves_to_the_nearest_same_weekday_inside_its_new_year(
    day: date, years: int, moved_to: date
) -> None:
    assert moved(day, years) == moved_to


def test_a_copied_code_carries_the_new_year_and_is_free() -> None:
    assert fresh_code("2026-L1", 2026, 2027, {"2026-L1"}) == "2027-L1"
    assert fresh_code("L1", 2026, 2027, {"L1", "2027-L1"}) == "2027-L1-2"


async def test_windows_of_all_times_move_together(adopted: Play) -> None:
    autumn = Window(from_date=date(2026, 9, 7), to_date=date(2026, 9, 18))
    async with adopted.work(office()) as work:
        line = await work.plan_lines.get("L1")
        await work.plan_lines.save(replace(line, times_a_year=2, later_windows=(autumn,)))

    await copy(adopted)

    async with adopted.work(office()) as work:
        [fresh, *_] = await work.plan_lines.where(plan_id="plan-2027")
    assert fresh.later_windows == (Window(from_date=date(2027, 9, 6), to_date=date(2027, 9, 17)),)
