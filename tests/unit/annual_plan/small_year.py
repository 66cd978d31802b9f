"""A small year: lines with known frames, drawn by the lottery itself and merged by the merge."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from hashlib import sha256

from contracts.draw_record import DrawRule, StratumRule
from contracts.draw_tables import FRAMES, FrameRow
from contracts.vocabulary import Mode
from coordinator.domain.annual_plan import FrameCount, Overlap, Window
from coordinator.domain.annual_plan.meeting import (
    chances_in,
    common_places,
    drawn_together,
    pairs_in,
)
from coordinator.domain.annual_plan.turns import (
    PlannedTurn,
    Stop,
    Timetable,
    Windows,
)
from coordinator.domain.checklist_merge import Check, MergePolicy, merge_checks
from coordinator.domain.lottery.frames import FrameBytes, counted
from coordinator.domain.lottery.freezing import freeze
from coordinator.domain.lottery.keys import StageKeys
from coordinator.domain.object_draw import draw_line

FIRST = date(2027, 1, 1)
ROUND = "R1"


def window(first: int, days: int) -> Window:
    """Give a window by the number of its first day in the year, from 0."""
    begin = FIRST + timedelta(days=first)
    return Window(from_date=begin, to_date=begin + timedelta(days=days - 1))


@dataclass(frozen=True)
class SmallLine:
    """A line that draws `ratio` of some numbered objects, each at its own place."""

    code: str
    objects: tuple[int, ...]
    ratio: tuple[int, int]
    window: Window
    mode: Mode = Mode.ANNOUNCED
    method: str = "现场检查"
    minutes: int = 60

    @property
    def drawn(self) -> int:
        """How many it draws."""
        return -(-len(self.objects) * self.ratio[0] // self.ratio[1])

    @property
    def count(self) -> FrameCount:
        """Its frame as the registers count it."""
        number = len(self.objects)
        return FrameCount(
            objects=number,
            eligible=number,
            places=number,
            by_stratum={"-": number},
            expected={"-": self.drawn},
        )


@dataclass(frozen=True)
class SmallYear:
    """Lines of one round, with a limit of minutes or without."""

    lines: tuple[SmallLine, ...]
    max_minutes: int | None = None
    stops: Mapping[str, tuple[Stop, ...]] = field(default_factory=dict)

    def with_window(self, code: str, moved: Window) -> "SmallYear":
        """Give the year with one window moved."""
        lines = (replace(each, window=moved) if each.code == code else each for each in self.lines)
        return replace(self, lines=tuple(lines))

    @property
    def overlaps(self) -> list[Overlap]:
        """Count the objects by the frames they are in."""
        ordered = sorted(self.lines, key=lambda each: each.code)
        found = Counter(
            tuple("-" if thing in line.objects else None for line in ordered)
            for thing in {thing for line in ordered for thing in line.objects}
        )
        return [Overlap(number=number, strata=strata) for strata, number in found.items()]

    @property
    def timetable(self) -> Timetable:
        """Give the year as matching sees it."""
        codes = sorted(line.code for line in self.lines)
        counts = {line.code: line.count for line in self.lines}
        chance_of, overlaps = chances_in(counts), self.overlaps
        return Timetable(
            turns=tuple(self._turn(line) for line in self.lines),
            together=drawn_together(codes, overlaps, chance_of),
            common={
                pair: common_places(pair, strata, counts, chance_of)
                for pair, strata in pairs_in(codes, overlaps).items()
            },
            visits_of=self._visits_of,
            stops_of=lambda turn, _window: self.stops.get(turn.line, ()),
        )

    def _turn(self, line: SmallLine) -> PlannedTurn:
        return PlannedTurn(
            line=line.code, number=1, window=line.window, mode=line.mode, plan_id="plan-2027"
        )

    def _visits_of(self, windows: Windows) -> int:
        lines = {line.code: line for line in self.lines}
        moved = [replace(lines[code], window=days) for (code, _), days in sorted(windows.items())]
        return self._entries([_check(line, 1) for line in moved])

    def _entries(self, checks: Sequence[Check]) -> int:
        policy = MergePolicy(self.max_minutes, frozenset({"书面检查"}))
        return sum(not visit.desk for visit in merge_checks(checks, policy).visits)

    def drawn_and_merged(self, seed: str) -> int:
        """Draw every line by the lottery's own rule and count the visits of the merge."""
        keys = StageKeys(sha256(seed.encode()).digest())
        checks = [_check(line, thing) for line in self.lines for thing in _drawn(keys, line)]
        return self._entries(checks)


def _drawn(keys: StageKeys, line: SmallLine) -> list[int]:
    rows = [FrameRow(_id(n), _id(n), "-", 1, "-") for n in line.objects]
    frame = counted(FrameBytes(freeze(FRAMES, ROUND, rows, line.code)), ROUND, line.code)
    every = StratumRule(ratio=line.ratio, minimum=0)
    rule = DrawRule(weighted=0, number=None, strata={"*": every}, items=None)
    drawn = draw_line(keys, line.code, rule, frame).drawn
    return [int(row.object.rpartition("-")[2]) for row in drawn]


def _id(number: int) -> str:
    return f"premises:p-{number:03d}"


def _check(line: SmallLine, thing: int) -> Check:
    return Check(
        object=_id(thing),
        place=_id(thing),
        line=line.code,
        department="market-regulation",
        item=f"item-{line.code}",
        window_start=line.window.from_date,
        window_end=line.window.to_date,
        minutes=line.minutes,
        mode=line.mode.value,
        method=line.method,
    )
