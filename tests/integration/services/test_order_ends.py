"""What extends or ends an order, and what settles a result: no stale wish, no rejected hazard."""

from dataclasses import replace
from datetime import timedelta

import pytest

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.follow_up import Rectification
from coordinator.domain.lifecycle import DueState, HazardState, RectificationState
from coordinator.services import consequences, follow_up, handlers
from tests.builders import MARKET
from tests.integration.services.follow_up_story import found, result_of
from tests.play import AUDITOR, Play, approver, clerk, office

CLERK, CHIEF = clerk(MARKET), approver(MARKET)


async def _ordered(play: Play) -> Rectification:
    result = await found(play, follow_up=("rectify",))
    async with play.work(CLERK) as work:
        return await handlers.order_rectification(work, result.result_id, "条款")


async def _extension_asked(play: Play, days: int) -> Rectification:
    order = await _ordered(play)
    until = order.due_date + timedelta(days=days)
    async with play.work(CLERK) as work:
        return await follow_up.request_extension(work, order.rectification_id, until, "设备未到")


async def test_a_hazard_that_was_none_settles_nothing(dispatched: Play) -> None:
    result = await found(dispatched, follow_up=("rectify",))

    async with dispatched.work(CLERK) as work:
        hazard = await follow_up.register_hazard(work, result.result_id, "报警失效")
    async with dispatched.work(CHIEF) as work:
        rejected = await follow_up.reject_hazard(work, hazard.hazard_id, "属一般问题")
        following = await follow_up.following_of(work, result)

    assert rejected.state is HazardState.REJECTED
    assert following == []
    assert (await result_of(dispatched, result)).settled_at is None


async def test_more_time_is_not_granted_for_a_remedy_that_is_reported_or_over(
    dispatched: Play,
) -> None:
    order = await _extension_asked(dispatched, days=10)
    key = order.rectification_id
    async with dispatched.work(CLERK) as work:
        await handlers.report_rectification(work, key, "已改")
    async with dispatched.work(CHIEF) as work:
        with pytest.raises(RuleBrokenError) as reported:
            await handlers.decide_extension(work, key, "同意", granted=True)
        await handlers.close_rectification(work, key)

        with pytest.raises(RuleBrokenError) as closed:
            await handlers.decide_extension(work, key, "同意", granted=True)
        waiting = await work.due_checks.count(source_id=key, state=DueState.WAITING)

    assert {reported.value.rule, closed.value.rule} == {Rule.NO_EXTENSION_ASKED}
    assert waiting == 0


async def test_granted_time_never_shortens_an_order_and_its_end_is_noted_anew(
    dispatched: Play,
) -> None:
    order = await _extension_asked(dispatched, days=5)
    key, later = order.rectification_id, order.due_date + timedelta(days=20)
    dispatched.clock.go_to(order.due_date + timedelta(days=1))
    async with dispatched.work(office()) as work:
        await follow_up.remind_and_note_overdue(work)
    async with dispatched.work(CHIEF) as work:
        noted = await work.rectifications.get(key)
        extended = await handlers.decide_extension(work, key, "同意", granted=True)
        longer = replace(extended, due_date=later, extension_granted=None)
        await work.rectifications.save(longer)
        kept = await handlers.decide_extension(work, key, "同意", granted=True)

    assert noted.overdue_noted_at is not None
    assert extended.overdue_noted_at is None
    assert extended.due_date == order.due_date + timedelta(days=5)
    assert kept.due_date == later


async def test_a_clean_look_reports_the_remedy_and_closes_nothing_around_an_open_hazard(
    dispatched: Play,
) -> None:
    order = await _ordered(dispatched)
    async with dispatched.work(CLERK) as work:
        hazard = await follow_up.register_hazard(work, order.result_id, "报警失效")
    async with dispatched.work(CHIEF) as work:
        looked = await follow_up.take_reinspection(
            work, order.rectification_id, "未发现问题", problem=False
        )
        await follow_up.reject_hazard(work, hazard.hazard_id, "属一般问题")
        closed = await follow_up.take_reinspection(
            work, order.rectification_id, "未发现问题", problem=False
        )

    assert looked is not None
    assert (looked.state, looked.evidence) == (RectificationState.REPORTED, "未发现问题")
    assert closed is not None
    assert closed.state is RectificationState.CLOSED


async def test_a_report_approved_again_gives_no_more_time_for_what_it_found_before(
    dispatched: Play,
) -> None:
    order = await _ordered(dispatched)
    async with dispatched.work(AUDITOR) as work:
        [due] = await work.due_checks.where(source_id=order.rectification_id)
        result = await work.results.get(order.result_id)
    async with dispatched.work(CHIEF) as work:
        done = replace(
            due,
            state=DueState.DONE,
            visit_id=result.visit_id,
            result_id=result.result_id,
            ended_at=work.now(),
        )
        await work.due_checks.save(done)
        await consequences.after_approval(work, result.visit_id, MARKET)
        first = await work.rectifications.get(order.rectification_id)
    dispatched.clock.pass_time(days=3)

    async with dispatched.work(CHIEF) as work:
        await consequences.after_approval(work, result.visit_id, MARKET)
        second = await work.rectifications.get(order.rectification_id)
        waiting = await work.due_checks.count(source_id=order.rectification_id)

    assert (first.times_refused, first.refusal) == (1, result.problem)
    assert second == first
    assert waiting == 2


async def test_an_act_of_the_early_morning_stands_in_the_file_under_its_own_day(
    dispatched: Play,
) -> None:
    result = await found(dispatched, follow_up=("rectify",))
    dispatched.clock.pass_time(days=1)
    day = dispatched.clock.today()
    dispatched.clock.pass_time(hours=-6)  # half past three in the county, still yesterday in UTC

    async with dispatched.work(CLERK) as work:
        await handlers.order_rectification(work, result.result_id, "条款")
        thing = await work.objects.get(result.object_id)
        file = await follow_up.enterprise_file(work, thing.credit_subject)

    lines = [line for year in file.years for line in year.lines]
    assert [line.day for line in lines if line.kind == "rectification"] == [day]
