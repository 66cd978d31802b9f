"""Not published by law: asked by one person, decided by another, and counted apart."""

from dataclasses import replace

from coordinator.domain.disclosure import DisclosureExemption
from coordinator.domain.dispatch import DepartmentTask
from coordinator.domain.errors import Rule
from coordinator.domain.lifecycle import ExemptionState, TaskState
from coordinator.services import disclosure, handlers
from coordinator.services.disclosure import ExemptionOrder
from tests.integration.services.post_box import letters
from tests.integration.services.publishing import (
    an_approved_task,
    now,
    published,
    refused,
    results_of,
)
from tests.play import AUDITOR, Play, approver, clerk, office


async def exempt(play: Play, task: DepartmentTask, result_id: str) -> str:
    async with play.work(clerk(task.department)) as work:
        order = ExemptionOrder(result_id, "trade-secret", "配方在列")
        asked = await disclosure.request_exemption(work, order)
    async with play.work(approver(task.department)) as work:
        await handlers.approve_exemption(work, asked.exemption_id, "同意")
    return asked.exemption_id


async def test_a_result_is_exempted_by_two_persons_with_a_typed_reason(dispatched: Play) -> None:
    task = await an_approved_task(dispatched)
    [first, *_] = await results_of(dispatched, task)
    async with dispatched.work(approver(task.department)) as work:
        ask = disclosure.request_exemption
        await refused(Rule.CODE_UNKNOWN, ask(work, ExemptionOrder(first, "shame", "面子")))
        await refused(Rule.REASON_MISSING, ask(work, ExemptionOrder(first, "privacy", " ")))
        asked = await ask(work, ExemptionOrder(first, "privacy", "涉及住所"))
        await refused(Rule.ALREADY_EXISTS, ask(work, ExemptionOrder(first, "privacy", "再次")))
        await refused(
            Rule.TWO_PERSONS_NEEDED, disclosure.approve_exemption(work, asked.exemption_id)
        )
    async with dispatched.work(clerk(task.department)) as work:
        await refused(Rule.ROLE_NOT_ALLOWED, disclosure.approve_exemption(work, asked.exemption_id))


async def test_nothing_is_published_while_a_request_waits_and_a_refused_one_is_published(
    dispatched: Play,
) -> None:
    task = await an_approved_task(dispatched)
    [first, *_] = await results_of(dispatched, task)
    async with dispatched.work(clerk(task.department)) as work:
        asked = await disclosure.request_exemption(
            work, ExemptionOrder(first, "case-pending", "已立案")
        )
    await refused(Rule.EXEMPTION_UNDECIDED, dispatched.disclose(task))
    async with dispatched.work(approver(task.department)) as work:
        await refused(
            Rule.REASON_MISSING, disclosure.refuse_exemption(work, asked.exemption_id, "")
        )
        await disclosure.refuse_exemption(work, asked.exemption_id, "不影响查处")

    await dispatched.disclose(task)

    assert first in {each.result_id for each in await published(dispatched, task)}


async def test_an_exempt_result_is_never_published_and_its_fellows_are(dispatched: Play) -> None:
    task = await an_approved_task(dispatched)
    [first] = await results_of(dispatched, task)
    async with dispatched.work(office()) as work:
        fellow = replace(await work.results.get(first), result_id=f"{first}-2", item="other")
        await work.results.add([fellow])
    await exempt(dispatched, task, first)

    await dispatched.disclose(task)

    assert {each.result_id for each in await published(dispatched, task)} == {fellow.result_id}
    assert (await now(dispatched, task)).state is TaskState.DISCLOSED
    told = {letter.data["item"] for letter in await letters(dispatched, "ResultDisclosed")}
    async with dispatched.work(AUDITOR) as work:
        kept = await work.results.get(first)
    assert (kept.exempt_reason, kept.disclosed) == ("trade-secret", False)
    assert kept.exempt_by == approver(task.department).name
    assert kept.item not in told


async def test_a_task_all_of_whose_results_are_exempt_ends_not_disclosed(
    dispatched: Play,
) -> None:
    task = await an_approved_task(dispatched)

    for result_id in await results_of(dispatched, task):
        await exempt(dispatched, task, result_id)

    assert (await now(dispatched, task)).state is TaskState.NOT_DISCLOSED
    await refused(Rule.MOVE_NOT_ALLOWED, dispatched.disclose(task))
    assert await published(dispatched, task) == []


async def corrected(play: Play, task: DepartmentTask) -> None:
    """Reopen a task's results and let the next version of its report be approved."""
    async with play.work(approver(task.department)) as work:
        await handlers.correct_result(work, task.visit_id, task.department, "录入有误")
    await play.report(await now(play, task))
    await play.approve(task)


async def waiting(play: Play) -> list[DisclosureExemption]:
    async with play.work(AUDITOR) as work:
        return list(await work.disclosure_exemptions.where(state=ExemptionState.REQUESTED))


async def test_of_a_corrected_version_nothing_is_published_until_an_approver_decides_again(
    dispatched: Play,
) -> None:
    task = await an_approved_task(dispatched)
    [first] = await results_of(dispatched, task)
    former = await exempt(dispatched, task, first)

    await corrected(dispatched, task)

    [asked] = await waiting(dispatched)
    assert (asked.result_id, asked.version, asked.note) == (first, 2, "配方在列")
    await refused(Rule.EXEMPTION_UNDECIDED, dispatched.disclose(task))
    async with dispatched.work(approver(task.department)) as work:
        await handlers.approve_exemption(work, asked.exemption_id, "仍同意")
        assert (await work.disclosure_exemptions.get(former)).state is ExemptionState.APPROVED
    assert (await now(dispatched, task)).state is TaskState.NOT_DISCLOSED
    assert await published(dispatched, task) == []


async def test_a_request_that_waits_goes_on_to_the_new_version(dispatched: Play) -> None:
    task = await an_approved_task(dispatched)
    [first] = await results_of(dispatched, task)
    async with dispatched.work(clerk(task.department)) as work:
        order = ExemptionOrder(first, "trade-secret", "配方在列")
        asked = await disclosure.request_exemption(work, order)

    await corrected(dispatched, task)

    assert await waiting(dispatched) == [replace(asked, version=2)]


async def test_what_is_public_already_is_taken_back_when_its_correction_is_exempted(
    dispatched: Play,
) -> None:
    task = await an_approved_task(dispatched)
    await dispatched.disclose(task)
    [shown] = await published(dispatched, task)
    await corrected(dispatched, task)

    await exempt(dispatched, task, shown.result_id)

    [gone] = await published(dispatched, task)
    assert (gone.is_standing, gone.withdrawal_reason) == (False, "not-publishable")
    assert gone.withdrawal_asked_by == clerk(task.department).name
    assert gone.withdrawn_by == approver(task.department).name
    told = [letter.data for letter in await letters(dispatched, "DisclosureWithdrawn")]
    assert {each["disclosure_id"] for each in told} == {shown.disclosure_id}
