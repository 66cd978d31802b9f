"""A round half reported and half published, and its figures compared with a plain recount."""

from typing import Any

from sqlalchemy import select

from coordinator.adapters.db import directory_tallies, result_tallies
from coordinator.adapters.db.unit_of_work import UnitOfWork
from coordinator.domain.appraisal import WHOLE, Period
from coordinator.services import follow_up
from coordinator.services.appraisal.periods import counted_in
from coordinator.services.ports import Query
from tests.builders import a_problem
from tests.plain_appraisals import PlainAppraisals
from tests.play import AUDITOR, ROUND, Play, clerk

ALL = Query(limit=100_000)


async def half_way(play: Play) -> None:
    """Report all but one task, one with a problem; approve and disclose some."""
    tasks = await play.tasks(ROUND)
    for number, task in enumerate(tasks[:-1]):
        await play.report(task, a_problem() if number == 0 else None)
    for number, task in enumerate(tasks[:4]):
        await play.approve(task)
        if number < 3:
            await play.disclose(task)
    async with play.work(AUDITOR) as work:
        [bad, *_] = await work.results.where(has_problem=True)
    async with play.work(clerk(bad.department)) as work:
        await follow_up.order_rectification(work, bad.result_id, "《食品安全法》第三十三条")


async def require_equal(play: Play, period: Period) -> None:
    """Compare every figure and every row behind it with a plain recount."""
    async with play.work(AUDITOR) as work:
        scope = (await counted_in(work, period)).scope
        plain = PlainAppraisals(work)
        counted, recounted = await work.appraisals.tallies(scope), await plain.tallies(scope)
        codes = {WHOLE, *counted.organs, *recounted.organs}
        for fact in {each for counts in (counted.whole, recounted.whole) for each in counts}:
            for code in codes:
                found = counted.of(code, fact)
                assert found == recounted.of(code, fact), (fact, code, period)
            listed = await work.appraisals.rows(fact, scope, ALL)
            wanted = await plain.rows(fact, scope, ALL)
            assert sorted(r.key for r in listed.values) == sorted(r.key for r in wanted.values)


async def require_tallied(play: Play) -> None:
    """Compare what is kept beside results and directories with all of it counted anew."""
    async with play.work(AUDITOR) as work:
        kept = [await _tallies(work, table) for table in _TALLIES]
        await result_tallies.count_again(work.connection)
        await directory_tallies.count_again(work.connection)
        assert kept == [await _tallies(work, table) for table in _TALLIES]


_TALLIES = (result_tallies.TALLY, directory_tallies.TALLY)


async def _tallies(work: UnitOfWork, table: Any) -> set[tuple[Any, ...]]:
    return {tuple(row) for row in await work.connection.execute(select(table))}
