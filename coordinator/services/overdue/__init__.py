"""Overdue: every open clock of every stage, who is reminded of his, and a trace of red ones."""

from coordinator.services.overdue.clocks import note_red_clocks, open_clocks
from coordinator.services.overdue.reminding import remind_departments

__all__ = ["note_red_clocks", "open_clocks", "remind_departments"]
