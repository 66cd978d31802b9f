"""Steps of publication that several tests take, and what is then on record."""

from typing import Any

import pytest

from coordinator.domain.disclosure import Disclosure
from coordinator.domain.dispatch import DepartmentTask
from coordinator.domain.errors import Rule, RuleBrokenError
from tests.builders import a_problem
from tests.play import AUDITOR, ROUND, Play


async def refused(rule: Rule, attempt: Any) -> RuleBrokenError:
    with pytest.raises(RuleBrokenError) as error:
        await attempt
    assert error.value.rule is rule
    return error.value


async def an_approved_task(play: Play) -> DepartmentTask:
    task = (await play.tasks(ROUND))[0]
    await play.report(task, a_problem())
    await play.approve(task)
    return task


async def a_disclosed_task(play: Play) -> DepartmentTask:
    task = await an_approved_task(play)
    await play.disclose(task)
    return task


async def now(play: Play, task: DepartmentTask) -> DepartmentTask:
    async with play.work(AUDITOR) as work:
        found: DepartmentTask = await work.tasks.get(task.task_id)
    return found


async def results_of(play: Play, task: DepartmentTask) -> list[str]:
    async with play.work(AUDITOR) as work:
        found = await work.results.where(visit_id=task.visit_id, department=task.department)
    return [each.result_id for each in found]


async def published(play: Play, task: DepartmentTask) -> list[Disclosure]:
    async with play.work(AUDITOR) as work:
        found = await work.disclosures.where(visit_id=task.visit_id, department=task.department)
    return list(found)
