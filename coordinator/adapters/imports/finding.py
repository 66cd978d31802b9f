"""Where a file holds its data: sheet, header row, and the column of every field."""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from coordinator.adapters.imports.csv_text import Record
from coordinator.adapters.imports.reading import printable
from coordinator.adapters.imports.tables import Limits
from coordinator.adapters.imports.tabular import (
    Table,
    header_candidates,
    open_table,
    recognised,
    sheet_records,
    sheets_in,
)
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.departments import plain_text
from coordinator.domain.registers.mappings import ColumnMapping, column_letter, column_position

_LETTERS: Final = re.compile(r"[A-Z]{1,3}")

Headers = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Found:
    """Field → position and title of its column, and the records below the header."""

    sheet: str
    header_row: int
    positions: Mapping[str, int]
    titles: Mapping[str, str]
    records: Iterator[Record]


def find_columns(path: Path, headers: Headers, required: Iterable[str], limits: Limits) -> Found:
    """Find the first sheet and header row(s) that name every required field.

    A requirement `a|b` is met by either field. Raises IMPORT_COLUMNS_MISSING naming what is
    missing, and the refusals of files that cannot be read as tables.
    """
    best: Mapping[str, int] = {}
    for sheet, records in sheet_records(path, limits):
        start = list(itertools.islice(records, limits.header_rows))
        for height, names in header_candidates([cells for _, cells in start]):
            positions = recognised(names, headers)
            if not missing_fields(positions, required):
                return _found(sheet, start, height, (positions, names), records)
            best = max(best, positions, key=len)
    raise _columns_missing(path, headers, required, best)


def find_mapped_columns(
    path: Path, headers: Headers, required: Iterable[str], limits: Limits, mapping: ColumnMapping
) -> Found:
    """Find the columns that a mapping names.

    Raises IMPORT_FIELD_UNKNOWN, IMPORT_SHEET_UNKNOWN, IMPORT_COLUMN_UNKNOWN naming what the file
    has, and IMPORT_COLUMNS_MISSING for required fields that the mapping leaves out.
    """
    _require_known_fields(mapping, headers)
    if missing_fields(mapping.columns, required):
        raise _columns_missing(path, headers, required, mapping.columns)
    best: tuple[dict[str, int], Sequence[str]] = ({}, ())
    seen = []
    for sheet, records in sheet_records(path, limits):
        seen.append(sheet)
        if sheet and mapping.sheet not in (None, sheet):
            continue
        searched = max(limits.header_rows, mapping.header_row or 0)
        start = list(itertools.islice(records, searched))
        for height, names in _mapped_candidates(start, mapping.header_row):
            positions = _mapped(names, mapping)
            if len(positions) == len(mapping.columns):
                return _found(sheet, start, height, (positions, names), records)
            best = max(best, (positions, names), key=lambda found: len(found[0]))
    if mapping.sheet and mapping.sheet not in seen and any(seen):
        raise RuleBrokenError(
            Rule.IMPORT_SHEET_UNKNOWN, file=path.name, sheet=mapping.sheet, known=seen
        )
    raise _column_unknown(path, mapping, *best)


def open_list(
    path: Path,
    headers: Headers,
    required: Iterable[str],
    limits: Limits,
    mapping: ColumnMapping | None,
) -> Table:
    """Open a list with its merged cells, by its headers or by the columns that a mapping names.

    Raises what open_table or find_mapped_columns raises.
    """
    if mapping is None:
        return open_table(path, headers, required, limits)
    found = find_mapped_columns(path, headers, required, limits, mapping)
    sheet = next(each for each in sheets_in(path, limits) if found.sheet in ("", each.name))
    rows = (row for row in sheet.rows if row.number > found.header_row and any(row.cells))
    return Table(sheet.name, found.positions, found.titles, rows, sheet.has_merges)


def missing_fields(found: Iterable[str], required: Iterable[str]) -> list[str]:
    """Give the required fields that were not found; of `a|b` the first."""
    known = set(found)
    return [each.split("|")[0] for each in required if known.isdisjoint(each.split("|"))]


def _found(
    sheet: str,
    start: Sequence[Record],
    height: int,
    header: tuple[Mapping[str, int], Sequence[str]],
    rest: Iterator[Record],
) -> Found:
    positions, names = header
    titles = {
        field: (names[position].strip() if position < len(names) else "") or column_letter(position)
        for field, position in positions.items()
    }
    number = start[height - 1][0] if height else 0
    return Found(sheet, number, positions, titles, itertools.chain(start[height:], rest))


def _mapped_candidates(
    start: Sequence[Record], header_row: int | None
) -> Iterator[tuple[int, Sequence[str]]]:
    named = [[printable(cell) for cell in cells] for _, cells in start]
    if header_row is None:
        yield from header_candidates(named)
        return
    if header_row == 0:
        yield 0, ()
    for height, ((number, _), cells) in enumerate(zip(start, named, strict=True), 1):
        if number == header_row:
            above = named[height - 2] if height > 1 else ()
            yield height, cells
            both = itertools.zip_longest(above, cells, fillvalue="")
            yield height, [lower or upper for upper, lower in both]


def _mapped(names: Sequence[str], mapping: ColumnMapping) -> dict[str, int]:
    written: dict[str, int] = {}
    for position, name in enumerate(names):
        written.setdefault(plain_text(name).lower(), position)
    found = {}
    for field, column in mapping.columns.items():
        title, letters = plain_text(column).lower(), column.upper()
        if title in written:
            found[field] = written[title]
        elif _LETTERS.fullmatch(letters) and (not names or column_position(letters) < len(names)):
            found[field] = column_position(letters)
    return found


def _require_known_fields(mapping: ColumnMapping, headers: Headers) -> None:
    for field in mapping.columns:
        if field not in headers:
            raise RuleBrokenError(Rule.IMPORT_FIELD_UNKNOWN, field=field, known=sorted(headers))


def _column_unknown(
    path: Path, mapping: ColumnMapping, found: Mapping[str, int], names: Sequence[str]
) -> RuleBrokenError:
    field = next(field for field in mapping.columns if field not in found)
    return RuleBrokenError(
        Rule.IMPORT_COLUMN_UNKNOWN,
        file=path.name,
        field=field,
        column=mapping.columns[field],
        known=[name.strip() for name in names if name.strip()],
    )


def _columns_missing(
    path: Path, headers: Headers, required: Iterable[str], found: Iterable[str]
) -> RuleBrokenError:
    return RuleBrokenError(
        Rule.IMPORT_COLUMNS_MISSING,
        file=path.name,
        missing=[headers[field][0] for field in missing_fields(found, required)],
        found=[headers[field][0] for field in found],
    )
