"""The draw of objects and items for all lines of a round, and their replacement (3-draw.md 3.2.5).

The result depends on keys, rules and frames alone: not on the order of rows, lines or strata.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from contracts.draw_record import DrawRule, RoundRules, StratumCounts, StratumRule
from contracts.draw_tables import DrawnRow, FrameRow, ItemRow
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lottery.items import draw_items
from coordinator.domain.lottery.keys import StageKeys
from coordinator.domain.lottery.sampling import (
    Candidate,
    Certainty,
    certain_objects,
    first_in_order,
    number_to_draw,
)
from coordinator.domain.lottery.tickets import object_tickets, place_holders

WHOLE_LINE = "*"
IN_THE_DRAW = "-"


@dataclass(frozen=True)
class StratumDraw:
    """What happened to a stratum's objects; chances are pairs of integers.

    Equal weights: every object had `number_drawn` in `number_eligible`. Weighted: the certain ones
    had 1, another of weight w had w·`open_number` in `open_weight`.
    """

    stratum: str
    number_in_frame: int
    excluded: Mapping[str, int]
    number_eligible: int
    number_drawn: int
    number_certain: int
    open_number: int
    open_weight: int

    def counts(self) -> StratumCounts:
        """Return what the transcript tells about the stratum."""
        return StratumCounts(
            frame=self.number_in_frame, excluded=dict(self.excluded), drawn=self.number_drawn
        )


@dataclass(frozen=True)
class LineDraw:
    """The drawn objects of a line by stratum and rank; `items` is None where none are drawn."""

    line: str
    strata: tuple[StratumDraw, ...]
    drawn: tuple[DrawnRow, ...]
    items: tuple[ItemRow, ...] | None


def draw_objects(
    keys: StageKeys, rules: RoundRules, frames: Mapping[str, Sequence[FrameRow]]
) -> dict[str, LineDraw]:
    """Draw every line of a round; raise RuleBrokenError for a stratum without rule."""
    if frames.keys() != rules.lines.keys():
        odd = sorted(frames.keys() ^ rules.lines.keys())
        raise RuleBrokenError(Rule.FRAMES_DO_NOT_MATCH_LINES, lines=odd)
    return {
        line: draw_line(keys, line, rules.lines[line], frames[line]) for line in sorted(rules.lines)
    }


def draw_line(keys: StageKeys, line: str, rule: DrawRule, frame: Sequence[FrameRow]) -> LineDraw:
    """Draw the objects of one line, and their items where the line draws items."""
    candidates = _candidates(keys, rule, frame)
    strata = tuple(
        _stratum_draw(line, rule, stratum, rows, candidates.get(stratum, ()))
        for stratum, rows in sorted(_statuses(rule, frame).items())
    )
    drawn = tuple(
        row for each in strata for row in _drawn_rows(rule, each, candidates.get(each.stratum, ()))
    )
    objects = [row.object for row in drawn]
    items = None if rule.items is None else draw_items(keys, line, rule.items, objects)
    return LineDraw(line, strata, drawn, items)


def reserve(
    keys: StageKeys, rule: DrawRule, frame: Sequence[FrameRow], draw: StratumDraw
) -> list[str]:
    """Return the objects of a stratum beyond those drawn, in the order in which they replace."""
    candidates = _candidates(keys, rule, frame).get(draw.stratum, [])
    order = first_in_order(
        candidates, draw.number_drawn, len(candidates), weighted=bool(rule.weighted)
    )
    return [place.object for place in order[draw.number_drawn :]]


def next_replacement(reserved: Iterable[str], used: Collection[str], stratum: str) -> str:
    """Return the first reserve object not used yet; raise RuleBrokenError when none is left."""
    for code in reserved:
        if code not in used:
            return code
    raise RuleBrokenError(Rule.NO_REPLACEMENT_LEFT, stratum=stratum)


def _statuses(rule: DrawRule, frame: Iterable[FrameRow]) -> dict[str, Counter[str]]:
    """Count each stratum's objects by status; of a code only what stands before `:` is kept."""
    statuses: dict[str, Counter[str]] = {}
    pairs = Counter((row.stratum, row.status) for row in frame)
    for (named, status), number in pairs.items():
        stratum = named if rule.number is None else WHOLE_LINE
        statuses.setdefault(stratum, Counter())[status.partition(":")[0]] += number
    return statuses


def _candidates(
    keys: StageKeys, rule: DrawRule, frame: Iterable[FrameRow]
) -> Mapping[str, list[Candidate]]:
    eligible = [row for row in frame if row.status == IN_THE_DRAW]
    residents = [(row.object, row.place) for row in eligible]
    tickets = object_tickets(keys, residents, place_holders(keys, residents))
    candidates: defaultdict[str, list[Candidate]] = defaultdict(list)
    for (code, _, named, weight, _), ticket in zip(eligible, tickets, strict=True):
        stratum = named if rule.number is None else WHOLE_LINE
        candidates[stratum].append((ticket, code, weight))
    return candidates


def _stratum_draw(
    line: str,
    rule: DrawRule,
    stratum: str,
    statuses: Counter[str],
    candidates: Sequence[Candidate],
) -> StratumDraw:
    number = _number(line, rule, stratum, len(candidates))
    certainty = Certainty(frozenset(), number, len(candidates))
    if rule.weighted:
        certainty = certain_objects(candidates, number)
    return StratumDraw(
        stratum=stratum,
        number_in_frame=statuses.total(),
        excluded={code: statuses[code] for code in sorted(statuses) if code != IN_THE_DRAW},
        number_eligible=len(candidates),
        number_drawn=number,
        number_certain=len(certainty.taken),
        open_number=certainty.number,
        open_weight=certainty.weight,
    )


def _number(line: str, rule: DrawRule, stratum: str, eligible: int) -> int:
    if rule.number is not None:
        return min(eligible, rule.number)
    return number_to_draw(_stratum_rule(line, rule, stratum), eligible)


def _stratum_rule(line: str, rule: DrawRule, stratum: str) -> StratumRule:
    found = rule.strata.get(stratum) or rule.strata.get(WHOLE_LINE)
    if found is None:
        raise RuleBrokenError(Rule.STRATUM_WITHOUT_RULE, line=line, stratum=stratum)
    return found


def _drawn_rows(
    rule: DrawRule, draw: StratumDraw, candidates: Sequence[Candidate]
) -> Iterable[DrawnRow]:
    number = draw.number_drawn
    order = first_in_order(candidates, number, number, weighted=bool(rule.weighted))
    for rank, place in enumerate(order, 1):
        yield DrawnRow(place.object, rank, place.ticket.hex(), place.certain, draw.stratum)
