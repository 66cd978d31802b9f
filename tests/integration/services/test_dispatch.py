"""Tasks: who hears what and when, covert targets on the day only, withdrawal, and burden."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from contracts.tasks import TaskAccepted, TaskDeclined
from contracts.vocabulary import Mode
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import RoundState, TaskState, VisitState
from coordinator.services import appraisal, dispatch, handlers
from tests.builders import FIRE, HEALTH, MARKET
from tests.integration.services.post_box import letters
from tests.play import AUDITOR, COVERT_ROUND, ROUND, Play, office


async def refused(rule: Rule, attempt: object) -> RuleBrokenError:
    with pytest.raises(RuleBrokenError) as error:
        await attempt  # type: ignore[misc] # any coroutine
    assert error.value.rule is rule
    return error.value


async def test_every_organ_gets_its_own_checks_and_the_whole_team(drawn: Play) -> None:
    sent = await drawn.publish(ROUND)

    published = await letters(drawn, "TaskPublished")
    tasks = await drawn.tasks(ROUND)
    assert sent == len(published) == len(tasks)
    async with drawn.work(AUDITOR) as work:
        for letter in published:
            data = letter.data
            asked = await work.checks.where(
                visit_id=data["visit_id"], department=data["department"]
            )
            team = await work.team.where(visit_id=data["visit_id"])
            assert letter.recipient == f"onevisit.dept.{data['department']}.tasks"
            assert {(c["object_id"], c["item"]) for c in data["checks"]} == {
                (check.object_id, check.item) for check in asked
            }
            assert {card["person_id"] for card in data["team"]} == {m.person_id for m in team}
            assert all(
                card["certificate_number"] is None for card in data["team"] if card["expert"]
            )


async def test_a_visit_has_one_number_and_one_code_for_all_its_organs(drawn: Play) -> None:
    await drawn.publish(ROUND)

    async with drawn.work(AUDITOR) as work:
        visits = await work.visits.where(round_id=ROUND)
        year = work.today().year
    numbers = sorted(visit.task_number or "" for visit in visits)
    assert numbers == [f"平联抽查〔{year}〕{n:04d}号" for n in range(1, len(visits) + 1)]
    assert len({visit.visit_code for visit in visits}) == len(visits)
    for letter in await letters(drawn, "TaskPublished"):
        [visit] = [each for each in visits if each.visit_id == letter.data["visit_id"]]
        told = letter.data["task_number"], letter.data["visit_code"]
        assert told == (visit.task_number, visit.visit_code)


async def test_a_round_is_published_once(drawn: Play) -> None:
    await drawn.publish(ROUND)

    await refused(Rule.MOVE_NOT_ALLOWED, drawn.publish(ROUND))


async def test_too_late_for_the_notice_nothing_of_the_round_is_sent(drawn: Play) -> None:
    drawn.clock.go_to(date(2026, 5, 15))

    await refused(Rule.NOTICE_TOO_LATE, drawn.publish(ROUND))
    assert await letters(drawn, "TaskPublished") == []


async def test_the_first_day_of_a_visit_leaves_the_days_of_notice(drawn: Play) -> None:
    drawn.clock.go_to(date(2026, 5, 10))
    await drawn.publish(ROUND)

    async with drawn.work(AUDITOR) as work:
        visits = await work.visits.where(round_id=ROUND)
    assert {visit.date_from for visit in visits} == {date(2026, 5, 11)}


async def test_the_first_acceptance_starts_the_visit_and_a_second_changes_nothing(
    drawn: Play,
) -> None:
    await drawn.publish(ROUND)
    task = (await drawn.tasks(ROUND))[0]

    await drawn.accept(task)
    await drawn.accept(task)

    async with drawn.work(AUDITOR) as work:
        assert (await work.visits.get(task.visit_id)).state is VisitState.RUNNING
        assert (await work.tasks.get(task.task_id)).state is TaskState.ACCEPTED
        accepted = await work.audit_entries.where(tag="dispatch:task:accepted")
    assert len(accepted) == 1


async def test_nobody_accepts_or_declines_for_another(drawn: Play) -> None:
    await drawn.publish(ROUND)
    task = (await drawn.tasks(ROUND))[0]
    other = next(code for code in (FIRE, HEALTH, MARKET) if code != task.department)
    accepted = TaskAccepted(
        visit_id=task.visit_id, department=task.department, accepted_by="duty officer"
    )
    declined = TaskDeclined(
        visit_id=task.visit_id,
        department=task.department,
        person_id="p",
        reason="recusal",
        declined_by="duty officer",
    )

    await refused(Rule.NOT_YOUR_DEPARTMENT, drawn.receive(other, accepted))
    await refused(Rule.NOT_YOUR_DEPARTMENT, drawn.receive(other, declined))


async def covert(play: Play) -> tuple[str, str, str]:
    """Draw and publish the covert round; gives visit, name of the place, object."""
    await play.drawn_round(COVERT_ROUND, "L9")
    await play.publish(COVERT_ROUND)
    async with play.work(AUDITOR) as work:
        [visit] = await work.visits.where(round_id=COVERT_ROUND)
        check = (await work.checks.where(visit_id=visit.visit_id))[0]
    assert visit.mode is Mode.COVERT
    return visit.visit_id, visit.place_name, check.object_id


async def test_nothing_that_leaves_names_a_covert_target_before_the_day(adopted: Play) -> None:
    _, name, target = await covert(adopted)

    sent = await letters(adopted)
    async with adopted.work(AUDITOR) as work:
        acts = str([each.facts for each in await work.audit_entries.where()])
    assert [letter.type for letter in sent].count("TaskPublished.v1") == 2
    for letter in sent:
        assert target.encode() not in letter.body
        assert name.encode() not in letter.body
    for letter in await letters(adopted, "TaskPublished"):
        assert (letter.data["place"], letter.data["checks"]) == (None, [])
        assert letter.data["visit_code"] is None
    assert target not in acts
    assert name not in acts


async def test_a_covert_target_is_told_in_its_window_only_and_once(adopted: Play) -> None:
    visit_id, name, target = await covert(adopted)
    async with adopted.work(AUDITOR) as work:
        visit = await work.visits.get(visit_id)

    for day in (visit.date_from - timedelta(days=1), visit.date_to + timedelta(days=1)):
        adopted.clock.go_to(day)
        async with adopted.work(office()) as work:
            await refused(Rule.OUTSIDE_WINDOW, dispatch.open_covert(work, visit_id))
    assert await letters(adopted, "TaskOpened") == []
    adopted.clock.go_to(visit.date_from)
    async with adopted.work(office()) as work:
        await dispatch.open_covert(work, visit_id)
        await refused(Rule.VISIT_NOT_COVERT, dispatch.open_covert(work, visit_id))

    opened = await letters(adopted, "TaskOpened")
    assert {letter.recipient for letter in opened} == {
        f"onevisit.dept.{code}.tasks" for code in (FIRE, MARKET)
    }
    for letter in opened:
        assert letter.data["place"]["name"] == name
        assert {check["object_id"] for check in letter.data["checks"]} == {target}
        assert letter.data["visit_code"] == visit.visit_code


async def test_a_covert_visit_that_is_not_under_way_is_never_opened(adopted: Play) -> None:
    await adopted.drawn_round(COVERT_ROUND, "L9")
    async with adopted.work(AUDITOR) as work:
        [visit] = await work.visits.where(round_id=COVERT_ROUND)
    adopted.clock.go_to(visit.date_from)

    async with adopted.work(office()) as work:
        await refused(Rule.MOVE_NOT_ALLOWED, dispatch.open_covert(work, visit.visit_id))
        await handlers.withdraw_visit(work, visit.visit_id, "closed")
        await refused(Rule.MOVE_NOT_ALLOWED, dispatch.open_covert(work, visit.visit_id))
    assert await letters(adopted, "TaskOpened") == []


async def test_an_announced_visit_has_nothing_to_open(drawn: Play) -> None:
    await drawn.publish(ROUND)
    task = (await drawn.tasks(ROUND))[0]

    async with drawn.work(office()) as work:
        await refused(Rule.VISIT_NOT_COVERT, dispatch.open_covert(work, task.visit_id))


async def test_a_withdrawn_visit_counts_as_unfinished_and_every_organ_hears_why(
    drawn: Play,
) -> None:
    await drawn.publish(ROUND)
    task = (await drawn.tasks(ROUND))[0]

    async with drawn.work(office()) as work:
        await refused(Rule.REASON_MISSING, handlers.withdraw_visit(work, task.visit_id, " "))
        visit = await handlers.withdraw_visit(work, task.visit_id, "moved away")
        await refused(Rule.MOVE_NOT_ALLOWED, handlers.withdraw_visit(work, task.visit_id, "again"))
        [completion, _] = await appraisal.indicators(work, ROUND)

    told = await letters(drawn, "TaskWithdrawn")
    assert sorted(letter.data["department"] for letter in told) == sorted(visit.departments)
    assert {letter.data["reason"] for letter in told} == {"moved away"}
    assert (completion.numerator, completion.denominator) == (0, 6)
    await refused(Rule.MOVE_NOT_ALLOWED, drawn.accept(task))


async def test_organs_that_never_heard_of_a_visit_do_not_hear_of_its_end(drawn: Play) -> None:
    task = (await drawn.tasks(ROUND))[0]

    async with drawn.work(office()) as work:
        await handlers.withdraw_visit(work, task.visit_id, "moved away")

    assert await letters(drawn, "TaskWithdrawn") == []
    assert await drawn.publish(ROUND) < len(await drawn.tasks(ROUND))


async def test_a_running_visit_is_withdrawn_until_somebody_has_reported(dispatched: Play) -> None:
    tasks = await dispatched.tasks(ROUND)
    reported = tasks[0]
    silent = next(task for task in tasks if task.visit_id != reported.visit_id)
    await dispatched.report(reported)

    async with dispatched.work(office()) as work:
        await refused(Rule.MOVE_NOT_ALLOWED, handlers.withdraw_visit(work, reported.visit_id, "x"))
    async with dispatched.work(office()) as work:
        withdrawn = await handlers.withdraw_visit(work, silent.visit_id, "停业整顿")

    assert withdrawn.state is VisitState.WITHDRAWN


async def test_a_covert_result_waits_until_the_record_of_its_round_is_open(adopted: Play) -> None:
    await adopted.drawn_round(COVERT_ROUND, "L9")
    await adopted.publish(COVERT_ROUND)
    tasks = await adopted.tasks(COVERT_ROUND)
    async with adopted.work(AUDITOR) as work:
        [visit] = await work.visits.where(round_id=COVERT_ROUND)
    adopted.clock.go_to(visit.date_from)
    async with adopted.work(office()) as work:
        await dispatch.open_covert(work, visit.visit_id)
    for task in tasks:
        await adopted.accept(task)
        await adopted.report(task)
        await adopted.approve(task)
    async with adopted.work(office()) as work:
        opened = await work.rounds.get(COVERT_ROUND)
        await work.rounds.save(replace(opened, state=RoundState.DISPATCHED))  # another is out

    await refused(Rule.COVERT_ROUND_OPEN, adopted.disclose(tasks[0]))
    async with adopted.work(office()) as work:
        assert await work.credit_events.where() == []
        await work.rounds.save(opened)
    await adopted.disclose(tasks[0])

    assert opened.state is RoundState.DISCLOSED


async def test_withdrawing_the_last_open_visit_opens_the_record(adopted: Play) -> None:
    await adopted.drawn_round(COVERT_ROUND, "L9")
    await adopted.publish(COVERT_ROUND)
    async with adopted.work(AUDITOR) as work:
        [visit] = await work.visits.where(round_id=COVERT_ROUND)

    async with adopted.work(office()) as work:
        await handlers.withdraw_visit(work, visit.visit_id, "closed")

    async with adopted.work(AUDITOR) as work:
        assert (await work.rounds.get(COVERT_ROUND)).state is RoundState.DISCLOSED


async def test_a_message_to_a_visit_that_is_not_there_says_so(adopted: Play) -> None:
    message = TaskAccepted(visit_id="gone", department=FIRE, accepted_by="x")

    await refused(Rule.NOT_FOUND, adopted.receive(FIRE, message))
