"""What visits ask of organs: batches of a district, leaders by lot or duty, experts by field."""

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from coordinator.domain.team_draw import (
    DutyCall,
    TeamRules,
    VisitAsk,
    duty_leaders,
    experts_wanted,
    pair_figures,
    units_of,
)

BY_LOT = TeamRules(quota=2, by_duty=False, extra_leader=False, experts={})


def an_ask(visit: str, **changes: Any) -> VisitAsk:
    values: dict[str, Any] = {
        "visit": visit,
        "district": "city",
        "first_day": date(2026, 5, 4),
        "last_day": date(2026, 5, 15),
        "desk": False,
        "departments": ("fire", "market"),
        "lead": "market",
        "rules": {"fire": BY_LOT, "market": BY_LOT},
        "tags": {"fire": frozenset({"hot"}), "market": frozenset({"food"})},
        "objects": {"fire": frozenset({f"o:{visit}"}), "market": frozenset({f"o:{visit}"})},
        "areas": frozenset({"area:city"}),
    }
    return VisitAsk(**values | changes)


def test_without_batches_every_visit_is_a_unit_of_each_organ() -> None:
    units = units_of([an_ask("v2"), an_ask("v1")], 1)

    assert [(unit.department, unit.need.unit, unit.visits) for unit in units] == [
        ("fire", "v1", ("v1",)),
        ("market", "v1", ("v1",)),
        ("fire", "v2", ("v2",)),
        ("market", "v2", ("v2",)),
    ]
    assert units[1].need.leader
    assert not units[0].need.leader
    assert units[0].need.objects == ("area:city", "o:v1")


def test_a_batch_takes_visits_of_one_district_and_has_the_id_of_its_first() -> None:
    asks = [an_ask(f"v{n}") for n in range(1, 6)]
    asks[2] = replace(asks[2], district="country", areas=frozenset({"area:country"}))

    units = [unit for unit in units_of(asks, 3) if unit.department == "fire"]

    assert sorted(unit.visits for unit in units) == [("v1", "v2", "v4"), ("v3",), ("v5",)]
    [batch] = [unit for unit in units if len(unit.visits) == 3]
    assert batch.need.unit == "v1"
    assert batch.need.objects == ("area:city", "o:v1", "o:v2", "o:v4")


@pytest.mark.parametrize(
    "difference",
    [
        {"first_day": date(2026, 5, 5)},
        {"departments": ("market",)},
        {"lead": "fire"},
        {"desk": True},
        {"rules": {"fire": replace(BY_LOT, quota=3), "market": BY_LOT}},
    ],
)
def test_visits_that_one_team_cannot_make_together_share_no_batch(difference: Any) -> None:
    units = units_of([an_ask("v1"), an_ask("v2", **difference)], 5)

    assert all(len(unit.visits) == 1 for unit in units)


def test_a_batch_never_asks_for_more_tags_than_the_draw_knows() -> None:
    many = [
        an_ask(f"v{n}", tags={"market": frozenset(f"t{n}{k}" for k in range(3))}) for n in range(3)
    ]

    units = [unit for unit in units_of(many, 3) if unit.department == "market"]

    assert [len(unit.need.all_tags) for unit in units] == [7, 4]
    assert [unit.visits for unit in units] == [("v0", "v1"), ("v2",)]


@pytest.mark.parametrize(
    ("by_duty", "extra", "drawn", "by_lot"),
    [
        (False, False, 2, True),
        (False, True, 3, True),
        (True, False, 1, False),
        (True, True, 2, False),
    ],
)
def test_the_leader_counts_in_the_quota_unless_the_profile_says_extra(
    by_duty: bool, extra: bool, drawn: int, by_lot: bool
) -> None:
    rules = replace(BY_LOT, by_duty=by_duty, extra_leader=extra)

    fire, market = units_of([an_ask("v1", rules={"fire": rules, "market": rules})], 1)

    assert (market.need.quota, market.need.leader) == (drawn, by_lot)
    assert (fire.need.quota, fire.need.leader) == (2, False)


@pytest.mark.parametrize(
    ("fields", "least", "most", "wanted"),
    [
        ((), 1, 2, {}),
        (("food",), 0, 2, {"food": 1}),
        (("food",), 2, 2, {"food": 2}),
        (("gas", "food", "food"), 1, 2, {"food": 1, "gas": 1}),
        (("gas", "food", "lift"), 0, 2, {"food": 1, "gas": 1}),
        (("gas", "food"), 3, 4, {"food": 2, "gas": 1}),
    ],
)
def test_experts_are_asked_by_field_within_the_bounds_of_the_profile(
    fields: tuple[str, ...], least: int, most: int, wanted: dict[str, int]
) -> None:
    assert experts_wanted(fields, least, most) == wanted


def test_experts_sit_in_units_of_their_field() -> None:
    rules = replace(BY_LOT, experts={"food": 2})

    units = units_of([an_ask("v1", rules={"fire": rules, "market": rules})], 1)

    [experts] = [unit for unit in units if unit.department == "@food"]
    assert (experts.need.quota, experts.need.tags, experts.need.leader) == (2, frozenset(), False)


def test_leaders_by_duty_take_turns_and_whoever_led_least_comes_first() -> None:
    calls = [DutyCall("market", f"v{n}", ("a", "b")) for n in range(3)]
    calls.append(DutyCall("market", "v9", ()))

    chosen = duty_leaders(calls, Counter({"a": 1}))

    assert chosen == {("market", "v0"): "b", ("market", "v1"): "a", ("market", "v2"): "b"}


def test_pairs_are_counted_by_unit_and_department() -> None:
    seats = [
        ("fire", "v1", "a"),
        ("fire", "v1", "b"),
        ("fire", "v2", "a"),
        ("fire", "v2", "b"),
        ("fire", "v2", "c"),
        ("market", "v2", "x"),
    ]

    figures = pair_figures(seats)

    assert (figures.pairs, figures.repeated, figures.most) == (3, 1, 2)
    assert [(pair.first, pair.second, pair.times) for pair in figures.met] == [
        ("a", "b", 2),
        ("a", "c", 1),
        ("b", "c", 1),
    ]
