"""Plan matching before the draw: the year's lines against one another, and windows worth moving."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from coordinator.domain.annual_plan import (
    Amendment,
    AmendmentState,
    Execution,
    FrameCount,
    Overlap,
    Plan,
    PlanLine,
    breaches_of,
    frame_of_line,
)
from coordinator.domain.annual_plan.deciding import MatchDecision, without_refused
from coordinator.domain.annual_plan.matching import matching_of
from coordinator.domain.annual_plan.meeting import (
    chances_in,
    common_places,
    drawn_together,
    pairs_in,
)
from coordinator.domain.annual_plan.move_stops import MoveRules
from coordinator.domain.annual_plan.turns import (
    Hindrance,
    Matching,
    PlannedTurn,
    Stop,
    Timetable,
)
from coordinator.domain.lifecycle import PlanState, RoundState
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.policy import Policy
from coordinator.services.annual_plan.counting import count_lines
from coordinator.services.annual_plan.entering import Entries
from coordinator.services.annual_plan.gathering import facts_of
from coordinator.services.policies import policy_of
from coordinator.services.ports import Work


@dataclass(frozen=True, kw_only=True)
class PlanMatching:
    """The matching of a plan with the lines it was made from, and what has been decided about it.

    `lines` are those of all plans that take part, as the proposed amendments will have them.
    """

    plan: Plan
    lines: Mapping[str, PlanLine]
    matching: Matching
    decisions: Sequence[MatchDecision]


@dataclass(frozen=True, kw_only=True)
class Year:
    """The lines of a year that may still meet, counted; `own` are all live ones of the plan."""

    plan: Plan
    policy: Policy
    own: Mapping[str, PlanLine]
    lines: Mapping[str, PlanLine]
    counts: Mapping[str, FrameCount]
    overlaps: Sequence[Overlap]


async def match_plan(work: Work, plan_id: str, common_days: int = 1) -> PlanMatching:
    """Give which lines will meet the same places, and which windows to move to save visits."""
    year, timetable = await year_of(work, plan_id)
    found = matching_of(timetable, common_days)
    decisions = await work.match_decisions.where(plan_id=plan_id)
    return PlanMatching(
        plan=year.plan,
        lines=year.lines,
        matching=replace(found, moves=without_refused(found.moves, decisions)),
        decisions=sorted(decisions, key=lambda each: (each.decided_at, each.decision_id)),
    )


async def year_of(work: Work, plan_id: str) -> tuple[Year, Timetable]:
    """Count the lines of a plan and of the year's other plans, and put their turns in order."""
    plan = await work.plans.get(plan_id)
    policy = await policy_of(work, plan)
    proposed = await work.plan_amendments.where(plan_id=plan_id, state=AmendmentState.PROPOSED)
    year = await _year(work, plan, policy, await _own_lines(work, plan, proposed))
    return year, await _timetable(work, year, proposed)


async def _own_lines(work: Work, plan: Plan, proposed: Sequence[Amendment]) -> dict[str, PlanLine]:
    """Give the plan's live lines as they will be once what is proposed has been adopted."""
    lines = {line.code: line for line in await work.plan_lines.where(plan_id=plan.plan_id)}
    for amendment in sorted(proposed, key=lambda each: each.number):
        for change in amendment.changes:
            if change.line is not None:
                lines[change.code] = change.line
    return {code: line for code, line in sorted(lines.items()) if line.cancelled_by is None}


async def _year(work: Work, plan: Plan, policy: Policy, own: Mapping[str, PlanLine]) -> Year:
    others = [
        each.plan_id
        for each in await work.plans.where(year=plan.year)
        if each.plan_id != plan.plan_id and each.state is not PlanState.DRAFT
    ]
    further = await work.plan_lines.where(plan_id=others) if others else ()
    lines = {
        line.code: line
        for line in sorted([*own.values(), *further], key=lambda each: each.code)
        if line.cancelled_by is None and line.execution is Execution.HERE
    }
    frames = [frame_of_line(line) for line in lines.values()]
    return Year(
        plan=plan,
        policy=policy,
        own=own,
        lines=lines,
        counts=await count_lines(work, lines.values(), policy.plan),
        overlaps=await work.frames.overlaps(frames, work.today(), of_places=True) if frames else (),
    )


