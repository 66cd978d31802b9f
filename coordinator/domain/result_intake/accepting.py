"""What a report of findings must satisfy before it counts (2-rules.md 2.6)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from contracts.results import Finding, FindingsSubmitted
from coordinator.domain.dispatch import TeamMember, Visit, VisitCheck
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.policy import Policy
from coordinator.domain.registers import CheckItem, Inspector
from coordinator.domain.registers.item_checks import why_not_valid


@dataclass(frozen=True, kw_only=True)
class Report:
    """One version of a department's findings, kept for ever."""

    report_id: str
    visit_id: str
    department: str
    version: int
    entered_by: str
    visited_date: date
    present: tuple[str, ...]
    entity_opinion: str | None
    findings: tuple[Finding, ...]
    received_at: datetime


@dataclass(frozen=True, kw_only=True)
class Result:
    """The standing result of one item on one object, by the department that checked."""

    result_id: str
    round_id: str
    visit_id: str
    department: str
    object_id: str
    object_name: str
    item: str
    item_name: str
    version: int
    checked: bool
    method: str
    result_codes: tuple[str, ...]
    problem: str | None
    legal_basis: str | None
    follow_up: tuple[str, ...]
    visited_date: date
    has_problem: bool
    approved: bool = False
    disclosed: bool = False


@dataclass(frozen=True)
class Assignment:
    """What a department was sent to do: its checks and its seats in the team."""

    visit: Visit
    checks: tuple[VisitCheck, ...]
    team: tuple[TeamMember, ...]
    quota: int
    today: date
    items: Mapping[str, CheckItem]
    officers: Mapping[str, Inspector] = field(default_factory=dict)

    def uncertified(self, people: Collection[str], day: date) -> list[str]:
        """Give who of these people had no valid certificate on the day of the visit (2.0)."""
        known = (self.officers[code] for code in sorted(people) if code in self.officers)
        return [each.inspector_id for each in known if not each.is_certified(day, day)]

    def lapsed(self, visited_date: date) -> frozenset[str]:
        """Give the items that were not valid on the day of the visit: nothing may be recorded."""
        codes = {check.item for check in self.checks}
        return frozenset(
            code
            for code in codes
            if why_not_valid(self.items.get(code), visited_date, visited_date) is not None
        )


def accept_report(report: FindingsSubmitted, assignment: Assignment, policy: Policy) -> None:
    """Refuse a report that breaks a rule of the field; the error names item, field and rule.

    An item that ended before the visit takes no finding, and none is missed.
    """
    _people(report, assignment)
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
    for finding in report.findings:
        check_finding(finding, policy)


def has_problem(finding: Finding, policy: Policy) -> bool:
    """Say whether any of the result codes is one that needs handling."""
    codes = (policy.result_code(code) for code in finding.result_codes)
    return any(entry is not None and entry.problem for entry in codes)


def check_finding(finding: Finding, policy: Policy) -> None:
    """Refuse unknown or contradicting codes, and a problem without words or basis."""
    where = {"object": finding.object_id, "item": finding.item}
    if not finding.result_codes or not finding.follow_up:
        raise RuleBrokenError(Rule.RESULT_CODE_MISSING, **where)
    known = {entry.code: entry for entry in policy.result_codes}
    _known(finding.result_codes, known, "result_codes", where)
    after = {entry.code: entry for entry in policy.follow_up_codes}
    _known(finding.follow_up, after, "follow_up", where)
    for code in finding.result_codes:
        clash = set(known[code].excludes) & set(finding.result_codes) - {code}
        if clash:
            raise RuleBrokenError(Rule.RESULTS_CONTRADICT, codes=[code, *sorted(clash)], **where)
    clean = sorted(code for code in finding.result_codes if known[code].excludes)
    if clean and not finding.checked:
        raise RuleBrokenError(Rule.RESULTS_CONTRADICT, codes=["unchecked", *clean], **where)
    problem = has_problem(finding, policy)
    worded = (finding.problem or "").strip() and (finding.legal_basis or "").strip()
    if problem and not worded:
        raise RuleBrokenError(Rule.PROBLEM_WITHOUT_WORDS, **where)
    unsolved = any(known[code].problem and not known[code].closes for code in finding.result_codes)
    if unsolved and not all(after[code].open for code in finding.follow_up):
        raise RuleBrokenError(Rule.PROBLEM_WITHOUT_FOLLOW_UP, **where)


def _known(codes: Iterable[str], table: Collection[str], field: str, where: dict[str, str]) -> None:
    for code in codes:
        if code not in table:
            raise RuleBrokenError(Rule.CODE_UNKNOWN, field=field, code=code, **where)


def _people(report: FindingsSubmitted, assignment: Assignment) -> None:
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
    if not assignment.visit.desk and len(present) < assignment.quota:
        raise RuleBrokenError(
            Rule.TOO_FEW_OFFICERS,
            department=report.department,
            present=len(present),
            wanted=assignment.quota,
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
