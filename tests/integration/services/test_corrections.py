"""After the report: rejected, reopened, supplemented, heard, held by a sample, proven by files."""

import hashlib
from collections.abc import Awaitable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contracts.results import Evidence, Finding
from contracts.vocabulary import EvidenceKind
from coordinator.domain.dispatch import DepartmentTask
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import TaskState
from coordinator.domain.review import FeedbackNote, HearingNote, Verdict
from coordinator.services import handlers, result_intake, review
from tests.builders import MARKET, a_finding, a_problem
from tests.integration.services.post_box import letters
from tests.play import AUDITOR, ROUND, Play, approver, clerk, office

PHOTO = b"a photo of the rear store"


async def refused(rule: Rule, attempt: Awaitable[Any]) -> dict[str, object]:
    with pytest.raises(RuleBrokenError) as error:
        await attempt
    assert error.value.rule is rule
    return error.value.facts


async def a_task(play: Play, department: str = MARKET) -> DepartmentTask:
    return next(each for each in await play.tasks(ROUND) if each.department == department)


async def now(play: Play, task: DepartmentTask) -> DepartmentTask:
    async with play.work(AUDITOR) as work:
        found: DepartmentTask = await work.tasks.get(task.task_id)
    return found


async def as_approver(play: Play, task: DepartmentTask, verb: Any, *given: Any) -> Any:
    async with play.work(approver(task.department)) as work:
        return await verb(work, task.visit_id, task.department, *given)


async def unchecked(play: Play, task: DepartmentTask, **changes: Any) -> Any:
    """Give a report whose first item was not checked."""
    bad = a_finding(
        checked=False, result_codes=("F",), problem="库房上锁", follow_up=("stop-and-report",)
    )
    return await play.findings(task, bad.model_copy(update={"answers": ()}), **changes)


async def test_a_published_result_is_corrected_by_a_new_version_and_the_former_one_stays(
    dispatched: Play,
) -> None:
    task = await a_task(dispatched)
    await dispatched.report(task, a_problem())
    await dispatched.approve(task)
    await dispatched.disclose(task)
    await refused(Rule.REASON_MISSING, as_approver(dispatched, task, handlers.correct_result, " "))

    await as_approver(dispatched, task, handlers.correct_result, "依据引用有误")
    reopened = await now(dispatched, task)
    await dispatched.report(reopened)
    await dispatched.approve(task)

    [told] = await letters(dispatched, "ResultReturned")
    async with dispatched.work(AUDITOR) as work:
        reports = await work.reports.where(visit_id=task.visit_id, department=MARKET)
        decided = await work.review_decisions.where(visit_id=task.visit_id)
        published = await work.disclosures.where(visit_id=task.visit_id, department=MARKET)
    assert (reopened.state, reopened.correction) == (TaskState.RETURNED, True)
    assert (told.data["correction"], told.data["report_version"]) == (True, 1)
    assert [(each.version, each.findings[0].result_codes) for each in reports] == [
        (1, ("2",)),
        (2, ("1",)),
    ]
    assert [each.verdict for each in sorted(decided, key=lambda one: one.version)] == [
        Verdict.APPROVED,
        Verdict.REOPENED,
        Verdict.APPROVED,
    ]
    assert any(each.has_problem for each in published)
    assert (await now(dispatched, task)).state is TaskState.PENDING_DISCLOSURE


async def test_what_is_not_approved_yet_is_returned_and_not_reopened(dispatched: Play) -> None:
    task = await a_task(dispatched)
    await dispatched.report(task)

    facts = await refused(
        Rule.MOVE_NOT_ALLOWED, as_approver(dispatched, task, review.reopen_result, "理由")
    )

    assert facts["wanted"] == "reopen"


async def test_a_rejected_report_is_final_but_for_the_attempts_of_the_policy(
    dispatched: Play,
) -> None:
    task = await a_task(dispatched)
    await dispatched.report(task)
    await as_approver(dispatched, task, handlers.reject_result, "检查人员未到现场")
    rejected = await now(dispatched, task)
    await refused(Rule.MOVE_NOT_ALLOWED, dispatched.approve(task))

    await as_approver(dispatched, task, review.visit_again, "另派时间重查")
    again = await now(dispatched, task)
    await dispatched.report(again)
    await as_approver(dispatched, task, handlers.reject_result, "仍未到现场")

    [told] = await letters(dispatched, "ResultReturned")
    assert (rejected.state, rejected.return_reason) == (TaskState.REJECTED, "检查人员未到现场")
    assert (again.state, again.attempt, told.data["again"]) == (TaskState.ACCEPTED, 2, 2)
    facts = await refused(
        Rule.NO_ATTEMPT_LEFT, as_approver(dispatched, task, review.visit_again, "再查")
    )
    assert facts["attempts"] == 2


