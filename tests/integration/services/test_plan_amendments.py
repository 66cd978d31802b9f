"""An adopted plan changes by amendment only: in time, with reason, by two persons, visibly."""

from collections.abc import Awaitable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from coordinator.domain.annual_plan import (
    Amendment,
    AmendmentState,
    ChangeKind,
    LineChange,
    LineSource,
    PlanLine,
    StratumRule,
)
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services import annual_plan, lottery
from tests.builders import FIRE, a_line
from tests.play import PLAN, ROUND, Play, office

MORE = {"strata": {"*": StratumRule(numerator=3, denominator=4)}}
KEY_ITEMS: dict[str, Any] = {"items": ("mr-1", "fr-1")}
REASON = "汛期隐患增多，县政府要求提高比例"


async def refused(rule: Rule, act: Awaitable[object]) -> RuleBrokenError:
    with pytest.raises(RuleBrokenError) as caught:
        await act
    assert caught.value.rule is rule, caught.value
    return caught.value


async def ask_for_seven_days(play: Play) -> None:
    """Let the plan's profile ask for seven days (平罗); the sample county's asks for none."""
    async with play.work(office()) as work:
        plan = await work.plans.get(PLAN)
        await work.plans.save(replace(plan, overrides={"plan.amendment_days": "7"}))


async def the_line(play: Play, code: str) -> PlanLine:
    async with play.work(office()) as work:
        found: PlanLine = await work.plan_lines.get(code)
    return found


async def changed(play: Play, code: str, **changes: Any) -> LineChange:
    line = await the_line(play, code)
    return LineChange(kind=ChangeKind.CHANGE, code=code, line=replace(line, **changes))


async def propose(play: Play, *changes: LineChange, reason: str = REASON) -> Amendment:
    async with play.work(office("office-a")) as work:
        return await annual_plan.amend_plan(work, PLAN, changes, reason)


async def adopt(play: Play, amendment: Amendment, by: str = "office-b") -> Amendment:
    async with play.work(office(by)) as work:
        return await annual_plan.adopt_amendment(work, amendment.amendment_id, "平联办〔2026〕7号")


async def test_an_amendment_changes_the_line_when_another_person_adopts_it(adopted: Play) -> None:
    proposed = await propose(adopted, await changed(adopted, "L1", **MORE))
    before = await the_line(adopted, "L1")
    await refused(Rule.TWO_PERSONS_NEEDED, adopt(adopted, proposed, by="office-a"))

    decided = await adopt(adopted, proposed)

    after = await the_line(adopted, "L1")
    assert (before.strata, after.strata) == (
        {"*": StratumRule(numerator=1, denominator=2)},
        MORE["strata"],
    )
    assert (decided.state, decided.number, decided.reason) == (AmendmentState.ADOPTED, 1, REASON)
    [difference] = decided.difference
    assert (difference.line, difference.field) == ("L1", "strata")
    assert '"numerator":1' in (difference.before or "")
    assert '"numerator":3' in (difference.after or "")
    async with adopted.work(office()) as work:
        plan = await work.plans.get(PLAN)
    assert plan.version == 2


async def test_an_adopted_amendment_says_how_many_visits_its_lines_plan(adopted: Play) -> None:
    temporary = a_line("T1", **KEY_ITEMS, **MORE)
    proposed = await propose(
        adopted,
        await changed(adopted, "L1", **MORE),
        LineChange(kind=ChangeKind.ADD, code="T1", line=temporary),
    )
    async with adopted.work(office()) as work:
        plan = await work.plans.get(PLAN)
        former = plan.figures
        assert former is not None
        # As plans were kept before visits were told by line, but for one line of another number.
        await work.plans.save(replace(plan, figures=replace(former, visits_by_line={"L2": 99})))

    await adopt(adopted, proposed)

    async with adopted.work(office()) as work:
        figures = (await work.plans.get(PLAN)).figures
    assert figures is not None
    assert (former.visits_by_line["L1"], figures.visits_by_line["L1"]) == (4, 6)
    assert figures.visits_by_line["T1"] > 0
    assert figures.visits_by_line["L2"] == 99
    assert figures.visits_by_line["L3"] == former.visits_by_line["L3"]
    assert figures.visits == former.visits


