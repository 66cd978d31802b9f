"""Registers 一单两库: the values of the item list, the directories and the joint list."""

from coordinator.domain.registers.identity import (
    check_object_id,
    is_uscc_check_digit_right,
    object_id_doubts,
    object_id_warnings,
    uscc_check_digit,
)
from coordinator.domain.registers.values import (
    Absence,
    CheckItem,
    Checkpoint,
    DatedEvent,
    Expert,
    Grading,
    InspectionObject,
    Inspector,
    ItemClass,
    JointListRow,
    LastCheck,
    Recusal,
    RiskClass,
    SupervisionList,
)

__all__ = [
    "Absence",
    "CheckItem",
    "Checkpoint",
    "DatedEvent",
    "Expert",
    "Grading",
    "InspectionObject",
    "Inspector",
    "ItemClass",
    "JointListRow",
    "LastCheck",
    "Recusal",
    "RiskClass",
    "SupervisionList",
    "check_object_id",
    "is_uscc_check_digit_right",
    "object_id_doubts",
    "object_id_warnings",
    "uscc_check_digit",
]
