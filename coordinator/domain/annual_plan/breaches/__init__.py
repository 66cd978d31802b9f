"""The breaches that stop the adoption of a plan, all of them at once (2-rules.md 2.1)."""

from collections.abc import Sequence

from coordinator.domain.annual_plan.breaches import (
    coverage,
    items,
    line,
    sections,
    shares,
    weights,
)
from coordinator.domain.annual_plan.breaches.values import (
    WHOLE_PLAN,
    Breach,
    CoverageGap,
    GroupShare,
    LineRules,
    PlanFacts,
    PlanRules,
    SectionFigures,
)
from coordinator.domain.annual_plan.lines import PlanLine

LINE_RULES: tuple[LineRules, ...] = (
    line.naming,
    line.windows,
    line.selection,
    line.conduct,
    line.organs,
    items.items,
    items.shares,
    weights.weights,
    coverage.classes,
)
PLAN_RULES: tuple[PlanRules, ...] = (
    line.repeated,
    shares.joint,
    shares.random,
    shares.cap,
    sections.sections,
    coverage.covered,
    coverage.key_periods,
)


def breaches_of(lines: Sequence[PlanLine], facts: PlanFacts) -> tuple[Breach, ...]:
    """Give every breach of a plan at once; empty when it may be adopted.

    Cancelled lines stand in the plan and count for nothing.
    """
    live = [each for each in lines if each.cancelled_by is None]
    return (
        *(breach for each in live for rules in LINE_RULES for breach in rules(each, facts)),
        *(breach for rules in PLAN_RULES for breach in rules(live, facts)),
    )


__all__ = [
    "LINE_RULES",
    "PLAN_RULES",
    "WHOLE_PLAN",
    "Breach",
    "CoverageGap",
    "GroupShare",
    "PlanFacts",
    "SectionFigures",
    "breaches_of",
]
