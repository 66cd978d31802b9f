"""The object and item draw: exact numbers, fair places, and nothing but keys and rows decides."""

import subprocess
import sys
from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.draw_record import ItemRule, RoundRules, StratumRule
from contracts.draw_tables import FrameRow
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lottery.items import draw_items
from coordinator.domain.lottery.keys import StageKeys
from coordinator.domain.lottery.sampling import (
    EVERYBODY,
    Candidate,
    Stratum,
    certainty_of,
    number_to_draw,
    weights_of,
)
from coordinator.domain.lottery.tickets import ticketer
from coordinator.domain.object_draw import (
    LineDraw,
    draw_line,
    draw_objects,
    next_replacement,
    reserve,
)
from tests.thoroughness import some_of
from tests.unit.lottery.frame_cases import a_frame, a_rule, many_rows
from tests.unit.lottery.small_round import drawn_digest

KEYS = StageKeys(bytes(32))
TICKETS = st.binary(min_size=32, max_size=32)
CANDIDATES = st.lists(st.tuples(TICKETS, st.integers(1, 50)), min_size=1, max_size=30).map(
    lambda pairs: [(ticket, f"o:{n}", weight) for n, (ticket, weight) in enumerate(pairs)]
)


def _objects(draw: LineDraw, stratum: str) -> list[str]:
    return [row.object for row in draw.drawn if row.stratum == stratum]


@given(st.integers(0, 500), st.integers(0, 30), st.integers(1, 30), st.integers(0, 600))
def test_the_number_to_draw_is_the_rule_in_exact_arithmetic(
    eligible: int, num: int, den: int, least: int
) -> None:
    n = number_to_draw(StratumRule(ratio=(num, den), minimum=least), eligible)

    quota = Fraction(eligible * num, den)
    assert n <= eligible
    assert n == eligible or n >= least
    assert n == eligible or n >= quota
    assert n in {0, least, eligible} or n - 1 < quota


@given(st.permutations(many_rows(24)), st.booleans())
@settings(max_examples=some_of(30))
def test_the_order_of_the_rows_does_not_matter(rows: list[FrameRow], weighted: bool) -> None:
    rule = a_rule({"A": (1, 3, 0), "*": (1, 4, 2)}, weighted=weighted)

    draw = draw_line(KEYS, "L1", rule, a_frame(rows))

    assert draw == draw_line(KEYS, "L1", rule, a_frame(many_rows(24)))


def test_each_stratum_follows_its_own_rule_and_star_serves_the_others() -> None:
    rule = a_rule({"A": (1, 2, 0), "*": (0, 1, 3)})

    draw = draw_line(KEYS, "L1", rule, a_frame(many_rows(30, "ABC")))

    assert [len(_objects(draw, stratum)) for stratum in "ABC"] == [5, 3, 3]
    assert [row.rank for row in draw.drawn] == [1, 2, 3, 4, 5, 1, 2, 3, 1, 2, 3]


def test_a_stratum_without_a_rule_is_refused() -> None:
    with pytest.raises(RuleBrokenError) as refused:
        draw_line(KEYS, "L1", a_rule({"A": (1, 2, 0)}), a_frame(many_rows(4)))

    assert refused.value.rule is Rule.STRATUM_WITHOUT_RULE
    assert refused.value.facts == {"line": "L1", "stratum": "B"}


def test_a_line_without_a_frame_is_refused() -> None:
    rules = RoundRules(round="R1", lines={"L1": a_rule({}), "L2": a_rule({})})

    with pytest.raises(RuleBrokenError) as refused:
        draw_objects(KEYS, rules, {"L1": a_frame([])})

    assert refused.value.facts == {"lines": ["L2"]}


def test_a_fixed_number_makes_the_line_one_stratum() -> None:
    draw = draw_line(KEYS, "L1", a_rule({}, number=7), a_frame(many_rows(30)))

    assert len(_objects(draw, "*")) == 7
    assert [each.stratum for each in draw.strata] == ["*"]


def test_a_fixed_number_above_the_frame_draws_all() -> None:
    draw = draw_line(KEYS, "L1", a_rule({}, number=70), a_frame(many_rows(30)))

    assert len(draw.drawn) == 30


def test_excluded_objects_are_counted_by_code_and_never_drawn() -> None:
    codes = {1: "cap", 3: "fresh:2026-01-01", 5: "fresh:2026-02-02"}
    frame = [row._replace(status=codes.get(n, "-")) for n, row in enumerate(many_rows(12))]

    draw = draw_line(KEYS, "L1", a_rule({"*": (1, 1, 0)}), a_frame(frame))

    assert [each.counts().model_dump() for each in draw.strata] == [
        {"frame": 6, "excluded": {}, "drawn": 6},
        {"frame": 6, "excluded": {"cap": 1, "fresh": 2}, "drawn": 3},
    ]
    assert not {"o:1", "o:3", "o:5"} & {row.object for row in draw.drawn}


def test_the_reserve_continues_the_order_and_then_ends() -> None:
    rule, frame = a_rule({"*": (1, 3, 0)}), a_frame(many_rows(12, "A"))
    draw = draw_line(KEYS, "L1", rule, frame)
    everything = draw_line(KEYS, "L1", a_rule({"*": (1, 1, 0)}), frame)

    reserved = reserve(KEYS, rule, frame, draw.strata[0], 99)

    assert _objects(draw, "A") + reserved == _objects(everything, "A")
    assert next_replacement(reserved, {reserved[0]}, "A") == reserved[1]
    with pytest.raises(RuleBrokenError) as refused:
        next_replacement(reserved, set(reserved), "A")
    assert refused.value.rule is Rule.NO_REPLACEMENT_LEFT


