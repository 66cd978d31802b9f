"""CSV files as authorities send them: UTF-8 with or without mark, else GB18030; both strict."""

import csv
from codecs import getincrementaldecoder
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from coordinator.domain.errors import Rule, RuleBrokenError

ENCODINGS: Final = ("utf-8-sig", "gb18030")
_CHUNK: Final = 1 << 20


def csv_records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Give (number of the line on which a record begins, cells), in constant memory."""
    encoding = detect_encoding(path)
    with path.open(encoding=encoding, newline="") as text:
        reader = csv.reader(text, strict=True)
        begins = 1
        try:
            for cells in reader:
                yield begins, cells
                begins = reader.line_num + 1
        except csv.Error as error:
            raise RuleBrokenError(
                Rule.IMPORT_FILE_UNREADABLE, file=path.name, line=begins, why=str(error)
            ) from error


def detect_encoding(path: Path) -> str:
    """Give the first encoding that the whole file decodes in; otherwise name the offending line."""
    lines = {}
    for encoding in ENCODINGS:
        wrong_line = _first_undecodable_line(path, encoding)
        if wrong_line is None:
            return encoding
        lines[encoding] = wrong_line
    raise RuleBrokenError(Rule.IMPORT_ENCODING_UNKNOWN, file=path.name, lines=lines)


def _first_undecodable_line(path: Path, encoding: str) -> int | None:
    decoder = getincrementaldecoder(encoding)("strict")
    line = 1
    with path.open("rb") as data:
        while True:
            chunk = data.read(_CHUNK)
            try:
                line += decoder.decode(chunk, final=not chunk).count("\n")
            except UnicodeDecodeError as error:
                return line + error.object[: error.start].count(b"\n")
            if not chunk:
                return None
