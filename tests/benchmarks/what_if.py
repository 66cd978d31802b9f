"""What-if of a plan over a large register on SQLite: expected figures, and a drawn rehearsal.

python -m tests.benchmarks.what_if [--objects N]
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from sqlalchemy import text

from coordinator.adapters.db.migrate import upgrade
from coordinator.adapters.db.unit_of_work import transaction
from coordinator.services import annual_plan
from coordinator.services.annual_plan import Trial, TrialOrder
from tests.county import found_county
from tests.play import PLAN, Play, office, start

_COPY = """
WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {copies})
INSERT INTO inspection_object ({columns})
SELECT {values} FROM inspection_object, number
"""
_OWN = {"object_id": "object_id || '.' || n", "place": "place || '.' || n"}
_LINES = ("L1", "L2")


async def crowd(play: Play, objects: int) -> int:
    """Copy the objects of the county until there are about so many; gives how many there are."""
    async with play.around.engine.begin() as connection:
        rows = await connection.execute(text("PRAGMA table_info(inspection_object)"))
        columns = [row[1] for row in rows]
        known = int((await connection.execute(text(_COUNT))).scalar_one())
        values = ", ".join(_OWN.get(name, name) for name in columns)
        statement = _COPY.format(
            copies=max(objects // known, 1), columns=", ".join(columns), values=values
        )
        await connection.execute(text(statement))
        await connection.execute(text("ANALYZE"))
        return int((await connection.execute(text(_COUNT))).scalar_one())


_COUNT = "SELECT count(*) FROM inspection_object"


async def timed(play: Play, key: str) -> tuple[float, float, Trial]:
    """Try the lines; gives seconds on the clock, seconds of the processor, and the trial."""
    order = TrialOrder(
        plan_id=PLAN, lines=_LINES, shares=dict.fromkeys(_LINES, Fraction(1, 20)), key=key
    )
    clock, processor = time.perf_counter(), time.process_time()
    async with transaction(play.around, office(), writes=False) as work:
        steps = [step async for step in annual_plan.what_if(work, order)]
    trial = steps[-1]
    if not isinstance(trial, Trial):
        raise TypeError(trial)
    return time.perf_counter() - clock, time.process_time() - processor, trial


async def _main(objects: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/db.sqlite"
        play = start(url, Path(folder))
        await upgrade(play.around.engine)
        await found_county(play)
        print(f"{await crowd(play, objects):,} objects, lines {', '.join(_LINES)} at 5 % each")
        for name, key in (("expected", ""), ("rehearsal", "k1"), ("again", "k2")):
            clock, processor, trial = await timed(play, key)
            print(
                f"{name:10} {clock:6.1f} s, {processor:6.1f} s of processor;"
                f" {trial.rows:,} rows read, 1 place in {1 / trial.sample};"
                f" {float(trial.total.separate):,.0f} visits one by one,"
                f" {float(trial.total.merged):,.0f} merged"
            )
        await play.close()


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what a what-if takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=1_000_000)
    asyncio.run(_main(parser.parse_args(arguments).objects))


if __name__ == "__main__":
    main()
