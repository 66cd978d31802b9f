"""Findings entered by fifty departments, and the dashboard over a million results, on PostgreSQL.

python -m tests.benchmarks.results [--findings N] [--results N] [--objects N]
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from httpx2 import AsyncClient
from sqlalchemy import MetaData, Table, select
from sqlalchemy.sql import quoted_name

from contracts.results import FindingsSubmitted
from coordinator.adapters.db.migrate import upgrade
from coordinator.adapters.db.tables_results import ReportRow, ResultRow
from coordinator.domain.appraisal import Half, Period
from coordinator.services import appraisal
from deploy.local.postgres import temporary_postgres
from tests.answering import methods_of
from tests.benchmarks.crowd import ROUNDS, clone_register, clone_tasks, clone_year
from tests.builders import a_finding, a_problem
from tests.county import found_county
from tests.integration.services.page_clients import HTML, people
from tests.play import AUDITOR, ROUND, Play, start

if TYPE_CHECKING:
    from coordinator.domain.dispatch import DepartmentTask

_RUNS = 7
_PAGE = "/console/appraisal"
_ORGAN = "market-regulation-3"  # one of those that clone_year makes
_REPORT: Table = ReportRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_RESULT: Table = ResultRow.__table__  # type: ignore[attr-defined] # SQLModel hides it


async def accepted_round(url: str, folder: Path) -> Play:
    """Play a small round until its tasks are accepted and its days have come."""
    play = start(url, folder)
    await upgrade(play.around.engine)
    await found_county(play)
    await play.drawn_round(ROUND, "L1", "L2")
    await play.publish(ROUND)
    for task in await play.tasks(ROUND):
        await play.accept(task)
    play.clock.pass_time(days=20)
    return play


async def entered(play: Play, findings: int) -> None:
    """Take in the reports of every department in turn, as one inbound process does; print rates."""
    await clone_tasks(play, findings)
    tasks = [each for each in await play.tasks(ROUND) if "." in each.visit_id]
    in_turn = sorted(await reports_of(play, tasks), key=lambda each: each.visit_id)
    departments = len({each.department for each in in_turn})
    number = sum(len(each.findings) for each in in_turn)
    started = time.perf_counter()
    for message in in_turn:
        await play.receive(message.department, message)
    seconds = time.perf_counter() - started
    print(
        f"{number:,} findings in {len(tasks):,} reports of {departments} departments:"
        f" {seconds:.1f} s, {number / seconds:,.0f} findings a second"
    )
    plain = await plainly_inserted(play)
    print(
        f"plain inserts of the same rows, a transaction per report: {plain:.1f} s,"
        f" {number / plain:,.0f} findings a second; ours takes {seconds / plain:.1f} x"
    )


async def reports_of(play: Play, tasks: Sequence["DepartmentTask"]) -> list[FindingsSubmitted]:
    """Write the report of each task, with everything loaded once."""
    asked, people_of = defaultdict(list), defaultdict(list)
    async with play.work(AUDITOR) as work:
        visits = {each.visit_id: each for each in await work.visits.where(round_id=ROUND)}
        for check in await work.checks.where(round_id=ROUND):
            asked[check.visit_id, check.department].append((check.item, check.object_id))
        for member in await work.team.where(round_id=ROUND):
            if member.is_officer:
                people_of[member.visit_id, member.department].append(member.person_id)
        methods = await methods_of(work, {item for each in asked.values() for item, _ in each})
    return [
        FindingsSubmitted(
            visit_id=task.visit_id,
            department=task.department,
            report_version=1,
            entered_by=people_of[task.visit_id, task.department][0],
            visited_date=visits[task.visit_id].date_from,
            present=tuple(people_of[task.visit_id, task.department]),
            entity_opinion="无异议",
            findings=tuple(
                a_finding(item, thing, method=methods[item])
                for item, thing in asked[task.visit_id, task.department]
            ),
        )
        for task in tasks
    ]


async def plainly_inserted(play: Play) -> float:
    """Insert the same rows of reports and results into equal tables; gives seconds."""
    engine, plain = play.around.engine, MetaData()
    async with engine.begin() as connection:
        reports = (await connection.execute(select(_REPORT))).mappings().all()
        found = (await connection.execute(select(_RESULT))).mappings().all()
        report, result = (each.to_metadata(plain, name=f"p_{each}") for each in (_REPORT, _RESULT))
        for index in (*report.indexes, *result.indexes):
            index.name = quoted_name(f"p_{index.name}", quote=None)
        await connection.run_sync(plain.create_all)
    results = defaultdict(list)
    for row in found:
        results[row["visit_id"], row["department"]].append(dict(row))
    started = time.perf_counter()
    for each in reports:
        async with engine.begin() as connection:
            await connection.execute(report.insert(), dict(each))
            rows = results[each["visit_id"], each["department"]]
            await connection.execute(result.insert(), rows)
    return time.perf_counter() - started


async def dashboard(play: Play, results: int, objects: int) -> None:
    """Print how long the figures of a large year take, and the pages that show them."""
    await large_year(play, results, objects)
    year = play.clock.today().year
    [office, department] = await people(play, ("boss", None), ("clerk", _ORGAN))
    for half in Half:
        await _timed(f"figures, {half}", partial(_figures, play, year, half))
    for half in Half:
        await _timed(f"page, {half}", partial(_look, office, f"{_PAGE}?half={half}"))
    await _timed("page, one round", partial(_look, office, f"{_PAGE}?round_id={ROUND}-3"))
    await _timed("page, year, as a department", partial(_look, department, _PAGE))
    rows = f"{_PAGE}/rows/results-problem?department={_ORGAN}"
    await _timed("rows behind a figure of one organ", partial(_look, department, rows))


async def large_year(play: Play, results: int, objects: int) -> None:
    """Make a year of so many results, half of them published, and a register of so many objects."""
    tasks = await play.tasks(ROUND)
    for number, task in enumerate(tasks):
        await play.report(task, None if number else a_problem())
    for task in tasks[: len(tasks) // 2]:
        await play.approve(task)
        await play.disclose(task)
    number, held = await clone_year(play, results), await clone_register(play, objects)
    print(f"{number:,} results in {ROUNDS} rounds, {held:,} objects in the register")


async def _figures(play: Play, year: int, half: Half) -> None:
    async with play.work(AUDITOR) as work:
        await appraisal.period_figures(work, Period(year=year, half=half))


async def _look(client: AsyncClient, path: str) -> None:
    answer = await client.get(path, headers=HTML)
    assert answer.status_code == HTTPStatus.OK, answer.text


async def _timed(name: str, act: Callable[[], Awaitable[None]]) -> None:
    """Print how long an act takes the first time, and how long after that."""
    seconds = []
    for _ in range(_RUNS):
        started = time.perf_counter()
        await act()
        seconds.append(time.perf_counter() - started)
    first, *later = seconds
    print(
        f"{name}: median {_ms(statistics.median(later))}, from {_ms(min(later))} to"
        f" {_ms(max(later))}; the first time {_ms(first)}"
    )


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


async def _main(findings: int, results: int, objects: int) -> None:
    with temporary_postgres() as server, tempfile.TemporaryDirectory() as folder:
        if findings:
            play = await accepted_round(server.create_database("entered"), Path(folder))
            await entered(play, findings)
            await play.close()
        if results:
            play = await accepted_round(server.create_database("year"), Path(folder))
            await dashboard(play, results, objects)
            await play.close()


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what findings and the dashboard take."""
    parser = argparse.ArgumentParser(prog="bash deploy/bench.sh results", description=__doc__)
    parser.add_argument("--findings", type=int, default=100_000)
    parser.add_argument("--results", type=int, default=1_000_000)
    parser.add_argument("--objects", type=int, default=1_000_000)
    given = parser.parse_args(arguments)
    asyncio.run(_main(given.findings, given.results, given.objects))


if __name__ == "__main__":
    main()
