"""A draw for trial: by the lottery's own rule, from a rehearsal key, of all places or a sample.

Nothing of it is stored and no key of a real round is near it: whoever types the same key over the
same registers sees the same places drawn.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from hashlib import sha256
from math import ceil

from contracts.draw_files import MalformedRecordError
from contracts.draw_record import LineRule, StratumRule
from contracts.draw_tables import FRAMES
from coordinator.domain.annual_plan import FrameCount, PlaceSample, PlanLine, frame_to_draw
from coordinator.domain.checklist_merge import Check
from coordinator.domain.lottery.frames import CountedFrame, FrameBytes, counted
from coordinator.domain.lottery.freezing import field_invalid
from coordinator.domain.lottery.keys import StageKeys
from coordinator.domain.lottery.line_rules import line_rule
from coordinator.domain.lottery.population import Exclusions, FrameLines
from coordinator.domain.lottery.strata import stratum_code
from coordinator.domain.object_draw import LineDraw, draw_line
from coordinator.services.annual_plan.entering import Entries
from coordinator.services.ports import Work

MOST_ROWS = 100_000
"""Objects that a trial reads at most, about: with more places than that it takes a sample."""
_ROUND = "rehearsal"


@dataclass(frozen=True)
class Rehearsal:
    """A trial draw under way: who may be drawn for what, and where they are."""

    entries: Entries
    key: str
    sample: PlaceSample | None
    frames: dict[str, CountedFrame] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    async def read(self, work: Work, line: PlanLine) -> None:
        """Read the frame of a line, or the sample of it."""
        writer = FrameLines(Exclusions(), partial(stratum_code, self._frame_key(line)))
        policy, parts = self.entries.policy.plan, [f"{FRAMES.header(_ROUND, line.code)}\n".encode()]
        frame = frame_to_draw(line, policy)
        async for sources in work.frames.rows_of(frame, work.today(), self.sample):
            parts.append(writer.write(sources))
            self.places.update((each[0], each[1]) for each in sources)
        try:
            self.frames[line.code] = counted(FrameBytes(b"".join(parts)), _ROUND, line.code)
        except MalformedRecordError as error:
            raise field_invalid(error) from None

    @property
    def rows(self) -> int:
        """How many objects were read."""
        return sum(frame.number_of_rows for frame in self.frames.values())

    def checks(self, turn: int) -> list[Check]:
        """Draw the lines that have this turn (from 1) of the year, and give all their checks."""
        prk = sha256(f"{self.key}|{turn}".encode()).digest()
        return [
            check
            for line in self.entries.lines.values()
            if turn <= len(line.windows)
            for check in self._checks(line.at_turn(turn - 1), StageKeys(prk))
        ]

    def _checks(self, line: PlanLine, keys: StageKeys) -> Sequence[Check]:
        rule = _of_sample(line_rule(line, self._frame_key(line)), self.sample)
        draw = draw_line(keys, line.code, rule, self.frames[line.code])
        return [
            self._check(line, thing, item)
            for thing, item in _drawn_items(line, draw)
            if item in self.entries.items
        ]

    def _check(self, line: PlanLine, thing: str, code: str) -> Check:
        item = self.entries.items[code]
        return Check(
            object=thing,
            place=self.places[thing],
            line=line.code,
            department=self.entries.organ_of(line, item),
            item=code,
            window_start=line.window_from,
            window_end=line.window_to,
            minutes=item.estimated_minutes,
            mode=line.mode.value,
            method=item.method_on_visit(self.entries.policy.merge.desk_methods),
        )

    def _frame_key(self, line: PlanLine) -> bytes:
        return sha256(f"{self.key}|{line.code}".encode()).digest()


def sample_for(key: str, counts: Mapping[str, FrameCount]) -> PlaceSample | None:
    """Give the sample that keeps the objects of these frames within bounds; None: all places."""
    rows = sum(count.objects for count in counts.values())
    halvings = 0
    while rows > MOST_ROWS << halvings:
        halvings += 1
    return PlaceSample(key, halvings) if halvings else None


def _drawn_items(line: PlanLine, draw: LineDraw) -> Sequence[tuple[str, str]]:
    if draw.items is not None:
        return [(row.object, row.item) for row in draw.items]
    return [(row.object, item) for row in draw.drawn for item in line.items]


def _of_sample(rule: LineRule, sample: PlaceSample | None) -> LineRule:
    """Give the rule with its whole numbers as a sample of the places has them."""
    if sample is None:
        return rule
    strata = {
        name: StratumRule(ratio=each.ratio, minimum=_part(each.minimum, sample.share))
        for name, each in rule.strata.items()
    }
    number = None if rule.number is None else _part(rule.number, sample.share)
    return rule.model_copy(update={"strata": strata, "number": number})


def _part(number: int, share: Fraction) -> int:
    return ceil(number * share)


async def read_lines(work: Work, rehearsal: Rehearsal) -> AsyncIterator[PlanLine]:
    """Read the frames of all lines, one after the other; gives each line when it is done."""
    for line in rehearsal.entries.lines.values():
        await rehearsal.read(work, line)
        yield line
