"""What a round leaves for the next: burden of places, bars of the last visit, recusals."""

from contracts.draw_files import parse_file
from contracts.draw_tables import BARS, FRAMES
from coordinator.domain.lifecycle import RoundState
from coordinator.services import handlers
from tests.builders import MARKET
from tests.county import OWNER
from tests.play import AUDITOR, NEXT_ROUND, ROUND, Play, office


async def finish(play: Play, round_id: str) -> None:
    for task in await play.tasks(round_id):
        await play.report(task)


async def frozen_files(play: Play, round_id: str, name: str) -> bytes:
    async with play.work(AUDITOR) as work:
        body: bytes = (await work.record_files.get((round_id, 1, name))).body
    return body


async def test_a_place_whose_visits_are_used_up_stays_in_the_next_frame_as_cap(
    dispatched: Play,
) -> None:
    await finish(dispatched, ROUND)
    await dispatched.override(burden__visits_per_year=1)
    async with dispatched.work(AUDITOR) as work:
        used = {visit.place for visit in await work.visits.where(round_id=ROUND)}

    await dispatched.open_round(NEXT_ROUND, "L3")
    await dispatched.freeze(NEXT_ROUND)

    body = await frozen_files(dispatched, NEXT_ROUND, "frames/L3.tsv")
    frame = parse_file(FRAMES, body, NEXT_ROUND, "L3")
    status = {row.place: row.status for row in frame}
    assert len(frame) == 8
    assert {place for place, code in status.items() if code == "cap"} == used & set(status)
    assert 0 < len(used & set(status)) < 8


async def test_a_withdrawn_visit_does_not_burden_its_place(drawn: Play) -> None:
    await drawn.override(burden__visits_per_year=1)
    async with drawn.work(office()) as work:
        for visit in await work.visits.where(round_id=ROUND):
            await handlers.withdraw_visit(work, visit.visit_id, "moved away")

    await drawn.open_round(NEXT_ROUND, "L3")
    await drawn.freeze(NEXT_ROUND)

    body = await frozen_files(drawn, NEXT_ROUND, "frames/L3.tsv")
    assert {row.status for row in parse_file(FRAMES, body, NEXT_ROUND, "L3")} == {"-"}


async def test_who_was_on_the_last_visit_is_barred_from_the_next(dispatched: Play) -> None:
    await finish(dispatched, ROUND)
    async with dispatched.work(AUDITOR) as work:
        team = await work.team.where(round_id=ROUND, department=MARKET)
        checks = await work.checks.where(round_id=ROUND, line="L1")
    was_at = {
        (check.object_id, member.person_id)
        for check in checks
        for member in team
        if member.visit_id == check.visit_id
    }

    drawn = await dispatched.drawn_round(NEXT_ROUND, "L3")

    body = await frozen_files(dispatched, NEXT_ROUND, f"bars/{MARKET}.tsv")
    bars = parse_file(BARS, body, NEXT_ROUND, MARKET)
    barred = {(bar.object, bar.inspector) for bar in bars}
    assert was_at
    assert was_at <= barred
    assert {bar.reason for bar in bars if (bar.object, bar.inspector) in was_at} <= {
        "last-visit",
        "recusal",
    }
    assert drawn.state is RoundState.DRAWN
    async with dispatched.work(AUDITOR) as work:
        again = {
            (check.object_id, member.person_id)
            for check in await work.checks.where(round_id=NEXT_ROUND)
            for member in await work.team.where(visit_id=check.visit_id, department=MARKET)
        }
    assert not again & barred


async def test_a_recused_officer_visits_no_premises_of_the_firm(drawn: Play) -> None:
    body = await frozen_files(drawn, ROUND, f"bars/{MARKET}.tsv")
    barred = {bar.object for bar in parse_file(BARS, body, ROUND, MARKET)}

    async with drawn.work(AUDITOR) as work:
        shops = {thing.object_id for thing in await work.objects.where(owner=OWNER)}
        sent_to = {
            check.object_id
            for member in await work.team.where(person_id="mr-p1")
            for check in await work.checks.where(visit_id=member.visit_id)
        }
    assert barred == {OWNER, *shops}
    assert not sent_to & shops
