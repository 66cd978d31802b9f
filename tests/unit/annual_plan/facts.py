"""A plan that keeps every rule, and what the registers know about it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from coordinator.domain.annual_plan import (
    Breach,
    FrameCount,
    PlanFacts,
    PlanLine,
    breaches_of,
    expected_of,
)
from coordinator.domain.policy import Policy
from coordinator.domain.registers import ItemClass
from coordinator.domain.registers.organisation import Department
from tests.builders import DEPARTMENTS, FIRE, HEALTH, MARKET, POLICY, a_department, an_item

TODAY = date(2026, 3, 25)
ITEMS = {
    item.code: item
    for item in (
        an_item("mr-1", MARKET),
        an_item("fr-1", FIRE),
        an_item("he-1", HEALTH),
        an_item("mr-key", MARKET, item_class=ItemClass.KEY),
        an_item("fr-key", FIRE, item_class=ItemClass.KEY),
        an_item("mr-late", MARKET, valid_from=date(2026, 4, 8)),
        an_item("mr-short", MARKET, valid_to=date(2026, 5, 14)),
        an_item("mr-exact", MARKET, valid_from=date(2026, 4, 7), valid_to=date(2026, 5, 15)),
    )
}
ORGANS: dict[str, Department] = {code: a_department(code) for code in DEPARTMENTS}
NO_RULES: dict[str, Any] = {
    "general_ratio_max": Fraction(1, 10),
    "joint_lines_min": 0,
    "section_joint_lines_min": 0,
    "section_object_share_min": None,
    "section_all_random": False,
    "random_share_min": None,
    "random_share_not_below_last_year": False,
    "joint_rate_min": None,
    "key_unit_visits_per_year": 0,
    "half_yearly_events": (),
    "higher_ratio_for": (),
    "class_ratios": (),
    "key_periods": (),
    "methods": (),
}
BY_STRATUM = {"-": 120, "A": 40, "D": 40}


def a_policy(**plan: Any) -> Policy:
    """Give the sample county's profile with these rules of the plan and no other optional ones."""
    rules = POLICY.plan.model_copy(update=NO_RULES | plan)
    return POLICY.model_copy(update={"plan": rules})


def a_count(line: PlanLine, number: int = 200) -> FrameCount:
    """Count 200 objects: for lines by class 40 of A, 40 of D, the others without one."""
    by_stratum = BY_STRATUM if line.share.by else {"-": number}
    return FrameCount(
        objects=number,
        eligible=number,
        places=number,
        by_stratum=by_stratum,
        expected=expected_of(line.share, by_stratum),
    )


def some_facts(*lines: PlanLine, **changes: Any) -> PlanFacts:
    """Give facts under which a line of the builders breaks nothing."""
    facts = PlanFacts(
        year=2026,
        today=TODAY,
        policy=a_policy(),
        items=ITEMS,
        departments=ORGANS,
        counts={line.code: a_count(line) for line in lines},
    )
    return replace(facts, **changes)


def breaches(lines: Sequence[PlanLine], **changes: Any) -> tuple[Breach, ...]:
    """Give the breaches of lines under these facts."""
    return breaches_of(lines, some_facts(*lines, **changes))
