"""Who is visited as often as a profile asks: as a plan promises, and as the year really went."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from coordinator.domain.annual_plan import (
    Conditions,
    CoverageGap,
    Frame,
    PlanFacts,
    PlanLine,
    Window,
    months_before,
)
from coordinator.domain.annual_plan.breaches.coverage import KEY_UNIT
from coordinator.domain.annual_plan.breaches.values import LookBack
from coordinator.domain.annual_plan.burden import is_certain
from coordinator.domain.annual_plan.counts import frame_of_turn, times_covered, turns_of
from coordinator.domain.annual_plan.weighting import BLACKLIST
from coordinator.domain.registers.conditions import SERIOUS, months_reaching
from coordinator.services.ports import Work

_HALVES = {0: ((1, 1), (12, 31)), 1: ((1, 1), (6, 30)), 2: ((7, 1), (12, 31))}


@dataclass(frozen=True)
class Wanted:
    """How often a group is to be visited in a half year (1, 2), or in the whole year (0)."""

    group: str
    half: int
    times: int


def group_of(name: str) -> Conditions:
    """Give the conditions of a group: key units, an event of the last year, the blacklist."""
    if name == KEY_UNIT:
        return Conditions(key_unit=True)
    return Conditions(lists=(SERIOUS,)) if name == BLACKLIST else Conditions(events=(name,))


async def promised_gaps(
    work: Work, lines: Sequence[PlanLine], facts: PlanFacts
) -> list[CoverageGap]:
    """Count the members of every group that too few full lines visit for certain.

    Members are those of today; each turn of a line sees them from its own first day.
    """
    full = [line for line in lines if is_certain(line, facts.counts[line.code])]
    return [await _promised(work, full, facts, wanted) for wanted in _wanted(facts)]


async def kept_gaps(work: Work, facts: PlanFacts, adopted_on: date) -> list[CoverageGap]:
    """Count the members of the day of adoption whom too few visits were drawn for (年底回看).

    A half year that has not begun owes nothing yet.
    """
    found = []
    for wanted in _wanted(facts):
        period, group = _period(facts.year, wanted.half), group_of(wanted.group)
        if period.from_date <= facts.today:
            members = await work.frames.overlaps([], adopted_on, within=group)
            gap = CoverageGap(
                group=wanted.group,
                half=wanted.half,
                members=sum(each.number for each in members),
                uncovered=await work.frames.unvisited(group, adopted_on, period, wanted.times),
            )
            found.append(gap)
    return found


def _wanted(facts: PlanFacts) -> list[Wanted]:
    policy = facts.policy.plan
    found = []
    if policy.key_unit_visits_per_year:
        found.append(Wanted(KEY_UNIT, 0, policy.key_unit_visits_per_year))
    for event in policy.half_yearly_events:
        found += [Wanted(event, half, policy.event_visits_per_half_year) for half in (1, 2)]
    return found


def _period(year: int, half: int) -> Window:
    first, last = _HALVES[half]
    return Window(from_date=date(year, *first), to_date=date(year, *last))


async def _promised(
    work: Work, full: Sequence[PlanLine], facts: PlanFacts, wanted: Wanted
) -> CoverageGap:
    turns = turns_of(full, wanted.half)
    frames = [frame_of_turn(turn) for turn in turns]
    members, uncovered = await _count(work, turns, frames, facts, wanted)
    gap = CoverageGap(group=wanted.group, half=wanted.half, members=members, uncovered=uncovered)
    short = _short_sighted(turns, facts.today, wanted)
    if not uncovered or not short:
        return gap
    seen_today = [replace(frame, day=None) for frame in frames]
    _, never = await _count(work, turns, seen_today, facts, wanted)
    if uncovered <= never:
        return gap
    return replace(gap, look_back=_look_back(short, uncovered - never, facts.today, wanted))


async def _count(
    work: Work,
    turns: Sequence[PlanLine],
    frames: Sequence[Frame],
    facts: PlanFacts,
    wanted: Wanted,
) -> tuple[int, int]:
    """Count the members of a group, and those whom the turns visit too seldom in these frames."""
    overlaps = await work.frames.overlaps(frames, facts.today, within=group_of(wanted.group))
    uncovered = [
        each.number for each in overlaps if times_covered(turns, facts.counts, each) < wanted.times
    ]
    return sum(each.number for each in overlaps), sum(uncovered)


def _short_sighted(turns: Sequence[PlanLine], today: date, wanted: Wanted) -> list[PlanLine]:
    """Give the turns that can't see the oldest record of a member of today."""
    first_day = months_before(today, group_of(wanted.group).event_months)
    return [
        turn
        for turn in turns
        if turn.conditions.events
        and turn.conditions.event_months < months_reaching(turn.window_from, first_day)
    ]


def _look_back(short: Sequence[PlanLine], lapsed: int, today: date, wanted: Wanted) -> LookBack:
    first_day = months_before(today, group_of(wanted.group).event_months)
    return LookBack(
        lapsed=lapsed,
        lines=tuple(sorted({turn.code for turn in short})),
        months=min(turn.conditions.event_months for turn in short),
        needed=max(months_reaching(turn.window_from, first_day) for turn in short),
    )
