"""Scheduling: which visit on which day and in which slot, so that everybody can be there."""

from coordinator.domain.scheduling.board import Board, is_lost
from coordinator.domain.scheduling.choosing import choices, clashes_with, last_day_to_choose
from coordinator.domain.scheduling.planning import SEARCH_STEPS, groups_of, plan
from coordinator.domain.scheduling.shortage import (
    Lack,
    Remedy,
    RemedyKind,
    Shortage,
    shortages,
)
from coordinator.domain.scheduling.stored import (
    Appointment,
    CalendarFeed,
    FeedScope,
    RoundSchedule,
    ScheduleState,
    SetBy,
    clock,
    minutes_of,
)
from coordinator.domain.scheduling.travel import (
    Stop,
    Travel,
    TravelOrder,
    VisitRouting,
    travel_order,
)
from coordinator.domain.scheduling.values import Call, Schedule, Setting, Slot, Spot
from coordinator.domain.scheduling.wording import sentences

__all__ = [
    "SEARCH_STEPS",
    "Appointment",
    "Board",
    "CalendarFeed",
    "Call",
    "FeedScope",
    "Lack",
    "Remedy",
    "RemedyKind",
    "RoundSchedule",
    "Schedule",
    "ScheduleState",
    "SetBy",
    "Setting",
    "Shortage",
    "Slot",
    "Spot",
    "Stop",
    "Travel",
    "TravelOrder",
    "VisitRouting",
    "choices",
    "clashes_with",
    "clock",
    "groups_of",
    "is_lost",
    "last_day_to_choose",
    "minutes_of",
    "plan",
    "sentences",
    "shortages",
    "travel_order",
]
