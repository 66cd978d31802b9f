"""Listing and delisting on the database: who is told, which measures, what they answer."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from contracts.sanctions import CreditEventAcknowledged, ListingAcknowledged, MeasureFeedback
from contracts.vocabulary import DelistingReason, MeasureOutcome
from coordinator.domain.annual_plan import Frame
from coordinator.domain.blacklist import Listing, rule_for
from coordinator.domain.credit_repair import Repair
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import ListingState, OrderState
from coordinator.domain.registers.conditions import Conditions
from coordinator.domain.working_days import months_later
from coordinator.services import (
    blacklist,
    credit_repair,
    duties,
    follow_up,
    handlers,
    joint_punishment,
)
from coordinator.services.follow_up import PenaltyDecision
from tests.builders import (
    DEPARTMENTS,
    FIRE,
    MARKET,
    NOW,
    POLICY,
    a_problem,
)
from tests.integration.services.post_box import letters
from tests.play import AUDITOR, ROUND, Play, approver, clerk, office

LIST = rule_for("market-serious", POLICY, NOW.date())
CLERK, CHIEF, DEPUTY = clerk(MARKET), approver(MARKET), approver(MARKET, "deputy")
DECISION = PenaltyDecision(
    decision_number="平市监罚〔2026〕12号",
    decided_date=date(2026, 4, 14),
    penalty_kind="licence-withdrawn",
    facts="超范围经营",
    basis="《食品安全法》第一百二十二条",
    certificate_number="JY16402210000001",
    severity="serious",
    publication_months=36,
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
        await blacklist.notify_party(work, proposed.listing_id)
        notified = await blacklist.record_delivery(
            work, proposed.listing_id, blacklist.Delivery(day=work.today(), way="direct")
        )
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
        for rule in POLICY.measures_for("market-serious", NOW.date())
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


APPLICATION = credit_repair.Application(
    applicant="法定代表人", statement="已改正并缴清罚款", evidence="缴款书、整改照片"
)


async def repaired(play: Play, listing: Listing) -> Repair:
    """Play from the application to the decision that takes the subject off the list."""
    async with play.work(CLERK) as work:
        asked = await credit_repair.apply_for_repair(work, listing.listing_id, APPLICATION)
        await credit_repair.verify_repair(work, asked.repair_id, "现场核实")
    async with play.work(CHIEF) as work:
        return await handlers.decide_repair(
            work, asked.repair_id, "平市监修〔2027〕1号", "符合条件", granted=True
        )


async def acknowledge_all(play: Play) -> None:
    """Let the county's credit system and every department take in every event."""
    async with play.work(AUDITOR) as work:
        events = await work.credit_events.where()
        changes = await work.listing_events.where()
    async with play.work(AUDITOR) as work:
        for each in events:
            message = CreditEventAcknowledged(number=each.number, message_id=each.message_id)
            await handlers.handle(work, "county", message)
        for told in changes:
            answer = ListingAcknowledged(listing_id=told.listing_id, sequence=told.sequence)
            for department in told.departments:
                await handlers.handle(work, department, answer)


def _earliest(listing: Listing) -> date:
    assert listing.decision_date is not None
    return months_later(listing.decision_date, LIST.earliest_repair_months)


async def test_nobody_leaves_as_repaired_early_or_by_a_short_cut(dispatched: Play) -> None:
    listing = await listed(dispatched)
    dispatched.clock.go_to(_earliest(listing) - timedelta(days=1))

    async with dispatched.work(CLERK) as work:
        with pytest.raises(RuleBrokenError) as early:
            await credit_repair.apply_for_repair(work, listing.listing_id, APPLICATION)
    async with dispatched.work(CHIEF) as work:
        with pytest.raises(RuleBrokenError) as short_cut:
            await blacklist.request_delisting(
                work, listing.listing_id, DelistingReason.REPAIRED, "9号"
            )

    assert early.value.rule is Rule.TOO_EARLY_TO_REPAIR
    assert short_cut.value.rule is Rule.REPAIR_NEEDS_APPLICATION


async def test_a_repair_takes_the_subject_off_everywhere(dispatched: Play) -> None:
    listing = await listed(dispatched)
    await answer_all(dispatched, MeasureOutcome.APPLIED)
    dispatched.clock.go_to(_earliest(listing))

    repair = await repaired(dispatched, listing)

    async with dispatched.work(AUDITOR) as work:
        ended = await work.listings.get(listing.listing_id)
        thing = await work.objects.get(listing.subject)
        orders = await work.orders.where()
    assert (ended.state, ended.sequence) == (ListingState.DELISTED, 2)
    assert (ended.delisting_requested_by, ended.delisted_by) == (CLERK.name, CHIEF.name)
    assert ended.delisting_number == repair.decision_number
    assert (thing.serious_list, thing.events) == (False, ())
    assert {order.state for order in orders} == {OrderState.LIFTING}
    assert all(order.lifting_due is not None and order.reminders == 0 for order in orders)
    listed_to = {letter.recipient for letter in await letters(dispatched, "EntityListed")}
    assert {m.recipient for m in await letters(dispatched, "EntityDelisted")} == listed_to
    ordered = await letters(dispatched, "MeasureOrdered")
    lifted = await letters(dispatched, "MeasureLifted")
    assert {(m.recipient, m.data["order_id"]) for m in lifted} == {
        (m.recipient, m.data["order_id"]) for m in ordered
    }


