"""The frozen .tsv files of a draw record: how any of them is written, read and refused.

Source: 3-draw.md 3.1. A file is UTF-8 (NFC) with LF after every line; line 1 is the header
`#joint-draw/v1⇥KIND⇥round⇥NAME`. Text sorts by code point, which for UTF-8 is the bytewise order
that the format asks for. The single files and their columns are in contracts/draw_tables.py.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from itertools import pairwise
from typing import Any, Final, Generic, TypeVar
from unicodedata import is_normalized

SPEC: Final = "joint-draw/v1"
ROUND: Final = r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}"
FILE_CODE: Final = r"@?[A-Za-z0-9][A-Za-z0-9_-]{0,62}"

Row = TypeVar("Row", bound=tuple[Any, ...])


class MalformedRecordError(ValueError):
    """A file of a draw record breaks the format at one place; `row` 1 is the header line."""

    def __init__(self, file: str, row: int, field: str, problem: str) -> None:
        super().__init__(f"{file}: row {row}, field {field}: {problem}")
        self.file, self.row, self.field, self.problem = file, row, field, problem


class Order(Enum):
    """How the rows of a file follow one another, where no key of the row says it."""

    WHOLE_LINES = "whole-lines"
    AS_GIVEN = "as-given"


@dataclass(frozen=True)
class Column:
    """One column: its name, the pattern of its whole text, and the way to and from a value."""

    name: str
    pattern: re.Pattern[str]
    read: Callable[[str], Any] = str
    write: Callable[[Any], str] = str


@dataclass(frozen=True)
class Table(Generic[Row]):
    """One kind of file: KIND, the row type, its columns, its order, and what may not repeat."""

    kind: str
    row: type[Row]
    columns: tuple[Column, ...]
    order: Order | Callable[[Row], Any] = Order.WHOLE_LINES
    in_folder: bool = False
    unique_first_column: bool = False

    @cached_property
    def whole_row(self) -> re.Pattern[str]:
        """Match a whole row at once: the quick way, where only a good row needs no more."""
        return re.compile("\t".join(f"({column.pattern.pattern})" for column in self.columns))

    @cached_property
    def readers(self) -> tuple[tuple[int, Callable[[str], Any]], ...]:
        """Return index and reader of the columns that are more than text."""
        return tuple((n, each.read) for n, each in enumerate(self.columns) if each.read is not str)

    def path(self, name: str = "-") -> str:
        """Return the file's path inside the record folder."""
        return f"{self.kind}/{name}.tsv" if self.in_folder else f"{self.kind}.tsv"

    def header(self, round_id: str, name: str = "-") -> str:
        """Return the first line of the file, without its LF."""
        return "\t".join((f"#{SPEC}", self.kind, round_id, name))


def format_file(table: Table[Row], round_id: str, rows: Iterable[Row], name: str = "-") -> bytes:
    """Return the bytes of one file in its order; raise MalformedRecordError on a bad field."""
    file = table.path(name)
    _check_names(table, round_id, name)
    given = list(rows) if isinstance(table.order, Order) else sorted(rows, key=table.order)
    writers = [column.write for column in table.columns]
    lines = []
    for number, row in enumerate(given, 2):
        fields = [write(value) for write, value in zip(writers, row, strict=True)]
        _parse_row(table, fields, file, number)
        lines.append("\t".join(fields))
    if table.order is Order.WHOLE_LINES:
        lines.sort()
    _check_repeats(table, lines, file)
    return "".join(f"{line}\n" for line in (table.header(round_id, name), *lines)).encode()


def parse_file(table: Table[Row], content: bytes, round_id: str, name: str = "-") -> list[Row]:
    """Return the rows of one file; raise MalformedRecordError naming file, row and field."""
    file = table.path(name)
    header, *lines = _lines(content, file)
    if header != table.header(round_id, name):
        raise MalformedRecordError(file, 1, "header", "not-the-header-of-this-file")
    rows = [
        _parse_row(table, line.split("\t"), file, number) for number, line in enumerate(lines, 2)
    ]
    _check_order(table, rows, lines, file)
    _check_repeats(table, lines, file)
    return rows


