"""What stops a plan, all of it at once, and whom a line may draw."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from coordinator.domain.annual_plan import (
    Breach,
    Conditions,
    LineKind,
    PlanLine,
    StratumRule,
    breaches_of,
)
from coordinator.domain.errors import Rule
from coordinator.domain.policy import PlanPolicy
from coordinator.domain.registers import ItemClass, RiskClass
from tests.builders import FIRE, HEALTH, MARKET, a_line, an_item, an_object

ITEMS = {
    item.code: item
    for item in (
        an_item("mr-1", MARKET),
        an_item("fr-1", FIRE),
        an_item("he-1", HEALTH),
        an_item("mr-key", MARKET, item_class=ItemClass.KEY),
        an_item("mr-late", MARKET, valid_from=date(2026, 4, 8)),
        an_item("mr-short", MARKET, valid_to=date(2026, 5, 14)),
        an_item("mr-exact", MARKET, valid_from=date(2026, 4, 7), valid_to=date(2026, 5, 15)),
    )
}
POLICY = PlanPolicy(general_ratio_max=Fraction(1, 10), joint_lines_min=1)
TOO_MUCH = {"D": StratumRule(numerator=11, denominator=100)}
INVERTED = {"window_from": date(2026, 5, 16), "window_to": date(2026, 5, 15)}


def breaches(*lines: PlanLine) -> tuple[Breach, ...]:
    return breaches_of(lines, ITEMS, POLICY)


def test_a_plan_that_keeps_every_rule_has_no_breach() -> None:
    assert breaches(a_line()) == ()


@pytest.mark.parametrize(
    ("rule", "changes", "facts"),
    [
        (Rule.WINDOW_INVERTED, INVERTED, {"from": "2026-05-16", "to": "2026-05-15"}),
        (Rule.JOINT_LINE_ALONE, {"participants": (), "items": ("mr-1",)}, {"lead": MARKET}),
        (
            Rule.JOINT_LINE_ALONE,
            {"participants": (MARKET,), "items": ("mr-1",)},
            {"lead": MARKET},
        ),
        (Rule.STRATUM_WITHOUT_RULE, {"strata": {}}, {"stratum": "*"}),
        (Rule.ITEM_NOT_PUBLISHED, {"items": ("mr-1", "fr-1", "gone")}, {"item": "gone"}),
        (
            Rule.ITEM_OF_OTHER_DEPARTMENT,
            {"items": ("mr-1", "fr-1", "he-1")},
            {"item": "he-1", "department": HEALTH},
        ),
        (Rule.ITEM_NOT_VALID, {"items": ("mr-late", "fr-1")}, {"item": "mr-late"}),
        (Rule.ITEM_NOT_VALID, {"items": ("mr-short", "fr-1")}, {"item": "mr-short"}),
        (Rule.DEPARTMENT_WITHOUT_ITEM, {"items": ("mr-1",)}, {"department": FIRE}),
        (
            Rule.RATIO_TOO_HIGH,
            {"strata": TOO_MUCH, "items": ("mr-1", "fr-1", "mr-key"), "participants": (FIRE,)},
            {"item": "mr-1", "stratum": "D", "ratio": "11/100", "maximum": "1/10"},
        ),
    ],
)
def test_each_breach_names_line_rule_and_figures(
    rule: Rule, changes: dict[str, Any], facts: dict[str, object]
) -> None:
    found = breaches(a_line("L7", **changes))

    assert Breach(rule, "L7", facts) in found
    assert {each.rule for each in found} == {rule}


def test_an_item_valid_for_exactly_the_window_is_no_breach() -> None:
    assert breaches(a_line(items=("mr-exact", "fr-1"))) == ()


def test_the_ratio_of_a_general_item_may_reach_the_bound_and_that_of_a_key_item_pass_it() -> None:
    at_bound = {"*": StratumRule(numerator=10, denominator=100)}
    key_items = {**ITEMS, "fr-1": an_item("fr-1", FIRE, item_class=ItemClass.KEY)}
    everything = a_line(
        items=("mr-key", "fr-1"), strata={"*": StratumRule(numerator=1, denominator=1)}
    )

    assert breaches(a_line(strata=at_bound)) == ()
    assert breaches_of([everything], key_items, POLICY) == ()


def test_a_line_with_a_number_needs_no_strata() -> None:
    assert breaches(a_line(strata={}, number=3)) == ()


def test_too_few_joint_lines_is_a_breach_of_the_whole_plan() -> None:
    internal = a_line(kind=LineKind.INTERNAL, participants=(), items=("mr-1",))

    assert breaches(internal) == (Breach(Rule.TOO_FEW_JOINT_LINES, "*", {"found": 0, "wanted": 1}),)


def test_a_repeated_line_code_is_a_breach() -> None:
    assert breaches(a_line("L1"), a_line("L1")) == (
        Breach(Rule.LINE_CODE_REPEATED, "L1", {"line": "L1"}),
    )


def test_all_breaches_come_at_once() -> None:
    items = ("mr-short", "gone")
    first = a_line("L1", **INVERTED, items=items, strata=TOO_MUCH, participants=())
    second = a_line("L1", kind=LineKind.INTERNAL, strata={}, participants=(), items=("he-1",))
    strict = POLICY.model_copy(update={"joint_lines_min": 2})

    found = {(each.line, each.rule) for each in breaches_of([first, second], ITEMS, strict)}

    assert found == {
        ("L1", Rule.WINDOW_INVERTED),
        ("L1", Rule.JOINT_LINE_ALONE),
        ("L1", Rule.ITEM_NOT_PUBLISHED),
        ("L1", Rule.ITEM_NOT_VALID),
        ("L1", Rule.RATIO_TOO_HIGH),
        ("L1", Rule.STRATUM_WITHOUT_RULE),
        ("L1", Rule.ITEM_OF_OTHER_DEPARTMENT),
        ("L1", Rule.DEPARTMENT_WITHOUT_ITEM),
        ("*", Rule.TOO_FEW_JOINT_LINES),
        ("L1", Rule.LINE_CODE_REPEATED),
    }


def test_a_line_names_each_department_once_and_sorted() -> None:
    line = a_line(lead=MARKET, participants=(HEALTH, FIRE, MARKET))

    assert line.departments == (FIRE, HEALTH, MARKET)


@pytest.mark.parametrize(
    ("condition", "changes", "accepted"),
    [
        (Conditions(), {}, True),
        (Conditions(tags=("hotel", "restaurant")), {"tags": ("retail", "restaurant")}, True),
        (Conditions(tags=("hotel",)), {"tags": ("restaurant",)}, False),
        (Conditions(tags=("hotel",)), {"tags": ()}, False),
        (Conditions(kinds=("premises",)), {"kind": "premises"}, True),
        (Conditions(kinds=("premises",)), {"kind": "enterprise"}, False),
        (Conditions(industries=("H61", "H62")), {"industry": "H6210"}, True),
        (Conditions(industries=("H61",)), {"industry": "G6100"}, False),
        (Conditions(regions=("6402",)), {"region": "640221"}, True),
        (Conditions(regions=("640222",)), {"region": "640221"}, False),
        (Conditions(risk_classes=("C", "D")), {"risk_class": RiskClass.D}, True),
        (Conditions(risk_classes=("C", "D")), {"risk_class": RiskClass.A}, False),
        (Conditions(risk_classes=("C",)), {"risk_class": None}, False),
        (Conditions(risk_classes=("-",)), {"risk_class": None}, True),
    ],
)
def test_a_line_draws_only_objects_that_meet_its_conditions(
    condition: Conditions, changes: dict[str, Any], accepted: bool
) -> None:
    assert condition.accept(an_object(**changes)) is accepted


def test_an_object_must_meet_every_condition() -> None:
    both = Conditions(tags=("restaurant",), kinds=("premises",))

    assert not both.accept(an_object(kind="enterprise"))
    assert both.accept(an_object(kind="premises"))


def test_the_window_may_be_one_day_long() -> None:
    line = a_line()

    assert breaches(replace(line, window_to=line.window_from)) == ()
    assert breaches(replace(line, window_to=line.window_from - timedelta(days=1))) != ()
