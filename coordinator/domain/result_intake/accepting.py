"""What a report of findings must satisfy before it counts (2-rules.md 2.6)."""

from collections.abc import Collection

from contracts.results import FindingsSubmitted
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.policy import Policy
from coordinator.domain.registers.item_checks import why_not_valid
from coordinator.domain.result_intake.answers import require_answers, require_method
from coordinator.domain.result_intake.drafts import require_disputes, require_drafts
from coordinator.domain.result_intake.findings import (
    check_finding,
    codes_on,
    require_consistent,
)
from coordinator.domain.result_intake.proofs import require_proofs
from coordinator.domain.result_intake.values import Assignment


def accept_report(report: FindingsSubmitted, assignment: Assignment, policy: Policy) -> None:
    """Refuse a report that breaks a rule of the field; the error names item, field and rule.

    An item that ended before the visit takes no finding, and none is missed. The table of result
    codes in force on the day of the visit decides.
    """
    _people(report, assignment, policy.fieldwork.officers_present_min)
    _dates(report, assignment)
    lapsed = assignment.lapsed(report.visited_date)
    _items(report, assignment, lapsed)
    wanted = {(c.object_id, c.item) for c in assignment.checks if c.item not in lapsed}
    found = [(finding.object_id, finding.item) for finding in report.findings]
    if extra := sorted(set(found) - wanted):
        raise RuleBrokenError(Rule.FINDING_NOT_ASKED, object=extra[0][0], item=extra[0][1])
    if missing := sorted(wanted - set(found)):
        raise RuleBrokenError(Rule.FINDING_MISSING, object=missing[0][0], item=missing[0][1])
    if len(set(found)) != len(found):
        raise RuleBrokenError(Rule.FINDING_REPEATED, visit=report.visit_id)
    methods = [each.name for each in policy.methods]
    for finding in report.findings:
        check_finding(finding, policy, report.visited_date)
        require_method(finding, assignment, methods)
        require_answers(report.department, finding, assignment)
    require_consistent(report.findings, codes_on(policy, report.visited_date))
    require_proofs(report, assignment, policy.fieldwork)
    require_drafts(report, assignment, policy)
    require_disputes(report, assignment, policy)


def _people(report: FindingsSubmitted, assignment: Assignment, least: int) -> None:
    officers = {
        member.person_id
        for member in assignment.team
        if member.department == report.department and member.is_officer
    }
    if report.entered_by not in officers:
        raise RuleBrokenError(
            Rule.ENTERED_BY_OUTSIDER, person=report.entered_by, department=report.department
        )
    present = officers & set(report.present)
    if lapsed := assignment.uncertified({*present, report.entered_by}, report.visited_date):
        raise RuleBrokenError(
            Rule.MEMBER_NOT_CERTIFIED,
            person=lapsed[0],
            department=report.department,
            date=report.visited_date.isoformat(),
        )
    wanted = max(assignment.quota, least)
    if not assignment.visit.desk and len(present) < wanted:
        raise RuleBrokenError(
            Rule.TOO_FEW_OFFICERS,
            department=report.department,
            present=len(present),
            wanted=wanted,
        )


def _items(report: FindingsSubmitted, assignment: Assignment, lapsed: Collection[str]) -> None:
    day = report.visited_date
    for finding in report.findings:
        if finding.item not in lapsed:
            continue
        why = why_not_valid(assignment.items.get(finding.item), day, day)
        where = {"visit": report.visit_id, "object": finding.object_id, "item": finding.item}
        if not why:
            raise RuleBrokenError(Rule.VISIT_ITEM_NOT_PUBLISHED, **where)
        raise RuleBrokenError(Rule.FINDING_ITEM_NOT_VALID, date=day.isoformat(), **{**why, **where})


def _dates(report: FindingsSubmitted, assignment: Assignment) -> None:
    visit = assignment.visit
    last_day = min(visit.date_to, assignment.today)
    if not visit.date_from <= report.visited_date <= last_day:
        raise RuleBrokenError(
            Rule.OUTSIDE_WINDOW,
            visit=visit.visit_id,
            date=report.visited_date.isoformat(),
            window=[visit.date_from.isoformat(), last_day.isoformat()],
        )
