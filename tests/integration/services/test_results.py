"""From report to archive: versions, four eyes, deadlines, disclosure, sharing, the record."""

from dataclasses import replace
from pathlib import Path

import pytest

from coordinator.adapters.record_shelf import FolderShelf
from coordinator.domain.dispatch import DepartmentTask
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import RoundState, TaskState, VisitState
from coordinator.services import follow_up, handlers, review
from tests.builders import MARKET, a_problem
from tests.integration.services.post_box import letters
from tests.play import AUDITOR, ROUND, Play, approver, clerk
from tests.snapshots import Snapshot


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
        found: DepartmentTask = await work.tasks.get(task.task_id)
    return found


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
        opened = await work.rounds.get(ROUND)
    await play.examine()

    async with play.work(AUDITOR) as work:
        after = await work.rounds.get(ROUND)
    assert (opened.state, opened.verify_result) == (RoundState.DISCLOSED, None)
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
