"""What a line will draw, from counts: shares, numbers, overlaps of lines, windows of the year."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.domain.annual_plan import (
    FrameCount,
    Overlap,
    Selection,
    Share,
    StratumRule,
    Window,
    expected_of,
    frame_of_line,
    number_of_visits,
)
from coordinator.domain.annual_plan.breaches.values import percent
from coordinator.domain.annual_plan.burden import burden_of, crowded, fewest_visits, groups_of
from coordinator.domain.annual_plan.counts import (
    frame_of_turn,
    section_figures,
    times_covered,
    turns_of,
)
from coordinator.domain.annual_plan.loading import Workforce, forecast_of, spread
from coordinator.domain.policy import BurdenPolicy
from coordinator.domain.registers import Absence
from coordinator.domain.registers.organisation import Level
from tests.builders import CALENDAR, FIRE, HEALTH, MARKET, a_department, a_line, an_inspector
from tests.unit.annual_plan.facts import ITEMS, ORGANS

TENTH = StratumRule(numerator=1, denominator=10)
HALF = StratumRule(numerator=1, denominator=2)
ALL = {"selection": Selection.ALL}


def counted(number: int, drawn: int, stratum: str = "-") -> FrameCount:
    return FrameCount(
        objects=number,
        eligible=number,
        places=number,
        by_stratum={stratum: number},
        expected={stratum: drawn},
    )


@pytest.mark.parametrize(
    ("share", "by_stratum", "expected"),
    [
        (Share(strata={"*": TENTH}), {"-": 101}, {"-": 11}),
        (Share(strata={"D": HALF, "*": TENTH}), {"A": 10, "D": 3}, {"A": 1, "D": 2}),
        (
            Share(strata={"D": StratumRule(numerator=0, denominator=1, minimum=9)}),
            {"D": 4},
            {"D": 4},
        ),
        (Share(strata={"D": HALF}), {"A": 10}, {"A": 0}),
        (Share(number=7), {"A": 3, "D": 2}, {"*": 5}),
        (Share(selection=Selection.ALL, strata={"*": TENTH}, number=3), {"-": 40}, {"-": 40}),
        (Share(selection=Selection.FIXED, named=True), {"-": 6}, {"-": 6}),
        (Share(selection=Selection.FIXED, number=4), {"-": 6}, {"*": 4}),
    ],
)
def test_the_expected_draw_is_what_the_draw_takes(
    share: Share, by_stratum: dict[str, int], expected: dict[str, int]
) -> None:
    assert expected_of(share, by_stratum) == expected


def test_a_line_held_twice_plans_its_visits_twice() -> None:
    assert number_of_visits(a_line(times_a_year=2), counted(100, 10)) == 20


def test_an_object_of_several_lines_is_drawn_once_with_the_highest_ratio() -> None:
    lines = [a_line("L1"), a_line("L2")]
    counts = {"L1": counted(100, 10), "L2": counted(50, 25)}
    overlaps = [
        Overlap(number=30, strata=("-", "-", "-", "-")),
        Overlap(number=70, strata=("-", None, "-", None)),
        Overlap(number=20, strata=(None, "-", None, "-")),
        Overlap(number=80, strata=(None, None, "-", None)),
    ]

    assert section_figures(lines, counts, overlaps) == (200, 15 + 7 + 10)


def test_only_windows_inside_a_half_year_visit_it_for_certain() -> None:
    across = a_line("L1", window_from=date(2026, 6, 1), window_to=date(2026, 7, 31), **ALL)
    spring = a_line("L2", **ALL)
    partial = a_line("L3")
    counts = {"L1": counted(9, 9), "L2": counted(9, 9), "L3": counted(9, 3)}
    overlap = Overlap(number=9, strata=("-", "-", "-"))

    turns = [turns_of([across, spring, partial], half) for half in (0, 1, 2)]

    assert [[turn.code for turn in each] for each in turns] == [
        ["L1", "L2", "L3"],
        ["L2", "L3"],
        [],
    ]
    strata = [replace(overlap, strata=("-",) * len(each)) for each in turns]
    found = [times_covered(each, counts, met) for each, met in zip(turns, strata, strict=True)]
    assert found == [2, 1, 0]


def test_each_turn_of_a_line_looks_back_from_its_own_first_day() -> None:
    autumn = Window(from_date=date(2026, 10, 19), to_date=date(2026, 11, 27))
    line = a_line(times_a_year=2, later_windows=(autumn,))

    days = [frame_of_turn(turn).day for turn in turns_of([line], 0)]

    assert days == [line.window_from, autumn.from_date]
    assert frame_of_line(line).day is None


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (Fraction(1, 20), "5 %"),
        (Fraction(1, 8), "12.5 %"),
        (Fraction(23, 35), "65.7 %"),
        (Fraction(1, 300), "0.3 %"),
        (Fraction(299, 6000), "5.0 %"),
        (Fraction(0), "0 %"),
    ],
)
def test_a_share_is_said_in_per_cent_rounded_where_it_is_not_exact(
    share: Fraction, said: str
) -> None:
    assert percent(share) == said


@pytest.mark.parametrize(
    ("windows", "visits"),
    [
        ([], 0),
        ([(1, 9), (5, 20), (9, 30)], 1),
        ([(1, 4), (5, 9)], 2),
        ([(1, 30), (2, 3), (8, 9)], 2),
    ],
)
def test_checks_whose_windows_share_a_day_are_one_visit(
    windows: list[tuple[int, int]], visits: int
) -> None:
    days = [
        Window(from_date=date(2026, 6, first), to_date=date(2026, 6, last))
        for first, last in windows
    ]

    assert fewest_visits(days) == visits


def test_the_burden_tells_what_may_happen_from_what_certainly_will() -> None:
    may = {"window_from": date(2026, 5, 1), "window_to": date(2026, 5, 20)}
    lines = [a_line("L1", **ALL), a_line("L2", **ALL, **{**may, "window_from": date(2026, 5, 16)})]
    lines.append(a_line("L3", window_from=date(2026, 9, 1), window_to=date(2026, 9, 9)))
    counts = {"L1": counted(10, 10), "L2": counted(4, 4), "L3": counted(6, 1)}
    overlaps = [
        Overlap(number=3, strata=("-", "-", "-")),
        Overlap(number=7, strata=("-", None, None)),
    ]

    groups = groups_of(lines, counts, overlaps, ORGANS)
    burden = burden_of(groups, BurdenPolicy(visits_per_year=1))

    assert (burden.places, burden.by_visits, burden.places_over) == (10, {1: 7, 3: 3}, 3)
    [group] = crowded(groups, BurdenPolicy(visits_per_year=1))
    assert (group.places, group.certain, group.most) == (3, 2, 3)
    assert crowded(groups, BurdenPolicy(visits_per_year=2)) == ()


def test_a_level_is_crowded_by_the_lines_of_its_own_organs_and_once_by_a_visit_of_two() -> None:
    organs = ORGANS | {HEALTH: a_department(HEALTH, level=Level.CITY)}
    autumn = {"window_from": date(2026, 9, 1), "window_to": date(2026, 9, 9)}
    lines = [a_line("L1", **ALL), a_line("L2", lead=HEALTH, participants=(FIRE,), **ALL, **autumn)]
    counts = {line.code: counted(10, 10) for line in lines}
    groups = groups_of(lines, counts, [Overlap(number=10, strata=("-", "-"))], organs)

    allowed = BurdenPolicy(visits_per_year=2, visits_per_level=2)
    [group] = crowded(groups, BurdenPolicy(visits_per_year=2, visits_per_level=1))

    assert crowded(groups, allowed) == ()
    assert {each.level: (each.lines, each.certain) for each in group.levels} == {
        Level.COUNTY: (("L1", "L2"), 2),
        Level.CITY: (("L2",), 1),
    }


def test_a_turn_whose_records_lapse_before_it_draws_fewer() -> None:
    autumn = Window(from_date=date(2026, 10, 19), to_date=date(2026, 11, 27))
    line = a_line(times_a_year=2, later_windows=(autumn,))
    lapsing = replace(counted(100, 10), drawn_by_turn=(9, 4))
    force = Workforce(inspectors={}, calendar=CALENDAR, quota=2, visits_per_day=2)

    found = forecast_of([line], {line.code: lapsing}, ITEMS, force)

    assert (number_of_visits(line, lapsing), found.visits) == (13, 13)
    autumns = {load.month: load.visits for load in found.loads if load.department == FIRE}
    assert autumns[10] + autumns[11] == 4


@given(number=st.integers(0, 500), days=st.integers(1, 90))
def test_visits_spread_over_days_keep_their_sum_and_are_even(number: int, days: int) -> None:
    every = [date.fromordinal(date(2026, 4, 1).toordinal() + n) for n in range(days)]

    found = spread(number, every)

    assert sum(found.values()) == number
    for month in {day.month for day in every}:
        share = Fraction(sum(day.month == month for day in every), days)
        assert abs(found[month] - number * share) <= 1


def test_the_forecast_counts_visits_seats_minutes_and_what_people_can_do() -> None:
    line = a_line(
        window_from=date(2026, 4, 27), window_to=date(2026, 5, 8), quotas={FIRE: 3}
    )  # seven working days, four of them in April: 1 to 5 May are holidays
    away = Absence(from_date=date(2026, 4, 1), to_date=date(2026, 4, 30), reason="培训")
    force = Workforce(
        inspectors={MARKET: [an_inspector("p1"), an_inspector("p2", absences=(away,))]},
        calendar=CALENDAR,
        quota=2,
        visits_per_day=2,
    )

    found = forecast_of([line], {"L1": counted(70, 7)}, ITEMS, force)

    loads = {(each.department, each.month): each for each in found.loads}
    april, may = loads[MARKET, 4], loads[MARKET, 5]
    assert (found.visits, april.visits, may.visits) == (7, 4, 3)
    assert (april.seats, loads[FIRE, 4].seats) == (april.visits * 2, april.visits * 3)
    assert april.minutes == april.visits * 30
    assert loads[FIRE, 4].is_over
    assert not april.is_over
    assert len(found.loads) == 24


def test_a_cancelled_line_is_not_forecast() -> None:
    force = Workforce(inspectors={}, calendar=CALENDAR, quota=2, visits_per_day=2)
    cancelled = a_line(cancelled_by=1)

    found = forecast_of([cancelled], {"L1": counted(70, 7)}, ITEMS, force)

    assert (found.visits, found.loads) == (0, ())
