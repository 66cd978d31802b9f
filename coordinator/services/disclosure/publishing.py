"""Disclosure: the organ that checked publishes its results; objections are marked and answered."""

from dataclasses import replace

from contracts.results import ResultDisclosed
from coordinator.domain.disclosure import Disclosure
from coordinator.domain.dispatch import DepartmentTask, Visit, task_id
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lifecycle import TASK_MOVES, TaskState, move
from coordinator.domain.result_intake import Result
from coordinator.services.access import require_department
from coordinator.services.covert import require_open_record
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work


async def disclose_result(work: Work, visit_id: str, department: str) -> DepartmentTask:
    """Publish a department's approved results of a visit, and send them to the credit systems."""
    actor = require_department(work, department)
    task = await work.tasks.get(task_id(visit_id, department))
    state = move(TASK_MOVES, task.state, TaskState.DISCLOSED, of=task.task_id)
    visit = await work.visits.get(visit_id)
    await require_open_record(work, visit.round_id)
    for result in await work.results.where(visit_id=visit_id, department=department):
        await _disclose(work, visit, (task, result), actor.name)
    task = replace(task, state=state, disclosed_at=work.now())
    await work.tasks.save(task)
    await work.audit("disclosure:result:disclosed", visit_id, department=department)
    return task


async def receive_objection(work: Work, disclosure_id: str, text: str) -> Disclosure:
    """Mark a published result as objected to; the answer is due after the profile's days."""
    disclosure = await work.disclosures.get(disclosure_id)
    if not text.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, disclosure=disclosure_id)
    if disclosure.objection is not None:
        raise RuleBrokenError(Rule.ALREADY_EXISTS, kind="objection", key=disclosure_id)
    policy = await policy_of_round(work, await work.rounds.get(disclosure.round_id))
    due = work.calendar.after(work.today(), policy.disclosure.objection_working_days)
    disclosure = replace(
        disclosure,
        objection=text,
        objection_at=work.now(),
        objection_due=due.due_date,
        objection_provisional=due.provisional,
        objection_basis=due.basis,
    )
    await work.disclosures.save(disclosure)
    await work.audit("disclosure:objection:received", disclosure_id)
    return disclosure


async def answer_objection(work: Work, disclosure_id: str, answer: str) -> Disclosure:
    """Answer an objection as the department that published."""
    disclosure = await work.disclosures.get(disclosure_id)
    require_department(work, disclosure.department, approver=True)
    if disclosure.objection is None or not answer.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, disclosure=disclosure_id)
    disclosure = replace(disclosure, objection_answer=answer)
    await work.disclosures.save(disclosure)
    await work.audit("disclosure:objection:answered", disclosure_id)
    return disclosure


async def _disclose(
    work: Work, visit: Visit, found: tuple[DepartmentTask, Result], person: str
) -> None:
    task, result = found
    disclosure = Disclosure(
        disclosure_id=work.new_id(),
        result_id=result.result_id,
        round_id=visit.round_id,
        visit_id=visit.visit_id,
        task_number=given(visit.task_number, "task_number", visit.visit_id),
        object_id=result.object_id,
        object_name=result.object_name,
        item=result.item,
        item_name=result.item_name,
        department=result.department,
        visited_date=result.visited_date,
        method=result.method,
        result_codes=result.result_codes,
        disposal=result.follow_up,
        has_problem=result.has_problem,
        due_date=given(task.disclosure_due, "disclosure_due", task.task_id),
        due_provisional=task.disclosure_provisional,
        due_basis=task.disclosure_basis,
        disclosed_at=work.now(),
        disclosed_by=person,
    )
    await work.disclosures.add([disclosure])
    await work.results.save(replace(result, disclosed=True))
    await work.post.to_credit(
        _message(disclosure), subject=result.object_id, correlation=visit.visit_id
    )


def _message(disclosure: Disclosure) -> ResultDisclosed:
    return ResultDisclosed(
        disclosure_id=disclosure.disclosure_id,
        object_id=disclosure.object_id,
        object_name=disclosure.object_name,
        visit_id=disclosure.visit_id,
        task_number=disclosure.task_number,
        item=disclosure.item,
        item_name=disclosure.item_name,
        department=disclosure.department,
        visited_date=disclosure.visited_date,
        method=disclosure.method,
        result_codes=disclosure.result_codes,
        disposal=disclosure.disposal,
        disclosed_at=disclosure.disclosed_at,
    )
