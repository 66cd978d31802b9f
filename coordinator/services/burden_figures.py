"""The year of visits in figures: annual statistics, public figures, and where they pile up."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from coordinator.domain.burden_figures import Frequency, PlaceFacts, frequencies, frequency
from coordinator.domain.burden_ledger import BurdenEntry
from coordinator.domain.lifecycle import VisitState
from coordinator.domain.registers.organisation import Level, covers
from coordinator.services.ports import Department, PlacesBy, Work

BESIDE_THE_ROUNDS = ""


class Grouping(StrEnum):
    """What the rows of the annual statistics are."""

    ORGAN = "organ"
    LEVEL = "level"
    REGION = "region"
    INDUSTRY = "industry"


@dataclass(frozen=True, kw_only=True)
class AnnualRow:
    """A row of the annual statistics beside the same row of the former year."""

    code: str
    now: Frequency
    before: Frequency


@dataclass(frozen=True, kw_only=True)
class AnnualFigures:
    """The visits made in a year, in all and by group, beside those of the former year."""

    year: int
    grouping: Grouping
    total: AnnualRow
    rows: Sequence[AnnualRow]


async def annual_figures(
    work: Work, year: int, grouping: Grouping, rounds: Collection[str]
) -> AnnualFigures:
    """Count the visits made in a year by group; every group of the register shows, with zeros too.

    `rounds` are those that may be shown: what covert ones hold is counted once they are open.
    """
    groups = await _groups(work, grouping)
    now, before = [await made(work, each, rounds) for each in (year, year - 1)]
    facts = await _facts_of(work, {entry.place for entry in (*now, *before)})
    codes_of = _codes_of(grouping, facts)
    everywhere = (await work.frames.places(PlacesBy.ALL)).get("", 0)
    former = dict(frequencies(before, groups, codes_of))
    return AnnualFigures(
        year=year,
        grouping=grouping,
        total=AnnualRow(
            code="", now=frequency(now, everywhere), before=frequency(before, everywhere)
        ),
        rows=[
            AnnualRow(code=code, now=found, before=former[code])
            for code, found in frequencies(now, groups, codes_of)
        ],
    )


async def made(work: Work, year: int, rounds: Collection[str]) -> list[BurdenEntry]:
    """Give the entries of a year that took place: finished visits, and what was logged beside."""
    entries = await work.burden_entries.where(year=year, round_id=_with_beside(rounds))
    return await _only_made(work, entries)


async def made_at(work: Work, place: str, year: int, rounds: Collection[str]) -> list[BurdenEntry]:
    """Give the entries of one place's year that took place."""
    entries = await work.burden_entries.where(place=place, year=year, round_id=_with_beside(rounds))
    return await _only_made(work, entries)


def _with_beside(rounds: Collection[str]) -> set[str]:
    return {BESIDE_THE_ROUNDS, *rounds}


async def _only_made(work: Work, entries: Iterable[BurdenEntry]) -> list[BurdenEntry]:
    standing = [entry for entry in entries if entry.released_at is None]
    drawn = {entry.entry_id for entry in standing if entry.round_id}
    finished = {
        visit.visit_id
        for visit in await work.visits.where(visit_id=drawn, state=VisitState.FINISHED)
    }
    today = work.today()
    return [
        entry
        for entry in standing
        if entry.entry_id in finished
        or (not entry.round_id and (entry.day is None or entry.day <= today))
    ]


async def _groups(work: Work, grouping: Grouping) -> list[tuple[str, int]]:
    """Give the groups in the order of their register, with the places each supervises."""
    if grouping is Grouping.INDUSTRY:
        return sorted((await work.frames.places(PlacesBy.INDUSTRY)).items())
    of_region = await work.frames.places(PlacesBy.REGION)
    if grouping is Grouping.REGION:
        return sorted(of_region.items())
    organs = sorted(await work.departments.where(), key=lambda each: (each.position, each.code))
    if grouping is Grouping.ORGAN:
        return [(organ.code, _supervised([organ], of_region)) for organ in organs]
    return [
        (level.value, _supervised([o for o in organs if o.level is level], of_region))
        for level in Level
    ]


def _supervised(organs: Iterable[Department], of_region: Mapping[str, int]) -> int:
    """Count the places in the organs' regions (属地管理), each once."""
    reach = [organ.region for organ in organs]
    return sum(
        number
        for region, number in of_region.items()
        if any(covers(each, region) for each in reach)
    )


async def _facts_of(work: Work, places: Collection[str]) -> Mapping[str, PlaceFacts]:
    found: dict[str, PlaceFacts] = {}
    for thing in await work.objects.where(place=places) if places else ():
        known = found.get(thing.place)
        industries = known.industries if known else frozenset()
        found[thing.place] = PlaceFacts(thing.region, industries | {thing.industry[:1]})
    return found


def _codes_of(
    grouping: Grouping, facts: Mapping[str, PlaceFacts]
) -> Callable[[BurdenEntry], Iterable[str]]:
    """Give what says in which groups an entry counts."""
    nowhere = PlaceFacts("", frozenset())

    def codes(entry: BurdenEntry) -> Iterable[str]:
        if grouping is Grouping.ORGAN:
            return entry.organs
        if grouping is Grouping.LEVEL:
            return entry.levels
        place = facts.get(entry.place, nowhere)
        return [place.region] if grouping is Grouping.REGION else place.industries

    return codes
