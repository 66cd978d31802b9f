"""A department's report of a visit, version by version, for those who may see it."""

from dataclasses import dataclass

from contracts.results import Evidence
from coordinator.domain.dispatch import DepartmentTask, Visit, task_id
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.result_intake import (
    FindingChange,
    Report,
    changes_between,
    evidence_of,
    stored_key,
)
from coordinator.domain.review import Hearing, ReviewDecision
from coordinator.services.ports import Actor, Role, Work
from coordinator.web.reach import open_rounds, require_own, seen_visit


@dataclass(frozen=True)
class EvidenceSeen:
    """A piece of evidence of a version, and whether its file was brought."""

    item: str
    object_id: str
    evidence: Evidence
    stored: bool


@dataclass(frozen=True)
class VersionSeen:
    """One version of a report: what it changed, what was decided about it, what proves it."""

    report: Report
    changes: tuple[FindingChange, ...]
    decisions: tuple[ReviewDecision, ...]
    hearing: Hearing | None
    evidence: tuple[EvidenceSeen, ...]


@dataclass(frozen=True)
class ReportSeen:
    """A department's part of a visit with every version of its report, the latest first."""

    visit: Visit
    task: DepartmentTask
    versions: tuple[VersionSeen, ...]


async def report_seen(work: Work, actor: Actor, visit_id: str, department: str) -> ReportSeen:
    """Give what a person may see of a report; another organ's, or a covert one, is not found."""
    require_own(actor, department)
    visit, _is_open = await seen_visit(work, actor, visit_id)
    mine = actor.role is Role.DEPARTMENT and actor.department == department
    if not mine and visit.round_id not in await open_rounds(work):
        raise RuleBrokenError(Rule.NOT_FOUND, kind="report", key=visit_id)
    task = await work.tasks.get(task_id(visit_id, department))
    return ReportSeen(visit, task, await _versions(work, visit_id, department))


async def _versions(work: Work, visit_id: str, department: str) -> tuple[VersionSeen, ...]:
    where = {"visit_id": visit_id, "department": department}
    reports = sorted(await work.reports.where(**where), key=lambda each: each.version)
    decisions = await work.review_decisions.where(**where)
    hearings = {each.version: each for each in await work.hearings.where(**where)}
    stored = {each.evidence_id for each in await work.stored_evidence.where(**where)}
    seen, before = [], None
    for report in reports:
        own = [each for each in decisions if each.version == report.version]
        seen.append(
            VersionSeen(
                report,
                changes_between(before, report) if before else (),
                tuple(sorted(own, key=lambda each: each.decided_at)),
                hearings.get(report.version),
                _evidence(report, stored),
            )
        )
        before = report
    return tuple(reversed(seen))


def _evidence(report: Report, stored: set[str]) -> tuple[EvidenceSeen, ...]:
    return tuple(
        EvidenceSeen(
            finding.item,
            finding.object_id,
            each,
            stored_key(report.visit_id, report.department, each.sha256) in stored,
        )
        for finding in report.findings
        for each in finding.evidence
    )


def listed_evidence(seen: ReportSeen, sha256: str) -> Evidence:
    """Give a piece of evidence that any version lists, or EVIDENCE_UNKNOWN."""
    for version in seen.versions:
        for each in evidence_of(version.report):
            if each.sha256 == sha256:
                return each
    raise RuleBrokenError(Rule.EVIDENCE_UNKNOWN, visit=seen.visit.visit_id, sha256=sha256)
