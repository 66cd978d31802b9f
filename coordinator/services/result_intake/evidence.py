"""Files of evidence: a report names them by hash, and only the same file is taken in later."""

from contracts.results import Evidence
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.result_intake import (
    StoredEvidence,
    evidence_of,
    require_same_file,
    require_standing,
    stored_key,
)
from coordinator.services.access import require_department
from coordinator.services.ports import Work


async def store_evidence(
    work: Work, visit_id: str, department: str, sha256: str, body: bytes
) -> StoredEvidence:
    """Keep the file of a piece of evidence, as the department whose report lists it.

    Raises EVIDENCE_UNKNOWN when no version of its report does, EVIDENCE_DIFFERS for another file,
    EVIDENCE_DESTROYED for one whose term was over.
    """
    actor = require_department(work, department)
    known = await work.stored_evidence.find(stored_key(visit_id, department, sha256))
    require_standing(known, work.day_of)
    listed = await _listed(work, visit_id, department, sha256)
    require_same_file(listed, body)
    stored = StoredEvidence(
        evidence_id=stored_key(visit_id, department, sha256),
        visit_id=visit_id,
        department=department,
        sha256=sha256,
        media_type=listed.media_type,
        size=listed.size,
        stored_by=actor.name,
        stored_at=work.now(),
    )
    work.shelf.keep_evidence(sha256, body)
    await work.stored_evidence.save(stored)
    await work.audit(
        "result-intake:evidence:stored", visit_id, department=department, sha256=sha256
    )
    return stored


async def open_evidence(
    work: Work, visit_id: str, department: str, sha256: str
) -> tuple[StoredEvidence, bytes]:
    """Give a stored file with its bytes, compared again; who may see it is asked at the edge."""
    stored = await work.stored_evidence.find(stored_key(visit_id, department, sha256))
    require_standing(stored, work.day_of)
    body = work.shelf.evidence(sha256) if stored is not None else None
    if stored is None or body is None:
        raise RuleBrokenError(Rule.EVIDENCE_NOT_STORED, sha256=sha256)
    require_same_file(await _listed(work, visit_id, department, sha256), body)
    return stored, body


async def _listed(work: Work, visit_id: str, department: str, sha256: str) -> Evidence:
    for report in await work.reports.where(visit_id=visit_id, department=department):
        for each in evidence_of(report):
            if each.sha256 == sha256:
                return each
    raise RuleBrokenError(Rule.EVIDENCE_UNKNOWN, visit=visit_id, sha256=sha256)
