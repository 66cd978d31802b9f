"""The feed of results that another organ may recognise says what the merge would do."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.domain.annual_plan import months_before
from coordinator.services import disclosure, handlers
from coordinator.services.checklist_merge import (
    NotRecognisable,
    RecognisablePage,
    RecognisableResult,
    recognisable_results,
)
from coordinator.services.checklist_merge.recognisable import last_day_in_time
from coordinator.web.dependencies import PUBLIC
from tests.builders import POLICY, a_problem
from tests.play import AUDITOR, ROUND, Play, approver, clerk


async def feed(play: Play, after: int = 0, limit: int = 100) -> RecognisablePage:
    async with play.work(AUDITOR) as work:
        return await recognisable_results(work, after, limit)


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(1, 36))
def test_the_last_day_is_the_last_on_which_the_merge_would_still_count_it(
    visited: date, months: int
) -> None:
    last = last_day_in_time(visited, months)

    assert months_before(last, months) <= visited
    assert months_before(last + timedelta(days=1), months) > visited


async def test_clean_results_are_in_the_feed_with_the_day_they_last_to(dispatched: Play) -> None:
    task = (await dispatched.tasks(ROUND))[0]
    await dispatched.report(task)
    await dispatched.approve(task)
    assert (await feed(dispatched)).values == ()
    await dispatched.disclose(task)

    page = await feed(dispatched)

    assert POLICY.merge.recognition_months is not None
    assert [each.department for each in page.values] == [task.department] * len(page.values)
    [first, *_] = page.values
    assert first.why_not in (None, NotRecognisable.KEY_ITEM)
    assert first.last_day == last_day_in_time(first.visited_date, POLICY.merge.recognition_months)
    async with dispatched.work(AUDITOR) as work:
        own = await recognisable_results(work, 0, 100, task.department)
    assert (own.values, own.next_after) == ((), page.next_after)


async def test_the_feed_goes_on_after_a_number_to_its_end(dispatched: Play) -> None:
    for task in (await dispatched.tasks(ROUND))[:3]:
        await dispatched.report(task)
        await dispatched.approve(task)
        await dispatched.disclose(task)
    whole = await feed(dispatched)

    after = 0
    seen: list[RecognisableResult] = []
    while (page := await feed(dispatched, after, 1)).next_after != after:
        seen += page.values
        after = page.next_after

    assert tuple(seen) == whole.values
    assert [each.number for each in seen] == sorted(each.number for each in seen)


async def test_a_problem_an_objection_a_correction_and_a_withdrawal_each_say_why_not(
    dispatched: Play,
) -> None:
    first, second, third = (await dispatched.tasks(ROUND))[:3]
    for task, problem in ((first, a_problem()), (second, None), (third, None)):
        await dispatched.report(task, problem)
        await dispatched.approve(task)
        await dispatched.disclose(task)
    objected, gone = [
        next(e for e in (await feed(dispatched)).values if _is_of(e.result_id, task.task_id))
        for task in (second, third)
    ]
    async with dispatched.work(PUBLIC) as work:
        await disclosure.receive_objection(work, objected.disclosure_id, "未检查")
    async with dispatched.work(clerk(third.department)) as work:
        await disclosure.request_withdrawal(work, gone.disclosure_id, "repeated")
    async with dispatched.work(approver(third.department)) as work:
        await disclosure.confirm_withdrawal(work, gone.disclosure_id)

    why = {each.disclosure_id: each.why_not for each in (await feed(dispatched)).values}

    problems = [
        each.why_not
        for each in (await feed(dispatched)).values
        if _is_of(each.result_id, first.task_id)
    ]
    assert NotRecognisable.PROBLEM in problems
    assert why[objected.disclosure_id] is NotRecognisable.DOUBTFUL
    assert why[gone.disclosure_id] is NotRecognisable.WITHDRAWN
    async with dispatched.work(approver(second.department)) as work:
        await handlers.answer_objection(work, objected.disclosure_id, "已检查", upheld=False)
    after = {each.disclosure_id: each.why_not for each in (await feed(dispatched)).values}
    assert after[objected.disclosure_id] == objected.why_not


def _is_of(result_id: str, task_id: str) -> bool:
    return result_id.startswith(f"{task_id}.")


@pytest.mark.parametrize("limit", [1, 7])
async def test_an_empty_log_gives_an_empty_page(dispatched: Play, limit: int) -> None:
    assert await feed(dispatched, 0, limit) == RecognisablePage((), 0)