def parse_lines(table: Table[Row], lines: Iterable[bytes], name: str = "-") -> Iterator[Row]:
    """Yield the rows of a file of any length, without keeping it; `lines` are its records.

    Raises MalformedRecordError as parse_file does. Only for tables sorted as whole lines.
    """
    file, before = table.path(name), ""
    for number, line in enumerate(lines, 2):
        (text,) = _lines(line + b"\n", file, number)
        row = _parse_row(table, text.split("\t"), file, number)
        if text < before:
            raise MalformedRecordError(file, number, "row", "not-in-order")
        _check_repeats(table, [before, text], file, number - 1)
        before = text
        yield row


def record_lines(content: bytes) -> list[bytes]:
    """Return the records of a frozen file as they are committed: no header, no LF."""
    return content.split(b"\n")[1:-1]


def _check_names(table: Table[Row], round_id: str, name: str) -> None:
    file = table.path(name)
    if not re.fullmatch(ROUND, round_id):
        raise MalformedRecordError(file, 1, "round", f"not-allowed: {round_id!r}")
    if table.in_folder and not re.fullmatch(FILE_CODE, name):
        raise MalformedRecordError(file, 1, "name", f"not-allowed: {name!r}")


def _lines(content: bytes, file: str, first: int = 1) -> list[str]:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + first
        raise MalformedRecordError(file, row, "text", "not-utf-8") from None
    if not text.endswith("\n"):
        row = text.count("\n") + first
        raise MalformedRecordError(file, row, "text", "no-line-feed-at-the-end")
    return text[:-1].split("\n")


def _parse_row(table: Table[Row], fields: Sequence[str], file: str, number: int) -> Row:
    line = "\t".join(fields)
    matched = table.whole_row.fullmatch(line)
    if matched is None or not is_normalized("NFC", line):
        return _parse_slowly(table, fields, file, number)
    values: list[Any] = list(matched.groups())
    try:
        for index, read in table.readers:
            values[index] = read(values[index])
    except ValueError:
        return _parse_slowly(table, fields, file, number)
    return table.row(*values)


def _parse_slowly(table: Table[Row], fields: Sequence[str], file: str, number: int) -> Row:
    """Parse a row field by field, to name the one that is wrong."""
    if len(fields) != len(table.columns):
        wanted = f"{len(fields)}-fields-instead-of-{len(table.columns)}"
        raise MalformedRecordError(file, number, "columns", wanted)
    pairs = zip(table.columns, fields, strict=True)
    return table.row(*(_read(column, text, file, number) for column, text in pairs))


def _read(column: Column, text: str, file: str, number: int) -> Any:
    if not column.pattern.fullmatch(text) or not is_normalized("NFC", text):
        raise MalformedRecordError(file, number, column.name, f"not-allowed: {text!r}")
    try:
        return column.read(text)
    except ValueError as error:
        raise MalformedRecordError(file, number, column.name, f"{error}: {text!r}") from None


def _check_order(table: Table[Row], rows: Sequence[Row], lines: Sequence[str], file: str) -> None:
    if table.order is Order.AS_GIVEN:
        return
    keys = lines if isinstance(table.order, Order) else [table.order(row) for row in rows]
    for number, (before, after) in enumerate(pairwise(keys), 3):
        if after < before:
            raise MalformedRecordError(file, number, "row", "not-in-order")


def _check_repeats(table: Table[Row], lines: Sequence[str], file: str, row: int = 2) -> None:
    """Refuse a row, or where the table says so a first field, that comes twice.

    In lines sorted as wholes both would be neighbours, because TAB sorts before all text.
    """
    known = [line.split("\t", 1)[0] for line in lines] if table.unique_first_column else lines
    if table.order is Order.WHOLE_LINES:
        again = (n for n, pair in enumerate(pairwise(known), row + 1) if pair[0] == pair[1])
    else:
        first = {value: number for number, value in reversed(list(enumerate(known, row)))}
        again = (number for number, value in enumerate(known, row) if first[value] != number)
    for number in again:
        field, value = table.columns[0].name, known[number - row]
        raise MalformedRecordError(file, number, field, f"twice: {value!r}")
