"""Enforcement cases: clue, filing, decision or none, execution, review, closure."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from contracts.follow_up import PenaltyRevoked
from contracts.sanctions import PenaltyDecided
from contracts.vocabulary import Wire
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.follow_up import (
    Case,
    FormerDecision,
    PenaltyDecision,
    Rectification,
    ReviewKind,
    require_decision,
    require_problem,
    undone,
)
from coordinator.domain.lifecycle import CASE_MOVES, CaseState, move
from coordinator.domain.penalty_publication import Period, require_period
from coordinator.domain.policy import Policy
from coordinator.domain.result_intake import Result
from coordinator.services.access import require_department
from coordinator.services.covert import require_open_record
from coordinator.services.decision_numbers import bearer_of
from coordinator.services.follow_up.numbering import paper_number
from coordinator.services.follow_up.rectifications import save_order
from coordinator.services.follow_up.settling import settle
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work

_OPEN_CASES = tuple(state for state in CaseState if state is not CaseState.NOT_FILED)


@dataclass(frozen=True, kw_only=True)
class DecisionUndone:
    """What undid a decision: by whom, under which document, and why."""

    undone_by: ReviewKind
    document: str
    document_date: date
    reason: str


async def open_case(work: Work, result_id: str, clue: str) -> Case:
    """Open a case from a problem that was found; a result alone never lists anybody."""
    result = await work.results.get(result_id)
    require_department(work, result.department)
    require_problem(result)
    return await _open(work, result, given(clue, "clue", result_id))


async def open_case_of_order(work: Work, rectification_id: str, clue: str) -> Case:
    """Open a case because an order was not followed in time (责令限期改正逾期不改)."""
    order = await work.rectifications.get(rectification_id)
    require_department(work, order.department)
    if not order.is_overdue(work.today()):
        raise RuleBrokenError(
            Rule.ORDER_NOT_OVERDUE,
            rectification=rectification_id,
            due=order.due_date.isoformat(),
            today=work.today().isoformat(),
        )
    result = await work.results.get(order.result_id)
    case = await _open(work, result, given(clue, "clue", rectification_id), order)
    await save_order(work, replace(order, case_id=case.case_id), "case-opened")
    return case


async def _open(work: Work, result: Result, clue: str, order: Rectification | None = None) -> Case:
    await require_open_record(work, result.round_id)
    if await work.cases.where(result_id=result.result_id, state=_OPEN_CASES):
        raise RuleBrokenError(Rule.ALREADY_EXISTS, kind="enforcement_case", key=result.result_id)
    thing = await work.objects.get(result.object_id)
    subject = await work.objects.get(thing.credit_subject)
    policy = await policy_of_round(work, await work.rounds.get(result.round_id))
    clock = work.calendar.after(work.today(), policy.follow_up.filing_working_days)
    case = Case(
        case_id=work.new_id(),
        round_id=result.round_id,
        visit_id=result.visit_id,
        result_id=result.result_id,
        object_id=result.object_id,
        object_name=result.object_name,
        subject=subject.object_id,
        subject_name=subject.name,
        item=result.item,
        department=result.department,
        state=CaseState.CLUE,
        clue=clue,
        opened_by=work.actor.name,
        opened_at=work.now(),
        filing_due=clock.due_date,
        filing_provisional=clock.provisional,
        filing_basis=clock.basis,
        rectification_id=order.rectification_id if order else None,
    )
    await work.cases.add([case])
    await work.audit("follow-up:case:opened", case.visit_id, case=case.case_id)
    await settle(work, result.result_id)
    return case


async def file_case(work: Work, case_id: str, reason: str, *, filed: bool) -> Case:
    """File a clue as a case, or not, with the reason, as an approver."""
    case = await work.cases.get(case_id)
    require_department(work, case.department, approver=True)
    if not reason.strip():
        raise RuleBrokenError(Rule.REASON_MISSING, case=case_id)
    wanted = CaseState.FILED if filed else CaseState.NOT_FILED
    state = move(CASE_MOVES, case.state, wanted, of=case_id)
    policy = await _policy_of(work, case)
    case = replace(case, state=state, filing_reason=reason, filed_at=work.now())
    if filed:
        number = await paper_number(work, policy, case.department, "case")
        case = replace(
            case,
            case_number=case.case_number or number,
            decision_due=work.today() + timedelta(days=policy.follow_up.decision_days),
        )
    return await save_case(work, case, "filed" if filed else "not-filed")


async def decide_penalty(work: Work, case_id: str, decision: PenaltyDecision) -> Case:
    """Decide the penalty of a filed case, and tell every department of the visit."""
    case = await work.cases.get(case_id)
    actor = require_department(work, case.department, approver=True)
    state = move(CASE_MOVES, case.state, CaseState.DECIDED, of=case_id)
    policy = await _policy_of(work, case)
    filed = work.day_of(case.filed_at) if case.filed_at else None
    require_decision(case, decision, policy, (filed, work.today()))
    period = Period(severity=decision.severity, months=decision.publication_months)
    require_period(decision.decided_date, period, work.policy.credit_repair, case_id)
    await _require_free_number(work, case, decision.decision_number)
    days = timedelta(days=policy.follow_up.execution_days)
    case = replace(
        case,
        state=state,
        decision_number=decision.decision_number,
        decided_date=decision.decided_date,
        penalty_kind=decision.penalty_kind,
        facts=decision.facts,
        basis=decision.basis,
        fine_fen=decision.fine_fen,
        certificate_number=decision.certificate_number,
        severity=decision.severity,
        publication_months=decision.publication_months,
        decided_by=actor.name,
        execution_due=decision.decided_date + days,
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
    await _tell_the_visit(work, case, message)
    return await save_case(work, case, "decided")


async def decide_no_penalty(work: Work, case_id: str, reason: str, basis: str) -> Case:
    """Decide as an approver that a filed case ends without penalty 不予处罚, and on what basis."""
    case = await work.cases.get(case_id)
    actor = require_department(work, case.department, approver=True)
    case = replace(
        case,
        state=move(CASE_MOVES, case.state, CaseState.NO_PENALTY, of=case_id),
        facts=given(reason, "reason", case_id),
        basis=given(basis, "basis", case_id),
        decided_date=work.today(),
        decided_by=actor.name,
    )
    return await save_case(work, case, "no-penalty")


async def revoke_decision(work: Work, case_id: str, undone_by: DecisionUndone) -> Case:
    """Take a decision back after review, by a judgment, or by the organ itself; all are told.

    What rests on the decision falls with it: that is for whoever calls this to see to.
    """
    case = await work.cases.get(case_id)
    require_department(work, case.department, approver=True)
    former = FormerDecision(
        decision_number=case.decision_number or "",
        decided_date=case.decided_date,
        penalty_kind=case.penalty_kind,
        undone_by=undone_by.undone_by,
        document=given(undone_by.document, "document", case_id),
        document_date=undone_by.document_date,
        reason=given(undone_by.reason, "reason", case_id),
    )
    state = move(CASE_MOVES, case.state, CaseState.REVOKED, of=case_id)
    if case.decision_stands:
        message = PenaltyRevoked(
            case_id=case_id,
            visit_id=case.visit_id,
            object_id=case.object_id,
            department=case.department,
            decision_number=former.decision_number,
            undone_by=former.undone_by.value,
            document=former.document,
            document_date=former.document_date,
            reason=former.reason,
        )
        await _tell_the_visit(work, case, message)
    return await save_case(work, replace(undone(case, former), state=state), "revoked")


async def execute_case(work: Work, case_id: str) -> Case:
    """Note that a penalty has been executed."""
    case = await work.cases.get(case_id)
    require_department(work, case.department)
    state = move(CASE_MOVES, case.state, CaseState.EXECUTED, of=case_id)
    return await save_case(work, replace(case, state=state, executed_at=work.now()), "executed")


async def reopen_case(work: Work, case_id: str) -> Case:
    """Go on with a case whose decision was undone, towards a new one, as an approver."""
    case = await work.cases.get(case_id)
    require_department(work, case.department, approver=True)
    if case.state is not CaseState.REVOKED:
        move(CASE_MOVES, case.state, CaseState.REVOKED, of=case_id)
    state = move(CASE_MOVES, CaseState.REVOKED, CaseState.FILED, of=case_id)
    days = (await _policy_of(work, case)).follow_up.decision_days
    due = work.today() + timedelta(days=days)
    return await save_case(work, replace(case, state=state, decision_due=due), "reopened")


async def close_case(work: Work, case_id: str) -> Case:
    """Close an executed case, one without penalty, or one whose decision fell, as an approver."""
    case = await work.cases.get(case_id)
    require_department(work, case.department, approver=True)
    state = move(CASE_MOVES, case.state, CaseState.CLOSED, of=case_id)
    return await save_case(work, replace(case, state=state, closed_at=work.now()), "closed")


async def save_case(work: Work, case: Case, what: str) -> Case:
    """Keep a case as it is now, on record, and with it whether its result is settled."""
    await work.cases.save(case)
    await work.audit(f"follow-up:case:{what}", case.visit_id, case=case.case_id)
    await settle(work, case.result_id)
    return case


async def _tell_the_visit(work: Work, case: Case, message: Wire) -> None:
    visit = await work.visits.get(case.visit_id)
    for department in visit.departments:
        await work.post.to_department(
            department, message, subject=case.case_id, correlation=case.visit_id
        )


async def _require_free_number(work: Work, case: Case, number: str) -> None:
    """Refuse a number that the organ has given to another decision, an undone one included."""
    bearer = await bearer_of(work, case.department, number)
    if bearer is not None:
        raise RuleBrokenError(Rule.DECISION_NUMBER_TAKEN, number=number, case=bearer)


async def _policy_of(work: Work, case: Case) -> Policy:
    drawn = await work.rounds.find(case.round_id)
    return await policy_of_round(work, drawn) if drawn else work.policy