async def test_nobody_of_the_team_approves(dispatched: Play) -> None:
    task = await a_task(dispatched)
    message = await dispatched.findings(task)
    await dispatched.receive(task.department, message)
    async with dispatched.work(AUDITOR) as work:
        seats = await work.team.where(visit_id=task.visit_id, department=MARKET)
        people = await work.inspectors.where(inspector_id={each.person_id for each in seats})
    other = next(each for each in people if each.inspector_id != message.entered_by)

    for login in (other.inspector_id, other.name):
        async with dispatched.work(replace(approver(MARKET), name=login)) as work:
            attempt = handlers.approve_result(work, task.visit_id, MARKET)
            facts = await refused(Rule.REVIEWER_ON_TEAM, attempt)
        assert facts["person"] == login


async def test_where_the_profile_wants_it_a_collective_hearing_comes_before_the_approval(
    dispatched: Play,
) -> None:
    await dispatched.override(report__collective_hearing="true")
    task = await a_task(dispatched)
    await dispatched.report(task)
    today = dispatched.clock.now().date()
    await refused(Rule.HEARING_MISSING, dispatched.approve(task))

    two = HearingNote(today, ("张三", " 张三 ", "李四"), "同意检查组意见")
    facts = await refused(
        Rule.HEARING_TOO_SMALL, as_approver(dispatched, task, review.note_hearing, two)
    )
    three = replace(two, participants=("张三", "李四", "王五"))
    early = replace(three, held_date=today - timedelta(days=400))
    await refused(Rule.DATE_OUTSIDE, as_approver(dispatched, task, review.note_hearing, early))
    await as_approver(dispatched, task, review.note_hearing, three)
    dispatched.clock.pass_time(minutes=1)
    again = replace(three, text="同意，补充一点")
    await as_approver(dispatched, task, review.note_hearing, again)
    await dispatched.approve(task)

    async with dispatched.work(AUDITOR) as work:
        kept = await work.hearings.where(visit_id=task.visit_id)
    assert sorted(each.text for each in kept) == ["同意检查组意见", "同意，补充一点"]
    assert (facts["found"], facts["wanted"]) == (2, 3)
    assert (await now(dispatched, task)).state is TaskState.PENDING_DISCLOSURE


async def test_report_and_feedback_have_clocks_where_the_profile_sets_them(
    dispatched: Play,
) -> None:
    await dispatched.override(report__report_working_days=1, report__feedback_working_days=1)
    task = await a_task(dispatched)
    message = await dispatched.findings(task, late_reason=None)
    dispatched.clock.pass_time(days=30)
    today = dispatched.clock.now().date()

    facts = await refused(Rule.LATE_WITHOUT_REASON, dispatched.receive(MARKET, message))
    await dispatched.receive(MARKET, message.model_copy(update={"late_reason": "offline"}))

    entered = await now(dispatched, task)
    async with dispatched.work(AUDITOR) as work:
        [report] = await work.reports.where(visit_id=task.visit_id, department=MARKET)
    assert entered.report_due is not None
    assert entered.report_basis is not None
    assert facts["due"] == entered.report_due.isoformat()
    assert (report.late_reason, report.days_late) == ("offline", (today - entered.report_due).days)
    assert entered.feedback_due is not None
    assert entered.feedback_due > today
    by = message.entered_by
    note = FeedbackNote(today, by, "当面反馈两处问题")
    async with dispatched.work(clerk(MARKET)) as work:
        tell = review.record_feedback
        stranger = tell(work, task.visit_id, MARKET, replace(note, given_by="张三"))
        await refused(Rule.FEEDBACK_NOT_BY_TEAM, stranger)
        given = await review.record_feedback(work, task.visit_id, MARKET, note)
        await refused(
            Rule.ALREADY_EXISTS, review.record_feedback(work, task.visit_id, MARKET, note)
        )
    assert (given.feedback_by, given.feedback_at) == (by, dispatched.clock.now())


