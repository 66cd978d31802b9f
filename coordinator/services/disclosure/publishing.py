"""Publishing: approved results, each once; a corrected one supersedes what stood before."""

from collections.abc import Collection
from dataclasses import replace

from contracts.results import ResultDisclosed
from coordinator.domain.disclosure import (
    Disclosure,
    ObjectionOutcome,
    corrected,
    differs,
    last_day_to_object,
    last_public_day,
    standing_of,
    stays_withdrawn,
)
from coordinator.domain.dispatch import DepartmentTask, Visit, task_id
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lifecycle import TASK_MOVES, ExemptionState, TaskState, move
from coordinator.domain.policy import DisclosurePolicy
from coordinator.domain.result_intake import Result
from coordinator.services.access import require_department
from coordinator.services.covert import require_open_record
from coordinator.services.disclosure.withdrawing import take_back
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work

_NO_MORE_HELD = "not-held"  # of deploy/policies/disclosure_reasons.toml


async def disclose_result(work: Work, visit_id: str, department: str) -> DepartmentTask:
    """Publish a department's approved results of a visit, and send them to the credit systems.

    What an approver exempted stays out; a result that was corrected supersedes its former version.
    Raises EXEMPTION_UNDECIDED while a request not to publish waits.
    """
    require_department(work, department)
    task = await work.tasks.get(task_id(visit_id, department))
    state = move(TASK_MOVES, task.state, TaskState.DISCLOSED, of=task.task_id)
    visit = await work.visits.get(visit_id)
    await require_open_record(work, visit.round_id)
    results = await work.results.where(
        visit_id=visit_id, department=department, version=task.report_version
    )
    await _require_decided(work, visit_id, department)
    policy = await policy_of_round(work, await work.rounds.get(visit.round_id))
    for result in results:
        if result.exempt_reason is None:
            await _publish(work, result, (visit, task), policy.disclosure)
    await _take_back_unheld(work, task, {result.result_id for result in results})
    task = replace(task, state=state, disclosed_at=work.now())
    await work.tasks.save(task)
    await work.audit("disclosure:result:disclosed", visit_id, department=department)
    return task


async def begin_correction(work: Work, visit_id: str, department: str, reason: str) -> int:
    """Mark what stands of a department's visit as about to be corrected; gives how many.

    The former version stays public with its mark until the corrected report is published.
    """
    require_department(work, department, approver=True)
    if not reason.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, visit=visit_id)
    found = await work.disclosures.where(
        visit_id=visit_id, department=department, superseded_by=None, withdrawn_at=None
    )
    await work.disclosures.save(
        *(replace(each, correcting_at=work.now(), correction_reason=reason) for each in found)
    )
    await work.audit("disclosure:result:correcting", visit_id, department=department, reason=reason)
    return len(found)


async def _take_back_unheld(work: Work, task: DepartmentTask, held: Collection[str]) -> None:
    """Take back what was published of a result that the corrected report holds no more."""
    public = await work.disclosures.where(
        visit_id=task.visit_id, department=task.department, superseded_by=None, withdrawn_at=None
    )
    for former in public:
        if former.result_id not in held:
            asked = replace(
                former,
                withdrawal_asked_by=task.reviewed_by,
                withdrawal_asked_at=task.reviewed_at,
                withdrawal_reason=_NO_MORE_HELD,
                withdrawal_note=task.correction_reason,
                correcting_at=None,
                correction_reason=None,
            )
            await take_back(work, asked)


async def _require_decided(work: Work, visit_id: str, department: str) -> None:
    waiting = await work.disclosure_exemptions.where(
        visit_id=visit_id, department=department, state=ExemptionState.REQUESTED
    )
    if waiting:
        raise RuleBrokenError(
            Rule.EXEMPTION_UNDECIDED, number=len(waiting), item=waiting[0].item_name
        )


async def _publish(
    work: Work, result: Result, of: tuple[Visit, DepartmentTask], policy: DisclosurePolicy
) -> None:
    if not result.approved:
        raise RuleBrokenError(Rule.RESULT_NOT_APPROVED, result=result.result_id)
    await work.results.save(replace(result, disclosed=True))
    versions = await work.disclosures.where(result_id=result.result_id)
    if stays_withdrawn(versions, result):
        return
    former = standing_of(versions)
    if former is not None and not _must_change(former, result):
        await work.disclosures.save(replace(former, correcting_at=None, correction_reason=None))
        return
    number = max((each.version for each in versions), default=0) + 1
    disclosure = replace(_disclosure(work, result, of, policy), version=number)
    if former is not None:
        old, disclosure = corrected(former, disclosure, work.now())
        await work.disclosures.save(old)
        await work.audit(
            "disclosure:result:corrected", disclosure.disclosure_id, former=former.disclosure_id
        )
    await work.disclosures.add([disclosure])
    await work.post.to_credit(
        _message(disclosure), subject=result.object_id, correlation=disclosure.visit_id
    )


def _must_change(former: Disclosure, result: Result) -> bool:
    """Say whether a version of its own is needed: other content, or an objection was upheld."""
    upheld = former.objection_outcome is ObjectionOutcome.UPHELD
    return upheld or differs(former, result)


def _disclosure(
    work: Work, result: Result, of: tuple[Visit, DepartmentTask], policy: DisclosurePolicy
) -> Disclosure:
    visit, task = of
    return Disclosure(
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
        disclosed_by=work.actor.name,
        objection_until=last_day_to_object(work.today(), policy),
        public_until=last_public_day(work.today(), policy),
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
        corrects=disclosure.supersedes,
    )
