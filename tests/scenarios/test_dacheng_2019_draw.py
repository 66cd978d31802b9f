"""大城 2019, the draws: fireworks in winter, chemicals in summer, covert before October (2.13).

Objects and items are drawn; who is responsible leads by duty, somebody of the section that answers
for the trade is in every team, experts assist; of a covert visit nobody hears before its day.
"""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contracts.draw_tables import FRAMES, UNITS
from contracts.vocabulary import Mode
from coordinator.domain.dispatch import Visit, VisitCheck
from coordinator.domain.registers import InspectionObject
from coordinator.domain.registers.acts import RegisterKind
from coordinator.domain.registers.conditions import Conditions
from coordinator.domain.registers.sections import Section
from coordinator.services import dispatch, registers
from tests.integration.services.post_box import letters
from tests.play import PLAN
from tests.scenarios import dacheng
from tests.scenarios.localities import CLERK, Locality, go_on, officer
from tests.scenarios.rounds import draw_alone, rows_of, teams_of, verdict
from tests.snapshots import Snapshot

WINTER, SUMMER, HOLIDAYS = "DC-R1", "DC-R2", "DC-R3"
ROUNDS = {
    WINTER: (dacheng.FIREWORK_LINE, date(2025, 12, 29)),
    SUMMER: (dacheng.CHEMICAL_LINE, date(2026, 6, 1)),
    HOLIDAYS: (dacheng.COVERT_LINE, date(2026, 9, 15)),
}
GROUPS = {"hazardous-chemicals": "危化股", "fireworks": "烟花股", "industry-trade": "工贸股"}


def sections() -> list[Section]:
    """Give the sections of emergency management, each with the trade it answers for."""
    return [
        Section(
            code=f"em-{number}",
            department=dacheng.EMERGENCY,
            name=name,
            supervises=Conditions(tags=(tag,)),
        )
        for number, (tag, name) in enumerate(GROUPS.items(), 1)
    ]


def grouped() -> list[dict[str, str]]:
    """Put the seven officers beside the leader into their sections."""
    names = ["危化股", "危化股", "危化股", "烟花股", "烟花股", "工贸股", "工贸股"]
    return [officer(n, "应急管理局", name) for n, name in enumerate(names, 1)]


@dataclass(frozen=True)
class Story:
    """A county after the three draws of its year."""

    county: Locality

    async def visits(self, round_id: str) -> dict[str, Visit]:
        async with self.county.reading() as work:
            return {v.visit_id: v for v in await work.visits.where(round_id=round_id)}

    async def checks(self, round_id: str) -> list[VisitCheck]:
        async with self.county.reading() as work:
            return list(await work.checks.where(round_id=round_id))

    async def targets(self, round_id: str) -> list[InspectionObject]:
        things = {check.object_id for check in await self.checks(round_id)}
        async with self.county.reading() as work:
            return list(await work.objects.where(object_id=things))


@pytest.fixture(scope="module")
async def story(
    dacheng_kept: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Story]:
    county = go_on(dacheng_kept, tmp_path_factory.mktemp("dacheng-draw"), dacheng.PROFILE)
    await county.adopt(PLAN, dacheng.NUMBER)
    async with county.work() as work:
        await registers.register_sections(work, sections())
    await county.bring_rows(RegisterKind.INSPECTORS, grouped())
    for round_id, (line, day) in ROUNDS.items():
        county.on(day)
        if round_id == HOLIDAYS:  # emergency management alone
            await draw_alone(county, round_id, line)
        else:
            await county.play.drawn_round(round_id, line)
        await county.play.publish(round_id)
    yield Story(county)
    await county.play.close()


async def test_half_of_the_fireworks_shops_are_drawn_and_three_of_four_items_at_each(
    story: Story,
) -> None:
    checks = await story.checks(WINTER)
    frame = await rows_of(story.county, WINTER, FRAMES, dacheng.FIREWORK_LINE)

    items = Counter(check.object_id for check in checks)
    assert (len(frame), len(items)) == (len(dacheng.FIREWORKS), 10)
    assert set(items.values()) == {3}
    assert {check.item for check in checks} == {"em-fw-1", "em-fw-2", "em-fw-3", "mr-fw-1"}
    assert len({tuple(sorted(_items_of(checks, thing))) for thing in items}) > 1
    for visit in (await story.visits(WINTER)).values():
        asked = {check.department for check in checks if check.visit_id == visit.visit_id}
        assert set(visit.departments) == asked  # market regulation comes where its item was drawn


