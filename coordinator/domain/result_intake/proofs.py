"""What proves a report: evidence by hash, the full-process record, a signature or its refusal."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from contracts.results import Evidence, FindingsSubmitted
from contracts.vocabulary import EvidenceKind
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import EvidenceState
from coordinator.domain.policy import FieldworkPolicy
from coordinator.domain.result_intake.values import Assignment, Report
from coordinator.domain.working_days import DayOf

_ON_SITE = (EvidenceKind.PHOTO, EvidenceKind.VIDEO)


@dataclass(frozen=True, kw_only=True)
class StoredEvidence:
    """A file that was brought to a piece of evidence, after its hash was compared.

    Destroyed with its task's packages, it keeps its hash, who destroyed it and by which protocol.
    """

    evidence_id: str
    visit_id: str
    department: str
    sha256: str
    media_type: str
    size: int
    stored_by: str
    stored_at: datetime
    state: EvidenceState = EvidenceState.KEPT
    destroyed_by: str | None = None
    destroyed_at: datetime | None = None
    protocol: str | None = None


def stored_key(visit_id: str, department: str, sha256: str) -> str:
    """Name a stored file of a department's report."""
    return f"{visit_id}.{department}.{sha256}"


def require_proofs(
    report: FindingsSubmitted, assignment: Assignment, policy: FieldworkPolicy
) -> None:
    """Refuse evidence of another day or hand, wrong records, and what the profile misses.

    Who takes evidence or notes a refusal was present; days are those where the office is.
    """
    here = set(report.present)
    for finding in report.findings:
        seen: set[str] = set()
        for each in finding.evidence:
            if each.sha256 in seen:
                raise RuleBrokenError(
                    Rule.EVIDENCE_REPEATED, visit=report.visit_id, sha256=each.sha256
                )
            seen.add(each.sha256)
            _require_own(each, report, here, assignment.day_of)
    for draft in report.drafts:
        for each in draft.evidence:
            _require_own(each, report, here, assignment.day_of)
    _require_records(report, policy, assignment.day_of)
    _require_signature(report, here & assignment.own_officers, policy)


def evidence_of(report: Report) -> Iterator[Evidence]:
    """Yield the evidence that a report lists, finding by finding, and that of experts' drafts."""
    for finding in report.findings:
        yield from finding.evidence
    for draft in report.drafts:
        yield from draft.evidence


def require_standing(stored: StoredEvidence | None, day_of: DayOf) -> None:
    """Refuse a file that was destroyed after its term: it neither opens nor comes back."""
    if stored is not None and stored.destroyed_at is not None:  # its bytes may be dropped or not
        raise RuleBrokenError(
            Rule.EVIDENCE_DESTROYED,
            sha256=stored.sha256,
            date=day_of(stored.destroyed_at).isoformat(),
            protocol=stored.protocol,
        )


def require_same_file(listed: Evidence, body: bytes) -> None:
    """Refuse a file of another hash or size than the report named."""
    found = hashlib.sha256(body).hexdigest()
    if found != listed.sha256:
        raise RuleBrokenError(
            Rule.EVIDENCE_DIFFERS, field="sha256", expected=listed.sha256, found=found
        )
    if len(body) != listed.size:
        raise RuleBrokenError(
            Rule.EVIDENCE_DIFFERS, field="size", expected=listed.size, found=len(body)
        )


def _require_own(each: Evidence, report: FindingsSubmitted, here: set[str], day_of: DayOf) -> None:
    if each.taken_by not in here and each.kind in _ON_SITE:
        raise RuleBrokenError(
            Rule.EVIDENCE_TAKEN_BY,
            sha256=each.sha256,
            person=each.taken_by,
            visit=report.visit_id,
        )
    taken = day_of(each.taken_at)
    if each.kind in _ON_SITE and taken != report.visited_date:
        raise RuleBrokenError(
            Rule.EVIDENCE_OTHER_DAY,
            sha256=each.sha256,
            taken=taken.isoformat(),
            visited=report.visited_date.isoformat(),
        )


def _require_records(report: FindingsSubmitted, policy: FieldworkPolicy, day_of: DayOf) -> None:
    if policy.process_record and not report.process_records:
        raise RuleBrokenError(Rule.PROCESS_RECORD_MISSING, visit=report.visit_id)
    for each in report.process_records:
        in_order = each.began_at < each.ended_at
        if not in_order or day_of(each.began_at) != report.visited_date:
            raise RuleBrokenError(
                Rule.PROCESS_RECORD_TIMES,
                device=each.device,
                begin=each.began_at.isoformat(),
                end=each.ended_at.isoformat(),
                visited=report.visited_date.isoformat(),
            )


def _require_signature(
    report: FindingsSubmitted, officers: set[str], policy: FieldworkPolicy
) -> None:
    signature = report.signature
    if signature is None:
        if policy.entity_signature:
            raise RuleBrokenError(Rule.SIGNATURE_MISSING, visit=report.visit_id)
        return
    if not signature.refused:
        if not (signature.name or "").strip():
            raise RuleBrokenError(Rule.SIGNATURE_MISSING, visit=report.visit_id)
        return
    found = len(officers & set(signature.witnesses))
    if found < policy.refusal_witnesses:
        raise RuleBrokenError(Rule.REFUSAL_WITNESSES, found=found, wanted=policy.refusal_witnesses)
