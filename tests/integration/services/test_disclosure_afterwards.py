"""Corrected, objected to in time or late, withdrawn, and off the pages."""

from dataclasses import replace
from datetime import date, timedelta

from coordinator.domain.disclosure import ObjectionOutcome
from coordinator.domain.errors import Rule
from coordinator.domain.lifecycle import TaskState
from coordinator.services import disclosure, handlers
from coordinator.web.dependencies import PUBLIC
from tests.builders import POLICY, a_problem
from tests.integration.services.post_box import letters
from tests.integration.services.publishing import (
    a_disclosed_task,
    now,
    published,
    refused,
)
from tests.play import AUDITOR, ROUND, Play, approver, clerk, office


async def test_an_upheld_objection_leads_to_a_correction_that_keeps_history(
    dispatched: Play,
) -> None:
    task = await a_disclosed_task(dispatched)
    former = next(each for each in await published(dispatched, task) if each.has_problem)
    async with dispatched.work(PUBLIC) as work:
        await disclosure.receive_objection(work, former.disclosure_id, "问题不属实")
    async with dispatched.work(approver(task.department)) as work:
        answered = await handlers.answer_objection(
            work, former.disclosure_id, "经复核，异议成立", upheld=True
        )
    assert answered.objection_outcome is ObjectionOutcome.UPHELD
    standing = await now(dispatched, task)
    assert (standing.state, standing.correction) == (TaskState.RETURNED, True)
    marked = {each.disclosure_id: each for each in await published(dispatched, task)}
    assert marked[former.disclosure_id].is_disputed

    dispatched.clock.pass_time(days=1)
    await dispatched.report(standing)
    await dispatched.approve(standing)
    await dispatched.disclose(standing)

    versions = [
        each for each in await published(dispatched, task) if each.result_id == former.result_id
    ]
    old, new = sorted(versions, key=lambda each: each.version)
    assert (old.superseded_by, new.supersedes) == (new.disclosure_id, old.disclosure_id)
    assert (old.has_problem, new.has_problem, new.version) == (True, False, 2)
    assert old.correction_reason == "经复核，异议成立"
    assert (old.objection, new.objection, new.is_disputed) == ("问题不属实", None, False)
    told = [letter.data for letter in await letters(dispatched, "ResultDisclosed")]
    assert {each["corrects"] for each in told if "corrects" in each} == {old.disclosure_id}


async def test_a_report_that_says_the_same_again_corrects_nothing_and_loses_its_mark(
    dispatched: Play,
) -> None:
    task = await a_disclosed_task(dispatched)
    before = await published(dispatched, task)
    async with dispatched.work(approver(task.department)) as work:
        await handlers.correct_result(work, task.visit_id, task.department, "核对一遍")
    assert all(each.is_disputed for each in await published(dispatched, task))

    standing = await now(dispatched, task)
    await dispatched.report(standing, a_problem())
    await dispatched.approve(standing)
    await dispatched.disclose(standing)

    assert await published(dispatched, task) == before


async def test_the_corrected_version_goes_to_every_department_of_the_visit(
    dispatched: Play,
) -> None:
    tasks = await dispatched.tasks(ROUND)
    task = next(
        each
        for each in tasks
        if any(o.visit_id == each.visit_id and o.department != each.department for o in tasks)
    )
    await dispatched.report(task, a_problem())
    await dispatched.approve(task)
    await dispatched.disclose(task)
    async with dispatched.work(approver(task.department)) as work:
        await handlers.correct_result(work, task.visit_id, task.department, "录入有误")
        again = await handlers.correct_result(work, task.visit_id, task.department, "另一项也有误")
    assert again.correction_reason == "录入有误"

    standing = await now(dispatched, task)
    await dispatched.report(standing)
    await dispatched.approve(standing)

    versions = [
        (letter.recipient, letter.data["report_version"])
        for letter in await letters(dispatched, "ResultShared")
    ]
    receivers = {recipient for recipient, _version in versions}
    assert sorted(versions) == sorted((each, number) for each in receivers for number in (1, 2))


