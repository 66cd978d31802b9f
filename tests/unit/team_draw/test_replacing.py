"""A replacement is drawn among the least loaded who can take the slot; nobody else moves."""

from dataclasses import replace

import pytest

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lottery.stream import Stream
from coordinator.domain.team_draw import Vacancy, replace_member
from tests.unit.team_draw.instances import KEYS, a_member

VACANCY = Vacancy(
    unit="v1",
    slot=2,
    block="a",
    objects=("o1", "area:1"),
    excluded=frozenset({"p1", "p2"}),
    replacement=1,
)
ROSTER = [a_member(f"p{at}", "a") for at in range(1, 8)]


def test_the_drawn_one_is_the_index_of_the_replacement_stream_among_the_least_loaded() -> None:
    loads = {"p3": 1}

    drawn = replace_member(VACANCY, ROSTER, [], loads, KEYS.repl)

    least_loaded = ["p4", "p5", "p6", "p7"]
    assert drawn == least_loaded[Stream(KEYS.repl, "v1|2|1").below(4)]


def test_the_second_replacement_of_a_slot_has_its_own_stream() -> None:
    drawn = replace_member(replace(VACANCY, replacement=2), ROSTER, [], {}, KEYS.repl)

    assert drawn == ["p3", "p4", "p5", "p6", "p7"][Stream(KEYS.repl, "v1|2|2").below(5)]


def test_nobody_left_is_refused_with_what_keeps_each_person_out() -> None:
    roster = [
        a_member("p1", "a"),
        a_member("p3", "a", available=False),
        a_member("p4", "a"),
        a_member("p5", "a", cap=2),
        a_member("p6"),
    ]

    with pytest.raises(RuleBrokenError) as caught:
        replace_member(VACANCY, roster, {("area:1", "p4")}, {"p5": 2}, KEYS.repl)

    assert caught.value.rule is Rule.NO_REPLACEMENT_LEFT
    assert caught.value.facts["obstacles"] == {
        "p1": "in-team-or-left",
        "p3": "absent",
        "p4": "barred",
        "p5": "at-cap",
    }
