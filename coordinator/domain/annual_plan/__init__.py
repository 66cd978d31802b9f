"""The annual plan 年度计划: its lines, whom a line may draw, the breaches that stop adoption."""

from coordinator.domain.annual_plan.breaches import Breach, breaches_of
from coordinator.domain.annual_plan.plan import Conditions, LineKind, Plan, PlanLine, StratumRule

__all__ = ["Breach", "Conditions", "LineKind", "Plan", "PlanLine", "StratumRule", "breaches_of"]
