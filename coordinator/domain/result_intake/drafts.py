"""Experts assist and never decide; disputes are settled before leaving and noted (2.6)."""

from collections.abc import Collection

from contracts.results import Dispute, ExpertDraft, Finding, FindingsSubmitted
from contracts.vocabulary import DisputeState
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.policy import Policy
from coordinator.domain.result_intake.findings import has_problem
from coordinator.domain.result_intake.values import Assignment


def require_drafts(report: FindingsSubmitted, assignment: Assignment, policy: Policy) -> None:
    """Refuse drafts that no expert of the visit made, or that no officer of the organ decided.

    What was adopted is a finding with a problem; what was not says why. The codes are current.
    """
    experts = {seat.person_id for seat in assignment.team if seat.expert}
    officers = _officers(report, assignment)
    asked = {(check.object_id, check.item) for check in assignment.checks}
    numbers = [draft.number for draft in report.drafts]
    for draft in report.drafts:
        if numbers.count(draft.number) > 1:
            raise RuleBrokenError(Rule.DRAFT_REPEATED, number=draft.number, visit=report.visit_id)
        if draft.expert not in experts:
            raise RuleBrokenError(
                Rule.DRAFT_NOT_BY_EXPERT, person=draft.expert, visit=report.visit_id
            )
        _require_decided(draft, officers, report.department)
        if (draft.object_id, draft.item) not in asked:
            raise RuleBrokenError(Rule.FINDING_NOT_ASKED, object=draft.object_id, item=draft.item)
        _require_found(draft, report, policy)


def require_disputes(report: FindingsSubmitted, assignment: Assignment, policy: Policy) -> None:
    """Refuse half a note on a dispute; a problem without any comes from an older agent."""
    officers = _officers(report, assignment)
    for finding in report.findings:
        if finding.dispute is not None:
            _require_noted(finding, finding.dispute, officers)
            disputed = finding.dispute.state is not DisputeState.NONE
            if disputed and not has_problem(finding, policy, report.visited_date):
                raise _incomplete(finding, "state")


def _officers(report: FindingsSubmitted, assignment: Assignment) -> set[str]:
    return {
        seat.person_id
        for seat in assignment.team
        if seat.department == report.department and seat.is_officer
    }


def _require_decided(draft: ExpertDraft, officers: Collection[str], department: str) -> None:
    if draft.decided_by not in officers:
        raise RuleBrokenError(
            Rule.DRAFT_DECIDED_BY_OUTSIDER,
            number=draft.number,
            person=draft.decided_by,
            department=department,
        )
    wanted = {
        "problem": draft.problem,
        "legal_basis": draft.legal_basis,
        "reason": "adopted" if draft.adopted else draft.reason,
    }
    for field, words in wanted.items():
        if not (words or "").strip():
            raise RuleBrokenError(Rule.DRAFT_INCOMPLETE, number=draft.number, field=field)


def _require_found(draft: ExpertDraft, report: FindingsSubmitted, policy: Policy) -> None:
    of_item = (
        each
        for each in report.findings
        if (each.object_id, each.item) == (draft.object_id, draft.item)
    )
    if draft.adopted and not any(
        has_problem(each, policy, report.visited_date) for each in of_item
    ):
        raise RuleBrokenError(
            Rule.DRAFT_NOT_A_FINDING, number=draft.number, object=draft.object_id, item=draft.item
        )


def _require_noted(finding: Finding, dispute: Dispute, officers: Collection[str]) -> None:
    if dispute.handled_by not in officers:
        raise _incomplete(finding, "handled_by")
    said = {"claim": dispute.claim, "settlement": dispute.settlement}
    for field, words in said.items():
        if bool((words or "").strip()) == (dispute.state is DisputeState.NONE):
            raise _incomplete(finding, field)
    if dispute.state is not DisputeState.NONE and dispute.handled_at is None:
        raise _incomplete(finding, "handled_at")


def _incomplete(finding: Finding, field: str) -> RuleBrokenError:
    where = {"object": finding.object_id, "item": finding.item}
    return RuleBrokenError(Rule.DISPUTE_INCOMPLETE, field=field, **where)