async def test_an_adopted_or_rejected_amendment_is_not_adopted_again(adopted: Play) -> None:
    first = await propose(adopted, await changed(adopted, "L1", **MORE))
    await adopt(adopted, first)
    second = await propose(adopted, await changed(adopted, "L3", name="新名称"))
    async with adopted.work(office("office-b")) as work:
        rejected = await annual_plan.reject_amendment(work, second.amendment_id, "没有必要")

    assert (rejected.state, rejected.decision_reason) == (AmendmentState.REJECTED, "没有必要")
    assert (await the_line(adopted, "L3")).name != "新名称"
    await refused(Rule.MOVE_NOT_ALLOWED, adopt(adopted, first))
    await refused(Rule.MOVE_NOT_ALLOWED, adopt(adopted, second))


async def test_an_amendment_needs_a_reason_and_changes(adopted: Play) -> None:
    same = await changed(adopted, "L1")

    await refused(Rule.VALUE_MISSING, propose(adopted, same, reason=" "))
    await refused(Rule.AMENDMENT_EMPTY, propose(adopted))
    await refused(Rule.AMENDMENT_EMPTY, propose(adopted, same))


@pytest.mark.parametrize(
    ("day", "window_from"),
    [(date(2026, 4, 1), date(2026, 4, 20)), (date(2026, 3, 25), date(2026, 3, 31))],
    ids=["the old window is near", "the new window is near"],
)
async def test_an_amendment_comes_seven_days_before_the_window_old_and_new(
    adopted: Play, day: date, window_from: date
) -> None:
    await ask_for_seven_days(adopted)
    adopted.clock.go_to(day)

    error = await refused(
        Rule.AMENDMENT_TOO_LATE,
        propose(adopted, await changed(adopted, "L1", window_from=window_from)),
    )

    assert error.facts["found"] == 6
    assert error.facts["wanted"] == 7


async def test_an_amendment_proposed_in_time_may_be_adopted_too_late(adopted: Play) -> None:
    await ask_for_seven_days(adopted)
    proposed = await propose(adopted, await changed(adopted, "L1", **MORE))
    adopted.clock.go_to(date(2026, 4, 1))

    await refused(Rule.AMENDMENT_TOO_LATE, adopt(adopted, proposed))


async def test_a_line_of_a_frozen_round_stays_as_it_is(adopted: Play) -> None:
    proposed = await propose(adopted, await changed(adopted, "L1", **MORE))
    await adopted.open_round(ROUND, "L1")
    await adopted.freeze(ROUND)

    error = await refused(Rule.LINE_FROZEN, adopt(adopted, proposed))
    assert error.facts == {"line": "L1", "round": ROUND}
    await refused(Rule.LINE_FROZEN, propose(adopted, LineChange(kind=ChangeKind.CANCEL, code="L1")))


async def test_what_an_open_round_was_opened_with_does_not_change(adopted: Play) -> None:
    await adopted.open_round(ROUND, "L1")
    fewer = await changed(adopted, "L1", participants=(FIRE,), items=("mr-1", "fr-1"))

    await refused(Rule.LINE_IN_OPEN_ROUND, propose(adopted, fewer))
    cancelled = LineChange(kind=ChangeKind.CANCEL, code="L1")
    await refused(Rule.LINE_IN_OPEN_ROUND, propose(adopted, cancelled))

    await adopt(adopted, await propose(adopted, await changed(adopted, "L1", **MORE)))
    frozen = await adopted.freeze(ROUND)
    assert frozen.commit_hash


