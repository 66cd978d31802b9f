"""Teams by the facts of the field: areas, own groups, duty, batches, experts, certificates."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from contracts.vocabulary import DrawOutcome
from coordinator.domain.annual_plan import LeaderRule
from coordinator.domain.dispatch import TeamMember
from coordinator.domain.errors import Rule
from coordinator.domain.registers.sections import Section
from coordinator.services import handlers, lottery, team_draw
from coordinator.services.lottery.self_audit import pair_audits
from tests.builders import FIRE, HEALTH, MARKET, an_expert
from tests.integration.services.test_dispatch import refused
from tests.integration.services.test_record_and_silence import verified
from tests.play import AUDITOR, ROUND, Play, office


async def team_of(play: Play, **which: Any) -> list[TeamMember]:
    async with play.work(AUDITOR) as work:
        return list(await work.team.where(round_id=ROUND, **which))


async def change_line(play: Play, code: str, **facts: Any) -> None:
    async with play.work(office()) as work:
        line = await work.plan_lines.get(code)
        await work.plan_lines.save(replace(line, **facts))


async def verdict(play: Play, folder: Path) -> str:
    async with play.work(AUDITOR) as work:
        record = await lottery.whole_record(work, ROUND)
    return verified(folder / ROUND, record, play)


async def test_nobody_checks_the_own_area_where_the_profile_says_so(
    adopted: Play, tmp_path: Path
) -> None:
    await adopted.override(team__own_area_excluded=True)
    async with adopted.work(office()) as work:
        for thing in await work.objects.where():
            await work.objects.save(thing.model_copy(update={"area": "城关片区"}))
        for person in await work.inspectors.where(department=FIRE):
            area = "城关片区" if person.inspector_id in ("fr-p1", "fr-p2") else "东川片区"
            await work.inspectors.save(person.model_copy(update={"area": area}))

    await adopted.drawn_round(ROUND, "L1", "L2")

    fire = {seat.person_id for seat in await team_of(adopted, department=FIRE)}
    assert fire
    assert not fire & {"fr-p1", "fr-p2"}
    assert (await verdict(adopted, tmp_path)).startswith("0 ok")


async def test_one_team_takes_a_batch_of_visits_and_its_load_counts_once(
    adopted: Play, tmp_path: Path
) -> None:
    await adopted.override(team__batch_visits=4)

    drawn = await adopted.drawn_round(ROUND, "L1", "L2")
    await adopted.publish(ROUND)

    assert drawn.outcome is DrawOutcome.DONE
    team = await team_of(adopted)
    units = {seat.unit for seat in team}
    visits = {seat.visit_id for seat in team}
    assert len(units) < len(visits)
    for unit in units:
        for department in (MARKET, FIRE, HEALTH):
            teams = Counter(
                (seat.person_id, seat.slot)
                for seat in team
                if (seat.unit, seat.department) == (unit, department)
            )
            assert len(set(teams.values())) <= 1
    assert (await verdict(adopted, tmp_path)).startswith("0 ok")


async def test_who_met_in_a_batch_met_once_in_the_self_audit_too(adopted: Play) -> None:
    await adopted.override(team__batch_visits=4)
    drawn = await adopted.drawn_round(ROUND, "L1", "L2")

    async with adopted.work(AUDITOR) as work:
        audits = {each.department: each for each in await pair_audits(work, drawn)}
        met = (await team_draw.pairs_met(work)).met
        shared = [seat for seat in await work.team.where() if seat.drawn_unit != seat.visit_id]

    assert shared
    for code, audit in audits.items():
        assert audit.meetings == sum(pair.times for pair in met if pair.department == code) > 0


async def test_a_replacement_in_a_batch_changes_the_team_of_all_its_visits(
    adopted: Play, tmp_path: Path
) -> None:
    await adopted.override(team__batch_visits=4)
    await adopted.drawn_round(ROUND, "L1", "L2")
    sizes = Counter(seat.unit for seat in await team_of(adopted, department=MARKET, slot=1))
    [(unit, size)] = sizes.most_common(1)
    [seat, *_] = await team_of(adopted, department=MARKET, slot=1, unit=unit)
    departure = team_draw.Departure(
        visit_id=seat.visit_id, person_id=seat.person_id, reason="illness"
    )

    async with adopted.work(office()) as work:
        [change] = await handlers.replace_member(work, departure)

    seats = await team_of(adopted, department=MARKET, slot=1, unit=unit)
    assert size > 1
    assert {each.person_id for each in seats} == {change.person_in}
    assert (await verdict(adopted, tmp_path)).startswith("0 ok")


async def leaders_by_duty(play: Play, *people: str) -> None:
    await play.override(team__leader_post="分管领导")
    for code in ("L1", "L2"):
        await change_line(play, code, leader_rule=LeaderRule.BY_DUTY)
    async with play.work(office()) as work:
        for code in people:
            person = await work.inspectors.get(code)
            await work.inspectors.save(person.model_copy(update={"post": "分管领导"}))


async def test_who_leads_by_duty_is_not_drawn_and_counts_in_the_quota(
    adopted: Play, tmp_path: Path
) -> None:
    await leaders_by_duty(adopted, "mr-p4", "mr-p5", "he-p5")

    await adopted.drawn_round(ROUND, "L1", "L2")
    await adopted.publish(ROUND)

    team = await team_of(adopted)
    leaders = [seat for seat in team if seat.leader]
    assert {seat.how for seat in leaders} == {"duty"}
    assert {seat.person_id for seat in leaders} <= {"mr-p4", "mr-p5", "he-p5"}
    drawn = {seat.person_id for seat in team if not seat.leader}
    assert not drawn & {"mr-p4", "mr-p5", "he-p5"}
    for task in await adopted.tasks(ROUND):
        mine = [s for s in team if (s.visit_id, s.department) == (task.visit_id, task.department)]
        assert len(mine) == task.quota
    turns = Counter(seat.person_id for seat in leaders if seat.department == MARKET)
    assert max(turns.values()) - min(turns.values()) <= 1
    assert (await verdict(adopted, tmp_path)).startswith("0 ok")


async def test_a_leader_by_duty_who_cannot_come_is_followed_by_the_next(
    adopted: Play, tmp_path: Path
) -> None:
    await leaders_by_duty(adopted, "mr-p4", "mr-p5", "he-p5")
    await adopted.drawn_round(ROUND, "L1", "L2")
    [seat, *_] = await team_of(adopted, department=MARKET, leader=True)
    departure = team_draw.Departure(
        visit_id=seat.visit_id, person_id=seat.person_id, reason="leave"
    )

    async with adopted.work(office()) as work:
        [change] = await handlers.replace_member(work, departure)
    again = replace(departure, person_id=change.person_in or "")
    async with adopted.work(office()) as work:
        await refused(Rule.MEMBER_WITHOUT_REPLACEMENT, handlers.replace_member(work, again))

    assert {seat.person_id, change.person_in} == {"mr-p4", "mr-p5"}
    assert (await verdict(adopted, tmp_path)).startswith("0 ok")


async def test_a_line_led_by_duty_without_anybody_of_the_post_is_refused_before_the_ceremony(
    adopted: Play,
) -> None:
    await leaders_by_duty(adopted, "he-p5")
    await adopted.open_round(ROUND, "L1", "L2")

    error = await refused(Rule.DUTY_LEADER_MISSING, adopted.freeze(ROUND))

    assert (error.facts["line"], error.facts["department"]) == ("L1", MARKET)


async def test_a_line_that_leaves_it_to_the_profile_is_led_as_the_profile_says(
    adopted: Play, tmp_path: Path
) -> None:
    await leaders_by_duty(adopted, "mr-p4", "mr-p5", "he-p5")
    await adopted.override(team__leader_post="分管领导", team__leader_rule="by-duty")
    for code in ("L1", "L2"):
        await change_line(adopted, code, leader_rule=LeaderRule.BY_PROFILE)
    await change_line(adopted, "L3", leader_rule=LeaderRule.DRAWN)

    await adopted.drawn_round(ROUND, "L1", "L2")
    await adopted.drawn_round("R2", "L3")

    leaders = [seat for seat in await team_of(adopted) if seat.leader]
    async with adopted.work(AUDITOR) as work:
        others = [seat for seat in await work.team.where(round_id="R2") if seat.leader]
    assert {seat.how for seat in leaders} == {"duty"}
    assert "duty" not in {seat.how for seat in others}
    assert (await verdict(adopted, tmp_path)).startswith("0 ok")


async def test_an_extra_leader_comes_on_top_of_the_quota(adopted: Play) -> None:
    await adopted.override(team__leader_extra=True)

    await adopted.drawn_round(ROUND, "L1")

    async with adopted.work(AUDITOR) as work:
        visits = {v.visit_id: v.lead_department for v in await work.visits.where(round_id=ROUND)}
    sizes = Counter((s.visit_id, s.department) for s in await team_of(adopted))
    for (visit, department), number in sizes.items():
        assert number == (3 if visits[visit] == department else 2)


async def test_one_of_the_own_group_is_in_every_team_that_its_section_answers_for(
    adopted: Play, tmp_path: Path
) -> None:
    await adopted.override(team__own_group_members=1)
    section = Section(code="mr-food", department=MARKET, name="餐饮科")
    await change_line(adopted, "L1", section="mr-food")
    async with adopted.work(office()) as work:
        await work.sections.save(section)
        for person in await work.inspectors.where(department=MARKET):
            group = "餐饮科" if person.inspector_id in ("mr-p4", "mr-p5") else "综合科"
            await work.inspectors.save(person.model_copy(update={"group": group}))

    await adopted.drawn_round(ROUND, "L1")

    teams: dict[str, set[str]] = {}
    for seat in await team_of(adopted, department=MARKET):
        teams.setdefault(seat.visit_id, set()).add(seat.person_id)
    assert teams
    assert all(team & {"mr-p4", "mr-p5"} for team in teams.values())
    assert (await verdict(adopted, tmp_path)).startswith("0 ok")


async def test_experts_sit_by_field_and_number_and_empty_seats_are_told(adopted: Play) -> None:
    await adopted.override(team__experts_min=2, team__experts_max=3)

    await adopted.drawn_round(ROUND, "L2")

    async with adopted.work(AUDITOR) as work:
        visits = await work.visits.count(round_id=ROUND)
        [short] = await work.audit_entries.where(tag="team-draw:experts:short")
    experts = await team_of(adopted, expert=True)
    assert {seat.person_id for seat in experts} == {an_expert().expert_id}
    assert (short.facts["wanted"], short.facts["missing"]) == (2 * visits, visits)


async def test_a_visit_without_a_liaison_is_put_on_record(adopted: Play) -> None:
    await adopted.override(team__liaison_post="专职联络员", team__liaisons=1)

    await adopted.drawn_round(ROUND, "L1")

    async with adopted.work(AUDITOR) as work:
        visits = await work.visits.count(round_id=ROUND)
        [missing] = await work.audit_entries.where(tag="team-draw:liaisons:missing")
    assert missing.facts == {"units": visits, "of": visits}
    assert not [seat for seat in await team_of(adopted) if seat.is_liaison]


async def test_a_report_of_somebody_without_a_certificate_on_the_day_is_refused(
    dispatched: Play,
) -> None:
    task = (await dispatched.tasks(ROUND))[0]
    report = await dispatched.findings(task)
    async with dispatched.work(office()) as work:
        person = await work.inspectors.get(report.present[0])
        lapsed = {"certificate_to": report.visited_date - timedelta(days=1)}
        await work.inspectors.save(person.model_copy(update=lapsed))

    error = await refused(Rule.MEMBER_NOT_CERTIFIED, dispatched.receive(task.department, report))

    assert error.facts["person"] == report.present[0]


async def test_what_was_drawn_before_weighs_in_the_next_round(drawn: Play) -> None:
    async with drawn.work(AUDITOR) as work:
        seats = Counter(
            person
            for person, _unit, _department in {
                (s.person_id, s.drawn_unit, s.department) for s in await work.team.where()
            }
        )
    drawn.clock.pass_time(days=1)
    await drawn.open_round("R2", "L3")

    await drawn.freeze("R2")

    async with drawn.work(AUDITOR) as work:
        file = await work.record_files.get(("R2", 1, f"rosters/{FIRE}.tsv"))
    rows = [line.split("\t") for line in file.body.decode().splitlines()[1:]]
    assert {row[0]: int(row[3]) for row in rows} == {row[0]: seats[row[0]] for row in rows}
    assert any(int(row[3]) for row in rows)
