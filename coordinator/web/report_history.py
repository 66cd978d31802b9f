"""A department's report of a visit, version by version, for those who may see it."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.results import Evidence, ExpertDraft, Finding
from coordinator.domain.dispatch import DepartmentTask, Visit, task_id
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.result_intake import (
    FindingChange,
    Report,
    StoredEvidence,
    changes_between,
    stored_key,
)
from coordinator.domain.review import Hearing, ReviewDecision
from coordinator.services.ports import Actor, Role, Work
from coordinator.web.reach import open_rounds, require_own, seen_visit


@dataclass(frozen=True)
class EvidenceSeen:
    """A piece of evidence of a version, and its file, where that was brought."""

    item: str
    object_id: str
    evidence: Evidence
    file: StoredEvidence | None

    @property
    def stored(self) -> bool:
        """Whether the file can be opened."""
        return self.file is not None and self.file.destroyed_at is None


@dataclass(frozen=True)
class VersionSeen:
    """One version of a report: what it changed, what was decided about it, what proves it."""

    report: Report
    changes: tuple[FindingChange, ...]
    decisions: tuple[ReviewDecision, ...]
    hearings: tuple[Hearing, ...]
    evidence: tuple[EvidenceSeen, ...]

    @property
    def hearing(self) -> Hearing | None:
        """The note of the collective hearing that stands: the last one."""
        return self.hearings[-1] if self.hearings else None


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
    hearings = sorted(await work.hearings.where(**where), key=lambda each: each.noted_at)
    files = await work.stored_evidence.where(**where)
    stored = {each.evidence_id: each for each in files}
    seen, before = [], None
    for report in reports:
        own = [each for each in decisions if each.version == report.version]
        seen.append(
            VersionSeen(
                report,
                changes_between(before, report) if before else (),
                tuple(sorted(own, key=lambda each: each.decided_at)),
                tuple(each for each in hearings if each.version == report.version),
                _evidence(report, stored),
            )
        )
        before = report
    return tuple(reversed(seen))


def _evidence(report: Report, stored: Mapping[str, StoredEvidence]) -> tuple[EvidenceSeen, ...]:
    """Give every file once for an item, whether a finding or an expert's draft names it."""
    said: tuple[Finding | ExpertDraft, ...] = (*report.drafts, *report.findings)
    listed = {(one.object_id, one.item, each.sha256): each for one in said for each in one.evidence}
    return tuple(
        EvidenceSeen(
            item,
            object_id,
            each,
            stored.get(stored_key(report.visit_id, report.department, sha256)),
        )
        for (object_id, item, sha256), each in listed.items()
    )
