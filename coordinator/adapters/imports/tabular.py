"""Tables out of CSV, xls, xlsx and ods: header found, merged cells filled, row numbers kept."""

import datetime as dt
import itertools
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from coordinator.adapters.imports.csv_text import csv_records
from coordinator.adapters.imports.tables import Limits
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.departments import plain_text

_SPREADSHEETS: Final = frozenset({".xls", ".xlsx", ".xlsm", ".ods"})
_CSV: Final = frozenset({".csv", ".txt"})

Area = tuple[tuple[int, int], tuple[int, int]]
"""A merged area: first and last (row, column), both included, counted from 0."""


@dataclass(frozen=True, slots=True)
class Row:
    """One source row: its number as a spreadsheet shows it, its cells as text.

    `origins[c]` is the number of the row in which the value of cell c is written: a smaller number
    than the row's own says that the cell repeats a value from above.
    """

    number: int
    cells: tuple[str, ...]
    origins: tuple[int, ...]


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


@dataclass(frozen=True)
class _Sheet:
    name: str
    rows: Iterator[Row]
    has_merges: bool


def open_table(
    path: Path, headers: Mapping[str, Sequence[str]], required: Iterable[str], limits: Limits
) -> Table:
    """Open a file and find the header row(s) that name every required field.

    Refuses unknown formats, unreadable or oversized files and files without the required columns.
    """
    found: list[str] = []
    for sheet in _sheets(path, limits):
        start = list(itertools.islice(sheet.rows, limits.header_rows))
        for height, names in _header_candidates(start):
            columns = _columns(names, headers)
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


def _header_candidates(start: Sequence[Row]) -> Iterator[tuple[int, Sequence[str]]]:
    """Give (rows used up, names) of each row alone, then of each pair of rows overlaid."""
    for position, row in enumerate(start):
        yield position + 1, row.cells
    for position, (upper, lower) in enumerate(itertools.pairwise(start)):
        both = itertools.zip_longest(upper.cells, lower.cells, fillvalue="")
        yield position + 2, [below or above for above, below in both]


def _columns(names: Sequence[str], headers: Mapping[str, Sequence[str]]) -> dict[str, int]:
    written: dict[str, int] = {}
    for position, name in enumerate(names):
        written.setdefault(plain_text(name).lower(), position)
    columns = {}
    for field, titles in headers.items():
        positions = [written[t] for t in (plain_text(x).lower() for x in titles) if t in written]
        if positions:
            columns[field] = positions[0]
    return columns


def _sheets(path: Path, limits: Limits) -> Iterator[_Sheet]:
    suffix = path.suffix.lower()
    if suffix not in _SPREADSHEETS | _CSV:
        raise RuleBrokenError(
            Rule.IMPORT_FORMAT_UNKNOWN, file=path.name, known=sorted(_SPREADSHEETS | _CSV)
        )
    _check_size(path, limits)
    return _workbook_sheets(path, limits) if suffix in _SPREADSHEETS else _csv_sheet(path)


def _check_size(path: Path, limits: Limits) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise _unreadable(path, error) from error
    if path.suffix.lower() in _SPREADSHEETS and size > limits.file_bytes:
        raise RuleBrokenError(
            Rule.IMPORT_FILE_TOO_LARGE, file=path.name, bytes=size, limit=limits.file_bytes
        )


def _csv_sheet(path: Path) -> Iterator[_Sheet]:
    rows = (
        Row(number, tuple(cell.strip() for cell in cells), (number,) * len(cells))
        for number, cells in csv_records(path)
    )
    yield _Sheet(path.name, rows, has_merges=False)


def _workbook_sheets(path: Path, limits: Limits) -> Iterator[_Sheet]:
    try:
        _check_unpacked_size(path, limits)
        workbook = CalamineWorkbook.from_path(path)
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            if sheet.end is not None:
                areas = sheet.merged_cell_ranges or []
                yield _Sheet(name, iter(_sheet_rows(sheet, areas)), has_merges=bool(areas))
    except (CalamineError, zipfile.BadZipFile, OSError) as error:
        raise _unreadable(path, error) from error


def _check_unpacked_size(path: Path, limits: Limits) -> None:
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > limits.unpacked_bytes:
        raise RuleBrokenError(
            Rule.IMPORT_FILE_TOO_LARGE, file=path.name, bytes=unpacked, limit=limits.unpacked_bytes
        )


def _sheet_rows(sheet: CalamineSheet, areas: Iterable[Area]) -> list[Row]:
    cells = [[_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    origins = [[number] * len(row) for number, row in enumerate(cells, 1)]
    for (top, left), (bottom, right) in areas:
        for row in range(top, min(bottom + 1, len(cells))):
            for column in range(left, min(right + 1, len(cells[row]))):
                cells[row][column] = cells[top][left]
                origins[row][column] = top + 1
    rows = enumerate(zip(cells, origins, strict=True), 1)
    return [Row(number, tuple(texts), tuple(starts)) for number, (texts, starts) in rows]


def _text(value: object) -> str:
    """Give a cell as text: whole numbers without a fraction, dates as ISO 8601."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value).strip()


def _unreadable(path: Path, error: Exception) -> RuleBrokenError:
    return RuleBrokenError(Rule.IMPORT_FILE_UNREADABLE, file=path.name, line=0, why=str(error))