async def _timetable(work: Work, year: Year, proposed: Sequence[Amendment]) -> Timetable:
    codes, chance_of = list(year.lines), chances_in(year.counts)
    own = [code for code in codes if code in year.own]
    items = await work.items.where(
        code={code for line in year.lines.values() for code in line.items}
    )
    entries = Entries(year.lines, {item.code: item for item in items}, year.policy)
    turns = await _turns(work, year, proposed)
    return Timetable(
        turns=turns,
        together=drawn_together(own, _seen_by(own, year), chance_of),
        common={
            pair: common_places(pair, strata, year.counts, chance_of)
            for pair, strata in pairs_in(codes, year.overlaps).items()
            if not year.own.keys().isdisjoint(pair)
        },
        visits_of=entries.number,
        stops_of=(await _rules(work, year)).stops_of,
    )


def _seen_by(own: Sequence[str], year: Year) -> list[Overlap]:
    """Give the overlaps as the plan's own lines divide them."""
    columns = [at for at, code in enumerate(year.lines) if code in set(own)]
    return [
        replace(overlap, strata=tuple(overlap.strata[at] for at in columns))
        for overlap in year.overlaps
    ]


async def _rules(work: Work, year: Year) -> MoveRules:
    lines = list(year.own.values())
    facts = await facts_of(work, year.plan, lines, year.policy)
    adopted = year.plan.state is PlanState.ADOPTED
    return MoveRules(
        lines=year.own,
        facts=facts,
        standing=breaches_of(lines, facts),
        notice_days=year.policy.plan.amendment_days if adopted else None,
    )


async def _turns(work: Work, year: Year, proposed: Sequence[Amendment]) -> tuple[PlannedTurn, ...]:
    """Give the turns that no round has drawn yet and whose days are not over."""
    plans = {line.plan_id for line in year.lines.values()}
    rounds = sorted(
        await work.rounds.where(plan_id=sorted(plans)) if plans else (),
        key=lambda each: (each.opened_at, each.round_id),
    )
    return tuple(
        PlannedTurn(
            line=line.code,
            number=number,
            window=window,
            mode=line.mode,
            plan_id=line.plan_id,
            round_id=_round_of(line, number, rounds),
            held=_held(year, rounds, proposed, line),
        )
        for line in year.lines.values()
        for number, window in enumerate(line.windows, 1)
        if window.to_date >= work.today() and not _is_drawn(line, number, rounds)
    )


def _rounds_with(line: PlanLine, rounds: Sequence[Round]) -> list[Round]:
    return [each for each in rounds if each.plan_id == line.plan_id and line.code in each.lines]


def _round_of(line: PlanLine, number: int, rounds: Sequence[Round]) -> str | None:
    mine = _rounds_with(line, rounds)
    return mine[number - 1].round_id if number <= len(mine) else None


def _is_drawn(line: PlanLine, number: int, rounds: Sequence[Round]) -> bool:
    mine = _rounds_with(line, rounds)
    return number <= len(mine) and not _is_open(mine[number - 1])


def _is_open(drawn: Round) -> bool:
    return drawn.state is RoundState.OPEN and drawn.frozen_at is None


def _held(
    year: Year, rounds: Sequence[Round], proposed: Sequence[Amendment], line: PlanLine
) -> tuple[Stop, ...]:
    """Give what keeps all windows of a line: a round was opened, an amendment waits."""
    stops = [
        Stop(reason=Hindrance.ROUND, facts={"round": each.round_id})
        for each in _rounds_with(line, rounds)
    ]
    stops += [
        Stop(reason=Hindrance.AMENDMENT, facts={"number": each.number})
        for each in proposed
        if any(change.code == line.code for change in each.changes)
    ]
    if year.plan.state is PlanState.SUBMITTED:
        stops.append(Stop(reason=Hindrance.SUBMITTED))
    return tuple(stops)
