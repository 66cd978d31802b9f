"""Archive: the whole task of a visit as one signed package, chained to the package before."""

from typing import Any

from pydantic_core import to_jsonable_python

from contracts.draw_proof import canonical_json
from coordinator.domain.archive import Package, chain_digest
from coordinator.services.ports import Work


async def archive_task(work: Work, visit_id: str) -> Package:
    """Put everything about a finished visit into the archive."""
    visit = await work.visits.get(visit_id)
    checks = await work.checks.where(visit_id=visit_id)
    content: dict[str, Any] = {
        "visit": visit,
        "checks": checks,
        "recognised": await work.recognitions.where(
            round_id=visit.round_id, object_id={check.object_id for check in checks}
        ),
        "team": await work.team.where(visit_id=visit_id),
        "tasks": await work.tasks.where(visit_id=visit_id),
        "reports": await work.reports.where(visit_id=visit_id),
        "disclosures": await work.disclosures.where(visit_id=visit_id),
    }
    body = canonical_json(_plain(to_jsonable_python(content)))
    number = await work.next_number("archive")
    previous = await work.packages.find(number - 1)
    digest = chain_digest(previous.digest if previous else "", body)
    package = Package(
        number=number,
        visit_id=visit_id,
        round_id=visit.round_id,
        body=body,
        previous=previous.digest if previous else "",
        digest=digest,
        signature=work.signer.sign(digest.encode()),
        archived_at=work.now(),
    )
    await work.packages.add([package])
    await work.audit("archive:task:archived", visit_id, number=number, digest=digest)
    return package


def _plain(value: Any) -> Any:
    """Write truth values as 0 and 1: canonical documents hold text, integers and null only."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list) else value
