"""Two rounds drawn by two processes at the same moment, again and again: is a cap ever passed?"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from deploy.local.postgres import temporary_postgres
from tests import side_by_side
from tests.side_by_side import ROUNDS, Outcome, TwoProcesses

_PREPARED = "two_rounds"


async def repeated(server_url: str, folder: Path, repetitions: int) -> list[Outcome]:
    """Draw copies of the same two rounds, each copy by both processes at once."""
    found = []
    async with side_by_side.database(server_url, _PREPARED) as prepared:
        await side_by_side.prepare(prepared, folder)
        with TwoProcesses(folder) as processes:
            for number in range(repetitions):
                name = f"{_PREPARED}_{number}"
                async with side_by_side.database(server_url, name, _PREPARED) as copy:
                    processes.do("draw", copy, ROUNDS)
                    found.append(await side_by_side.outcome(copy, folder))
    return found


def main() -> int:
    """Print how often each outcome came; the exit status says whether a cap was passed."""
    parser = argparse.ArgumentParser(prog="bash deploy/bench.sh burden", description=__doc__)
    parser.add_argument("--repetitions", type=int, default=200)
    repetitions = parser.parse_args().repetitions
    started = time.perf_counter()
    with temporary_postgres() as server, tempfile.TemporaryDirectory() as folder:
        url = server.create_database("burden")
        found = asyncio.run(repeated(url, Path(folder), repetitions))
    seconds = time.perf_counter() - started
    passed = sum(each.most > 1 for each in found)
    for each in sorted(set(found), key=str):
        print(f"{found.count(each)} x {each}")
    print(f"{repetitions} repetitions, cap passed {passed} times, {seconds:.0f} s")
    return 1 if passed else 0


if __name__ == "__main__":
    raise SystemExit(main())
