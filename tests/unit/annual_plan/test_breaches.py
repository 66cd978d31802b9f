"""What stops a plan: each rule of 2-rules.md 2.1 planted once, and all of it at once."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from coordinator.domain.annual_plan import (
    GroupShare,
    LineKind,
    PlanLine,
    Selection,
    StratumRule,
    Weighting,
    Window,
)
from coordinator.domain.errors import Rule
from coordinator.domain.registers.organisation import Level
from coordinator.web.errors import sentence
from coordinator.web.language import speaking
from tests.builders import FIRE, HEALTH, MARKET, a_department, a_line, an_item
from tests.unit.annual_plan.facts import ITEMS, ORGANS, TODAY, breaches
from tests.unit.annual_plan.item_cases import ORGAN_AND_ITEM_CASES
from tests.unit.annual_plan.line_cases import LINE_CASES
from tests.unit.annual_plan.plan_cases import PLAN_CASES
from tests.unit.annual_plan.planting import (
    CLASS_D,
    PERIOD,
    TOO_MUCH,
    Case,
    plan_rules,
    under,
    with_item,
)
from tests.unit.annual_plan.weight_cases import CERTAIN, OWN, WEIGHT_AND_ITEM_CASES, weighed

CASES = [*LINE_CASES, *ORGAN_AND_ITEM_CASES, *WEIGHT_AND_ITEM_CASES]


def test_every_rule_of_the_plan_is_planted_once() -> None:
    planted = [case[0] for case in (*CASES, *PLAN_CASES)]

    assert {*planted, Rule.LINE_CODE_REPEATED} == plan_rules()
    assert len(planted) == len(set(planted))


def test_a_plan_that_keeps_every_rule_has_no_breach() -> None:
    assert breaches([a_line()]) == ()


@pytest.mark.parametrize(
    ("rule", "changes", "around", "facts", "remedy"), CASES, ids=lambda case: str(case)[:40]
)
def test_each_breach_of_a_line_is_found_alone_with_its_figures_and_remedy(
    rule: Rule,
    changes: dict[str, Any],
    around: dict[str, Any],
    facts: dict[str, Any],
    remedy: dict[str, Any],
) -> None:
    line = a_line(**{"code": "L7"} | changes)

    found = breaches([line], **around)

    assert [(each.rule, each.line) for each in found] == [(rule, line.code)]
    assert facts.items() <= found[0].facts.items()
    assert found[0].remedy == remedy


@pytest.mark.parametrize(
    ("rule", "changes", "around", "facts", "remedy"), PLAN_CASES, ids=lambda case: str(case)[:40]
)
def test_each_breach_of_the_whole_plan_is_found_alone_with_its_figures_and_remedy(
    rule: Rule,
    changes: dict[str, Any],
    around: dict[str, Any],
    facts: dict[str, Any],
    remedy: dict[str, Any],
) -> None:
    found = breaches([a_line(**changes)], **around)

    assert [(each.rule, each.line) for each in found] == [(rule, "*")]
    assert found[0].facts == facts
    assert found[0].remedy == remedy


@pytest.mark.parametrize("case", [*CASES, *PLAN_CASES], ids=lambda case: case[0].value)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_breach_is_worded_with_every_figure_it_has(case: Case, language: str) -> None:
    _, changes, around, _, _ = case
    [breach, *_] = breaches([a_line(**changes)], **around)

    with speaking(language):
        said = sentence(breach.rule, {"line": breach.line, **breach.facts, **breach.remedy})

    assert "{" not in said
    assert "—" not in said, said
    assert str(breach.facts.get("measured", "-")) + "，" not in said, said


def test_a_repeated_line_code_is_a_breach() -> None:
    [found] = breaches([a_line("L1"), a_line("L1")])

    assert (found.rule, found.line) == (Rule.LINE_CODE_REPEATED, "L1")


def test_all_breaches_come_at_once() -> None:
    inverted = {"window_from": date(2026, 5, 16), "window_to": date(2026, 5, 15)}
    items = ("mr-1", "gone")
    first = a_line("L1", **inverted, items=items, strata=TOO_MUCH, participants=())
    second = a_line("L1", kind=LineKind.INTERNAL, strata={}, participants=(), items=("he-1",))

    found = {
        (each.line, each.rule) for each in breaches([first, second], **under(joint_lines_min=2))
    }

    assert found == {
        ("L1", Rule.WINDOW_INVERTED),
        ("L1", Rule.JOINT_LINE_ALONE),
        ("L1", Rule.ITEM_NOT_PUBLISHED),
        ("L1", Rule.RATIO_TOO_HIGH),
        ("L1", Rule.STRATUM_WITHOUT_RULE),
        ("L1", Rule.ITEM_OF_OTHER_DEPARTMENT),
        ("L1", Rule.DEPARTMENT_WITHOUT_ITEM),
        ("*", Rule.TOO_FEW_JOINT_LINES),
        ("L1", Rule.LINE_CODE_REPEATED),
    }


def test_a_cancelled_line_counts_for_nothing() -> None:
    cancelled = a_line("L2", strata={}, cancelled_by=1)

    assert breaches([a_line("L1"), cancelled]) == ()
    assert breaches([cancelled], **under(joint_lines_min=1)) != ()


def test_a_window_of_today_is_not_past() -> None:
    line = a_line()

    assert breaches([line], today=line.window_to) == ()
    assert breaches([line], today=line.window_to + timedelta(days=1)) != ()


def test_the_window_may_be_one_day_long() -> None:
    line = a_line()

    assert breaches([replace(line, window_to=line.window_from)]) == ()


def test_a_line_held_twice_has_two_windows() -> None:
    again = Window(from_date=date(2026, 9, 1), to_date=date(2026, 9, 30))

    assert breaches([a_line(times_a_year=2, later_windows=(again,))]) == ()


def test_an_item_valid_for_exactly_the_window_is_no_breach() -> None:
    assert breaches([a_line(items=("mr-exact", "fr-1"))]) == ()


def test_the_ratio_of_a_general_item_may_reach_the_bound_and_that_of_a_key_item_pass_it() -> None:
    at_bound = {"*": StratumRule(numerator=10, denominator=100)}

    assert breaches([a_line(strata=at_bound)]) == ()
    assert breaches([a_line(items=("mr-key", "fr-key"), selection=Selection.ALL)]) == ()


def test_a_fixed_number_of_general_items_is_bounded_by_its_frame() -> None:
    bounded, too_many = (a_line(strata={}, number=number) for number in (20, 21))

    assert breaches([bounded]) == ()
    [found] = {each.rule for each in breaches([too_many])}
    assert found is Rule.RATIO_TOO_HIGH


def test_where_a_general_item_bounds_the_line_the_class_ratio_gives_way() -> None:
    at_bound = {
        "D": StratumRule(numerator=1, denominator=10),
        "*": StratumRule(numerator=1, denominator=20),
    }

    assert breaches([a_line(strata=at_bound)], **under(class_ratios=(CLASS_D,))) == ()


def test_an_organ_of_a_department_carries_the_items_of_its_department() -> None:
    station = a_department("fire-station-3", of_department=FIRE)
    line = a_line(participants=("fire-station-3",))

    assert breaches([line], departments=ORGANS | {"fire-station-3": station}) == ()


def test_an_item_for_named_organs_is_open_to_them() -> None:
    named = with_item("fr-1", named_organs=(ORGANS[FIRE].short_name,))

    assert breaches([a_line()], **named) == ()


def test_a_directed_line_in_the_period_satisfies_it_and_an_undirected_one_does_not() -> None:
    summer: dict[str, Any] = {"window_from": date(2026, 8, 1), "window_to": date(2026, 8, 20)}
    undirected = a_line(directed=False, **summer)

    assert breaches([a_line(**summer)], **under(key_periods=(PERIOD,))) == ()
    [found] = breaches([undirected], **under(key_periods=(PERIOD,)))
    assert found.rule is Rule.KEY_PERIOD_WITHOUT_LINE


def test_a_group_drawn_more_than_the_others_or_wholly_is_no_breach() -> None:
    shares = [
        GroupShare(group="complaint", members=50, ratio=Fraction(3, 20)),
        GroupShare(group="blacklist", members=0, ratio=Fraction(0)),
    ]

    assert breaches([a_line()], group_shares=shares) == ()


def test_the_today_of_the_facts_is_before_every_window() -> None:
    assert a_line().window_from > TODAY


def test_a_line_names_each_department_once_and_sorted() -> None:
    line: PlanLine = a_line(lead=MARKET, participants=(HEALTH, FIRE, MARKET))

    assert line.departments == (FIRE, HEALTH, MARKET)


def test_an_item_of_the_list_for_every_level_fits_every_organ() -> None:
    item = an_item("fr-1", FIRE, levels=(Level.CITY, Level.COUNTY))

    assert breaches([a_line()], items=ITEMS | {"fr-1": item}) == ()


def test_weights_may_make_objects_certain_where_only_key_items_are_checked() -> None:
    line = a_line("L7", items=("mr-key", "fr-key"), **OWN)

    assert breaches([line], **weighed(*CERTAIN)) == ()


def test_a_line_may_draw_by_the_weights_of_the_profile_if_there_are_some() -> None:
    line = a_line("L7", weighting=Weighting.PROFILE)

    with_weights = breaches([line], **under(weights=OWN["weights"]))
    without = breaches([line], **under(weights=()))

    assert with_weights == ()
    assert [each.rule for each in without] == [Rule.WEIGHTS_MISSING]


def test_a_fixed_number_of_everybody_is_full_coverage_for_weights() -> None:
    line = a_line("L7", strata={}, number=200, items=("mr-key", "fr-key"), **OWN)

    assert [each.rule for each in breaches([line])] == [Rule.WEIGHTS_AT_FULL_COVERAGE]


@pytest.mark.parametrize(("drawn", "refused"), [(1, False), (2, True)])
def test_items_checked_everywhere_are_not_among_those_drawn(drawn: int, refused: bool) -> None:
    items = ("mr-1", "fr-1", "mr-key")

    found = breaches([a_line("L7", items=items, items_drawn=drawn, items_always=("mr-1",))])

    assert [each.rule for each in found] == [Rule.ITEMS_DRAWN_OUT_OF_RANGE] * refused
