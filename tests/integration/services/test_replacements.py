"""After the draw: who leaves is replaced by lot, everybody is told, and the record verifies."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from contracts.tasks import TaskDeclined
from coordinator.domain.dispatch import TeamMember
from coordinator.domain.errors import Rule
from coordinator.domain.registers import Absence, Recusal
from coordinator.domain.registers.acts import Channel
from coordinator.services import duties, handlers, lottery, team_draw
from coordinator.services.ports import Actor
from tests.builders import FIRE, MARKET
from tests.integration.services.post_box import letters
from tests.integration.services.test_dispatch import refused
from tests.integration.services.test_record_and_silence import verified
from tests.play import AUDITOR, ROUND, Play, approver, clerk, office
from tests.records import in_memory


async def a_seat(play: Play, department: str = FIRE, *, number: int = 0) -> TeamMember:
    """Give an officer's seat that nobody leads from."""
    async with play.work(AUDITOR) as work:
        seats = await work.team.where(department=department, leader=False)
    return seats[number]


def leaving(seat: TeamMember, reason: str = "illness", note: str = "") -> team_draw.Departure:
    return team_draw.Departure(
        visit_id=seat.visit_id, person_id=seat.person_id, reason=reason, note=note
    )


async def replaced(play: Play, seat: TeamMember, actor: Actor | None = None, **about: str) -> str:
    async with play.work(actor or office()) as work:
        changes = await handlers.replace_member(work, leaving(seat, **about))
    return changes[-1].person_in or ""


async def holder(play: Play, seat: TeamMember) -> str:
    async with play.work(AUDITOR) as work:
        return (await work.team.get(seat.member_id)).person_id


async def end_round(play: Play) -> None:
    """Withdraw every visit, so that the record opens."""
    async with play.work(office()) as work:
        visits = await work.visits.where(round_id=ROUND)
    for visit in visits:
        async with play.work(office()) as work:
            await handlers.withdraw_visit(work, visit.visit_id, "停业")


async def test_the_seat_goes_to_whom_the_lottery_draws_and_the_record_verifies(
    dispatched: Play, tmp_path: Path
) -> None:
    seat = await a_seat(dispatched)

    first = await replaced(dispatched, seat)
    now = await holder(dispatched, seat)
    second = await replaced(dispatched, replace(seat, person_id=first), reason="leave")
    await end_round(dispatched)

    assert now == first
    assert len({seat.person_id, first, second}) == 3
    async with dispatched.work(AUDITOR) as work:
        record = in_memory(await lottery.whole_record(work, ROUND))
    rows = record["members.tsv"].decode().splitlines()[1:]
    assert [row.split("\t")[:6] for row in sorted(rows, key=lambda row: row.split("\t")[6])] == [
        [FIRE, seat.visit_id, str(seat.slot), seat.person_id, first, "illness"],
        [FIRE, seat.visit_id, str(seat.slot), first, second, "leave"],
    ]
    assert verified(tmp_path / ROUND, record, dispatched).startswith("0 ok R1")
    other = rows[0].replace(f"\t{rows[0].split(chr(9))[4]}\t", f"\t{seat.person_id}\t")
    forged = record["members.tsv"].replace(rows[0].encode(), other.encode())
    record = {name: body for name, body in record.items() if not name.startswith("SHA256SUMS")}
    changed = {**record, "members.tsv": forged}
    assert verified(tmp_path / "forged", changed).startswith(("1 ", "2 "))


async def test_every_organ_of_the_visit_hears_of_the_new_team(dispatched: Play) -> None:
    seat = await a_seat(dispatched)

    person = await replaced(dispatched, seat)

    async with dispatched.work(AUDITOR) as work:
        visit = await work.visits.get(seat.visit_id)
    told = await letters(dispatched, "TaskAmended")
    assert sorted(letter.data["department"] for letter in told) == sorted(visit.departments)
    for letter in told:
        assert letter.data["version"] == 2
        [change] = letter.data["changes"]
        assert (change["person_out"], change["person_in"]) == (seat.person_id, person)
        assert (change["reason"], change["reason_name"]) == ("illness", "患病")
        people = {card["person_id"] for card in letter.data["team"]}
        assert person in people
        assert seat.person_id not in people


async def test_before_dispatch_a_replacement_tells_nobody_and_joins_the_task(drawn: Play) -> None:
    seat = await a_seat(drawn)

    person = await replaced(drawn, seat)
    silent = await letters(drawn, "TaskAmended")
    await drawn.publish(ROUND)

    assert silent == []
    [mine] = [
        letter
        for letter in await letters(drawn, "TaskPublished")
        if (letter.data["visit_id"], letter.data["department"]) == (seat.visit_id, FIRE)
    ]
    assert person in {card["person_id"] for card in mine.data["team"]}


