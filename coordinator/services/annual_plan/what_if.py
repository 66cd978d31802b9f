"""What if: chosen lines with chosen ratios, one by one and merged, expected or drawn for trial."""

from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from contracts.vocabulary import Mode
from coordinator.domain.annual_plan import (
    Execution,
    FrameCount,
    PlanLine,
    Selection,
    StratumRule,
    frame_of_line,
)
from coordinator.domain.annual_plan.meeting import Lines, chances_in, drawn_together
from coordinator.domain.checklist_merge import (
    HeldCheck,
    SavingsOf,
    held_checks,
    merge_checks,
)
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import RoundState
from coordinator.domain.policy import Policy
from coordinator.services.annual_plan.counting import count_lines
from coordinator.services.annual_plan.entering import Entries
from coordinator.services.annual_plan.rehearsing import Rehearsal, read_lines, sample_for
from coordinator.services.annual_plan.trial import (
    MOST_SHOWN,
    OverPlace,
    Progress,
    Tally,
    Trial,
    TrialOrder,
    entries_by_place,
)
from coordinator.services.policies import policy_of
from coordinator.services.ports import Work


@dataclass(frozen=True)
class _Asked:
    """What a trial is made from; `year` is the plan's."""

    order: TrialOrder
    entries: Entries
    counts: Mapping[str, FrameCount]
    policy: Policy
    year: int

    @property
    def lines(self) -> Mapping[str, PlanLine]:
        """The lines as they are tried, by code."""
        return self.entries.lines

    @property
    def turns(self) -> range:
        """The times of the year that some line is drawn, from 1."""
        return range(1, 1 + max((len(line.windows) for line in self.lines.values()), default=0))

    @property
    def exempt(self) -> frozenset[str]:
        """The lines that the cap does not stop."""
        known = self.policy.burden.exemptions
        return frozenset(code for code, line in self.lines.items() if line.exemption in known)


async def what_if(work: Work, order: TrialOrder) -> AsyncIterator[Progress | Trial]:
    """Try lines of a plan; gives how far it is after each of them, and in the end the trial.

    Nothing is stored. Frames of any size are tried within bounds: of large ones the rehearsal key
    chooses a sample of places, the same for all lines, and what is found there is scaled up.
    """
    asked = await _asked(work, order)
    if not order.key:
        yield await _expected(work, asked)
        return
    sample = sample_for(order.key, asked.counts)
    rehearsal = Rehearsal(asked.entries, order.key, sample)
    async for line in read_lines(work, rehearsal):
        yield Progress(len(rehearsal.frames), len(asked.lines), line.code)
    yield await _rehearsed(work, asked, rehearsal)


async def _asked(work: Work, order: TrialOrder) -> _Asked:
    plan = await work.plans.get(order.plan_id)
    policy = await policy_of(work, plan)
    known = {line.code: line for line in await work.plan_lines.where(plan_id=order.plan_id)}
    lines = {code: _tried(known, order, code) for code in sorted(set(order.lines))}
    items = await work.items.where(code={code for line in lines.values() for code in line.items})
    entries = Entries(
        lines,
        {item.code: item for item in items},
        policy,
        {organ.code: organ.family for organ in await work.departments.where()},
    )
    counts = await count_lines(work, lines.values(), policy.plan)
    return _Asked(order, entries, counts, policy, plan.year)


def _tried(known: Mapping[str, PlanLine], order: TrialOrder, code: str) -> PlanLine:
    """Give a line with the ratio it is tried with; cancelled ones and those elsewhere are none."""
    line = known.get(code)
    if line is None or line.cancelled_by is not None or line.execution is not Execution.HERE:
        raise RuleBrokenError(Rule.PLAN_LINE_UNKNOWN, line=code)
    share = order.shares.get(code)
    if share is None:
        return line
    rule = StratumRule(numerator=share.numerator, denominator=share.denominator)
    return replace(line, selection=Selection.RANDOM, strata={"*": rule}, number=None)


