"""A report reopened for correction: its deadline, and how the correction may end."""

from collections.abc import Awaitable
from typing import Any

import pytest

from coordinator.domain.dispatch import DepartmentTask
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import TaskState
from coordinator.services import handlers, review
from tests.builders import MARKET
from tests.play import AUDITOR, ROUND, Play, approver


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


async def test_reopening_what_is_not_published_yet_moves_no_deadline(dispatched: Play) -> None:
    task = await a_task(dispatched)
    await dispatched.report(task)
    await dispatched.approve(task)
    due = (await now(dispatched, task)).disclosure_due
    dispatched.clock.pass_time(days=30)

    await as_approver(dispatched, task, handlers.correct_result, "录入有误")
    await dispatched.report(await now(dispatched, task))
    await dispatched.approve(task)

    assert due is not None
    assert (await now(dispatched, task)).disclosure_due == due


async def test_a_published_result_gets_one_new_deadline_however_often_it_is_reopened(
    dispatched: Play,
) -> None:
    task = await a_task(dispatched)
    await dispatched.report(task)
    await dispatched.approve(task)
    await dispatched.disclose(task)
    dues = [(await now(dispatched, task)).disclosure_due]

    for _again in range(2):
        dispatched.clock.pass_time(days=30)
        await as_approver(dispatched, task, handlers.correct_result, "录入有误")
        await dispatched.report(await now(dispatched, task))
        await dispatched.approve(task)
        dues.append((await now(dispatched, task)).disclosure_due)

    assert dues[0] != dues[1] == dues[2]


async def test_a_correction_is_returned_and_never_rejected(dispatched: Play) -> None:
    task = await a_task(dispatched)
    await dispatched.report(task)
    await dispatched.approve(task)
    await as_approver(dispatched, task, handlers.correct_result, "录入有误")
    await dispatched.report(await now(dispatched, task))

    facts = await refused(
        Rule.CORRECTION_NOT_REJECTABLE,
        as_approver(dispatched, task, handlers.reject_result, "不实"),
    )
    await as_approver(dispatched, task, review.return_result, "请补正")

    assert facts["version"] == 2
    assert (await now(dispatched, task)).state is TaskState.RETURNED
