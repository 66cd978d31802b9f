"""Cells that hold several dated facts: `food-risk=D@2026-03-01;…`, `complaint@2026-05-01(12345)`.

Facts are separated by semicolons; what stands in brackets after the date is their source.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Final

from coordinator.adapters.imports.parsers import Parser, invalid, parse_day
from coordinator.adapters.imports.sources import Sources
from coordinator.domain.errors import Rule
from coordinator.domain.registers import Absence, DatedEvent, Grading, LastCheck

_FACT: Final = re.compile(r"([^@]+)@([^@()]+)(?:\((.*)\))?", re.DOTALL)
_GRADING: Final = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]{0,39})=([A-Za-z0-9+-]{1,20})")
_PERIOD: Final = re.compile(r"(\S+?)\s*[~至]\s*(\S+?)\s*:(.+)", re.DOTALL)


def gradings(text: str) -> tuple[Grading, ...]:
    """Read gradings `scheme=value@date(source)`, sorted by scheme and date."""
    found = []
    for what, day, source in _facts(text, "food-risk=D@2026-03-01;…"):
        match = _GRADING.fullmatch(what)
        if match is None:
            raise invalid("food-risk=D@2026-03-01;…")
        found.append(Grading(scheme=match[1], value=match[2], source=source, date=day))
    return tuple(sorted(set(found), key=lambda g: (g.scheme, g.date, g.value, g.source)))


def dated_events(sources: Sources) -> Parser:
    """Give the parser of events `kind@date(source)`; kinds are words of the table event_kind."""
    kind_of = sources.word("event_kind")

    def parse(text: str) -> tuple[DatedEvent, ...]:
        found = {
            DatedEvent(kind=kind_of(what), date=day, source=source)
            for what, day, source in _facts(text, "complaint@2026-05-01;…")
        }
        return tuple(sorted(found, key=lambda e: (e.date, e.kind, e.source)))

    return parse


def last_checks(sources: Sources) -> Parser:
    """Give the parser of last checks `department@date`; the latest of a department counts."""

    def parse(text: str) -> tuple[LastCheck, ...]:
        latest: dict[str, date] = {}
        for what, day, _ in _facts(text, "fire-rescue@2026-05-01;…"):
            department = sources.department(what)
            latest[department] = max(day, latest.get(department, day))
        return tuple(LastCheck(department=d, date=latest[d]) for d in sorted(latest))

    return parse


def absences(text: str) -> tuple[Absence, ...]:
    """Read absences `2027-04-01~2027-04-10:reason`, several separated by semicolons."""
    expected = "2027-04-01~2027-04-10:…;…"
    found = []
    for period in _parts(text):
        match = _PERIOD.fullmatch(period)
        if match is None:
            raise invalid(expected)
        first, last = _day(match[1]), _day(match[2])
        if last < first:
            raise invalid(expected)
        found.append(Absence(from_date=first, to_date=last, reason=match[3].strip()))
    return tuple(found)


def _facts(text: str, expected: str) -> Iterator[tuple[str, date, str]]:
    for part in _parts(text):
        match = _FACT.fullmatch(part)
        if match is None:
            raise invalid(expected)
        yield match[1].strip(), _day(match[2].strip()), (match[3] or "").strip()


def _parts(text: str) -> list[str]:
    parts = re.split(r"[;\n]", unicodedata.normalize("NFKC", text))
    return [part.strip() for part in parts if part.strip()]


def _day(text: str) -> date:
    try:
        return parse_day(text)
    except ValueError as error:
        raise invalid("2026-11-21", Rule.IMPORT_DATE_INVALID) from error
