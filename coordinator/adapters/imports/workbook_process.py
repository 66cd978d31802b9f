"""Workbooks read by a process of their own, with limited memory.

The library lays every sheet out in full: a few bytes that claim a cell in the last row and column,
or a damaged file, can ask for more memory than any machine has, and that ends the process.
"""

import contextlib
import io
import marshal
import signal
import subprocess
import sys
import tempfile
import weakref
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

from coordinator.adapters.imports import workbooks
from coordinator.adapters.imports.reading import printable
from coordinator.adapters.imports.tables import Limits
from coordinator.adapters.imports.workbooks import Row, Sheet
from coordinator.domain.errors import Rule, RuleBrokenError

WORKBOOKS: Final = frozenset({".xls", ".xlsx", ".xlsm", ".ods"})
_SHORT_OF_MEMORY: Final = (b"memory allocation of", b"MemoryError")
"""What the library's and Python's last words are when the limit of memory is reached."""
_LAST_WORDS: Final = 1 << 16  # bytes: a trace of calls may follow


def workbook_sheets(path: Path, limits: Limits) -> Iterator[Sheet]:
    """Give the sheets that hold something, their rows as they are asked for.

    Rows of a sheet are passed over when the next sheet is asked for. Refuses what is no workbook,
    unpacks to too much, or needs too much memory.
    """
    _check_unpacked_size(path, limits)
    workbook = _Workbook(path, limits)
    while sheet := workbook.next_sheet():
        yield sheet


class _Workbook:
    """What a reading process writes; the process ends with this object."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path, self._limit = path, limits.workbook_memory
        command = [sys.executable, "-P", workbooks.__file__, str(path), str(self._limit)]
        # A file takes any number of words; a pipe that nobody reads would stop the process.
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the process ends
        process = subprocess.Popen(  # noqa: S603 - our own module, and a path as one argument
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._said
        )
        assert process.stdout is not None  # noqa: S101 - PIPE was asked for
        self._process, self._output = process, process.stdout
        self._ahead: Any = None
        weakref.finalize(self, _end, process, self._said)

    def next_sheet(self) -> Sheet | None:
        """Pass over what is left of a sheet and give the next one."""
        message = self._ahead or self._message()
        while message[0] == workbooks.ROWS:
            message = self._message()
        if message[0] == workbooks.END:
            return None
        self._ahead, (_, name, has_merges) = None, message
        return Sheet(printable(name), self._rows(), has_merges=has_merges)

    def _rows(self) -> Iterator[Row]:
        while True:
            message = self._message()
            if message[0] != workbooks.ROWS:
                self._ahead = message
                return
            for number, cells, origins in message[1]:
                yield Row(number, cells, origins)

    def _message(self) -> Any:
        try:
            message = marshal.load(self._output)  # noqa: S302 - written by our own process
        except (EOFError, ValueError, TypeError) as error:
            raise self._stopped() from error
        if message[0] == workbooks.REFUSED:
            raise _unreadable(self._path, message[1])
        return message

    def _stopped(self) -> RuleBrokenError:
        """Say why the process wrote no further: its limit of memory, or what ended it."""
        status = self._process.wait()
        self._said.seek(max(0, self._said.seek(0, io.SEEK_END) - _LAST_WORDS))
        last_words = self._said.read()
        if any(words in last_words for words in _SHORT_OF_MEMORY):
            return RuleBrokenError(
                Rule.IMPORT_TOO_MANY_CELLS, file=self._path.name, limit=self._limit >> 20
            )
        return RuleBrokenError(Rule.IMPORT_READER_DIED, file=self._path.name, how=_how(status))


def _how(status: int) -> str:
    """Name the signal that ended a process, or its exit status."""
    with contextlib.suppress(ValueError):
        return signal.Signals(-status).name
    return f"status {status}"


def _end(process: subprocess.Popen[bytes], said: IO[bytes]) -> None:
    process.kill()
    process.communicate()
    said.close()


def _check_unpacked_size(path: Path, limits: Limits) -> None:
    try:
        if not zipfile.is_zipfile(path):
            return
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise _unreadable(path, str(error)) from error
    if unpacked > limits.unpacked_bytes:
        raise RuleBrokenError(
            Rule.IMPORT_FILE_TOO_LARGE, file=path.name, bytes=unpacked, limit=limits.unpacked_bytes
        )


def _unreadable(path: Path, why: str) -> RuleBrokenError:
    return RuleBrokenError(Rule.IMPORT_FILE_UNREADABLE, file=path.name, line=0, why=why)
