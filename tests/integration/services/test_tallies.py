"""What is kept beside the results is what a recount gives, after everything that changes one."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

from coordinator.adapters.db.result_tallies import COLUMNS
from coordinator.domain.appraisal import Fact, Period
from coordinator.domain.dispatch import DepartmentTask
from coordinator.services import appraisal, disclosure, follow_up, handlers, review
from coordinator.services.appraisal.periods import counted_in
from coordinator.services.disclosure import ExemptionOrder
from tests.appraised import ALL, require_equal, require_tallied
from tests.builders import MARKET, a_problem
from tests.integration.services.follow_up_story import LINE
from tests.integration.services.publishing import now, published, results_of
from tests.play import AUDITOR, ROUND, Play, approver, clerk, office

YEAR = Period(year=2026)
Step = Callable[[Play, DepartmentTask], Awaitable[Any]]


async def _entered(play: Play, task: DepartmentTask) -> None:
    await play.report(task, a_problem())


async def _returned_and_entered_again(play: Play, task: DepartmentTask) -> None:
    async with play.work(approver(task.department)) as work:
        await review.return_result(work, task.visit_id, task.department, "请补正")
    await play.report(await now(play, task), a_problem())


async def _approved(play: Play, task: DepartmentTask) -> None:
    await play.approve(task)


async def _published(play: Play, task: DepartmentTask) -> None:
    await play.disclose(task)


async def _settled(play: Play, task: DepartmentTask) -> None:
    async with play.work(AUDITOR) as work:
        [bad] = await work.results.where(visit_id=task.visit_id, has_problem=True)
    async with play.work(clerk(task.department)) as work:
        order = await follow_up.order_rectification(work, bad.result_id, "《食品安全法》第三十三条")
        key = order.rectification_id
        await handlers.report_rectification(work, key, "已清理", (LINE,))
    async with play.work(approver(task.department)) as work:
        await handlers.close_rectification(work, key, "现场已整改")


async def _withdrawn(play: Play, task: DepartmentTask) -> None:
    [first, *_] = await published(play, task)
    async with play.work(approver(task.department)) as work:
        await disclosure.request_withdrawal(work, first.disclosure_id, "wrong-object")
    async with play.work(approver(task.department, "second")) as work:
        await disclosure.confirm_withdrawal(work, first.disclosure_id)


async def _reopened(play: Play, task: DepartmentTask) -> None:
    async with play.work(approver(task.department)) as work:
        await handlers.correct_result(work, task.visit_id, task.department, "录入有误")


async def _corrected(play: Play, task: DepartmentTask) -> None:
    await play.report(await now(play, task))
    await play.approve(task)


async def _exempted(play: Play, task: DepartmentTask) -> None:
    [first, *_] = await results_of(play, task)
    async with play.work(clerk(task.department)) as work:
        order = ExemptionOrder(first, "trade-secret", "配方在列")
        asked = await disclosure.request_exemption(work, order)
    async with play.work(approver(task.department)) as work:
        await handlers.approve_exemption(work, asked.exemption_id, "")


_WAY: tuple[Step, ...] = (
    _entered,
    _returned_and_entered_again,
    _approved,
    _published,
    _settled,
    _withdrawn,
    _reopened,
    _corrected,
    _exempted,
)


async def test_tallies_follow_whatever_changes_a_result(dispatched: Play) -> None:
    task = next(each for each in await dispatched.tasks(ROUND) if each.department == MARKET)
    others = [each for each in await dispatched.tasks(ROUND) if each != task]
    await dispatched.report(others[0])
    seen = []

    for step in _WAY:
        await step(dispatched, await now(dispatched, task))
        await require_tallied(dispatched)
        seen.append(await _counts(dispatched))

    changed = [before != after for before, after in pairwise(seen)]
    assert changed.count(True) >= 5
    await require_equal(dispatched, YEAR)


async def _counts(play: Play) -> tuple[int, ...]:
    async with play.work(AUDITOR) as work:
        figures = await appraisal.period_figures(work, YEAR)
    return tuple(each.numerator for each in figures.whole)


async def test_a_figure_opens_as_many_rows_as_it_says(dispatched: Play) -> None:
    tasks = await dispatched.tasks(ROUND)
    await dispatched.report(tasks[0], a_problem())
    await dispatched.approve(tasks[0])
    await dispatched.report(tasks[1])

    async with dispatched.work(AUDITOR) as work:
        counted = (await work.appraisals.tallies((await counted_in(work, YEAR)).scope)).whole
        listed = {fact: await appraisal.fact_rows(work, fact, YEAR, ALL) for fact in COLUMNS}

    assert {fact: len(page.values) for fact, page in listed.items()} == {
        fact: counted[fact] for fact in COLUMNS
    }
    assert counted[Fact.RESULTS_ENTERED] > counted[Fact.RESULTS_PROBLEM] == 1


async def test_a_removed_result_leaves_its_tally(dispatched: Play) -> None:
    task = (await dispatched.tasks(ROUND))[0]
    await dispatched.report(task)
    async with dispatched.work(AUDITOR) as work:
        [first, *_] = await work.results.where(visit_id=task.visit_id)
        await work.results.add([replace(first, result_id="another", has_problem=True)])
        added = (await work.appraisals.tallies((await counted_in(work, YEAR)).scope)).whole
        await work.results.remove("another")
        removed = (await work.appraisals.tallies((await counted_in(work, YEAR)).scope)).whole

    assert added[Fact.RESULTS_PROBLEM] == 1
    assert removed[Fact.RESULTS_PROBLEM] == 0
    assert added[Fact.RESULTS_ENTERED] == removed[Fact.RESULTS_ENTERED] + 1


async def test_a_recount_puts_right_what_was_written_by_hand(dispatched: Play) -> None:
    task = (await dispatched.tasks(ROUND))[0]
    await dispatched.report(task)
    async with dispatched.work(office()) as work:
        for by_hand in ("DELETE FROM result_tally", "UPDATE directory_tally SET complete = 99"):
            await work.connection.exec_driver_sql(by_hand)

    async with dispatched.work(office()) as work:
        wrong = [await appraisal.count_again(work), await appraisal.count_again(work)]
        [*told] = await work.audit_entries.where(tag="appraisal:tallies:counted")

    assert wrong[0] > wrong[1] == 0
    assert [entry.facts["wrong"] for entry in told] == wrong
    await require_equal(dispatched, YEAR)
