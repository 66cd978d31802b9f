"""The columns of a directory, compiled once per file: position, parser, what a blank cell means."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from operator import itemgetter
from typing import Any, Final, NamedTuple
from unicodedata import normalize

from coordinator.adapters.imports.parsers import Doubted, Parser
from coordinator.adapters.imports.reading import NUL, CellProblem, printable
from coordinator.domain.errors import Rule, RuleBrokenError

Texts = Sequence[str]
Values = dict[str, Any]

_REMEMBERED: Final = 4096
"""Distinct texts per column whose value is kept; a column with more is not one of few words."""
_TOTALS: Final = ("合计", "总计", "共计", "小计", "total")


class Note(NamedTuple):
    """What a rule says about a field of a row: a refusal, or a doubt that keeps the value."""

    field: str
    error: RuleBrokenError
    refuses: bool


class RawRow(NamedTuple):
    """A row read; without values nothing is taken in; the digest tells entries apart."""

    number: int
    digest: bytes
    key: str
    value: Any
    problems: tuple[CellProblem, ...] = ()
    warnings: tuple[CellProblem, ...] = ()


@dataclass(frozen=True)
class Column:
    """A field: how its text becomes a value, and what a blank cell gives.

    `repeats` says that few texts fill the column, so that parsed values are remembered.
    """

    field: str
    parse: Parser
    required: bool = False
    blank: object = ""
    repeats: bool = False
    expected: str = "…"


@dataclass(frozen=True)
class Shape:
    """The columns of one directory, with what holds across the fields of a row.

    `finish` may change the values and note problems; it runs on rows without a refused cell.
    `key` names the fields that make two rows the same entry.
    """

    columns: tuple[Column, ...]
    key: tuple[str, ...]
    finish: Callable[[Values, list[Note]], None]


def finish_nothing(_values: Values, _notes: list[Note]) -> None:
    """Ask nothing across the fields of a row."""


class RowReader:
    """Reads the rows of one file by its positions of columns; `titles` are its own headers.

    `make` turns the number and the checked values of a row into what the row becomes; a cell with
    one of the writings in `blanks` counts as blank.
    """

    def __init__(
        self,
        shape: Shape,
        positions: Mapping[str, int],
        titles: Mapping[str, str],
        make: Callable[[int, Values], Any],
        blanks: frozenset[str] = frozenset(),
    ) -> None:
        self._shape, self._titles, self._positions = shape, titles, positions
        self._make = make
        self._blank = {c.field: c.blank for c in shape.columns}
        self._plan = [
            (c.field, positions[c.field], _lookup(c, blanks))
            for c in shape.columns
            if c.field in positions
        ]
        self._width = max(positions.values()) + 1
        used = sorted({position for _, position, _ in self._plan})
        self._used = itemgetter(*used) if len(used) > 1 else lambda cells: (cells[used[0]],)
        self._key = itemgetter(*shape.key)
        self._has_one_key = len(shape.key) == 1

    def read(self, number: int, cells: Texts) -> RawRow | None:
        """Read one row; None for a blank one."""
        if len(cells) < self._width:
            cells = [*cells, *[""] * (self._width - len(cells))]
        values = self._blank.copy()
        notes: list[Note] = []
        for field, position, lookup in self._plan:
            try:
                value = lookup(cells[position])
            except RuleBrokenError as error:
                notes.append(Note(field, error, refuses=True))
                continue
            if value.__class__ is Doubted:
                notes += [Note(field, doubt, refuses=False) for doubt in value.doubts]
                value = value.value
            values[field] = value
        if not notes or not any(note.refuses for note in notes):
            self._shape.finish(values, notes)
        if notes:
            return self._noted(number, cells, values, notes)
        return self._taken(number, cells, values)

    def _taken(
        self, number: int, cells: Texts, values: Values, warnings: tuple[CellProblem, ...] = ()
    ) -> RawRow:
        key = self._key(values)
        text = str(key) if self._has_one_key else " ".join(map(str, key))
        digest = self._digest(text, cells)
        return RawRow(number, digest, text, self._make(number, values), (), warnings)

    def _digest(self, text: str, cells: Texts) -> bytes:
        """Give 8 bytes of the key and 8 of the content, blanks and widths left out."""
        content = "".join("\0".join(self._used(cells)).split())
        return (
            blake2b(text.encode(), digest_size=8).digest()
            + blake2b(normalize("NFKC", content).encode(), digest_size=8).digest()
        )

    def _noted(
        self, number: int, cells: Texts, values: Values, notes: Sequence[Note]
    ) -> RawRow | None:
        """Give the row with its problems; rows that are no data are passed over with a doubt."""
        if any(note.refuses for note in notes):
            written = [text for text in (cell.strip() for cell in cells) if text]
            if not written:
                return None
            rule = self._not_data(cells, written)
            if rule:
                passed = CellProblem(number, "", printable(written[0]), rule, "")
                return RawRow(number, b"", "", None, (), (passed,))
        problems = tuple(self._problem(number, cells, note) for note in notes if note.refuses)
        warnings = tuple(self._problem(number, cells, note) for note in notes if not note.refuses)
        if problems:
            return RawRow(number, b"", "", None, problems, warnings)
        return self._taken(number, cells, values, warnings)

    def _not_data(self, cells: Texts, written: Sequence[str]) -> Rule | None:
        repeated = all(
            cells[position].strip() == self._titles.get(field)
            for field, position in self._positions.items()
        )
        if repeated:
            return Rule.IMPORT_HEADER_REPEATED
        start = "".join(written[0].split()).lower()
        return Rule.IMPORT_TOTAL_ROW if start.startswith(_TOTALS) else None

    def _problem(self, number: int, cells: Texts, note: Note) -> CellProblem:
        facts = note.error.facts
        expected = facts.get("expected", facts.get("known", ""))
        position = self._positions.get(note.field)
        written = "" if position is None else printable(cells[position].strip())
        title = self._titles.get(note.field, note.field)
        return CellProblem(
            number,
            title,
            written,
            note.error.rule,
            str(expected),
            tuple(facts.items()),
        )


def nul_character(text: str) -> RuleBrokenError:
    """Give the refusal of a text that no database keeps, with the text as it should be."""
    return RuleBrokenError(Rule.IMPORT_NUL_CHARACTER, expected=text.replace(NUL, ""))


class _Remembered(dict[str, object]):
    """Texts of a column with few words, each parsed once."""

    def __init__(self, parse: Parser) -> None:
        super().__init__()
        self._parse = parse

    def __missing__(self, text: str) -> object:
        value = self._parse(text)
        if len(self) < _REMEMBERED:
            self[text] = value
        return value


def _lookup(column: Column, blanks: frozenset[str]) -> Callable[[str], Any]:
    """Give what turns a raw cell into the column's value."""
    parse, blank = column.parse, column.blank

    def read(raw: str) -> object:
        text = raw.strip()
        if text and text not in blanks:
            if NUL in text:
                raise nul_character(text)
            return parse(text)
        if column.required:
            raise RuleBrokenError(Rule.IMPORT_CELL_MISSING, expected=column.expected)
        return blank

    return _Remembered(read).__getitem__ if column.repeats else read
