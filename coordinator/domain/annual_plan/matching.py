"""Plan matching before the draw: which turns of lines could share visits, and what it would save.

A place that several lines draw gets as few visits as their windows, methods and minutes allow. The
visits of the year are therefore a sum over the sets of lines that are drawn together (`meeting`):
expected places times visits at each. Moving one window changes the second factor only, and what a
move saves is the difference of the two sums, meetings that it breaks included.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from coordinator.domain.annual_plan.lines import Window
from coordinator.domain.annual_plan.meeting import Common, Lines
from coordinator.domain.annual_plan.turns import (
    Hindrance,
    Matching,
    Move,
    Pair,
    Part,
    PlannedTurn,
    Stop,
    Timetable,
    TurnKey,
    days_between,
    length_of,
    shifted,
)


def matching_of(timetable: Timetable, common_days: int = 1, most: int = 50) -> Matching:
    """Give who meets whom and which windows to move so that more do.

    Windows that are made to meet share `common_days`, or the whole of the shorter one. At most
    `most` moves are given, and as many that are stopped.
    """
    pairs = _pairs(timetable)
    moves = _best(timetable, _candidates(timetable, pairs, common_days), most)
    return Matching(
        one_by_one=_expected(timetable, lambda lines: sum(_alone(timetable, lines))),
        together=_expected(timetable, timetable.visits),
        pairs=pairs,
        moves=tuple(move for move in moves if not move.stops)[:most],
        stopped=tuple(move for move in moves if move.stops)[:most],
    )


def _expected(timetable: Timetable, visits: Callable[[Lines], int]) -> Fraction:
    unit = timetable.unit
    sums = (
        visits(lines) * places.numerator * (unit // places.denominator)
        for lines, places in timetable.together.items()
    )
    return Fraction(sum(sums), unit)


def _alone(timetable: Timetable, lines: Lines) -> Iterable[int]:
    return (timetable.visits(frozenset({line})) for line in lines)


def _pairs(timetable: Timetable) -> tuple[Pair, ...]:
    """Give every two turns that meet or could: of lines with several turns those that are near."""
    found = []
    for first, second in sorted(timetable.common):
        pairs = [
            _pair(timetable, one, other)
            for one in timetable.by_line.get(first, ())
            for other in timetable.by_line.get(second, ())
        ]
        found += _nearest(pairs)
    return tuple(
        sorted(found, key=lambda p: (-p.would_save, -p.common.expected, p.first, p.second))
    )


def _nearest(pairs: Sequence[Pair]) -> list[Pair]:
    """Leave out of the pairs of two lines those of turns that both have a nearer partner."""
    ordered = sorted(pairs, key=lambda pair: (pair.gap, pair.first, pair.second))
    nearest: dict[TurnKey, Pair] = {}
    for pair in ordered:
        nearest.setdefault(pair.first, pair)
        nearest.setdefault(pair.second, pair)
    return [p for p in ordered if not p.gap or p in (nearest[p.first], nearest[p.second])]


def _pair(timetable: Timetable, first: PlannedTurn, second: PlannedTurn) -> Pair:
    common = timetable.common[first.line, second.line]
    gap = days_between(first.window, second.window)
    stops = list(_apart(first, second, gap))
    alone = [timetable.visits_of({turn.key: turn.window}) for turn in (first, second)]
    same = timetable.visits_of({first.key: first.window, second.key: first.window})
    shared = sum(alone) - same
    if not all(alone):
        stops.append(Stop(reason=Hindrance.DESK))
    elif not shared and first.mode is second.mode:
        stops.append(Stop(reason=Hindrance.MINUTES))
    only_days = all(stop.reason is Hindrance.WINDOW for stop in stops)
    return Pair(
        first=first.key,
        second=second.key,
        common=common,
        gap=gap,
        stops=tuple(stops),
        saves=common.expected * (0 if stops else shared),
        would_save=common.expected * (shared if only_days else 0),
    )


def _apart(first: PlannedTurn, second: PlannedTurn, gap: int) -> Iterable[Stop]:
    if first.plan_id != second.plan_id:
        plans = sorted({first.plan_id, second.plan_id})
        yield Stop(reason=Hindrance.OTHER_PLAN, facts={"plans": plans})
    elif first.round_id != second.round_id:
        rounds = [code for code in (first.round_id, second.round_id) if code]
        yield Stop(reason=Hindrance.ROUND, facts={"round": rounds[0]})
    if first.mode is not second.mode:
        yield Stop(reason=Hindrance.MODE)
    if gap:
        yield Stop(reason=Hindrance.WINDOW, facts={"days": gap})


@dataclass(frozen=True)
class _Candidate:
    turn: PlannedTurn
    days: int
    bound: Fraction

    @property
    def rank(self) -> tuple[Fraction, int, TurnKey, int]:
        """The highest saving per day that is possible first, then what moves less."""
        return -self.bound / abs(self.days), abs(self.days), self.turn.key, self.days


def _candidates(timetable: Timetable, pairs: Sequence[Pair], common_days: int) -> list[_Candidate]:
    """Give the moves that make some pair meet; none can save more than its new pairs have."""
    turns = {turn.key: turn for turn in timetable.turns}
    partners: defaultdict[TurnKey, list[tuple[PlannedTurn, Fraction]]] = defaultdict(list)
    for pair in pairs:
        if pair.gap and pair.would_save:
            partners[pair.first].append((turns[pair.second], pair.would_save))
            partners[pair.second].append((turns[pair.first], pair.would_save))
    found = []
    for key, others in partners.items():
        own = turns[key]
        moves = {_days_to_meet(own.window, other.window, common_days) for other, _ in others}
        for days in moves:
            window = shifted(own.window, days)
            if not _meets_own(timetable, own, window):
                met = [most for other, most in others if not days_between(window, other.window)]
                found.append(_Candidate(own, days, sum(met, Fraction(0))))
    return sorted(found, key=lambda each: each.rank)


def _meets_own(timetable: Timetable, turn: PlannedTurn, window: Window) -> bool:
    """Say whether another time of the same line takes place then: it would be the same visit."""
    return any(
        not days_between(window, other.window)
        for other in timetable.by_line[turn.line]
        if other.key != turn.key
    )


def _days_to_meet(own: Window, other: Window, common_days: int) -> int:
    """Give the shortest way of a window to one that it doesn't meet, in days; negative: earlier."""
    shared = min(common_days, length_of(own), length_of(other))
    if own.to_date < other.from_date:
        return (other.from_date - own.to_date).days + shared - 1
    return (other.to_date - own.from_date).days - shared + 1


