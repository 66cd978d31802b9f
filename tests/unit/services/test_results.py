"""From report to archive: versions, four eyes, deadlines, disclosure, sharing, the opened record."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from contracts.results import ResultAcknowledged
from contracts.sanctions import CreditEventAcknowledged
from coordinator.adapters.record_shelf import FolderShelf
from coordinator.domain.archive import chain_digest
from coordinator.domain.dispatch import DepartmentTask
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import RoundState, TaskState, VisitState
from coordinator.services import disclosure, follow_up, handlers, review
from tests.builders import MARKET, POLICY, a_problem
from tests.play import AUDITOR, ROUND, Play, Snapshot, approver, clerk
from tests.unit.services.post_box import letters


async def refused(rule: Rule, attempt: object) -> RuleBrokenError:
    with pytest.raises(RuleBrokenError) as error:
        await attempt  # type: ignore[misc] # any coroutine
    assert error.value.rule is rule
    return error.value


async def one_visit(play: Play) -> list[DepartmentTask]:
    """Give the tasks of the round's first visit that several departments make."""
    tasks = await play.tasks(ROUND)
    together = [[t for t in tasks if t.visit_id == each.visit_id] for each in tasks]
    return next(visit for visit in together if len(visit) > 1)


async def task_now(play: Play, task: DepartmentTask) -> DepartmentTask:
    async with play.work(AUDITOR) as work:
        return await work.tasks.get(task.task_id)


async def test_a_visit_is_finished_with_its_last_report(dispatched: Play) -> None:
    *first, last = await one_visit(dispatched)

    for task in first:
        await dispatched.report(task)
    async with dispatched.work(AUDITOR) as work:
        assert (await work.visits.get(last.visit_id)).state is VisitState.RUNNING
    await dispatched.report(last)

    async with dispatched.work(AUDITOR) as work:
        visit = await work.visits.get(last.visit_id)
    assert visit.state is VisitState.FINISHED
    assert visit.finished_at == dispatched.clock.now()


async def test_a_report_before_acceptance_is_refused_as_a_move_that_may_come_later(
    drawn: Play,
) -> None:
    await drawn.publish(ROUND)
    task = (await drawn.tasks(ROUND))[0]

    await refused(Rule.MOVE_NOT_ALLOWED, drawn.report(task))


@pytest.mark.parametrize("version", [0, 2, 7])
async def test_versions_rise_by_one(dispatched: Play, version: int) -> None:
    [task, *_] = await one_visit(dispatched)
    message = await dispatched.findings(task, report_version=version)

    error = await refused(Rule.REPORT_VERSION_WRONG, dispatched.receive(task.department, message))
    assert (error.facts["found"], error.facts["wanted"]) == (version, 1)


async def test_the_same_report_does_not_count_twice(dispatched: Play) -> None:
    [task, *_] = await one_visit(dispatched)
    message = await dispatched.findings(task)
    await dispatched.receive(task.department, message)

    await refused(Rule.REPORT_VERSION_WRONG, dispatched.receive(task.department, message))

    async with dispatched.work(AUDITOR) as work:
        assert await work.reports.count(visit_id=task.visit_id) == 1


async def test_no_department_reports_for_another(dispatched: Play) -> None:
    task, other, *_ = await one_visit(dispatched)
    message = await dispatched.findings(task)

    await refused(Rule.NOT_YOUR_DEPARTMENT, dispatched.receive(other.department, message))


async def test_a_returned_report_is_entered_again_and_both_versions_are_kept(
    dispatched: Play,
) -> None:
    [task, *_] = await one_visit(dispatched)
    await dispatched.report(task)
    async with dispatched.work(approver(task.department)) as work:
        await refused(
            Rule.REASON_MISSING, review.return_result(work, task.visit_id, task.department, " ")
        )
        await review.return_result(work, task.visit_id, task.department, "措辞不清")
    await refused(Rule.MOVE_NOT_ALLOWED, dispatched.approve(task))

    await dispatched.report(await task_now(dispatched, task), a_problem())
    await dispatched.approve(task)

    [told] = await letters(dispatched, "ResultReturned")
    async with dispatched.work(AUDITOR) as work:
        reports = await work.reports.where(visit_id=task.visit_id)
        results = await work.results.where(visit_id=task.visit_id)
    assert (told.data["report_version"], told.data["reason"]) == (1, "措辞不清")
    assert [report.version for report in reports] == [1, 2]
    assert {result.version for result in results} == {2}
    assert any(result.has_problem for result in results)
    standing = await task_now(dispatched, task)
    assert (standing.state, standing.return_reason) == (TaskState.PENDING_DISCLOSURE, None)


