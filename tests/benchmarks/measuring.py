"""A command measured from outside: seconds, and the largest memory of it and all its children."""

import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_EVERY_SECONDS = 0.2


@dataclass(frozen=True)
class Measured:
    """How a command went; memory in bytes, `resident` counts shared pages once per process."""

    seconds: float
    processor_seconds: float
    resident: int
    proportional: int
    status: int
    answer: Any


def measured(
    argv: list[str],
    environment: dict[str, str],
    program: Sequence[str] = (sys.executable, "-m"),
) -> Measured:
    """Run `python -m argv`, or another program, and watch it; its output is read as JSON."""
    used = _children()
    started = time.perf_counter()
    with subprocess.Popen(
        [*program, *argv],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        watch = _Watch(process.pid)
        watch.start()
        output, _ = process.communicate()
        seconds = time.perf_counter() - started
        watch.stop()
    answer = json.loads(output) if output.startswith(("{", "[")) else output
    return Measured(
        seconds,
        _children() - used,
        watch.resident,
        watch.proportional,
        process.returncode,
        answer,
    )


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class _Watch(threading.Thread):
    """Looks at a process tree until it is stopped, and keeps the largest sums."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._ended = threading.Event()
        self.resident = self.proportional = 0

    def run(self) -> None:
        while not self._ended.wait(_EVERY_SECONDS):
            found = [_memory(pid) for pid in _tree(self._pid)]
            self.resident = max(self.resident, sum(resident for resident, _ in found))
            self.proportional = max(self.proportional, sum(share for _, share in found))

    def stop(self) -> None:
        self._ended.set()
        self.join()


def _tree(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in children:
            found += _tree(int(child))
    return found


def _memory(pid: int) -> tuple[int, int]:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0, 0
    sizes = {line.split()[0]: int(line.split()[1]) * 1024 for line in lines[1:]}
    return sizes["Rss:"], sizes["Pss:"]
