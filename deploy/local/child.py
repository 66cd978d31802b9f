"""A process of our own: in its own session, with its own log file, never outliving us."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# The kernel sends the death signal when the *thread* that started a child ends. One thread that
# lives as long as the interpreter starts them all, so start() may be called from any thread.
_STARTER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="child-starter")
# Closes the gap between fork and prctl: when we died in between, nobody would send the signal.
_ONLY_WITH_PARENT = 'test "$PPID" = "$0" && exec "$@"'
_POLL_SECONDS = 0.05
_LOG_LINES = 20


class ChildFailedError(Exception):
    """A child process could not be started or did not become ready; says why."""


@dataclass(frozen=True)
class Command:
    """What to run: arguments, the whole environment, the log file its output is appended to."""

    argv: tuple[str, ...]
    environment: Mapping[str, str]
    log: Path
    folder: Path | None = None  # working folder
    user: str | None = None  # root only: drop to this user
    death_signal: signal.Signals = signal.SIGKILL  # sent by the kernel when we die
    inherited_files: tuple[int, ...] = field(default=())


class Child:
    """One running process started from a command."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self._process = _STARTER.submit(_spawn, command).result()

    @property
    def pid(self) -> int:
        """Return the process id, which is also its session and process group id."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Tell whether the process has not exited yet."""
        return self._process.poll() is None

    @property
    def exit_status(self) -> int | None:
        """Return the exit status (negative: the signal that ended it), None while it runs."""
        return self._process.poll()

    def wait(self) -> int:
        """Block until the process has exited and return its exit status."""
        return self._process.wait()

    def wait_until(self, is_ready: Callable[[], bool], seconds: float, name: str) -> None:
        """Poll until ready; ChildFailedError with the last log lines on exit or after seconds."""
        deadline = time.monotonic() + seconds
        while not is_ready():
            if not self.is_running:
                self._fail(f"{name} exited with status {self.exit_status} before it was ready")
            if time.monotonic() > deadline:
                self._fail(f"{name} was not ready after {seconds:g} s")
            time.sleep(_POLL_SECONDS)

    def stop(self, seconds: float = 15.0, by: signal.Signals = signal.SIGTERM) -> None:
        """Ask the process to end; kill its whole process group when it has not after seconds."""
        if self.is_running:
            self._process.send_signal(by)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()

    def _fail(self, reason: str) -> None:
        log = self.command.log
        raise ChildFailedError(f"{reason}; end of {log}:\n{last_lines(log)}")


def last_lines(log: Path, count: int = _LOG_LINES) -> str:
    """Return the last lines of a log file, or a remark when there are none."""
    text = log.read_text(errors="replace") if log.exists() else ""
    return "\n".join(text.splitlines()[-count:]) or "(nothing was logged)"


def _spawn(command: Command) -> subprocess.Popen[bytes]:
    argv = ["setpriv", "--pdeathsig", command.death_signal.name.removeprefix("SIG")]
    if command.user is not None:
        argv += ["--reuid", command.user, "--regid", command.user, "--init-groups"]
    argv += ["--", "sh", "-c", _ONLY_WITH_PARENT, str(os.getpid()), *command.argv]
    command.log.parent.mkdir(parents=True, exist_ok=True)
    with command.log.open("ab") as log:
        return subprocess.Popen(
            argv,
            env={"PATH": SYSTEM_PATH, **command.environment},
            cwd=command.folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=command.inherited_files,
        )