async def test_a_late_objection_is_told_so_and_a_written_one_counts_from_its_day(
    dispatched: Play,
) -> None:
    task = await a_disclosed_task(dispatched)
    first, *_ = await published(dispatched, task)
    days = POLICY.disclosure.objection_days
    assert days is not None
    last = dispatched.clock.today() + timedelta(days=days)
    assert first.objection_until == last

    dispatched.clock.pass_time(days=days + 3)
    async with dispatched.work(PUBLIC) as work:
        late = await refused(
            Rule.OBJECTION_LATE,
            disclosure.receive_objection(work, first.disclosure_id, "不属实"),
        )
    assert late.facts["until"] == last.isoformat()
    async with dispatched.work(clerk(task.department)) as work:
        taken = await disclosure.receive_objection(work, first.disclosure_id, "书面异议", last)
    answer = POLICY.disclosure.objection_working_days
    assert taken.objection_channel == "written"
    assert taken.objection_basis is not None
    assert (taken.objection_basis.start, taken.objection_basis.working_days) == (last, answer)


async def test_nobody_of_another_department_takes_in_an_objection(dispatched: Play) -> None:
    task = await a_disclosed_task(dispatched)
    first, *_ = await published(dispatched, task)

    async with dispatched.work(clerk("elsewhere")) as work:
        await refused(
            Rule.NOT_YOUR_DEPARTMENT,
            disclosure.receive_objection(work, first.disclosure_id, "不属实"),
        )
    async with dispatched.work(AUDITOR) as work:
        await refused(
            Rule.ROLE_NOT_ALLOWED,
            disclosure.receive_objection(work, first.disclosure_id, "不属实"),
        )


async def test_a_wrongful_publication_is_withdrawn_by_two_persons_and_told_to_who_holds_it(
    dispatched: Play,
) -> None:
    task = await a_disclosed_task(dispatched)
    first, *_ = await published(dispatched, task)
    key = first.disclosure_id
    async with dispatched.work(approver(task.department)) as work:
        await refused(Rule.NOT_FOUND, disclosure.confirm_withdrawal(work, key))
        await disclosure.request_withdrawal(work, key, "wrong-object")
        await refused(Rule.TWO_PERSONS_NEEDED, disclosure.confirm_withdrawal(work, key))
    assert (await published(dispatched, task))[0].is_standing

    async with dispatched.work(approver(task.department, "second")) as work:
        gone = await disclosure.confirm_withdrawal(work, key)
        await refused(
            Rule.DISCLOSURE_NOT_STANDING, disclosure.receive_objection(work, key, "不属实")
        )

    assert not gone.is_standing
    withdrawn = await letters(dispatched, "DisclosureWithdrawn")
    told = [letter.data for letter in withdrawn]
    recipients = {letter.recipient for letter in withdrawn}
    assert {(each["disclosure_id"], each["reason"]) for each in told} == {(key, "wrong-object")}
    async with dispatched.work(AUDITOR) as work:
        assert await work.disclosures.get(key) == gone
        shares = await work.shares.where(visit_id=task.visit_id, from_department=task.department)
    assert shares
    assert recipients >= {f"onevisit.dept.{each.to_department}.events" for each in shares}


async def test_a_refused_withdrawal_leaves_the_publication_as_it_was(dispatched: Play) -> None:
    task = await a_disclosed_task(dispatched)
    first, *_ = await published(dispatched, task)
    async with dispatched.work(clerk(task.department)) as work:
        await disclosure.request_withdrawal(work, first.disclosure_id, "repeated")
    async with dispatched.work(approver(task.department)) as work:
        kept = await disclosure.refuse_withdrawal(work, first.disclosure_id, "并未重复")

    assert kept == first
    async with dispatched.work(AUDITOR) as work:
        [entry] = await work.audit_entries.where(tag="disclosure:withdrawal:refused")
    assert entry.facts["note"] == "并未重复"


async def test_a_result_leaves_the_public_pages_after_the_policys_years_and_is_kept(
    dispatched: Play,
) -> None:
    task = await a_disclosed_task(dispatched)
    first, *_ = await published(dispatched, task)
    years = POLICY.disclosure.public_years
    assert years is not None
    today = dispatched.clock.today()
    last = replace_year(today, today.year + years)
    assert first.public_until == last

    dispatched.clock.go_to(last)
    async with dispatched.work(office()) as work:
        assert await disclosure.retire_disclosures(work) == 0
    dispatched.clock.pass_time(days=1)
    async with dispatched.work(office()) as work:
        gone = await disclosure.retire_disclosures(work)
        assert await disclosure.retire_disclosures(work) == 0

    found = await published(dispatched, task)
    assert gone == len(found)
    assert all(each.retired_at is not None for each in found)
    assert next(replace(each, retired_at=None) for each in found) == first


def replace_year(day: date, year: int) -> date:
    return day.replace(year=year)
