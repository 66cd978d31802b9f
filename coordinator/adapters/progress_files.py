"""Progress of long work as small files that any process may read while a transaction is open.

Whoever works holds a lock on the file, which goes with its process: a file that nobody locks and
that names no broken rule was left behind by work that broke off.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from coordinator.domain.errors import RuleBrokenError
from coordinator.domain.lottery.progress import LongStep, Progress

_PROGRESS = TypeAdapter(Progress)


class ProgressFile:
    """One piece of work under way; `tell` is cheap and writes at once."""

    def __init__(self, descriptor: int, progress: Progress) -> None:
        self._descriptor, self._progress = descriptor, progress
        self._write()

    def tell(self, step: LongStep, *, number: int = 0, of: int = 0, rows: int = 0) -> None:
        """Say what is being done now, and how far it is."""
        self._progress = replace(self._progress, step=step, number=number, of=of, rows=rows)
        self._write()

    def fail(self, error: RuleBrokenError) -> None:
        """Say which rule ended the work."""
        facts = {name: _plain(fact) for name, fact in error.facts.items()}
        self._progress = replace(self._progress, rule=error.rule.value, facts=facts)
        self._write()

    def _write(self) -> None:
        body = _PROGRESS.dump_json(self._progress)
        os.pwrite(self._descriptor, body, 0)
        os.ftruncate(self._descriptor, len(body))


class ProgressFolder:
    """Keeps one file per round on which somebody works."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def working(self, round_id: str, begun: Progress) -> Iterator[ProgressFile]:
        """Tell of work on a round while it goes on; a broken rule stays to be read."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._path(round_id)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)  # readers hold it for a moment only
            told = ProgressFile(descriptor, begun)
            try:
                yield told
            except RuleBrokenError as error:
                told.fail(error)
                raise
            path.unlink(missing_ok=True)
        finally:
            os.close(descriptor)

    def read(self, round_id: str) -> Progress | None:
        """Give the work on a round, or what became of the last one that did not end well."""
        try:
            with self._path(round_id).open("rb") as file:
                found = _PROGRESS.validate_json(file.read())
                return replace(found, is_running=_is_locked(file.fileno()))
        except (FileNotFoundError, ValidationError):
            return None

    def _path(self, round_id: str) -> Path:
        return self._folder / f"{round_id}.json"


def _plain(fact: object) -> object:
    if isinstance(fact, (str, int)):
        return fact
    return [str(each) for each in fact] if isinstance(fact, (list, tuple)) else str(fact)


def _is_locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return False
