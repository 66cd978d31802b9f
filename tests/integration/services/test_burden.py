"""The cap of visits to a place, between rounds: nobody passes it, and nobody vanishes."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from coordinator.domain.annual_plan import StratumRule
from coordinator.domain.burden_ledger import CapExemption, Scope
from coordinator.domain.errors import Rule
from coordinator.domain.lottery.ceremony import Round
from coordinator.services import checklist_merge, handlers, lottery
from tests.builders import FIRE, MARKET
from tests.integration.services.test_dispatch import refused
from tests.integration.services.test_record_and_silence import verified
from tests.play import AUDITOR, NEXT_ROUND, ROUND, Play, clerk, office

HALF = {"*": StratumRule(numerator=1, denominator=2)}


async def plan_line(play: Play, code: str, **changes: Any) -> None:
    async with play.work(office()) as work:
        line = await work.plan_lines.get(code)
        await work.plan_lines.save(replace(line, **changes))


async def frozen_together(play: Play) -> tuple[Round, Round]:
    """Freeze two rounds before either is drawn."""
    await play.override(burden__visits_per_year=1)
    await play.open_round(ROUND, "L1")
    await play.open_round(NEXT_ROUND, "L3")
    return await play.freeze(ROUND), await play.freeze(NEXT_ROUND)


async def totals(play: Play) -> dict[str, int]:
    async with play.work(AUDITOR) as work:
        counts = await work.burden_counts.where(scope=Scope.TOTAL)
    return {count.place: count.number for count in counts}


async def rows(play: Play, round_id: str, name: str) -> list[list[str]]:
    async with play.work(AUDITOR) as work:
        record = await lottery.whole_record(work, round_id)
    body = record[name]
    assert isinstance(body, bytes)
    return [line.split("\t") for line in body.decode().splitlines()[1:]]


async def record_verdict(play: Play, folder: Path, round_id: str) -> str:
    async with play.work(AUDITOR) as work:
        record = await lottery.whole_record(work, round_id)
    return verified(folder / round_id, record)


async def test_every_visit_is_put_down_once_with_its_organs_and_level(drawn: Play) -> None:
    async with drawn.work(AUDITOR) as work:
        visits = [v for v in await work.visits.where(round_id=ROUND) if not v.desk]
        counts = await work.burden_counts.where()

    expected = Counter(visit.place for visit in visits)
    of_organs = Counter((v.place, code) for v in visits for code in v.departments)
    assert {c.place: c.number for c in counts if c.scope is Scope.TOTAL} == expected
    assert {(c.place, c.code): c.number for c in counts if c.scope is Scope.ORGAN} == of_organs
    assert {c.code for c in counts if c.scope is Scope.LEVEL} == {"county"}


async def test_what_became_full_after_the_freeze_gives_way_to_the_next_ticket_or_is_deferred(
    adopted: Play, tmp_path: Path
) -> None:
    await plan_line(adopted, "L3", number=None, strata=HALF)
    first, second = await frozen_together(adopted)

    await adopted.draw_frozen(first)
    taken = await totals(adopted)
    await adopted.draw_frozen(second)

    replaced = await rows(adopted, NEXT_ROUND, "replaced.tsv")
    drawn = {row[0] for row in await rows(adopted, NEXT_ROUND, "drawn/L3.tsv")}
    checks = await rows(adopted, NEXT_ROUND, "checks.tsv")
    checked = {row[0] for row in checks}
    async with adopted.work(AUDITOR) as work:
        deferred = {c.object_id for c in await work.dropped_checks.where(round_id=NEXT_ROUND)}
    assert replaced
    assert {row[3] for row in replaced} == {"cap"}
    assert max((await totals(adopted)).values()) == 1
    assert not {row[1] for row in checks} & set(taken)
    assert len(drawn) == len(checked) + len(deferred)
    assert (await record_verdict(adopted, tmp_path, NEXT_ROUND)).startswith("0 ok R2")


async def test_with_no_reserve_left_the_checks_are_deferred_with_their_reason(
    adopted: Play, tmp_path: Path
) -> None:
    first, second = await frozen_together(adopted)

    await adopted.draw_frozen(first)
    taken = await totals(adopted)
    await adopted.draw_frozen(second)

    dropped = await rows(adopted, NEXT_ROUND, "dropped.tsv")
    place_of = {row[0]: row[1] for row in await rows(adopted, NEXT_ROUND, "frames/L3.tsv")}
    assert {place_of[row[0]] for row in dropped} == set(taken)
    assert {tuple(row[3:]) for row in dropped} == {("deferred", "cap")}
    assert await rows(adopted, NEXT_ROUND, "replaced.tsv") == []
    assert max((await totals(adopted)).values()) == 1
    assert (await record_verdict(adopted, tmp_path, NEXT_ROUND)).startswith("0 ok R2")
    async with adopted.work(AUDITOR) as work:
        sealed = await lottery.sealed_record(work, NEXT_ROUND)
    assert "dropped.tsv" not in sealed


async def test_what_is_full_at_the_freeze_stays_in_the_frame_with_its_code(adopted: Play) -> None:
    await adopted.override(burden__visits_per_year=1)
    await adopted.drawn_round(ROUND, "L1")
    taken = await totals(adopted)

    await adopted.drawn_round(NEXT_ROUND, "L3")

    frame = await rows(adopted, NEXT_ROUND, "frames/L3.tsv")
    assert {row[1] for row in frame if row[4] == "cap"} == set(taken)
    drawn = {row[0] for row in await rows(adopted, NEXT_ROUND, "drawn/L3.tsv")}
    assert drawn == {row[0] for row in frame if row[4] == "-"}


async def test_a_level_that_is_full_stops_its_organs_at_freeze_and_draw(adopted: Play) -> None:
    await adopted.override(burden__visits_per_level=1)
    await adopted.open_round(ROUND, "L1")
    await adopted.open_round(NEXT_ROUND, "L3")
    first, second = await adopted.freeze(ROUND), await adopted.freeze(NEXT_ROUND)

    await adopted.draw_frozen(first)
    await adopted.draw_frozen(second)

    assert max((await totals(adopted)).values()) == 1


async def test_a_withdrawn_visit_gives_its_unit_back_once(drawn: Play) -> None:
    before = await totals(drawn)
    async with drawn.work(office()) as work:
        [visit, *_] = await work.visits.where(round_id=ROUND, desk=False)
        await handlers.withdraw_visit(work, visit.visit_id, "停业")

    after = await totals(drawn)

    assert after[visit.place] == before[visit.place] - 1
    async with drawn.work(AUDITOR) as work:
        entry = await work.burden_entries.get(visit.visit_id)
    assert entry.released_at is not None


async def test_an_exempt_line_passes_the_cap_and_is_counted_apart(adopted: Play) -> None:
    await plan_line(adopted, "L3", exemption="coverage")
    await adopted.override(burden__visits_per_year=1)
    await adopted.drawn_round(ROUND, "L1")

    await adopted.drawn_round(NEXT_ROUND, "L3")

    assert max((await totals(adopted)).values()) == 1
    async with adopted.work(AUDITOR) as work:
        counts = await work.burden_counts.where(scope=Scope.TOTAL)
        visits = await work.visits.where(round_id=NEXT_ROUND, desk=False)
        entries = await work.burden_entries.where(round_id=NEXT_ROUND)
    assert sum(count.exempt for count in counts) == len(visits)
    assert {entry.exemption for entry in entries} == {"coverage"}


async def exemption(play: Play, place: str, approved_by: str) -> CapExemption:
    async with play.work(office("office-a")) as work:
        asked = await checklist_merge.request_exemption(
            work, place, 2026, "complaint", "群众多次投诉"
        )
    async with play.work(office(approved_by)) as work:
        return await checklist_merge.approve_exemption(work, asked.exemption_id)


async def test_an_exemption_of_two_persons_lets_one_place_through(adopted: Play) -> None:
    await adopted.override(burden__visits_per_year=1)
    await adopted.drawn_round(ROUND, "L1")
    place = sorted(await totals(adopted))[0]
    await refused(Rule.TWO_PERSONS_NEEDED, exemption(adopted, place, "office-a"))
    await exemption(adopted, place, "office-b")

    await adopted.drawn_round(NEXT_ROUND, "L3")

    async with adopted.work(AUDITOR) as work:
        visits = await work.visits.where(round_id=NEXT_ROUND, place=place)
        [entry] = await work.burden_entries.where(round_id=NEXT_ROUND, place=place)
    assert len(visits) == 1
    assert entry.exemption == "complaint"


async def test_an_exemption_needs_a_kind_of_the_profile_and_a_place_of_the_register(
    adopted: Play,
) -> None:
    async with adopted.work(office()) as work:
        asked = checklist_merge.request_exemption
        await refused(Rule.CODE_UNKNOWN, asked(work, "premises:7", 2026, "study", "调研"))
        await refused(Rule.NOT_FOUND, asked(work, "premises:404", 2026, "complaint", "投诉"))
        await refused(Rule.VALUE_MISSING, asked(work, "premises:7", 2026, "complaint", " "))


async def test_a_lead_handled_at_once_is_counted_apart_by_who_did_it(drawn: Play) -> None:
    contact = checklist_merge.Contact(
        place="premises:7",
        department=FIRE,
        day=drawn.clock.today(),
        code="complaint",
        note="12345热线〔2026〕88号",
    )
    before = (await totals(drawn)).get("premises:7", 0)
    async with drawn.work(clerk(MARKET)) as work:
        await refused(Rule.NOT_YOUR_DEPARTMENT, checklist_merge.log_contact(work, contact))

    async with drawn.work(clerk(FIRE)) as work:
        await checklist_merge.log_contact(work, contact)

    async with drawn.work(AUDITOR) as work:
        counts = await work.burden_counts.where(place="premises:7", scope=Scope.TOTAL)
    assert [(count.number, count.exempt) for count in counts] == [(before, 1)]


async def test_visits_from_before_the_ledger_are_put_down_when_the_year_is_first_held(
    drawn: Play,
) -> None:
    before = await totals(drawn)
    async with drawn.work(office()) as work:
        await work.connection.exec_driver_sql("DELETE FROM burden_count")
        await work.connection.exec_driver_sql("DELETE FROM burden_entry")
        await work.connection.exec_driver_sql("DELETE FROM series WHERE name LIKE 'burden:%'")

    await drawn.open_round(NEXT_ROUND, "L3")
    await drawn.freeze(NEXT_ROUND)

    assert await totals(drawn) == before
