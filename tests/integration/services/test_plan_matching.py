"""Suggested moves of windows: taken up under the rules of amendments, turned down, undone."""

from collections.abc import Awaitable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import date, timedelta

import pytest

from coordinator.adapters.db.unit_of_work import UnitOfWork, transaction
from coordinator.domain.annual_plan import AmendmentState, ChangeKind, LineChange, PlanLine
from coordinator.domain.annual_plan.deciding import MatchDecision, MatchOutcome
from coordinator.domain.annual_plan.turns import Hindrance, Move
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.acts import RegisterKind
from coordinator.services import annual_plan, registers
from coordinator.services.annual_plan import MoveOrder, PlanMatching
from tests.builders import a_line, a_source, an_object
from tests.county import plan_lines
from tests.play import PLAN, ROUND, Play, clerk, office

REASON = "与任务L3同期，减少上门"
DRAFT = "plan-2026-b"


async def refused(rule: Rule, act: Awaitable[object]) -> RuleBrokenError:
    with pytest.raises(RuleBrokenError) as caught:
        await act
    assert caught.value.rule is rule, caught.value
    return caught.value


def reading(play: Play) -> AbstractAsyncContextManager[UnitOfWork]:
    return transaction(play.around, office(), writes=False)


async def matched(play: Play, plan_id: str = PLAN, common_days: int = 1) -> PlanMatching:
    async with reading(play) as work:
        return await annual_plan.match_plan(work, plan_id, common_days)


def order_of(move: Move, plan_id: str = PLAN) -> MoveOrder:
    return MoveOrder(
        plan_id=plan_id, line=move.line, number=move.number, from_date=move.new.from_date
    )


async def accept(play: Play, move: Move, plan_id: str = PLAN) -> MatchDecision:
    async with play.work(office("office-a")) as work:
        return await annual_plan.accept_move(work, order_of(move, plan_id), REASON)


async def undo(play: Play, decision: MatchDecision) -> MatchDecision:
    async with play.work(office("office-a")) as work:
        return await annual_plan.undo_move(work, decision.decision_id, "部门另有安排")


async def adopt(play: Play, decision: MatchDecision) -> None:
    async with play.work(office("office-b")) as work:
        assert decision.amendment_id is not None
        await annual_plan.adopt_amendment(work, decision.amendment_id, "平联办〔2026〕9号")


async def the_line(play: Play, code: str) -> PlanLine:
    async with reading(play) as work:
        found: PlanLine = await work.plan_lines.get(code)
    return found


async def ask_for_seven_days(play: Play) -> None:
    async with play.work(office()) as work:
        plan = await work.plans.get(PLAN)
        await work.plans.save(replace(plan, overrides={"plan.amendment_days": "7"}))


async def draft(play: Play) -> None:
    """Draft a plan whose two lines over the restaurants lie ten days apart."""
    first = a_line("D1", window_from=date(2026, 8, 3), window_to=date(2026, 8, 14))
    second = a_line("D2", window_from=date(2026, 8, 24), window_to=date(2026, 9, 4))
    lines = tuple(replace(each, plan_id=DRAFT) for each in (first, second))
    async with play.work(office()) as work:
        await annual_plan.draft_plan(
            work, annual_plan.PlanDraft(plan_id=DRAFT, year=2026, title="二号", lines=lines)
        )


async def test_the_visits_of_a_plan_and_the_moves_that_save_some_are_known_before_the_draw(
    adopted: Play,
) -> None:
    found = await matched(adopted)

    # L1 draws 4 of 8 restaurants, L3 all 8, L2 both hotels, L9 one restaurant covertly.
    together = found.matching
    assert together.one_by_one == together.together == 15
    best = together.moves[0]
    assert (best.line, best.meets) == ("L1", (("L3", 1),))
    assert best.saving == 4
    assert best.days == (plan_lines()[3].window_from - plan_lines()[0].window_to).days
    [other] = [
        pair
        for pair in together.pairs
        if pair.first == ("L1", 1) == pair.first and pair.second == ("L9", 1)
    ]
    assert [stop.reason for stop in other.stops] == [Hindrance.MODE]


async def test_a_suggestion_for_an_adopted_plan_becomes_an_amendment_that_another_person_adopts(
    adopted: Play,
) -> None:
    move = (await matched(adopted)).matching.moves[0]

    decision = await accept(adopted, move)

    before = await the_line(adopted, move.line)
    assert before.window_from == move.old.from_date
    waiting = (await matched(adopted)).matching
    assert waiting.together == 11
    assert all(each.line != move.line for each in waiting.moves)

    await adopt(adopted, decision)

    after = await the_line(adopted, move.line)
    assert (after.window_from, after.window_to) == (move.new.from_date, move.new.to_date)
    found = await matched(adopted)
    assert found.matching.together == 11
    assert found.decisions[0].reason == REASON


async def test_what_has_been_adopted_is_undone_by_another_amendment_while_there_is_time(
    adopted: Play,
) -> None:
    await ask_for_seven_days(adopted)
    move = (await matched(adopted)).matching.moves[0]
    decision = await accept(adopted, move)
    await adopt(adopted, decision)

    undone = await undo(adopted, decision)

    assert undone.outcome is MatchOutcome.UNDONE
    async with adopted.work(office("office-b")) as work:
        second = await work.plan_amendments.get(f"{PLAN}.2")
        await annual_plan.adopt_amendment(work, second.amendment_id, "平联办〔2026〕10号")
    assert (await the_line(adopted, move.line)).window_from == move.old.from_date
    assert (await matched(adopted)).matching.together == 15