async def test_the_hand_that_entered_does_not_approve(dispatched: Play) -> None:
    [task, *_] = await one_visit(dispatched)
    message = await dispatched.findings(task)
    await dispatched.receive(task.department, message)
    same = replace(approver(task.department), name=message.entered_by)

    async with dispatched.work(same) as work:
        attempt = handlers.approve_result(work, task.visit_id, task.department)
        await refused(Rule.TWO_PERSONS_NEEDED, attempt)


async def test_disclosure_is_due_from_the_finished_task_however_late_the_approval(
    dispatched: Play,
) -> None:
    tasks = await one_visit(dispatched)
    for task in tasks:
        await dispatched.report(task)
    calendar, days = dispatched.around.calendar, POLICY.disclosure.working_days
    due = calendar.after(dispatched.clock.today(), days).due_date

    dispatched.clock.pass_time(days=15)
    for task in tasks:
        await dispatched.approve(task)

    assert {(await task_now(dispatched, task)).disclosure_due for task in tasks} == {due}


async def test_disclosure_over_the_year_end_has_a_provisional_date(dispatched: Play) -> None:
    task, *others = await one_visit(dispatched)
    await dispatched.report(task)
    dispatched.clock.go_to(date(2026, 12, 30))

    await dispatched.approve(task)
    for other in others:
        await dispatched.report(other)

    standing = await task_now(dispatched, task)
    assert standing.disclosure_provisional
    assert standing.disclosure_due is not None
    assert standing.disclosure_due.year == 2027


async def test_only_approved_results_are_disclosed_each_once_and_to_the_credit_log(
    dispatched: Play,
) -> None:
    [task, *_] = await one_visit(dispatched)
    await dispatched.report(task)
    await refused(Rule.MOVE_NOT_ALLOWED, dispatched.disclose(task))
    await dispatched.approve(task)

    await dispatched.disclose(task)
    await refused(Rule.MOVE_NOT_ALLOWED, dispatched.disclose(task))

    async with dispatched.work(AUDITOR) as work:
        results = await work.results.where(visit_id=task.visit_id, department=task.department)
        shown = await work.disclosures.where(visit_id=task.visit_id)
        events = await work.credit_events.where()
    assert {each.result_id for each in shown} == {each.result_id for each in results}
    assert all(result.disclosed for result in results)
    assert [event.number for event in events] == list(range(1, len(results) + 1))
    report = (await letters(dispatched, "ResultDisclosed"))[0].data
    assert not set(report) & set(POLICY.disclosure.public_fields_never)
    assert "problem" not in report


async def test_every_other_department_of_the_visit_gets_the_approved_results(
    dispatched: Play,
) -> None:
    task, *others = await one_visit(dispatched)
    await dispatched.report(task, a_problem())
    assert await letters(dispatched, "ResultShared") == []

    await dispatched.approve(task)

    shared = await letters(dispatched, "ResultShared")
    assert sorted(letter.recipient for letter in shared) == sorted(
        f"onevisit.dept.{other.department}.events" for other in others
    )
    assert {letter.data["from_department"] for letter in shared} == {task.department}
    acknowledgement = ResultAcknowledged(
        visit_id=task.visit_id, from_department=task.department, report_version=1
    )
    await dispatched.receive(others[0].department, acknowledgement)
    taken_at = dispatched.clock.now()
    dispatched.clock.pass_time(days=1)
    await dispatched.receive(others[0].department, acknowledgement)
    async with dispatched.work(AUDITOR) as work:
        shares = await work.shares.where(visit_id=task.visit_id)
    assert {share.to_department: share.acknowledged_at for share in shares} == {
        other.department: taken_at if other is others[0] else None for other in others
    }


async def test_a_credit_system_acknowledges_an_event_of_the_log_once(dispatched: Play) -> None:
    [task, *_] = await one_visit(dispatched)
    await dispatched.report(task)
    await dispatched.approve(task)
    await dispatched.disclose(task)
    async with dispatched.work(AUDITOR) as work:
        event = await work.credit_events.get(1)
    right = CreditEventAcknowledged(number=1, message_id=event.message_id)

    await dispatched.receive("county", right)
    first = dispatched.clock.now()
    dispatched.clock.pass_time(days=1)
    await dispatched.receive("county", right)

    wrong = right.model_copy(update={"message_id": "other"})
    await refused(Rule.NOT_FOUND, dispatched.receive("county", wrong))
    async with dispatched.work(AUDITOR) as work:
        [taken] = await work.credit_acknowledgements.where()
    assert (taken.number, taken.acknowledged_at) == (1, first)


