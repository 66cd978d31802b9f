"""The turns of a year's lines, what a place gets that they draw, and what a move of one changes."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from math import lcm

from contracts.vocabulary import Mode
from coordinator.domain.annual_plan.lines import Window
from coordinator.domain.annual_plan.meeting import Common, Lines

TurnKey = tuple[str, int]
"""A line's code and which time of the year it is, from 1."""

Windows = Mapping[TurnKey, Window]
"""When the turns of lines that all draw one place take place."""

VisitsOf = Callable[[Windows], int]
"""Gives how often a place is entered for these turns: the fewest visits that hold all checks."""


class Hindrance(StrEnum):
    """What keeps two turns from sharing a visit, or a window from being moved."""

    OTHER_PLAN = "other-plan"
    MODE = "mode"
    ROUND = "round"
    DESK = "desk"
    WINDOW = "window"
    MINUTES = "minutes"
    NOTICE = "notice"
    PAST = "past"
    YEAR = "year"
    HALF_YEAR = "half-year"
    AMENDMENT = "amendment"
    SUBMITTED = "submitted"
    BREACH = "breach"


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One hindrance with its facts."""

    reason: Hindrance
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PlannedTurn:
    """One of the times of the year that a line is drawn; `held` is what keeps it where it is.

    Turns can be drawn in one round if they have the same `plan_id` and `round_id` (None: no round
    has been opened with them yet).
    """

    line: str
    number: int
    window: Window
    mode: Mode
    plan_id: str
    round_id: str | None = None
    held: tuple[Stop, ...] = ()

    @cached_property
    def key(self) -> TurnKey:
        """Its line and number."""
        return self.line, self.number

    @cached_property
    def kind(self) -> tuple[str, str, Mode]:
        """What turns of one round have in common: plan, round that was opened, mode."""
        return self.plan_id, self.round_id or "", self.mode


@dataclass(frozen=True, kw_only=True)
class Timetable:
    """The turns of a year that may still be drawn, and whom their lines are expected to draw.

    `together` are expected places by the lines that draw them, `common` what two lines have in
    common; `stops_of` says what forbids that a turn takes a window.
    """

    turns: tuple[PlannedTurn, ...]
    together: Mapping[Lines, Fraction]
    common: Mapping[tuple[str, str], Common]
    visits_of: VisitsOf
    stops_of: Callable[[PlannedTurn, Window], tuple[Stop, ...]]

    @cached_property
    def by_line(self) -> Mapping[str, tuple[PlannedTurn, ...]]:
        """The turns of each line."""
        found: defaultdict[str, list[PlannedTurn]] = defaultdict(list)
        for turn in self.turns:
            found[turn.line].append(turn)
        return {line: tuple(turns) for line, turns in found.items()}

    @cached_property
    def unit(self) -> int:
        """The common denominator of all expected places: whole numbers add up much faster."""
        return lcm(*(places.denominator for places in self.together.values()))

    @cached_property
    def bits(self) -> Mapping[str, int]:
        """One bit for each line that may still be drawn."""
        return {line: 1 << at for at, line in enumerate(sorted(self.by_line))}

    @cached_property
    def sets_with(self) -> Mapping[str, tuple[tuple[int, int], ...]]:
        """The sets of several lines that hold a line, as bits, with their places in units."""
        found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for lines, places in self.together.items():
            known = [line for line in lines if line in self.bits]
            scaled = places.numerator * (self.unit // places.denominator)
            for line in known if len(known) > 1 else ():
                found[line].append((self.bits_of(known), scaled))
        return {line: tuple(sets) for line, sets in found.items()}

    @cached_property
    def near(self) -> Mapping[str, int]:
        """The lines that each line has days in common with, as bits."""
        return {
            line: self.meeting(turns, [turn.window for turn in turns])
            for line, turns in self.by_line.items()
        }

    def meeting(self, turns: Iterable[PlannedTurn], windows: Iterable[Window]) -> int:
        """Give the lines that could share a visit in these windows with one of the turns."""
        kinds, spans = {turn.kind for turn in turns}, list(windows)
        return self.bits_of(
            other.line
            for other in self.turns
            if other.kind in kinds and any(not days_between(each, other.window) for each in spans)
        )

    def bits_of(self, lines: Iterable[str]) -> int:
        """Give lines as bits."""
        found = 0
        for line in lines:
            found |= self.bits[line]
        return found

    def lines_of(self, bits: int) -> Lines:
        """Give the lines that bits stand for."""
        return frozenset(line for line, bit in self.bits.items() if bits & bit)

    def linked(self, start: int, first: int, members: int) -> int:
        """Give those of the members that are linked to a line by days, from its neighbours on."""
        reached, waiting = start, first & members & ~start
        while waiting:
            bit = waiting & -waiting
            reached |= bit
            waiting = (waiting | self._near_bit[bit] & members) & ~reached
        return reached

    @cached_property
    def _near_bit(self) -> Mapping[int, int]:
        return {self.bits[line]: near for line, near in self.near.items()}

    def visits(self, lines: Lines, moved: Windows | None = None) -> int:
        """Give the visits at a place that these lines draw, some of their turns moved or not."""
        groups: dict[tuple[str, str, Mode], dict[TurnKey, Window]] = {}
        for line in lines:
            for turn in self.by_line.get(line, ()):
                windows = groups.setdefault(turn.kind, {})
                windows[turn.key] = moved[turn.key] if moved and turn.key in moved else turn.window
        return sum(self.visits_of(windows) for windows in groups.values())


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two turns whose lines have places in common; `gap` days lie between their windows.

    `saves` is how many visits they are expected to share as planned, `would_save` if nothing but
    their windows stood between them.
    """

    first: TurnKey
    second: TurnKey
    common: Common
    gap: int
    stops: tuple[Stop, ...]
    saves: Fraction
    would_save: Fraction


