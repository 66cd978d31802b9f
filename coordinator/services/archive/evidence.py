"""Evidence files at the end of their term: they go with the packages of their task, on record.

First the record, then the bytes: what is destroyed opens to nobody from that moment on, and its
file goes once the record stands.
"""

from collections.abc import Sequence
from dataclasses import replace

from coordinator.domain.archive import Package
from coordinator.domain.lifecycle import EVIDENCE_MOVES, EvidenceState, move
from coordinator.domain.result_intake import StoredEvidence, evidence_of
from coordinator.services.access import require_office
from coordinator.services.ports import Work

DESTROYED = "archive:evidence:destroyed"


async def destroy_evidence(work: Work, package: Package) -> Sequence[StoredEvidence]:
    """Put on record that the files of a task are destroyed, by its package's two persons.

    Called beside the verb that destroys the packages, which asks who may do it.
    """
    files = await work.stored_evidence.where(visit_id=package.visit_id, state=EvidenceState.KEPT)
    if not files:
        return ()
    changed = [
        replace(
            each,
            state=_moved(each, EvidenceState.DESTROYED),
            destroyed_by=package.destroyed_by,
            destroyed_at=package.destroyed_at,
            protocol=package.protocol,
        )
        for each in files
    ]
    await work.stored_evidence.save(*changed)
    names = await _names(work, package.visit_id)
    await work.audit(
        DESTROYED,
        package.visit_id,
        number=package.number,
        reason="term-over",
        protocol=package.protocol,
        proposed_by=package.proposed_by,
        files=[{"sha256": each.sha256, "name": names.get(each.sha256, "")} for each in changed],
    )
    return changed


async def files_to_drop(work: Work) -> bool:
    """Say whether bytes of destroyed evidence are still there."""
    return bool(await work.stored_evidence.count(state=EvidenceState.DESTROYED))


async def drop_files(work: Work) -> int:
    """Remove the bytes of destroyed evidence; gives how many files went.

    The same bytes may be evidence of another task: then they stay for that one.
    """
    require_office(work)
    destroyed = await work.stored_evidence.where(state=EvidenceState.DESTROYED)
    hashes = {each.sha256 for each in destroyed}
    kept = await work.stored_evidence.where(sha256=hashes, state=EvidenceState.KEPT)
    gone = hashes - {each.sha256 for each in kept}
    for sha256 in sorted(gone):
        work.shelf.drop_evidence(sha256)
    await work.stored_evidence.save(
        *(replace(each, state=_moved(each, EvidenceState.DROPPED)) for each in destroyed)
    )
    return len(gone)


def _moved(file: StoredEvidence, wanted: EvidenceState) -> EvidenceState:
    return move(EVIDENCE_MOVES, file.state, wanted, of=file.evidence_id)


async def _names(work: Work, visit_id: str) -> dict[str, str]:
    """Give the names under which the reports of a visit list their files, by hash."""
    return {
        each.sha256: each.name or ""
        for report in await work.reports.where(visit_id=visit_id)
        for each in evidence_of(report)
    }
