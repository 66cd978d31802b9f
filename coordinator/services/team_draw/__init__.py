"""The team draw: teams by lottery, replacement after it, and what is reported of both."""

from coordinator.services.team_draw.barring import replace_barred
from coordinator.services.team_draw.completing import complete_teams
from coordinator.services.team_draw.drawing import draw_supplement, draw_teams
from coordinator.services.team_draw.explaining import Shortage, shortages_of
from coordinator.services.team_draw.fitness import UnfitMember, require_fit, unfit_members
from coordinator.services.team_draw.outlook import DepartmentOutlook, Outlook, quota_outlook
from coordinator.services.team_draw.replacing import (
    Departure,
    replace_if_possible,
    replace_member,
    replace_unfit,
)
from coordinator.services.team_draw.reporting import pairs_met, replacement_counts
from coordinator.services.team_draw.seats import done_changes

__all__ = [
    "DepartmentOutlook",
    "Departure",
    "Outlook",
    "Shortage",
    "UnfitMember",
    "complete_teams",
    "done_changes",
    "draw_supplement",
    "draw_teams",
    "pairs_met",
    "quota_outlook",
    "replace_barred",
    "replace_if_possible",
    "replace_member",
    "replace_unfit",
    "replacement_counts",
    "require_fit",
    "shortages_of",
    "unfit_members",
]
