"""How breaches are planted: one case per rule, on a line or around the plan."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

from coordinator.domain.annual_plan import LineKind, StratumRule
from coordinator.domain.errors import Rule
from coordinator.domain.policy import ClassRatio, KeyPeriod
from coordinator.domain.registers.organisation import LegalCapacity
from tests.builders import FIRE, MARKET, a_department
from tests.unit.annual_plan.facts import ITEMS, ORGANS, a_policy

TOO_MUCH = {"D": StratumRule(numerator=11, denominator=100)}
HALF = {"*": StratumRule(numerator=1, denominator=2)}
ALONE: dict[str, Any] = {"kind": LineKind.INTERNAL, "participants": (), "items": ("mr-1",)}
SECTION: dict[str, Any] = {"department": MARKET, "section": "food"}
PERIOD = KeyPeriod(
    code="summer", name="汛期", name_en="Floods", from_day="07-01", to_day="08-31", tags=()
)
CLASS_D = ClassRatio(scheme="credit", value="D", ratio=Fraction(3, 10))
DELEGATED = a_department(FIRE, legal_capacity=LegalCapacity.DELEGATED)


def by_organ(code: str, **changes: Any) -> dict[str, Any]:
    return {"departments": ORGANS | {code: replace(ORGANS[code], **changes)}}


def under(**plan: Any) -> dict[str, Any]:
    return {"policy": a_policy(**plan)}


def with_item(code: str, **changes: Any) -> dict[str, Any]:
    return {"items": ITEMS | {code: ITEMS[code].model_copy(update=changes)}}


# One case per rule: what is changed on the line, what else the plan is checked against, what is
# found and wanted, and the remedy.
Case = tuple[Rule, dict[str, Any], dict[str, Any], dict[str, Any], dict[str, Any]]


# Rules of the plan that are no breach: they refuse an act, each with a test of its own.
REFUSALS = {
    Rule.PLAN_BREACHES,
    Rule.PLAN_LINE_UNKNOWN,
    Rule.LINE_OF_OTHER_PLAN,
    Rule.LINE_CANCELLED,
    Rule.LINE_FROZEN,
    Rule.LINE_IN_OPEN_ROUND,
    Rule.AMENDMENT_EMPTY,
    Rule.MATCH_NOT_SUGGESTED,
    Rule.MATCH_MOVED_ON,
    Rule.AMENDMENT_TOO_LATE,
}


def plan_rules() -> set[Rule]:
    """Give every rule that stands under `annual plan`, and those it borrows."""
    rules = list(Rule)
    own = rules[rules.index(Rule.PLAN_BREACHES) : rules.index(Rule.LINE_ALREADY_DRAWN)]
    borrowed = {
        Rule.STRATUM_WITHOUT_RULE,
        Rule.ORGAN_LEVEL_DOES_NOT_FIT,
        Rule.ORGAN_OUTSIDE_REGION,
        Rule.DELEGATION_MISSING,
    }
    return {*own, *borrowed} - REFUSALS