def test_lines_share_tickets_so_that_a_smaller_sample_lies_inside_a_larger_one() -> None:
    small, large = a_rule({"*": (1, 10, 0)}), a_rule({"*": (1, 5, 0)})
    rules = RoundRules(round="R1", lines={"L1": small, "L2": large})
    frame = a_frame(many_rows(60, "A"))

    draws = draw_objects(KEYS, rules, {"L1": frame, "L2": frame})

    assert set(_objects(draws["L1"], "A")) < set(_objects(draws["L2"], "A"))


def test_one_object_of_a_shared_place_holds_the_ticket_of_the_place() -> None:
    homes = {"o:1": "p:1", "o:2": "p:1", "o:3": "p:1", "o:4": "p:4"}
    rows = [FrameRow(thing, place, "-", 1, "-") for thing, place in homes.items()]
    by_place, by_object = ticketer(KEYS.key("place")), ticketer(KEYS.key("object"))

    draw = draw_line(KEYS, "L1", a_rule({"*": (1, 1, 0)}), a_frame(rows))

    tickets = {row.object: bytes.fromhex(row.ticket) for row in draw.drawn}
    holder = min(("o:1", "o:2", "o:3"), key=by_place)
    assert tickets.pop(holder) == by_object("p:1")
    assert tickets.pop("o:4") == by_object("p:4")
    assert all(ticket == by_object(code) for code, ticket in tickets.items())


def test_whoever_is_excluded_leaves_the_ticket_of_the_place_to_the_others() -> None:
    rows = [FrameRow("o:1", "o:1", "-", 1, "cap"), FrameRow("o:2", "o:1", "-", 1, "-")]

    draw = draw_line(KEYS, "L1", a_rule({"*": (1, 1, 0)}), a_frame(rows))

    assert [row.ticket for row in draw.drawn] == [ticketer(KEYS.key("object"))("o:1").hex()]


@given(CANDIDATES, st.data())
def test_certain_objects_are_those_whose_chance_would_reach_one(
    candidates: Sequence[Candidate], data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, len(candidates)))

    certainty = certainty_of(weights_of(candidates), number)

    open_weights = [w for _, _, w in candidates if w not in certainty.weights]
    sure_weights = [w for _, _, w in candidates if w in certainty.weights]
    assert certainty.taken == len(sure_weights)
    assert certainty.number == number - len(sure_weights)
    assert certainty.weight == sum(open_weights)
    assert all(certainty.number * weight < certainty.weight for weight in open_weights)
    assert not sure_weights or min(sure_weights) > max(open_weights, default=0)


@given(CANDIDATES, st.data())
def test_pareto_order_is_the_order_of_exact_fractions(
    candidates: list[Candidate], data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, len(candidates)))
    weights = weights_of(candidates)
    stratum = Stratum(weights, number, len(candidates), weighted=True)
    certainty = stratum.certainty

    order = stratum.order(candidates, dict.fromkeys(weights, EVERYBODY))

    def key(candidate: Candidate) -> tuple[bool, Fraction, bytes, str]:
        ticket, code, weight = candidate
        if weight in certainty.weights or certainty.number == 0:
            return (weight not in certainty.weights, Fraction(0), ticket, code)
        odd, chance = 2 * int.from_bytes(ticket[:8], "big") + 1, certainty.number * weight
        ratio = Fraction(odd * (certainty.weight - chance), (2**65 - odd) * chance)
        return (True, ratio, ticket, code)

    assert order is not None
    assert [place.object for place in order] == [each[1] for each in sorted(candidates, key=key)]
    assert sum(place.certain for place in order) == certainty.taken


@given(CANDIDATES, st.data())
def test_limits_keep_whom_the_order_wants_or_say_that_they_are_too_low(
    candidates: list[Candidate], data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, len(candidates)))
    length = data.draw(st.integers(number, len(candidates)))
    stratum = Stratum(weights_of(candidates), number, length, weighted=data.draw(st.booleans()))
    words = st.integers(0, 2**64 - 1).map(lambda word: word.to_bytes(8, "big"))
    limits = {
        weight: EVERYBODY
        if weight in stratum.certainty.weights
        else data.draw(words | st.just(EVERYBODY))
        for weight in stratum.weights
    }
    all_of_them = stratum.order(candidates, dict.fromkeys(stratum.weights, EVERYBODY))

    kept = [each for each in candidates if each[0] < limits[each[2]]]
    order = stratum.order(kept, limits)

    assert order is None or order == all_of_them


def test_items_are_always_and_the_smallest_tickets_written_bytewise() -> None:
    rule = ItemRule.model_validate({"always": ["m"], "from": ["a", "b", "z"], "choose": 2})
    ticket = ticketer(KEYS.key("item|L1"))

    rows = draw_items(KEYS, "L1", rule, ["o:2", "o:1"])

    chosen = sorted("abz", key=lambda item: ticket(f"o:2|{item}"))[:2]
    assert [row.object for row in rows] == ["o:2"] * 3 + ["o:1"] * 3
    assert [row.item for row in rows[:3]] == sorted([*chosen, "m"])
    assert {row.item: row.ticket for row in rows[:3]}["m"] == "-"


def test_the_hash_seed_of_the_interpreter_decides_nothing() -> None:
    script = (
        "from tests.unit.lottery.small_round import drawn_digest\nprint(drawn_digest(7), end='')\n"
    )

    run = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONHASHSEED": "4242", "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=True,
    )

    assert run.stdout == drawn_digest(7)
