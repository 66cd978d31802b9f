"""The object and item draw: exact numbers, fair places, and nothing but keys and rows decides."""

import subprocess
import sys
from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.draw_record import DrawRule, ItemRule, RoundRules, StratumRule
from contracts.draw_tables import FrameRow
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lottery.items import draw_items
from coordinator.domain.lottery.keys import StageKeys
from coordinator.domain.lottery.sampling import (
    Candidate,
    certain_objects,
    first_in_order,
    number_to_draw,
)
from coordinator.domain.lottery.tickets import object_tickets, place_holders, ticketer
from coordinator.domain.object_draw import (
    LineDraw,
    draw_line,
    draw_objects,
    next_replacement,
    reserve,
)
from tests.unit.lottery.small_round import drawn_digest

KEYS = StageKeys(bytes(32))
TICKETS = st.binary(min_size=32, max_size=32)
CANDIDATES = st.lists(st.tuples(TICKETS, st.integers(1, 50)), min_size=1, max_size=30).map(
    lambda pairs: [(ticket, f"o:{n}", weight) for n, (ticket, weight) in enumerate(pairs)]
)


def _rule(
    strata: dict[str, tuple[int, int, int]], *, weighted: bool = False, number: int | None = None
) -> DrawRule:
    return DrawRule(
        weighted=1 if weighted else 0,
        number=number,
        strata={
            name: StratumRule(ratio=(num, den), minimum=least)
            for name, (num, den, least) in strata.items()
        },
        items=None,
    )


def _frame(number: int, strata: str = "AB") -> list[FrameRow]:
    return [
        FrameRow(f"o:{n}", f"p:{n // 3}", strata[n % len(strata)], 1 + n % 5, "-")
        for n in range(number)
    ]


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


@given(st.permutations(_frame(24)), st.booleans())
@settings(max_examples=30)
def test_the_order_of_the_rows_does_not_matter(rows: list[FrameRow], weighted: bool) -> None:
    rule = _rule({"A": (1, 3, 0), "*": (1, 4, 2)}, weighted=weighted)

    draw = draw_line(KEYS, "L1", rule, rows)

    assert draw == draw_line(KEYS, "L1", rule, _frame(24))


def test_each_stratum_follows_its_own_rule_and_star_serves_the_others() -> None:
    rule = _rule({"A": (1, 2, 0), "*": (0, 1, 3)})

    draw = draw_line(KEYS, "L1", rule, _frame(30, "ABC"))

    assert [len(_objects(draw, stratum)) for stratum in "ABC"] == [5, 3, 3]
    assert [row.rank for row in draw.drawn] == [1, 2, 3, 4, 5, 1, 2, 3, 1, 2, 3]


def test_a_stratum_without_a_rule_is_refused() -> None:
    with pytest.raises(RuleBrokenError) as refused:
        draw_line(KEYS, "L1", _rule({"A": (1, 2, 0)}), _frame(4))

    assert refused.value.rule is Rule.STRATUM_WITHOUT_RULE
    assert refused.value.facts == {"line": "L1", "stratum": "B"}


def test_a_line_without_a_frame_is_refused() -> None:
    rules = RoundRules(round="R1", lines={"L1": _rule({}), "L2": _rule({})})

    with pytest.raises(RuleBrokenError) as refused:
        draw_objects(KEYS, rules, {"L1": []})

    assert refused.value.facts == {"lines": ["L2"]}


def test_a_fixed_number_makes_the_line_one_stratum() -> None:
    draw = draw_line(KEYS, "L1", _rule({}, number=7), _frame(30))

    assert len(_objects(draw, "*")) == 7
    assert [each.stratum for each in draw.strata] == ["*"]


def test_a_fixed_number_above_the_frame_draws_all() -> None:
    draw = draw_line(KEYS, "L1", _rule({}, number=70), _frame(30))

    assert len(draw.drawn) == 30


def test_excluded_objects_are_counted_by_code_and_never_drawn() -> None:
    codes = {1: "cap", 3: "fresh:2026-01-01", 5: "fresh:2026-02-02"}
    frame = [row._replace(status=codes.get(n, "-")) for n, row in enumerate(_frame(12))]

    draw = draw_line(KEYS, "L1", _rule({"*": (1, 1, 0)}), frame)

    assert [each.counts().model_dump() for each in draw.strata] == [
        {"frame": 6, "excluded": {}, "drawn": 6},
        {"frame": 6, "excluded": {"cap": 1, "fresh": 2}, "drawn": 3},
    ]
    assert not {"o:1", "o:3", "o:5"} & {row.object for row in draw.drawn}


