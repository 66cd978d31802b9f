"""Overdue: every open clock of every stage with its light, and a trace of those that turned red."""

from coordinator.services.overdue.clocks import note_red_clocks, open_clocks

__all__ = ["note_red_clocks", "open_clocks"]
