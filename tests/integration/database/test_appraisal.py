"""The appraisal's figures on PostgreSQL: equal to a plain recount, as on SQLite."""

from dataclasses import replace
from datetime import date

from coordinator.domain.appraisal import Half, Period
from tests.appraised import half_way, require_equal, require_tallied
from tests.county import found_county
from tests.play import ROUND, Play, office


async def test_figures_and_rows_are_those_of_a_plain_recount(empty: Play) -> None:
    await found_county(empty)
    await empty.drawn_round(ROUND, "L1", "L2")
    await empty.publish(ROUND)
    for task in await empty.tasks(ROUND):
        await empty.accept(task)
    empty.clock.pass_time(days=20)
    await half_way(empty)
    async with empty.work(office()) as work:
        lines = await work.plan_lines.where(code=("L1", "L2"))
        await work.plan_lines.save(*(replace(line, window_to=date(2026, 8, 1)) for line in lines))
        [late, *_] = await work.visits.where(round_id=ROUND)
        await work.visits.save(replace(late, date_to=date(2026, 7, 15)))

    await require_equal(empty, Period(year=2026))
    await require_equal(empty, Period(year=2026, half=Half.FIRST))
    await require_equal(empty, Period(year=2026, half=Half.SECOND))
    await require_tallied(empty)