async def test_a_declined_person_is_replaced_and_asking_twice_changes_nothing_more(
    dispatched: Play,
) -> None:
    seat = await a_seat(dispatched)
    declined = TaskDeclined(
        visit_id=seat.visit_id,
        department=FIRE,
        person_id=seat.person_id,
        reason="与负责人系近亲属",
        declined_by="值班员",
    )

    await dispatched.receive(FIRE, declined)
    await dispatched.receive(FIRE, declined)

    async with dispatched.work(AUDITOR) as work:
        [change] = await work.member_changes.where()
    assert (change.person_out, change.reason, change.note) == (
        seat.person_id,
        "other",
        "与负责人系近亲属",
    )
    assert await holder(dispatched, seat) == change.person_in


async def test_a_code_of_the_table_is_the_reason_that_a_department_gives(dispatched: Play) -> None:
    seat = await a_seat(dispatched)
    declined = TaskDeclined(
        visit_id=seat.visit_id,
        department=FIRE,
        person_id=seat.person_id,
        reason="urgent-duty",
        declined_by="值班员",
    )

    await dispatched.receive(FIRE, declined)

    async with dispatched.work(AUDITOR) as work:
        [change] = await work.member_changes.where()
    assert (change.reason, change.note) == ("urgent-duty", "")


async def test_whoever_is_drawn_but_recused_since_the_freeze_is_replaced_in_turn(
    dispatched: Play, tmp_path: Path
) -> None:
    seat = await a_seat(dispatched)
    async with dispatched.work(AUDITOR) as work:
        [check, *_] = await work.checks.where(visit_id=seat.visit_id, department=FIRE)
    with_nobody_recused = tmp_path / "rehearsed"
    async with dispatched.work(office()) as work:
        changes = await team_draw.replace_member(work, leaving(seat))
        first = changes[0].person_in or ""
        await work.connection.rollback()
    late = Recusal(person_id=first, object_id=check.object_id, reason="近亲属", declared_by="本人")
    async with dispatched.work(office()) as work:
        await work.recusals.save(late)

    last = await replaced(dispatched, seat)
    await end_round(dispatched)

    assert last not in (first, seat.person_id)
    async with dispatched.work(AUDITOR) as work:
        changes = await team_draw.done_changes(work, ROUND)
        record = in_memory(await lottery.whole_record(work, ROUND))
    assert [(each.person_out, each.reason) for each in changes] == [
        (seat.person_id, "illness"),
        (first, "recusal"),
    ]
    assert verified(with_nobody_recused, record).startswith("0 ok R1")


async def test_a_late_recusal_takes_the_person_off_the_visit(dispatched: Play) -> None:
    seat = await a_seat(dispatched)
    async with dispatched.work(AUDITOR) as work:
        [check, *_] = await work.checks.where(visit_id=seat.visit_id, department=FIRE)
    recusal = Recusal(
        person_id=seat.person_id, object_id=check.object_id, reason="近亲属", declared_by="本人"
    )

    async with dispatched.work(clerk(FIRE)) as work:
        await handlers.declare_recusal(work, recusal, Channel.FORM)

    async with dispatched.work(AUDITOR) as work:
        changes = await work.member_changes.where(person_out=seat.person_id)
    assert {change.reason for change in changes} == {"recusal"}
    assert await holder(dispatched, seat) != seat.person_id


async def test_a_certificate_that_lapsed_is_replaced_before_dispatch(drawn: Play) -> None:
    seat = await a_seat(drawn)
    async with drawn.work(office()) as work:
        visit = await work.visits.get(seat.visit_id)
        officer = await work.inspectors.get(seat.person_id)
        lapsed = {"certificate_to": visit.date_to - timedelta(days=1)}
        await work.inspectors.save(officer.model_copy(update=lapsed))

    await drawn.publish(ROUND)

    async with drawn.work(AUDITOR) as work:
        changes = await work.member_changes.where(person_out=seat.person_id)
        team = await work.team.where(person_id=seat.person_id)
    assert {change.reason for change in changes} == {"certificate"}
    assert team == []


async def test_who_is_away_all_days_and_has_no_replacement_stops_the_dispatch(drawn: Play) -> None:
    async with drawn.work(office()) as work:
        for officer in await work.inspectors.where(department=FIRE):
            away = Absence(
                from_date=work.today(), to_date=work.today() + timedelta(days=200), reason="轮训"
            )
            await work.inspectors.save(officer.model_copy(update={"absences": (away,)}))

    error = await refused(Rule.MEMBERS_UNFIT, drawn.publish(ROUND))

    people = error.facts["people"]
    assert isinstance(people, list)
    assert all("(leave)" in each for each in people)


