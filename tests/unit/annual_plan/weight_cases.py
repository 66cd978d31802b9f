"""Breaches of a line's weights and of its drawn items, one per rule."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

from coordinator.domain.annual_plan import StratumRule, WeightGroup, Weighting
from coordinator.domain.errors import Rule
from coordinator.domain.policy import DrawWeight
from tests.builders import a_line
from tests.unit.annual_plan.facts import a_count
from tests.unit.annual_plan.planting import Case

CLASS_D = DrawWeight(by="credit", value="D", weight=4)
COMPLAINT = DrawWeight(by="event", value="complaint", weight=3)
OWN: dict[str, Any] = {"weighting": Weighting.OWN, "weights": (CLASS_D,)}
TENTH, ALL_OF_IT = (StratumRule(numerator=1, denominator=n) for n in (10, 1))
CERTAIN = (
    WeightGroup(stratum="-", weight=4, eligible=2, chance=Fraction(1)),
    WeightGroup(stratum="-", weight=1, eligible=198, chance=Fraction(1, 11)),
)


def weighed(*groups: WeightGroup) -> dict[str, Any]:
    count = replace(a_count(a_line()), weights=groups)
    return {"counts": {"L1": count, "L7": count}}


WEIGHT_AND_ITEM_CASES: list[Case] = [
    (
        Rule.ITEM_REPEATED,
        {"items": ("mr-1", "fr-1", "mr-1")},
        {},
        {"item": "mr-1", "found": 2},
        {"action": "drop-item", "item": "mr-1"},
    ),
    (
        Rule.ITEMS_ALWAYS_OF_OTHER_LINE,
        {"items_always": ("mr-1", "he-1"), "items_drawn": 1},
        {},
        {"items": ["he-1"]},
        {"action": "set-items-always"},
    ),
    (
        Rule.ITEMS_ALWAYS_WITHOUT_DRAW,
        {"items_always": ("mr-1",)},
        {},
        {"items": ["mr-1"]},
        {"action": "set-items-drawn"},
    ),
    (
        Rule.WEIGHTS_MISSING,
        {"weighting": Weighting.OWN},
        {},
        {"found": "own"},
        {"action": "set-weights"},
    ),
    (
        Rule.WEIGHTS_AT_FULL_COVERAGE,
        {**OWN, "strata": {"*": ALL_OF_IT}, "items": ("mr-key", "fr-key")},
        {},
        {},
        {"action": "weigh-alike"},
    ),
    (
        Rule.WEIGHTS_WITHOUT_EFFECT,
        {**OWN, "strata": {"D": TENTH, "*": TENTH}},
        {},
        {"by": "credit"},
        {"action": "weigh-alike"},
    ),
    (
        Rule.WEIGHTS_MAKE_CERTAIN,
        OWN,
        weighed(*CERTAIN),
        {"stratum": "-", "weight": 4, "objects": 2, "items": ["mr-1", "fr-1"]},
        {"action": "lower-weight", "weight": 4},
    ),
    (
        Rule.WEIGHT_REPEATED,
        {**OWN, "weights": (CLASS_D, COMPLAINT, CLASS_D)},
        {},
        {"by": "credit", "value": "D", "found": 2},
        {"action": "drop-weight", "by": "credit", "value": "D"},
    ),
    (
        Rule.WEIGHT_CODE_UNKNOWN,
        {**OWN, "weights": (CLASS_D, COMPLAINT.model_copy(update={"value": "flood"}))},
        {},
        {"by": "event", "value": "flood"},
        {"action": "set-weights"},
    ),
]
