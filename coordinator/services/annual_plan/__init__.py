"""The annual plan: drafted with its lines, submitted with all breaches at once, adopted."""

from coordinator.services.annual_plan.adoption import (
    PlanDraft,
    adopt_plan,
    breaches,
    draft_plan,
    submit_plan,
)

__all__ = ["PlanDraft", "adopt_plan", "breaches", "draft_plan", "submit_plan"]
