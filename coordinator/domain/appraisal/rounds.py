"""Indicators of a round, each a count of facts or a ratio whose formula can be shown."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class RoundFigures:
    """The figures of one round, counted from what is stored."""

    plan_lines: int
    objects_in_frames: int
    checks: int
    separate_visits: int
    visits: int
    teams: int
    dispatched: int
    accepted: int
    findings: int
    disclosed: int
    shared: int
    listed: int
    measures: int
    measure_feedback: int

    @property
    def visits_saved(self) -> int:
        """Visits that merging made unnecessary (减少入企户次)."""
        return self.separate_visits - self.visits


@dataclass(frozen=True)
class Indicator:
    """A ratio with both of its figures; empty denominators give no percentage."""

    code: str
    numerator: int
    denominator: int

    @property
    def percent(self) -> str:
        """The ratio in percent with one decimal, or a dash."""
        if self.denominator == 0:
            return "-"
        tenths = self.numerator * 1000 // self.denominator
        return f"{tenths // 10}.{tenths % 10}"
