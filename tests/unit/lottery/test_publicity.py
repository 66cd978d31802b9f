"""When a drawn list opens, and what a stratum is called in public."""

from datetime import date

import pytest

from contracts.vocabulary import Mode
from coordinator.domain.annual_plan import Conditions, ListPublicity
from coordinator.domain.lottery.population import aims_openly
from coordinator.domain.lottery.publicity import (
    drawn_list,
    embargo_is_over,
    files_are_open,
    publicity_of,
    tells_class,
    visited_objects,
)
from coordinator.domain.lottery.strata import stratum_code, stratum_codes
from tests.builders import a_line

DRAWN = ("o:3", "o:1", "o:2")
KEY = bytes(range(32))


@pytest.mark.parametrize(
    ("when", "disclosed", "shown"),
    [
        (ListPublicity.ON_DRAW, False, ("o:1", "o:2", "o:3")),
        (ListPublicity.AFTER_VISIT, False, ("o:2",)),
        (ListPublicity.AFTER_ROUND, False, ()),
        (ListPublicity.AFTER_VISIT, True, ("o:1", "o:2", "o:3")),
        (ListPublicity.AFTER_ROUND, True, ("o:1", "o:2", "o:3")),
    ],
)
def test_a_list_shows_what_its_publicity_allows_in_no_order_of_rank(
    when: ListPublicity, disclosed: bool, shown: tuple[str, ...]
) -> None:
    line = a_line(list_publicity=when)

    listed = drawn_list(line, DRAWN, {"o:2", "o:9"}, is_disclosed=disclosed)

    assert listed.objects == shown
    assert listed.number_drawn == 3


def test_a_covert_line_waits_whatever_the_plan_says() -> None:
    line = a_line(mode=Mode.COVERT, list_publicity=ListPublicity.ON_DRAW)

    assert publicity_of(line) is ListPublicity.AFTER_ROUND


def test_an_object_is_visited_when_all_its_visits_are_finished() -> None:
    pairs = [("o:1", True), ("o:2", True), ("o:2", False), ("o:3", False)]

    assert visited_objects(pairs) == {"o:1"}


def test_files_open_when_no_list_of_the_round_is_closed() -> None:
    whole = drawn_list(a_line(), DRAWN, (), is_disclosed=True)
    closed = drawn_list(a_line("L2"), DRAWN, (), is_disclosed=False)
    nobody = drawn_list(a_line("L3"), (), (), is_disclosed=False)

    assert files_are_open({"L1": whole, "L3": nobody})
    assert not files_are_open({"L1": whole, "L2": closed})
    assert not files_are_open({})


def test_the_embargo_covers_its_whole_day() -> None:
    day = date(2026, 5, 15)

    assert not embargo_is_over(day, day)
    assert embargo_is_over(day, date(2026, 5, 16))


def test_codes_of_strata_tell_nothing_without_the_key_and_all_with_it() -> None:
    codes = stratum_codes(KEY, ["A", "B", "C", "D", "*", "-"])

    assert (codes["*"], codes["-"]) == ("*", "-")
    assert len(set(codes.values())) == 6
    assert all(code.startswith("s-") and len(code) == 14 for code in list(codes.values())[2:])
    assert codes["A"] != stratum_code(bytes(32), "A")


@pytest.mark.parametrize(
    ("strata", "tells"),
    [
        (("s-0123456789ab",), True),
        (("s-0123456789ab", "s-ba9876543210"), False),
        (("s-0123456789ab", "-"), False),
        (("-",), False),
        (("*",), False),
        ((), False),
    ],
)
def test_a_list_of_one_coded_stratum_tells_the_class_of_all_it_names(
    strata: tuple[str, ...], tells: bool
) -> None:
    assert tells_class(a_line(), strata) is tells


def test_the_list_of_a_line_aimed_at_classes_tells_whatever_was_drawn() -> None:
    line = a_line(conditions=Conditions(risk_classes=("D",)))

    assert tells_class(line, ("-",))


@pytest.mark.parametrize(
    ("conditions", "openly"),
    [
        (Conditions(tags=("hotel",), regions=("6402",), objects=("o:1",)), True),
        (Conditions(lists=("abnormal", "serious")), True),
        (Conditions(lists=("focus",)), False),
        (Conditions(risk_classes=("C", "D")), False),
        (Conditions(gradings={"food-risk": ("D",)}), False),
        (Conditions(events=("complaint",)), False),
    ],
)
def test_a_frame_of_all_that_have_a_class_or_an_event_is_closed(
    conditions: Conditions, openly: bool
) -> None:
    assert aims_openly(a_line(conditions=conditions)) is openly
