"""Daily reconciliation: what a platform says it holds, compared with what it accepted from us."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from coordinator.domain.exchange import Reconciliation, compare, digest_of_file, read_list
from coordinator.domain.lifecycle import ExchangeState
from coordinator.services.access import require_office
from coordinator.services.exchange.sending import platform_named
from coordinator.services.ports import Query, Work

_AT_ONCE = 5000


@dataclass(frozen=True)
class PlatformList:
    """A platform's list of one day, cell by cell, with the bytes that it was read from."""

    platform: str
    day: date
    name: str
    content: bytes
    rows: Sequence[Sequence[str]]


async def reconcile(work: Work, listed: PlatformList) -> Reconciliation:
    """Compare a platform's list with ours and keep what differs; the same list once.

    Ours is what the platform has accepted; what was sent and has no receipt yet is no difference
    where it stands there already. Raises EXCHANGE_FILE_UNREADABLE.
    """
    require_office(work)
    platform = platform_named(work, listed.platform)
    theirs = read_list(listed.name, listed.rows)
    digest = digest_of_file(listed.content)
    key = f"{platform.code}.{listed.day.isoformat()}.{digest[:16]}"
    known = await work.reconciliations.find(key)
    if known is not None:
        return known
    ours = await _accepted(work, platform.code)
    missing, unknown, different = compare(ours, theirs)
    on_the_way = await _on_the_way(work, theirs, unknown)
    found = Reconciliation(
        reconciliation_id=key,
        platform=platform.code,
        day=listed.day,
        file_name=listed.name,
        digest=digest,
        made_by=work.actor.name,
        made_at=work.now(),
        ours=len(ours),
        theirs=len(theirs),
        missing=missing,
        unknown=tuple(each for each in unknown if each not in on_the_way),
        different=different,
    )
    await work.reconciliations.add([found])
    await work.audit(
        "exchange:day:reconciled",
        key,
        missing=len(missing),
        unknown=len(found.unknown),
        different=len(different),
    )
    return found


async def _accepted(work: Work, platform: str) -> Mapping[str, str]:
    """Give the digests of what a platform has accepted, read page by page and without content."""
    query = Query(equals={"platform": platform, "state": ExchangeState.ACCEPTED}, limit=_AT_ONCE)
    ours: dict[str, str] = {}
    while found := (await work.exchange_digests.page(replace(query, offset=len(ours)))).values:
        ours.update({each.record_id: each.digest for each in found})
    return ours


async def _on_the_way(
    work: Work, theirs: Mapping[str, str], unknown: Sequence[str]
) -> frozenset[str]:
    """Give what stands there already, as it was sent, and only its receipt is missing."""
    sent = await work.exchange_digests.where(record_id=set(unknown), state=ExchangeState.SENT)
    return frozenset(each.record_id for each in sent if theirs[each.record_id] == each.digest)
