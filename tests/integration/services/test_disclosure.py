"""Disclosure, sharing, acknowledgement, objection and archive."""

import json
from datetime import date

import pytest

from contracts.results import ResultAcknowledged
from contracts.sanctions import CreditEventAcknowledged
from coordinator.domain.archive import chain_digest
from coordinator.domain.dispatch import DepartmentTask
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services import disclosure
from tests.builders import CALENDAR, POLICY, a_problem
from tests.integration.services.post_box import letters
from tests.play import AUDITOR, ROUND, Play, approver, clerk


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


async def test_disclosure_is_due_from_the_finished_task_however_late_the_approval(
    dispatched: Play,
) -> None:
    tasks = await one_visit(dispatched)
    for task in tasks:
        await dispatched.report(task)
    days = POLICY.disclosure.days
    due = CALENDAR.after(dispatched.clock.today(), days).due_date

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
        late = await dispatched.findings(other, late_reason="系统故障，补录")
        await dispatched.receive(other.department, late)

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
    assert not set(report) & {"risk_class", "responsible_person", "phone", "entity_opinion"}
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
    due = CALENDAR.after(dispatched.clock.today(), days).due_date
    assert (marked.objection, marked.objection_due) == ("不符合事实", due)
    async with dispatched.work(approver(task.department)) as work:
        answered = await disclosure.answer_objection(
            work, shown, "经复核，维持原结果", upheld=False
        )
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
