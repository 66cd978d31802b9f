"""A province's joint platform, after the draw: who checks gives feedback, machines do the rest.

One comprehensive team of three organs goes to each hotel of a district, and each organ answers for
its own part (2.13). Lists, plan, draw and results reach the public platforms without a hand, every
record with its state, compared every day; the figures of all twelve organs count themselves.
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from coordinator.domain.appraisal import Period
from coordinator.domain.dispatch import DepartmentTask
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.exchange import ExchangeRecord
from coordinator.domain.lifecycle import ExchangeState
from coordinator.domain.review import FeedbackNote
from coordinator.services import appraisal, review
from coordinator.services.ports import Work
from tests.integration.services.platforms import PUBLICITY, SUPERVISION, Platforms
from tests.play import PLAN, clerk
from tests.scenarios import province
from tests.scenarios.localities import Locality, go_on
from tests.scenarios.loop import accept_all, approve_all, by_organ, disclose_all, report_all
from tests.scenarios.rounds import teams_of
from tests.snapshots import Snapshot

ROUND, LINE = "HN-R1", province.XIUYING_HOTELS
DRAWN, VISITED, PUBLISHED = date(2026, 8, 10), date(2026, 9, 8), date(2026, 9, 15)
ORGANS = ("fr-xy", "he-xy", "ps-xy")


@dataclass(frozen=True)
class Story:
    """The platform after one round, with both sides of its exchange."""

    province: Locality
    tasks: list[DepartmentTask]
    platforms: Platforms
    first: list[ExchangeRecord]
    second: list[ExchangeRecord]


@pytest.fixture(scope="module")
async def story(
    province_listed: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Story]:
    folder = tmp_path_factory.mktemp("platform")
    platform = go_on(province_listed, folder, province.PROFILE)
    await platform.adopt(PLAN, "琼联席〔2026〕1号")
    platforms = Platforms(platform.play, folder / "exchange")
    await platforms.exchange()
    first = await platforms.records()
    tasks = await _check(platform)
    await platforms.exchange()
    for code in (PUBLICITY, SUPERVISION):
        for number in range(len(platforms.files(code))):
            receipts = [_receipt(told) for told in platforms.told(code, number)]
            platforms.answer(code, f"r{number}.jsonl", *receipts)
    await platforms.exchange()
    held = {each.record_id: each.digest for each in await platforms.records(platform=SUPERVISION)}
    platforms.list_of(SUPERVISION, f"{PUBLISHED.isoformat()}.csv", held)
    await platforms.exchange()
    yield Story(platform, tasks, platforms, first, await platforms.records())
    await platform.play.close()


def _receipt(told: Mapping[str, Any]) -> dict[str, Any]:
    return {"record": told["record"], "digest": told["digest"], "state": "accepted"}


async def _check(platform: Locality) -> list[DepartmentTask]:
    platform.on(DRAWN)
    await platform.play.drawn_round(ROUND, LINE)
    await platform.play.publish(ROUND)
    platform.on(VISITED)
    tasks = await accept_all(platform, ROUND)
    await report_all(platform, tasks, VISITED)

    async def tell(work: Work, task: DepartmentTask) -> None:
        [seat, *_] = await work.team.where(visit_id=task.visit_id, department=task.department)
        note = FeedbackNote(given_date=VISITED, given_by=seat.person_id, note="已当场反馈")
        await review.record_feedback(work, task.visit_id, task.department, note)

    await by_organ(platform, tasks, tell)
    await approve_all(platform, tasks)
    platform.on(PUBLISHED)
    await disclose_all(platform, tasks)
    return list(await platform.play.tasks(ROUND))


async def test_one_comprehensive_team_of_three_organs_goes_to_each_of_five_hotels(
    story: Story,
) -> None:
    teams = await teams_of(story.province, ROUND)

    assert len(teams) == 5
    for team in teams.values():
        assert Counter(seat.department for seat in team) == dict.fromkeys(ORGANS, 2)
        assert sum(seat.leader for seat in team) == 1


async def test_each_organ_that_checked_gives_its_feedback_and_no_other_may(story: Story) -> None:
    part = story.tasks[0]
    other = next(organ for organ in ORGANS if organ != part.department)
    note = FeedbackNote(given_date=VISITED, given_by=other, note="代为反馈")

    with pytest.raises(RuleBrokenError) as foreign:
        async with story.province.work(clerk(other)) as work:
            await review.record_feedback(work, part.visit_id, part.department, note)

    assert len(story.tasks) == 15
    assert all(task.feedback_at is not None for task in story.tasks)
    for visit_id, team in (await teams_of(story.province, ROUND)).items():
        seats = {(seat.department, seat.person_id) for seat in team}
        told = {(t.department, t.feedback_by) for t in story.tasks if t.visit_id == visit_id}
        assert len(told) == len(ORGANS)
        assert told <= seats
    assert foreign.value.rule is Rule.NOT_YOUR_DEPARTMENT


async def test_lists_plan_draw_and_results_reach_the_platforms_without_a_hand(
    story: Story,
) -> None:
    before = Counter((each.platform, each.kind.value) for each in story.first)
    after = Counter((each.platform, each.kind.value) for each in story.second)

    lists_and_plan = {(SUPERVISION, "item-list"): 1, (SUPERVISION, "plan"): 1}
    assert before == {**lists_and_plan, (PUBLICITY, "plan"): 1}
    results = dict.fromkeys([(PUBLICITY, "result"), (SUPERVISION, "result")], 25)
    assert after == {**before, (SUPERVISION, "draw"): 1, **results}
    assert {each.state for each in story.second} == {ExchangeState.ACCEPTED}


async def test_the_daily_list_of_the_platform_agrees_with_ours(story: Story) -> None:
    async with story.province.reading() as work:
        [day] = await work.reconciliations.where()

    assert (day.platform, day.is_clean) == (SUPERVISION, True)
    assert (day.ours, day.theirs) == (28, 28)


async def test_the_figures_of_all_twelve_organs_count_themselves_zeros_included(
    story: Story,
) -> None:
    async with story.province.reading() as work:
        figures = await appraisal.period_figures(work, Period(year=2026, plan_id=PLAN))
    read = {each.rule.code: each for each in figures.whole}
    made = {
        organ: {each.rule.code: each.numerator for each in readings}
        for organ, readings in figures.organs.items()
    }

    assert len(made) == 12
    assert {organ for organ, each in made.items() if each["plan-completion"]} == set(ORGANS)
    assert {organ: made[organ]["disclosure"] for organ in ORGANS} == {
        "fr-xy": 5,
        "he-xy": 10,
        "ps-xy": 10,
    }
    for code in ("plan-completion", "disclosure"):
        assert (read[code].percent, read[code].is_met) == ("100.0 %", True)
    assert (read["saved"].numerator, read["joint"].percent) == (10, "100.0 %")
