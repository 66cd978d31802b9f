"""Starts named child processes, restarts those that die when asked to, stops all in reverse."""

from __future__ import annotations

import logging
import signal
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Self

from deploy.local.child import Child, ChildFailedError, Command, last_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

_logger = logging.getLogger(__name__)
_FIRST_BACK_OFF_SECONDS = 0.2
_LONGEST_BACK_OFF_SECONDS = 5.0
_STABLE_SECONDS = 10.0  # after so long a life the next back-off starts small again
_PROBE_SECONDS = 2.0


@dataclass(frozen=True)
class Program:
    """One process to run: its name, what to run, when it is ready, whether it is restarted."""

    name: str
    argv: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
    is_ready: Callable[[], bool] | None = None  # None: ready as soon as it runs
    ready_seconds: float = 30.0
    is_restarted: bool = False

    def command(self) -> Command:
        """Return the command to start."""
        return Command(tuple(self.argv), self.environment, self.log, self.folder)


@dataclass(frozen=True)
class UnexpectedExit:
    """A child that ended though nobody asked it to."""

    name: str
    exit_status: int
    last_lines: str
    is_restarted: bool


class Supervisor:
    """Keeps the children of one run; leaving the context stops them all.

    Each child has its own session, so Ctrl-C reaches only us, and dies with us, so a second
    Ctrl-C or kill -9 leaves nothing behind.
    """

    def __init__(self, on_exit: Callable[[UnexpectedExit], None] | None = None) -> None:
        self._on_exit = on_exit or _log_exit
        self._running: dict[str, _Supervised] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop_all()

    def start(self, program: Program) -> None:
        """Start a child and return when it is ready; ChildFailedError with its log if not."""
        if program.name in self._running:
            raise ValueError(f"{program.name} is already supervised")
        supervised = _Supervised(program, self._on_exit)
        self._running[program.name] = supervised
        try:
            supervised.wait_until_ready()
        except BaseException:
            self.stop(program.name)
            raise
        supervised.watch()

    def stop(self, name: str, seconds: float = 10.0) -> None:
        """Stop one child by SIGTERM, by SIGKILL after seconds; it is not restarted."""
        self._running.pop(name).stop(seconds)

    def stop_all(self, seconds: float = 10.0) -> None:
        """Stop every child, the last started first, each within seconds."""
        for supervised in self._running.values():
            supervised.forget()  # none is restarted while others are being stopped
        while self._running:
            self.stop(next(reversed(self._running)), seconds)

    def pid(self, name: str) -> int:
        """Return the process id of the child as it runs now."""
        return self._running[name].pid

    def is_running(self, name: str) -> bool:
        """Tell whether the child is supervised and alive at this moment."""
        return name in self._running and self._running[name].is_running

    def number_of_restarts(self, name: str) -> int:
        """Return how often the child was restarted since it was started."""
        return self._running[name].number_of_restarts

    def wait_for_restart(self, name: str, number: int, seconds: float) -> None:
        """Block until the child was restarted that often; TimeoutError after seconds."""
        self._running[name].wait_for_restart(number, seconds)


class _Supervised:
    """One program, its present process and the thread that waits for its end."""

    def __init__(self, program: Program, on_exit: Callable[[UnexpectedExit], None]) -> None:
        self.program = program
        self.number_of_restarts = 0
        self._on_exit = on_exit
        self._stopping = threading.Event()
        self._swapping = threading.Condition()
        self._child = Child(program.command())
        self._watcher = threading.Thread(
            target=self._watch, name=f"watch-{program.name}", daemon=True
        )

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def is_running(self) -> bool:
        return self._child.is_running

    def wait_until_ready(self) -> None:
        is_ready = self.program.is_ready or (lambda: True)
        self._child.wait_until(is_ready, self.program.ready_seconds, self.program.name)

    def wait_for_restart(self, number: int, seconds: float) -> None:
        with self._swapping:
            if not self._swapping.wait_for(lambda: self.number_of_restarts >= number, seconds):
                raise TimeoutError(f"{self.program.name} was not restarted within {seconds:g} s")

    def watch(self) -> None:
        self._watcher.start()

    def forget(self) -> None:
        self._stopping.set()

    def stop(self, seconds: float) -> None:
        self._stopping.set()
        with self._swapping:  # either the old child or its replacement, never one in between
            self._child.stop(seconds, by=signal.SIGTERM)
        if self._watcher.is_alive():
            self._watcher.join()

    def _watch(self) -> None:
        back_off = _FIRST_BACK_OFF_SECONDS
        while True:
            started = time.monotonic()
            exit_status = self._child.wait()
            if self._stopping.is_set():
                return
            self._report(exit_status)
            if not self.program.is_restarted:
                return
            if time.monotonic() - started > _STABLE_SECONDS:
                back_off = _FIRST_BACK_OFF_SECONDS
            if self._stopping.wait(back_off) or not self._restart():
                return
            back_off = min(back_off * 2, _LONGEST_BACK_OFF_SECONDS)

    def _restart(self) -> bool:
        with self._swapping:
            if self._stopping.is_set():
                return False
            self._child = Child(self.program.command())
            self.number_of_restarts += 1
            self._swapping.notify_all()
            return True

    def _report(self, exit_status: int) -> None:
        program = self.program
        lines = last_lines(program.log)
        self._on_exit(UnexpectedExit(program.name, exit_status, lines, program.is_restarted))


def answers_ok(url: str) -> Callable[[], bool]:
    """Return a readiness check: GET url answers 200."""

    def is_ready() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=_PROBE_SECONDS) as response:
                return bool(response.status == HTTPStatus.OK)
        except (OSError, urllib.error.URLError):
            return False

    return is_ready


def _log_exit(ended: UnexpectedExit) -> None:
    _logger.warning("%s ended with status %d", ended.name, ended.exit_status)


__all__ = ["ChildFailedError", "Program", "Supervisor", "UnexpectedExit", "answers_ok"]
