"""Two processes that act on one PostgreSQL database at the same moment, and what came of it."""

import asyncio
import multiprocessing
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from coordinator.adapters.db.engine import make_engine
from coordinator.adapters.db.migrate import upgrade
from coordinator.adapters.db.unit_of_work import transaction
from coordinator.domain.burden_ledger import BurdenEntry, Scope
from coordinator.domain.policy import BurdenPolicy
from coordinator.services import burden_ledger, handlers, lottery
from tests.county import found_county
from tests.play import AUDITOR, NEXT_ROUND, ROUND, Play, office, start

ROUNDS = (ROUND, NEXT_ROUND)
YEAR = 2026
CAP = 3
PLACES = tuple(f"premises:{n}" for n in range(4))
_PATIENCE_SECONDS = 120

Job = Callable[[Play, str], Coroutine[Any, Any, object]]


async def draw(play: Play, round_id: str) -> None:
    """Draw a round that is ready, as the second person."""
    async with play.work(office("office-b")) as work:
        await handlers.draw_round(work, round_id)


async def reserve(play: Play, name: str) -> None:
    """Try for every place more often than its cap allows, outside the queue of business."""
    caps = BurdenPolicy(visits_per_year=CAP)
    for number in range(CAP):
        for place in PLACES:
            async with transaction(play.around, office(name), writes=False) as work:
                await burden_ledger.hold_years(work, [YEAR])
                ledger = await burden_ledger.ledger_of(work, [place], [YEAR], caps)
                await asyncio.sleep(0)  # lets the other process in, if it could come
                if ledger.full(place, YEAR, ["county"]) is None:
                    entry = _entry(f"{name}.{place}.{number}", place)
                    await burden_ledger.put_down(work, [entry])


JOBS: dict[str, Job] = {"draw": draw, "reserve": reserve}


@dataclass(frozen=True)
class Outcome:
    """What stands after both rounds were drawn; `most` visits that any place has."""

    most: int
    visits: int
    gave_way: int
    deferred: int


class TwoProcesses:
    """Two processes that start each job at the same moment, on engines of their own."""

    def __init__(self, folder: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self._barrier = context.Barrier(2)  # the parent must keep it for as long as it is used
        self._ends: list[Connection] = []
        self._processes = []
        for number in (1, 2):
            mine, its = context.Pipe()
            own = folder / f"process-{number}"
            own.mkdir()
            self._ends.append(mine)
            self._processes.append(
                context.Process(target=_work_off, args=(its, self._barrier, own), daemon=True)
            )

    def __enter__(self) -> Self:
        for process in self._processes:
            process.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        for end, process in zip(self._ends, self._processes, strict=True):
            end.send(None)
            process.join(_PATIENCE_SECONDS)

    def do(self, job: str, url: str, subjects: tuple[str, str]) -> None:
        """Do a job in both processes at once; raises RuntimeError with what either complained."""
        for end, subject in zip(self._ends, subjects, strict=True):
            end.send((job, url, subject))
        said = [end.recv() if end.poll(_PATIENCE_SECONDS) else "silent" for end in self._ends]
        if any(said):
            raise RuntimeError("; ".join(each for each in said if each))


def _work_off(end: Connection, barrier: Any, folder: Path) -> None:
    while (asked := end.recv()) is not None:
        job, url, subject = asked
        try:
            asyncio.run(_do(JOBS[job], url, subject, (barrier, folder)))
            end.send("")
        except Exception as error:  # whatever it is, the parent process tells it
            end.send(f"{subject}: {error!r}")


async def _do(job: Job, url: str, subject: str, around: tuple[Any, Path]) -> None:
    barrier, folder = around
    play = start(url, folder)
    async with play.around.engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
    await asyncio.to_thread(barrier.wait, _PATIENCE_SECONDS)
    try:
        await job(play, subject)
    finally:
        await play.close()


async def prepare(url: str, folder: Path) -> None:
    """Migrate a database and bring two rounds over the same places, one visit each, to the draw."""
    engine = make_engine(url)
    await upgrade(engine)
    await engine.dispose()
    play = start(url, folder)
    await found_county(play)
    await play.override(burden__visits_per_year=1)
    await play.open_round(ROUND, "L1")
    await play.open_round(NEXT_ROUND, "L3")
    frozen = [await play.freeze(round_id) for round_id in ROUNDS]
    for drawn in frozen:
        await play.sign(drawn)
        await play.reveal(drawn)
        async with play.work(office("office-a")) as work:
            await lottery.request_draw(work, drawn.round_id)
    await play.close()


async def outcome(url: str, folder: Path) -> Outcome:
    """Look at what both rounds left."""
    play = start(url, folder)
    async with play.work(AUDITOR) as work:
        counts = await work.burden_counts.where(scope=Scope.TOTAL)
        found = Outcome(
            most=max((count.number for count in counts), default=0),
            visits=await work.visits.count(desk=False),
            gave_way=await work.object_replacements.count(),
            deferred=await work.dropped_checks.count(),
        )
    await play.close()
    return found


async def numbers(url: str, folder: Path) -> dict[str, int]:
    """Give how many visits each place has."""
    play = start(url, folder)
    async with play.work(AUDITOR) as work:
        counts = await work.burden_counts.where(scope=Scope.TOTAL)
    await play.close()
    return {count.place: count.number for count in counts}


@asynccontextmanager
async def database(server_url: str, name: str, template: str = "") -> AsyncIterator[str]:
    """Give the address of a database that lasts as long as the block: empty, or a copy."""
    # Databases are made outside of any transaction.
    admin = create_async_engine(make_url(server_url), isolation_level="AUTOCOMMIT")
    of = f' TEMPLATE "{template}"' if template else ""
    async with admin.connect() as connection:
        await connection.execute(text(f'CREATE DATABASE "{name}"{of}'))
    try:
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        async with admin.connect() as connection:
            await connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        await admin.dispose()


def _entry(entry_id: str, place: str) -> BurdenEntry:
    return BurdenEntry(
        entry_id=entry_id,
        place=place,
        year=YEAR,
        round_id="",
        organs=("market-regulation",),
        levels=("county",),
        exemption="",
        note="",
        entered_at=datetime(2026, 3, 25, tzinfo=UTC),
        entered_by="office",
    )
