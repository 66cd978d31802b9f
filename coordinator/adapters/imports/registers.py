"""Files of the registers, row by row: what every row became, in constant memory for CSV."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from coordinator.adapters.imports.columns import RawRow
from coordinator.adapters.imports.directories import DIRECTORIES, directory_of
from coordinator.adapters.imports.finding import Found, find_columns, find_mapped_columns
from coordinator.adapters.imports.guessing import guess_mapping
from coordinator.adapters.imports.parallel import is_worth_it, read_in_parallel
from coordinator.adapters.imports.reading import CellProblem, Reading, RowOutcome, collect
from coordinator.adapters.imports.repeats import SeenEntries
from coordinator.adapters.imports.sources import Sources, load_sources
from coordinator.adapters.imports.tasks import Task, Write
from coordinator.domain.errors import Rule
from coordinator.domain.registers.mappings import ColumnGuess, ColumnMapping, MappingGuess

__all__ = [
    "DIRECTORIES",
    "ColumnGuess",
    "ColumnMapping",
    "MappingGuess",
    "RowOutcome",
    "Sources",
    "guess_mapping",
    "load_sources",
    "read",
    "stream",
    "stream_written",
]


def stream(
    kind: str, path: Path, sources: Sources, mapping: ColumnMapping | None = None
) -> Iterator[RowOutcome[Any]]:
    """Give what every row became, in the order of the file; blank rows give nothing.

    Kinds: objects, inspectors, experts, recusals, regions, industries, calendar. An outcome without
    value and without problems was passed over (an identical repeat, a header or total inside the
    data); its warnings say why. Raises RuleBrokenError, before the first row or at the row that
    cannot be read, for a file that is no table.
    """
    return stream_written(kind, path, sources, mapping)


def stream_written(
    kind: str,
    path: Path,
    sources: Sources,
    mapping: ColumnMapping | None = None,
    writer: Callable[[], Write] | None = None,
    tell_fields: Callable[[Iterable[str]], None] | None = None,
) -> Iterator[RowOutcome[Any]]:
    """Give the same as `stream`, but values as `writer()(source row, value)` writes them.

    They are written where rows are read: for a large file in the reading processes, which spares
    this one the values themselves. See Task for what a writer may be. `tell_fields` is called
    once, before the first row, with the fields for which the file has a column.
    """
    found = _find(kind, path, sources, mapping)
    if tell_fields is not None:
        tell_fields(found.positions)
    task = Task(kind, sources, dict(found.positions), dict(found.titles), writer)
    key = directory_of(kind).shape(sources).columns[0].field
    return admit(_raw_rows(task, path, found), found.titles.get(key, key))


def read(
    kind: str, path: Path, sources: Sources, mapping: ColumnMapping | None = None
) -> Reading[Any]:
    """Read a file that fits into memory."""
    return collect(stream(kind, path, sources, mapping))


def _find(kind: str, path: Path, sources: Sources, mapping: ColumnMapping | None) -> Found:
    directory = directory_of(kind)
    headers, limits = sources.tables.headers[directory.headers], sources.tables.limits
    if mapping is None:
        return find_columns(path, headers, directory.required, limits)
    return find_mapped_columns(path, headers, directory.required, limits, mapping)


def _raw_rows(task: Task, path: Path, found: Found) -> Iterator[RawRow]:
    if is_worth_it(path, task.sources.tables.limits):
        begin = next(found.records, None)
        return read_in_parallel(task, path, begin[0]) if begin else iter(())
    reader = task.reader()
    rows = (reader.read(number, cells) for number, cells in found.records)
    return (row for row in rows if row is not None)


def admit(rows: Iterable[RawRow], column: str) -> Iterator[RowOutcome[Any]]:
    """Tell repeats: identical rows are passed over, rows with other values refused."""
    seen = SeenEntries()
    for row in rows:
        number = row.number
        if row.value is None:
            yield RowOutcome((number,), None, row.problems, row.warnings)
            continue
        first, same = seen.first(row.digest, number)
        if first == number:
            yield RowOutcome((number,), row.value, (), row.warnings)
        else:
            yield _repeated(row, column, first, same=same)


def _repeated(row: RawRow, column: str, first: int, *, same: bool) -> RowOutcome[Any]:
    number, key = row.number, row.key
    if same:
        repeated = CellProblem(number, column, key, Rule.IMPORT_REPEATED, str(first))
        return RowOutcome((number,), None, (), (*row.warnings, repeated))
    problem = CellProblem(number, column, key, Rule.IMPORT_DUPLICATE, str(first))
    return RowOutcome((number,), None, (problem,), row.warnings)
