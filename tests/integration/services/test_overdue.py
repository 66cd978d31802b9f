"""What is overdue shows, is noted once, and goes out only by acting; the trace stays."""

from datetime import date, timedelta
from typing import Any

from coordinator.domain.overdue import Light, OpenClock
from coordinator.services import overdue
from coordinator.services.ports import Actor, Query
from coordinator.web.overdue_clocks import SeenClocks
from tests.builders import FIRE, MARKET
from tests.integration.services.post_box import letters
from tests.play import AUDITOR, ROUND, Play, clerk, office

RED_TAG, OUT_TAG = "overdue:clock:red", "overdue:clock:cleared"


async def _clocks(play: Play, kind: str) -> list[OpenClock]:
    async with play.work(AUDITOR) as work:
        return [each for each in await overdue.open_clocks(work) if each.kind == kind]


async def _entries(play: Play, tag: str) -> int:
    async with play.work(AUDITOR) as work:
        return int(await work.audit_entries.count(tag=tag))


async def _note(play: Play) -> object:
    async with play.work(office("daily-duties")) as work:
        return await overdue.note_red_clocks(work)


async def _waiting_for_disclosure(play: Play) -> date:
    """Let one department approve its report and leave it there; gives the last day to publish."""
    for task in await play.tasks(ROUND):
        await play.report(task)
    [task, *_] = [each for each in await play.tasks(ROUND) if each.department == MARKET]
    await play.approve(task)
    return next(each.due_date for each in await _clocks(play, "disclosure"))


async def test_a_light_turns_yellow_on_the_day_and_red_by_the_rules_of_the_rounds_plan(
    dispatched: Play,
) -> None:
    await dispatched.override(overdue__red_days=5)
    due = await _waiting_for_disclosure(dispatched)

    shown = []
    for days in (-1, 0, 4, 5):
        dispatched.clock.go_to(due + timedelta(days=days))
        shown.append({each.light for each in await _clocks(dispatched, "disclosure")})

    assert shown == [{Light.RUNNING}, {Light.YELLOW}, {Light.YELLOW}, {Light.RED}]


async def test_a_report_that_never_comes_turns_red_by_the_end_of_the_window(drawn: Play) -> None:
    await drawn.override(report__report_working_days=1)
    await drawn.publish(ROUND)
    [task, *_] = [each for each in await drawn.tasks(ROUND) if each.department == MARKET]
    await drawn.accept(task)
    [clock] = await _clocks(drawn, "findings")

    drawn.clock.go_to(clock.due_date + timedelta(days=30))
    [late] = await _clocks(drawn, "findings")

    assert (clock.light, late.light) == (Light.RUNNING, Light.RED)
    assert late.department == MARKET


async def test_what_turned_red_is_noted_once_and_its_end_too(dispatched: Play) -> None:
    due = await _waiting_for_disclosure(dispatched)
    dispatched.clock.go_to(due + timedelta(days=3))
    open_before = len(await _clocks(dispatched, "disclosure"))

    first = await _note(dispatched)
    again = await _note(dispatched)
    noted = await _entries(dispatched, RED_TAG)
    for task in await dispatched.tasks(ROUND):
        if task.state == "pending-review":
            await dispatched.approve(task)
        await dispatched.disclose(task)
    ended = await _note(dispatched)

    async with dispatched.work(AUDITOR) as work:
        traces = await work.red_clocks.where(kind="disclosure")
    assert (first, again) == ({"red": noted, "cleared": 0}, {"red": 0, "cleared": 0})
    assert len(traces) == open_before
    assert ended == {"red": 0, "cleared": open_before}
    assert await _entries(dispatched, OUT_TAG) == open_before
    assert {each.cleared_date for each in traces} == {dispatched.clock.today()}
    assert {each.red_date for each in traces} == {due + timedelta(days=3)}


async def test_a_department_sees_its_own_clocks_only(dispatched: Play) -> None:
    due = await _waiting_for_disclosure(dispatched)
    dispatched.clock.go_to(due)

    async def seen(actor: Actor) -> set[str]:
        async with dispatched.work(actor) as work:
            page = await SeenClocks(work, actor).page(Query())
        return {each.department for each in page.values}

    assert await seen(clerk(FIRE)) == {FIRE}
    assert {FIRE, MARKET} <= await seen(office())


async def test_nothing_of_a_covert_round_is_named_among_the_clocks(drawn: Play) -> None:
    async with drawn.work(AUDITOR) as work:
        covert = [each for each in await work.plan_lines.where() if each.mode == "covert"]
    await drawn.drawn_round("C1", covert[0].code)
    await drawn.publish("C1")
    drawn.clock.go_to(covert[0].window_to)

    async with drawn.work(office()) as work:
        [visit, *_] = await work.visits.where(round_id="C1")
        page = await SeenClocks(work, office()).page(Query(equals={"kind": "visit"}))

    of_round = [each for each in page.values if each.round_id == "C1"]
    assert of_round
    assert {each.name for each in of_round} == {""}
    assert visit.place_name not in repr(page.values)


async def _remind(play: Play) -> list[Any]:
    async with play.work(office("daily-duties")) as work:
        await overdue.remind_departments(work)
    return [each.data for each in await letters(play, "ClockReminded")]


async def test_a_department_is_reminded_of_its_report_and_its_feedback_once_at_each_light(
    dispatched: Play,
) -> None:
    await dispatched.override(report__feedback_working_days=1)
    [task, *_] = [each for each in await dispatched.tasks(ROUND) if each.department == MARKET]
    await dispatched.report(task)
    [clock] = await _clocks(dispatched, "feedback")
    numbers = []
    for days in (-1, 0, 0, 3, 9):
        dispatched.clock.go_to(clock.due_date + timedelta(days=days))
        numbers.append(len(await _remind(dispatched)))

    told = await _remind(dispatched)
    assert numbers == [0, 1, 1, 2, 2]
    assert [each["clock"] for each in told] == ["feedback"] * 2
    assert {each["about"] for each in told} == {task.visit_id}
    assert [(each["number"], each["days_over"]) for each in told] == [(1, 0), (2, 3)]
    assert {each["name"] for each in told} == {""}
