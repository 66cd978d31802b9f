"""一企一档: everything on record of one credit subject, year by year, as far as one may see it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby


@dataclass(frozen=True, kw_only=True)
class FileLine:
    """One line of an enterprise's file.

    `kind` is what it is (visit, result, rectification, case …), `key` names it there; `field` is
    the kind of fact of the pre-check policy that says who may see it, empty: whoever sees the
    file. `parties` took part where it comes from; `undisclosed`: its result is not published yet.
    """

    kind: str
    key: str
    day: date
    department: str
    object_name: str
    text: str
    state: str = ""
    field: str = ""
    parties: frozenset[str] = frozenset()
    undisclosed: bool = False


@dataclass(frozen=True)
class FileYear:
    """The lines of one year, latest first."""

    year: int
    lines: tuple[FileLine, ...]


def by_year(lines: Iterable[FileLine]) -> list[FileYear]:
    """Group lines by year, the latest first."""
    ordered = sorted(lines, key=lambda each: (each.day, each.kind, each.key), reverse=True)
    return [
        FileYear(year, tuple(group)) for year, group in groupby(ordered, lambda each: each.day.year)
    ]


def counts_of(years: Sequence[FileYear]) -> dict[str, int]:
    """Count the lines of a file by kind."""
    counts: dict[str, int] = {}
    for line in (line for year in years for line in year.lines):
        counts[line.kind] = counts.get(line.kind, 0) + 1
    return counts
