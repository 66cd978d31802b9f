"""Counts of frames over whatever objects a database holds, as a page makes them while typing."""

import asyncio
import sys
import time
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncEngine

from coordinator.adapters.db.engine import make_engine
from coordinator.adapters.db.frames import DatabaseFrames
from coordinator.domain.annual_plan import CREDIT, Conditions, Frame, FrameCount

DAY = date(2026, 3, 31)
LINES = {
    "tag and industry": Frame(
        conditions=Conditions(tags=("restaurant",), industries=("H61", "H62")), by=CREDIT
    ),
    "one tag": Frame(conditions=Conditions(tags=("hotel",)), by=CREDIT),
    "two tags": Frame(conditions=Conditions(tags=("pharmacy", "clinic")), by=CREDIT),
    "risk classes of an industry": Frame(
        conditions=Conditions(industries=("C",), risk_classes=("C", "D"))
    ),
    "graded": Frame(
        conditions=Conditions(tags=("restaurant",), gradings={"food-risk": ("D",)}),
        by="food-risk",
    ),
    "complaints of a year": Frame(conditions=Conditions(events=("complaint",)), by=CREDIT),
    "key units": Frame(conditions=Conditions(key_unit=True)),
    "serious list": Frame(conditions=Conditions(lists=("serious",))),
    "one county": Frame(conditions=Conditions(regions=("640221",), tags=("chemical",)), by=CREDIT),
    "everybody (undirected)": Frame(conditions=Conditions(), by=CREDIT),
}


@dataclass(frozen=True)
class Timed:
    """One count and how many seconds it took, the second time of asking."""

    line: str
    seconds: float
    found: FrameCount


async def counts(engine: AsyncEngine) -> list[Timed]:
    """Count every line twice and keep the second time: a page asks again with each letter."""
    answers = []
    for name, frame in LINES.items():
        await _timed(engine, name, frame)
        answers.append(await _timed(engine, name, frame))
    return answers


async def _timed(engine: AsyncEngine, name: str, frame: Frame) -> Timed:
    async with engine.connect() as connection:
        started = time.perf_counter()
        found = await DatabaseFrames(connection).count(frame, DAY)
        return Timed(name, time.perf_counter() - started, found)


def print_counts(answers: list[Timed]) -> None:
    """Print a table of the counts."""
    print(f"{'frame':28} {'seconds':>8} {'objects':>11} {'places':>11}")
    for each in answers:
        print(
            f"{each.line:28} {each.seconds:8.2f} {each.found.objects:11,} {each.found.places:11,}"
        )


async def _main(url: str) -> None:
    engine = make_engine(url)
    print_counts(await counts(engine))
    await engine.dispose()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: bash deploy/bench.sh frames DATABASE_URL")
    asyncio.run(_main(sys.argv[1]))
