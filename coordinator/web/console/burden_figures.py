"""Visits per place on the console: annual statistics, high frequency, and one place's year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.burden_ledger import BurdenEntry, Scope, in_order
from coordinator.domain.burden_signs import Sign, Signal
from coordinator.domain.burden_warnings import HighFrequency, Proposal, Relief
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services import burden_figures, burden_warnings
from coordinator.services.burden_figures import Grouping
from coordinator.services.ports import Work
from coordinator.web.console.burden_ledger import kind_words, place_names
from coordinator.web.console.frame import Console, InConsole
from coordinator.web.console.leads import dues_of
from coordinator.web.dependencies import Overseer
from coordinator.web.downloads import csv_file, xlsx_file
from coordinator.web.figure_words import exempt_table, group_names, headings, table_of
from coordinator.web.language import _, later
from coordinator.web.names import Names, load_names
from coordinator.web.reach import open_rounds
from coordinator.web.words import period

router = APIRouter()

_SHOWN = 200
GROUPINGS = {
    Grouping.ORGAN: later("按部门"),
    Grouping.LEVEL: later("按层级"),
    Grouping.REGION: later("按地区"),
    Grouping.INDUSTRY: later("按行业"),
}


@dataclass(frozen=True)
class WarningSeen:
    """A place of high frequency in words."""

    place: str
    name: str
    organs: Sequence[str]
    signs: Sequence[str]
    proposals: Sequence[str]
    href: str


@router.get("/console/burden/annual")
async def annual(
    console: InConsole, _person: Overseer, year: int = 0, by: Grouping = Grouping.ORGAN
) -> Response:
    """Show the annual statistics of visits by organ, level, region or industry, or send them."""
    async with console.reading() as work:
        wanted = year or work.today().year
        names, kinds = await load_names(work), kind_words(work)
        shown = await open_rounds(work)
        figures = await burden_figures.annual_figures(work, wanted, by, shown)
        words = await group_names(work, by, names)
        title, whole = f"{_('行政检查频次')} {wanted}", table_of(figures, words, kinds)
        sent = _file(console, title, headings(kinds, wanted), whole)
        return sent or await console.show(
            work,
            "burden_ledger/annual.html",
            names=names,
            figures=figures,
            columns=headings({}, wanted),
            rows=table_of(figures, words, {}),
            kinds=list(kinds.values()),
            exempt=exempt_table(figures, words, kinds),
            groupings=[(each.value, _(word)) for each, word in GROUPINGS.items()],
            year=wanted,
        )


@router.get("/console/burden/warnings")
async def high_frequency(
    console: InConsole, _person: Overseer, year: int = 0, organ: str = "", round_id: str = ""
) -> Response:
    """List the places where visits pile up, with who goes there and what could be moved."""
    async with console.reading() as work:
        wanted, names = year or work.today().year, await load_names(work)
        shown, caps = await open_rounds(work), work.policy.burden
        found = await burden_warnings.high_frequency(work, wanted, shown, caps)
        meant = [each for each in found if _is_meant(each, organ, round_id)]
        things = await place_names(work, {each.place for each in meant[:_SHOWN]})
        titles = await _titles(work, [e for each in meant[:_SHOWN] for e in each.entries])
        rounds = [(each.round_id, each.title) for each in await work.rounds.where(round_id=shown)]
        return await console.show(
            work,
            "burden_ledger/warnings.html",
            names=names,
            warnings=[_seen(each, things, names, titles) for each in meant[:_SHOWN]],
            total=len(meant),
            caps=caps,
            year=wanted,
            organ=organ,
            round_id=round_id,
            organs=names.department_options(),
            rounds=rounds,
        )


@router.get("/console/burden/place")
async def place_year(
    console: InConsole, _person: Overseer, place: str = "", year: int = 0
) -> Response:
    """Show one place's year: what counts, what is exempt, what is due, and what piles up."""
    async with console.reading() as work:
        wanted = year or work.today().year
        things = await place_names(work, {place})
        if place not in things:
            raise RuleBrokenError(Rule.NOT_FOUND, kind="place", key=place)
        names, shown = await load_names(work), await open_rounds(work)
        entries = await work.burden_entries.where(place=place, year=wanted, round_id=("", *shown))
        found = await burden_warnings.high_frequency(
            work, wanted, shown, work.policy.burden, place=place
        )
        titles = await _titles(work, entries)
        return await console.show(
            work,
            "burden_ledger/place.html",
            names=names,
            place=place,
            name=things[place],
            year=wanted,
            entries=[(each, _about(each, titles)) for each in in_order(entries, work.day_of)],
            kinds=kind_words(work),
            caps=work.policy.burden,
            counted=_counted(entries),
            warnings=[_seen(each, things, names, titles) for each in found],
            dues=await dues_of(console, work, place=place),
            acts=console.buttons("log-contact", "request-cap-exemption"),
        )


