"""CSV files as authorities send them: UTF-8 with or without mark, else GB18030; both strict."""

import csv
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final, TextIO

from coordinator.adapters.imports.tables import Limits
from coordinator.domain.errors import Rule, RuleBrokenError

ENCODINGS: Final = ("utf-8-sig", "gb18030")
_CHUNK: Final = 1 << 20

Record = tuple[int, list[str]]
"""Number of the line on which a record begins, and its cells as written."""


def csv_records(path: Path, limits: Limits) -> Iterator[Record]:
    """Give the records of a file in constant memory, whatever the file holds."""
    encoding = detect_encoding(path)
    with path.open(encoding=encoding, newline="") as text:
        yield from parse_records(_bounded_lines(text, path.name, limits), path.name, 1, limits)


def parse_records(
    lines: Iterable[str], file_name: str, first_line: int, limits: Limits
) -> Iterator[Record]:
    """Give the records in lines of which the first has number `first_line`."""
    csv.field_size_limit(limits.line_characters)
    reader = csv.reader(lines, strict=True)
    begins = first_line
    try:
        for cells in reader:
            if len(cells) > limits.columns:
                raise RuleBrokenError(
                    Rule.IMPORT_TOO_MANY_COLUMNS,
                    file=file_name,
                    line=begins,
                    columns=len(cells),
                    limit=limits.columns,
                )
            yield begins, cells
            begins = first_line + reader.line_num
    except csv.Error as error:
        raise RuleBrokenError(
            Rule.IMPORT_FILE_UNREADABLE, file=file_name, line=begins, why=str(error)
        ) from error


def detect_encoding(path: Path) -> str:
    """Give the first encoding that the whole file decodes in; otherwise name the offending line."""
    return _encoding_of(path, _age_and_size(path))


def _age_and_size(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise RuleBrokenError(
            Rule.IMPORT_FILE_UNREADABLE, file=path.name, line=0, why=str(error)
        ) from error
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=4)
def _encoding_of(path: Path, _age_and_size: tuple[int, int]) -> str:
    """Decode the whole file once, however often its encoding is asked for."""
    lines = {}
    for encoding in ENCODINGS:
        wrong_line = _first_undecodable_line(path, encoding)
        if wrong_line is None:
            return encoding
        lines[encoding] = wrong_line
    raise RuleBrokenError(Rule.IMPORT_ENCODING_UNKNOWN, file=path.name, lines=lines)


def _bounded_lines(text: TextIO, file_name: str, limits: Limits) -> Iterator[str]:
    """Give the lines one by one; a line beyond the limit is refused before it fills the memory."""
    number = 0
    while line := text.readline(limits.line_characters + 1):
        number += 1
        if len(line) > limits.line_characters:
            raise RuleBrokenError(
                Rule.IMPORT_LINE_TOO_LONG,
                file=file_name,
                line=number,
                limit=limits.line_characters,
            )
        yield line


def _first_undecodable_line(path: Path, encoding: str) -> int | None:
    decoder = getincrementaldecoder(encoding)("strict")
    line = 1
    try:
        data = path.open("rb")
    except OSError as error:
        raise RuleBrokenError(
            Rule.IMPORT_FILE_UNREADABLE, file=path.name, line=0, why=str(error)
        ) from error
    with data:
        while True:
            chunk = data.read(_CHUNK)
            try:
                line += decoder.decode(chunk, final=not chunk).count("\n")
            except UnicodeDecodeError as error:
                return line + error.object[: error.start].count(b"\n")
            if not chunk:
                return None
