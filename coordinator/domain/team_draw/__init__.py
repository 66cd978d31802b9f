"""Team draw of one department: patterns, picks, paths, levelling, proof of shortage (3.2.7)."""

from coordinator.domain.team_draw.drawing import draw_teams
from coordinator.domain.team_draw.replacing import Vacancy, replace_member
from coordinator.domain.team_draw.shortage import Explanation, Remedy, RemedyKind
from coordinator.domain.team_draw.values import (
    Assignment,
    How,
    RosterMember,
    TeamDraw,
    TeamKeys,
    UnitNeed,
)
from coordinator.domain.team_draw.witness import (
    FeasibilityQuestion,
    FeasibilitySolver,
    UnitQuestion,
)
from coordinator.domain.team_draw.wording import sentences

__all__ = [
    "Assignment",
    "Explanation",
    "FeasibilityQuestion",
    "FeasibilitySolver",
    "How",
    "Remedy",
    "RemedyKind",
    "RosterMember",
    "TeamDraw",
    "TeamKeys",
    "UnitNeed",
    "UnitQuestion",
    "Vacancy",
    "draw_teams",
    "replace_member",
    "sentences",
]
