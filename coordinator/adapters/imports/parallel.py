"""Large CSV files read by several processes: blocks of whole records, answers in their order.

The parent cuts the bytes at ends of records without decoding them (in UTF-8 and GB18030 the bytes
of comma, quote and line end mean nothing else), so that at most a few blocks are in memory.
"""

import csv
import io
import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NamedTuple

from coordinator.adapters.imports.columns import RawRow, RowReader
from coordinator.adapters.imports.csv_text import detect_encoding, parse_records
from coordinator.adapters.imports.tables import Limits
from coordinator.adapters.imports.tabular import TEXTS
from coordinator.adapters.imports.tasks import Task
from coordinator.domain.errors import Rule, RuleBrokenError

_BLOCK: Final = 1 << 18
_IN_FLIGHT: Final = 2
"""Blocks per process that are being read or wait to be taken."""

CleanRow = tuple[int, bytes, str, Any]
"""The first four fields of a RawRow: a plain tuple travels at half the cost."""


class Block(NamedTuple):
    """Whole records as bytes; `first_line` is the number of their first line."""

    first_line: int
    data: bytes


class Answer(NamedTuple):
    """What a block became, up to the record that made the rest of the file unreadable."""

    rows: list[CleanRow | RawRow]
    refusal: tuple[Rule, dict[str, object]] | None = None


def is_worth_it(path: Path, limits: Limits) -> bool:
    """Tell whether a file is a CSV file of the size from which further processes pay."""
    is_text = path.suffix.lower() in TEXTS
    return is_text and limits.workers > 1 and path.stat().st_size >= limits.parallel_bytes


def read_in_parallel(task: Task, path: Path, first_line: int) -> Iterator[RawRow]:
    """Give the rows from line `first_line` on, in the order of the file.

    A refusal of the file is raised where the sequential reading would raise it. Leaving the
    iteration early ends the processes.
    """
    limits = task.sources.tables.limits
    given = (task, detect_encoding(path), path.name)
    # forked from a server that has only these modules: the parent holds threads and connections
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    with ProcessPoolExecutor(limits.workers, context, initializer=_begin, initargs=given) as pool:
        waiting: deque[Future[Answer]] = deque()
        try:
            _start(pool, limits.workers)
            for block in blocks(path, first_line, limits):
                waiting.append(pool.submit(_read, block))
                if len(waiting) > limits.workers * _IN_FLIGHT:
                    yield from _rows(waiting.popleft().result())
            while waiting:
                yield from _rows(waiting.popleft().result())
        except BrokenProcessPool as error:
            raise RuleBrokenError(
                Rule.IMPORT_READER_DIED, file=path.name, how=str(error)
            ) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _start(pool: ProcessPoolExecutor, workers: int) -> None:
    """Start the processes without the program that asks for them, which they would import too."""
    program = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        for _ in range(workers):
            pool.submit(_nothing)
    finally:
        sys.modules["__main__"] = program


def _nothing() -> None:
    """Wait for work."""


def blocks(path: Path, first_line: int, limits: Limits) -> Iterator[Block]:
    """Cut a file into blocks of whole records, from line `first_line` on."""
    largest = max(_BLOCK, 4 * limits.line_characters)
    with path.open("rb") as file:
        _skip_lines(file, first_line - 1)
        line, rest = first_line, b""
        while chunk := file.read(_BLOCK):
            rest += chunk
            cut = _end_of_records(rest, limits)
            if cut == 0 and len(rest) > largest:
                break  # no record ends for so long: the reading process says what is wrong
            if cut:
                yield Block(line, rest[:cut])
                line += _number_of_lines(rest[:cut])
                rest = rest[cut:]
        if rest:
            yield Block(line, rest)


def _skip_lines(file: io.BufferedReader, number: int) -> None:
    """Pass over lines, which end in the sense of the sequential reader: at CR, LF, or both."""
    while number > 0:
        number -= _number_of_lines(file.readline())


def _number_of_lines(data: bytes) -> int:
    if b"\r" not in data:
        return data.count(b"\n")
    return data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")


def _end_of_records(data: bytes, limits: Limits) -> int:
    """Give the position after the last record that surely ends in `data`."""
    if b'"' not in data:
        return data.rfind(b"\n") + 1
    csv.field_size_limit(4 * limits.line_characters)
    taken = end = 0

    def lines() -> Iterator[str]:
        nonlocal taken
        for line in io.StringIO(data.decode("latin-1"), newline="\n"):
            taken += len(line)
            yield line

    try:
        for _ in csv.reader(lines(), strict=True):
            if data[taken - 1 : taken] == b"\n":
                end = taken
    except csv.Error:
        return end
    return end


class _Process(NamedTuple):
    """What a reading process keeps from block to block."""

    reader: RowReader
    limits: Limits
    encoding: str
    file_name: str


_process: _Process


def _begin(task: Task, encoding: str, file_name: str) -> None:
    global _process  # noqa: PLW0603 - a process of the pool has no other place to keep it
    limits = task.sources.tables.limits
    _process = _Process(task.reader(), limits, encoding.removesuffix("-sig"), file_name)


def _read(block: Block) -> Answer:
    reader, limits, encoding, file_name = _process
    rows: list[CleanRow | RawRow] = []
    try:
        lines = io.StringIO(block.data.decode(encoding), newline="")
        for number, cells in parse_records(lines, file_name, block.first_line, limits):
            row = reader.read(number, cells)
            if row is not None:
                rows.append(row if row.problems or row.warnings else row[:4])
    except RuleBrokenError as error:
        return Answer(rows, (error.rule, error.facts))
    return Answer(rows)


def _rows(answer: Answer) -> Iterator[RawRow]:
    for row in answer.rows:
        yield row if isinstance(row, RawRow) else RawRow(*row)
    if answer.refusal:
        rule, facts = answer.refusal
        raise RuleBrokenError(rule, **facts)
