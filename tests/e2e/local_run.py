"""A local run as tests start it: a child in a folder of its own, watched only from outside."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pytest

from deploy.local.installation import Installation

ROOT = Path(__file__).resolve().parents[2]
RUN_SECONDS = 900.0  # other levels may run beside on a slow machine
END_SECONDS = 120.0
_POLL_SECONDS = 0.05


class LocalRun:
    """One `deploy.local.run` that stays up until its context is left."""

    def __init__(self, folder: Path, *options: str, database_url: str | None = None) -> None:
        self.folder = folder
        self._options = options
        self._database_url = database_url
        self._stdout = folder.with_name(f"{folder.name}.stdout")
        self._stderr = folder.with_name(f"{folder.name}.stderr")
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        # The kernel ends the run should the tests be killed; it then ends its own children.
        argv = ["setpriv", "--pdeathsig", "TERM", "--", sys.executable, "-m", "deploy.local.run"]
        with self._stdout.open("wb") as stdout, self._stderr.open("wb") as stderr:
            self._process = subprocess.Popen(
                [*argv, "--json", "--data", str(self.folder), *self._options],
                cwd=ROOT,
                env=_environment(self._database_url),
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,  # Ctrl-C on the tests reaches it through the fixture only
            )
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def stdout(self) -> str:
        """Everything the run has written to standard output so far."""
        return self._stdout.read_text(encoding="utf-8")

    @property
    def stderr(self) -> str:
        """Everything the run has written to standard error so far."""
        return self._stderr.read_text(encoding="utf-8")

    @property
    def installed(self) -> Installation:
        """The run's folder as the local installation names its parts."""
        ports = json.loads((self.folder / "ports.json").read_text())
        url = self._database_url or f"sqlite+aiosqlite:///{self.folder / 'onevisit.db'}"
        return Installation(self.folder, url, ports)

    @property
    def process_ids(self) -> dict[str, int]:
        """The processes as they run now, by name."""
        ids: dict[str, int] = json.loads((self.folder / "processes.json").read_text())
        return ids

    def result(self) -> dict[str, Any]:
        """Wait for the end of the round and give the table."""
        self.wait_until(lambda: _is_whole(self.stdout), "the table on standard output", RUN_SECONDS)
        table: dict[str, Any] = json.loads(self.stdout)
        return table

    def wait_until(self, is_so: Callable[[], bool], what: str, seconds: float) -> None:
        """Look again until it is so; a run that ends before fails with what it said."""
        deadline = time.monotonic() + seconds
        while not is_so():
            if self._child.poll() is not None:
                pytest.fail(
                    f"the run ended before {what} with {self._child.returncode}:\n{self.stderr}"
                )
            if time.monotonic() > deadline:
                pytest.fail(f"no {what} after {seconds:g} s:\n{self.stderr}")
            time.sleep(_POLL_SECONDS)

    def wait(self) -> int:
        """Wait until a run with --once has ended and give its exit status."""
        return self._child.wait(RUN_SECONDS)

    def stop(self) -> int:
        """Press Ctrl-C and give the exit status; a run that has ended keeps its own."""
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGINT)
        try:
            return self._child.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
            pytest.fail(f"the run did not end {END_SECONDS:g} s after Ctrl-C:\n{self.stderr}")

    def processes_left(self) -> dict[int, str]:
        """Give every process that names the run's folder in its arguments or environment."""
        return {
            int(entry.name): arguments.replace("\0", " ")
            for entry in Path("/proc").iterdir()
            if entry.name.isdecimal() and int(entry.name) != os.getpid()
            for arguments in [_read(entry / "cmdline")]
            if str(self.folder) in arguments + _read(entry / "environ")
        }

    @property
    def _child(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "the run was not started"
        return self._process


@dataclass(frozen=True)
class Interruption:
    """What was killed in the middle of the round, and how far the round had come."""

    killed: Mapping[str, int]
    accepted: int
    dispatched: int


@dataclass(frozen=True)
class FinishedRun:
    """A run whose round is over and whose processes are still up."""

    run: LocalRun
    result: dict[str, Any]
    interruption: Interruption

    @property
    def installed(self) -> Installation:
        """The run's folder as the local installation names its parts."""
        return self.run.installed

    @property
    def record(self) -> Path:
        """The folder of the draw record."""
        return Path(self.result["record"])

    @property
    def passwords(self) -> dict[str, str]:
        """The passwords of the sample people by login."""
        passwords: dict[str, str] = json.loads(self.installed.passwords.read_text())
        return passwords

    def rows(self, sql: str, *values: str) -> list[tuple[Any, ...]]:
        """Ask the coordinator's database, which stays untouched."""
        return rows_of(self.run.folder / "onevisit.db", sql, *values)

    def count(self, sql: str, *values: str) -> int:
        """Count the rows that a query of the coordinator's database gives."""
        return len(self.rows(sql, *values))

    def agent_rows(self, department: str, sql: str) -> list[tuple[Any, ...]]:
        """Ask the own database of a department's agent."""
        return rows_of(self.installed.agent(department) / "agent.sqlite", sql)


def rows_of(database: Path, sql: str, *values: str) -> list[tuple[Any, ...]]:
    """Read from an SQLite file that others write to."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return connection.execute(sql, values).fetchall()


def _environment(database_url: str | None) -> dict[str, str]:
    """Keep settings of whoever runs the tests out of the run."""
    own = {name: word for name, word in os.environ.items() if not name.startswith("ONEVISIT_")}
    return own if database_url is None else {**own, "ONEVISIT_DATABASE_URL": database_url}


def _is_whole(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _read(file: Path) -> str:
    """Read a file under /proc; a process that has just ended has none."""
    try:
        return file.read_text(errors="replace")
    except OSError:
        return ""