def _items_of(checks: list[VisitCheck], thing: str) -> set[str]:
    return {check.item for check in checks if check.object_id == thing}


async def test_half_of_the_chemical_works_are_drawn_for_one_visit_of_two_departments(
    story: Story,
) -> None:
    visits = await story.visits(SUMMER)
    targets = await story.targets(SUMMER)

    assert (len(targets), len(visits)) == (20, 20)
    assert {thing.tags for thing in targets} == {("hazardous-chemicals",)}
    assert {v.departments for v in visits.values()} == {(dacheng.EMERGENCY, dacheng.FIRE)}
    assert len(await story.checks(SUMMER)) == 20 * 3


@pytest.mark.parametrize("round_id", [WINTER, SUMMER, HOLIDAYS])
async def test_who_is_responsible_leads_by_duty_and_counts_in_the_quota(
    story: Story, round_id: str
) -> None:
    teams = await teams_of(story.county, round_id)

    for team in teams.values():
        own = [seat for seat in team if seat.department == dacheng.EMERGENCY]
        assert [(seat.person_id, seat.how) for seat in own if seat.leader] == [("p-000", "duty")]
        assert len(own) == 2


@pytest.mark.parametrize(
    ("round_id", "group"), [(WINTER, "烟花股"), (SUMMER, "危化股"), (HOLIDAYS, "危化股")]
)
async def test_somebody_of_the_own_group_is_drawn_into_every_team(
    story: Story, round_id: str, group: str
) -> None:
    teams = await teams_of(story.county, round_id, department=dacheng.EMERGENCY)
    async with story.county.reading() as work:
        people = {p.inspector_id: p.group for p in await work.inspectors.where(group=group)}
    tags = [row.tags for row in await rows_of(story.county, round_id, UNITS)]

    assert people
    for team in teams.values():
        assert {seat.person_id for seat in team if seat.how != "duty"} <= set(people)
    assert any(tag.startswith("group:") for each in tags for tag in each)


async def test_an_expert_assists_at_every_visit_to_chemicals_and_none_at_fireworks(
    story: Story,
) -> None:
    for round_id, number in ((WINTER, 0), (SUMMER, 1), (HOLIDAYS, 1)):
        teams = await teams_of(story.county, round_id)
        experts = {sum(seat.expert for seat in team) for team in teams.values()}
        assert experts == {number}, round_id


async def test_nobody_hears_of_a_covert_target_before_its_day_and_the_team_on_it(
    story: Story, tmp_path: Path
) -> None:
    county, visits = story.county, await story.visits(HOLIDAYS)
    targets = await story.targets(HOLIDAYS)
    names = [word for thing in targets for word in (thing.name, thing.object_id)]
    told = [each for each in await letters(county.play) if _about(each.data, visits)]
    public = [(await county.get(path)).text for path in ("/", "/rounds", f"/rounds/{HOLIDAYS}")]
    visit = min(visits.values(), key=lambda each: each.visit_id)

    county.on(visit.date_from)
    async with county.work(CLERK) as work:
        await dispatch.open_covert(work, visit.visit_id)
    opened = await letters(county.play, "TaskOpened")

    assert (len(targets), {each.mode for each in visits.values()}) == (6, {Mode.COVERT})
    assert {each.type for each in told} == {"TaskPublished.v1"}
    assert not [name for each in told for name in names if name in each.body.decode()]
    assert not [name for page in public for name in names if name in page]
    [letter] = opened
    assert dacheng.EMERGENCY in letter.recipient
    assert letter.data["place"]["name"] in names


def _about(data: dict[str, Any], visits: dict[str, Visit]) -> bool:
    return data.get("visit_id") in visits


@pytest.mark.parametrize("round_id", list(ROUNDS))
async def test_every_draw_of_the_year_verifies(story: Story, round_id: str, tmp_path: Path) -> None:
    assert (await verdict(story.county, round_id, tmp_path)).startswith("0 ok")
