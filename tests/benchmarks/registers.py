"""`bash deploy/bench.sh registers`: a dirty directory into both databases, with time and memory.

The import is the real command in its own process; the answer is checked, not only the clock.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deploy.local.postgres import PrivatePostgres
from tests.benchmarks.dirty_objects import Written, write_dirty_objects
from tests.benchmarks.measuring import measured
from tests.benchmarks.plain_copy import plain_copy, plain_insert

_ONEVISIT = "coordinator.commands.main"
_REFUSED = 1
_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Result:
    """One import measured; `phases` in seconds, `ratio` to the plain way in the same run."""

    database: str
    rows: int
    refused: int
    seconds: float
    processor_seconds: float
    rows_per_second: int
    megabytes: float
    megabytes_shared_once: float
    phases: dict[str, float]
    plain_seconds: float
    ratio: float
    again_seconds: float


def main() -> None:
    """Measure what is asked for, print a table, and JSON on standard output."""
    parser = argparse.ArgumentParser(prog="bash deploy/bench.sh registers")
    parser.add_argument("--objects", type=int, default=1_000_000)
    parser.add_argument("--postgres", action="store_true", help="only PostgreSQL")
    parser.add_argument("--sqlite", action="store_true", help="only SQLite")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="onevisit-bench-", dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        print(f"writing {given.objects} rows …", file=sys.stderr)
        written = write_dirty_objects(folder, given.objects)
        results = []
        if not given.postgres:
            results.append(_into_sqlite(folder, written))
        if not given.sqlite:
            results.append(_into_postgres(folder, written))
    for result in results:
        _tell(result)
    print(json.dumps([asdict(result) for result in results], indent=2))


def _into_sqlite(folder: Path, written: Written) -> Result:
    database = folder / "bench.db"
    environment = _environment(folder, f"sqlite+aiosqlite:///{database}")
    found = _imported(environment, written)
    return _result("SQLite", written, found, plain_insert(database))


def _into_postgres(folder: Path, written: Written) -> Result:
    with PrivatePostgres(folder / "postgres") as server:
        url = server.create_database("bench")
        found = _imported(_environment(folder, url), written)
        plain = asyncio.run(plain_copy(url, folder))
    return _result("PostgreSQL", written, found, plain)


def _environment(folder: Path, url: str) -> dict[str, str]:
    return {"ONEVISIT_DATABASE_URL": url, "ONEVISIT_DATA_FOLDER": str(folder)}


def _imported(environment: dict[str, str], written: Written) -> list[Any]:
    """Import the file into an empty register and once more into the full one; check both."""
    measured([_ONEVISIT, "migrate"], environment)
    report = written.path.with_name("report.xlsx")
    argv = [_ONEVISIT, "import", "objects", str(written.path), "--accept-valid", "--json"]
    first = measured([*argv, "--report", str(report)], environment)
    again = measured(argv, environment)
    for run in (first, again):
        if run.status != _REFUSED or run.answer[0]["refused"] != written.refused:
            raise SystemExit(f"the import gave {run.status}: {str(run.answer)[:2000]}")
    if (again.answer[0]["added"], again.answer[0]["changed"]) != (0, 0):
        raise SystemExit("the same file changed something when it came again")
    return [first, again]


def _result(database: str, written: Written, found: list[Any], plain: float) -> Result:
    first, again = found
    return Result(
        database=database,
        rows=written.rows,
        refused=written.refused,
        seconds=round(first.seconds, 1),
        processor_seconds=round(first.processor_seconds, 1),
        rows_per_second=round(written.rows / first.seconds),
        megabytes=round(first.resident / _MEGABYTE),
        megabytes_shared_once=round(first.proportional / _MEGABYTE),
        phases=first.answer[0]["seconds"],
        plain_seconds=round(plain, 1),
        ratio=round(first.seconds / plain, 1),
        again_seconds=round(again.seconds, 1),
    )


def _tell(result: Result) -> None:
    phases = ", ".join(f"{name} {seconds:.1f}" for name, seconds in result.phases.items())
    speed = f"{result.rows_per_second} rows/s"
    shared = f"shared pages counted once: {result.megabytes_shared_once:.0f} MB"
    lines = (
        f"== {result.database}: {result.rows} rows, {result.refused} refused",
        f"   whole command      {result.seconds:8.1f} s   {speed}",
        f"   processor time     {result.processor_seconds:8.1f} s",
        f"   phases             {phases}",
        f"   peak memory        {result.megabytes:8.0f} MB  ({shared})",
        f"   plain way          {result.plain_seconds:8.1f} s   ratio {result.ratio}",
        f"   same file again    {result.again_seconds:8.1f} s   nothing changed",
    )
    print("\n".join(lines), file=sys.stderr)


if __name__ == "__main__":
    main()
