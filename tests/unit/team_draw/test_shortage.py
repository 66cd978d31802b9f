"""An infeasible department is explained by numbers that hold when counted again."""

import pytest

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.team_draw import (
    Explanation,
    Remedy,
    RemedyKind,
    UnitNeed,
    draw_teams,
    sentences,
)
from tests.unit.team_draw.instances import KEYS, Instance, a_member, a_unit, tight_instance
from tests.unit.team_draw.oracles import fits, most_filled_slots, one_pattern_slots


def explanations_of(instance: Instance) -> tuple[Explanation, ...]:
    refused = None
    try:
        instance.drawn()
    except RuleBrokenError as error:
        refused = error
    if refused is None:
        return ()
    assert refused.rule is Rule.TEAM_QUOTA_UNMET
    found = refused.facts["explanations"]
    assert isinstance(found, tuple)
    assert found[0] == refused.facts["explanation"]
    return found


def shortage_of(roster, bars, units) -> Explanation:
    return explanations_of(Instance(tuple(roster), frozenset(bars), tuple(units)))[0]


def test_the_missing_numbers_add_up_to_what_maximum_flow_cannot_fill() -> None:
    number_of_refusals = 0
    for seed in range(3000, 3150):
        instance = tight_instance(seed, 1)
        slots = one_pattern_slots(instance)

        found = explanations_of(instance)

        assert sum(each.missing for each in found) == len(slots) - most_filled_slots(
            instance, slots
        )
        for explanation in found:
            assert_numbers_hold(instance, explanation)
        number_of_refusals += bool(found)
    assert number_of_refusals > 30


def assert_numbers_hold(instance: Instance, explanation: Explanation) -> None:
    """Count people, capacity and absences again from the definition."""
    slots = set(explanation.slots)
    assert slots <= set(one_pattern_slots(instance))
    assert {block for _, _, block in slots} == set(explanation.block.split("|"))
    assert {unit for unit, _, _ in slots} == set(explanation.units)
    units_of = {
        m.inspector: {unit for unit, _, block in slots if fits(instance, m, unit, block)}
        for m in instance.roster
    }
    shares = [
        min(max(m.cap - m.prior_load, 0), len(units_of[m.inspector])) for m in instance.roster
    ]

    assert explanation.slots_needed == len(slots)
    assert list(explanation.people) == sorted(code for code, units in units_of.items() if units)
    assert explanation.capacity == sum(shares)
    assert explanation.missing == len(slots) - sum(shares) > 0


def test_the_sentence_of_the_spec_is_reproduced() -> None:
    roster = [a_member(f"p{at}", "7", cap=4) for at in range(6)]
    roster += [a_member(f"q{at}", cap=9) for at in range(9)]
    units = [a_unit(f"v{at:02}", 2, "7") for at in range(25)]

    explanation = shortage_of(roster, [], units)

    assert (explanation.slots_needed, len(explanation.people)) == (25, 6)
    assert (explanation.per_person, explanation.capacity, explanation.missing) == (4, 24, 1)
    chinese, english = sentences(explanation)
    assert chinese.startswith("fire: 25 个岗位需要 7 号资质, 6 人 × 上限 4 = 24，缺 1。")  # noqa: RUF001
    assert english.startswith("fire: 25 slots need competence 7, people 6 times limit 4 = 24")


def test_bars_that_keep_free_people_out_are_named_and_others_are_not() -> None:
    roster = [a_member("p1", cap=1), a_member("p2", cap=1), a_member("p3", cap=0)]
    bars = {("object-of-v1", "p2"), ("object-of-v1", "p3"), ("elsewhere", "p2")}

    explanation = shortage_of(roster, bars, [a_unit("v1", 2)])

    assert explanation.bars == (("object-of-v1", "p2"),)
    assert explanation.people == ("p1",)


def test_absent_people_with_the_tags_are_named() -> None:
    roster = [
        a_member("p1", "a", cap=1),
        a_member("p2", "a", available=False),
        a_member("p3", available=False),
    ]

    explanation = shortage_of(roster, [], [a_unit("v1", 1, "a"), a_unit("v2", 1, "a")])

    assert explanation.absences == ("p2",)


def test_districts_of_the_units_are_named() -> None:
    unit = UnitNeed("v1", 1, frozenset(), leader=False, objects=("o1", "area:620821"))

    explanation = shortage_of([], [], [unit])

    assert explanation.districts == ("620821",)
    assert "620821" in sentences(explanation)[0]


def test_remedies_come_cheapest_first_and_say_what_they_leave_missing() -> None:
    roster = [a_member("p1", cap=1), a_member("p2", cap=1), a_member("p3", cap=1)]

    explanation = shortage_of(roster, [], [a_unit("v1", 3), a_unit("v2", 3)])

    assert explanation.missing == 3
    assert explanation.remedies == (
        Remedy(RemedyKind.ONE_MORE_INSPECTOR, "*", 2),
        Remedy(RemedyKind.CAP_PLUS_ONE, "*", 0),
        Remedy(RemedyKind.QUOTA_MINUS_ONE, "*", 1),
        Remedy(RemedyKind.OTHER_ORGAN, "*", 0),
    )


def test_a_quota_of_two_is_never_proposed_to_be_lowered() -> None:
    explanation = shortage_of([a_member("p1")], [], [a_unit("v1", 2)])

    kinds = [remedy.kind for remedy in explanation.remedies]
    assert RemedyKind.QUOTA_MINUS_ONE not in kinds


def test_independent_shortages_are_explained_one_by_one() -> None:
    units = [a_unit("v1", 1, "a"), a_unit("v2", 1, "b"), a_unit("v3", 1, "b")]

    with pytest.raises(RuleBrokenError) as caught:
        draw_teams("fire", [a_member("p1", cap=0)], [], units, KEYS)

    found = caught.value.facts["explanations"]
    assert sorted((each.block, each.missing) for each in found) == [("a", 1), ("b", 2)]