@router.get("/console/burden/entries/{entry_id}")
async def one_entry(entry_id: str, console: InConsole, person: Overseer) -> Response:
    """Show the year of the place that an entry belongs to; covert ones stay hidden."""
    async with console.reading() as work:
        entry = await work.burden_entries.find(entry_id)
        if entry is None or entry.round_id not in ("", *await open_rounds(work)):
            raise RuleBrokenError(Rule.NOT_FOUND, kind="burden_entry", key=entry_id)
    return await place_year(console, person, entry.place, entry.year)


def place_address(place: str, year: int) -> str:
    """Give the address of a place's year."""
    return f"/console/burden/place?place={quote(place, safe=':')}&year={year}"


def sign_words(sign: Sign, names: Names) -> str:
    """Word a signal with its figure and threshold."""
    said = {"n": sign.figure, "at": sign.threshold, "organ": names.department(sign.organ)}
    if sign.signal is Signal.CAP_SHARE:
        return _("占用上限的上门已有 %(n)s 次（%(at)s 次起预警）") % said
    if sign.signal is Signal.CLOSE_TOGETHER:
        return _("短期内上门 %(n)s 次（%(at)s 次起预警）") % said
    return _("%(organ)s 一年上门 %(n)s 次（%(at)s 次起预警）") % said


def _is_meant(found: HighFrequency, organ: str, round_id: str) -> bool:
    of_round = {entry.round_id for entry in found.entries}
    return (not organ or organ in found.organs) and (not round_id or round_id in of_round)


def _seen(
    found: HighFrequency, things: Mapping[str, str], names: Names, titles: Mapping[str, str]
) -> WarningSeen:
    by_id = {entry.entry_id: _about(entry, titles) for entry in found.entries}
    return WarningSeen(
        place=found.place,
        name=things.get(found.place, found.place),
        organs=found.organs,
        signs=[sign_words(sign, names) for sign in found.signs],
        proposals=[_proposal(each, by_id) for each in found.proposals],
        href=place_address(found.place, found.year),
    )


def _proposal(found: Proposal, by_id: Mapping[str, str]) -> str:
    said = {
        "visits": _("、").join(by_id[each] for each in found.entries),
        "days": period(found.date_from, found.date_to),
    }
    if found.relief is Relief.MERGE:
        return _("可同日上门：%(visits)s（%(days)s）") % said
    return _("可推迟：%(visits)s（改到 %(days)s）") % said


async def _titles(work: Work, entries: Sequence[BurdenEntry]) -> Mapping[str, str]:
    """Give the titles of the rounds that entries belong to."""
    rounds = await work.rounds.where(round_id={entry.round_id for entry in entries})
    return {each.round_id: each.title for each in rounds}


def _about(entry: BurdenEntry, titles: Mapping[str, str]) -> str:
    return titles.get(entry.round_id, entry.round_id) if entry.round_id else entry.note


def _counted(entries: Sequence[BurdenEntry]) -> Mapping[tuple[str, str], int]:
    """Count the standing entries that use up the cap, by counter."""
    standing = [e for e in entries if e.released_at is None and not e.exemption]
    tally = [(scope.value, code) for entry in standing for scope, code in entry.counters()]
    every = {each: tally.count(each) for each in tally}
    return {(Scope.TOTAL.value, ""): 0, **every}


def _file(
    console: Console, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]
) -> Response | None:
    """Give the file that the URL asks for."""
    wanted = console.request.query_params.get("format")
    if wanted == "csv":
        return csv_file(columns, rows, "onevisit")
    if wanted == "xlsx":
        return xlsx_file(console.parts.documents.workbook(title, columns, rows), "onevisit")
    return None
