"""A team that takes another object over: it gets what the object's items need, and one leader."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from coordinator.domain.annual_plan import LeaderRule
from coordinator.domain.dispatch import TeamMember, Visit
from coordinator.domain.errors import Rule
from coordinator.domain.lifecycle import VisitState
from coordinator.services import team_draw
from tests.builders import HEALTH, MARKET
from tests.integration.services.test_dispatch import refused
from tests.integration.services.test_object_replacing import Case
from tests.play import AUDITOR, ROUND, Play, office

NOISE = "noise"


CHIEFS = ("he-p4", "he-p5")


async def learn(play: Play, person: str, competence: str) -> None:
    async with play.work(office()) as work:
        found = await work.inspectors.get(person)
        known = (*found.competences, competence)
        await work.inspectors.save(found.model_copy(update={"competences": known}))


async def need(play: Play, item: str, competence: str) -> None:
    """Let an item ask for a competence, as a drawn item of another object would."""
    async with play.work(office()) as work:
        found = await work.items.get(item)
        await work.items.save(found.model_copy(update={"competences": (competence,)}))


async def change_line(play: Play, code: str, **changes: Any) -> None:
    async with play.work(office()) as work:
        await work.plan_lines.save(replace(await work.plan_lines.get(code), **changes))


async def team_of(play: Play, visit_id: str, department: str) -> list[TeamMember]:
    async with play.work(AUDITOR) as work:
        return list(await work.team.where(visit_id=visit_id, department=department))


async def case_without(play: Play, person: str) -> Case:
    """Take a visit of L1 with one object to which somebody does not go."""
    async with play.work(AUDITOR) as work:
        for visit in await work.visits.where(round_id=ROUND, desk=False):
            checks = await work.checks.where(visit_id=visit.visit_id)
            team = {each.person_id for each in await work.team.where(visit_id=visit.visit_id)}
            if {check.line for check in checks} == {"L1"} and person not in team:
                return Case(play, visit, checks[0].object_id)
    raise AssertionError(person)


async def test_seats_are_refilled_by_lot_until_the_team_has_the_competence(
    adopted: Play, tmp_path: Path
) -> None:
    await learn(adopted, "he-p5", NOISE)
    await adopted.drawn_round(ROUND, "L1", "L2")
    case = await case_without(adopted, "he-p5")
    await need(adopted, "he-1", NOISE)
    await case.close()

    [new] = await case.replace()

    people = {each.person_id for each in await team_of(adopted, new, HEALTH)}
    async with adopted.work(AUDITOR) as work:
        changes = await work.member_changes.where()
    assert "he-p5" in people
    assert "competence" in {each.reason for each in changes}
    assert "he-p5" in {each.person_in for each in changes}
    assert (await case.record(tmp_path)).startswith("0 ok R1")


async def test_whoever_leaves_such_a_seat_is_followed_by_somebody_with_the_competence(
    adopted: Play, tmp_path: Path
) -> None:
    for person in ("he-p4", "he-p5"):
        await learn(adopted, person, NOISE)
    await adopted.drawn_round(ROUND, "L1", "L2")
    case = await case_without(adopted, "he-p5")
    await need(adopted, "he-1", NOISE)
    await case.close()
    [new] = await case.replace()
    holder = next(
        each.person_id
        for each in await team_of(adopted, new, HEALTH)
        if each.person_id in ("he-p4", "he-p5")
    )

    async with adopted.work(office()) as work:
        departure = team_draw.Departure(visit_id=new, person_id=holder, reason="illness")
        await team_draw.replace_member(work, departure)

    people = {each.person_id for each in await team_of(adopted, new, HEALTH)}
    assert holder not in people
    assert people & {"he-p4", "he-p5"}
    assert (await case.record(tmp_path)).startswith("0 ok R1")


async def test_what_nobody_can_is_refused_with_organ_and_competence(drawn: Play) -> None:
    case = await case_without(drawn, "nobody")
    await need(drawn, "he-1", "laser")
    await case.close()
    request = await case.request()

    error = await refused(Rule.REPLACEMENT_WITHOUT_COMPETENCE, case.confirm(request))

    assert error.facts["department"] == HEALTH
    assert error.facts["competences"] == ["laser"]
    assert error.facts["number"] == 0
    assert (await case.visit_now(case.visit.visit_id)).state is VisitState.DRAWN
    assert await case.replacements() == []


async def shared(play: Play) -> Case:
    """Draw L1, led by one organ, and L2 of another alone, with an object of each at one place."""
    await change_line(play, "L1", strata={}, number=7)
    await change_line(play, "L2", participants=(), items=("he-2",))
    async with play.work(office()) as work:
        hotels = await work.objects.where(industry="H6110")
        hosts = [each for each in await work.objects.where(industry="H6210") if each.place]
        for hotel, host in zip(hotels, hosts, strict=False):
            await work.objects.save(hotel.model_copy(update={"place": host.place}))
    await play.drawn_round(ROUND, "L1", "L2")
    async with play.work(AUDITOR) as work:
        for visit in await work.visits.where(round_id=ROUND, lead_department=MARKET):
            checks = await work.checks.where(visit_id=visit.visit_id)
            if {check.line for check in checks} == {"L1", "L2"}:
                [thing] = {check.object_id for check in checks if check.line == "L1"}
                return Case(play, visit, thing)
    raise AssertionError("no shared visit")


async def left_over(case: Case, new: tuple[str, ...]) -> Visit:
    """Give the new visit that holds what the withdrawn one held besides."""
    visits = [await case.visit_now(code) for code in new]
    [rest] = [visit for visit in visits if MARKET not in visit.departments]
    return rest


async def test_a_visit_that_lost_its_leaders_organ_gets_a_leader_of_its_own(adopted: Play) -> None:
    case = await shared(adopted)
    await case.close()

    new = await case.replace(object_id=case.thing)

    rest = await left_over(case, tuple(new))
    [leader] = [each for each in await team_of(adopted, rest.visit_id, HEALTH) if each.leader]
    async with adopted.work(AUDITOR) as work:
        person = await work.inspectors.get(leader.person_id)
        leaders = [each for each in await work.team.where(visit_id=list(new)) if each.leader]
    assert rest.lead_department == HEALTH
    assert person.leader
    assert len(leaders) == len(new)  # one each


async def test_where_the_line_is_led_by_duty_whoever_holds_the_post_leads(adopted: Play) -> None:
    await change_line(adopted, "L2", leader_rule=LeaderRule.BY_DUTY)
    async with adopted.work(office()) as work:
        for person in await work.inspectors.where(department=HEALTH):
            if person.inspector_id not in CHIEFS:  # who leads by duty stays out of the lottery
                await work.inspectors.save(person.model_copy(update={"leader": False}))
    case = await shared(adopted)
    await case.close()

    new = await case.replace(object_id=case.thing)

    rest = await left_over(case, tuple(new))
    [leader] = [each for each in await team_of(adopted, rest.visit_id, HEALTH) if each.leader]
    assert (leader.how, leader.slot) == ("duty", 0)
    assert leader.person_id in CHIEFS


async def test_a_later_successor_of_a_named_leader_can_lead_too(adopted: Play) -> None:
    case = await shared(adopted)
    await case.close()
    new = await case.replace(object_id=case.thing)
    rest = await left_over(case, tuple(new))
    [leader] = [each for each in await team_of(adopted, rest.visit_id, HEALTH) if each.leader]

    async with adopted.work(office()) as work:
        departure = team_draw.Departure(
            visit_id=rest.visit_id, person_id=leader.person_id, reason="illness"
        )
        await team_draw.replace_member(work, departure)

    [now] = [each for each in await team_of(adopted, rest.visit_id, HEALTH) if each.leader]
    async with adopted.work(AUDITOR) as work:
        assert (await work.inspectors.get(now.person_id)).leader
    assert now.person_id != leader.person_id
