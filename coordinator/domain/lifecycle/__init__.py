"""The states of everything that lives through the flow, and the only moves between them."""

from coordinator.domain.lifecycle.drawing import (
    CEREMONY,
    ROUND_MOVES,
    CeremonyStep,
    RoundState,
    ceremony_step,
)
from coordinator.domain.lifecycle.following import (
    CASE_MOVES,
    RECTIFICATION_MOVES,
    CaseState,
    RectificationState,
)
from coordinator.domain.lifecycle.moves import (
    move,
)
from coordinator.domain.lifecycle.preparing import (
    AMENDMENT_MOVES,
    DUE_MOVES,
    LEAD_MOVES,
    LIST_MOVES,
    PLAN_MOVES,
    PROPOSAL_MOVES,
    AmendmentState,
    DueState,
    LeadState,
    ListState,
    PlanState,
    ProposalState,
)
from coordinator.domain.lifecycle.sanctioning import (
    LISTING_MOVES,
    ORDER_MOVES,
    ListingState,
    OrderState,
)
from coordinator.domain.lifecycle.visiting import (
    LETTER_MOVES,
    TASK_MOVES,
    VISIT_MOVES,
    LetterState,
    TaskState,
    VisitState,
)

__all__ = [
    "AMENDMENT_MOVES",
    "CASE_MOVES",
    "CEREMONY",
    "DUE_MOVES",
    "LEAD_MOVES",
    "LETTER_MOVES",
    "LISTING_MOVES",
    "LIST_MOVES",
    "ORDER_MOVES",
    "PLAN_MOVES",
    "PROPOSAL_MOVES",
    "RECTIFICATION_MOVES",
    "ROUND_MOVES",
    "TASK_MOVES",
    "VISIT_MOVES",
    "AmendmentState",
    "CaseState",
    "CeremonyStep",
    "DueState",
    "LeadState",
    "LetterState",
    "ListState",
    "ListingState",
    "OrderState",
    "PlanState",
    "ProposalState",
    "RectificationState",
    "RoundState",
    "TaskState",
    "VisitState",
    "ceremony_step",
    "move",
]
