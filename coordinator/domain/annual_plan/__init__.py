"""The annual plan 年度计划: its lines, whom a line may draw, the breaches that stop adoption."""

from coordinator.domain.annual_plan.breaches import (
    Breach,
    CoverageGap,
    GroupShare,
    PlanFacts,
    SectionFigures,
    breaches_of,
)
from coordinator.domain.annual_plan.counts import (
    Frame,
    FrameCount,
    Overlap,
    WeightGroup,
    expected_of,
    frame_of_line,
    frame_to_draw,
    number_of_visits,
)
from coordinator.domain.annual_plan.forecasts import Burden, BurdenGroup, Forecast, MonthLoad
from coordinator.domain.annual_plan.item_draws import ItemDraw, item_draw_of
from coordinator.domain.annual_plan.lines import (
    Execution,
    LeaderRule,
    LineKind,
    LineSource,
    ListPublicity,
    PlanLine,
    Selection,
    Share,
    StratumRule,
    Weighting,
    Window,
)
from coordinator.domain.annual_plan.plan import (
    Amendment,
    ChangeKind,
    FieldDifference,
    LineChange,
    Plan,
    PlanFigures,
    figures_from,
)
from coordinator.domain.annual_plan.weighting import WeightRules, weight_rules_of
from coordinator.domain.lifecycle import AmendmentState
from coordinator.domain.registers.conditions import (
    CREDIT,
    Conditions,
    grading_of,
    lists_of,
    months_before,
)
from coordinator.domain.registers.organisation import DrawLevel

__all__ = [
    "CREDIT",
    "Amendment",
    "AmendmentState",
    "Breach",
    "Burden",
    "BurdenGroup",
    "ChangeKind",
    "Conditions",
    "CoverageGap",
    "DrawLevel",
    "Execution",
    "FieldDifference",
    "Forecast",
    "Frame",
    "FrameCount",
    "GroupShare",
    "ItemDraw",
    "LeaderRule",
    "LineChange",
    "LineKind",
    "LineSource",
    "ListPublicity",
    "MonthLoad",
    "Overlap",
    "Plan",
    "PlanFacts",
    "PlanFigures",
    "PlanLine",
    "SectionFigures",
    "Selection",
    "Share",
    "StratumRule",
    "WeightGroup",
    "WeightRules",
    "Weighting",
    "Window",
    "breaches_of",
    "expected_of",
    "figures_from",
    "frame_of_line",
    "frame_to_draw",
    "grading_of",
    "item_draw_of",
    "lists_of",
    "months_before",
    "number_of_visits",
    "weight_rules_of",
]