async def _expected(work: Work, asked: _Asked) -> Trial:
    """Work out what is expected: every set of lines that draw a place together, merged once."""
    frames = [frame_of_line(line) for line in asked.lines.values()]
    overlaps = await work.frames.overlaps(frames, work.today(), of_places=True) if frames else ()
    together = drawn_together(list(asked.lines), overlaps, chances_in(asked.counts))
    tally = Tally()
    spread: dict[int, Fraction] = {}
    for lines in sorted(together, key=sorted):
        held = _held_by(asked, lines)
        tally.add(held, together[lines])
        visits = entries_by_place(held, asked.exempt).total()
        spread[visits] = spread.get(visits, Fraction(0)) + together[lines]
    return _trial(asked, tally, spread)


def _held_by(asked: _Asked, lines: Lines) -> list[HeldCheck]:
    """Give what the visits of a year hold at a place that these lines draw."""
    held = []
    for turn in asked.turns:
        for mode in Mode:
            windows = {
                (code, turn): asked.lines[code].windows[turn - 1]
                for code in sorted(lines)
                if asked.lines[code].mode is mode and turn <= len(asked.lines[code].windows)
            }
            held += [
                HeldCheck(
                    visit=f"{turn}.{mode}.{visit.number}",
                    desk=visit.desk,
                    place=visit.place,
                    object=str(turn),
                    department=check.department,
                    line=check.line.rpartition("#")[0],
                )
                for visit in asked.entries.visits(windows)
                for check in visit.checks
            ]
    return held


async def _rehearsed(work: Work, asked: _Asked, rehearsal: Rehearsal) -> Trial:
    """Draw and merge every time of the year, and scale a sample up."""
    share = rehearsal.sample.share if rehearsal.sample else Fraction(1)
    tally, visits = Tally(), Counter[str]()
    for turn in asked.turns:
        merge = merge_checks(rehearsal.checks(turn), asked.entries.limits)
        held = list(held_checks(merge))
        tally.add(held, 1 / share)
        visits += entries_by_place(held, asked.exempt)
    spread = {number: places / share for number, places in Counter(visits.values()).items()}
    trial = _trial(asked, tally, spread)
    over = await _over(work, asked, visits)
    return replace(
        trial,
        over=over[:MOST_SHOWN],
        over_cap=len(over) / share,
        rows=rehearsal.rows,
        sample=share,
    )


async def _over(work: Work, asked: _Asked, visits: Mapping[str, int]) -> list[OverPlace]:
    """Give the places that would pass the cap with what the year's ledger has already."""
    known = await _ledger(work, asked.year, visits.keys())
    cap = asked.policy.burden.visits_per_year
    found = [OverPlace(place, number, known[place]) for place, number in visits.items()]
    return sorted(
        (each for each in found if each.visits + each.known > cap),
        key=lambda each: (-each.visits - each.known, each.place),
    )


async def _ledger(work: Work, year: int, places: Collection[str]) -> Counter[str]:
    """Count the year's entries of places so far; of covert rounds nothing before their record."""
    covert = await work.rounds.where(mode=Mode.COVERT)
    hidden = {each.round_id for each in covert if each.state is not RoundState.DISCLOSED}
    entries = await work.burden_entries.where(year=year, place=set(places))
    return Counter(
        entry.place
        for entry in entries
        if entry.released_at is None and not entry.exemption and entry.round_id not in hidden
    )


def _trial(asked: _Asked, tally: Tally, spread: Mapping[int, Fraction]) -> Trial:
    cap = asked.policy.burden.visits_per_year
    return Trial(
        lines=asked.lines,
        total=tally.total,
        by_department=tally.sorted_by(SavingsOf.DEPARTMENT),
        by_line=tally.sorted_by(SavingsOf.LINE),
        by_visits={visits: spread[visits] for visits in sorted(spread) if visits},
        cap=cap,
        over_cap=sum((n for visits, n in spread.items() if visits > cap), Fraction(0)),
    )
