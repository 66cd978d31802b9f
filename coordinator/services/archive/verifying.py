"""Checking the archive: every package's hash, signature, place in the chain, and audit anchor."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

from coordinator.domain.archive import ArchiveFlaw, Package, PackageFlaw, chain_digest
from coordinator.domain.lifecycle import PackageState
from coordinator.services.access import require_reader
from coordinator.services.archive.keeping import DESTROYED
from coordinator.services.ports import Query, Work

_AT_ONCE = 20  # packages are large


@dataclass(frozen=True, kw_only=True)
class ArchiveState:
    """What a look at every package found."""

    number_of_packages: int
    number_destroyed: int
    flaws: tuple[ArchiveFlaw, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing was found."""
        return not self.flaws


async def verify_archive(work: Work) -> ArchiveState:
    """Look at every package from the first on."""
    require_reader(work)
    keys = office_keys(work)
    last = await _last_archived(work)  # asked first: what is archived meanwhile is not missing
    flaws: list[ArchiveFlaw] = []
    due, previous, found, destroyed = 1, "", 0, 0
    async for package in _packages(work):
        flaws += [
            ArchiveFlaw(kind=PackageFlaw.REMOVED, number=n) for n in range(due, package.number)
        ]
        if package.number == due and package.previous != previous:
            flaws.append(ArchiveFlaw(kind=PackageFlaw.UNLINKED, number=package.number))
        flaws += [
            ArchiveFlaw(kind=kind, number=package.number)
            for kind in await flaws_of(work, package, keys)
        ]
        destroyed += package.state is PackageState.DESTROYED
        due, previous, found = package.number + 1, package.digest, found + 1
    flaws += [ArchiveFlaw(kind=PackageFlaw.END_REMOVED, number=n) for n in range(due, last + 1)]
    return ArchiveState(number_of_packages=found, number_destroyed=destroyed, flaws=tuple(flaws))


async def flaws_of(work: Work, package: Package, keys: tuple[str, ...]) -> list[PackageFlaw]:
    """Say what is wrong with one package by itself."""
    flaws = []
    if not any(work.signer.verify(package.digest.encode(), package.signature, k) for k in keys):
        flaws.append(PackageFlaw.UNSIGNED)
    if package.state is PackageState.DESTROYED:
        told = await work.audit_entries.where(tag=DESTROYED, subject=package.visit_id)
        if not any(each.facts.get("digest") == package.digest for each in told):
            flaws.append(PackageFlaw.DESTROYED_UNRECORDED)
    elif chain_digest(package.previous, package.body) != package.digest:
        flaws.append(PackageFlaw.CHANGED)
    elif not await _is_anchored(work, package):
        flaws.append(PackageFlaw.AUDIT_DIFFERS)
    return flaws


def office_keys(work: Work) -> tuple[str, ...]:
    """Give the office's published keys as JSON texts.

    A revoked one too: every later package names this one's digest, and checkpoints the audit chain
    that tells of it.
    """
    return tuple(json.dumps(dict(key)) for key in work.signer.published_keys()["keys"])


async def _is_anchored(work: Work, package: Package) -> bool:
    """Say whether the audit chain still holds the entry that stood last when it was packed."""
    anchor = json.loads(package.body).get("audit")
    if not anchor or not anchor["number"]:
        return True  # packed before packages named it
    entry = await work.audit_entries.find(anchor["number"])
    return entry is not None and entry.digest == anchor["digest"]


async def _packages(work: Work) -> AsyncIterator[Package]:
    offset, total = 0, 1
    while offset < total:
        page = await work.packages.page(Query(order="number", offset=offset, limit=_AT_ONCE))
        for package in page.values:
            yield package
        offset, total = offset + _AT_ONCE, page.total


async def _last_archived(work: Work) -> int:
    """Give the last number that the audit chain says a package was given."""
    last = 0
    for tag in ("archive:task:archived", "archive:task:supplemented"):
        query = Query(equals={"tag": tag}, order="number", descending=True, limit=1)
        for entry in (await work.audit_entries.page(query)).values:
            last = max(last, int(entry.facts["number"]))
    return last
