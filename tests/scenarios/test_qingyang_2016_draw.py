"""庆阳 2016, the draw: hot issues weigh more, and anybody finds what was found (2.13).

Special equipment, food-related products and the after-sales service of household cars are drawn in
one round by the weights of the profile, which stand in the frozen frame. Two bureaus check the
cars; a dealer who turns customers away is published by name, those who complained are not.
"""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from contracts.draw_tables import FRAMES
from contracts.results import Finding
from coordinator.domain.registers.acts import RegisterKind
from coordinator.domain.result_intake import Result
from tests.builders import a_problem
from tests.play import PLAN
from tests.scenarios.localities import Locality, go_on
from tests.scenarios.loop import accept_all, approve_all, disclose_all, problems_of, report_all
from tests.scenarios.qingyang import (
    CARS,
    COMMERCE,
    COMPLAINTS,
    FIRST_DAY,
    FOOD,
    LIFTS,
    PROFILE,
    QUALITY,
    SPECIAL,
    officers,
    plan_lines,
    propose_and_merge,
    publish,
)
from tests.scenarios.rounds import rows_of, verdict
from tests.snapshots import Snapshot

ROUND, VISITED, PUBLISHED = "QY-R1", date(2026, 5, 12), date(2026, 5, 20)
WARRANTY = "《家用汽车产品修理、更换、退货责任规定》第六条"
TURNED_AWAY = "不履行三包责任，拒绝更换总成"


@dataclass(frozen=True)
class Story:
    """The round's visits, and the one result with a problem."""

    city: Locality
    bad: Result


@pytest.fixture(scope="module")
async def story(
    qingyang_begun: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Story]:
    city = go_on(qingyang_begun, tmp_path_factory.mktemp("qingyang-draw"), PROFILE)
    await publish(city, (await propose_and_merge(city)).list_id)
    city.on(FIRST_DAY)
    await city.draft(PLAN, 2026, "庆阳市2026年度抽查计划", plan_lines())
    await city.adopt(PLAN, "庆双随机办〔2026〕1号")
    leaders = [row | {"可带队": "是"} for row in officers()[::4]]
    await city.bring_rows(RegisterKind.INSPECTORS, leaders)
    city.on(date(2026, 3, 25))
    await city.play.drawn_round(ROUND, "QY-1", "QY-2", "QY-3")
    await city.play.publish(ROUND)
    await _check_the_cars(city)
    [bad] = await problems_of(city, ROUND)
    yield Story(city, bad)
    await city.play.close()


async def _check_the_cars(city: Locality) -> None:
    """Let both bureaus report of every dealer; quality supervision meets one that turns away."""
    async with city.reading() as work:
        checks = await work.checks.where(round_id=ROUND, line="QY-3")
    dealer, visits = min(c.object_id for c in checks), {c.visit_id for c in checks}
    tasks = [each for each in await accept_all(city, ROUND) if each.visit_id in visits]

    def met(finding: Finding) -> Finding:
        if (finding.object_id, finding.item) != (dealer, "qs-04"):
            return finding
        bad = {"problem": TURNED_AWAY, "legal_basis": WARRANTY, "follow_up": ("rectify",)}
        return a_problem("qs-04", dealer, method=finding.method, **bad)

    city.on(VISITED)
    await report_all(city, tasks, VISITED, met)
    await approve_all(city, tasks)
    city.on(PUBLISHED)
    await disclose_all(city, tasks)


async def test_the_three_topics_are_drawn_in_one_round_each_by_its_number(story: Story) -> None:
    async with story.city.reading() as work:
        checks = await work.checks.where(round_id=ROUND)
        things = await work.objects.where(object_id={c.object_id for c in checks})

    assert Counter(each.tags for each in things) == {(SPECIAL,): 10, (FOOD,): 5, (CARS,): 3}


async def test_the_frozen_frame_weighs_a_complaint_three_and_the_topic_two(story: Story) -> None:
    frame = await rows_of(story.city, ROUND, FRAMES, "QY-1")

    hot = sum(number in LIFTS for number in COMPLAINTS)
    assert Counter(row.weight for row in frame) == {3: hot, 2: len(LIFTS) - hot}
    assert hot == 2


async def test_both_bureaus_check_the_cars_and_publish_what_they_found(story: Story) -> None:
    async with story.city.reading() as work:
        shown = await work.disclosures.where(round_id=ROUND)

    assert Counter(each.department for each in shown) == {QUALITY: 3, COMMERCE: 3}
    assert {each.disclosed_at.date() for each in shown} == {PUBLISHED}
    assert [each.object_id for each in shown if each.has_problem] == [story.bad.object_id]


async def test_anybody_finds_the_dealer_by_name_but_neither_weight_nor_complaint(
    story: Story,
) -> None:
    found = (await story.city.get(f"/?q={story.bad.object_name}")).text

    assert story.bad.object_name in found
    assert "发现问题" in found
    assert not [word for word in ("12365", "权重", "热点") if word in found]


async def test_the_weighted_draw_verifies(story: Story, tmp_path: Path) -> None:
    assert (await verdict(story.city, ROUND, tmp_path)).startswith("0 ok")
