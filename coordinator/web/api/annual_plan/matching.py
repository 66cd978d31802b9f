"""The matching of a plan: who meets whom, suggested moves of windows and what becomes of them."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi import Query as Parameter
from pydantic import BaseModel, Field

from coordinator.domain.annual_plan import Window
from coordinator.domain.annual_plan.deciding import MatchDecision
from coordinator.domain.annual_plan.turns import Move, Pair, Stop, TurnKey
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services import annual_plan
from coordinator.services.annual_plan import MoveOrder
from coordinator.services.ports import Role, Work
from coordinator.web.acts import AREA, Act, Entry, Keys, Nothing, add_acts
from coordinator.web.api.annual_plan.plans import TAG
from coordinator.web.dependencies import Overseer
from coordinator.web.language import later
from coordinator.web.match_words import reason_words, stop_words
from coordinator.web.parts import Parts

router = APIRouter(tags=[TAG])

MOST_COMMON_DAYS = 366
_MATCHING = "/console/plans/{plan_id}/matching"
_MOVE = "/plans/{plan_id}/matching/{line}/{number}/{from_date}"
_DECISION = "/plans/{plan_id}/matching/{decision_id}"


class AcceptEntry(Entry):
    """Why a window is moved."""

    reason: str = Field(
        title=later("调整理由"),
        min_length=1,
        max_length=2_000,
        json_schema_extra=AREA,
    )


class RefuseEntry(Entry):
    """Why a suggestion is not taken up."""

    reason: str = Field(title=later("不采纳的理由"), min_length=1, max_length=2_000)


class UndoEntry(Entry):
    """Why a window is moved back."""

    reason: str = Field(title=later("撤销的理由"), min_length=1, max_length=2_000)


class StopAnswer(BaseModel):
    """What stands in the way, as code, facts and words."""

    reason: str
    facts: dict[str, object]
    detail: str


class PairAnswer(BaseModel):
    """Two turns with common places; expected numbers are fractions."""

    first: TurnKey
    second: TurnKey
    places: int
    expected: str
    margin: float
    gap: int
    saves: str
    would_save: str
    stops: tuple[StopAnswer, ...]


class PartAnswer(BaseModel):
    """One term of a saving: `places` times (`before` less `after`) visits."""

    lines: tuple[str, ...]
    places: str
    before: int
    after: int


class MoveAnswer(BaseModel):
    """One suggested move; its saving is the sum of its parts, too high by at most `margin`."""

    line: str
    number: int
    days: int
    old: Window
    new: Window
    saving: str
    margin: float
    per_day: str
    parts: tuple[PartAnswer, ...]
    meets: tuple[TurnKey, ...]
    leaves: tuple[TurnKey, ...]
    stops: tuple[StopAnswer, ...]


class MatchingAnswer(BaseModel):
    """What lines come to together, and what would save visits; expected numbers are fractions."""

    one_by_one: str
    together: str
    saved: str
    pairs: tuple[PairAnswer, ...]
    moves: tuple[MoveAnswer, ...]
    stopped: tuple[MoveAnswer, ...]
    decisions: tuple[MatchDecision, ...]


@router.get("/plans/{plan_id}/matching", summary="任务匹配", operation_id="plan-matching")
async def matching(
    plan_id: str,
    parts: Parts,
    person: Overseer,
    common_days: Annotated[int, Parameter(ge=1, le=MOST_COMMON_DAYS)] = 1,
) -> MatchingAnswer:
    """Give which lines will meet the same places, and which windows to move to save visits."""
    async with parts.open_work(person.actor, writes=False) as work:
        found = await annual_plan.match_plan(work, plan_id, common_days)
    return MatchingAnswer(
        one_by_one=str(found.matching.one_by_one),
        together=str(found.matching.together),
        saved=str(found.matching.saved),
        pairs=tuple(_pair(each) for each in found.matching.pairs),
        moves=tuple(_move(each) for each in found.matching.moves),
        stopped=tuple(_move(each) for each in found.matching.stopped),
        decisions=tuple(found.decisions),
    )


def _pair(pair: Pair) -> PairAnswer:
    return PairAnswer(
        first=pair.first,
        second=pair.second,
        places=pair.common.places,
        expected=str(pair.common.expected),
        margin=pair.common.margin,
        gap=pair.gap,
        saves=str(pair.saves),
        would_save=str(pair.would_save),
        stops=tuple(_stop(each) for each in pair.stops),
    )


def _move(move: Move) -> MoveAnswer:
    return MoveAnswer(
        line=move.line,
        number=move.number,
        days=move.days,
        old=move.old,
        new=move.new,
        saving=str(move.saving),
        margin=move.margin,
        per_day=str(move.per_day),
        parts=tuple(
            PartAnswer(
                lines=part.lines, places=str(part.places), before=part.before, after=part.after
            )
            for part in move.parts
        ),
        meets=move.meets,
        leaves=move.leaves,
        stops=tuple(_stop(each) for each in move.stops),
    )


def _stop(stop: Stop) -> StopAnswer:
    return StopAnswer(reason=stop.reason.value, facts=dict(stop.facts), detail=stop_words(stop))


def _order(keys: Keys) -> MoveOrder:
    try:
        return MoveOrder(
            plan_id=keys["plan_id"],
            line=keys["line"],
            number=int(keys["number"]),
            from_date=date.fromisoformat(keys["from_date"]),
        )
    except ValueError:
        key = f"{keys['number']}/{keys['from_date']}"
        raise RuleBrokenError(Rule.NOT_FOUND, kind="match", key=key) from None


async def _reason(work: Work, keys: Keys) -> dict[str, str]:
    """Give the reason to begin with; whoever follows an old link is told when it is sent."""
    try:
        year, move = await annual_plan.suggested_move(work, _order(keys))
    except RuleBrokenError as error:
        if error.rule is not Rule.MATCH_NOT_SUGGESTED:
            raise
        return {}
    return {"reason": reason_words(move, year.lines)}


async def _accept(work: Work, keys: Keys, entry: AcceptEntry) -> MatchDecision:
    return await annual_plan.accept_move(work, _order(keys), entry.reason)


async def _refuse(work: Work, keys: Keys, entry: RefuseEntry) -> MatchDecision:
    return await annual_plan.refuse_move(work, _order(keys), entry.reason)


async def _reconsider(work: Work, keys: Keys, _entry: None) -> MatchDecision:
    return await annual_plan.reconsider_move(work, await _known(work, keys))


async def _undo(work: Work, keys: Keys, entry: UndoEntry) -> MatchDecision:
    return await annual_plan.undo_move(work, await _known(work, keys), entry.reason)


async def _known(work: Work, keys: Keys) -> str:
    decision = await work.match_decisions.get(keys["decision_id"])
    if decision.plan_id != keys["plan_id"]:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="match_decision", key=decision.decision_id)
    return decision.decision_id


def _act(**told: Any) -> Act:
    """Declare an act of the office on the page of suggested moves."""
    return Act(role=Role.OFFICE, back=_MATCHING, origin=_MATCHING, **told)


ACTS = (
    _act(
        name="accept-match",
        path=f"{_MOVE}/accept",
        label=later("采纳这条建议"),
        consequence=later(
            "草稿中的检查时间立即改动；已发布的计划提出一次调整，由另一人发布后生效。"
        ),
        run=_accept,
        entry=AcceptEntry,
        start=_reason,
    ),
    _act(
        name="refuse-match",
        path=f"{_MOVE}/refuse",
        label=later("不采纳"),
        consequence=later("这条建议不再提出，直到有人重新考虑；理由留在记录中。"),
        run=_refuse,
        entry=RefuseEntry,
    ),
    _act(
        name="reconsider-match",
        path=f"{_DECISION}/reconsider",
        label=later("重新考虑"),
        consequence=later("这条建议若仍能减少上门，会再次列出。"),
        run=_reconsider,
        entry=Nothing,
    ),
    _act(
        name="undo-match",
        path=f"{_DECISION}/undo",
        label=later("撤销采纳"),
        consequence=later(
            "尚未通过的调整按不同意处理；已生效的按同样的期限提出调整，把检查时间移回原处。"
        ),
        run=_undo,
        entry=UndoEntry,
        danger=True,
    ),
)
add_acts(router, ACTS, TAG)
