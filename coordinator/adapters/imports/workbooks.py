"""Sheets of xls, xlsx and ods files, row by row, merged cells filled, dates and numbers as text.

Run as a script (`workbooks.py FILE BYTES_OF_MEMORY`) by workbook_process, so it imports nothing of
ours; it writes messages in the marshal format: SHEET name has_merges, ROWS list, END, REFUSED why.
"""

import contextlib
import datetime as dt
import marshal
import resource
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final

from python_calamine import CalamineSheet, CalamineWorkbook

SHEET, ROWS, END, REFUSED = "sheet", "rows", "end", "refused"
_ROWS_AT_ONCE: Final = 500
_PANIC: Final = "PanicException"

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
class Sheet:
    """One sheet of a file; a CSV file is one sheet that bears the file's name."""

    name: str
    rows: Iterator[Row]
    has_merges: bool


def sheets_of(path: Path) -> Iterator[Sheet]:
    """Give the sheets that hold something, inside a process that a broken file may end."""
    workbook = CalamineWorkbook.from_path(path)
    for name in workbook.sheet_names:
        sheet = workbook.get_sheet_by_name(name)
        if sheet.end is not None:
            areas = sheet.merged_cell_ranges or []
            yield Sheet(name, _rows(sheet, areas), has_merges=bool(areas))


def _rows(sheet: CalamineSheet, areas: Iterable[Area]) -> Iterator[Row]:
    begins: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for (top, left), (bottom, right) in areas:
        begins[top].append((left, right, bottom))
    left_blank = [""] * (sheet.start[1] if sheet.start else 0)
    merged = _MergedCells()
    for number, values in enumerate(sheet.iter_rows(), 1):
        if values.count("") == len(values) and not merged and number - 1 not in begins:
            continue  # a sheet may begin with a million blank rows
        cells = left_blank + [_text(value) for value in values]
        origins = [number] * len(cells)
        merged.fill(number, cells, origins)
        for area in begins.get(number - 1, ()):
            merged.begin(number, cells, area)
        yield Row(number, tuple(cells), tuple(origins))


class _MergedCells:
    """The merged cells that reach below the row being read, by column."""

    def __init__(self) -> None:
        self._running: dict[int, tuple[int, int, str]] = {}

    def __bool__(self) -> bool:
        return bool(self._running)

    def begin(self, number: int, cells: list[str], area: tuple[int, int, int]) -> None:
        """Spread the value of an area that begins in this row (first, last column, last row)."""
        left, right, bottom = area
        for column in range(left, min(right + 1, len(cells))):
            cells[column] = cells[left]
            if bottom >= number:
                self._running[column] = (bottom + 1, number, cells[left])

    def fill(self, number: int, cells: list[str], origins: list[int]) -> None:
        """Fill the cells of areas that began above."""
        for column, (last, origin, value) in list(self._running.items()):
            if number > last:
                del self._running[column]
            else:
                cells[column], origins[column] = value, origin


def _text(value: object) -> str:
    """Give a cell as text: whole numbers without a fraction, dates as ISO 8601."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value).strip()


def _main(path: Path, memory: int, output: BinaryIO) -> None:
    """Write the sheets until nobody listens; lack of memory is the last word of the process."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    with contextlib.suppress(BrokenPipeError):
        try:
            for message in _messages(path):
                marshal.dump(message, output)
        except (BrokenPipeError, MemoryError):
            raise
        except BaseException as error:
            # Broken files make the library raise whatever it meets, and one panic that is no
            # Exception.
            if not isinstance(error, Exception) and type(error).__name__ != _PANIC:
                raise
            marshal.dump((REFUSED, str(error)), output)
        output.flush()


def _messages(path: Path) -> Iterator[tuple[Any, ...]]:
    for sheet in sheets_of(path):
        yield SHEET, sheet.name, sheet.has_merges
        while rows := list(islice(sheet.rows, _ROWS_AT_ONCE)):
            yield ROWS, [(row.number, row.cells, row.origins) for row in rows]
    yield (END,)


if __name__ == "__main__":
    _main(Path(sys.argv[1]), int(sys.argv[2]), sys.stdout.buffer)
