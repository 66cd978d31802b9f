"""The matching of a plan: who will meet whom, which windows to move, what has been decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Annotated

from fastapi import APIRouter
from fastapi import Query as Parameter
from fastapi.responses import Response

from coordinator.domain.annual_plan import Amendment, AmendmentState, PlanLine
from coordinator.domain.annual_plan.deciding import MatchDecision, MatchOutcome
from coordinator.domain.annual_plan.turns import Move, Pair
from coordinator.services import annual_plan
from coordinator.services.annual_plan import PlanMatching
from coordinator.web.api.annual_plan.matching import MOST_COMMON_DAYS
from coordinator.web.console.annual_plan.given import Given
from coordinator.web.console.frame import ActButton, Console, InConsole
from coordinator.web.dependencies import Overseer
from coordinator.web.language import _, later
from coordinator.web.lists import Column, ListSpec
from coordinator.web.match_words import (
    days_words,
    meeting_words,
    part_words,
    stop_words,
    turn_words,
    turns_words,
    visits_words,
)
from coordinator.web.names import load_names
from coordinator.web.words import period

router = APIRouter()

CommonDays = Annotated[int, Parameter(ge=1, le=MOST_COMMON_DAYS)]


@dataclass(frozen=True, kw_only=True)
class MoveView:
    """A move in words, with the formula of its saving and what may be done about it."""

    line: str
    href: str
    days: str
    old: str
    new: str
    meets: str
    leaves: str
    saving: str
    margin: str
    per_day: str
    formula: tuple[str, ...]
    stops: tuple[str, ...]
    acts: Sequence[ActButton]

    @property
    def later_acts(self) -> list[ActButton]:
        """The acts as they stand beside any but the best move: only one is the page's own."""
        return [replace(act, primary=False) for act in self.acts]


@dataclass(frozen=True, kw_only=True)
class DecisionView:
    """A decided suggestion in words."""

    decision: MatchDecision
    line: str
    old: str
    new: str
    saving: str
    amendment: Amendment | None
    acts: Sequence[ActButton]


@router.get("/console/plans/{plan_id}/matching")
async def matching(
    plan_id: str, console: InConsole, _person: Overseer, common_days: CommonDays = 1
) -> Response:
    """Show who meets whom, and the windows that are worth moving, the best first."""
    async with console.reading() as work:
        found = await annual_plan.match_plan(work, plan_id, common_days)
        names = await load_names(work)
        amendments = await work.plan_amendments.where(plan_id=plan_id)
        known = {each.amendment_id: each for each in amendments}
        lines = {line.code: line for line in await work.plan_lines.where(plan_id=plan_id)}
        return await console.show_list(
            work,
            Given(found.matching.pairs),
            _pairs(found.lines),
            names=names,
            template="annual_plan/matching.html",
            plan=found.plan,
            common_days=common_days,
            most_common_days=MOST_COMMON_DAYS,
            figures=[visits_words(each) for each in _figures(found)],
            moves=[_move(console, found, each) for each in found.matching.moves],
            stopped=[_move(console, found, each) for each in found.matching.stopped],
            decisions=[
                _decision(console, each, lines, known) for each in reversed(found.decisions)
            ],
        )


def _figures(found: PlanMatching) -> tuple[Fraction, Fraction, Fraction]:
    together = found.matching
    return together.one_by_one, together.together, together.saved


def _move(console: Console, found: PlanMatching, move: Move) -> MoveView:
    lines = found.lines
    wanted = () if move.stops else ("accept-match", "refuse-match")
    return MoveView(
        line=turn_words((move.line, move.number), lines),
        href=f"/console/plans/{lines[move.line].plan_id}/lines/{move.line}",
        days=days_words(move),
        old=period(move.old.from_date, move.old.to_date),
        new=period(move.new.from_date, move.new.to_date),
        meets=turns_words(move.meets, lines),
        leaves=turns_words(move.leaves, lines),
        saving=visits_words(move.saving),
        margin=_margin(move.margin),
        per_day=visits_words(move.per_day, 2),
        formula=tuple(part_words(part, lines) for part in move.parts),
        stops=tuple(stop_words(stop) for stop in move.stops),
        acts=console.buttons(
            *wanted,
            plan_id=found.plan.plan_id,
            line=move.line,
            number=str(move.number),
            from_date=move.new.from_date.isoformat(),
        ),
    )


def _decision(
    console: Console,
    decision: MatchDecision,
    lines: Mapping[str, PlanLine],
    amendments: Mapping[str, Amendment],
) -> DecisionView:
    line = lines.get(decision.line)
    amendment = amendments.get(decision.amendment_id or "")
    waits = amendment is not None and amendment.state is AmendmentState.PROPOSED
    undo = waits or (line is not None and decision.still_stands(line))
    wanted = {
        MatchOutcome.ACCEPTED: ("undo-match",) if undo else (),
        MatchOutcome.REFUSED: ("reconsider-match",),
    }.get(decision.outcome, ())
    return DecisionView(
        decision=decision,
        line=turn_words((decision.line, decision.number), lines) if line else decision.line,
        old=period(decision.old_from_date, decision.old_to_date),
        new=period(decision.new_from_date, decision.new_to_date),
        saving=visits_words(Fraction(decision.saving)),
        amendment=amendment,
        acts=console.buttons(*wanted, plan_id=decision.plan_id, decision_id=decision.decision_id),
    )


def _pairs(lines: Mapping[str, PlanLine]) -> ListSpec[Pair]:
    return ListSpec(
        title=later("哪些任务会碰到同一场所"),
        columns=(
            Column(
                later("计划任务"),
                lambda each, _names: turn_words(each.first, lines),
                note=lambda each, _names: _days(each.first, lines),
            ),
            Column(
                later("与任务"),
                lambda each, _names: turn_words(each.second, lines),
                note=lambda each, _names: _days(each.second, lines),
            ),
            Column(later("共同的场所"), lambda each, _names: each.common.places, "number"),
            Column(
                later("预计都抽中"),
                lambda each, _names: visits_words(each.common.expected),
                "number",
                note=lambda each, _names: _margin(each.common.margin),
            ),
            Column(later("能不能一起上门"), lambda each, _names: meeting_words(each)),
        ),
        searchable=False,
        empty=later("这一年没有哪两条任务会碰到同一场所。"),
    )


def _days(turn: tuple[str, int], lines: Mapping[str, PlanLine]) -> str:
    code, number = turn
    window = lines[code].windows[number - 1]
    return period(window.from_date, window.to_date)


def _margin(most: float) -> str:
    """Say how far an expectation may lie too high: thresholds of different frames differ."""
    margin = f"{most:.1f}"
    return "" if margin == "0.0" else _("至多高估 %s") % margin
