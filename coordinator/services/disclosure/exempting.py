"""Not published by law 不予公示: asked for one result by one person, decided by an approver."""

from dataclasses import dataclass, replace

from coordinator.domain.disclosure import DisclosureExemption, require_another, standing_of
from coordinator.domain.dispatch import DepartmentTask, task_id
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import (
    EXEMPTION_MOVES,
    TASK_MOVES,
    ExemptionState,
    TaskState,
    move,
)
from coordinator.domain.policy import require_reason
from coordinator.domain.result_intake import Result
from coordinator.services.access import require_department
from coordinator.services.disclosure.withdrawing import take_back
from coordinator.services.ports import Work

_OPEN = (ExemptionState.REQUESTED, ExemptionState.APPROVED)
_WITHDRAWN_AS = "not-publishable"


@dataclass(frozen=True)
class ExemptionOrder:
    """Which result must not be published, for which typed reason, on which facts."""

    result_id: str
    reason: str
    note: str = ""


async def request_exemption(work: Work, order: ExemptionOrder) -> DisclosureExemption:
    """Ask that an approved result be kept from publication; an approver decides."""
    result = await work.results.get(order.result_id)
    actor = require_department(work, result.department)
    table = work.policies.disclosure_reasons("exemption")
    require_reason(order.reason, order.note, table, result.result_id)
    await _require_pending(work, result)
    known = await work.disclosure_exemptions.where(
        result_id=result.result_id, version=result.version, state=_OPEN
    )
    if known:
        raise RuleBrokenError(Rule.ALREADY_EXISTS, kind="exemption", key=result.result_id)
    asked = DisclosureExemption(
        exemption_id=work.new_id(),
        result_id=result.result_id,
        round_id=result.round_id,
        visit_id=result.visit_id,
        department=result.department,
        object_name=result.object_name,
        item_name=result.item_name,
        version=result.version,
        reason=order.reason,
        note=order.note,
        asked_by=actor.name,
        asked_at=work.now(),
    )
    await work.disclosure_exemptions.add([asked])
    await work.audit("disclosure:exemption:requested", result.result_id, reason=order.reason)
    return asked


async def approve_exemption(work: Work, exemption_id: str, note: str = "") -> DisclosureExemption:
    """Exempt a result from publication; a task all of whose results are exempt ends so.

    What a former version of it shows in public is taken back in the same act.
    """
    asked = await _decide(work, exemption_id, ExemptionState.APPROVED, note)
    result = await work.results.get(asked.result_id)
    await _require_pending(work, result)
    result = replace(result, exempt_reason=asked.reason, exempt_by=work.actor.name)
    await work.results.save(result)
    await _take_former_back(work, asked)
    await _end_task_without_results(work, asked)
    return asked


async def ask_exemptions_anew(work: Work, visit_id: str, department: str) -> int:
    """Put what was asked about former versions of results before an approver again.

    An exemption is decided on what a result says: of a new version nothing is published until an
    approver has decided about it too. Gives how many wait.
    """
    asked = await work.disclosure_exemptions.where(visit_id=visit_id, department=department)
    # Of one version at most one is open, and whoever asks again asks after a refusal.
    ordered = sorted(asked, key=lambda each: (each.version, each.state in _OPEN))
    last = {each.result_id: each for each in ordered}
    waiting = 0
    for result in await work.results.where(result_id=set(last)):
        former = last[result.result_id]
        if former.version >= result.version or former.state not in _OPEN:
            continue
        await work.disclosure_exemptions.save(_anew(work, former, result))
        await work.audit(
            "disclosure:exemption:asked-anew", result.result_id, version=result.version
        )
        waiting += 1
    return waiting


def _anew(work: Work, former: DisclosureExemption, result: Result) -> DisclosureExemption:
    """Give the request about the new version; a decided one stays on record beside it."""
    if former.state is ExemptionState.REQUESTED:
        return replace(former, version=result.version)
    return replace(
        former,
        exemption_id=work.new_id(),
        version=result.version,
        asked_at=work.now(),
        state=ExemptionState.REQUESTED,
        decided_by=None,
        decided_at=None,
        decision_note=None,
    )


async def _take_former_back(work: Work, asked: DisclosureExemption) -> None:
    """Take back what stands of a former version: both persons have decided that already."""
    former = standing_of(await work.disclosures.where(result_id=asked.result_id))
    if former is None:
        return
    require_reason(
        _WITHDRAWN_AS, asked.note, work.policies.disclosure_reasons("withdrawal"), asked.result_id
    )
    await take_back(
        work,
        replace(
            former,
            withdrawal_asked_by=asked.asked_by,
            withdrawal_asked_at=asked.asked_at,
            withdrawal_reason=_WITHDRAWN_AS,
            withdrawal_note=asked.note,
        ),
    )


async def refuse_exemption(work: Work, exemption_id: str, note: str) -> DisclosureExemption:
    """Refuse a request with a reason: the result is to be published in time."""
    if not note.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, exemption=exemption_id)
    return await _decide(work, exemption_id, ExemptionState.REFUSED, note)


async def _decide(
    work: Work, exemption_id: str, wanted: ExemptionState, note: str
) -> DisclosureExemption:
    asked = await work.disclosure_exemptions.get(exemption_id)
    actor = require_department(work, asked.department, approver=True)
    require_another(asked.asked_by, actor.name, "request-exemption")
    decided = replace(
        asked,
        state=move(EXEMPTION_MOVES, asked.state, wanted, of=exemption_id),
        decided_by=actor.name,
        decided_at=work.now(),
        decision_note=note,
    )
    await work.disclosure_exemptions.save(decided)
    await work.audit(f"disclosure:exemption:{wanted.value}", asked.result_id, reason=asked.reason)
    return decided


async def _require_pending(work: Work, result: Result) -> DepartmentTask:
    """Refuse a result that is not approved yet, or that was published already."""
    task = await work.tasks.get(task_id(result.visit_id, result.department))
    if not result.approved:
        raise RuleBrokenError(Rule.RESULT_NOT_APPROVED, result=result.result_id)
    move(TASK_MOVES, task.state, TaskState.NOT_DISCLOSED, of=task.task_id)
    return task


async def _end_task_without_results(work: Work, asked: DisclosureExemption) -> None:
    task = await work.tasks.get(task_id(asked.visit_id, asked.department))
    results = await work.results.where(visit_id=asked.visit_id, department=asked.department)
    if any(each.approved and each.exempt_reason is None for each in results):
        return
    state = move(TASK_MOVES, task.state, TaskState.NOT_DISCLOSED, of=task.task_id)
    await work.tasks.save(replace(task, state=state))
    await work.audit("disclosure:task:not-disclosed", asked.visit_id, department=asked.department)
