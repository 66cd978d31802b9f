"""平罗 2021, changes of the plan: a week before at the latest, with reason, none silently."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from coordinator.domain.annual_plan import ChangeKind, LineChange, PlanLine
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services import annual_plan
from tests.play import PLAN
from tests.scenarios import pingluo
from tests.scenarios.lists import share_of
from tests.scenarios.localities import CHIEF, Locality

REASON = "电梯维保单位集中更换"


async def test_a_change_six_days_before_the_window_is_refused_seven_are_enough(
    pingluo_adopted: Locality,
) -> None:
    line = (await pingluo_adopted.lines(PLAN))[pingluo.SPECIAL_LINE]
    longer = replace(line, window_to=date(2026, 7, 10))

    pingluo_adopted.on(date(2026, 5, 26))
    late = await _refused(pingluo_adopted, longer, REASON)
    pingluo_adopted.on(date(2026, 5, 25))
    amendment = await _amend(pingluo_adopted, longer, REASON)
    async with pingluo_adopted.work(CHIEF) as work:
        await annual_plan.adopt_amendment(work, amendment, "平市监〔2026〕31号")

    assert late.rule is Rule.AMENDMENT_TOO_LATE
    assert (late.facts["line"], late.facts["window"]) == (pingluo.SPECIAL_LINE, "2026-06-01")
    assert (late.facts["found"], late.facts["wanted"]) == (6, 7)
    assert late.facts["latest"] == "2026-05-25"
    assert (await pingluo_adopted.lines(PLAN))[pingluo.SPECIAL_LINE].window_to == date(2026, 7, 10)
    page = (await pingluo_adopted.get(f"/plans/{PLAN}")).text
    assert REASON in page
    assert "平市监〔2026〕31号" in page


async def test_nothing_is_changed_without_a_reason(pingluo_adopted: Locality) -> None:
    line = (await pingluo_adopted.lines(PLAN))[pingluo.CANTEEN_LINE]

    silent = await _refused(pingluo_adopted, replace(line, window_to=date(2026, 9, 30)), " ")

    assert silent.rule is Rule.VALUE_MISSING
    assert silent.facts["what"] == "reason"


async def test_no_amendment_cuts_a_section_below_its_share_or_cancels_its_joint_line(
    pingluo_adopted: Locality,
) -> None:
    line = (await pingluo_adopted.lines(PLAN))[pingluo.SPECIAL_LINE]

    cut = await _refused(pingluo_adopted, replace(line, strata=share_of(1, 30)), REASON)
    cancelled = await _refused(pingluo_adopted, None, REASON)

    assert _rules(cut) == [Rule.SECTION_SHARE_TOO_LOW]
    assert _rules(cancelled) == [Rule.SECTION_WITHOUT_JOINT_LINE]
    assert (await pingluo_adopted.lines(PLAN))[pingluo.SPECIAL_LINE] == line


async def test_a_cancelled_line_stays_in_the_plan_with_its_reason_for_everybody(
    pingluo_adopted: Locality,
) -> None:
    reason = "食堂并入食品经营联合抽查"

    async with pingluo_adopted.work() as work:
        amendment = await annual_plan.cancel_line(work, PLAN, pingluo.CANTEEN_LINE, reason)
    async with pingluo_adopted.work(CHIEF) as work:
        await annual_plan.adopt_amendment(work, amendment.amendment_id, "平市监〔2026〕3号")

    line = (await pingluo_adopted.lines(PLAN))[pingluo.CANTEEN_LINE]
    assert (line.cancelled_by, line.cancel_reason) == (1, reason)
    page = (await pingluo_adopted.get(f"/plans/{PLAN}")).text
    for said in ("第 1 次调整时取消", "学校食堂书面检查", reason):
        assert said in page


async def test_a_line_is_not_amended_once_its_round_is_frozen(pingluo_adopted: Locality) -> None:
    line = (await pingluo_adopted.lines(PLAN))[pingluo.FOOD_LINE]
    pingluo_adopted.on(date(2026, 3, 25))
    await pingluo_adopted.play.open_round("R1", pingluo.FOOD_LINE)
    await pingluo_adopted.play.freeze("R1")

    refused = await _refused(pingluo_adopted, replace(line, strata=share_of(1, 15)), REASON)

    assert refused.rule is Rule.LINE_FROZEN
    assert refused.facts == {"line": pingluo.FOOD_LINE, "round": "R1"}


async def _amend(county: Locality, line: PlanLine | None, reason: str) -> str:
    """Propose a changed line, or that the lifts' line is cancelled; gives the amendment's id."""
    change = (
        LineChange(kind=ChangeKind.CANCEL, code=pingluo.SPECIAL_LINE)
        if line is None
        else LineChange(kind=ChangeKind.CHANGE, code=line.code, line=line)
    )
    async with county.work() as work:
        return (await annual_plan.amend_plan(work, PLAN, [change], reason)).amendment_id


async def _refused(county: Locality, line: PlanLine | None, reason: str) -> RuleBrokenError:
    with pytest.raises(RuleBrokenError) as refused:
        await _amend(county, line, reason)
    return refused.value


def _rules(error: RuleBrokenError) -> list[Rule]:
    assert error.rule is Rule.PLAN_BREACHES
    found: Any = error.facts["breaches"]
    return [each["rule"] for each in found]
