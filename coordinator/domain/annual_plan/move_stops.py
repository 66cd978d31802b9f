"""What forbids that a turn of a line takes another window, before anybody asks for it (2.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from coordinator.domain.annual_plan.breaches import Breach, PlanFacts, breaches_of
from coordinator.domain.annual_plan.burden import is_certain
from coordinator.domain.annual_plan.lines import PlanLine, Window
from coordinator.domain.annual_plan.turns import Hindrance, PlannedTurn, Stop

_JUNE = 6


@dataclass(frozen=True)
class MoveRules:
    """The plan whose windows are moved, and what it is checked against.

    `notice_days` before a window its line can't be amended any more; None: the plan is a draft.
    """

    lines: Mapping[str, PlanLine]
    facts: PlanFacts
    standing: Sequence[Breach]
    notice_days: int | None

    def stops_of(self, turn: PlannedTurn, window: Window) -> tuple[Stop, ...]:
        """Give everything that forbids a turn this window; a turn of another plan stays."""
        line = self.lines.get(turn.line)
        if line is None:
            return (Stop(reason=Hindrance.OTHER_PLAN, facts={"plan": turn.plan_id}),)
        in_time = self._too_late(turn.window, window) or self._in_the_past(window)
        if in_time is not None:
            return (in_time,)
        if {window.from_date.year, window.to_date.year} != {self.facts.year}:
            return (Stop(reason=Hindrance.YEAR, facts={"year": self.facts.year}),)
        return (*self._half(line, turn.window, window), *self._breaks(line, turn, window))

    def _too_late(self, old: Window, new: Window) -> Stop | None:
        if self.notice_days is None:
            return None
        latest = min(old.from_date, new.from_date) - timedelta(days=self.notice_days)
        if self.facts.today <= latest:
            return None
        facts = {"days": self.notice_days, "latest": latest.isoformat()}
        return Stop(reason=Hindrance.NOTICE, facts=facts)

    def _in_the_past(self, window: Window) -> Stop | None:
        today: date = self.facts.today
        if window.from_date >= today:
            return None
        return Stop(reason=Hindrance.PAST, facts={"today": today.isoformat()})

    def _half(self, line: PlanLine, old: Window, new: Window) -> tuple[Stop, ...]:
        """Keep full coverage in its half year: what a half year owes is counted in registers."""
        owed = self.facts.policy.plan.half_yearly_events
        if not owed or _halves(old) == _halves(new) or not is_certain(line, self.facts.count(line)):
            return ()
        return (Stop(reason=Hindrance.HALF_YEAR, facts={"events": list(owed)}),)

    def _breaks(self, line: PlanLine, turn: PlannedTurn, window: Window) -> tuple[Stop, ...]:
        """Give the rules that the plan would break then and doesn't now: validity, key periods."""
        after = {**self.lines, line.code: with_window(line, turn.number, window)}
        found = breaches_of(list(after.values()), self.facts)
        return tuple(
            Stop(
                reason=Hindrance.BREACH,
                facts={"rule": each.rule, "line": each.line, **each.facts, **each.remedy},
            )
            for each in found
            if each not in self.standing
        )


def with_window(line: PlanLine, number: int, window: Window) -> PlanLine:
    """Give a line whose turn of this number, from 1, has another window."""
    if number == 1:
        return replace(line, window_from=window.from_date, window_to=window.to_date)
    later = list(line.later_windows)
    later[number - 2] = window
    return replace(line, later_windows=tuple(later))


def _halves(window: Window) -> set[bool]:
    return {day.month <= _JUNE for day in (window.from_date, window.to_date)}
