"""One of our programs as the operating system runs it."""

import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from deploy.local.child import Child, Command

_ROOT = Path(__file__).parents[2]


@dataclass
class Process:
    """One of our programs, started, killed and started again as the operating system does."""

    name: str
    argv: tuple[str, ...]
    environment: dict[str, str]
    log: Path
    child: Child | None = None

    def start(self) -> None:
        """Start it; who waits for it waits for what it does."""
        argv = (sys.executable, "-m", *self.argv)
        self.child = Child(Command(argv, self.environment, self.log, _ROOT))

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process itself."""
        os.kill(self.running.pid, number)

    def kill(self) -> None:
        """End it by SIGKILL, and wait until it is gone."""
        self.send(signal.SIGKILL)
        self.running.wait()

    def stop(self) -> int:
        """End it by SIGTERM and give its exit status; whatever does not end is killed."""
        self.running.stop()
        status = self.running.exit_status
        return -1 if status is None else status

    @property
    def is_up(self) -> bool:
        """Whether it has come so far that it ends well when it is asked to."""
        status = Path(f"/proc/{self.running.pid}/status")
        lines = status.read_text().splitlines() if status.exists() else []
        caught = next((line.split()[1] for line in lines if line.startswith("SigCgt:")), "0")
        return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)

    def has_open(self, file: Path) -> bool:
        """Whether it holds this file open."""
        held = Path(f"/proc/{self.running.pid}/fd")
        return held.exists() and any(map(partial(_leads_to, file), held.iterdir()))

    @property
    def running(self) -> Child:
        """Give the process, dead or alive."""
        if self.child is None:
            raise RuntimeError(f"{self.name} was not started")
        return self.child


def _leads_to(file: Path, link: Path) -> bool:
    with suppress(OSError):  # closed meanwhile
        return link.readlink() == file
    return False
