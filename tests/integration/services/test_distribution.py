"""Subscribers, silence, sending again: results reach whoever is to have them, or it shows."""

from dataclasses import replace

from contracts.results import ResultAcknowledged
from coordinator.domain.dispatch import DepartmentTask, WhyLeftOut
from coordinator.domain.distribution import ShareState
from coordinator.domain.errors import Rule
from coordinator.domain.lifecycle import TaskState
from coordinator.services import disclosure, distribution, handlers
from tests.builders import POLICY, a_problem
from tests.integration.services.post_box import letters
from tests.integration.services.publishing import now, published, refused
from tests.play import AUDITOR, ROUND, Play, approver, clerk, office


async def a_joint_task(play: Play) -> tuple[DepartmentTask, list[str]]:
    """Give a task with the other departments of its visit."""
    tasks = await play.tasks(ROUND)
    for task in tasks:
        others = [t.department for t in tasks if t.visit_id == task.visit_id and t != task]
        if others:
            return task, others
    raise AssertionError("no visit of two departments")


async def an_outsider(play: Play, task: DepartmentTask) -> str:
    """Give a department that is not on the task's visit; another one is made for it."""
    async with play.work(office()) as work:
        known = await work.departments.get(task.department)
        await work.departments.add([replace(known, code="urban-management", superior=None)])
    return "urban-management"


async def kind_of(play: Play, task: DepartmentTask) -> str:
    async with play.work(AUDITOR) as work:
        [check, *_] = await work.checks.where(visit_id=task.visit_id)
        kind: str = (await work.objects.get(check.object_id)).kind
    return kind


async def subscribe(play: Play, department: str, kind: str) -> str:
    async with play.work(approver(department)) as work:
        made = await distribution.subscribe_results(work, department, kind, "日常监管需要")
    return made.subscription_id


async def test_a_subscriber_gets_what_is_published_and_nothing_before(dispatched: Play) -> None:
    task, _others = await a_joint_task(dispatched)
    outsider = await an_outsider(dispatched, task)
    await subscribe(dispatched, outsider, await kind_of(dispatched, task))
    await dispatched.report(task, a_problem())
    await dispatched.approve(task)
    queue = f"onevisit.dept.{outsider}.events"
    assert queue not in {letter.recipient for letter in await letters(dispatched, "ResultShared")}

    await dispatched.disclose(task)

    [told] = [
        letter for letter in await letters(dispatched, "ResultShared") if letter.recipient == queue
    ]
    assert told.data["from_department"] == task.department
    async with dispatched.work(AUDITOR) as work:
        [share] = await work.shares.where(to_department=outsider)
        results = await work.results.where(visit_id=task.visit_id, department=task.department)
    assert share.subscribed
    assert {line["item"] for line in told.data["results"]} == {each.item for each in results}
    acknowledgement = ResultAcknowledged(
        visit_id=task.visit_id, from_department=task.department, report_version=1
    )
    await dispatched.receive(outsider, acknowledgement)
    async with dispatched.work(AUDITOR) as work:
        assert (await work.shares.get(share.share_id)).acknowledged_at is not None


async def test_a_subscription_is_to_known_types_once_and_can_be_ended(dispatched: Play) -> None:
    task, _others = await a_joint_task(dispatched)
    kind = await kind_of(dispatched, task)
    outsider = await an_outsider(dispatched, task)
    made = await subscribe(dispatched, outsider, kind)
    async with dispatched.work(approver(outsider)) as work:
        ask = distribution.subscribe_results
        await refused(Rule.ALREADY_EXISTS, ask(work, outsider, kind, "再次"))
        await refused(Rule.CODE_UNKNOWN, ask(work, outsider, "no-such-tag", "x"))
        await refused(Rule.REASON_MISSING, ask(work, outsider, kind, " "))
        await distribution.end_subscription(work, made)
        await refused(Rule.ALREADY_EXISTS, distribution.end_subscription(work, made))
    async with dispatched.work(clerk(outsider)) as work:
        await refused(
            Rule.ROLE_NOT_ALLOWED, distribution.subscribe_results(work, outsider, kind, "x")
        )

    await dispatched.report(task)
    await dispatched.approve(task)
    await dispatched.disclose(task)

    async with dispatched.work(AUDITOR) as work:
        assert await work.shares.count(to_department=outsider) == 0


async def test_a_subscriber_gets_the_corrected_version_too(dispatched: Play) -> None:
    task, _others = await a_joint_task(dispatched)
    outsider = await an_outsider(dispatched, task)
    await subscribe(dispatched, outsider, await kind_of(dispatched, task))
    await dispatched.report(task, a_problem())
    await dispatched.approve(task)
    await dispatched.disclose(task)
    async with dispatched.work(approver(task.department)) as work:
        await handlers.correct_result(work, task.visit_id, task.department, "录入有误")
    async with dispatched.work(AUDITOR) as work:
        standing = await work.tasks.get(task.task_id)

    await dispatched.report(standing)
    await dispatched.approve(standing)
    await dispatched.disclose(standing)

    async with dispatched.work(AUDITOR) as work:
        shares = await work.shares.where(to_department=outsider)
    assert sorted(share.version for share in shares) == [1, 2]