async def test_the_clock_of_the_report_shows_from_the_acceptance_on(drawn: Play) -> None:
    await drawn.override(report__report_working_days=1)
    await drawn.publish(ROUND)
    task = await a_task(drawn)
    before = await now(drawn, task)

    await drawn.accept(task)

    async with drawn.work(AUDITOR) as work:
        visit = await work.visits.get(task.visit_id)
        wanted = work.calendar.after(visit.date_to, 1)
    after = await now(drawn, task)
    assert before.report_due is None
    assert (after.report_due, after.report_basis) == (wanted.due_date, wanted.basis)


async def test_a_line_sets_the_days_before_its_profile_and_the_department_is_told_them(
    drawn: Play,
) -> None:
    await drawn.override(report__report_working_days=1, report__feedback_working_days=1)
    async with drawn.work(office()) as work:
        lines = await work.plan_lines.where()
        slow = (replace(each, report_days=3, feedback_days=2) for each in lines)
        await work.plan_lines.save(*slow)
    await drawn.publish(ROUND)
    task = await a_task(drawn)
    await drawn.accept(task)
    expected = await now(drawn, task)

    drawn.clock.pass_time(days=20)
    await drawn.report(task)

    reported = await now(drawn, task)
    [told] = [
        each
        for each in await letters(drawn, "TaskPublished")
        if (each.data["visit_id"], each.data["department"]) == (task.visit_id, MARKET)
    ]
    bases = (expected.report_basis, reported.report_basis, reported.feedback_basis)
    assert [each and each.working_days for each in bases] == [3, 3, 2]
    assert told.data["entry_rules"]["days"] == 3
    assert told.data["entry_rules"]["working"] is True


async def test_a_visit_made_again_begins_the_clocks_of_report_and_feedback_anew(
    dispatched: Play,
) -> None:
    await dispatched.override(report__report_working_days=1, report__feedback_working_days=1)
    task = await a_task(dispatched)
    await dispatched.report(task)
    await as_approver(dispatched, task, handlers.reject_result, "检查人员未到现场")

    again = await as_approver(dispatched, task, review.visit_again, "另派时间重查")

    today = dispatched.clock.today()
    assert again.report_due > today
    assert again.report_basis.start >= today
    assert (again.submitted_at, again.feedback_due) == (None, None)


async def test_whoever_gives_feedback_late_says_why(dispatched: Play) -> None:
    await dispatched.override(report__feedback_working_days=1)
    task = await a_task(dispatched)
    message = await dispatched.findings(task)
    await dispatched.receive(MARKET, message)
    due = (await now(dispatched, task)).feedback_due
    assert due is not None
    dispatched.clock.go_to(due + timedelta(days=1))
    late = FeedbackNote(due + timedelta(days=1), message.entered_by, "当面反馈")

    async with dispatched.work(clerk(MARKET)) as work:
        tell = review.record_feedback
        facts = await refused(
            Rule.FEEDBACK_LATE_WITHOUT_REASON, tell(work, task.visit_id, MARKET, late)
        )
        told = await tell(work, task.visit_id, MARKET, replace(late, late_reason="awaiting-test"))

    assert (facts["due"], facts["given"]) == (due.isoformat(), late.given_date.isoformat())
    assert told.feedback_late_reason == "awaiting-test"


async def test_other_words_are_kept_as_the_reason_of_a_late_entry(dispatched: Play) -> None:
    task = await a_task(dispatched)
    message = await dispatched.findings(task, late_reason="录入人住院")

    await dispatched.receive(MARKET, message)

    async with dispatched.work(AUDITOR) as work:
        [report] = await work.reports.where(visit_id=task.visit_id, department=MARKET)
    assert report.late_reason == "other: 录入人住院"


async def test_a_sample_that_is_out_holds_the_report_until_the_last_one_is_back(
    dispatched: Play,
) -> None:
    task = await a_task(dispatched)
    async with dispatched.work(clerk(MARKET)) as work:
        await result_intake.await_test(work, task.visit_id, MARKET)
    await dispatched.report(task)
    async with dispatched.work(clerk(MARKET)) as work:
        await result_intake.await_test(work, task.visit_id, MARKET)
    held = await now(dispatched, task)
    await refused(Rule.MOVE_NOT_ALLOWED, dispatched.approve(task))

    async with dispatched.work(clerk(MARKET)) as work:
        first = await result_intake.settle_test(work, task.visit_id, MARKET)
        second = await result_intake.settle_test(work, task.visit_id, MARKET)
        await refused(Rule.TEST_NOT_OUT, result_intake.settle_test(work, task.visit_id, MARKET))

    assert (held.state, held.tests_out) == (TaskState.AWAITING_TEST, 2)
    assert (first.state, second.state) == (TaskState.AWAITING_TEST, TaskState.PENDING_REVIEW)