async def test_nobody_left_is_refused_with_numbers_and_nothing_changes(dispatched: Play) -> None:
    seat = await a_seat(dispatched)
    async with dispatched.work(AUDITOR) as work:
        team = await work.team.where(visit_id=seat.visit_id, department=FIRE)
        others = len(await work.inspectors.where(department=FIRE)) - len(team)
    gone = seat
    for _ in range(others):
        gone = replace(gone, person_id=await replaced(dispatched, gone))

    error = await refused(Rule.MEMBER_WITHOUT_REPLACEMENT, replaced(dispatched, gone))

    facts: dict[str, Any] = error.facts
    kinds = ("absent", "in_team", "barred", "at_cap", "unfit")
    assert facts["people"] == sum(facts[kind] for kind in kinds)
    assert await holder(dispatched, seat) == gone.person_id


async def test_a_decline_that_nobody_can_fill_stays_open_to_be_seen(dispatched: Play) -> None:
    seat = await a_seat(dispatched)
    async with dispatched.work(office()) as work:
        for officer in await work.inspectors.where(department=FIRE):
            off = {"status": "off-duty"}
            if officer.inspector_id != seat.person_id:
                await work.inspectors.save(officer.model_copy(update=off))

    await dispatched.receive(
        FIRE,
        TaskDeclined(
            visit_id=seat.visit_id,
            department=FIRE,
            person_id=seat.person_id,
            reason="illness",
            declined_by="值班员",
        ),
    )

    async with dispatched.work(AUDITOR) as work:
        [waiting] = await work.member_changes.where()
        acts = await work.audit_entries.where(tag="team-draw:member:not-replaced")
    assert waiting.is_open
    assert waiting.obstacles["unfit"] > 0
    assert len(acts) == 1
    assert await holder(dispatched, seat) == seat.person_id


async def test_a_department_replaces_its_own_people_only(dispatched: Play) -> None:
    seat = await a_seat(dispatched)

    await refused(Rule.NOT_YOUR_DEPARTMENT, replaced(dispatched, seat, approver(MARKET)))
    await refused(Rule.ROLE_NOT_ALLOWED, replaced(dispatched, seat, AUDITOR))
    person = await replaced(dispatched, seat, clerk(FIRE))

    assert await holder(dispatched, seat) == person


async def test_a_reason_is_a_code_of_the_table_and_other_needs_words(dispatched: Play) -> None:
    seat = await a_seat(dispatched)

    await refused(Rule.CODE_UNKNOWN, replaced(dispatched, seat, reason="tired"))
    await refused(Rule.REASON_MISSING, replaced(dispatched, seat, reason="other", note=" "))
    await replaced(dispatched, seat, reason="other", note="家中急事")


async def test_who_has_reported_keeps_the_team_that_went(dispatched: Play) -> None:
    seat = await a_seat(dispatched)
    [task] = [
        each
        for each in await dispatched.tasks(ROUND)
        if (each.visit_id, each.department) == (seat.visit_id, FIRE)
    ]
    await dispatched.report(task)

    await refused(Rule.MOVE_NOT_ALLOWED, replaced(dispatched, seat))


async def lapse(play: Play, seat: TeamMember) -> None:
    """Let somebody's certificate end before the last day of the visit."""
    async with play.work(office()) as work:
        visit = await work.visits.get(seat.visit_id)
        officer = await work.inspectors.get(seat.person_id)
        lapsed = {"certificate_to": visit.date_to - timedelta(days=1)}
        await work.inspectors.save(officer.model_copy(update=lapsed))


async def test_every_day_whoever_cannot_come_any_more_is_replaced(dispatched: Play) -> None:
    seat = await a_seat(dispatched)
    await lapse(dispatched, seat)

    async with dispatched.work(office("daily-duties")) as work:
        run = await duties.do_duty(work, "replace-unfit-members")

    assert run is not None
    assert run.outcome["replaced"] >= 1
    assert await holder(dispatched, seat) != seat.person_id
    assert {
        letter.data["changes"][-1]["reason"] for letter in await letters(dispatched, "TaskAmended")
    } == {"certificate"}


async def test_an_organ_that_accepts_has_its_unfit_people_replaced(drawn: Play) -> None:
    await drawn.publish(ROUND)
    seat = await a_seat(drawn)
    await lapse(drawn, seat)
    [task] = [
        each
        for each in await drawn.tasks(ROUND)
        if (each.visit_id, each.department) == (seat.visit_id, FIRE)
    ]

    await drawn.accept(task)

    assert await holder(drawn, seat) != seat.person_id


async def test_once_the_record_is_open_no_seat_changes_any_more(dispatched: Play) -> None:
    seat = await a_seat(dispatched)
    await end_round(dispatched)

    await refused(Rule.MOVE_NOT_ALLOWED, replaced(dispatched, seat))
