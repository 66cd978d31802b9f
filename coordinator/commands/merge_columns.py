"""Large CSV files of checks read by columns: what many rows share is read once for all of them.

Only files without quotes, and only where every row is good: whatever is not, is read row by row
(merge_files.py), which names the rows and columns that are wrong.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa  # type: ignore[import-untyped] # it has no stubs
import pyarrow.csv as pc  # type: ignore[import-untyped]

from coordinator.domain.checklist_merge import CHECK_FIELDS, Check, CheckReader
from coordinator.domain.errors import RuleBrokenError

_AT_ONCE: Final = 1 << 24
_TEXTS: Final = pa.dictionary(pa.int32(), pa.string())
_SHARED: Final = CHECK_FIELDS[1:]


def checks_in_columns(path: Path, header: Sequence[str]) -> list[Check] | None:
    """Give the checks of a file with this header in file order; None unless all are good."""
    if _has_quotes(path):
        return None
    checks: list[Check] = []
    columns = _Columns("place" if "place" in header else "object")
    try:
        for batch in _batches(path, header):
            checks += columns.checks(batch)
    except (pa.ArrowInvalid, RuleBrokenError, _EmptyNameError):
        return None
    return checks


class _EmptyNameError(Exception):
    """An object or a place has no name."""


class _Columns:
    """Reads one batch after another; checks share the texts and days that they have in common."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._codes: dict[str, str] = {}
        self._reader = CheckReader(["object", *_SHARED])

    def checks(self, batch: pa.RecordBatch) -> list[Check]:
        """Give the checks of the rows; CHECK_INVALID where what they share can't be read."""
        columns = [_column(batch, field) for field in _SHARED]
        shared = [values for values, _ in columns]
        rows = [*zip(*(indices for _, indices in columns), strict=True)]
        known = {row: self._known(shared, row) for row in set(rows)}
        things, thing_of = self._shared_codes(batch, "object")
        places, place_of = self._shared_codes(batch, self._place)
        new, kind = tuple.__new__, Check  # a check is a tuple, and this makes a million of them
        return [
            new(kind, (things[thing], places[place], *known[row]))
            for thing, place, row in zip(thing_of, place_of, rows, strict=True)
        ]

    def _known(self, shared: Sequence[Sequence[str]], row: tuple[int, ...]) -> tuple[Any, ...]:
        """Read all fields of a row but object and place."""
        cells = [values[index] for values, index in zip(shared, row, strict=True)]
        return self._reader.read(["any", *cells], 0)[2:]

    def _shared_codes(
        self, batch: pa.RecordBatch, field: str
    ) -> tuple[Sequence[str], Sequence[int]]:
        codes, indices = _column(batch, field)
        if not all(map(str.strip, codes)):
            raise _EmptyNameError
        return [self._codes.setdefault(code, code) for code in codes], indices


def _batches(path: Path, header: Sequence[str]) -> Iterator[pa.RecordBatch]:
    texts = pc.ConvertOptions(
        column_types=dict.fromkeys(header, _TEXTS), null_values=[], strings_can_be_null=False
    )
    with pc.open_csv(path, pc.ReadOptions(block_size=_AT_ONCE), None, texts) as reader:
        yield from reader


def _column(batch: pa.RecordBatch, field: str) -> tuple[Sequence[str], Sequence[int]]:
    """Give the different texts of a column, and which of them each row has."""
    column = batch.column(field)
    indices = memoryview(column.indices.buffers()[1]).cast("i")
    first = column.indices.offset
    return column.dictionary.to_pylist(), indices[first : first + len(column)]


def _has_quotes(path: Path) -> bool:
    with path.open("rb") as file:
        return any(b'"' in block for block in iter(lambda: file.read(_AT_ONCE), b""))