async def test_nothing_is_undone_later_than_the_plan_may_be_amended(adopted: Play) -> None:
    await ask_for_seven_days(adopted)
    move = (await matched(adopted)).matching.moves[0]
    decision = await accept(adopted, move)
    await adopt(adopted, decision)

    adopted.clock.pass_time(days=(move.old.from_date - adopted.clock.today()).days - 6)

    await refused(Rule.AMENDMENT_TOO_LATE, undo(adopted, decision))


async def test_undoing_what_has_only_been_proposed_rejects_the_amendment(adopted: Play) -> None:
    decision = await accept(adopted, (await matched(adopted)).matching.moves[0])

    await undo(adopted, decision)

    async with reading(adopted) as work:
        amendment = await work.plan_amendments.get(decision.amendment_id)
    assert amendment.state is AmendmentState.REJECTED
    assert (await matched(adopted)).matching.moves[0].line == decision.line
    await refused(Rule.MOVE_NOT_ALLOWED, undo(adopted, decision))


async def test_a_line_that_somebody_moved_on_is_not_moved_back(adopted: Play) -> None:
    move = (await matched(adopted)).matching.moves[0]
    decision = await accept(adopted, move)
    await adopt(adopted, decision)
    line = await the_line(adopted, move.line)
    moved_on = replace(line, window_to=line.window_to + timedelta(days=1))
    change = LineChange(kind=ChangeKind.CHANGE, code=line.code, line=moved_on)
    async with adopted.work(office("office-a")) as work:
        second = await annual_plan.amend_plan(work, PLAN, [change], "另有安排")
    async with adopted.work(office("office-b")) as work:
        await annual_plan.adopt_amendment(work, second.amendment_id, "平联办〔2026〕11号")

    await refused(Rule.MATCH_MOVED_ON, undo(adopted, decision))


async def test_what_is_turned_down_is_not_suggested_again_until_it_is_reconsidered(
    adopted: Play,
) -> None:
    first = (await matched(adopted)).matching.moves[0]
    async with adopted.work(office()) as work:
        decision = await annual_plan.refuse_move(work, order_of(first), "春季人手不足")

    instead = (await matched(adopted)).matching.moves

    assert [(each.line, str(each.saving)) for each in instead] == [("L3", "4")]
    async with adopted.work(office()) as work:
        await annual_plan.reconsider_move(work, decision.decision_id)
    assert (await matched(adopted)).matching.moves[0] == first


async def test_a_draft_changes_at_once_and_back(adopted: Play) -> None:
    await draft(adopted)
    move = (await matched(adopted, DRAFT)).matching.moves[0]
    assert (move.line, move.days) == ("D1", 10)

    decision = await accept(adopted, move, DRAFT)

    assert (await the_line(adopted, "D1")).window_from == move.new.from_date
    assert decision.amendment_id is None
    await undo(adopted, decision)
    assert (await the_line(adopted, "D1")).window_from == move.old.from_date


async def test_lines_of_another_plan_are_named_and_can_not_be_joined(adopted: Play) -> None:
    await draft(adopted)

    found = (await matched(adopted, DRAFT)).matching

    [pair] = [each for each in found.pairs if {each.first, each.second} == {("D1", 1), ("L3", 1)}]
    assert Hindrance.OTHER_PLAN in {stop.reason for stop in pair.stops}
    assert {move.line for move in (*found.moves, *found.stopped)} <= {"D1", "D2"}


async def test_a_move_that_comes_too_late_is_shown_with_what_stops_it(adopted: Play) -> None:
    await ask_for_seven_days(adopted)
    adopted.clock.pass_time(days=8)

    found = (await matched(adopted)).matching

    assert [move.line for move in found.moves] == ["L3"]
    [stopped] = found.stopped
    [stop] = stopped.stops
    assert (stopped.line, stop.reason) == ("L1", Hindrance.NOTICE)
    assert stop.facts == {"days": 7, "latest": "2026-03-31"}
    await refused(Rule.AMENDMENT_TOO_LATE, accept(adopted, stopped))


async def test_lines_of_an_open_round_meet_nobody_outside_it(adopted: Play) -> None:
    move = (await matched(adopted)).matching.moves[0]
    await adopted.open_round(ROUND, "L1", "L2")

    found = (await matched(adopted)).matching

    [pair] = [each for each in found.pairs if (each.first[0], each.second[0]) == ("L1", "L3")]
    assert pair.stops[0].facts == {"round": ROUND}
    assert found.moves == ()
    await refused(Rule.MATCH_NOT_SUGGESTED, accept(adopted, move))


async def test_a_suggestion_is_worked_out_anew_when_it_is_taken_up(adopted: Play) -> None:
    move = (await matched(adopted)).matching.moves[0]
    elsewhere = replace(move.new, from_date=move.old.from_date + timedelta(days=1))

    error = await refused(Rule.MATCH_NOT_SUGGESTED, accept(adopted, replace(move, new=elsewhere)))

    assert error.facts["line"] == move.line


async def test_only_the_office_decides_on_suggestions(adopted: Play) -> None:
    move = (await matched(adopted)).matching.moves[0]

    async with adopted.work(clerk("market-regulation")) as work:
        await refused(Rule.ROLE_NOT_ALLOWED, annual_plan.accept_move(work, order_of(move), REASON))


async def test_an_import_changes_the_matching_at_once(adopted: Play) -> None:
    before = (await matched(adopted)).matching.moves[0]

    async with adopted.work(office()) as work:
        more = [an_object(n) for n in range(20, 24)]
        await registers.take_in(work, RegisterKind.OBJECTS, more, a_source("more.csv"))

    after = (await matched(adopted)).matching.moves[0]
    assert before.saving == 4
    assert after.saving == 6