async def test_a_cancelled_line_stays_visible_with_its_reason_and_is_not_drawn(
    adopted: Play,
) -> None:
    async with adopted.work(office("office-a")) as work:
        proposed = await annual_plan.cancel_line(work, PLAN, "L3", "并入省级专项")
    await adopt(adopted, proposed)

    line = await the_line(adopted, "L3")
    assert (line.cancelled_by, line.cancel_reason) == (1, "并入省级专项")
    assert {each.after for each in proposed.difference} == {None}
    order = lottery.RoundOrder(round_id="R3", title="批次", plan_id=PLAN, lines=("L3",))
    async with adopted.work(office()) as work:
        await refused(Rule.LINE_CANCELLED, lottery.open_round(work, order))
    await refused(Rule.LINE_CANCELLED, propose(adopted, await changed(adopted, "L3", **MORE)))


async def test_a_temporary_line_needs_a_reason_and_obeys_the_rules(adopted: Play) -> None:
    line = a_line("T1", **KEY_ITEMS, **MORE)
    broken = replace(line, strata={})

    async with adopted.work(office("office-a")) as work:
        await refused(Rule.VALUE_MISSING, annual_plan.add_temporary_line(work, PLAN, line, ""))
        error = await refused(
            Rule.PLAN_BREACHES, annual_plan.add_temporary_line(work, PLAN, broken, REASON)
        )
        proposed = await annual_plan.add_temporary_line(work, PLAN, line, REASON)
    await adopt(adopted, proposed)

    assert [each["rule"] for each in error.facts["breaches"]] == [Rule.STRATUM_WITHOUT_RULE]  # type: ignore[attr-defined]
    stored = await the_line(adopted, "T1")
    assert (stored.source, stored.reason, stored.added_by) == (LineSource.TEMPORARY, REASON, 1)


async def test_an_amendment_may_not_break_a_rule_that_the_plan_keeps(adopted: Play) -> None:
    alone = await changed(adopted, "L1", participants=(), items=("mr-1",))

    error = await refused(Rule.PLAN_BREACHES, propose(adopted, alone))

    assert [each["rule"] for each in error.facts["breaches"]] == [Rule.JOINT_LINE_ALONE]  # type: ignore[attr-defined]


async def test_lines_past_by_now_do_not_stop_the_amendment_of_others(adopted: Play) -> None:
    adopted.clock.go_to(date(2026, 5, 16))

    proposed = await propose(adopted, await changed(adopted, "L3", name="七月任务"))

    assert proposed.state is AmendmentState.PROPOSED


async def test_only_lines_of_the_plan_are_changed_and_codes_are_added_once(adopted: Play) -> None:
    unknown = LineChange(kind=ChangeKind.CHANGE, code="L77", line=a_line("L77"))
    taken = LineChange(kind=ChangeKind.ADD, code="L1", line=a_line("L1"))
    async with adopted.work(office()) as work:
        other = annual_plan.PlanDraft(
            plan_id="plan-2027", year=2027, title="计划", lines=(a_line("M1"),)
        )
        await annual_plan.draft_plan(work, other)
    foreign = LineChange(kind=ChangeKind.ADD, code="M1", line=a_line("M1"))

    await refused(Rule.PLAN_LINE_UNKNOWN, propose(adopted, unknown))
    await refused(Rule.ALREADY_EXISTS, propose(adopted, taken))
    await refused(Rule.LINE_OF_OTHER_PLAN, propose(adopted, foreign))


async def test_only_an_adopted_plan_is_amended(adopted: Play) -> None:
    async with adopted.work(office()) as work:
        draft = annual_plan.PlanDraft(plan_id="draft", year=2026, title="计划", lines=())
        await annual_plan.draft_plan(work, draft)

        await refused(
            Rule.MOVE_NOT_ALLOWED,
            annual_plan.amend_plan(
                work, "draft", [LineChange(kind=ChangeKind.CANCEL, code="x")], REASON
            ),
        )