def _best(timetable: Timetable, candidates: Sequence[_Candidate], most: int) -> list[Move]:
    """Work out candidates, the most promising first, until no other can be among the best."""
    lawful: list[Move] = []
    stopped: list[Move] = []
    for candidate in candidates:
        per_day = candidate.bound / abs(candidate.days)
        if len(lawful) >= most and sorted(m.per_day for m in lawful)[-most] >= per_day:
            break
        move = move_of(timetable, candidate.turn, candidate.days)
        if move.saving > 0:
            (stopped if move.stops else lawful).append(move)
    return sorted([*_worth_their_days(lawful), *_worth_their_days(stopped)], key=_rank)


def _worth_their_days(moves: Iterable[Move]) -> Iterable[Move]:
    """Leave out moves of a turn that save no more than a shorter move of it does."""
    most: dict[TurnKey, Fraction] = {}
    for move in sorted(moves, key=lambda each: (abs(each.days), -each.saving, _rank(each))):
        key = (move.line, move.number)
        if move.saving > most.get(key, 0):
            most[key] = move.saving
            yield move


def _rank(move: Move) -> tuple[Fraction, int, str, int, int]:
    return -move.per_day, abs(move.days), move.line, move.number, move.days


def move_of(timetable: Timetable, turn: PlannedTurn, days: int) -> Move:
    """Say what moving one turn by some days changes, place by place, and what forbids it."""
    window = shifted(turn.window, days)
    own = timetable.bits[turn.line]
    first = timetable.near[turn.line] | timetable.meeting([turn], [window])
    places: defaultdict[int, int] = defaultdict(int)
    for members, number in timetable.sets_with.get(turn.line, ()):
        if first & members & ~own:
            places[timetable.linked(own, first, members)] += number
    parts = [
        Part(
            lines=tuple(sorted(lines)),
            places=Fraction(number, timetable.unit),
            before=timetable.visits(lines),
            after=timetable.visits(lines, {turn.key: window}),
        )
        for lines, number in ((timetable.lines_of(bits), n) for bits, n in places.items())
    ]
    changed = [part for part in parts if part.saving]
    meets = _met(timetable, turn, window, but=turn.window)
    return Move(
        line=turn.line,
        number=turn.number,
        days=days,
        old=turn.window,
        new=window,
        parts=tuple(sorted(changed, key=lambda part: (-part.saving, part.lines))),
        meets=meets,
        leaves=_met(timetable, turn, turn.window, but=window),
        stops=(*turn.held, *timetable.stops_of(turn, window)),
        margin=sum(_common(timetable, turn.line, line).margin for line, _ in meets),
    )


def _common(timetable: Timetable, one: str, other: str) -> Common:
    return timetable.common[(one, other) if one < other else (other, one)]


def _met(
    timetable: Timetable, turn: PlannedTurn, window: Window, *, but: Window
) -> tuple[TurnKey, ...]:
    """Give the turns that share days with one window and none with the other."""
    found = (
        other.key
        for other in timetable.turns
        if tuple(sorted((other.line, turn.line))) in timetable.common
        and not list(_apart(turn, other, 0))
        and not days_between(window, other.window)
        and days_between(but, other.window)
    )
    return tuple(sorted(found))