async def test_a_repair_is_proven_when_everybody_has_taken_it_in(dispatched: Play) -> None:
    listing = await listed(dispatched)
    dispatched.clock.go_to(_earliest(listing))
    repair = await repaired(dispatched, listing)
    before = await _standing(dispatched, repair)

    with pytest.raises(RuleBrokenError) as unproven:
        credit_repair.require_complete(repair, before)
    await answer_all(dispatched, MeasureOutcome.LIFTED)
    await acknowledge_all(dispatched)

    credit_repair.require_complete(repair, await _standing(dispatched, repair))
    async with dispatched.work(AUDITOR) as work:
        orders = await work.orders.where()
        case = await joint_punishment.case_of(work, listing.listing_id)
    assert unproven.value.rule is Rule.RECEIPTS_MISSING
    assert before.systems == ["county"]
    assert set(before.departments) == {order.department for order in orders}
    assert case is not None
    assert case.closed_at == dispatched.clock.now()


async def _standing(play: Play, repair: Repair) -> credit_repair.RepairStanding:
    async with play.work(AUDITOR) as work:
        silent = await blacklist.unacknowledged(work, repair.listing_id)
        return await credit_repair.standing_of(work, repair, silent)


async def test_a_correction_is_told_to_everybody_and_changes_the_orders(dispatched: Play) -> None:
    listing = await listed(dispatched)
    assert listing.term_until is not None
    shorter = listing.term_until.replace(year=listing.term_until.year - 1)
    draft = blacklist.CorrectionDraft(
        number="平市监更〔2026〕1号", reason="期限计算有误", term_until=shorter
    )

    async with dispatched.work(CHIEF) as work:
        proposed = await blacklist.propose_correction(work, listing.listing_id, draft)
        with pytest.raises(RuleBrokenError) as alone:
            await handlers.confirm_correction(work, proposed.correction_id)
    async with dispatched.work(DEPUTY) as work:
        corrected = await handlers.confirm_correction(work, proposed.correction_id)

    told = await letters(dispatched, "EntityCorrected")
    amended = await letters(dispatched, "MeasureAmended")
    async with dispatched.work(AUDITOR) as work:
        orders = await work.orders.where()
        receipts = await blacklist.receipts_of(work, listing.listing_id)
    assert alone.value.rule is Rule.TWO_PERSONS_NEEDED
    assert (corrected.state, corrected.sequence) == (ListingState.CORRECTED, 2)
    assert {m.recipient for m in told} == {
        m.recipient for m in await letters(dispatched, "EntityListed")
    }
    assert told[0].data["corrected"] == ["term_until"]
    assert {order.until for order in orders} == {shorter}
    assert {m.data["order_id"] for m in amended} == {order.order_id for order in orders}
    assert [event.kind.value for event, _rows in receipts] == ["listed", "corrected"]


async def test_a_listing_ends_by_its_own_decision_when_the_term_is_over(dispatched: Play) -> None:
    listing = await listed(dispatched)
    assert listing.term_until is not None
    dispatched.clock.go_to(listing.term_until - timedelta(days=1))
    async with dispatched.work(office()) as work:
        early = await duties.do_duty(work, "expire-listings")
    dispatched.clock.go_to(listing.term_until)

    async with dispatched.work(office()) as work:
        done = await duties.do_duty(work, "expire-listings")

    async with dispatched.work(AUDITOR) as work:
        ended = await work.listings.get(listing.listing_id)
        orders = await work.orders.where()
        thing = await work.objects.get(listing.subject)
    assert early is not None
    assert early.outcome == {"expired": []}
    assert done is not None
    assert done.outcome == {"expired": [listing.listing_id]}
    assert (ended.state, ended.delisting_reason) == (
        ListingState.DELISTED,
        DelistingReason.EXPIRED,
    )
    assert ended.delisting_number == listing.decision_number
    assert (ended.delisting_requested_by, ended.delisted_by) == (None, None)
    assert {order.state for order in orders} == {OrderState.LIFTING}
    assert thing.serious_list is False


