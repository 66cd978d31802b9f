"""How each line of a round is drawn, in words and figures, beside the ceremony of the round."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from contracts.vocabulary import Mode
from coordinator.domain.annual_plan import PlanLine
from coordinator.domain.lifecycle import RoundState
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.object_draw import StratumDraw
from coordinator.services import lottery
from coordinator.services.lottery.line_draws import LineDraws
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Role, Work
from coordinator.web.api.annual_plan.weights import WeightAnswer, answers_of
from coordinator.web.console.frame import Console
from coordinator.web.language import _
from coordinator.web.names import Names
from coordinator.web.plan_wording import drawing_words, stratum_words
from coordinator.web.public.draw_views import STATUS_WORDS

_SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class StratumRow:
    """The counts of one stratum by its own name, and why objects stay out."""

    name: str
    excluded: str
    figures: StratumDraw


@dataclass(frozen=True, kw_only=True)
class LineDrawView:
    """One line: how it draws, what its frame comes to, and the first of its batches."""

    line: PlanLine
    rules: Sequence[str]
    strata: Sequence[StratumRow] = ()
    weights: Sequence[WeightAnswer] = ()
    takes_everybody: bool = False
    batches: Sequence[tuple[int, str]] = ()
    number_of_batches: int = 0


async def line_draw_views(
    console: Console, work: Work, drawn: Round, names: Names
) -> list[LineDrawView]:
    """Give every line of a round as it is drawn; whom it drew only to those who may know."""
    draws = await lottery.line_draws(work, drawn)
    orders = {}
    if _may_know_targets(console, drawn):
        orders = await lottery.batch_order(work, drawn, draws)
    shown = {row.object for rows in orders.values() for row in rows[:_SHOWN]}
    things = await work.objects.where(object_id=shown) if shown else ()
    weights = (await policy_of_round(work, drawn)).plan.weights
    titles = {thing.object_id: thing.name for thing in things}
    views = []
    for line in await work.plan_lines.where(code=drawn.lines):
        rows = orders.get(line.code, [])
        views.append(
            LineDrawView(
                line=line,
                rules=drawing_words(line, names, weights),
                **_figures(line, draws.get(line.code)),
                batches=[
                    (place, titles.get(row.object, row.object))
                    for place, row in enumerate(rows[:_SHOWN], start=1)
                ],
                number_of_batches=len(rows),
            )
        )
    return views


def _may_know_targets(console: Console, drawn: Round) -> bool:
    """Say whether drawn objects may stand on this page: a covert round's only once it is open."""
    is_open = drawn.mode is Mode.ANNOUNCED or drawn.state is RoundState.DISCLOSED
    return is_open and console.actor.role is not Role.DEPARTMENT


def _figures(line: PlanLine, found: LineDraws | None) -> dict[str, Any]:
    if found is None:
        return {}
    return {
        "strata": [_stratum(line, found, each) for each in found.strata],
        "weights": answers_of(found.weights),
        "takes_everybody": found.takes_everybody,
    }


def _stratum(line: PlanLine, found: LineDraws, each: StratumDraw) -> StratumRow:
    name = found.names.get(each.stratum, each.stratum)
    out = [f"{_(STATUS_WORDS.get(code, code))} {n}" for code, n in each.excluded.items()]
    return StratumRow(
        name=stratum_words(line.strata_by, name).strip() if len(found.strata) > 1 else "",
        excluded=_("、").join(out),
        figures=each,
    )
