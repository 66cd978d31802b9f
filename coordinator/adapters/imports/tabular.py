"""Tables out of CSV, xls, xlsx and ods: header found, merged cells filled, row numbers kept."""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from coordinator.adapters.imports.csv_text import Record, csv_records
from coordinator.adapters.imports.reading import printable
from coordinator.adapters.imports.tables import Limits
from coordinator.adapters.imports.workbook_process import WORKBOOKS, workbook_sheets
from coordinator.adapters.imports.workbooks import Row, Sheet
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.departments import plain_text

TEXTS: Final = frozenset({".csv", ".txt"})


@dataclass(frozen=True)
class Table:
    """Data rows below a header; `columns` maps fields to cell positions, `titles` to headers."""

    sheet: str
    columns: Mapping[str, int]
    titles: Mapping[str, str]
    rows: Iterator[Row]
    has_merges: bool

    def cell(self, row: Row, field: str) -> str:
        """Give the text of a field, empty when the file has no such column."""
        position = self.columns.get(field)
        return row.cells[position] if position is not None and position < len(row.cells) else ""

    def origin(self, row: Row, field: str) -> int:
        """Give the number of the row in which the field's value is written."""
        position = self.columns.get(field)
        inside = position is not None and position < len(row.origins)
        return row.origins[position] if inside and position is not None else row.number


def open_table(
    path: Path, headers: Mapping[str, Sequence[str]], required: Iterable[str], limits: Limits
) -> Table:
    """Open a file and find the header row(s) that name every required field.

    Refuses unknown formats, unreadable or oversized files and files without the required columns.
    """
    found: list[str] = []
    for sheet in sheets_in(path, limits):
        start = list(itertools.islice(sheet.rows, limits.header_rows))
        for height, names in header_candidates([row.cells for row in start]):
            columns = recognised(names, headers)
            if all(field in columns for field in required):
                titles = {field: names[position].strip() for field, position in columns.items()}
                rows = itertools.chain(start[height:], sheet.rows)
                filled = (row for row in rows if any(row.cells))
                return Table(sheet.name, columns, titles, filled, sheet.has_merges)
            found = max(found, sorted(columns), key=len)
    missing = sorted(set(required) - set(found))
    raise RuleBrokenError(
        Rule.IMPORT_COLUMNS_MISSING,
        file=path.name,
        missing=[headers[field][0] for field in missing],
        found=[headers[field][0] for field in found],
    )


def repeat_from_above(table: Table, fields: Iterable[str]) -> Iterator[Row]:
    """Fill blank cells of some fields with the value above, as unmerged lists mean it."""
    positions = [table.columns[field] for field in fields if field in table.columns]
    above: Row | None = None
    for row in table.rows:
        cells, origins = list(row.cells), list(row.origins)
        for position in positions:
            if above and not cells[position]:
                cells[position] = above.cells[position]
                origins[position] = above.origins[position]
        above = Row(row.number, tuple(cells), tuple(origins))
        yield above


def header_candidates(start: Sequence[Sequence[str]]) -> Iterator[tuple[int, Sequence[str]]]:
    """Give (rows used up, names) of each row alone, then of each pair of rows overlaid."""
    named = [[printable(cell) for cell in cells] for cells in start]
    for position, cells in enumerate(named):
        yield position + 1, cells
    for position, (upper, lower) in enumerate(itertools.pairwise(named)):
        both = itertools.zip_longest(upper, lower, fillvalue="")
        yield position + 2, [below or above for above, below in both]


def recognised(names: Sequence[str], headers: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Give field → position of the columns whose title is a known writing of the field."""
    written: dict[str, int] = {}
    for position, name in enumerate(names):
        written.setdefault(plain_text(name).lower(), position)
    columns = {}
    for field, titles in headers.items():
        positions = [written[t] for t in (plain_text(x).lower() for x in titles) if t in written]
        if positions:
            columns[field] = positions[0]
    return columns


def sheet_records(path: Path, limits: Limits) -> Iterator[tuple[str, Iterator[Record]]]:
    """Give (name, records) of every sheet; a CSV file is one sheet without a name."""
    if path.suffix.lower() in TEXTS:
        _check_size(path, limits)
        yield "", csv_records(path, limits)
        return
    for sheet in sheets_in(path, limits):
        yield sheet.name, ((row.number, list(row.cells)) for row in sheet.rows)


def sheets_in(path: Path, limits: Limits) -> Iterator[Sheet]:
    """Give the sheets of a file that is read with its merged cells; a CSV file is one sheet."""
    suffix = path.suffix.lower()
    if suffix not in WORKBOOKS | TEXTS:
        raise RuleBrokenError(
            Rule.IMPORT_FORMAT_UNKNOWN, file=path.name, known=sorted(WORKBOOKS | TEXTS)
        )
    _check_size(path, limits)
    return workbook_sheets(path, limits) if suffix in WORKBOOKS else _csv_sheet(path, limits)


def _check_size(path: Path, limits: Limits) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise _unreadable(path, error) from error
    if path.suffix.lower() in WORKBOOKS and size > limits.file_bytes:
        raise RuleBrokenError(
            Rule.IMPORT_FILE_TOO_LARGE, file=path.name, bytes=size, limit=limits.file_bytes
        )


def _csv_sheet(path: Path, limits: Limits) -> Iterator[Sheet]:
    rows = (
        Row(number, tuple(cell.strip() for cell in cells), (number,) * len(cells))
        for number, cells in csv_records(path, limits)
    )
    yield Sheet(path.name, rows, has_merges=False)


def _unreadable(path: Path, error: Exception) -> RuleBrokenError:
    return RuleBrokenError(Rule.IMPORT_FILE_UNREADABLE, file=path.name, line=0, why=str(error))
