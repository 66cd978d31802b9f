"""Daily reconciliation: what a platform says it holds, compared with what it accepted from us."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from coordinator.domain.exchange import Reconciliation, compare, digest_of_file, read_list
from coordinator.domain.lifecycle import ExchangeState
from coordinator.domain.policy import Platform
from coordinator.services.access import require_office
from coordinator.services.exchange.sending import platform_named
from coordinator.services.ports import Query, Work

_AT_ONCE = 5000
_SILENT = "exchange:list:silent"


@dataclass(frozen=True)
class PlatformList:
    """A platform's list of one day, as the file came."""

    platform: str
    day: date
    name: str
    content: bytes


async def reconcile(work: Work, listed: PlatformList) -> Reconciliation:
    """Compare a platform's list with ours and keep what differs; the same list once.

    Ours is what the platform has accepted; what was sent and has no receipt yet is no difference
    where it stands there already. Raises EXCHANGE_FILE_UNREADABLE.
    """
    require_office(work)
    platform = platform_named(work, listed.platform)
    theirs = read_list(listed.name, listed.content)
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


async def silent_lists(work: Work) -> list[Platform]:
    """Give the platforms whose daily list has not come for too long."""
    return [platform for platform, _since in await _silent(work)]


async def note_silent_lists(work: Work) -> list[str]:
    """Put every platform on record, once for each silence, whose daily list does not come."""
    require_office(work)
    noted = []
    for platform, since in await _silent(work):
        key = f"{platform.code}.{since.isoformat()}"
        if await work.audit_entries.count(tag=_SILENT, subject=key) == 0:
            await work.audit(_SILENT, key, hours=platform.list_hours)
            noted.append(platform.code)
    return noted


async def _silent(work: Work) -> list[tuple[Platform, datetime]]:
    found = []
    for platform in work.policies.platforms():
        since = await _last_heard(work, platform.code)
        if since is None or platform.list_hours is None:
            continue
        if work.now() - since > timedelta(hours=platform.list_hours):
            found.append((platform, since))
    return found


async def _last_heard(work: Work, platform: str) -> datetime | None:
    """Give when a platform's last list came, or the first batch went there; None before both."""
    of = {"platform": platform}
    lists = Query(equals=of, order="made_at", descending=True, limit=1)
    batches = Query(equals=of, filled=("written_at",), order="number", limit=1)
    for last in (await work.reconciliations.page(lists)).values:
        return last.made_at
    for first in (await work.exchange_batches.page(batches)).values:
        return first.written_at
    return None


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
