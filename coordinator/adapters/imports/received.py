"""Rows that came as messages, checked as if a file had brought them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from coordinator.adapters.imports.columns import RawRow, RowReader
from coordinator.adapters.imports.directories import directory_of
from coordinator.adapters.imports.reading import CellProblem, RowOutcome
from coordinator.adapters.imports.registers import admit
from coordinator.adapters.imports.sources import Sources
from coordinator.adapters.imports.tasks import Task
from coordinator.domain.errors import Rule

_SEPARATORS: Final = re.compile(r"[;；\n]")
_COMPACT: Final[Mapping[str, str]] = {
    "absences": "{from_date}~{to_date}:{reason}",
    "gradings": "{scheme}={value}@{date}({source})",
    "events": "{kind}@{date}({source})",
    "last_checks": "{department}@{date}",
}


def read_received(
    kind: str, rows: Iterable[Mapping[str, Any]], sources: Sources
) -> Iterator[RowOutcome[Any]]:
    """Give what every row became: its fields are written as cells, and read as those of files.

    Columns are named by their fields, rows by their `row`.
    """
    fields = [column.field for column in directory_of(kind).shape(sources).columns]
    positions = {field: position for position, field in enumerate(fields)}
    reader = Task(kind, sources, positions, {field: field for field in fields}).reader()
    return admit((_read(reader, fields, row) for row in rows), fields[0])


def _read(reader: RowReader, fields: list[str], row: Mapping[str, Any]) -> RawRow:
    number: int = row["row"]
    read = reader.read(number, [_written(field, row.get(field)) for field in fields])
    if read is None:  # a blank row: files have them, a message has no reason to
        missing = CellProblem(number, fields[0], "", Rule.IMPORT_CELL_MISSING, "not blank")
        return RawRow(number, b"", "", None, (missing,))
    return read


def _written(field: str, value: Any) -> str:
    """Write a value as its cell has it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ";".join(_part(field, part) for part in value)
    return str(value)


def _part(field: str, part: Any) -> str:
    """Write one part of a cell; what parts cells must not be inside it."""
    if not isinstance(part, Mapping):
        return _SEPARATORS.sub(",", part)
    texts = {name: _SEPARATORS.sub(",", str(text)) for name, text in part.items()}
    return _COMPACT[field].format_map(texts)
