"""Schedules over a real database: proposed, accepted, told, chosen, moved and mended."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from contracts.vocabulary import Mode
from coordinator.domain.dispatch import Visit
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers import Absence
from coordinator.domain.scheduling import Appointment, FeedScope, RoundSchedule, SetBy
from coordinator.domain.team_draw import Unfit
from coordinator.services import dispatch, team_draw
from coordinator.services.ports import Actor, Role
from tests.builders import FIRE, HEALTH
from tests.integration.services.post_box import letters
from tests.play import AUDITOR, COVERT_ROUND, ROUND, Play, clerk, office

ENTERPRISE = Actor(name="enterprise", role=Role.AUDITOR)


async def refused(rule: Rule, attempt: object) -> RuleBrokenError:
    with pytest.raises(RuleBrokenError) as error:
        await attempt  # type: ignore[misc] # any coroutine
    assert error.value.rule is rule, error.value
    return error.value


async def propose(play: Play, round_id: str = ROUND, actor: Actor | None = None) -> RoundSchedule:
    async with play.work(actor or office()) as work:
        return await dispatch.propose_schedule(work, round_id)


async def accept(play: Play, round_id: str = ROUND) -> RoundSchedule:
    async with play.work(office("office-b")) as work:
        return await dispatch.accept_schedule(work, round_id)


async def scheduled(play: Play, round_id: str = ROUND) -> None:
    await propose(play, round_id)
    await accept(play, round_id)


async def appointments(play: Play, round_id: str = ROUND) -> dict[str, Appointment]:
    async with play.work(AUDITOR) as work:
        found = await work.appointments.where(round_id=round_id)
    return {each.visit_id: each for each in found}


async def visits(play: Play, round_id: str = ROUND) -> dict[str, Visit]:
    async with play.work(AUDITOR) as work:
        found = await work.visits.where(round_id=round_id)
    return {each.visit_id: each for each in found}


async def be_away(play: Play, person: str, day: date) -> None:
    async with play.work(office()) as work:
        officer = await work.inspectors.get(person)
        absence = Absence(from_date=day, to_date=day, reason="病假")
        away = officer.model_copy(update={"absences": (*officer.absences, absence)})
        await work.inspectors.save(away)


async def test_every_visit_gets_a_working_day_of_its_window_and_nobody_is_twice_at_one_time(
    drawn: Play,
) -> None:
    schedule = await propose(drawn)

    set_to = await appointments(drawn)
    known = await visits(drawn)
    assert schedule.left_out == ()
    assert set(set_to) == {v for v, each in known.items() if not each.desk}
    busy = defaultdict(list)
    async with drawn.work(AUDITOR) as work:
        for seat in await work.team.where(round_id=ROUND):
            each = set_to[seat.visit_id]
            busy[seat.person_id, each.day].append((each.starts, each.ends))
        for visit_id, each in set_to.items():
            assert known[visit_id].date_from <= each.day <= known[visit_id].date_to
            assert work.calendar.is_working(each.day)
            assert each.day > work.today()
    for hours in busy.values():
        in_order = sorted(hours)
        assert all(a[1] <= b[0] for a, b in pairwise(in_order))


async def test_a_proposal_holds_for_nobody_until_it_is_accepted(drawn: Play) -> None:
    await propose(drawn)
    await drawn.publish(ROUND)

    assert all("appointment" not in each.data for each in await letters(drawn, "TaskPublished"))
    assert await letters(drawn, "TaskAmended") == []


async def test_tasks_bring_the_day_of_an_accepted_schedule(drawn: Play) -> None:
    await scheduled(drawn)
    await drawn.publish(ROUND)

    set_to = await appointments(drawn)
    sent = await letters(drawn, "TaskPublished")
    with_day = [each for each in sent if each.data["visit_id"] in set_to]
    assert with_day
    for each in with_day:
        card, kept = each.data["appointment"], set_to[each.data["visit_id"]]
        assert (card["day"], card["from_time"]) == (kept.day.isoformat(), kept.from_time)
        assert card["slot_name"] in ("上午", "下午")
        assert kept.told_at is not None


async def test_organs_that_have_their_tasks_are_told_when_a_schedule_is_accepted(
    dispatched: Play,
) -> None:
    dispatched.clock.pass_time(days=-19)
    await scheduled(dispatched)

    set_to = await appointments(dispatched)
    told = await letters(dispatched, "TaskAmended")
    assert {each.data["visit_id"] for each in told} == set(set_to)
    assert all(each.data["version"] > 1 for each in told)


async def test_a_schedule_that_leaves_no_time_for_the_notice_is_mended_before_publication(
    drawn: Play,
) -> None:
    await scheduled(drawn)
    first = min(each.day for each in (await appointments(drawn)).values())
    drawn.clock.go_to(first)

    await refused(Rule.SCHEDULE_OUT_OF_DATE, drawn.publish(ROUND))
    assert await letters(drawn, "TaskPublished") == []


async def test_a_proposal_that_has_grown_old_is_made_anew_before_it_is_accepted(
    drawn: Play,
) -> None:
    await propose(drawn)
    drawn.clock.go_to(min(each.day for each in (await appointments(drawn)).values()))

    await refused(Rule.SCHEDULE_OUT_OF_DATE, accept(drawn))

    await scheduled(drawn)
    set_to = await appointments(drawn)
    assert all(each.day > drawn.clock.today() for each in set_to.values())


async def test_a_withdrawn_visit_has_no_day_any_more(drawn: Play) -> None:
    await scheduled(drawn)
    await drawn.publish(ROUND)
    visit_id = next(iter(await appointments(drawn)))

    async with drawn.work(office()) as work:
        await dispatch.withdraw_visit(work, visit_id, "企业已注销")

    assert visit_id not in await appointments(drawn)


async def test_a_department_proposes_only_what_it_was_sent(drawn: Play) -> None:
    error = await refused(Rule.MOVE_NOT_ALLOWED, propose(drawn, actor=clerk(HEALTH)))
    assert error.facts["allowed"] == ["dispatched"]
    await drawn.publish(ROUND)

    schedule = await propose(drawn, actor=clerk(HEALTH))

    assert schedule.proposed_by == clerk(HEALTH).name
    await refused(Rule.ROLE_NOT_ALLOWED, propose(drawn, actor=AUDITOR))


async def test_only_the_visits_that_cannot_stand_move_when_somebody_falls_ill(
    drawn: Play,
) -> None:
    await scheduled(drawn)
    await drawn.publish(ROUND)
    before = await appointments(drawn)
    async with drawn.work(AUDITOR) as work:
        seat = (await work.team.where(visit_id=set(before), department=HEALTH))[0]
    ill, day = seat.person_id, before[seat.visit_id].day
    await be_away(drawn, ill, day)

    async with drawn.work(office()) as work:
        outlook = await dispatch.replan_outlook(work, ROUND)
    assert outlook is not None
    async with drawn.work(office()) as work:
        await dispatch.replan_round(work, ROUND, "1 人病假")

    after = await appointments(drawn)
    moved = {v for v in before if (after[v].day, after[v].slot) != (before[v].day, before[v].slot)}
    assert set(outlook.replan.broken) <= {each.visit_id for each in outlook.replan.moved}
    assert moved == {each.visit_id for each in outlook.replan.moved}
    assert outlook.replan.proven
    assert {each.person_id for each in outlook.absentees} == {ill}
    assert outlook.absentees[0].seats >= len(outlook.absentees[0].visits) >= 1
    assert all(after[v].set_by is SetBy.REPLANNED for v in moved)
    told = {each.data["visit_id"] for each in await letters(drawn, "TaskAmended")}
    assert told == moved
    async with drawn.work(AUDITOR) as work:
        assert await dispatch.replan_outlook(work, ROUND) is None


async def test_an_enterprise_chooses_one_of_the_free_slots_until_the_deadline(
    drawn: Play,
) -> None:
    await scheduled(drawn)
    await drawn.publish(ROUND)
    set_to = await appointments(drawn)
    visit = next(v for k, v in (await visits(drawn)).items() if k in set_to)
    code = visit.visit_code or ""
    async with drawn.work(ENTERPRISE) as work:
        offer = await dispatch.offer_of_code(work, code)
    assert offer is not None
    assert offer.until is not None
    wanted = offer.choices[-1]

    async with drawn.work(ENTERPRISE) as work:
        chosen = await dispatch.choose_slot(work, code, wanted.day, wanted.slot)

    assert (chosen.day, chosen.slot, chosen.set_by) == (wanted.day, wanted.slot, SetBy.CHOSEN)
    told = await letters(drawn, "TaskAmended")
    assert {each.data["appointment"]["day"] for each in told} == {wanted.day.isoformat()}
    async with drawn.work(AUDITOR) as work:
        [entry] = await work.audit_entries.where(tag="dispatch:visit:scheduled")
    assert entry.subject == visit.visit_id
    drawn.clock.pass_time(days=10)
    async with drawn.work(ENTERPRISE) as work:
        late = await dispatch.offer_of_code(work, code)
        assert late is not None
        assert (late.until, late.choices) == (None, ())
        await refused(
            Rule.CHOICE_OVER,
            dispatch.choose_slot(work, code, offer.choices[0].day, offer.choices[0].slot),
        )


async def test_nobody_chooses_what_is_not_offered(drawn: Play) -> None:
    await scheduled(drawn)
    await drawn.publish(ROUND)
    known, set_to = await visits(drawn), await appointments(drawn)
    visit_id = next(iter(set_to))
    code = known[visit_id].visit_code or ""

    async with drawn.work(ENTERPRISE) as work:
        await refused(Rule.SLOT_TAKEN, dispatch.choose_slot(work, code, date(2026, 4, 5), "am"))
        await refused(Rule.NOT_FOUND, dispatch.choose_slot(work, "none", date(2026, 4, 8), "am"))
    assert await appointments(drawn) == set_to


async def test_a_covert_visit_offers_nothing_and_its_day_is_told_to_nobody(adopted: Play) -> None:
    await adopted.drawn_round(COVERT_ROUND, "L9")
    await scheduled(adopted, COVERT_ROUND)
    await adopted.publish(COVERT_ROUND)
    [each] = (await appointments(adopted, COVERT_ROUND)).values()
    visit = (await visits(adopted, COVERT_ROUND))[each.visit_id]
    assert visit.mode is Mode.COVERT

    sent = await letters(adopted)

    assert all("appointment" not in letter.data for letter in sent)
    async with adopted.work(ENTERPRISE) as work:
        assert await dispatch.offer_of_code(work, visit.visit_code or "") is None
        shown = await dispatch.calendar_entries(work, FeedScope.DEPARTMENT, visit.lead_department)
    assert shown == []
    adopted.clock.go_to(each.day)
    async with adopted.work(office()) as work:
        await dispatch.open_covert(work, each.visit_id)
    async with adopted.work(AUDITOR) as work:
        shown = await dispatch.calendar_entries(work, FeedScope.DEPARTMENT, visit.lead_department)
    assert [entry.visit.visit_id for entry in shown] == [each.visit_id]


async def test_moving_by_hand_is_checked_and_needs_a_reason(drawn: Play) -> None:
    await scheduled(drawn)
    await drawn.publish(ROUND)
    known = await visits(drawn)
    set_to = await appointments(drawn)
    visit = known[next(iter(set_to))]
    later = max(each.day for each in set_to.values()) + timedelta(days=7)
    while later.weekday() > 4:
        later += timedelta(days=1)

    async def move(**changes: object) -> Appointment:
        wanted = dispatch.Move(visit_id=visit.visit_id, day=later, slot="pm", reason="停产检修")
        async with drawn.work(office()) as work:
            return await dispatch.move_visit(work, replace(wanted, **changes))  # type: ignore[arg-type]

    await refused(Rule.REASON_MISSING, move(reason=""))
    await refused(Rule.SLOT_UNKNOWN, move(slot="night"))
    await refused(Rule.OUTSIDE_WINDOW, move(day=visit.date_to + timedelta(days=1)))
    drawn.clock.go_to(visit.date_from)
    await refused(Rule.NOTICE_TOO_SHORT, move(day=visit.date_from))

    moved = await move()

    assert (moved.day, moved.slot, moved.set_by) == (later, "pm", SetBy.POSTPONED)
    assert {e.data["visit_id"] for e in await letters(drawn, "TaskAmended")} == {visit.visit_id}


async def test_a_report_is_expected_after_the_day_on_which_its_visit_now_stands(
    drawn: Play,
) -> None:
    await drawn.override(report__report_working_days=1)
    await propose(drawn)
    await drawn.publish(ROUND)
    for task in await drawn.tasks(ROUND):
        await drawn.accept(task)
    known = await visits(drawn)
    while_proposed = await drawn.tasks(ROUND)

    await accept(drawn)

    set_to = await appointments(drawn)
    for task in while_proposed:
        assert task.report_basis is not None
        assert task.report_basis.start == known[task.visit_id].date_to
    for task in await drawn.tasks(ROUND):
        assert task.report_basis is not None
        appointment = set_to.get(task.visit_id)
        expected = appointment.day if appointment else known[task.visit_id].date_to
        assert task.report_basis.start == expected
    assert set_to


async def test_the_lead_department_moves_its_own_visits_and_no_others(drawn: Play) -> None:
    await scheduled(drawn)
    await drawn.publish(ROUND)
    set_to = await appointments(drawn)
    visit = (await visits(drawn))[next(iter(set_to))]
    free = max(each.day for each in set_to.values()) + timedelta(days=14)
    while free.weekday() > 4:
        free += timedelta(days=1)
    other = FIRE if visit.lead_department != FIRE else HEALTH
    wanted = dispatch.Move(visit_id=visit.visit_id, day=free, slot="am", reason="停产检修")

    async with drawn.work(clerk(other)) as work:
        await refused(Rule.NOT_YOUR_DEPARTMENT, dispatch.move_visit(work, wanted))
    async with drawn.work(clerk(visit.lead_department)) as work:
        moved = await dispatch.move_visit(work, wanted)

    assert moved.changed_by == clerk(visit.lead_department).name


async def test_a_subscription_shows_its_makers_rights_until_it_is_revoked(drawn: Play) -> None:
    await scheduled(drawn)
    await drawn.publish(ROUND)
    async with drawn.work(clerk(HEALTH)) as work:
        await refused(
            Rule.NOT_YOUR_DEPARTMENT, dispatch.make_feed(work, FeedScope.DEPARTMENT, FIRE)
        )
        made = await dispatch.make_feed(work, FeedScope.DEPARTMENT, HEALTH)
    async with drawn.work(AUDITOR) as work:
        await refused(Rule.ROLE_NOT_ALLOWED, dispatch.make_feed(work, FeedScope.DEPARTMENT, HEALTH))
    async with drawn.work(clerk(HEALTH)) as work:
        stored = await work.calendar_feeds.get(made.feed_id)
        shown = await dispatch.calendar_entries(work, FeedScope.DEPARTMENT, HEALTH)
    assert made.token not in str(stored)
    assert len(shown) == len([v for v in (await visits(drawn)).values() if HEALTH in v.departments])
    async with drawn.work(clerk(FIRE)) as work:
        await refused(Rule.NOT_FOUND, dispatch.revoke_feed(work, made.feed_id))
    async with drawn.work(clerk(HEALTH)) as work:
        await dispatch.revoke_feed(work, made.feed_id)
        assert await dispatch.feed_of_token(work, made.token) is None


async def test_only_the_set_day_matters_for_who_can_come(drawn: Play) -> None:
    async with drawn.work(AUDITOR) as work:
        visit = next(v for v in await work.visits.where(round_id=ROUND) if not v.desk)
        seat = next(s for s in await work.team.where(visit_id=visit.visit_id) if s.is_officer)
        known = [visit]
    await scheduled(drawn)
    day = (await appointments(drawn))[visit.visit_id].day
    other = day + timedelta(days=1)

    await be_away(drawn, seat.person_id, other)
    async with drawn.work(AUDITOR) as work:
        fit = await team_draw.unfit_members(work, known)
    await be_away(drawn, seat.person_id, day)
    async with drawn.work(AUDITOR) as work:
        unfit = await team_draw.unfit_members(work, known)

    assert seat.person_id not in {each.member.person_id for each in fit}
    assert (seat.person_id, Unfit.LEAVE) in {(e.member.person_id, e.why) for e in unfit}
