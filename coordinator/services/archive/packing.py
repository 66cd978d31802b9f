"""Putting a task into the archive: the whole task first, later what has changed since."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from contracts.draw_proof import canonical_json
from coordinator.domain.archive import (
    Package,
    chain_digest,
    changed_sections,
    kept_until,
    kind_of,
    plain,
    section_digests,
)
from coordinator.domain.lifecycle import PackageState
from coordinator.services import policies
from coordinator.services.archive.duties_done import duties_done
from coordinator.services.archive.sections import Contents, contents_of
from coordinator.services.ports import Work

_KIND = "onevisit-archive/v2"
_SERIES = "archive"
_DUTIES = "duties"


async def archive_task(work: Work, visit_id: str) -> Package | None:
    """Put everything about a task into the archive; None where nothing changed since the last time.

    The first package of a task holds all of it, each later one the parts that are not as they were.
    A task that was destroyed gets no further one.
    """
    former = await packages_of(work, visit_id)
    if any(each.state is PackageState.DESTROYED for each in former):
        return None
    contents = await contents_of(work, visit_id)
    done = [asdict(each) for each in await duties_done(work, contents)]
    sections: dict[str, Any] = {**contents, _DUTIES: plain(done)}
    digests = section_digests(sections)
    changed = changed_sections(former[-1].sections if former else {}, digests)
    if not changed:
        return None
    kept = {name: sections[name] for name in changed}
    package = await _package(work, visit_id, (contents, kept, digests), former)
    await work.packages.add([package])
    what = "archived" if package.supplements is None else "supplemented"
    await work.audit(
        f"archive:task:{what}",
        visit_id,
        number=package.number,
        digest=package.digest,
        sections=list(changed),
    )
    return package


async def packages_of(work: Work, visit_id: str) -> tuple[Package, ...]:
    """Give the packages of a task, the first one first."""
    return tuple(await work.packages.where(visit_id=visit_id))


async def _package(
    work: Work,
    visit_id: str,
    said: tuple[Contents, Mapping[str, Any], Mapping[str, str]],
    former: Sequence[Package],
) -> Package:
    contents, kept, digests = said
    number = await work.next_number(_SERIES)
    before = await work.packages.find(number - 1)
    previous = before.digest if before else ""
    first = former[0] if former else None
    visit = await work.visits.get(visit_id)
    body = canonical_json(
        {
            "kind": _KIND,
            "number": number,
            "visit_id": visit_id,
            "archived_at": work.now().isoformat(),
            "supplements": None if first is None else plain(_named(first)),
            "audit": await _anchor(work),
            "sections": kept,
        }
    )
    digest = chain_digest(previous, body)
    kind = kind_of(contents)
    rules = (await policies.policy_of_visit(work, visit)).archive
    return Package(
        number=number,
        visit_id=visit_id,
        round_id=visit.round_id,
        body=body,
        previous=previous,
        digest=digest,
        signature=work.signer.sign(digest.encode()),
        archived_at=work.now(),
        supplements=None if first is None else first.number,
        sections=digests,
        kind=kind,
        retain_until=kept_until(kind, work.today(), rules),
    )


def _named(package: Package) -> dict[str, Any]:
    return {"number": package.number, "digest": package.digest}


async def _anchor(work: Work) -> dict[str, Any]:
    """Give where the audit chain stands: a package that left the office vouches for it too."""
    number, digest = await work.audit_chain.head()
    return {"number": number, "digest": digest}
