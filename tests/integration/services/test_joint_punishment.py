"""Listing and delisting on the database: who is told, which measures, what they answer."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.sanctions import MeasureFeedback
from contracts.vocabulary import DelistingReason, MeasureOutcome
from coordinator.domain.blacklist import Listing, months_later, rule_for
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import ListingState, OrderState
from coordinator.services import blacklist, follow_up, handlers
from coordinator.services.follow_up import PenaltyDecision
from tests.builders import (
    DEPARTMENTS,
    FIRE,
    MARKET,
    POLICY,
    a_problem,
)
from tests.integration.services.post_box import letters
from tests.play import AUDITOR, ROUND, Play, approver, clerk

LIST = rule_for("market-serious", POLICY)
CLERK, CHIEF, DEPUTY = clerk(MARKET), approver(MARKET), approver(MARKET, "deputy")
DECISION = PenaltyDecision(
    decision_number="平市监罚〔2026〕12号",
    decided_date=datetime(2026, 5, 12, tzinfo=UTC).date(),
    penalty_kind="licence-withdrawn",
    facts="超范围经营",
    basis="《食品安全法》第一百二十二条",
)
Act = Callable[[Any], Awaitable[object]]


async def listed(play: Play) -> Listing:
    """Play from a problem to a confirmed listing on the real database."""
    task = next(each for each in await play.tasks(ROUND) if each.department == MARKET)
    await play.report(task, a_problem())
    await play.approve(task)
    async with play.work(CLERK) as work:
        [bad] = await work.results.where(visit_id=task.visit_id, has_problem=True)
        case = await follow_up.open_case(work, bad.result_id, "现场检查")
    async with play.work(CHIEF) as work:
        await follow_up.file_case(work, case.case_id, "涉嫌违法", filed=True)
        await follow_up.decide_penalty(work, case.case_id, DECISION)
    async with play.work(CLERK) as work:
        proposed = await blacklist.propose_listing(work, case.case_id, "market-serious")
        notified = await blacklist.notify_party(work, proposed.listing_id)
    assert notified.objection_until is not None
    play.clock.go_to(notified.objection_until + timedelta(days=1))
    async with play.work(CHIEF) as work:
        await blacklist.decide_listing(work, notified.listing_id, "平市监列〔2026〕1号")
    async with play.work(DEPUTY) as work:
        return await handlers.confirm_listing(work, notified.listing_id)


def feedback(order_id: str, department: str, outcome: MeasureOutcome, at: datetime) -> Any:
    return MeasureFeedback(
        order_id=order_id,
        department=department,
        outcome=outcome,
        reason=None,
        person="duty officer",
        done_at=at,
    )


async def answer_all(play: Play, outcome: MeasureOutcome) -> None:
    async with play.work(AUDITOR) as work:
        orders = await work.orders.where()
    for order in orders:
        message = feedback(order.order_id, order.department, outcome, play.clock.now())
        await play.receive(order.department, message)
        await play.receive(order.department, message)


async def test_a_clean_result_opens_no_case_and_a_case_is_of_the_own_department(
    dispatched: Play,
) -> None:
    task = next(each for each in await dispatched.tasks(ROUND) if each.department == MARKET)
    await dispatched.report(task)
    await dispatched.approve(task)
    async with dispatched.work(CLERK) as work:
        [clean, *_] = await work.results.where(visit_id=task.visit_id, department=MARKET)
        with pytest.raises(RuleBrokenError) as refused:
            await follow_up.open_case(work, clean.result_id, "线索")
    assert refused.value.rule is Rule.NO_PROBLEM_FOUND


async def test_a_result_opens_one_case_and_another_only_when_it_was_not_filed(
    dispatched: Play,
) -> None:
    task = next(each for each in await dispatched.tasks(ROUND) if each.department == MARKET)
    await dispatched.report(task, a_problem())
    await dispatched.approve(task)
    async with dispatched.work(CLERK) as work:
        [bad] = await work.results.where(visit_id=task.visit_id, has_problem=True)
        case = await follow_up.open_case(work, bad.result_id, "线索")

    async with dispatched.work(CLERK) as work:
        with pytest.raises(RuleBrokenError) as refused:
            await follow_up.open_case(work, bad.result_id, "同一线索")
    async with dispatched.work(CHIEF) as work:
        await follow_up.file_case(work, case.case_id, "事实不清", filed=False)
    async with dispatched.work(CLERK) as work:
        again = await follow_up.open_case(work, bad.result_id, "补充证据后的线索")

    assert refused.value.rule is Rule.ALREADY_EXISTS
    assert again.case_id != case.case_id


async def test_a_listing_is_told_to_everybody_and_orders_the_measures_of_the_library(
    dispatched: Play,
) -> None:
    listing = await listed(dispatched)

    told = {letter.recipient for letter in await letters(dispatched, "EntityListed")}
    ordered = await letters(dispatched, "MeasureOrdered")
    expected = {
        (rule.code, code)
        for rule in POLICY.measures_for("market-serious")
        for code in set(rule.departments) & set(DEPARTMENTS)
    }
    assert told == {
        "onevisit.credit.log",
        "onevisit.credit.county.events",
        *(f"onevisit.dept.{code}.events" for code in DEPARTMENTS),
    }
    assert {(each.data["measure"], each.data["department"]) for each in ordered} == expected
    assert {each.data["until"] for each in ordered} == {str(listing.term_until)}
    assert listing.sequence == 1


async def test_a_subject_is_not_proposed_twice_for_one_list(dispatched: Play) -> None:
    listing = await listed(dispatched)

    async with dispatched.work(CLERK) as work:
        with pytest.raises(RuleBrokenError) as refused:
            await blacklist.propose_listing(work, listing.case_id, listing.list_code)
    assert refused.value.rule is Rule.ALREADY_LISTED


async def test_delisting_lifts_every_measure_and_asks_for_feedback_again(
    dispatched: Play,
) -> None:
    listing = await listed(dispatched)
    await answer_all(dispatched, MeasureOutcome.APPLIED)
    async with dispatched.work(CHIEF) as work:
        with pytest.raises(RuleBrokenError) as early:
            await blacklist.request_delisting(
                work, listing.listing_id, DelistingReason.REPAIRED, "9号"
            )
    assert listing.decision_date is not None
    repair = months_later(listing.decision_date, LIST.earliest_repair_months)
    dispatched.clock.go_to(repair)

    async with dispatched.work(CHIEF) as work:
        await blacklist.request_delisting(work, listing.listing_id, DelistingReason.REPAIRED, "9号")
    async with dispatched.work(DEPUTY) as work:
        ended = await handlers.confirm_delisting(work, listing.listing_id)

    assert early.value.rule is Rule.TOO_EARLY_TO_DELIST
    assert (ended.state, ended.sequence) == (ListingState.DELISTED, 2)
    ordered = await letters(dispatched, "MeasureOrdered")
    lifted = await letters(dispatched, "MeasureLifted")
    assert {(m.recipient, m.data["order_id"]) for m in lifted} == {
        (m.recipient, m.data["order_id"]) for m in ordered
    }
    async with dispatched.work(AUDITOR) as work:
        assert {order.state for order in await work.orders.where()} == {OrderState.LIFTING}
    await answer_all(dispatched, MeasureOutcome.LIFTED)
    async with dispatched.work(AUDITOR) as work:
        orders = await work.orders.where()
    assert {order.state for order in orders} == {OrderState.LIFTED}
    assert {order.lifted_at for order in orders} == {dispatched.clock.now()}
    listed_to = {letter.recipient for letter in await letters(dispatched, "EntityListed")}
    assert {m.recipient for m in await letters(dispatched, "EntityDelisted")} == listed_to


async def test_no_department_answers_for_another_measure(dispatched: Play) -> None:
    await listed(dispatched)
    async with dispatched.work(AUDITOR) as work:
        order = next(each for each in await work.orders.where() if each.department == MARKET)

    for department in (MARKET, FIRE):
        message = feedback(
            order.order_id, department, MeasureOutcome.APPLIED, dispatched.clock.now()
        )
        with pytest.raises(RuleBrokenError) as refused:
            await dispatched.receive(FIRE, message)
        assert refused.value.rule is Rule.NOT_YOUR_DEPARTMENT