async def test_an_answer_about_a_listing_that_is_over_is_kept_and_the_measure_lifted(
    dispatched: Play,
) -> None:
    listing = await listed(dispatched)
    assert listing.term_until is not None
    async with dispatched.work(AUDITOR) as work:
        order = next(each for each in await work.orders.where() if each.department == FIRE)
    dispatched.clock.go_to(listing.term_until)

    at = dispatched.clock.now()
    await dispatched.receive(FIRE, feedback(order.order_id, FIRE, MeasureOutcome.APPLIED, at))

    async with dispatched.work(AUDITOR) as work:
        [answer] = await work.measure_answers.where(order_id=order.order_id)
        after = await work.orders.get(order.order_id)
    lifted = await letters(dispatched, "MeasureLifted")
    assert (answer.outcome, answer.was_valid) == (MeasureOutcome.APPLIED, False)
    assert (after.state, after.outcome) == (OrderState.LIFTING, MeasureOutcome.APPLIED)
    assert [m.data["order_id"] for m in lifted] == [order.order_id]


async def test_a_later_answer_corrects_and_both_stay(dispatched: Play) -> None:
    await listed(dispatched)
    await answer_all(dispatched, MeasureOutcome.APPLIED)
    async with dispatched.work(AUDITOR) as work:
        order = next(each for each in await work.orders.where() if each.department == FIRE)
    dispatched.clock.pass_time(hours=1)
    message = feedback(order.order_id, FIRE, MeasureOutcome.REFUSED, dispatched.clock.now())

    await dispatched.receive(FIRE, message.model_copy(update={"reason": "没有可限制的事项"}))

    async with dispatched.work(AUDITOR) as work:
        answers = await work.measure_answers.where(order_id=order.order_id)
        after = await work.orders.get(order.order_id)
    assert [each.outcome.value for each in answers] == ["applied", "refused"]
    assert (after.state, after.outcome) == (OrderState.ANSWERED, MeasureOutcome.REFUSED)


async def test_departments_are_reminded_once_each_time_and_systems_once_alarmed(
    dispatched: Play,
) -> None:
    listing = await listed(dispatched)
    async with dispatched.work(AUDITOR) as work:
        order = next(iter(await work.orders.where()))
    reminded = []
    for day in (-4, -3, 0, 1, 9):
        dispatched.clock.go_to(order.feedback_due + timedelta(days=day))
        async with dispatched.work(office()) as work:
            for name in ("remind-of-measures", "note-silent-credit-systems"):
                await duties.do_duty(work, name)
        reminded.append(len(await letters(dispatched, "MeasureReminded")))

    async with dispatched.work(AUDITOR) as work:
        alarms = await work.audit_entries.where(tag="blacklist:acknowledgement:silent")
        silent = await blacklist.silent_events(work)
    number = len(await letters(dispatched, "MeasureOrdered"))
    assert reminded == [0, number, number, 2 * number, 2 * number]
    assert [each.subject for each in alarms] == [listing.listing_id]
    assert [each.listing_id for each in silent] == [listing.listing_id]
    await acknowledge_all(dispatched)
    dispatched.clock.pass_time(days=1)
    async with dispatched.work(office()) as work:
        await duties.do_duty(work, "note-silent-credit-systems")
    async with dispatched.work(AUDITOR) as work:
        assert await blacklist.silent_events(work) == []
        [event] = await work.listing_events.where()
    assert event.acknowledged_at is not None


async def test_a_court_document_lists_as_a_penalty_does_and_marks_the_register(
    dispatched: Play,
) -> None:
    async with dispatched.work(AUDITOR) as work:
        thing = next(iter(await work.objects.where()))
    document = blacklist.CourtDocument(
        subject=thing.object_id,
        subject_name=thing.name,
        list_code="market-serious",
        court="平川县人民法院",
        number="（2026）宁0221刑初1号",
        dated=dispatched.clock.today(),
        facts="生产、销售不符合安全标准的食品",
    )
    async with dispatched.work(clerk(FIRE)) as work:
        with pytest.raises(RuleBrokenError) as foreign:
            await blacklist.propose_by_court(work, document)
    async with dispatched.work(CLERK) as work:
        proposed = await blacklist.propose_by_court(work, document)
        await blacklist.notify_party(work, proposed.listing_id, "平市监列告〔2026〕1号")
        way = blacklist.Delivery(day=work.today(), way="announcement")
        delivered = await blacklist.record_delivery(work, proposed.listing_id, way)
    assert delivered.objection_until is not None
    dispatched.clock.go_to(delivered.objection_until + timedelta(days=1))
    async with dispatched.work(CHIEF) as work:
        await blacklist.decide_listing(work, proposed.listing_id, "平市监列〔2026〕1号")
    async with dispatched.work(DEPUTY) as work:
        await handlers.confirm_listing(work, proposed.listing_id)

    blacklisted = Frame(conditions=Conditions(lists=("serious",), events=("blacklist",)))
    async with dispatched.work(AUDITOR) as work:
        marked = await work.objects.get(thing.object_id)
        drawable = await work.frames.count(blacklisted, work.today())
    assert drawable.objects == 1  # plans and draws find it from now on
    assert foreign.value.rule is Rule.ORGAN_NOT_COMPETENT
    assert (delivered.objection_until - document.dated).days > 30  # by announcement
    assert marked.serious_list
    assert [(each.kind, each.source) for each in marked.events] == [
        ("blacklist", "平市监列〔2026〕1号")
    ]


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
