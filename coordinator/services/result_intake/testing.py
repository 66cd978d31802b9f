"""Samples that are out: a report waits for the laboratory (待检验), and goes to review with it."""

from dataclasses import replace

from coordinator.domain.dispatch import DepartmentTask, task_id
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import TASK_MOVES, TaskState, move
from coordinator.services.ports import Work

_REPORTED = (TaskState.PENDING_REVIEW, TaskState.AWAITING_TEST)


async def await_test(work: Work, visit_id: str, department: str) -> DepartmentTask:
    """Note that a sample of a visit is out: the report waits (待检验) until the last one is back.

    Called beside the verb that registers the sample, which asks who may do it.
    """
    task = await work.tasks.get(task_id(visit_id, department))
    state = task.state
    if state in _REPORTED:
        state = move(TASK_MOVES, state, TaskState.AWAITING_TEST, of=task.task_id)
    elif state not in (TaskState.ACCEPTED, TaskState.RETURNED):
        raise RuleBrokenError(
            Rule.MOVE_NOT_ALLOWED,
            of=task.task_id,
            now=state.value,
            wanted=TaskState.AWAITING_TEST.value,
            allowed=sorted(TASK_MOVES[state]),
        )
    task = replace(task, state=state, tests_out=task.tests_out + 1)
    await work.tasks.save(task)
    await work.audit("result-intake:test:awaited", visit_id, department=department)
    return task


async def settle_test(work: Work, visit_id: str, department: str) -> DepartmentTask:
    """Note that the final report on a sample is in; with the last one the report goes to review."""
    task = await work.tasks.get(task_id(visit_id, department))
    if not task.tests_out:
        raise RuleBrokenError(Rule.TEST_NOT_OUT, visit=visit_id)
    task = replace(task, tests_out=task.tests_out - 1)
    if task.state is TaskState.AWAITING_TEST and not task.tests_out:
        state = move(TASK_MOVES, task.state, TaskState.PENDING_REVIEW, of=task.task_id)
        task = replace(task, state=state)
    await work.tasks.save(task)
    await work.audit("result-intake:test:settled", visit_id, department=department)
    return task
