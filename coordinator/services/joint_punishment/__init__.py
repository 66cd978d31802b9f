"""Joint punishment: one order per measure and executing department, feedback, clocks, lifting."""

from coordinator.services.joint_punishment.answering import case_of, history_of, record_feedback
from coordinator.services.joint_punishment.clocks import lift_ended, remind
from coordinator.services.joint_punishment.ordering import (
    amend_orders,
    lift_measures,
    order_measures,
)

__all__ = [
    "amend_orders",
    "case_of",
    "history_of",
    "lift_ended",
    "lift_measures",
    "order_measures",
    "record_feedback",
    "remind",
]
