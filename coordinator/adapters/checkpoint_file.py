"""Checkpoints of the audit chain outside of the database: one JSON line each, only appended."""

import os
from collections.abc import Iterable
from fcntl import LOCK_EX, flock
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from coordinator.domain.audit_chain import Checkpoint
from coordinator.domain.errors import Rule, RuleBrokenError

_LONGEST_LINE = 4096
_CHECKPOINT = TypeAdapter(Checkpoint)


class CheckpointFile:
    """A file of checkpoints; whoever changes the database can't change it unseen elsewhere too.

    A line that ended with a power cut, before its line end, is none: the next append replaces it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> tuple[Checkpoint, ...]:
        """Give what the file holds, nothing where there is none."""
        return _all(self._path, _whole(self._path.read_bytes())) if self._path.exists() else ()

    def last(self) -> Checkpoint | None:
        """Give the last line only: looking often must cost nothing."""
        if not self._path.exists():
            return None
        with self._path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _LONGEST_LINE))
            lines = _whole(file.read()).splitlines()
        return _CHECKPOINT.validate_json(lines[-1]) if lines else None

    def append(self, checkpoints: Iterable[Checkpoint]) -> None:
        """Append those that the file lacks; equal ones are there once."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a+b") as file:
            flock(file, LOCK_EX)
            known = set(self.read())
            file.seek(0)
            file.truncate(len(_whole(file.read())))
            file.write(b"".join(line_of(each) for each in checkpoints if each not in known))
            file.flush()
            os.fsync(file.fileno())


def read_checkpoints(path: Path) -> tuple[Checkpoint, ...]:
    """Read a file of checkpoints, or CHECKPOINTS_UNREADABLE with the line that is none."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RuleBrokenError(Rule.CHECKPOINTS_UNREADABLE, path=str(path), line=0) from error
    return _all(path, content)


def _all(path: Path, content: bytes) -> tuple[Checkpoint, ...]:
    lines = enumerate(content.splitlines(), start=1)
    return tuple(_read(path, number, line) for number, line in lines if line.strip())


def _whole(content: bytes) -> bytes:
    """Give the lines that have their end."""
    return content[: content.rfind(b"\n") + 1]


def _read(path: Path, number: int, line: bytes) -> Checkpoint:
    try:
        return _CHECKPOINT.validate_json(line)
    except ValidationError as error:
        raise RuleBrokenError(Rule.CHECKPOINTS_UNREADABLE, path=str(path), line=number) from error


def line_of(checkpoint: Checkpoint) -> bytes:
    """Write one checkpoint as a line of such a file."""
    return _CHECKPOINT.dump_json(checkpoint) + b"\n"