@dataclass(frozen=True, kw_only=True)
class Part:
    """Places that the same lines draw: what a move changes at each of them."""

    lines: tuple[str, ...]
    places: Fraction
    before: int
    after: int

    @property
    def saving(self) -> Fraction:
        """Visits saved there; negative where a meeting is broken."""
        return self.places * (self.before - self.after)


@dataclass(frozen=True, kw_only=True)
class Move:
    """One window moved by `days` (negative: earlier): what it saves, whom it makes meet.

    `parts` are the formula: the saving is the sum of theirs. Where frames differ it may be too
    high, by no more than `margin` visits: that of the places in common with whom it makes meet.
    """

    line: str
    number: int
    days: int
    old: Window
    new: Window
    parts: tuple[Part, ...]
    meets: tuple[TurnKey, ...]
    leaves: tuple[TurnKey, ...]
    stops: tuple[Stop, ...]
    margin: float = 0.0

    @cached_property
    def saving(self) -> Fraction:
        """Expected number of visits saved in the year."""
        return sum((part.saving for part in self.parts), Fraction(0))

    @property
    def per_day(self) -> Fraction:
        """Visits saved by each day that the window moves."""
        return self.saving / abs(self.days)


@dataclass(frozen=True, kw_only=True)
class Matching:
    """What a year's lines are expected to come to together, and the moves that would save visits.

    `one_by_one` counts the visits if every line went alone, `together` if all that can share one
    do; `moves` are lawful ones, the most visits saved per day first, `stopped` the others.
    """

    one_by_one: Fraction
    together: Fraction
    pairs: tuple[Pair, ...]
    moves: tuple[Move, ...]
    stopped: tuple[Move, ...]

    @property
    def saved(self) -> Fraction:
        """Visits saved as planned."""
        return self.one_by_one - self.together


def days_between(one: Window, other: Window) -> int:
    """Give by how many days the one nearer to the other must move to share a day with it."""
    first, second = sorted((one, other), key=lambda window: (window.from_date, window.to_date))
    return max(0, (second.from_date - first.to_date).days)


def length_of(window: Window) -> int:
    """Give the days of a window."""
    return (window.to_date - window.from_date).days + 1


def shifted(window: Window, days: int) -> Window:
    """Give a window some days later, or earlier where `days` is negative."""
    by = timedelta(days=days)
    return Window(from_date=window.from_date + by, to_date=window.to_date + by)