async def test_an_objection_is_marked_dated_and_answered_by_the_approver(
    dispatched: Play,
) -> None:
    [task, *_] = await one_visit(dispatched)
    await dispatched.report(task)
    await dispatched.approve(task)
    await dispatched.disclose(task)
    async with dispatched.work(clerk(task.department)) as work:
        shown = (await work.disclosures.where())[0].disclosure_id
        await refused(Rule.REASON_MISSING, disclosure.receive_objection(work, shown, ""))
        marked = await disclosure.receive_objection(work, shown, "不符合事实")
        await refused(Rule.ALREADY_EXISTS, disclosure.receive_objection(work, shown, "再次"))

    days = POLICY.disclosure.objection_working_days
    due = dispatched.around.calendar.after(dispatched.clock.today(), days).due_date
    assert (marked.objection, marked.objection_due) == ("不符合事实", due)
    async with dispatched.work(approver(task.department)) as work:
        answered = await disclosure.answer_objection(work, shown, "经复核，维持原结果")
    assert answered.objection_answer == "经复核，维持原结果"


async def test_a_visit_is_archived_when_all_of_it_is_public_and_packages_are_chained(
    dispatched: Play,
) -> None:
    tasks = await dispatched.tasks(ROUND)
    for task in tasks:
        await dispatched.report(task)
        await dispatched.approve(task)
    for task in tasks:
        await dispatched.disclose(task)

    async with dispatched.work(AUDITOR) as work:
        packages = await work.packages.where()
        visits = await work.visits.where(round_id=ROUND)
    previous = ""
    for number, package in enumerate(packages, start=1):
        assert (package.number, package.previous) == (number, previous)
        assert package.digest == chain_digest(previous, package.body)
        key = dispatched.around.signer.published_keys()["keys"][0]
        assert dispatched.around.signer.verify(
            package.digest.encode(), package.signature, json.dumps(key)
        )
        assert package.visit_id.encode() in package.body
        previous = package.digest
    assert {package.visit_id for package in packages} == {visit.visit_id for visit in visits}


def test_a_changed_package_breaks_the_chain() -> None:
    assert chain_digest("a", b"body") != chain_digest("a", b"bodY")
    assert chain_digest("a", b"body") != chain_digest("b", b"body")
    assert chain_digest("", b"ab") != chain_digest("a", b"b")


async def test_the_record_opens_exactly_with_the_last_visit_and_verifies(
    county_dispatched: Snapshot, tmp_path: Path
) -> None:
    play = county_dispatched.resume(tmp_path, shelf=FolderShelf(tmp_path / "records"))
    *tasks, last = await play.tasks(ROUND)

    for task in tasks:
        await play.report(task)
    async with play.work(AUDITOR) as work:
        before = await work.rounds.get(ROUND)
    assert (before.state, before.record_folder) == (RoundState.DISPATCHED, None)
    assert not (tmp_path / "records").exists()
    assert await letters(play, "SeedRevealed") == []
    await play.report(last)

    async with play.work(AUDITOR) as work:
        after = await work.rounds.get(ROUND)
    assert (after.state, after.verify_result) == (RoundState.DISCLOSED, "ok")
    assert after.record_folder is not None
    assert (Path(after.record_folder) / "reveals.json").exists()
    assert len(await letters(play, "SeedRevealed")) == len(after.departments)
    await play.close()


async def test_a_return_after_the_record_has_opened_leaves_it_as_it_is(dispatched: Play) -> None:
    tasks = await dispatched.tasks(ROUND)
    for task in tasks:
        await dispatched.report(task)
    async with dispatched.work(AUDITOR) as work:
        opened = await work.rounds.get(ROUND)

    async with dispatched.work(approver(tasks[0].department)) as work:
        await review.return_result(work, tasks[0].visit_id, tasks[0].department, "补充")
    await dispatched.report(await task_now(dispatched, tasks[0]))

    async with dispatched.work(AUDITOR) as work:
        assert await work.rounds.get(ROUND) == opened


async def test_rectification_runs_from_order_to_closure(dispatched: Play) -> None:
    task = next(each for each in await dispatched.tasks(ROUND) if each.department == MARKET)
    await dispatched.report(task, a_problem())
    async with dispatched.work(AUDITOR) as work:
        [bad] = await work.results.where(visit_id=task.visit_id, has_problem=True)
    async with dispatched.work(clerk(MARKET)) as work:
        early = follow_up.order_rectification(work, bad.result_id, "第二十二条")
        await refused(Rule.RESULT_NOT_APPROVED, early)
    await dispatched.approve(task)

    async with dispatched.work(clerk(MARKET)) as work:
        order = await follow_up.order_rectification(work, bad.result_id, "第二十二条")
        await refused(
            Rule.REASON_MISSING, follow_up.report_rectification(work, order.rectification_id, "")
        )
    async with dispatched.work(approver(MARKET)) as work:
        unfinished = follow_up.close_rectification(work, order.rectification_id)
        await refused(Rule.MOVE_NOT_ALLOWED, unfinished)
        await follow_up.report_rectification(work, order.rectification_id, "照片")
        closed = await follow_up.close_rectification(work, order.rectification_id)

    [told] = await letters(dispatched, "RectificationOrdered")
    assert told.data["due_date"] == order.due_date.isoformat()
    assert (closed.state.value, closed.evidence) == ("closed", "照片")
