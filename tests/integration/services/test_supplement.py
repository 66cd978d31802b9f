"""After infeasible teams the objects stand, and a supplement draws the missing teams alone."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from contracts.vocabulary import DrawOutcome
from coordinator.domain.errors import Rule
from coordinator.domain.lifecycle import RoundState, VisitState
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.registers.organisation import Designation
from coordinator.services import dispatch, handlers, lottery, team_draw
from tests.builders import DEPARTMENTS, FIRE, a_department, an_inspector
from tests.integration.services.page_clients import people
from tests.integration.services.test_dispatch import refused
from tests.integration.services.test_record_and_silence import round_of, verified
from tests.play import AUDITOR, ROUND, Play, office
from tests.records import in_memory

SUPPLEMENT = f"{ROUND}.T1"


@pytest.fixture
async def without_fire(adopted: Play) -> Play:
    """A round in which fire rescue has one officer left, and so no team."""
    async with adopted.work(office()) as work:
        for person in await work.inspectors.where(department=FIRE):
            if person.inspector_id != "fr-p1":
                await work.inspectors.remove(person.inspector_id)
    done = await adopted.drawn_round(ROUND, "L1")
    assert (done.state, done.reason) == (RoundState.INFEASIBLE, FIRE)
    return adopted


async def officers_come(play: Play) -> None:
    async with play.work(office()) as work:
        for n in range(11, 17):
            await work.inspectors.save(an_inspector(f"fr-p{n}", FIRE))


async def opened(play: Play) -> Round:
    async with play.work(office()) as work:
        return await lottery.open_supplement(work, ROUND)


async def supplemented(play: Play, round_id: str = SUPPLEMENT) -> Round:
    return await play.draw_frozen(await play.freeze(round_id))


async def records(play: Play, *rounds: str) -> dict[str, dict[str, bytes]]:
    async with play.work(AUDITOR) as work:
        return {code: in_memory(await lottery.whole_record(work, code)) for code in rounds}


async def test_the_missing_teams_join_the_visits_and_both_records_verify(
    without_fire: Play, tmp_path: Path
) -> None:
    play = without_fire
    before = await records(play, ROUND)
    await officers_come(play)
    await opened(play)

    done = await supplemented(play)
    sent = await play.publish(ROUND)

    async with play.work(AUDITOR) as work:
        tasks = await work.tasks.where(round_id=ROUND)
        team = await work.team.where(round_id=ROUND)
    fire = {seat.person_id for seat in team if seat.department == FIRE}
    assert (done.outcome, done.attempt) == (DrawOutcome.DONE, 2)
    assert sent == len(tasks) > 0
    for task in tasks:
        seats = [
            seat
            for seat in team
            if (seat.visit_id, seat.department) == (task.visit_id, task.department)
        ]
        assert len(seats) == task.quota
    assert fire <= {"fr-p1", *(f"fr-p{n}" for n in range(11, 17))}
    assert {s.record_id for s in team if s.department == FIRE} == {SUPPLEMENT}
    assert {s.record_id for s in team if s.department != FIRE} == {ROUND}
    found = await records(play, ROUND, SUPPLEMENT)
    assert found[ROUND] == before[ROUND]
    for code, record in found.items():
        assert verified(tmp_path / code, record, play).startswith(f"0 ok {code} ")
    assert f"rosters/{FIRE}.tsv" in found[SUPPLEMENT]
    assert not [name for name in found[SUPPLEMENT] if name.startswith(("frames/", "drawn/"))]


async def test_nobody_chooses_anew_for_a_supplement(without_fire: Play) -> None:
    await officers_come(without_fire)

    drawn = await opened(without_fire)

    async with without_fire.work(AUDITOR) as work:
        heads = {
            code: {each.code: each.head for each in await work.contributors.where(round_id=code)}
            for code in (ROUND, SUPPLEMENT)
        }
    assert heads[SUPPLEMENT] == heads[ROUND]
    assert (drawn.attempt, drawn.first_attempt, drawn.lines) == (2, 2, ())


async def test_a_cancelled_supplement_gives_way_to_the_next(without_fire: Play) -> None:
    play = without_fire
    await opened(play)
    async with play.work(office("office-a")) as work:
        await lottery.request_cancellation(work, SUPPLEMENT, "opened-in-error", "人员尚未到岗")
    async with play.work(office("office-b")) as work:
        cancelled = await lottery.cancel_round(work, SUPPLEMENT)
    await officers_come(play)

    async with play.work(office()) as work:
        second = await lottery.open_supplement(work, ROUND)
    done = await play.draw_frozen(await play.freeze(second.round_id))

    assert cancelled.state is RoundState.CANCELLED
    assert (second.round_id, second.first_attempt) == (f"{ROUND}.T2", cancelled.attempt + 1)
    assert done.outcome is DrawOutcome.DONE
    async with play.work(AUDITOR) as work:
        assert (await work.rounds.get(ROUND)).state is RoundState.DRAWN


async def test_a_supplement_that_fails_is_followed_by_the_next(
    without_fire: Play, tmp_path: Path
) -> None:
    play = without_fire
    await opened(play)
    failed = await supplemented(play)
    await officers_come(play)

    second = await opened(play)
    done = await supplemented(play, second.round_id)

    assert (failed.state, failed.reason) == (RoundState.INFEASIBLE, FIRE)
    assert (second.round_id, second.attempt) == (f"{ROUND}.T2", 3)
    assert done.outcome is DrawOutcome.DONE
    assert (await round_of(play)).state is RoundState.DRAWN
    found = await records(play, ROUND, SUPPLEMENT, second.round_id)
    for code, record in found.items():
        assert verified(tmp_path / code, record, play).startswith(f"0 ok {code} ")


async def test_a_void_attempt_of_a_supplement_takes_the_next_preimages(
    without_fire: Play, tmp_path: Path
) -> None:
    play = without_fire
    await officers_come(play)
    await opened(play)
    frozen = await play.freeze(SUPPLEMENT)
    await play.sign(frozen)
    play.clock.pass_time(days=3)
    async with play.work(office()) as work:
        await lottery.void_attempt(work, SUPPLEMENT)

    done = await supplemented(play)

    assert done.attempt == 3
    found = await records(play, SUPPLEMENT)
    assert "attempts/2/transcript.json" in found[SUPPLEMENT]
    verdict = verified(tmp_path / SUPPLEMENT, found[SUPPLEMENT], play)
    assert verdict.startswith(f"0 ok {SUPPLEMENT} ")


async def test_a_replacement_of_a_supplements_member_stands_in_its_record(
    without_fire: Play, tmp_path: Path
) -> None:
    play = without_fire
    await officers_come(play)
    await opened(play)
    await supplemented(play)
    async with play.work(AUDITOR) as work:
        seat = (await work.team.where(department=FIRE))[0]
    departure = team_draw.Departure(
        visit_id=seat.visit_id, person_id=seat.person_id, reason="illness"
    )

    async with play.work(office()) as work:
        await handlers.replace_member(work, departure)

    found = await records(play, ROUND, SUPPLEMENT)
    assert found[ROUND]["members.tsv"].count(b"\n") == 1
    assert found[SUPPLEMENT]["members.tsv"].count(b"\n") == 2
    verdict = verified(tmp_path / SUPPLEMENT, found[SUPPLEMENT], play)
    assert verdict.startswith(f"0 ok {SUPPLEMENT} ")


async def test_with_the_last_visit_every_record_of_the_round_opens(without_fire: Play) -> None:
    play = without_fire
    await officers_come(play)
    await opened(play)
    await supplemented(play)
    await play.publish(ROUND)
    async with play.work(AUDITOR) as work:
        visits = await work.visits.where(round_id=ROUND)

    for visit in visits:
        async with play.work(office()) as work:
            await handlers.withdraw_visit(work, visit.visit_id, "停业")

    assert (await round_of(play)).state is RoundState.DISCLOSED
    assert (await round_of(play, SUPPLEMENT)).state is RoundState.DISCLOSED


async def test_a_round_with_its_teams_gets_no_supplement(drawn: Play) -> None:
    async with drawn.work(office()) as work:
        await refused(Rule.SUPPLEMENT_NOT_NEEDED, lottery.open_supplement(work, ROUND))


async def test_one_supplement_at_a_time_and_it_sends_nobody_out_itself(without_fire: Play) -> None:
    await opened(without_fire)
    async with without_fire.work(office()) as work:
        await refused(Rule.SUPPLEMENT_NOT_NEEDED, lottery.open_supplement(work, ROUND))
        await refused(Rule.MOVE_NOT_ALLOWED, handlers.publish_visits(work, SUPPLEMENT))
        await refused(Rule.MOVE_NOT_ALLOWED, handlers.publish_visits(work, ROUND))


async def test_whom_a_supplement_drew_is_trained_for_its_round_and_never_for_the_supplement(
    without_fire: Play,
) -> None:
    play = without_fire
    await officers_come(play)
    await opened(play)
    await supplemented(play)
    [client] = await people(play, ("office-a", None))
    async with play.work(AUDITOR) as work:
        [organ] = [e for e in await dispatch.trainings_of(work, ROUND) if e.department == FIRE]
    entry = {"document": "签到表", "content": "检查清单", "discipline": "签订承诺书"}
    held = dispatch.TrainingHeld(held_date=play.clock.today(), trained=organ.drawn, **entry)

    async with play.work(office()) as work:
        by_service = await refused(
            Rule.TRAINING_OF_SUPPLEMENT, dispatch.confirm_training(work, SUPPLEMENT, FIRE, held)
        )
    sent = {**entry, "held_date": f"{held.held_date}", "trained": list(organ.drawn)}
    by_api = await client.post(f"/v1/rounds/{SUPPLEMENT}/trainings/{FIRE}?lang=en", json=sent)
    of_round = await client.post(f"/v1/rounds/{ROUND}/trainings/{FIRE}", json=sent)

    assert by_service.facts == {"round": SUPPLEMENT, "base": ROUND}
    assert (by_api.status_code, by_api.json()["title"]) == (409, "training-of-supplement")
    assert f"on the page of round {ROUND}." in by_api.json()["detail"]
    assert of_round.status_code == 200
    async with play.work(AUDITOR) as work:
        assert {each.round_id for each in await work.trainings.where()} == {ROUND}


async def test_a_shortage_is_explained_without_naming_a_visit(without_fire: Play) -> None:
    async with without_fire.work(AUDITOR) as work:
        [shortage] = await team_draw.shortages_of(work, await work.rounds.get(ROUND))
        visits = await work.visits.where(state=VisitState.DRAWN)

    assert (shortage.department, shortage.people) == (FIRE, 1)
    assert shortage.missing == shortage.slots_needed - shortage.capacity
    assert shortage.remedies[-1].missing_after == 0
    assert shortage.zh.startswith(f"{FIRE}: {shortage.slots_needed} 个岗位")
    assert not [visit for visit in visits if visit.visit_id in str(shortage)]
    assert set(DEPARTMENTS) >= {shortage.department}


async def test_officers_of_a_neighbour_organ_come_by_document_only(
    without_fire: Play, tmp_path: Path
) -> None:
    play = without_fire
    async with play.work(office()) as work:
        own = await work.departments.get(FIRE)
        neighbour = replace(
            a_department(FIRE), code="fire-next", of_department=FIRE, region="640299"
        )
        await work.departments.save(neighbour)
        for n in range(21, 27):
            await work.inspectors.save(an_inspector(f"fn-p{n}", "fire-next"))
        before = await team_draw.shortages_of(work, await work.rounds.get(ROUND))
        document = Designation(
            designation_id="g1",
            department="fire-next",
            region=own.region,
            document="平消指〔2026〕1号",
            valid_from=date(2026, 1, 1),
        )
        await work.designations.save(document)
        after = await team_draw.shortages_of(work, await work.rounds.get(ROUND))
    await opened(play)

    done = await supplemented(play)

    assert [each.helpers for each in before] == [()]
    assert [helper.document for helper in after[0].helpers] == ["平消指〔2026〕1号"]
    assert done.outcome is DrawOutcome.DONE
    async with play.work(AUDITOR) as work:
        fire = {seat.person_id for seat in await work.team.where(department=FIRE)}
    assert any(person.startswith("fn-") for person in fire)
    found = await records(play, SUPPLEMENT)
    verdict = verified(tmp_path / SUPPLEMENT, found[SUPPLEMENT], play)
    assert verdict.startswith(f"0 ok {SUPPLEMENT} ")
