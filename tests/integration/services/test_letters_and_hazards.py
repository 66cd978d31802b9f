"""Transfers, copy notices, hazards, samples, the abnormal list: from finding to settled result."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.follow_up import CopyNoticeAnswered, CopyNoticeOutcome, TransferAnswered
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.follow_up import Conclusion, Laboratory, LabReport, Severity
from coordinator.domain.lifecycle import (
    CaseState,
    CopyNoticeState,
    HazardState,
    SampleState,
    TaskState,
    TransferState,
)
from coordinator.services import follow_up, handlers, overdue
from coordinator.services.follow_up import (
    AbnormalDecision,
    HazardPlan,
    Receipt,
    SampleSheet,
    StopOrder,
    TransferOrder,
)
from tests.builders import CALENDAR, FIRE, HEALTH, MARKET, a_problem
from tests.integration.services.follow_up_story import HASH, LINE, found, result_of, sent
from tests.integration.services.post_box import letters
from tests.play import AUDITOR, ROUND, Play, approver, clerk, office

CLERK, CHIEF, DEPUTY = clerk(MARKET), approver(MARKET), approver(MARKET, "deputy")


async def test_a_copy_notice_goes_to_each_department_and_is_settled_by_the_last_answer(
    dispatched: Play,
) -> None:
    result = await found(dispatched, follow_up=("copy",))
    async with dispatched.work(CLERK) as work:
        notices = await follow_up.send_copy_notice(work, result.result_id, (HEALTH, FIRE), "健康证")
    due = CALENDAR.after(dispatched.clock.today(), 10).due_date

    settled = []
    for notice in notices:
        answer = CopyNoticeAnswered(
            notice_id=notice.notice_id,
            department=notice.receiver,
            outcome=CopyNoticeOutcome.HANDLED,
            answer="已处理",
            person="李",
            answered_at=dispatched.clock.now(),
        )
        await dispatched.receive(notice.receiver, answer)
        settled.append((await result_of(dispatched, result)).settled_at is not None)

    assert {each.letter_number for each in notices} == {f"{MARKET}抄〔2026〕1号"}
    assert [each.answer_due for each in notices] == [due, due]
    assert await sent(dispatched, "CopyNoticeSent") == [HEALTH, FIRE]
    assert settled == [False, True]


async def test_a_copy_notice_is_nobodys_but_its_receivers_to_answer_and_once(
    dispatched: Play,
) -> None:
    result = await found(dispatched)
    async with dispatched.work(CLERK) as work:
        [notice] = await follow_up.send_copy_notice(work, result.result_id, (HEALTH,), "健康证")
        for wrong in ((), (MARKET,), (HEALTH, HEALTH), ("nobody",)):
            with pytest.raises(RuleBrokenError) as refused:
                await follow_up.send_copy_notice(work, result.result_id, wrong, "x")
            assert refused.value.rule is Rule.COPY_RECEIVERS_WRONG
    answer = follow_up.CopyAnswer(outcome=CopyNoticeOutcome.NOTED, answer="知悉", person="李")

    async with dispatched.work(clerk(FIRE)) as work:
        with pytest.raises(RuleBrokenError) as foreign:
            await follow_up.answer_copy_notice(work, notice.notice_id, answer)
    async with dispatched.work(clerk(HEALTH)) as work:
        done = await follow_up.answer_copy_notice(work, notice.notice_id, answer)
        with pytest.raises(RuleBrokenError) as twice:
            await follow_up.answer_copy_notice(work, notice.notice_id, answer)

    assert foreign.value.rule is Rule.NOT_YOUR_DEPARTMENT
    assert done.state is CopyNoticeState.ANSWERED
    assert twice.value.rule is Rule.MOVE_NOT_ALLOWED


async def test_an_unanswered_notice_is_reminded_and_noted_as_overdue_once(
    dispatched: Play,
) -> None:
    result = await found(dispatched)
    async with dispatched.work(CLERK) as work:
        [notice] = await follow_up.send_copy_notice(work, result.result_id, (HEALTH,), "健康证")

    told = []
    for days in (-1, 1, 2):
        dispatched.clock.go_to(notice.answer_due + timedelta(days=days))
        async with dispatched.work(office()) as work:
            told.append((await follow_up.remind_and_note_overdue(work))["copy_notices"])
    async with dispatched.work(AUDITOR) as work:
        tags = [each.tag for each in await work.audit_entries.where(subject=notice.visit_id)]

    assert told == [1, 1, 0]
    assert tags.count("follow-up:copy-notice:overdue") == 1
    assert await sent(dispatched, "CopyNoticeReminded") == [HEALTH, HEALTH]


async def test_a_case_goes_where_the_profile_says_and_comes_back_when_it_is_returned(
    dispatched: Play,
) -> None:
    await dispatched.override(
        follow_up__transfers='[{"severity":"ordinary","to":"local-authority"},'
        '{"severity":"crime","to":"public-security","answer_working_days":3}]'
    )
    result = await found(dispatched)
    async with dispatched.work(CLERK) as work:
        case = await follow_up.open_case(work, result.result_id, "线索")
    crime = TransferOrder(severity=Severity.CRIME, receiver_name="平川县公安局", reason="涉嫌犯罪")
    ordinary = TransferOrder(severity=Severity.ORDINARY, receiver=HEALTH, reason="属地管辖")

    async with dispatched.work(CHIEF) as work:
        await follow_up.file_case(work, case.case_id, "涉嫌违法", filed=True)
        with pytest.raises(RuleBrokenError) as unknown:
            await follow_up.transfer_case(
                work, case.case_id, TransferOrder(severity=Severity.MAJOR, reason="重大")
            )
        paper = await follow_up.transfer_case(work, case.case_id, crime)
    async with dispatched.work(CLERK) as work:
        receipt = Receipt(accepted=False, person="王", reason="证据不足")
        returned = await follow_up.answer_transfer(work, paper.transfer_id, receipt)
        back = await work.cases.get(case.case_id)
    async with dispatched.work(CHIEF) as work:
        wired = await follow_up.transfer_case(work, case.case_id, ordinary)
    await dispatched.receive(
        HEALTH,
        TransferAnswered(
            transfer_id=wired.transfer_id,
            department=HEALTH,
            accepted=True,
            reason=None,
            person="李",
            answered_at=dispatched.clock.now(),
        ),
    )
    async with dispatched.work(CLERK) as work:
        ended = await follow_up.close_transfer(work, wired.transfer_id, "已依法处理")
        closed = await work.cases.get(case.case_id)

    assert unknown.value.rule is Rule.TRANSFER_ROUTE_MISSING
    assert paper.answer_due == CALENDAR.after(dispatched.clock.today(), 3).due_date
    assert (returned.state, back.state) == (TransferState.RETURNED, CaseState.FILED)
    assert wired.letter_number == f"{MARKET}移〔2026〕2号"
    assert await sent(dispatched, "CaseTransferred") == [HEALTH]
    assert (ended.state, closed.state) == (TransferState.CLOSED, CaseState.CLOSED)


async def _to_removed(play: Play, result: Any) -> str:
    """Register, confirm, plan and remove a hazard; gives its id."""
    async with play.work(CLERK) as work:
        hazard = await follow_up.register_hazard(work, result.result_id, "报警失效")
    async with play.work(CHIEF) as work:
        await handlers.confirm_hazard(work, hazard.hazard_id, StopOrder(scope="罐区装卸"))
    async with play.work(CLERK) as work:
        with pytest.raises(RuleBrokenError) as planless:
            await follow_up.report_removal(work, hazard.hazard_id, "已更换", (LINE,))
        assert planless.value.rule is Rule.HAZARD_PLAN_MISSING
        plan = HazardPlan(plan="更换报警器", person="孙厂长")
        await follow_up.plan_removal(work, hazard.hazard_id, plan)
        await follow_up.report_removal(work, hazard.hazard_id, "已更换", (LINE,))
    return hazard.hazard_id


async def test_a_hazard_that_lasts_is_reminded_when_its_day_comes_and_when_it_has_passed(
    dispatched: Play,
) -> None:
    result = await found(dispatched, follow_up=("rectify",))
    async with dispatched.work(CLERK) as work:
        hazard = await follow_up.register_hazard(work, result.result_id, "报警失效")
    async with dispatched.work(CHIEF) as work:
        stopped = await handlers.confirm_hazard(work, hazard.hazard_id, StopOrder(scope="罐区装卸"))

    for days in (-1, 0, 0, 9, 9):
        assert stopped.removal_due is not None
        dispatched.clock.go_to(stopped.removal_due + timedelta(days=days))
        async with dispatched.work(office("daily-duties")) as work:
            await overdue.remind_departments(work)

    told = [each.data for each in await letters(dispatched, "ClockReminded")]
    mine = [(each["about"], each["number"]) for each in told if each["clock"] == "hazard"]
    assert mine == [(hazard.hazard_id, 1), (hazard.hazard_id, 2)]


async def test_where_consent_is_asked_for_two_persons_give_it_before_the_hazard_is_closed(
    dispatched: Play,
) -> None:
    await dispatched.override(
        follow_up__hazard_resume_consent="true", follow_up__hazard_listing="true"
    )
    result = await found(dispatched, follow_up=("rectify",))
    key = await _to_removed(dispatched, result)

    async with dispatched.work(CHIEF) as work:
        listed = await follow_up.list_hazard(work, key, "每周报告进展")
        with pytest.raises(RuleBrokenError) as early:
            await follow_up.close_hazard(work, key, "销号")
        await follow_up.review_removal(work, key, "现场复核已消除")
        with pytest.raises(RuleBrokenError) as alone:
            await follow_up.consent_to_resume(work, key)
    async with dispatched.work(DEPUTY) as work:
        resumed = await follow_up.consent_to_resume(work, key)
        closed = await follow_up.close_hazard(work, key, "销号")
        thing = await work.objects.get(result.object_id)

    assert listed.listed_number == f"{MARKET}督〔2026〕1号"
    assert early.value.rule is Rule.HAZARD_CONSENT_MISSING
    assert alone.value.rule is Rule.TWO_PERSONS_NEEDED
    assert resumed.consent_number == f"{MARKET}复〔2026〕1号"
    assert closed.state is HazardState.CLOSED
    assert ("hazard", f"{MARKET}停〔2026〕1号") in [(e.kind, e.source) for e in thing.events]
    assert (await result_of(dispatched, result)).settled_at is not None


async def test_exposure_and_listing_are_refused_where_the_profile_has_none(
    dispatched: Play,
) -> None:
    result = await found(dispatched)
    key = await _to_removed(dispatched, result)

    async with dispatched.work(CHIEF) as work:
        with pytest.raises(RuleBrokenError) as listing:
            await follow_up.list_hazard(work, key, "要求")
        with pytest.raises(RuleBrokenError) as exposure:
            await follow_up.expose_hazard(work, key, "曝光")
        closed = await follow_up.close_hazard(work, key, "已消除")

    assert listing.value.rule is Rule.HAZARD_LISTING_NOT_PROVIDED
    assert exposure.value.rule is Rule.EXPOSURE_NOT_PROVIDED
    assert closed.state is HazardState.CLOSED


async def test_an_order_cannot_be_closed_around_an_open_hazard(dispatched: Play) -> None:
    result = await found(dispatched, follow_up=("rectify",))
    async with dispatched.work(CLERK) as work:
        order = await handlers.order_rectification(work, result.result_id, "条款")
        await follow_up.register_hazard(work, result.result_id, "报警失效")
        await handlers.report_rectification(work, order.rectification_id, "已改")

    async with dispatched.work(CHIEF) as work:
        with pytest.raises(RuleBrokenError) as refused:
            await handlers.close_rectification(work, order.rectification_id)

    assert refused.value.rule is Rule.HAZARD_OPEN


def a_sheet(play: Play, **changes: Any) -> SampleSheet:
    today = play.clock.today()
    given: dict[str, Any] = {
        "sheet_number": "S1",
        "product": "面粉",
        "quantity": "2 袋",
        "taken_date": today,
        "laboratory": Laboratory("市检验院", "CMA-1", today + timedelta(days=300)),
    }
    return SampleSheet(**given | changes)


async def _sampled(play: Play) -> tuple[Any, Any]:
    """Take a sample for the market department's first check; gives task and sample."""
    task = next(each for each in await play.tasks(ROUND) if each.department == MARKET)
    async with play.work(AUDITOR) as work:
        checks = await work.checks.where(visit_id=task.visit_id, department=MARKET)
    first = min(checks, key=lambda each: (each.object_id, each.item))
    expired = Laboratory("县检验所", "CMA-0", play.clock.today() - timedelta(days=1))
    async with play.work(CLERK) as work:
        with pytest.raises(RuleBrokenError) as unfit:
            await handlers.take_sample(work, first.check_id, a_sheet(play, laboratory=expired))
        assert unfit.value.rule is Rule.LABORATORY_NOT_QUALIFIED
        return task, await handlers.take_sample(work, first.check_id, a_sheet(play))


