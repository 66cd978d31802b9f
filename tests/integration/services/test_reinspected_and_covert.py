"""Orders that a re-inspection closes or opens anew, and hazards found on covert rounds."""

from dataclasses import replace

import pytest

from contracts.vocabulary import Mode
from coordinator.domain.due_checks import RE_INSPECTION, DueCheck, DueSource
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.follow_up import Rectification
from coordinator.domain.lifecycle import DueState, HazardState, RectificationState, RoundState
from coordinator.services import consequences, follow_up, handlers
from coordinator.services.follow_up import StopOrder
from tests.builders import FIRE, MARKET, a_problem
from tests.integration.services.follow_up_story import found, result_of
from tests.integration.services.page_clients import HTML, people
from tests.play import AUDITOR, ROUND, Play, approver, clerk, office

CLERK, CHIEF = clerk(MARKET), approver(MARKET)


async def _reinspected(play: Play, order: Rectification, *, problem: bool) -> Rectification:
    """Let another visit of the organ look at an order's remedy, and approve what it found."""
    async with play.work(AUDITOR) as work:
        tasks = await work.tasks.where(round_id=ROUND, department=MARKET, report_version=0)
        task = tasks[0]
        checks = await work.checks.where(visit_id=task.visit_id, department=MARKET)
    first = min(checks, key=lambda each: (each.object_id, each.item))
    due = DueCheck(
        due_id="due-1",
        source=DueSource.RE_INSPECTION,
        source_id=order.rectification_id,
        kind=RE_INSPECTION,
        object_id=first.object_id,
        object_name=first.object_name,
        place="p",
        item=first.item,
        item_name=first.item_name,
        department=MARKET,
        reason=order.problem,
        from_date=order.due_date,
        deadline=order.due_date,
        state=DueState.JOINED,
        added_at=play.clock.now(),
        visit_id=task.visit_id,
    )
    async with play.work(office()) as work:
        await work.due_checks.save(due)
    await play.report(task, a_problem() if problem else None)
    await play.approve(task)
    async with play.work(AUDITOR) as work:
        now: Rectification = await work.rectifications.get(order.rectification_id)
    return now


async def _reported(play: Play) -> Rectification:
    result = await found(play, follow_up=("rectify",))
    async with play.work(CLERK) as work:
        order = await handlers.order_rectification(work, result.result_id, "条款")
        return await handlers.report_rectification(work, order.rectification_id, "已改")


async def test_a_clean_re_inspection_closes_the_order_and_settles_its_result(
    dispatched: Play,
) -> None:
    order = await _reported(dispatched)

    closed = await _reinspected(dispatched, order, problem=False)

    async with dispatched.work(AUDITOR) as work:
        result = await work.results.get(order.result_id)
    assert closed.state is RectificationState.CLOSED
    assert closed.closed_by == CHIEF.name
    assert result.settled_at is not None


async def test_a_re_inspection_that_finds_the_problem_makes_the_remedy_owed_anew(
    dispatched: Play,
) -> None:
    order = await _reported(dispatched)

    again = await _reinspected(dispatched, order, problem=True)

    async with dispatched.work(AUDITOR) as work:
        waiting = await work.due_checks.where(
            source_id=order.rectification_id, state=DueState.WAITING
        )
    assert (again.state, again.times_refused) == (RectificationState.ORDERED, 1)
    assert again.refusal == "超范围经营"
    assert again.due_date >= order.due_date
    assert len(waiting) >= 1


async def test_a_hazard_of_a_covert_round_stops_the_work_and_tells_nobody_else(
    dispatched: Play,
) -> None:
    result = await found(dispatched)
    async with dispatched.work(office()) as work:
        drawn = await work.rounds.get(ROUND)
        await work.rounds.save(replace(drawn, mode=Mode.COVERT))
    async with dispatched.work(CLERK) as work:
        hazard = await follow_up.register_hazard(work, result.result_id, "报警失效")
        with pytest.raises(RuleBrokenError) as waits:
            await handlers.order_rectification(work, result.result_id, "条款")
    async with dispatched.work(CHIEF) as work:
        stopped = await handlers.confirm_hazard(work, hazard.hazard_id, StopOrder(scope="罐区"))
        before = await work.objects.get(result.object_id)
    clients = await people(dispatched, ("m", MARKET), ("f", FIRE), ("o", None))
    path = f"/console/hazards/{hazard.hazard_id}"
    seen = [(await each.get(path, headers=HTML)).status_code for each in clients]
    lists = [(await each.get("/console/hazards", headers=HTML)).text for each in clients]

    async with dispatched.work(office()) as work:
        early = await consequences.mark_hazard(work, hazard.hazard_id)
        drawn = await work.rounds.get(ROUND)
        await work.rounds.save(replace(drawn, state=RoundState.DISCLOSED))
        marked = [await consequences.mark_hazard(work, hazard.hazard_id) for _twice in range(2)]
        after = await work.objects.get(result.object_id)

    assert waits.value.rule is Rule.COVERT_ROUND_OPEN
    assert stopped.state is HazardState.STOPPED
    assert seen == [200, 403, 404]
    assert [result.object_name in text for text in lists] == [True, False, False]
    assert (early, marked) == (False, [True, False])
    assert before.events == ()
    assert [each.kind for each in after.events] == ["hazard"]
    assert (await result_of(dispatched, result)).settled_at is None
