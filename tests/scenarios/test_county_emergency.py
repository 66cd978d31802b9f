"""A county's emergency management: who goes to a works, and in which part (2.13).

A deputy director leads by duty, on top of two officers or more; one or two safety experts assist;
a full-time liaison comes along. Only officers are drawn, count, and enter what was found.
"""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contracts.draw_tables import ROSTERS
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers import Recusal
from coordinator.domain.registers.acts import Channel
from coordinator.services import handlers, team_draw
from tests.integration.services.post_box import letters
from tests.play import clerk
from tests.scenarios.emergency import BUREAU, CHEMICALS, DEPUTIES, LIAISONS, MINES, PROFILE, ROUND
from tests.scenarios.localities import CLERK, Locality, go_on
from tests.scenarios.rounds import rows_of, teams_of, verdict
from tests.snapshots import Snapshot


@pytest.fixture
async def county(emergency_drawn: Snapshot, tmp_path: Path) -> AsyncIterator[Locality]:
    county = go_on(emergency_drawn, tmp_path, PROFILE)
    yield county
    await county.play.close()


async def test_a_deputy_director_leads_on_top_of_two_officers(county: Locality) -> None:
    teams = await teams_of(county, ROUND)

    assert len(teams) == 6 + 4
    for team in teams.values():
        [leader] = [seat for seat in team if seat.leader]
        assert (leader.department, leader.how) == (BUREAU, "duty")
        assert leader.person_id in DEPUTIES
        sizes = Counter(seat.department for seat in team if seat.is_officer and not seat.leader)
        assert set(sizes.values()) == {2}
        assert BUREAU in sizes
    led = Counter(seat.person_id for team in teams.values() for seat in team if seat.leader)
    assert led == dict.fromkeys(DEPUTIES, 5)


async def test_one_or_two_safety_experts_assist_at_every_visit(county: Locality) -> None:
    async with county.reading() as work:
        checks = await work.checks.where(round_id=ROUND)
    experts = await teams_of(county, ROUND, expert=True)

    wanted = {c.visit_id: ["@chemicals"] for c in checks if c.line == CHEMICALS}
    wanted |= {c.visit_id: ["@supports", "@ventilation"] for c in checks if c.line == MINES}
    fields = {visit: sorted(seat.department for seat in team) for visit, team in experts.items()}
    assert fields == wanted


async def test_a_full_time_liaison_comes_along_in_turn_and_is_no_officer(
    county: Locality,
) -> None:
    teams = await teams_of(county, ROUND)
    rows = await rows_of(county, ROUND, ROSTERS, BUREAU)

    liaisons = [seat for team in teams.values() for seat in team if seat.is_liaison]
    assert Counter(seat.visit_id for seat in liaisons) == dict.fromkeys(teams, 1)
    assert Counter(seat.person_id for seat in liaisons) == dict.fromkeys(LIAISONS, 5)
    assert not [seat for seat in liaisons if seat.is_officer or seat.leader or seat.expert]
    status = {row.inspector: row.status for row in rows}
    assert {status[code] for code in DEPUTIES} == {"duty"}
    assert not {code for code in LIAISONS if status[code] == "-"}
    drawn = {s.person_id for t in teams.values() for s in t if s.slot > 0}
    assert not drawn & (LIAISONS | DEPUTIES)


async def test_every_organ_hears_who_comes_in_which_part(county: Locality) -> None:
    await county.play.publish(ROUND)

    told = await letters(county.play, "TaskPublished")
    parts = [
        Counter(
            "liaison" if each.get("liaison") else "leader" if each["leader"] else "expert"
            for each in letter.data["team"]
            if each.get("liaison") or each["leader"] or each["expert"]
        )
        for letter in told
    ]
    assert {part["leader"] for part in parts} == {part["liaison"] for part in parts} == {1}
    assert {part["expert"] for part in parts} == {1, 2}
    visit = told[0].data["visit_id"]
    page = await county.get(f"/console/visits/{visit}", as_office=True)
    assert page.text.count("（联络员）") == 1


async def test_a_liaison_neither_enters_findings_nor_counts_as_an_officer_on_site(
    county: Locality,
) -> None:
    await county.play.publish(ROUND)
    [part, *_] = await county.play.tasks(ROUND)
    await county.play.accept(part)
    county.on(date(2026, 5, 6))
    team = (await teams_of(county, ROUND, department=BUREAU))[part.visit_id]
    report = await county.play.findings(part, visited_date=date(2026, 5, 6))
    [liaison] = [seat.person_id for seat in team if seat.is_liaison]

    by_liaison = report.model_copy(update={"entered_by": liaison})
    with pytest.raises(RuleBrokenError) as entered:
        await county.play.receive(BUREAU, by_liaison)
    with_liaison = report.model_copy(update={"present": (report.entered_by, liaison)})
    with pytest.raises(RuleBrokenError) as alone:
        await county.play.receive(BUREAU, with_liaison)
    await county.play.receive(BUREAU, report)

    assert entered.value.rule is Rule.ENTERED_BY_OUTSIDER
    assert alone.value.rule is Rule.TOO_FEW_OFFICERS
    assert (alone.value.facts["present"], alone.value.facts["wanted"]) == (1, 2)


async def test_a_liaison_who_is_related_to_the_firm_gives_way_to_the_other(
    county: Locality, tmp_path: Path
) -> None:
    teams = await teams_of(county, ROUND)
    visit_id, team = min(teams.items())
    [seat] = [each for each in team if each.is_liaison]
    async with county.reading() as work:
        [check, *_] = await work.checks.where(visit_id=visit_id)

    recusal = Recusal(
        person_id=seat.person_id,
        object_id=check.object_id,
        reason="经营者系本人妻弟",
        declared_by="person",
    )
    async with county.work(clerk(BUREAU)) as work:
        await handlers.declare_recusal(work, recusal, Channel.FORM)

    now = (await teams_of(county, ROUND))[visit_id]
    [other] = [each for each in now if each.is_liaison]
    assert other.person_id == (LIAISONS - {seat.person_id}).pop()
    assert (await verdict(county, ROUND, tmp_path)).startswith("0 ok")


async def test_when_both_liaisons_are_ill_the_empty_seat_is_told_with_its_reason(
    county: Locality,
) -> None:
    visit_id, team = min((await teams_of(county, ROUND)).items())
    [seat] = [each for each in team if each.is_liaison]

    async def falls_ill(person: str) -> Any:
        departure = team_draw.Departure(visit_id=visit_id, person_id=person, reason="illness")
        async with county.work(CLERK) as work:
            return await handlers.replace_member(work, departure)

    [change] = await falls_ill(seat.person_id)
    with pytest.raises(RuleBrokenError) as nobody:
        await falls_ill(change.person_in)

    assert nobody.value.rule is Rule.MEMBER_WITHOUT_REPLACEMENT
    assert nobody.value.facts["block"] == "liaison"
