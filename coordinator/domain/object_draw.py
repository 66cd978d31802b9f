"""The object draw of a round: who is drawn in every line, and their replacement (3-draw.md 3.2.5).

The result depends on keys, rules and frames alone: not on the order of lines or strata, nor on how
a frame was read.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from contracts.draw_record import DrawRule, RoundRules, StratumCounts, StratumRule
from contracts.draw_tables import DrawnRow, ItemRow
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lottery.candidates import Group, GroupOf, candidates
from coordinator.domain.lottery.frames import CountedFrame
from coordinator.domain.lottery.items import draw_items
from coordinator.domain.lottery.keys import StageKeys
from coordinator.domain.lottery.kinds import IN_THE_DRAW, Kind
from coordinator.domain.lottery.sampling import Place, Stratum, number_to_draw

WHOLE_LINE = "*"
_MORE = 8  # how much wider a limit becomes that was too low


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
    keys: StageKeys, rules: RoundRules, frames: Mapping[str, CountedFrame]
) -> dict[str, LineDraw]:
    """Draw every line of a round; raise RuleBrokenError for a stratum without rule."""
    if frames.keys() != rules.lines.keys():
        odd = sorted(frames.keys() ^ rules.lines.keys())
        raise RuleBrokenError(Rule.FRAMES_DO_NOT_MATCH_LINES, lines=odd)
    return {
        line: draw_line(keys, line, rules.lines[line], frames[line]) for line in sorted(rules.lines)
    }


def draw_line(keys: StageKeys, line: str, rule: DrawRule, frame: CountedFrame) -> LineDraw:
    """Draw the objects of one line, and their items where the line draws items."""
    tallies = _tallies(rule, frame)
    strata = {name: _stratum(line, rule, name, tallies[name]) for name in sorted(tallies)}
    orders = _orders(keys, rule, frame, strata)
    drawn = tuple(
        DrawnRow(place.object, rank, place.ticket.hex(), place.certain, name)
        for name in strata
        for rank, place in enumerate(orders[name], 1)
    )
    objects = [row.object for row in drawn]
    items = None if rule.items is None else draw_items(keys, line, rule.items, objects)
    return LineDraw(line, draw_strata(line, rule, frame), drawn, items)


def draw_strata(line: str, rule: DrawRule, frame: CountedFrame) -> tuple[StratumDraw, ...]:
    """Return how many of each stratum are drawn; that takes the counts of a frame and no ticket."""
    tallies = _tallies(rule, frame)
    return tuple(
        _stratum_draw(name, tallies[name], _stratum(line, rule, name, tallies[name]))
        for name in sorted(tallies)
    )


def reserve(
    keys: StageKeys, rule: DrawRule, frame: CountedFrame, draw: StratumDraw, number: int
) -> list[str]:
    """Return the first `number` objects of a stratum beyond those drawn: they replace in order."""
    tally = _tallies(rule, frame)[draw.stratum]
    drawn = draw.number_drawn
    stratum = Stratum(_weights(rule, tally), drawn, drawn + number, bool(rule.weighted))
    order = _orders(keys, rule, frame, {draw.stratum: stratum})[draw.stratum]
    return [place.object for place in order[drawn:]]


def next_replacement(reserved: Iterable[str], used: Collection[str], stratum: str) -> str:
    """Return the first reserve object not used yet; raise RuleBrokenError when none is left."""
    for code in reserved:
        if code not in used:
            return code
    raise RuleBrokenError(Rule.NO_REPLACEMENT_LEFT, stratum=stratum)


def _tallies(rule: DrawRule, frame: CountedFrame) -> dict[str, Counter[tuple[str, int]]]:
    """Count each stratum's objects by status and weight."""
    tallies: dict[str, Counter[tuple[str, int]]] = {}
    for kind, number in frame.counts.items():
        tallies.setdefault(_name(rule, kind), Counter())[kind.status, kind.weight] += number
    return tallies


def _stratum(line: str, rule: DrawRule, name: str, tally: Counter[tuple[str, int]]) -> Stratum:
    weights = _weights(rule, tally)
    number = _number(line, rule, name, sum(weights.values()))
    return Stratum(weights, number, number, bool(rule.weighted))


def _weights(rule: DrawRule, tally: Counter[tuple[str, int]]) -> dict[int, int]:
    """Count the objects in the draw by weight; where weights do not count, all have weight 1."""
    weights: Counter[int] = Counter()
    for (status, weight), number in tally.items():
        if status == IN_THE_DRAW:
            weights[weight if rule.weighted else 1] += number
    return dict(weights)


def _orders(
    keys: StageKeys, rule: DrawRule, frame: CountedFrame, strata: Mapping[str, Stratum]
) -> dict[str, list[Place]]:
    """Return the order of each stratum, as far as it is wanted."""
    orders: dict[str, list[Place]] = {}
    spare = 1
    while waiting := strata.keys() - orders.keys():
        limits = {name: strata[name].limits(spare) for name in waiting}
        by_group = {
            Group(name, weight): limit
            for name, of_weight in limits.items()
            for weight, limit in of_weight.items()
        }
        found = candidates(keys, frame, by_group, _grouping(rule))
        for name in waiting:
            order = strata[name].order(found.get(name, ()), limits[name])
            if order is not None:
                orders[name] = order
        spare *= _MORE
    return orders


def _grouping(rule: DrawRule) -> GroupOf:
    def group_of(kind: Kind) -> Group:
        weight = kind.weight if rule.weighted else 1
        return Group(_name(rule, kind), weight)

    return group_of


def _name(rule: DrawRule, kind: Kind) -> str:
    """Name the stratum of a kind; a line with a fixed number is one stratum."""
    return kind.stratum if rule.number is None else WHOLE_LINE


def _stratum_draw(name: str, tally: Counter[tuple[str, int]], stratum: Stratum) -> StratumDraw:
    excluded: Counter[str] = Counter()
    for (status, _), number in tally.items():
        if status != IN_THE_DRAW:
            excluded[status] += number
    return StratumDraw(
        stratum=name,
        number_in_frame=tally.total(),
        excluded={code: excluded[code] for code in sorted(excluded)},
        number_eligible=stratum.eligible,
        number_drawn=stratum.number,
        number_certain=stratum.certainty.taken,
        open_number=stratum.certainty.number,
        open_weight=stratum.certainty.weight,
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
