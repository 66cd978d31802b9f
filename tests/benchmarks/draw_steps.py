"""The steps of one large round, each a process of its own: `python -m tests.benchmarks.draw_steps`.

Every step prints what it did as JSON. Freeze and draw are the code of a live round.
"""

import asyncio
import json
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg

from contracts.draw_proof import hash_of
from coordinator.adapters.db.engine import make_engine
from coordinator.adapters.db.frames import DatabaseFrames
from coordinator.adapters.frame_files import FileFrame
from coordinator.adapters.record_shelf import FolderShelf
from coordinator.domain.annual_plan import CREDIT, Conditions, Frame
from coordinator.domain.draw_computation import (
    compute_objects,
    compute_team,
    done,
    object_files,
    read_inputs,
    team_files,
)
from coordinator.domain.lottery.frames import FrameName
from coordinator.domain.lottery.kinds import Kind
from coordinator.domain.lottery.population import Exclusions, FrameLines
from coordinator.domain.lottery.strata import stratum_code
from coordinator.domain.lottery.transcript import build_transcript, full_record
from tests.benchmarks.draw_record import (
    DEPARTMENT,
    FRAME,
    KEY,
    LINE,
    ROUND,
    after_the_draw,
    before_the_draw,
    salts_of,
    signed,
)

DAY = date(2026, 4, 7)
STRATA = 148


def fill(database: Path, objects: int) -> dict[str, Any]:
    """Put invented objects into a register, 148 classes, one in ten at somebody else's place."""
    rows = (_sql_row(number) for number in range(objects))
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
        names = [row[1] for row in connection.execute("PRAGMA table_info(inspection_object)")]
        for (index,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
            " AND tbl_name = 'inspection_object'"
        ).fetchall():
            connection.execute(f'DROP INDEX "{index}"')
        given = list(_sql_row(0))
        missing = [name for name in given if name not in names]
        if missing:
            raise SystemExit(f"the register has no columns {missing}")
        places = ",".join("?" * len(given))
        connection.executemany(
            f"INSERT INTO inspection_object ({','.join(given)}) VALUES ({places})",  # noqa: S608 - names of columns
            (tuple(row.values()) for row in rows),
        )
        connection.commit()
    return {"objects": objects}


def copy(url: str, objects: int) -> dict[str, Any]:
    """Put the same objects into a register on PostgreSQL."""
    asyncio.run(_copy(url, objects))
    return {"objects": objects}


async def _copy(url: str, objects: int) -> None:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        for (index,) in await connection.fetch(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'inspection_object'"
            " AND indexname NOT LIKE '%_pkey'"
        ):
            await connection.execute(f'DROP INDEX "{index}"')
        await connection.copy_records_to_table(
            "inspection_object",
            records=(tuple(_sql_row(number).values()) for number in range(objects)),
            columns=list(_sql_row(0)),
        )
        await connection.execute("ANALYZE inspection_object")
    finally:
        await connection.close()


def _sql_row(number: int) -> dict[str, Any]:
    own = number // 50 * 50 if number % 10 == 7 else number
    return {
        "object_id": f"uscc:9164{number:014d}",
        "name": f"{number}",
        "place": f"uscc:9164{own:014d}",
        "kind": "enterprise",
        "region": f"6402{number % 40:02d}",
        "industry": "H6210",
        "address": "",
        "scale": "small",
        "status": "active" if number % 50 != 3 else "closed",
        "tags": "[]",
        "risk_class": f"K{number * 2654435761 % STRATA:03d}",
        "key_unit": False,
        "responsible_person": "",
        "phone": "",
    }


def freeze(url: str, folder: Path) -> dict[str, Any]:
    """Freeze the whole register as the frame of one line."""
    return asyncio.run(_freeze(url, folder))


