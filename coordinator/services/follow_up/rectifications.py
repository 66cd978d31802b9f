"""Follow-up: rectification orders, and enforcement cases from clue to closure."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from contracts.sanctions import PenaltyDecided, RectificationOrdered
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.follow_up import (
    Case,
    Rectification,
    require_penalty_kind,
    require_problem,
)
from coordinator.domain.lifecycle import (
    CASE_MOVES,
    RECTIFICATION_MOVES,
    CaseState,
    RectificationState,
    move,
)
from coordinator.domain.result_intake import Result
from coordinator.services.access import require_department
from coordinator.services.covert import require_open_record
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work

_OPEN_CASES = tuple(state for state in CaseState if state is not CaseState.NOT_FILED)


@dataclass(frozen=True, kw_only=True)
class PenaltyDecision:
    """A penalty decision: number, date, kind (code table), facts and legal basis."""

    decision_number: str
    decided_date: date
    penalty_kind: str
    facts: str
    basis: str


async def order_rectification(
    work: Work, result_id: str, article: str, due_date: date | None = None
) -> Rectification:
    """Order that a problem be remedied, by a date (the profile's days when none is named)."""
    result = await work.results.get(result_id)
    actor = require_department(work, result.department)
    require_problem(result)
    await require_open_record(work, result.round_id)
    due = due_date or await _rectification_due(work, result)
    order = Rectification(
        rectification_id=work.new_id(),
        round_id=result.round_id,
        visit_id=result.visit_id,
        result_id=result_id,
        object_id=result.object_id,
        object_name=result.object_name,
        item=result.item,
        department=result.department,
        problem=given(result.problem, "problem", result_id),
        article=article,
        due_date=due,
        state=RectificationState.ORDERED,
        ordered_by=actor.name,
        ordered_at=work.now(),
    )
    await work.rectifications.add([order])
    message = RectificationOrdered(
        rectification_id=order.rectification_id,
        visit_id=order.visit_id,
        object_id=order.object_id,
        item=order.item,
        department=order.department,
        problem=order.problem,
        article=article,
        due_date=due,
    )
    await work.post.to_department(
        order.department,
        message,
        subject=order.rectification_id,
        correlation=order.visit_id,
    )
    await work.audit("follow-up:rectification:ordered", order.visit_id, item=result.item)
    return order


async def _rectification_due(work: Work, result: Result) -> date:
    policy = await policy_of_round(work, await work.rounds.get(result.round_id))
    return work.today() + timedelta(days=policy.follow_up.rectification_days)


async def report_rectification(work: Work, rectification_id: str, evidence: str) -> Rectification:
    """Put the evidence of a remedy on record."""
    order = await work.rectifications.get(rectification_id)
    require_department(work, order.department)
    if not evidence.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, rectification=rectification_id)
    state = move(RECTIFICATION_MOVES, order.state, RectificationState.REPORTED, of=rectification_id)
    order = replace(order, state=state, evidence=evidence, reported_at=work.now())
    await work.rectifications.save(order)
    await work.audit("follow-up:rectification:reported", order.visit_id)
    return order


async def close_rectification(work: Work, rectification_id: str) -> Rectification:
    """Close an order after looking at the evidence, as an approver."""
    order = await work.rectifications.get(rectification_id)
    actor = require_department(work, order.department, approver=True)
    state = move(RECTIFICATION_MOVES, order.state, RectificationState.CLOSED, of=rectification_id)
    order = replace(order, state=state, closed_by=actor.name, closed_at=work.now())
    await work.rectifications.save(order)
    await work.audit("follow-up:rectification:closed", order.visit_id)
    return order


async def open_case(work: Work, result_id: str, clue: str) -> Case:
    """Open a case from a problem that was found; a result alone never lists anybody."""
    result = await work.results.get(result_id)
    actor = require_department(work, result.department)
    require_problem(result)
    await require_open_record(work, result.round_id)
    if await work.cases.where(result_id=result_id, state=_OPEN_CASES):
        raise RuleBrokenError(Rule.ALREADY_EXISTS, kind="enforcement_case", key=result_id)
    thing = await work.objects.get(result.object_id)
    subject = await work.objects.get(thing.credit_subject)
    case = Case(
        case_id=work.new_id(),
        round_id=result.round_id,
        visit_id=result.visit_id,
        result_id=result_id,
        object_id=result.object_id,
        object_name=result.object_name,
        subject=subject.object_id,
        subject_name=subject.name,
        item=result.item,
        department=result.department,
        state=CaseState.CLUE,
        clue=clue,
        opened_by=actor.name,
        opened_at=work.now(),
    )
    await work.cases.add([case])
    await work.audit("follow-up:case:opened", case.visit_id, case=case.case_id)
    return case


async def file_case(work: Work, case_id: str, reason: str, *, filed: bool) -> Case:
    """File a clue as a case, or not, with the reason, as an approver."""
    case = await work.cases.get(case_id)
    require_department(work, case.department, approver=True)
    if not reason.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, case=case_id)
    wanted = CaseState.FILED if filed else CaseState.NOT_FILED
    state = move(CASE_MOVES, case.state, wanted, of=case_id)
    case = replace(case, state=state, filing_reason=reason, filed_at=work.now())
    return await _save(work, case, "filed" if filed else "not-filed")


async def decide_penalty(work: Work, case_id: str, decision: PenaltyDecision) -> Case:
    """Decide the penalty of a filed case, and tell every department of the visit."""
    case = await work.cases.get(case_id)
    actor = require_department(work, case.department, approver=True)
    require_penalty_kind(decision.penalty_kind, work.policy)
    state = move(CASE_MOVES, case.state, CaseState.DECIDED, of=case_id)
    case = replace(
        case,
        state=state,
        decision_number=given(decision.decision_number, "decision_number", case_id),
        decided_date=decision.decided_date,
        penalty_kind=decision.penalty_kind,
        facts=decision.facts,
        basis=decision.basis,
        decided_by=actor.name,
    )
    message = PenaltyDecided(
        case_id=case_id,
        visit_id=case.visit_id,
        object_id=case.object_id,
        department=case.department,
        decision_number=decision.decision_number,
        decided_date=decision.decided_date,
        kind=decision.penalty_kind,
        facts=decision.facts,
    )
    visit = await work.visits.get(case.visit_id)
    for department in visit.departments:
        await work.post.to_department(
            department, message, subject=case_id, correlation=case.visit_id
        )
    return await _save(work, case, "decided")


async def execute_case(work: Work, case_id: str) -> Case:
    """Note that a penalty has been executed."""
    case = await work.cases.get(case_id)
    require_department(work, case.department)
    state = move(CASE_MOVES, case.state, CaseState.EXECUTED, of=case_id)
    return await _save(work, replace(case, state=state, executed_at=work.now()), "executed")


async def close_case(work: Work, case_id: str) -> Case:
    """Close an executed case, as an approver."""
    case = await work.cases.get(case_id)
    require_department(work, case.department, approver=True)
    state = move(CASE_MOVES, case.state, CaseState.CLOSED, of=case_id)
    return await _save(work, replace(case, state=state, closed_at=work.now()), "closed")


async def _save(work: Work, case: Case, what: str) -> Case:
    await work.cases.save(case)
    await work.audit(f"follow-up:case:{what}", case.visit_id, case=case.case_id)
    return case
