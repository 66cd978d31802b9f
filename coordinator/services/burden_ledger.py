"""The burden ledger of a year: read and changed by one transaction at a time.

A year's ledger has a number series, and whoever takes its next number holds the ledger until the
transaction ends: on PostgreSQL by the lock on the series' row, on SQLite by the write lock. What is
read after that includes all that former holders have put down, so that two rounds can't both take
a place's last unit, whatever else runs side by side.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from coordinator.domain.burden_ledger import (
    BurdenCount,
    BurdenEntry,
    Ledger,
    Scope,
    Tally,
    added,
    full_places,
)
from coordinator.domain.lifecycle import VisitState
from coordinator.domain.policy import BurdenPolicy
from coordinator.services.ports import Work


async def hold_years(work: Work, years: Iterable[int]) -> None:
    """Hold the ledgers of these years; always in the same order, so that nobody waits in a ring."""
    for year in sorted(set(years)):
        if await work.next_number(f"burden:{year}") == 1:
            await _open_year(work, year)


async def ledger_of(
    work: Work, places: Collection[str], years: Collection[int], caps: BurdenPolicy
) -> Ledger:
    """Give the ledger of places as it stands; hold the years first to put something down."""
    counts = await work.burden_counts.where(place=set(places), year=set(years))
    return Ledger.of(counts, caps)


async def put_down(work: Work, entries: Collection[BurdenEntry]) -> None:
    """Put entries down with all they count toward; the years are held until the end."""
    await hold_years(work, {entry.year for entry in entries})
    await work.burden_entries.add(entries)
    await _count(work, entries, 1)


async def release(work: Work, entry_id: str) -> None:
    """Give back what a visit holds; a desk task, and a visit from before the ledger, holds none."""
    entry = await work.burden_entries.find(entry_id)
    if entry is None or entry.released_at is not None:
        return
    await hold_years(work, [entry.year])
    await work.burden_entries.save(replace(entry, released_at=work.now()))
    await _count(work, [entry], -1)


async def grow(work: Work, entry_id: str, organs: Collection[str], levels: Collection[str]) -> None:
    """Let organs join a visit: only what is new in it is counted, and never the total."""
    entry = await work.burden_entries.find(entry_id)
    if entry is not None:
        await _recount(work, entry, {*entry.organs, *organs}, {*entry.levels, *levels})


async def shrink(
    work: Work, entry_id: str, organs: Collection[str], levels: Collection[str]
) -> None:
    """Leave only these organs and levels in a visit that still takes place; others get room."""
    entry = await work.burden_entries.find(entry_id)
    if entry is not None:
        await _recount(work, entry, set(organs), set(levels))


async def ride_along(work: Work, entry_id: str, due_id: str = "", *, without: str = "") -> None:
    """Note that a due check joins a visit's entry, or leaves it; it adds nothing to any counter."""
    entry = await work.burden_entries.find(entry_id)
    if entry is None:
        return
    joined = [each for each in (*entry.joined, due_id) if each and each != without]
    await work.burden_entries.save(replace(entry, joined=tuple(dict.fromkeys(joined))))


async def places_full(
    work: Work,
    year: int,
    caps: BurdenPolicy,
    levels: Collection[str],
    organs: Collection[str] = (),
) -> frozenset[str]:
    """Give the places with no room for a visit of these levels and organs, but exempt ones."""
    scopes = [Scope.TOTAL, Scope.LEVEL, *([Scope.ORGAN] if caps.visits_per_organ else [])]
    counts = await work.burden_counts.where(year=year, scope=scopes)
    return full_places(counts, caps, levels, organs) - set(await exempt_places(work, year))


async def exempt_places(work: Work, year: int) -> Mapping[str, str]:
    """Give the type of the exemption of each place that has one in a year."""
    granted = await work.cap_exemptions.where(year=year)
    return {each.place: each.code for each in granted if each.stands}


async def _open_year(work: Work, year: int) -> None:
    """Put down the standing visits that were drawn before there was a ledger."""
    levels = {organ.code: organ.level.value for organ in await work.departments.where()}
    former = [
        BurdenEntry(
            entry_id=visit.visit_id,
            place=visit.place,
            year=year,
            round_id=visit.round_id,
            organs=visit.departments,
            levels=tuple(sorted({levels[code] for code in visit.departments if code in levels})),
            exemption="",
            note="",
            entered_at=work.now(),
            entered_by=work.actor.name,
            day=visit.date_from,
        )
        for visit in await work.visits.where()
        if visit.date_to.year == year and not visit.desk and visit.state is not VisitState.WITHDRAWN
    ]
    await work.burden_entries.add(former)
    await _count(work, former, 1)


async def _recount(
    work: Work, entry: BurdenEntry, organs: Collection[str], levels: Collection[str]
) -> None:
    if entry.released_at is not None:
        return
    await hold_years(work, [entry.year])
    changed = replace(entry, organs=tuple(sorted(organs)), levels=tuple(sorted(levels)))
    await work.burden_entries.save(changed)
    await _count(work, [entry], -1)
    await _count(work, [changed], 1)


async def _count(work: Work, entries: Collection[BurdenEntry], by: int) -> None:
    """Count entries up or down, each over what the one before it left."""
    places, years = {each.place for each in entries}, {each.year for each in entries}
    rows: dict[tuple[str, int], dict[Tally, BurdenCount]] = defaultdict(dict)
    for count in await work.burden_counts.where(place=places, year=years):
        rows[count.place, count.year][count.scope, count.code] = count
    for entry in entries:
        own = rows[entry.place, entry.year]
        own |= {(each.scope, each.code): each for each in added(own.values(), entry, by)}
    await work.burden_counts.save(*(count for own in rows.values() for count in own.values()))
