"""连云港 2016, the draw: two officers or more of each organ, and who is related stays away (2.13).

An officer whose nephew sells pesticides says so before the draw: the frozen bars keep him from that
dealer. Another one finds out after the draw: the lottery's own rule seats somebody else.
"""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from contracts.draw_tables import BARS, BarRow
from coordinator.domain.dispatch import TeamMember
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers import Recusal
from coordinator.domain.registers.acts import Channel, RegisterKind
from coordinator.domain.team_draw import MemberChange
from coordinator.services import annual_plan, handlers
from coordinator.services.registers.people import declare_recusal
from tests.play import PLAN, clerk
from tests.scenarios.localities import Locality
from tests.scenarios.loop import approve_all, disclose_all
from tests.scenarios.rounds import rows_of, teams_of, verdict
from tests.scenarios.test_lianyungang_2016 import (
    DEALER,
    FARMING,
    MARKET,
    NEPHEW,
    REASON,
    begin_lianyungang,
    officers,
)

ROUND = "LYG-R1"
LATE, VISITED = "经营者系本人妻弟", date(2026, 5, 6)


@dataclass(frozen=True)
class Story:
    """The round's teams as drawn, the seat that was given up later, and who took it."""

    city: Locality
    drawn: list[TeamMember]
    left: TeamMember
    change: MemberChange


@pytest.fixture(scope="module")
async def story(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Story]:
    city = await begin_lianyungang(tmp_path_factory.mktemp("lianyungang-draw"))
    leaders = [row | {"可带队": "是"} for row in officers()[::2]]
    await city.bring_rows(RegisterKind.INSPECTORS, leaders)
    await _draw_every_pesticide_dealer(city)
    own = Recusal(person_id=NEPHEW, object_id=DEALER, reason=REASON, declared_by="person")
    async with city.work(clerk(FARMING)) as work:
        await declare_recusal(work, own, Channel.FORM)
    city.on(date(2026, 3, 25))
    await city.play.drawn_round(ROUND, "LYG-1", "LYG-2", "LYG-3")
    drawn = [seat for team in (await teams_of(city, ROUND)).values() for seat in team]
    await city.play.publish(ROUND)
    left = min(
        (seat for seat in drawn if seat.department == FARMING and seat.person_id != NEPHEW),
        key=lambda seat: seat.member_id,
    )
    yield Story(city, drawn, left, await _recuse_late(city, left))
    await city.play.close()


async def _draw_every_pesticide_dealer(city: Locality) -> None:
    line = (await city.lines(PLAN))["LYG-3"]
    async with city.work() as work:
        await annual_plan.save_line(work, PLAN, replace(line, strata={}, number=10))
    await city.adopt(PLAN, "连农发〔2026〕3号")


async def _recuse_late(city: Locality, seat: TeamMember) -> MemberChange:
    async with city.reading() as work:
        [check, *_] = await work.checks.where(visit_id=seat.visit_id)
    recusal = Recusal(
        person_id=seat.person_id, object_id=check.object_id, reason=LATE, declared_by="person"
    )
    async with city.work(clerk(FARMING)) as work:
        await handlers.declare_recusal(work, recusal, Channel.FORM)
    async with city.reading() as work:
        changes: list[MemberChange] = list(await work.member_changes.where(round_id=ROUND))
    [change] = changes
    return change


async def test_every_organ_of_every_visit_sends_two_officers(story: Story) -> None:
    async with story.city.reading() as work:
        visits = await work.visits.where(round_id=ROUND)

    sizes = Counter((seat.visit_id, seat.department) for seat in story.drawn)
    assert sizes == {(v.visit_id, organ): 2 for v in visits for organ in v.departments}
    assert Counter(v.departments for v in visits) == {(FARMING,): 25, (FARMING, MARKET): 10}
    leaders = Counter(seat.visit_id for seat in story.drawn if seat.leader)
    assert set(leaders.values()) == {1}


async def test_who_is_related_to_a_dealer_is_barred_in_the_record_and_goes_elsewhere(
    story: Story,
) -> None:
    bars = await rows_of(story.city, ROUND, BARS, FARMING)
    async with story.city.reading() as work:
        [dealer] = {c.visit_id for c in await work.checks.where(object_id=DEALER)}

    assert BarRow(DEALER, NEPHEW, "recusal") in bars
    his = {seat.visit_id for seat in story.drawn if seat.person_id == NEPHEW}
    assert his
    assert dealer not in his


async def test_who_finds_out_after_the_draw_is_replaced_by_lot_with_the_reason_on_record(
    story: Story,
) -> None:
    now = (await teams_of(story.city, ROUND, department=FARMING))[story.left.visit_id]

    assert story.change.reason == "recusal"
    assert story.change.person_out == story.left.person_id
    people = {seat.person_id for seat in now}
    assert len(people) == 2
    assert story.change.person_in in people
    assert story.left.person_id not in people
    assert {seat.how for seat in now if seat.person_id == story.change.person_in} == {"replaced"}


async def test_one_officer_alone_is_refused_on_site_and_two_are_published(story: Story) -> None:
    city = story.city
    part = next(
        each for each in await city.play.tasks(ROUND) if each.visit_id == story.left.visit_id
    )
    await city.play.accept(part)
    city.on(VISITED)
    report = await city.play.findings(part, visited_date=VISITED)

    with pytest.raises(RuleBrokenError) as alone:
        await city.play.receive(
            FARMING, report.model_copy(update={"present": (report.entered_by,)})
        )
    await city.play.receive(FARMING, report)
    await approve_all(city, [part])
    await disclose_all(city, [part])
    page = (await city.get(f"/?q={report.findings[0].object_id.removeprefix('uscc:')}")).text

    assert alone.value.rule is Rule.TOO_FEW_OFFICERS
    assert (alone.value.facts["present"], alone.value.facts["wanted"]) == (1, 2)
    assert story.left.person_id not in report.present
    assert "连云港市农业委员会" in page
    assert "未发现问题" in page


async def test_record_and_replacement_verify(story: Story, tmp_path: Path) -> None:
    assert (await verdict(story.city, ROUND, tmp_path)).startswith("0 ok")
