"""What a line's fields mean in the draw: turns of the year, drawn items, everybody, own region."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contracts.draw_files import parse_file
from contracts.draw_record import Rules
from contracts.draw_tables import FRAMES, FrameRow
from coordinator.domain.annual_plan import Execution, PlanLine, Selection, StratumRule, Window
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.registers import DatedEvent, Grading
from coordinator.services import lottery
from coordinator.services.record_files import files_of
from tests.builders import an_object
from tests.integration.services.test_record_and_silence import verified
from tests.play import AUDITOR, NEXT_ROUND, PLAN, ROUND, Play, office

AUTUMN = Window(from_date=date(2026, 9, 7), to_date=date(2026, 9, 18))


async def with_line(play: Play, code: str, **changes: Any) -> PlanLine:
    async with play.work(office()) as work:
        line: PlanLine = replace(await work.plan_lines.get(code), **changes)
        await work.plan_lines.save(line)
    return line


async def files(play: Play, drawn: Round) -> dict[str, bytes]:
    async with play.work(AUDITOR) as work:
        return dict(await files_of(work, drawn))


async def rules_of(play: Play, drawn: Round) -> Rules:
    return Rules.model_validate_json((await files(play, drawn))["rules.json"])


async def verdict(play: Play, folder: Path) -> str:
    """Give what the independent verifier says of the whole record."""
    async with play.work(AUDITOR) as work:
        record = await lottery.whole_record(work, ROUND)
    return " ".join(verified(folder / "record", record, play).split()[:3])


async def frame_rows(play: Play, drawn: Round, code: str) -> dict[str, FrameRow]:
    body = (await files(play, drawn))[f"frames/{code}.tsv"]
    rows = parse_file(FRAMES, body, drawn.round_id, code)
    return {row.object: row for row in rows}


async def test_a_line_held_twice_is_drawn_twice_each_time_in_its_own_window(
    adopted: Play,
) -> None:
    await with_line(adopted, "L1", times_a_year=2, later_windows=(AUTUMN,))

    first = await adopted.drawn_round(ROUND, "L1")
    second = await adopted.drawn_round(NEXT_ROUND, "L1")

    windows = [(await rules_of(adopted, each)).lines["L1"].window for each in (first, second)]
    assert windows == [("2026-04-07", "2026-05-15"), ("2026-09-07", "2026-09-18")]
    async with adopted.work(AUDITOR) as work:
        visits = await work.visits.where(round_id=NEXT_ROUND)
    assert visits
    assert {(visit.date_from, visit.date_to) for visit in visits} == {
        (AUTUMN.from_date, AUTUMN.to_date)
    }
    with pytest.raises(RuleBrokenError) as refused:
        await adopted.open_round("R3", "L1")
    assert refused.value.rule is Rule.LINE_ALREADY_DRAWN


async def test_the_items_of_an_object_are_drawn_and_only_these_are_checked(
    adopted: Play, tmp_path: Path
) -> None:
    await with_line(adopted, "L1", items_drawn=1)

    drawn = await adopted.drawn_round(ROUND, "L1")

    async with adopted.work(AUDITOR) as work:
        checks = await work.checks.where(round_id=ROUND)
    items = (await rules_of(adopted, drawn)).lines["L1"].items
    assert items is not None
    assert (items.candidates, items.choose) == (("fr-1", "he-1", "mr-1"), 1)
    objects = {check.object_id for check in checks}
    assert len(checks) == len(objects) > 0
    assert await verdict(adopted, tmp_path) == f"0 ok {ROUND}"


async def test_a_line_of_everybody_draws_the_order_of_its_batches(
    adopted: Play, tmp_path: Path
) -> None:
    await with_line(adopted, "L1", selection=Selection.ALL, strata={}, number=1)

    drawn = await adopted.drawn_round(ROUND, "L1")

    rule = (await rules_of(adopted, drawn)).lines["L1"]
    assert (rule.number, rule.strata["*"].ratio) == (None, (1, 1))
    async with adopted.work(AUDITOR) as work:
        checks = await work.checks.where(round_id=ROUND)
    assert {check.object_id for check in checks} == {an_object(n).object_id for n in range(1, 9)}
    assert await verdict(adopted, tmp_path) == f"0 ok {ROUND}"


async def test_strata_may_follow_a_grading_scheme(adopted: Play, tmp_path: Path) -> None:
    grading = Grading.model_validate(
        {"scheme": "food-risk", "value": "D", "source": "县局", "date": "2026-01-05"}
    )
    rules = {
        "D": StratumRule(numerator=1, denominator=1),
        "*": StratumRule(numerator=1, denominator=4),
    }
    await with_line(adopted, "L1", strata_by="food-risk", strata=rules)
    async with adopted.work(office()) as work:
        await work.objects.save(an_object(1, gradings=(grading,)))

    drawn = await adopted.drawn_round(ROUND, "L1")

    rows = await frame_rows(adopted, drawn, "L1")
    first = an_object(1).object_id
    assert rows[first].stratum.startswith("s-")  # an opaque name for D
    assert {row.stratum for code, row in rows.items() if code != first} == {"-"}
    assert not drawn.public_frames
    assert await verdict(adopted, tmp_path) == f"0 ok {ROUND}"


async def test_an_object_in_a_foreign_region_stays_in_the_frame_with_its_code(
    adopted: Play,
) -> None:
    async with adopted.work(office()) as work:
        await work.objects.save(an_object(1, region="640500"))
    await adopted.open_round(ROUND, "L1")

    frozen = await adopted.freeze(ROUND)

    rows = await frame_rows(adopted, frozen, "L1")
    statuses = {code: row.status for code, row in rows.items()}
    assert statuses.pop(an_object(1).object_id) == "region"
    assert set(statuses.values()) == {"-"}


async def test_events_count_up_to_the_day_of_the_freeze(adopted: Play) -> None:
    line = await with_line(adopted, "L1")
    complained = replace(line.conditions, events=("complaint",), event_months=1)
    await with_line(adopted, "L1", conditions=complained)
    days = {1: date(2026, 3, 1), 2: date(2026, 2, 20)}
    async with adopted.work(office()) as work:
        await work.objects.save(
            *(
                an_object(n, events=(DatedEvent(kind="complaint", date=day, source="12315"),))
                for n, day in days.items()
            )
        )
    await adopted.open_round(ROUND, "L1")

    frozen = await adopted.freeze(ROUND)

    assert set(await frame_rows(adopted, frozen, "L1")) == {an_object(1).object_id}


async def test_a_round_of_a_line_that_does_not_stand_in_the_plan_is_refused(
    adopted: Play,
) -> None:
    order = lottery.RoundOrder(round_id="R9", title="批次", plan_id=PLAN, lines=("L77",))
    async with adopted.work(office()) as work:
        with pytest.raises(RuleBrokenError) as refused:
            await lottery.open_round(work, order)

    assert refused.value.rule is Rule.NOT_FOUND


async def test_a_line_executed_elsewhere_is_not_drawn_here(adopted: Play) -> None:
    await with_line(adopted, "L1", execution=Execution.ELSEWHERE)

    with pytest.raises(RuleBrokenError) as refused:
        await adopted.open_round(ROUND, "L1")

    assert refused.value.rule is Rule.LINE_EXECUTED_ELSEWHERE
