"""The annual plan: drafted line by line, submitted with all breaches at once, adopted, amended."""

from coordinator.services.annual_plan.adoption import (
    adopt_plan,
    breaches,
    return_plan,
    submit_plan,
    year_end_breaches,
)
from coordinator.services.annual_plan.amending import (
    add_temporary_line,
    adopt_amendment,
    amend_plan,
    cancel_line,
    reject_amendment,
)
from coordinator.services.annual_plan.counting import frame_count
from coordinator.services.annual_plan.drafting import (
    CopiedPlan,
    CopyOrder,
    PlanDraft,
    copy_plan,
    draft_plan,
    plan_difference,
    remove_line,
    save_line,
)
from coordinator.services.annual_plan.forecasting import burden, forecast
from coordinator.services.annual_plan.frequency import (
    answer_for_plan,
    frequency_of_plan,
    plan_frequency,
)
from coordinator.services.annual_plan.matching import PlanMatching, match_plan
from coordinator.services.annual_plan.ruling import choose_rules
from coordinator.services.annual_plan.suggesting import (
    MoveOrder,
    accept_move,
    reconsider_move,
    refuse_move,
    suggested_move,
    undo_move,
)
from coordinator.services.annual_plan.trial import Progress, Trial, TrialOrder, Trips
from coordinator.services.annual_plan.what_if import what_if

__all__ = [
    "CopiedPlan",
    "CopyOrder",
    "MoveOrder",
    "PlanDraft",
    "PlanMatching",
    "Progress",
    "Trial",
    "TrialOrder",
    "Trips",
    "accept_move",
    "add_temporary_line",
    "adopt_amendment",
    "adopt_plan",
    "amend_plan",
    "answer_for_plan",
    "breaches",
    "burden",
    "cancel_line",
    "choose_rules",
    "copy_plan",
    "draft_plan",
    "forecast",
    "frame_count",
    "frequency_of_plan",
    "match_plan",
    "plan_difference",
    "plan_frequency",
    "reconsider_move",
    "refuse_move",
    "reject_amendment",
    "remove_line",
    "return_plan",
    "save_line",
    "submit_plan",
    "suggested_move",
    "undo_move",
    "what_if",
    "year_end_breaches",
]
