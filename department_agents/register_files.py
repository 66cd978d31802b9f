"""Files of registers: a department's CSV or JSON as rows of messages, refused cell by cell.

CSV is UTF-8 with the headers of the office's exports, or the names of the fields. JSON is a list of
objects by field.
"""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from contracts.register_rows import (
    AbsenceCard,
    Directory,
    EventCard,
    GradingCard,
    LastCheckCard,
    RegisterRow,
    columns_of,
    row_of,
)
from contracts.registers import MOST_CHUNKS, MOST_ROWS

_FLAGS: Final = {"是": True, "yes": True, "true": True, "1": True} | {
    "否": False,
    "no": False,
    "false": False,
    "0": False,
}
_BETWEEN: Final = re.compile(r"[;；、\n]")
_DATED: Final = r"@(?P<date>[0-9-]+)"
_SOURCE: Final = r"(?:\((?P<source>.*)\))?"
_CARDS: Final[Mapping[type[BaseModel], re.Pattern[str]]] = {
    AbsenceCard: re.compile(r"(?P<from_date>[0-9-]+)~(?P<to_date>[0-9-]+):(?P<reason>.+)"),
    GradingCard: re.compile(r"(?P<scheme>[^=@]+)=(?P<value>[^=@]+)" + _DATED + _SOURCE),
    EventCard: re.compile(r"(?P<kind>[^@]+)" + _DATED + _SOURCE),
    LastCheckCard: re.compile(r"(?P<department>[^@]+)" + _DATED),
}
_FIRST_LINE: Final = 1
_SHOWN: Final = 60


@dataclass(frozen=True)
class Flaw:
    """A cell that can't be sent; `row` counts as a spreadsheet does, 0 for the file as a whole."""

    row: int
    field: str
    value: str
    reason: str


class FileRefusedError(Exception):
    """A file of which nothing is sent, with every flaw in it."""

    def __init__(self, *flaws: Flaw) -> None:
        super().__init__(f"{len(flaws)} flaws")
        self.flaws = flaws


@dataclass(frozen=True)
class RegisterFile:
    """The rows of a file, the fields it brings, and the columns that no field has."""

    fields: tuple[str, ...]
    rows: tuple[RegisterRow, ...]
    ignored: tuple[str, ...] = ()


def read_register_file(directory: Directory, path: Path) -> RegisterFile:
    """Read a file by its ending, .json or else CSV; FileRefusedError names every flaw."""
    text = _text(path)
    file = _of_json if path.suffix.lower() == ".json" else _of_csv
    found = file(directory, text)
    most = MOST_ROWS * MOST_CHUNKS
    if not 0 < len(found.rows) <= most:
        raise _refused(f"1 to {most} rows can be sent, {len(found.rows)} are here")
    return found


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise _refused(f"can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise _refused(f"not UTF-8 at byte {error.start}") from error


def _of_json(directory: Directory, text: str) -> RegisterFile:
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refused(f"not JSON: {error}") from error
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise _refused("not a list of objects")
    numbered = [{"row": number, **entry} for number, entry in enumerate(entries, 1)]
    brought = {name for entry in entries for name in entry}
    fields = tuple(name for name in columns_of(directory) if name in brought)
    return RegisterFile(fields, _rows(directory, numbered))


def _of_csv(directory: Directory, text: str) -> RegisterFile:
    try:
        records = list(csv.reader(text.splitlines(keepends=True), strict=True))
    except csv.Error as error:
        raise _refused(f"not CSV: {error}") from error
    headers = [header.strip() for header in records[0]] if records else []
    columns = columns_of(directory)
    field_of = {title: name for name, title in columns.items()} | {name: name for name in columns}
    places = {field_of[header]: n for n, header in enumerate(headers) if header in field_of}
    _require_columns(directory, places)
    _require_shape([field_of.get(header, "") for header in headers], records)
    entries = [
        {"row": number, **_entry(directory, record, places)}
        for number, record in enumerate(records[1:], _FIRST_LINE + 1)
        if any(cell.strip() for cell in record)
    ]
    ignored = tuple(header for header in headers if header and header not in field_of)
    return RegisterFile(tuple(places), _rows(directory, entries), ignored)


def _require_columns(directory: Directory, places: Iterable[str]) -> None:
    needed = {name for name, f in row_of(directory).model_fields.items() if f.is_required()}
    missing = sorted(needed - {"row"} - set(places))
    if missing:
        columns = columns_of(directory)
        flaws = [
            Flaw(_FIRST_LINE, name, "", f"column {columns[name]} is missing") for name in missing
        ]
        raise FileRefusedError(*flaws)


def _require_shape(fields: Sequence[str], records: Sequence[Sequence[str]]) -> None:
    """Refuse a field in two columns, and rows longer than the header: cells have moved there."""
    columns = Counter(filter(None, fields))
    flaws = [
        Flaw(_FIRST_LINE, field, "", f"{number} columns hold it")
        for field, number in columns.items()
        if number > 1
    ]
    flaws += [
        Flaw(row, "", beyond[:_SHOWN], "a cell without a column")
        for row, record in enumerate(records[1:], _FIRST_LINE + 1)
        if (beyond := "".join(record[len(fields) :]).strip())
    ]
    if flaws:
        raise FileRefusedError(*flaws)


def _entry(
    directory: Directory, record: Sequence[str], places: Mapping[str, int]
) -> dict[str, Any]:
    """Give the fields of a record; a blank cell leaves the field as the message has it."""
    fields = row_of(directory).model_fields
    cells = {name: record[n].strip() if n < len(record) else "" for name, n in places.items()}
    return {
        name: _value(fields[name], cell)
        for name, cell in cells.items()
        if cell or get_origin(fields[name].annotation) is tuple
    }


def _value(field: FieldInfo, cell: str) -> Any:
    """Give a cell's value, or its text where it has none: the row's model then refuses it."""
    if get_origin(field.annotation) is tuple:
        card = get_args(field.annotation)[0]
        parts = [part.strip() for part in _BETWEEN.split(cell) if part.strip()]
        return [_card(card, part) for part in parts] if card in _CARDS else parts
    if field.annotation is bool:
        return _FLAGS.get(cell.lower(), cell)
    return cell


def _card(card: type[BaseModel], part: str) -> Any:
    match = _CARDS[card].fullmatch(part)
    if match is None:
        return part
    return {name: text for name, text in match.groupdict().items() if text is not None}


def _rows(directory: Directory, entries: Iterable[Mapping[str, Any]]) -> tuple[RegisterRow, ...]:
    model = row_of(directory)
    rows: list[RegisterRow] = []
    flaws: list[Flaw] = []
    for entry in entries:
        try:
            rows.append(model.model_validate(entry))
        except ValidationError as error:
            flaws += _flaws(entry, error)
    if flaws:
        raise FileRefusedError(*flaws)
    return tuple(rows)


def _flaws(entry: Mapping[str, Any], error: ValidationError) -> Iterator[Flaw]:
    row = entry["row"] if isinstance(entry["row"], int) else 0
    for flaw in error.errors(include_url=False):
        written = "" if flaw["type"] == "missing" else str(flaw["input"])[:_SHOWN]
        yield Flaw(row, ".".join(map(str, flaw["loc"])), written, flaw["msg"])


def _refused(reason: str) -> FileRefusedError:
    return FileRefusedError(Flaw(0, "", "", reason))
