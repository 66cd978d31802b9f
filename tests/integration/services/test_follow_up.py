"""Orders and cases: deadlines, extensions, evidence, decisions, what falls with them."""

from datetime import UTC, date, timedelta

import pytest

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.follow_up import PenaltyDecision, ReviewKind
from coordinator.domain.lifecycle import CaseState, RectificationState
from coordinator.services import duties, follow_up, handlers
from coordinator.services.follow_up import DecisionUndone
from tests.builders import CALENDAR, MARKET
from tests.integration.services.follow_up_story import HASH, LINE, found, result_of, sent
from tests.play import Play, approver, clerk, office

CLERK, CHIEF = clerk(MARKET), approver(MARKET)


def decision(day: date, **changes: object) -> PenaltyDecision:
    given = {
        "decision_number": "平市监罚〔2026〕12号",
        "decided_date": day,
        "penalty_kind": "fine",
        "facts": "超范围经营",
        "basis": "《食品安全法》第一百二十二条",
        "fine_fen": 5_000_000,
        "severity": "ordinary",
        "publication_months": 6,
    }
    return PenaltyDecision(**(given | changes))  # type: ignore[arg-type] # fields by name


async def test_an_order_is_numbered_refused_extended_and_closed_and_its_result_settles(
    dispatched: Play,
) -> None:
    result = await found(dispatched, follow_up=("rectify",))
    today = dispatched.clock.today()

    async with dispatched.work(CLERK) as work:
        order = await handlers.order_rectification(work, result.result_id, "第一百二十二条")
        key = order.rectification_id
        await follow_up.request_extension(work, key, today + timedelta(days=45), "设备未到")
    async with dispatched.work(CHIEF) as work:
        extended = await handlers.decide_extension(work, key, "同意", granted=True)
    async with dispatched.work(CLERK) as work:
        await handlers.report_rectification(work, key, "已清理", (LINE,))
    async with dispatched.work(CHIEF) as work:
        refused = await handlers.refuse_rectification(
            work, key, "照片看不清", today + timedelta(days=50)
        )
    before = await result_of(dispatched, result)
    async with dispatched.work(CLERK) as work:
        reported = await handlers.report_rectification(work, key, "已清理并补拍", (LINE,))
    async with dispatched.work(CHIEF) as work:
        closed = await handlers.close_rectification(work, key, "现场已整改")

    assert order.order_number == f"{MARKET}责改〔2026〕1号"
    assert order.due_date == today + timedelta(days=30)
    assert (extended.due_date, extended.first_due) == (
        today + timedelta(days=45),
        today + timedelta(days=30),
    )
    assert refused.state is RectificationState.ORDERED
    assert (refused.times_refused, refused.due_date) == (1, today + timedelta(days=50))
    assert reported.evidence_files[0].sha256 == HASH
    assert closed.closing_note == "现场已整改"
    assert before.settled_at is None
    assert (await result_of(dispatched, result)).settled_at is not None


async def test_the_duty_reminds_once_for_each_day_and_notes_an_overdue_order_once(
    dispatched: Play,
) -> None:
    result = await found(dispatched)
    async with dispatched.work(CLERK) as work:
        order = await handlers.order_rectification(work, result.result_id, "条款")

    told = []
    for day in (order.due_date - timedelta(days=7), order.due_date, order.due_date):
        dispatched.clock.go_to(day)
        async with dispatched.work(office()) as work:
            told.append(await follow_up.remind_and_note_overdue(work))
    dispatched.clock.go_to(order.due_date + timedelta(days=1))
    async with dispatched.work(office()) as work:
        done = await duties.do_duty(work, "follow-up")

    assert [each["rectifications"] for each in told] == [1, 1, 0]
    assert done is not None
    assert done.outcome["rectifications"] == 1
    assert await sent(dispatched, "RectificationReminded") == [MARKET] * 3


async def test_an_overdue_order_leads_to_a_case_and_an_order_in_time_does_not(
    dispatched: Play,
) -> None:
    result = await found(dispatched)
    async with dispatched.work(CLERK) as work:
        order = await handlers.order_rectification(work, result.result_id, "条款")
        with pytest.raises(RuleBrokenError) as early:
            await follow_up.open_case_of_order(work, order.rectification_id, "逾期不改")
    dispatched.clock.go_to(order.due_date + timedelta(days=1))

    async with dispatched.work(CLERK) as work:
        with pytest.raises(RuleBrokenError) as late:
            await follow_up.request_extension(
                work, order.rectification_id, order.due_date + timedelta(days=9), "忙"
            )
        case = await follow_up.open_case_of_order(work, order.rectification_id, "逾期不改")
        kept = await work.rectifications.get(order.rectification_id)

    assert early.value.rule is Rule.ORDER_NOT_OVERDUE
    assert late.value.rule is Rule.EXTENSION_TOO_LATE
    assert (case.rectification_id, kept.case_id) == (order.rectification_id, case.case_id)
    assert case.filing_due is not None


