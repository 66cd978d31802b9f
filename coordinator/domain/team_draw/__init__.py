"""Team draw of one department: patterns, picks, paths, levelling, proof of shortage (3.2.7)."""

from coordinator.domain.team_draw.changes import (
    Days,
    MemberChange,
    Unfit,
    reasons_counted,
    why_unfit,
)
from coordinator.domain.team_draw.drawing import draw_teams
from coordinator.domain.team_draw.leading import DutyCall, duty_leaders, next_leader
from coordinator.domain.team_draw.pairs import PairFigures, PairMet, pair_figures
from coordinator.domain.team_draw.replacing import Vacancy, replace_member
from coordinator.domain.team_draw.seating import FrozenTeams, SeatChange, Seating
from coordinator.domain.team_draw.shortage import Explanation, Remedy, RemedyKind
from coordinator.domain.team_draw.units import (
    EXPERTS,
    TeamRules,
    Unit,
    VisitAsk,
    experts_wanted,
    units_of,
)
from coordinator.domain.team_draw.values import (
    LEADER_TAG,
    NOBODY,
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
    "EXPERTS",
    "LEADER_TAG",
    "NOBODY",
    "Assignment",
    "Days",
    "DutyCall",
    "Explanation",
    "FeasibilityQuestion",
    "FeasibilitySolver",
    "FrozenTeams",
    "How",
    "MemberChange",
    "PairFigures",
    "PairMet",
    "Remedy",
    "RemedyKind",
    "RosterMember",
    "SeatChange",
    "Seating",
    "TeamDraw",
    "TeamKeys",
    "TeamRules",
    "Unfit",
    "Unit",
    "UnitNeed",
    "UnitQuestion",
    "Vacancy",
    "VisitAsk",
    "draw_teams",
    "duty_leaders",
    "experts_wanted",
    "next_leader",
    "pair_figures",
    "reasons_counted",
    "replace_member",
    "sentences",
    "units_of",
    "why_unfit",
]
