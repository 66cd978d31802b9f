"""Plan matching: what is expected is what draws and merges come to; the best moves are found."""

from dataclasses import replace
from fractions import Fraction
from math import sqrt
from statistics import fmean, pstdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.vocabulary import Mode
from coordinator.domain.annual_plan.matching import matching_of, move_of
from coordinator.domain.annual_plan.turns import Hindrance, Matching, Stop
from tests.thoroughness import some_of
from tests.unit.annual_plan.small_year import SmallLine, SmallYear, window

SEEDS = some_of(100)
EVERYBODY = (1, 1)


def a_line(
    code: str, objects: range, ratio: tuple[int, int], first: int, **more: object
) -> SmallLine:
    values: dict[str, object] = {"window": window(first, 10), **more}
    return SmallLine(code, tuple(objects), ratio, **values)  # type: ignore[arg-type] # by name


def lines(ratios: st.SearchStrategy[tuple[int, int]]) -> st.SearchStrategy[tuple[SmallLine, ...]]:
    """Give two to four lines over parts of twelve objects, all in the first half of the year."""
    one = st.builds(
        lambda objects, ratio, first, days: (tuple(sorted(objects)), ratio, window(first, days)),
        st.sets(st.integers(0, 11), min_size=1),
        ratios,
        st.integers(0, 100),
        st.integers(1, 40),
    )
    return st.lists(one, min_size=2, max_size=4).map(
        lambda found: tuple(SmallLine(f"L{n}", *each) for n, each in enumerate(found))
    )


RATIOS = st.sampled_from([(1, 10), (1, 4), (1, 2), (3, 4), EVERYBODY])


@settings(max_examples=some_of(60), deadline=None)
@given(lines(st.just(EVERYBODY)), st.text(max_size=5))
def test_where_everybody_is_visited_the_expected_visits_are_the_real_ones(
    several: tuple[SmallLine, ...], seed: str
) -> None:
    year = SmallYear(several)

    assert matching_of(year.timetable).together == year.drawn_and_merged(seed)


@settings(max_examples=some_of(40), deadline=None)
@given(lines(st.just(EVERYBODY)), st.sampled_from([60, 120, 180]), st.text(max_size=5))
def test_a_limit_of_minutes_keeps_lines_apart_exactly_as_in_the_merge(
    several: tuple[SmallLine, ...], limit: int, seed: str
) -> None:
    year = SmallYear(several, max_minutes=limit)

    assert matching_of(year.timetable).together == year.drawn_and_merged(seed)


@settings(max_examples=some_of(60), deadline=None)
@given(
    st.integers(1, 12),
    st.lists(st.tuples(RATIOS, st.integers(0, 60), st.integers(1, 30)), min_size=2, max_size=4),
    st.text(max_size=5),
)
def test_lines_over_the_same_frame_meet_exactly_as_often_as_expected(
    size: int, given_lines: list[tuple[tuple[int, int], int, int]], seed: str
) -> None:
    year = SmallYear(
        tuple(
            SmallLine(f"L{n}", tuple(range(size)), ratio, window(first, days))
            for n, (ratio, first, days) in enumerate(given_lines)
        )
    )

    found = matching_of(year.timetable)

    assert found.together == year.drawn_and_merged(seed)
    assert all(pair.common.margin == 0 for pair in found.pairs)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (a_line("A", range(40), (1, 5), 0), a_line("B", range(20, 60), (1, 5), 0)),
        (a_line("A", range(60), (1, 2), 0), a_line("B", range(30), (1, 10), 0)),
        (a_line("A", range(50), (3, 10), 0), a_line("B", range(40, 48), (1, 2), 0)),
        (a_line("A", range(30), EVERYBODY, 0), a_line("B", range(15, 75), (1, 4), 0)),
    ],
    ids=["halves", "inside", "edge", "certain"],
)
def test_what_two_lines_save_is_the_mean_of_many_draws_within_the_stated_margin(
    first: SmallLine, second: SmallLine
) -> None:
    year = SmallYear((first, second))
    found = matching_of(year.timetable)
    (pair,) = found.pairs

    saved = [first.drawn + second.drawn - year.drawn_and_merged(f"seed {n}") for n in range(SEEDS)]

    chance = 4 * pstdev(saved) / sqrt(SEEDS)
    assert fmean(saved) <= float(found.saved) + chance
    assert fmean(saved) >= float(found.saved) - pair.common.margin - chance


def test_a_move_over_different_frames_saves_no_less_than_its_margin_says() -> None:
    year = SmallYear(
        (
            a_line("A", range(40), (1, 5), 0),
            a_line("B", range(20, 60), (1, 5), 30),
            a_line("C", range(10, 50), (1, 4), 33),
        )
    )
    best = matching_of(year.timetable).moves[0]
    moved = year.with_window(best.line, best.new)

    saved = [
        year.drawn_and_merged(f"seed {n}") - moved.drawn_and_merged(f"seed {n}")
        for n in range(SEEDS)
    ]

    chance = 4 * pstdev(saved) / sqrt(SEEDS)
    assert best.margin > 0
    assert fmean(saved) >= float(best.saving) - best.margin - chance


