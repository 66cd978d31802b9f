"""The files of `onevisit merge`: policy and checks read row by row, results written whole."""

import csv
import json
from array import array
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from os import fstat
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, NoReturn

from coordinator.domain.checklist_merge import (
    CHECK_FIELDS,
    OPTIONAL_CHECK_FIELDS,
    Check,
    CheckReader,
    MergePolicy,
    policy_from_fields,
)
from coordinator.domain.errors import RuleBrokenError

if TYPE_CHECKING:
    import _csv  # has the type of a reader that knows its line

Write = Callable[[IO[str]], None]

LARGE: Final = 1 << 21
"""Bytes from which on a file is read by columns."""
_MOST_REASONS: Final = 1000
_WORDS: Final = {
    "not-empty": ("非空文本", "a text that is not empty"),
    "unique": ("每个对象、事项单、部门、事项只出现一次", "each check only once"),
    "texts": ("文本列表", "a list of texts"),
}


class InputRefusedError(Exception):
    """The input can't be merged; `reasons` are lines for people, Chinese and English."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(*reasons)
        self.reasons = reasons


def read_policy(path: Path) -> MergePolicy:
    """Read the policy of 3.7; InputRefusedError names the key that breaks the format."""
    with _opened(path) as file:
        text = file.read()
    try:
        return policy_from_fields(json.loads(text))
    except (json.JSONDecodeError, RecursionError) as error:
        raise InputRefusedError(
            f"{path.name}: 不是有效的 JSON · not valid JSON: {error}"
        ) from error
    except RuleBrokenError as error:
        chinese, english = _difference(error.facts)
        key = error.facts["field"]
        raise InputRefusedError(f"{path.name}: {key}: {chinese} · {key}: {english}") from error


class CheckFile:
    """A CSV of checks, never in memory whole.

    A large file without quotes is read by columns, which takes a third of the time; it is `plain`:
    none of its texts would need quotes elsewhere. Other files, and all with a bad row, are read row
    by row.
    """

    def __init__(self, path: Path) -> None:
        self.plain = False
        self._path = path
        self._name = path.name
        self._row_of_check = array("L")
        self._reasons: list[str] = []

    def checks(self) -> list[Check]:
        """Read all checks; InputRefusedError gives the reasons of all bad rows at once."""
        with _opened(self._path) as file:
            is_large = fstat(file.fileno()).st_size >= LARGE
            header = file.readline() if is_large else ""
        checks = None
        if is_large and '"' not in header:
            # It takes a while to load, and small files are many.
            from coordinator.commands.merge_columns import checks_in_columns  # noqa: PLC0415

            names = self._require_header(header.rstrip("\r\n").split(","))
            checks = checks_in_columns(self._path, names)
        self.plain = checks is not None
        return self._by_rows() if checks is None else checks

    def _by_rows(self) -> list[Check]:
        """Read row by row and remember which row of the file each check has."""
        with _opened(self._path) as file:
            rows = csv.reader(file, strict=True)
            try:
                checks = self._read(rows, CheckReader(self._require_header(next(rows, []))))
            except csv.Error as error:
                self._refuse(
                    f"第 {rows.line_num} 行不是有效的 CSV"
                    f" · row {rows.line_num} is not valid CSV: {error}"
                )
        if self._reasons:
            raise InputRefusedError(*self._reasons)
        return checks

    def refuse(self, error: RuleBrokenError) -> NoReturn:
        """Word what is wrong with a check; the facts count checks from 1, people rows of a file."""
        if self.plain:
            self._by_rows()
        rows = {
            key: self._row_of_check[int(str(error.facts[key])) - 1]
            for key in ("row", "first_row")
            if key in error.facts
        }
        reason = _row_reason(rows["row"], error.facts | rows)
        raise InputRefusedError(f"{self._name}: {reason}") from error

    def _read(self, rows: "_csv.Reader", reader: CheckReader) -> list[Check]:
        checks: list[Check] = []
        read, width, kept, row_of = reader.read, reader.width, checks.append, self._row_of_check
        before = rows.line_num
        for cells in rows:
            row, before = before + 1, rows.line_num  # a quoted cell may span lines
            try:
                if len(cells) == width:
                    kept(read(cells, row))
                    row_of.append(row)
                elif cells:
                    self._note(row, _width_reason(row, width, len(cells)))
            except RuleBrokenError as error:
                self._note(row, _row_reason(row, error.facts))
        return checks

    def _note(self, row: int, reason: str) -> None:
        self._reasons.append(f"{self._name}: {reason}")
        if len(self._reasons) == _MOST_REASONS:
            self._refuse(f"第 {row} 行以后没有再看 · not looked at after row {row}")

    def _require_header(self, header: list[str]) -> list[str]:
        allowed = {*CHECK_FIELDS, *OPTIONAL_CHECK_FIELDS}
        faults = {
            "缺少列 · missing columns": [field for field in CHECK_FIELDS if field not in header],
            "多余的列 · unknown columns": [field for field in header if field not in allowed],
            "重复的列 · repeated columns": sorted({f for f in header if header.count(f) > 1}),
        }
        reasons = [
            f"{self._name}: 第 1 行 · row 1: {fault}: {', '.join(map(repr, fields))}"
            for fault, fields in faults.items()
            if fields
        ]
        if reasons:
            raise InputRefusedError(*reasons)
        return header

    def _refuse(self, reason: str) -> NoReturn:
        raise InputRefusedError(*self._reasons, f"{self._name}: {reason}")


def write_all(outputs: Mapping[Path, Write]) -> None:
    """Write each file beside its name, then rename all: readers see old or new, never half."""
    partial = {path: path.with_name(f".{path.name}.partial") for path in outputs}
    try:
        for path, write in outputs.items():
            with partial[path].open("w", encoding="utf-8", newline="") as file:
                write(file)
        for path, written in partial.items():
            written.replace(path)
    except OSError as error:
        raise InputRefusedError(
            f"{error.filename}: 无法写入 · can't be written ({error.strerror})"
        ) from error
    finally:
        for path in partial.values():
            path.unlink(missing_ok=True)


@contextmanager
def _opened(path: Path) -> Iterator[IO[str]]:
    """Open UTF-8 text, with or without byte order mark; refuse what can't be read."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield file
    except UnicodeDecodeError as error:
        byte = _first_bad_byte(path)
        raise InputRefusedError(
            f"{path.name}: 不是 UTF-8 编码，第 {byte} 字节起无法识别 · not UTF-8 at byte {byte}"
        ) from error
    except OSError as error:
        raise InputRefusedError(
            f"{path.name}: 文件无法读取 · can't be read ({error.strerror})"
        ) from error


def _first_bad_byte(path: Path) -> int:
    """Count from 1; no byte of a longer UTF-8 character is a line feed."""
    before = 0
    with path.open("rb") as file:
        for line in file:
            try:
                line.decode()
            except UnicodeDecodeError as error:
                return before + error.start + 1
            before += len(line)
    return before


def _width_reason(row: int, expected: int, found: int) -> str:
    return (
        f"第 {row} 行: 应有 {expected} 列，实有 {found} 列"
        f" · row {row}: expected {expected} columns, found {found}"
    )


def _row_reason(row: int, facts: Mapping[str, object]) -> str:
    first_row = facts.get("first_row")
    same = "" if first_row is None else f"（与第 {first_row} 行重复 · same as row {first_row}）"
    chinese, english = _difference(facts)
    column = facts["field"]
    return f"第 {row} 行 {column} 列: {chinese} · row {row}, column {column}: {english}{same}"


def _difference(facts: Mapping[str, object]) -> tuple[str, str]:
    expected, found = str(facts["expected"]), repr(facts["found"])
    chinese, english = _WORDS.get(expected, (expected, expected))
    return f"应为 {chinese}，实为 {found}", f"expected {english}, found {found}"
