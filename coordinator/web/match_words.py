"""Words for the matching of a plan: what stands between two lines, what a move saves and why."""

from collections.abc import Mapping
from fractions import Fraction

from coordinator.domain.annual_plan import PlanLine
from coordinator.domain.annual_plan.turns import Hindrance, Move, Pair, Part, Stop, TurnKey
from coordinator.domain.errors import Rule
from coordinator.web.errors import sentence
from coordinator.web.language import _, later
from coordinator.web.words import period

_STOPS = {
    Hindrance.OTHER_PLAN: later("在不同的计划里，不能同批抽取"),
    Hindrance.MODE: later("一条事先告知，一条暗查，不能同批"),
    Hindrance.ROUND: later("已编入批次 %(round)s"),
    Hindrance.DESK: later("其中一条不用上门"),
    Hindrance.WINDOW: later("检查时间相差 %(days)s 天"),
    Hindrance.MINUTES: later("一次上门的时长放不下两条"),
    Hindrance.NOTICE: later("调整须提前 %(days)s 天，最迟 %(latest)s"),
    Hindrance.PAST: later("会移到今天（%(today)s）之前"),
    Hindrance.YEAR: later("会移出 %(year)s 年"),
    Hindrance.HALF_YEAR: later("会移到另一个半年，而全查的对象按半年要求覆盖"),
    Hindrance.AMENDMENT: later("第 %(number)s 次调整正等待通过"),
    Hindrance.SUBMITTED: later("计划已提交，发布或退回之前不能改动"),
}


def stop_words(stop: Stop) -> str:
    """Say what stands in the way, in the language of the request."""
    if stop.reason is Hindrance.BREACH:
        facts = dict(stop.facts)
        return sentence(Rule(str(facts.pop("rule"))), facts)
    return _(_STOPS[stop.reason]) % dict(stop.facts)


def visits_words(number: Fraction, decimals: int = 1) -> str:
    """Write an expected number of visits or places: whole ones plain, others rounded, so named."""
    if number.denominator == 1:
        return str(number.numerator)
    return _("约 %s") % f"{float(number):.{decimals}f}"


def turn_words(turn: TurnKey, lines: Mapping[str, PlanLine]) -> str:
    """Name a turn of a line; which time of the year it is only where there are several."""
    code, number = turn
    line = lines[code]
    if len(line.windows) == 1:
        return line.name
    return _("%(line)s（第 %(n)s 次）") % {"line": line.name, "n": number}


def turns_words(turns: tuple[TurnKey, ...], lines: Mapping[str, PlanLine]) -> str:
    """Name several turns of lines."""
    return _("、").join(turn_words(turn, lines) for turn in turns)


def days_words(move: Move) -> str:
    """Say by how many days a window moves and which way."""
    return (_("推迟 %s 天") if move.days > 0 else _("提前 %s 天")) % abs(move.days)


def part_words(part: Part, lines: Mapping[str, PlanLine]) -> str:
    """Write one term of a saving: places that all these lines draw, visits there before, after."""
    named = _("、").join(lines[code].name for code in part.lines)
    facts = {
        "lines": named,
        "places": visits_words(part.places),
        "before": part.before,
        "after": part.after,
        "saving": visits_words(part.saving),
    }
    words = _("%(lines)s：同时抽中 %(places)s 处，每处 %(before)s→%(after)s 次，计 %(saving)s 次")
    return words % facts


def reason_words(move: Move, lines: Mapping[str, PlanLine]) -> str:
    """Give the reason that an amendment by a suggestion begins with."""
    facts = {
        "turn": turn_words((move.line, move.number), lines),
        "old": period(move.old.from_date, move.old.to_date),
        "new": period(move.new.from_date, move.new.to_date),
        "others": turns_words(move.meets, lines),
        "saving": visits_words(move.saving),
    }
    words = _("%(turn)s由 %(old)s 移到 %(new)s，与%(others)s同期，预计全年减少 %(saving)s 次上门。")
    return words % facts


def meeting_words(pair: Pair) -> str:
    """Say what two lines share as planned, or what stands between them."""
    if not pair.stops:
        return _("同期，预计少上门 %s 次") % visits_words(pair.saves)
    return _("；").join(stop_words(stop) for stop in pair.stops)