async def test_a_task_waits_for_the_laboratory_and_the_clock_starts_at_the_final_report(
    dispatched: Play,
) -> None:
    task, sample = await _sampled(dispatched)
    await dispatched.report(task, a_problem(follow_up=("rectify",)))
    async with dispatched.work(AUDITOR) as work:
        waiting = (await work.tasks.get(task.task_id)).state
    dispatched.clock.pass_time(days=10)
    today = dispatched.clock.today()
    report = LabReport("R1", today, Conclusion.UNQUALIFIED, HASH)

    async with dispatched.work(CLERK) as work:
        final = await handlers.report_sample(work, sample.sample_id, report, final=True)
    await dispatched.approve(task)
    async with dispatched.work(CLERK) as work:
        [bad] = await work.results.where(visit_id=task.visit_id, has_problem=True)
        order = await handlers.order_rectification(work, bad.result_id, "条款")

    assert waiting is TaskState.AWAITING_TEST
    assert final.retest_due == CALENDAR.after(today, 7).due_date
    assert order.due_date == today + timedelta(days=30)


async def test_the_party_may_ask_another_laboratory_in_time_and_its_word_counts(
    dispatched: Play,
) -> None:
    _task, sample = await _sampled(dispatched)
    today = dispatched.clock.today()
    bad = LabReport("R1", today, Conclusion.UNQUALIFIED, HASH)
    good = LabReport("R2", today, Conclusion.QUALIFIED, HASH)
    other = Laboratory("省检验院", "CMA-2", today + timedelta(days=300))

    async with dispatched.work(CLERK) as work:
        await handlers.report_sample(work, sample.sample_id, bad, final=True)
        with pytest.raises(RuleBrokenError) as runs:
            await follow_up.close_sample(work, sample.sample_id)
        with pytest.raises(RuleBrokenError) as same:
            await follow_up.request_retest(work, sample.sample_id, "不服", sample.laboratory)
        await follow_up.request_retest(work, sample.sample_id, "不服", other)
        ended = await follow_up.report_retest(work, sample.sample_id, good)

    assert runs.value.rule is Rule.RETEST_PERIOD_RUNS
    assert same.value.rule is Rule.RETEST_SAME_LABORATORY
    assert (ended.state, ended.conclusion) == (SampleState.CLOSED, Conclusion.QUALIFIED)