def test_the_saving_of_a_move_is_the_mean_difference_of_many_draws() -> None:
    objects = range(60)
    year = SmallYear(
        (
            a_line("A", objects, (1, 4), 0),
            a_line("B", objects, (1, 6), 30),
            a_line("C", range(30), EVERYBODY, 33),
        )
    )
    best = matching_of(year.timetable).moves[0]
    moved = year.with_window(best.line, best.new)

    saved = [
        year.drawn_and_merged(f"seed {n}") - moved.drawn_and_merged(f"seed {n}")
        for n in range(SEEDS)
    ]

    assert best.saving > 0
    assert abs(fmean(saved) - float(best.saving)) <= 4 * pstdev(saved) / sqrt(SEEDS)


@settings(max_examples=some_of(60), deadline=None)
@given(lines(RATIOS), st.sampled_from([None, 60, 120]))
def test_after_a_move_the_visits_are_fewer_by_exactly_what_it_saves(
    several: tuple[SmallLine, ...], limit: int | None
) -> None:
    year = SmallYear(several, max_minutes=limit)
    found = matching_of(year.timetable)

    for move in found.moves:
        after = matching_of(year.with_window(move.line, move.new).timetable)
        assert found.together - after.together == move.saving == sum(p.saving for p in move.parts)


@settings(max_examples=some_of(8), deadline=None)
@given(lines(RATIOS))
def test_no_other_move_saves_more_for_each_day(several: tuple[SmallLine, ...]) -> None:
    year = SmallYear(several)
    timetable = year.timetable

    every = [
        move_of(timetable, turn, days)
        for turn in timetable.turns
        for days in range(-110, 111)
        if days
    ]
    most = max(move.per_day for move in every)

    found = matching_of(timetable).moves
    assert (found[0].per_day if found else Fraction(0)) == max(most, Fraction(0))
    assert [move.per_day for move in found] == sorted((m.per_day for m in found), reverse=True)


@settings(max_examples=some_of(40), deadline=None)
@given(lines(RATIOS), st.randoms(use_true_random=False))
def test_the_order_in_which_lines_are_given_changes_nothing(
    several: tuple[SmallLine, ...], shuffled: object
) -> None:
    others = list(several)
    shuffled.shuffle(others)  # type: ignore[attr-defined] # hypothesis gives a Random
    found = matching_of(SmallYear(several).timetable)

    assert matching_of(SmallYear(tuple(others)).timetable) == found


def test_windows_that_are_made_to_meet_share_as_many_days_as_wanted() -> None:
    year = SmallYear((a_line("A", range(9), (1, 3), 0), a_line("B", range(9), (1, 3), 30)))

    days = [matching_of(year.timetable, wanted).moves[0].days for wanted in (1, 5, 100)]

    assert days == [21, 25, 30]


@pytest.mark.parametrize(
    ("change", "limit", "reason"),
    [
        ({"mode": Mode.COVERT}, None, Hindrance.MODE),
        ({"method": "书面检查"}, None, Hindrance.DESK),
        ({"minutes": 61}, 120, Hindrance.MINUTES),
    ],
)
def test_what_moving_a_window_can_not_mend_is_named_and_not_suggested(
    change: dict[str, object], limit: int | None, reason: Hindrance
) -> None:
    first, second = a_line("A", range(9), (1, 3), 0), a_line("B", range(9), (1, 3), 30)
    year = SmallYear((first, replace(second, **change)), max_minutes=limit)  # type: ignore[arg-type]

    found = matching_of(year.timetable)

    assert [
        stop.reason for stop in found.pairs[0].stops if stop.reason is not Hindrance.WINDOW
    ] == [reason]
    assert found.pairs[0].saves == 0
    assert (found.moves, found.stopped) == ((), ())


def test_a_move_that_is_forbidden_stands_apart_with_its_reason() -> None:
    notice = Stop(reason=Hindrance.NOTICE, facts={"days": 7, "latest": "2027-01-01"})
    year = SmallYear(
        (a_line("A", range(9), (1, 3), 0), a_line("B", range(9), (1, 3), 30)),
        stops={"A": (notice,)},
    )

    found: Matching = matching_of(year.timetable)

    assert [(move.line, move.days) for move in found.moves] == [("B", -21)]
    assert [(move.line, move.stops) for move in found.stopped] == [("A", (notice,))]


def test_a_move_that_breaks_as_much_as_it_makes_is_no_suggestion() -> None:
    same = range(9)
    year = SmallYear(
        (a_line("A", same, (1, 3), 0), a_line("B", same, (1, 3), 5), a_line("C", same, (1, 3), 40))
    )

    found = matching_of(year.timetable)

    # B can't go to C without leaving A, and C gains nothing before it reaches both.
    assert [(move.line, move.days, move.meets) for move in found.moves] == [
        ("C", -31, (("A", 1), ("B", 1)))
    ]