async def test_a_case_has_its_clocks_its_number_and_a_decision_with_the_data_of_its_kind(
    dispatched: Play,
) -> None:
    result = await found(dispatched)
    today = dispatched.clock.today()
    async with dispatched.work(CLERK) as work:
        case = await follow_up.open_case(work, result.result_id, "线索")

    async with dispatched.work(CHIEF) as work:
        filed = await follow_up.file_case(work, case.case_id, "涉嫌违法", filed=True)
        wrong = {
            Rule.DECISION_DATE_WRONG: decision(today + timedelta(days=1)),
            Rule.DECISION_DATA_MISSING: decision(today, fine_fen=None),
            Rule.DECISION_DATA_UNASKED: decision(today, certificate_number="JY1"),
            Rule.CODE_UNKNOWN: decision(today, penalty_kind="beating"),
        }
        for rule, each in wrong.items():
            with pytest.raises(RuleBrokenError) as refused:
                await follow_up.decide_penalty(work, case.case_id, each)
            assert refused.value.rule is rule
        decided = await follow_up.decide_penalty(work, case.case_id, decision(today))

    assert case.filing_due == CALENDAR.after(today, 15).due_date
    assert filed.case_number == f"{MARKET}立〔2026〕1号"
    assert filed.decision_due == today + timedelta(days=90)
    assert decided.execution_due == today + timedelta(days=15)
    assert decided.fine_fen == 5_000_000


async def test_a_number_serves_one_decision_of_an_organ_even_after_it_was_undone(
    dispatched: Play,
) -> None:
    result = await found(dispatched)
    today = dispatched.clock.today()
    async with dispatched.work(CLERK) as work:
        case = await follow_up.open_case(work, result.result_id, "线索")
    undone = DecisionUndone(
        undone_by=ReviewKind.REVIEW,
        document="平政复决〔2026〕3号",
        document_date=today,
        reason="程序",
    )

    async with dispatched.work(CHIEF) as work:
        await follow_up.file_case(work, case.case_id, "涉嫌违法", filed=True)
        await follow_up.decide_penalty(work, case.case_id, decision(today))
        revoked = await handlers.revoke_decision(work, case.case_id, undone)
        await follow_up.reopen_case(work, case.case_id)
        with pytest.raises(RuleBrokenError) as taken:
            await follow_up.decide_penalty(work, case.case_id, decision(today))
        again = await follow_up.decide_no_penalty(
            work, case.case_id, "情节轻微并及时改正", "《行政处罚法》第三十三条"
        )
        closed = await follow_up.close_case(work, case.case_id)

    assert revoked.state is CaseState.REVOKED
    assert revoked.former[0].document == "平政复决〔2026〕3号"
    assert not revoked.decision_stands
    assert taken.value.rule is Rule.DECISION_NUMBER_TAKEN
    assert (again.state, closed.state) == (CaseState.NO_PENALTY, CaseState.CLOSED)
    assert not closed.decision_stands
    assert MARKET in await sent(dispatched, "PenaltyRevoked")


async def test_an_approver_may_settle_what_nothing_else_follows_by_a_note(
    dispatched: Play,
) -> None:
    result = await found(dispatched, follow_up=("stop-and-report",))
    before = await result_of(dispatched, result)

    async with dispatched.work(CHIEF) as work:
        await follow_up.note_disposal(work, result.result_id, "已转日常监管")

    assert before.settled_at is None
    assert (await result_of(dispatched, result)).settled_at is not None


async def test_a_clean_result_is_settled_with_its_approval(dispatched: Play) -> None:
    result = await found(dispatched)

    async with dispatched.work(CLERK) as work:
        clean = await work.results.where(visit_id=result.visit_id, has_problem=False)

    assert all(each.settled_at is not None for each in clean)


async def test_a_case_that_was_filed_before_eight_is_of_the_offices_day(dispatched: Play) -> None:
    result = await found(dispatched)
    today = dispatched.clock.today()
    dispatched.clock.pass_time(hours=-3)
    assert dispatched.clock.today() == today != dispatched.clock.now().astimezone(UTC).date()
    async with dispatched.work(CLERK) as work:
        case = await follow_up.open_case(work, result.result_id, "线索")

    async with dispatched.work(CHIEF) as work:
        filed = await follow_up.file_case(work, case.case_id, "涉嫌违法", filed=True)
        with pytest.raises(RuleBrokenError) as wrong:
            await follow_up.decide_penalty(work, filed.case_id, decision(today - timedelta(days=1)))

    assert wrong.value.facts["filed"] == today.isoformat()