async def test_a_code_proposes_an_entry_the_organ_decides_and_the_register_follows(
    dispatched: Play,
) -> None:
    result = await found(dispatched, result_codes=("6",), follow_up=("other",))
    async with dispatched.work(AUDITOR) as work:
        [entry] = await work.abnormal_entries.where(result_id=result.result_id)

    async with dispatched.work(CHIEF) as work:
        decision = AbnormalDecision(number="异列1号", reason="无法联系")
        entered = await handlers.enter_abnormal(work, entry.entry_id, decision)
        marked = (await work.objects.get(entry.object_id)).abnormal_list
        with pytest.raises(RuleBrokenError) as taken:
            await handlers.remove_abnormal(work, entry.entry_id, decision)
        removal = AbnormalDecision(number="异移1号", reason="已变更住所")
        await handlers.remove_abnormal(work, entry.entry_id, removal)
        cleared = (await work.objects.get(entry.object_id)).abnormal_list

    assert (entered.organ, entered.grounds) == (MARKET, ("6",))
    assert (marked, cleared) == (True, False)
    assert taken.value.rule is Rule.DECISION_NUMBER_TAKEN
    assert set(await sent(dispatched, "AbnormalListEntered")) >= {MARKET, FIRE, HEALTH}
    assert (await result_of(dispatched, result)).settled_at is not None
