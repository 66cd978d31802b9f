"""How the lines of a round are drawn, as their frozen frames say: counts, chances, batches."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracts.draw_record import DrawRule, Rules
from contracts.draw_tables import FRAMES, DrawnRow
from coordinator.domain.annual_plan import WeightGroup
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.lottery.frames import CountedFrame, FrameBytes, counted
from coordinator.domain.lottery.kinds import IN_THE_DRAW, Kind
from coordinator.domain.lottery.strata import stratum_codes
from coordinator.domain.lottery.weights import weight_groups
from coordinator.domain.object_draw import StratumDraw, draw_strata
from coordinator.services.lottery.drawn_files import drawn_rows, record_file
from coordinator.services.ports import Work
from coordinator.services.record_files import large_frame

_WHOLE_LINE = "*"


@dataclass(frozen=True, kw_only=True)
class LineDraws:
    """What the draw of a line does: by stratum, and by weight where objects weigh differently.

    `names` are those of the strata by their codes in the record.
    """

    line: str
    strata: Sequence[StratumDraw]
    weights: Sequence[WeightGroup]
    names: Mapping[str, str]

    @property
    def takes_everybody(self) -> bool:
        """Whether nobody is left out: then the draw decides the order of the batches."""
        return all(each.number_drawn == each.number_eligible for each in self.strata)


async def line_draws(work: Work, drawn: Round) -> dict[str, LineDraws]:
    """Give by line what its frozen frame and rule come to; nothing before the freeze."""
    file = await record_file(work, drawn, "rules.json")
    if file is None:
        return {}
    rules = Rules.model_validate_json(file.body).lines
    found = {line: await _one(work, drawn, line, rule) for line, rule in sorted(rules.items())}
    return {line: each for line, each in found.items() if each is not None}


async def batch_order(
    work: Work, drawn: Round, draws: Mapping[str, LineDraws]
) -> dict[str, list[DrawnRow]]:
    """Give the drawn rows, in their order, of the lines that take everybody; none before."""
    full = [line for line, each in draws.items() if each.takes_everybody]
    return {line: rows for line in full if (rows := await drawn_rows(work, drawn, line))}


async def _one(work: Work, drawn: Round, line: str, rule: DrawRule) -> LineDraws | None:
    file = await record_file(work, drawn, FRAMES.path(line))
    if file is None:
        return None
    stored = FrameBytes(file.body) if file.path is None else large_frame(work, file)
    frame = counted(stored, drawn.round_id, line)
    strata = draw_strata(line, rule, frame)
    known = (await work.plan_lines.get(line)).share.rules
    codes = stratum_codes(bytes.fromhex(file.key or ""), known)
    return LineDraws(
        line=line,
        strata=strata,
        weights=_weights(frame, strata) if rule.weighted else (),
        names={code: name for name, code in codes.items()},
    )


def _weights(frame: CountedFrame, strata: Sequence[StratumDraw]) -> tuple[WeightGroup, ...]:
    by_weight: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for kind, number in frame.counts.items():
        if kind.status == IN_THE_DRAW:
            of_stratum = by_weight[_stratum(kind, strata)]
            of_stratum[kind.weight] = of_stratum.get(kind.weight, 0) + number
    return weight_groups(by_weight, {each.stratum: each.number_drawn for each in strata})


def _stratum(kind: Kind, strata: Sequence[StratumDraw]) -> str:
    """Give the stratum that a row is drawn in; with a fixed number there is one for all."""
    return kind.stratum if any(each.stratum == kind.stratum for each in strata) else _WHOLE_LINE
