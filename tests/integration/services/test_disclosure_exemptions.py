"""Not published by law: asked by one person, decided by another, and counted apart."""

from dataclasses import replace

from coordinator.domain.dispatch import DepartmentTask
from coordinator.domain.errors import Rule
from coordinator.domain.lifecycle import TaskState
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