async def test_a_silent_receiver_is_put_on_record_once_until_results_are_sent_again(
    dispatched: Play,
) -> None:
    task, others = await a_joint_task(dispatched)
    await dispatched.report(task)
    await dispatched.approve(task)
    hours = POLICY.distribution.silence_hours
    dispatched.clock.pass_time(hours=hours)
    async with dispatched.work(office()) as work:
        assert await distribution.note_silent_receivers(work) == []

    dispatched.clock.pass_time(minutes=1)
    async with dispatched.work(office()) as work:
        noted = await distribution.note_silent_receivers(work)
        assert await distribution.note_silent_receivers(work) == []
        silent = await distribution.silent_shares(work)
    assert len(noted) == len(others)
    assert {each.share.to_department for each in silent} == set(others)

    key = silent[0].share.share_id
    before = len(await letters(dispatched, "ResultShared"))
    async with dispatched.work(clerk(task.department)) as work:
        again = await distribution.resend_share(work, key)
    assert len(await letters(dispatched, "ResultShared")) == before + 1
    assert (again.sent_again, again.silent_at) == (1, None)
    assert again.state(dispatched.clock.now(), hours) is ShareState.WAITING

    dispatched.clock.pass_time(hours=hours, minutes=1)
    async with dispatched.work(office()) as work:
        assert await distribution.note_silent_receivers(work) == [key]
        entries = await work.audit_entries.where(tag="distribution:share:silent", subject=key)
    assert len(entries) == 2


async def test_only_the_standing_version_is_sent_again_and_only_to_who_has_not_answered(
    dispatched: Play,
) -> None:
    task, [other, *_] = await a_joint_task(dispatched)
    await dispatched.report(task, a_problem())
    await dispatched.approve(task)
    async with dispatched.work(AUDITOR) as work:
        [share] = await work.shares.where(to_department=other, from_department=task.department)
    async with dispatched.work(clerk(other)) as work:
        await refused(Rule.NOT_YOUR_DEPARTMENT, distribution.resend_share(work, share.share_id))
    async with dispatched.work(AUDITOR) as work:
        await refused(Rule.ROLE_NOT_ALLOWED, distribution.resend_share(work, share.share_id))
    async with dispatched.work(approver(task.department)) as work:
        await handlers.correct_result(work, task.visit_id, task.department, "录入有误")
    async with dispatched.work(AUDITOR) as work:
        standing = await work.tasks.get(task.task_id)
    await dispatched.report(standing)
    async with dispatched.work(office()) as work:
        await refused(Rule.REPORT_VERSION_WRONG, distribution.resend_share(work, share.share_id))

    acknowledgement = ResultAcknowledged(
        visit_id=task.visit_id, from_department=task.department, report_version=1
    )
    await dispatched.receive(other, acknowledgement)
    async with dispatched.work(office()) as work:
        await refused(Rule.ALREADY_EXISTS, distribution.resend_share(work, share.share_id))


async def test_an_organ_all_of_whose_items_lapsed_has_nothing_to_share(dispatched: Play) -> None:
    task, _others = await a_joint_task(dispatched)
    outsider = await an_outsider(dispatched, task)
    await subscribe(dispatched, outsider, await kind_of(dispatched, task))
    message = await dispatched.findings(task, findings=())
    async with dispatched.work(office()) as work:
        checks = await work.checks.where(visit_id=task.visit_id, department=task.department)
        lapsed = WhyLeftOut.ITEM_LAPSED.value
        await work.checks.save(*(replace(each, left_out=lapsed) for each in checks))
    await dispatched.receive(task.department, message)

    await dispatched.approve(task)
    await dispatched.disclose(task)

    async with dispatched.work(AUDITOR) as work:
        assert (await work.tasks.get(task.task_id)).state is TaskState.DISCLOSED
        assert await work.shares.where(from_department=task.department) == []
    assert await letters(dispatched, "ResultShared") == []


async def test_the_audit_chain_says_of_a_visit_who_was_sent_results_and_who_has_them(
    dispatched: Play,
) -> None:
    task, others = await a_joint_task(dispatched)
    outsider = await an_outsider(dispatched, task)
    await subscribe(dispatched, outsider, await kind_of(dispatched, task))
    await dispatched.report(task, a_problem())
    await dispatched.approve(task)
    await dispatched.disclose(task)
    acknowledgement = ResultAcknowledged(
        visit_id=task.visit_id, from_department=task.department, report_version=1
    )

    for _twice in range(2):
        await dispatched.receive(others[0], acknowledgement)

    async with dispatched.work(AUDITOR) as work:
        entries = await work.audit_entries.where(subject=task.visit_id)
    sent = [e.facts["to"] for e in entries if e.tag == "distribution:result:shared"]
    taken = [e.facts["to"] for e in entries if e.tag == "distribution:share:acknowledged"]
    assert [sorted(each) for each in sent] == [sorted(others), [outsider]]
    assert taken == [others[0]]


async def test_what_was_withdrawn_comes_back_neither_in_public_nor_to_subscribers(
    dispatched: Play,
) -> None:
    task, _others = await a_joint_task(dispatched)
    outsider = await an_outsider(dispatched, task)
    await subscribe(dispatched, outsider, await kind_of(dispatched, task))
    await dispatched.report(task, a_problem())
    await dispatched.approve(task)
    await dispatched.disclose(task)
    bad = next(each for each in await published(dispatched, task) if each.has_problem)
    async with dispatched.work(clerk(task.department)) as work:
        await disclosure.request_withdrawal(work, bad.disclosure_id, "repeated")
    async with dispatched.work(approver(task.department)) as work:
        await disclosure.confirm_withdrawal(work, bad.disclosure_id)
        await handlers.correct_result(work, task.visit_id, task.department, "另一项录入有误")

    standing = await now(dispatched, task)
    await dispatched.report(standing, a_problem())
    await dispatched.approve(standing)
    await dispatched.disclose(standing)

    versions = [e for e in await published(dispatched, task) if e.result_id == bad.result_id]
    assert [each.withdrawn_at is not None for each in versions] == [True]
    told = await letters(dispatched, "ResultShared")
    own = [each.data["results"] for each in told if outsider in each.recipient]
    items = [[line["item"] for line in lines] for lines in own]
    assert bad.item in items[0]
    assert all(bad.item not in later for later in items[1:])