def test_the_reserve_continues_the_order_and_then_ends() -> None:
    rule, frame = _rule({"*": (1, 3, 0)}), _frame(12, "A")
    draw = draw_line(KEYS, "L1", rule, frame)
    everything = draw_line(KEYS, "L1", _rule({"*": (1, 1, 0)}), frame)

    reserved = reserve(KEYS, rule, frame, draw.strata[0])

    assert _objects(draw, "A") + reserved == _objects(everything, "A")
    assert next_replacement(reserved, {reserved[0]}, "A") == reserved[1]
    with pytest.raises(RuleBrokenError) as refused:
        next_replacement(reserved, set(reserved), "A")
    assert refused.value.rule is Rule.NO_REPLACEMENT_LEFT


def test_lines_share_tickets_so_that_a_smaller_sample_lies_inside_a_larger_one() -> None:
    small, large = _rule({"*": (1, 10, 0)}), _rule({"*": (1, 5, 0)})
    rules = RoundRules(round="R1", lines={"L1": small, "L2": large})

    draws = draw_objects(KEYS, rules, {"L1": _frame(60, "A"), "L2": _frame(60, "A")})

    assert set(_objects(draws["L1"], "A")) < set(_objects(draws["L2"], "A"))


def test_one_object_of_a_shared_place_holds_the_ticket_of_the_place() -> None:
    residents = [("o:1", "p:1"), ("o:2", "p:1"), ("o:3", "p:1"), ("o:4", "p:4")]
    by_place, by_object = ticketer(KEYS.key("place")), ticketer(KEYS.key("object"))

    holders = place_holders(KEYS, residents)
    tickets = dict(zip("1234", object_tickets(KEYS, residents, holders), strict=True))

    holder = min(("o:1", "o:2", "o:3"), key=by_place)
    assert holders == {"p:1": holder}
    assert tickets.pop(holder[-1]) == by_object("p:1")
    assert tickets.pop("4") == by_object("p:4")
    assert all(ticket == by_object(f"o:{code}") for code, ticket in tickets.items())


@given(CANDIDATES, st.data())
def test_certain_objects_are_those_whose_chance_would_reach_one(
    candidates: Sequence[Candidate], data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, len(candidates)))

    certainty = certain_objects(candidates, number)

    open_weights = [w for _, code, w in candidates if code not in certainty.taken]
    sure_weights = [w for _, code, w in candidates if code in certainty.taken]
    assert certainty.number == number - len(sure_weights)
    assert certainty.weight == sum(open_weights)
    assert all(certainty.number * weight < certainty.weight for weight in open_weights)
    assert not sure_weights or min(sure_weights) >= max(open_weights, default=0)


@given(CANDIDATES, st.data())
def test_pareto_order_is_the_order_of_exact_fractions(
    candidates: list[Candidate], data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, len(candidates)))
    certainty = certain_objects(candidates, number)

    order = first_in_order(candidates, number, len(candidates), weighted=True)

    def key(candidate: Candidate) -> tuple[bool, Fraction, bytes, str]:
        ticket, code, weight = candidate
        if code in certainty.taken or certainty.number == 0:
            return (code not in certainty.taken, Fraction(0), ticket, code)
        odd, chance = 2 * int.from_bytes(ticket[:8], "big") + 1, certainty.number * weight
        ratio = Fraction(odd * (certainty.weight - chance), (2**65 - odd) * chance)
        return (True, ratio, ticket, code)

    assert [place.object for place in order] == [each[1] for each in sorted(candidates, key=key)]
    assert {place.object for place in order if place.certain} == certainty.taken


def test_items_are_always_and_the_smallest_tickets_written_bytewise() -> None:
    rule = ItemRule.model_validate({"always": ["m"], "from": ["a", "b", "z"], "choose": 2})
    ticket = ticketer(KEYS.key("item|L1"))

    rows = draw_items(KEYS, "L1", rule, ["o:2", "o:1"])

    chosen = sorted("abz", key=lambda item: ticket(f"o:2|{item}"))[:2]
    assert [row.object for row in rows] == ["o:2"] * 3 + ["o:1"] * 3
    assert [row.item for row in rows[:3]] == sorted([*chosen, "m"])
    assert {row.item: row.ticket for row in rows[:3]}["m"] == "-"


@pytest.mark.parametrize("hash_seed", ["0", "1", "4242"])
def test_the_hash_seed_of_the_interpreter_decides_nothing(hash_seed: str) -> None:
    script = (
        "from tests.unit.lottery.small_round import drawn_digest\nprint(drawn_digest(7), end='')\n"
    )

    run = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=True,
    )

    assert run.stdout == drawn_digest(7)