async def _freeze(url: str, folder: Path) -> dict[str, Any]:
    started = time.perf_counter()
    engine = make_engine(url)
    shelf = FolderShelf(folder / "records")
    lines = FrameLines(Exclusions(), partial(stratum_code, KEY))
    async with engine.connect() as connection:
        frames = DatabaseFrames(connection)
        with shelf.draft(FrameName(ROUND, 1, LINE), KEY, ()) as draft:
            async for rows in frames.rows_of(Frame(conditions=Conditions(), by=CREDIT), DAY):
                draft.add(lines.write(rows))
            frozen = draft.finish()
    await engine.dispose()
    (folder / "frame.tsv").unlink(missing_ok=True)
    if frozen.path is None:
        (folder / "frame.tsv").write_bytes(frozen.body)
    else:
        shelf.frame(frozen.path, frozen.digest, frozen.counts).path.rename(folder / "frame.tsv")
    return {
        "seconds": time.perf_counter() - started,
        "root": frozen.root,
        "count": frozen.number_of_records,
        "digest": frozen.digest,
        "counts": [[*kind, number] for kind, number in sorted(frozen.counts.items())],
    }


def draw(folder: Path, frozen: dict[str, Any], ratio: int, threads: int) -> dict[str, Any]:
    """Draw one in `ratio` of every stratum; write the drawn file."""
    counts = {Kind(*kind): number for *kind, number in frozen["counts"]}
    files = before_the_draw(frozen["count"], frozen["root"], ratio)
    started = time.perf_counter()
    frame = FileFrame(folder / "frame.tsv", frozen["digest"], counts, threads)
    draws = compute_objects(read_inputs(files, {LINE: frame}))
    drawn = object_files(ROUND, draws)
    seconds = time.perf_counter() - started
    for path, content in drawn.items():
        target = folder / path
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(content)
    return {
        "seconds": seconds,
        "drawn": sum(len(each.drawn) for each in draws.values()),
        "strata": sum(len(each.strata) for each in draws.values()),
        "digest": hash_of(b"".join(drawn[path] for path in sorted(drawn))),
    }


def finish(folder: Path, frozen: dict[str, Any], ratio: int) -> dict[str, Any]:
    """Add checks, visits, units and teams, and write the whole record."""
    counts = {Kind(*kind): number for *kind, number in frozen["counts"]}
    frame = FileFrame(folder / "frame.tsv", frozen["digest"], counts)
    files = before_the_draw(frozen["count"], frozen["root"], ratio)
    files[f"drawn/{LINE}.tsv"] = (folder / "drawn" / f"{LINE}.tsv").read_bytes()
    inputs = read_inputs(files, {LINE: frame})
    objects = [row.object for row in inputs.drawn[LINE]]
    places = dict(_places(frame, set(objects)))
    files |= after_the_draw(inputs, places)
    inputs = read_inputs(files, {LINE: frame})
    teams = {DEPARTMENT: compute_team(inputs, DEPARTMENT)}
    files |= team_files(ROUND, teams)
    draws = compute_objects(inputs)
    transcript = build_transcript(files, salts_of(files), done(draws, teams), "benchmark")
    salts = {**salts_of(files), FRAME: KEY}
    FolderShelf(folder / "records").publish(
        ROUND, signed(full_record({**files, FRAME: frame}, salts, transcript))
    )
    return {"objects": len(objects)}


def _places(frame: FileFrame, objects: set[str]) -> Iterator[tuple[str, str]]:
    for line in frame.lines():
        thing, place, _ = line.split(b"\t", 2)
        if thing.decode() in objects:
            yield thing.decode(), place.decode()


def main(argv: Sequence[str]) -> None:
    """Run one step with its arguments."""
    step, folder = argv[0], Path(argv[1])
    given = json.loads(Path(argv[2]).read_text("utf-8")) if step in ("draw", "finish") else {}
    if step == "fill":
        told = fill(folder, int(argv[2]))
    elif step == "copy":
        told = copy(argv[1], int(argv[2]))
    elif step == "freeze":
        told = freeze(argv[2], folder)
    elif step == "draw":
        told = draw(folder, given, int(argv[3]), int(argv[4]))
    else:
        told = finish(folder, given, int(argv[3]))
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1:])