async def test_a_supplement_adds_what_was_not_checked_and_changes_nothing_else(
    dispatched: Play,
) -> None:
    task = await a_task(dispatched)
    await dispatched.receive(MARKET, await unchecked(dispatched, task))
    reported = await now(dispatched, task)
    again = await dispatched.findings(reported)
    await refused(Rule.SUPPLEMENT_NOT_POSSIBLE, dispatched.receive(MARKET, again))
    same = await unchecked(dispatched, reported, supplement_reason="午后补查")
    await refused(Rule.SUPPLEMENT_EMPTY, dispatched.receive(MARKET, same))

    await dispatched.receive(MARKET, again.model_copy(update={"supplement_reason": "午后补查库房"}))

    async with dispatched.work(AUDITOR) as work:
        reports = await work.reports.where(visit_id=task.visit_id, department=MARKET)
    assert [each.findings[0].checked for each in reports] == [False, True]
    assert (await now(dispatched, task)).state is TaskState.PENDING_REVIEW


async def test_a_file_is_kept_only_when_it_is_the_one_that_the_report_named(
    dispatched: Play,
) -> None:
    task = await a_task(dispatched)
    message = await dispatched.findings(task)
    photo = Evidence(
        sha256=hashlib.sha256(PHOTO).hexdigest(),
        kind=EvidenceKind.PHOTO,
        media_type="image/jpeg",
        size=len(PHOTO),
        taken_at=datetime.combine(message.visited_date, datetime.min.time(), UTC),
        taken_by=message.entered_by,
    )
    first: Finding = message.findings[0].model_copy(update={"evidence": (photo,)})
    findings = (first, *message.findings[1:])
    await dispatched.receive(MARKET, message.model_copy(update={"findings": findings}))

    async with dispatched.work(clerk(MARKET)) as work:
        store = result_intake.store_evidence
        where = (work, task.visit_id, MARKET)
        facts = await refused(Rule.EVIDENCE_DIFFERS, store(*where, photo.sha256, b"another"))
        await refused(Rule.EVIDENCE_UNKNOWN, store(*where, "0" * 64, PHOTO))
        await refused(Rule.EVIDENCE_NOT_STORED, result_intake.open_evidence(*where, photo.sha256))
        await store(*where, photo.sha256, PHOTO)
        stored, body = await result_intake.open_evidence(*where, photo.sha256)

    assert facts["found"] == hashlib.sha256(b"another").hexdigest()
    assert (stored.media_type, body) == ("image/jpeg", PHOTO)


async def ended_before(play: Play, item: str, day: date) -> None:
    async with play.work(office()) as work:
        held = await work.items.get(item)
        await work.items.save(held.model_copy(update={"valid_to": day}))


@pytest.mark.parametrize("published", [False, True])
async def test_a_version_of_a_day_on_which_an_item_had_lapsed_lets_its_result_go(
    dispatched: Play, published: bool
) -> None:
    task = await a_task(dispatched)
    await dispatched.report(task, a_problem())
    if published:
        await dispatched.approve(task)
        await dispatched.disclose(task)
        await as_approver(dispatched, task, handlers.correct_result, "检查日期有误")
    else:
        await as_approver(dispatched, task, review.return_result, "检查日期有误")
    message = await dispatched.findings(await now(dispatched, task))
    gone, *rest = message.findings
    dispatched.clock.go_to(message.visited_date + timedelta(days=1))
    await ended_before(dispatched, gone.item, message.visited_date)
    later = {
        "visited_date": message.visited_date + timedelta(days=1),
        "findings": tuple(each for each in rest if each.item != gone.item),
    }
    await dispatched.receive(MARKET, message.model_copy(update=later))
    await dispatched.approve(task)
    await dispatched.disclose(task)

    async with dispatched.work(AUDITOR) as work:
        results = await work.results.where(visit_id=task.visit_id, department=MARKET)
        pages = await work.disclosures.where(visit_id=task.visit_id, department=MARKET)
    held = [each for each in results if each.item == gone.item]
    shown = [each for each in pages if each.item == gone.item]
    assert [each.approved for each in held] == [False] * published
    assert [each.withdrawal_reason for each in shown] == ["not-held"] * published
    assert {each.item for each in pages if each.is_standing} == {each.item for each in rest} - {
        gone.item
    }
