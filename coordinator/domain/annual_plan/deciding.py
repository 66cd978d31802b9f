"""What an office has decided about a suggested move: taken up, turned down, and either undone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from coordinator.domain.annual_plan.lines import PlanLine, Window
from coordinator.domain.annual_plan.turns import Move


class MatchOutcome(StrEnum):
    """What became of a suggestion."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNDONE = "undone"
    RECONSIDERED = "reconsidered"


@dataclass(frozen=True, kw_only=True)
class MatchDecision:
    """One decided suggestion: a turn of a line, its windows before and after, and why.

    `saving` is the expected number of visits as a fraction, when it was decided; `amendment_id`
    names the amendment by which an adopted plan takes it up.
    """

    decision_id: str
    plan_id: str
    line: str
    number: int
    outcome: MatchOutcome
    old_from_date: date
    old_to_date: date
    new_from_date: date
    new_to_date: date
    saving: str
    reason: str
    decided_by: str
    decided_at: datetime
    amendment_id: str | None = None

    @property
    def old(self) -> Window:
        """The window before."""
        return Window(from_date=self.old_from_date, to_date=self.old_to_date)

    @property
    def new(self) -> Window:
        """The window that was suggested."""
        return Window(from_date=self.new_from_date, to_date=self.new_to_date)

    def is_about(self, line: str, number: int, window: Window) -> bool:
        """Say whether it decided that this turn takes this window."""
        return (self.line, self.number, self.new) == (line, number, window)

    def still_stands(self, line: PlanLine) -> bool:
        """Say whether a move that was taken up is still in the plan."""
        windows = line.windows
        taken_up = self.outcome is MatchOutcome.ACCEPTED
        return taken_up and self.number <= len(windows) and windows[self.number - 1] == self.new


def refused_moves(decisions: Iterable[MatchDecision]) -> set[tuple[str, int, Window]]:
    """Give the moves that have been turned down and not been reconsidered."""
    return {
        (each.line, each.number, each.new)
        for each in decisions
        if each.outcome is MatchOutcome.REFUSED
    }


def without_refused(moves: Iterable[Move], decisions: Iterable[MatchDecision]) -> tuple[Move, ...]:
    """Leave out what was turned down, and the other way to the same meetings for no more.

    Two windows may meet by moving either: the first in order stays, and where it was turned down
    the other.
    """
    refused = refused_moves(decisions)
    seen: set[tuple[frozenset[tuple[str, int]], object]] = set()
    found = []
    for move in moves:
        met = (frozenset({(move.line, move.number), *move.meets}), move.saving)
        if (move.line, move.number, move.new) not in refused and met not in seen:
            seen.add(met)
            found.append(move)
    return tuple(found)
