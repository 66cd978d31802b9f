"""What anybody may see today of the records that credit files point to, whenever those were made.

A result goes with its publication, a penalty with its period, a listing with its end; a file that
was made before tells none of that, so that its entries are compared with their records when read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from coordinator.domain.credit_file import CreditFile, FileEntry
from coordinator.domain.lifecycle import AbnormalState
from coordinator.services.ports import Work

_Record = tuple[str, str]


async def as_public_now(work: Work, files: Sequence[CreditFile]) -> list[CreditFile]:
    """Give files whose entries say of their records what anybody may see today."""
    public = await _public(work, (entry for file in files for entry in file.entries))
    return [replace(each, entries=_marked(each.entries, public)) for each in files]


async def entries_as_public_now(work: Work, entries: Sequence[FileEntry]) -> tuple[FileEntry, ...]:
    """Give entries that say of their records what anybody may see today."""
    return _marked(entries, await _public(work, entries))


def _marked(entries: Iterable[FileEntry], public: frozenset[_Record]) -> tuple[FileEntry, ...]:
    return tuple(replace(each, public=(each.source, each.source_id) in public) for each in entries)


async def _public(work: Work, entries: Iterable[FileEntry]) -> frozenset[_Record]:
    """Name the records that anybody may see; of any other source nothing is public."""
    ids: dict[str, set[str]] = {}
    for each in entries:
        ids.setdefault(each.source, set()).add(each.source_id)
    found = {
        "result": await _results(work, ids.get("result", set())),
        "case": await _penalties(work, ids.get("case", set())),
        "abnormal": await _abnormal(work, ids.get("abnormal", set())),
        "listing": await _listings(work, ids.get("listing", set())),
    }
    return frozenset((source, key) for source, keys in found.items() for key in keys)


async def _results(work: Work, ids: set[str]) -> set[str]:
    """Name the results whose publication stands: not what was withdrawn, or is over."""
    where = {"superseded_by": None, "withdrawn_at": None, "retired_at": None}
    return {each.result_id for each in await work.disclosures.where(result_id=ids, **where)}


async def _penalties(work: Work, ids: set[str]) -> set[str]:
    """Name the cases whose penalty shows, by the last publication of each."""
    found = await work.penalty_publications.where(case_id=ids)
    latest = {each.case_id: each for each in sorted(found, key=lambda each: each.made_at)}
    return {key for key, each in latest.items() if each.is_public(work.today())}


async def _abnormal(work: Work, ids: set[str]) -> set[str]:
    """Name the entries that stand on the public list of abnormalities: none that was removed."""
    found = await work.abnormal_entries.where(entry_id=ids, state=AbnormalState.ENTERED)
    return {each.entry_id for each in found}


async def _listings(work: Work, ids: set[str]) -> set[str]:
    found = await work.listings.where(listing_id=ids)
    return {each.listing_id for each in found if each.is_on_list}
