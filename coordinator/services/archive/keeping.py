"""Retention: when a task's term is over two persons may destroy it; hash and protocol stay."""

from collections.abc import Sequence
from dataclasses import replace

from coordinator.domain.archive import Package, longest, still_open
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lifecycle import PACKAGE_MOVES, PackageState, move
from coordinator.domain.lottery.ceremony import another_person
from coordinator.services.access import require_office, require_office_approver
from coordinator.services.archive.evidence import destroy_evidence
from coordinator.services.archive.packing import packages_of
from coordinator.services.archive.sections import contents_of
from coordinator.services.ports import Work


async def propose_destruction(work: Work, number: int, protocol: str) -> Package:
    """Propose to destroy all packages of a task, naming the protocol; after the term only."""
    actor = require_office(work)
    packages = await _task_of(work, number)
    until = longest(each.retain_until for each in packages)
    if until is None or until >= work.today():
        raise RuleBrokenError(
            Rule.STILL_TO_BE_KEPT, number=number, until=until.isoformat() if until else "-"
        )
    await _require_over(work, number, packages[0].visit_id)
    why = given(protocol, "protocol", str(number)).strip()
    changed = [
        replace(
            each,
            state=_moved(each, PackageState.DESTRUCTION_PROPOSED),
            proposed_by=actor.name,
            proposed_at=work.now(),
            protocol=why,
        )
        for each in packages
    ]
    await work.packages.save(*changed)
    await work.audit("archive:destruction:proposed", changed[0].visit_id, protocol=why)
    return changed[0]


async def keep_package(work: Work, number: int, reason: str) -> Package:
    """Keep a task although its destruction was proposed."""
    require_office(work)
    why = given(reason, "reason", str(number)).strip()
    changed = [
        replace(
            each,
            state=_moved(each, PackageState.KEPT),
            proposed_by=None,
            proposed_at=None,
            protocol=None,
        )
        for each in await _task_of(work, number)
    ]
    await work.packages.save(*changed)
    await work.audit("archive:destruction:rejected", changed[0].visit_id, reason=why)
    return changed[0]


async def destroy_package(work: Work, number: int) -> Package:
    """Destroy a task's packages and evidence files, as the second person.

    Digests, names, hashes and the protocol stay.
    """
    actor = require_office_approver(work)
    packages = await _task_of(work, number)
    another_person(packages[0].proposed_by, actor.name, "destroy-package")
    await _require_over(work, number, packages[0].visit_id)
    changed = [
        replace(
            each,
            state=_moved(each, PackageState.DESTROYED),
            body=b"",
            destroyed_by=actor.name,
            destroyed_at=work.now(),
        )
        for each in packages
    ]
    await work.packages.save(*changed)
    for each in changed:
        await work.audit(
            DESTROYED,
            each.visit_id,
            number=each.number,
            digest=each.digest,
            protocol=each.protocol,
            proposed_by=each.proposed_by,
        )
    await destroy_evidence(work, changed[0])
    return changed[0]


DESTROYED = "archive:package:destroyed"


async def what_holds(work: Work, visit_id: str) -> tuple[str, ...]:
    """Name the parts of a task of which something is not over yet."""
    return still_open(await contents_of(work, visit_id))


async def _require_over(work: Work, number: int, visit_id: str) -> None:
    """Refuse to destroy what an objection, a review, a case or an order may still need."""
    if held := await what_holds(work, visit_id):
        raise RuleBrokenError(Rule.TASK_STILL_OPEN, number=number, held=held)


async def _task_of(work: Work, number: int) -> Sequence[Package]:
    found = await work.packages.get(number)
    return await packages_of(work, found.visit_id)


def _moved(package: Package, wanted: PackageState) -> PackageState:
    return move(PACKAGE_MOVES, package.state, wanted, of=f"archive {package.number}")
