"""What if: chosen lines and ratios, one by one and merged, expected and drawn for trial."""

from fractions import Fraction

import pytest

from coordinator.adapters.db.unit_of_work import transaction
from coordinator.domain.annual_plan import PlaceSample
from coordinator.domain.burden_ledger import BurdenEntry
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.acts import RegisterKind
from coordinator.services import annual_plan, registers
from coordinator.services.annual_plan import Progress, Trial, TrialOrder, Trips, rehearsing
from tests.builders import MARKET, NOW, a_source, an_object
from tests.play import COVERT_ROUND, PLAN, Play, office

HALF = Fraction(1, 2)


async def tried(play: Play, *lines: str, key: str = "", **shares: Fraction) -> Trial:
    *_on_the_way, trial = await steps(play, *lines, key=key, **shares)
    assert isinstance(trial, Trial)
    return trial


async def steps(
    play: Play, *lines: str, key: str = "", **shares: Fraction
) -> list[Progress | Trial]:
    order = TrialOrder(plan_id=PLAN, lines=lines, shares=shares, key=key)
    async with transaction(play.around, office(), writes=False) as work:
        return [step async for step in annual_plan.what_if(work, order)]


async def more_restaurants(play: Play, number: int) -> None:
    async with play.work(office()) as work:
        things = [an_object(n) for n in range(1_000, 1_000 + number)]
        await registers.take_in(work, RegisterKind.OBJECTS, things, a_source("more.csv"))


async def test_expected_visits_are_told_for_the_whole_each_department_and_each_line(
    adopted: Play,
) -> None:
    found = await tried(adopted, "L1", "L2")

    # L1: 4 of 8 restaurants, three departments; L2: both hotels, two departments.
    assert found.total == Trips(Fraction(16), Fraction(6))
    assert found.total.saved == 10
    assert found.by_line == {
        "L1": Trips(Fraction(12), Fraction(4)),
        "L2": Trips(Fraction(4), Fraction(2)),
    }
    by_department = {code: each.merged for code, each in found.by_department.items()}
    assert by_department == {"fire-rescue": 4, "health": 6, "market-regulation": 6}
    assert found.by_visits == {1: Fraction(6)}
    assert found.over_cap == 0


async def test_a_rehearsal_of_the_same_key_draws_the_same_and_of_full_lines_what_is_expected(
    adopted: Play,
) -> None:
    first, again = [await tried(adopted, "L2", "L3", key="试一试") for _ in range(2)]
    expected = await tried(adopted, "L2", "L3")

    assert first == again
    assert (first.total, first.by_line, first.by_visits) == (
        expected.total,
        expected.by_line,
        expected.by_visits,
    )


async def test_ratios_are_tried_without_changing_the_plan(adopted: Play) -> None:
    before = await tried(adopted, "L1", "L3")

    found = await tried(adopted, "L1", "L3", L3=HALF)

    assert before.by_line["L3"].merged == 8
    assert found.by_line["L3"].merged == 4
    assert (await tried(adopted, "L1", "L3")) == before


async def test_a_rehearsal_tells_how_far_it_is(adopted: Play) -> None:
    *on_the_way, _last = await steps(adopted, "L1", "L2", key="k")

    assert on_the_way == [Progress(1, 2, "L1"), Progress(2, 2, "L2")]


def an_entry(number: int, place: str, round_id: str = "") -> BurdenEntry:
    return BurdenEntry(
        entry_id=f"e-{number}",
        place=place,
        year=2026,
        round_id=round_id,
        organs=(MARKET,),
        levels=("county",),
        exemption="",
        note="投诉核查",
        entered_at=NOW,
        entered_by="office-a",
    )


async def test_places_over_the_cap_are_named_with_what_the_ledger_has_already(
    adopted: Play,
) -> None:
    place = an_object(1).place
    async with adopted.work(office()) as work:
        await work.burden_entries.add(an_entry(n, place) for n in range(4))

    found = await tried(adopted, "L3", key="k")

    assert found.cap == 4
    assert [(each.place, each.visits, each.known) for each in found.over] == [(place, 1, 4)]
    assert found.over_cap == 1


async def test_a_trial_tells_nothing_of_what_a_covert_round_has_put_down(adopted: Play) -> None:
    await adopted.drawn_round(COVERT_ROUND, "L9")
    async with adopted.work(office()) as work:
        [target] = await work.visits.where(round_id=COVERT_ROUND)
        await work.burden_entries.add(an_entry(n, target.place) for n in range(3))

    found = await tried(adopted, "L3", key="k")

    assert found.over == []
    assert found.over_cap == 0


async def test_of_large_frames_the_key_chooses_a_sample_that_is_scaled_up(
    adopted: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    await more_restaurants(adopted, 600)
    monkeypatch.setattr(rehearsing, "MOST_ROWS", 200)

    found = await tried(adopted, "L1", key="k", L1=Fraction(1))

    sample = PlaceSample("k", 2)
    numbers = [*range(1, 7), *range(1_000, 1_600)]
    places = [an_object(n).place for n in numbers] + ["premises:7", "premises:8"]
    held = sum(sample.holds(place) for place in places)
    assert (found.sample, found.rows) == (Fraction(1, 4), held)
    assert found.total.merged == 4 * held
    assert 400 < found.total.merged < 800


async def test_a_line_that_is_not_planned_here_is_not_tried(adopted: Play) -> None:
    with pytest.raises(RuleBrokenError) as unknown:
        await tried(adopted, "L1", "XX")

    assert (unknown.value.rule, unknown.value.facts) == (Rule.PLAN_LINE_UNKNOWN, {"line": "XX"})


async def test_nothing_of_a_trial_is_stored(adopted: Play) -> None:
    async with adopted.work(office()) as work:
        before = await work.audit_entries.count()

    await tried(adopted, "L1", "L2", "L3", key="k")

    async with adopted.work(office()) as work:
        assert await work.audit_entries.count() == before
        assert await work.visits.count() == 0
