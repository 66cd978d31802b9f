"""Suggested moves of windows: taken up, turned down, undone while the plan may still be changed."""

from dataclasses import dataclass, replace
from datetime import date

from coordinator.domain.annual_plan import (
    AmendmentState,
    ChangeKind,
    LineChange,
    Plan,
    PlanLine,
)
from coordinator.domain.annual_plan.deciding import MatchDecision, MatchOutcome
from coordinator.domain.annual_plan.matching import move_of
from coordinator.domain.annual_plan.move_stops import with_window
from coordinator.domain.annual_plan.turns import Hindrance, Move
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lifecycle import PlanState
from coordinator.services.access import require_office
from coordinator.services.annual_plan.amending import amend_plan, reject_amendment
from coordinator.services.annual_plan.drafting import save_line
from coordinator.services.annual_plan.matching import Year, year_of
from coordinator.services.ports import Responsibility, Work

_BY_AMENDMENTS = frozenset({Hindrance.NOTICE, Hindrance.ROUND, Hindrance.BREACH})


@dataclass(frozen=True, kw_only=True)
class MoveOrder:
    """Which turn (from 1) of a line is to begin when."""

    plan_id: str
    line: str
    number: int
    from_date: date


async def suggested_move(work: Work, order: MoveOrder) -> tuple[Year, Move]:
    """Say what a move would change now; MATCH_NOT_SUGGESTED where it saves nothing any more."""
    year, timetable = await year_of(work, order.plan_id)
    for turn in timetable.by_line.get(order.line, ()):
        days = (order.from_date - turn.window.from_date).days
        if turn.number == order.number and days:
            move = move_of(timetable, turn, days)
            if move.saving > 0:
                return year, move
    raise _not_suggested(order)


async def accept_move(work: Work, order: MoveOrder, reason: str) -> MatchDecision:
    """Move a window as suggested: a draft is changed, an adopted plan gets a proposed amendment."""
    require_office(work, Responsibility.CREDIT)
    year, move = await suggested_move(work, order)
    if _is_stopped(year.plan, move):
        raise _not_suggested(order)
    moved = with_window(year.own[move.line], move.number, move.new)
    amendment_id = await _put(work, year.plan, moved, given(reason, "reason", move.line))
    return await _decide(work, move, order.plan_id, (MatchOutcome.ACCEPTED, reason), amendment_id)


async def refuse_move(work: Work, order: MoveOrder, reason: str) -> MatchDecision:
    """Turn a suggestion down: it is not made again until somebody reconsiders it."""
    require_office(work, Responsibility.CREDIT)
    _year, move = await suggested_move(work, order)
    said = (MatchOutcome.REFUSED, given(reason, "reason", move.line))
    return await _decide(work, move, order.plan_id, said, None)


async def reconsider_move(work: Work, decision_id: str) -> MatchDecision:
    """Let a suggestion that was turned down be made again."""
    require_office(work, Responsibility.CREDIT)
    decision = await _decided(work, decision_id, MatchOutcome.REFUSED)
    return await _become(work, decision, MatchOutcome.RECONSIDERED)


async def undo_move(work: Work, decision_id: str, reason: str) -> MatchDecision:
    """Move a window back that a suggestion had moved, as lawfully as it was moved.

    What has only been proposed is rejected; what has been adopted is amended back, in time.
    """
    require_office(work, Responsibility.CREDIT)
    decision = await _decided(work, decision_id, MatchOutcome.ACCEPTED)
    plan = await work.plans.get(decision.plan_id)
    reason = given(reason, "reason", decision_id)
    amendment = decision.amendment_id and await work.plan_amendments.get(decision.amendment_id)
    if amendment and amendment.state is AmendmentState.PROPOSED:
        await reject_amendment(work, amendment.amendment_id, reason)
    else:
        line = await work.plan_lines.get(decision.line)
        _require_standing(decision, line)
        await _put(work, plan, with_window(line, decision.number, decision.old), reason)
    return await _become(work, decision, MatchOutcome.UNDONE)


def _is_stopped(plan: Plan, move: Move) -> bool:
    """Say whether a move is no suggestion; what an amendment refuses it explains itself."""
    explained = _BY_AMENDMENTS if plan.state is PlanState.ADOPTED else frozenset()
    return any(stop.reason not in explained for stop in move.stops)


def _not_suggested(order: MoveOrder) -> RuleBrokenError:
    return RuleBrokenError(
        Rule.MATCH_NOT_SUGGESTED, line=order.line, window=order.from_date.isoformat()
    )


async def _put(work: Work, plan: Plan, line: PlanLine, reason: str) -> str | None:
    """Put a changed line into a draft, or propose it as an amendment of an adopted plan."""
    if plan.state is PlanState.DRAFT:
        await save_line(work, plan.plan_id, line)
        return None
    change = LineChange(kind=ChangeKind.CHANGE, code=line.code, line=line)
    return (await amend_plan(work, plan.plan_id, [change], reason)).amendment_id


async def _decide(
    work: Work,
    move: Move,
    plan_id: str,
    said: tuple[MatchOutcome, str],
    amendment_id: str | None,
) -> MatchDecision:
    outcome, reason = said
    decision = MatchDecision(
        decision_id=work.new_id(),
        plan_id=plan_id,
        line=move.line,
        number=move.number,
        outcome=outcome,
        old_from_date=move.old.from_date,
        old_to_date=move.old.to_date,
        new_from_date=move.new.from_date,
        new_to_date=move.new.to_date,
        saving=str(move.saving),
        reason=reason,
        decided_by=work.actor.name,
        decided_at=work.now(),
        amendment_id=amendment_id,
    )
    await work.match_decisions.add([decision])
    await work.audit(
        f"annual-plan:matching:{outcome.value}",
        plan_id,
        line=move.line,
        reason=reason,
        window=[day.isoformat() for day in (move.new.from_date, move.new.to_date)],
        saving=decision.saving,
    )
    return decision


async def _decided(work: Work, decision_id: str, wanted: MatchOutcome) -> MatchDecision:
    """Give a decision that may still be taken back; MOVE_NOT_ALLOWED when it was."""
    decision = await work.match_decisions.get(decision_id)
    if decision.outcome is not wanted:
        raise RuleBrokenError(
            Rule.MOVE_NOT_ALLOWED,
            of=decision_id,
            now=decision.outcome.value,
            wanted="taken-back",
            allowed=[],
        )
    return decision


async def _become(work: Work, decision: MatchDecision, outcome: MatchOutcome) -> MatchDecision:
    decision = replace(decision, outcome=outcome)
    await work.match_decisions.save(decision)
    await work.audit(f"annual-plan:matching:{outcome.value}", decision.plan_id, line=decision.line)
    return decision


def _require_standing(decision: MatchDecision, line: PlanLine) -> None:
    if not decision.still_stands(line):
        windows = line.windows
        raise RuleBrokenError(
            Rule.MATCH_MOVED_ON,
            line=line.code,
            window=windows[min(decision.number, len(windows)) - 1].from_date.isoformat(),
        )
