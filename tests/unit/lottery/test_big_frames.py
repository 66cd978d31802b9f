"""A frame that is never in memory as a whole is drawn as the words of the specification say."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.draw_files import MalformedRecordError
from contracts.draw_record import DrawRule
from contracts.draw_tables import FrameRow
from coordinator.domain.lottery import candidates, sampling, sieve
from coordinator.domain.lottery.frames import FrameBytes, counted
from coordinator.domain.lottery.keys import StageKeys
from coordinator.domain.lottery.sampling import Stratum
from coordinator.domain.object_draw import draw_line, reserve
from tests.thoroughness import some_of
from tests.unit.lottery.frame_cases import (
    BAD_ROWS,
    FRAME_ROWS,
    LINE,
    ROUND,
    RULES,
    a_frame,
    a_rule,
    crowded_rows,
    drawn_digest,
    frozen,
    many_rows,
)
from tests.unit.lottery.plain_draw import plain_drawn, plain_order

KEYS = StageKeys(bytes(32))


@given(FRAME_ROWS, RULES, st.integers(1, 400))
@settings(max_examples=some_of(150))
def test_the_draw_is_the_one_that_the_specification_words(
    rows: list[FrameRow], rule: DrawRule, at_once: int
) -> None:
    draw = draw_line(KEYS, LINE, rule, a_frame(rows, at_once))

    assert list(draw.drawn) == plain_drawn(KEYS, rule, rows)


@given(FRAME_ROWS, RULES, st.integers(0, 70))
def test_the_reserve_is_the_order_beyond_those_drawn(
    rows: list[FrameRow], rule: DrawRule, number: int
) -> None:
    frame = a_frame(rows)
    orders = plain_order(KEYS, rule, rows)

    for stratum in draw_line(KEYS, LINE, rule, frame).strata:
        drawn, order = orders[stratum.stratum]
        reserved = reserve(KEYS, rule, frame, stratum, number)
        assert reserved == [row.object for row in order[drawn : drawn + number]]


@pytest.mark.parametrize("weighted", [False, True])
def test_a_limit_that_keeps_too_few_is_widened_until_nobody_is_missed(
    weighted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, rule = many_rows(900), a_rule({"*": (1, 30, 0)}, weighted=weighted)
    passes = []

    def stingy(stratum: Stratum, spare: int) -> dict[int, bytes]:
        passes.append(spare)
        words = {1: 2**56, 8: 2**58, 64: 2**59}
        word = words.get(spare)
        limit = sampling.EVERYBODY if word is None else word.to_bytes(8, "big")
        certain = dict.fromkeys(stratum.certainty.weights, sampling.EVERYBODY)
        return {weight: certain.get(weight, limit) for weight in stratum.weights}

    monkeypatch.setattr(Stratum, "limits", stingy)
    draw = draw_line(KEYS, LINE, rule, a_frame(rows))

    assert list(draw.drawn) == plain_drawn(KEYS, rule, rows)
    assert max(passes) > 1


@pytest.mark.parametrize("weighted", [False, True])
def test_one_pass_with_a_low_limit_is_enough_for_a_large_stratum(
    weighted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [FrameRow(f"o:{n}", f"o:{n}", "A", 1 + n % 9, "-") for n in range(20_000)]
    rule = a_rule({"A": (1, 100, 0)}, weighted=weighted)
    kept = []
    order = Stratum.order

    def counting(stratum, candidates, limits):  # type: ignore[no-untyped-def] # passed through
        kept.append(len(candidates))
        return order(stratum, candidates, limits)

    monkeypatch.setattr(Stratum, "order", counting)
    draw = draw_line(KEYS, LINE, rule, a_frame(rows))

    assert len(draw.drawn) == 200
    assert len(kept) == 1
    assert kept[0] < 700


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("guests", "hosts"), [(1 << 20, 1 << 20), (0, 1 << 20), (1 << 20, 0)])
def test_guests_are_drawn_alike_whether_their_places_are_looked_up_or_passed_over(
    guests: int, hosts: int, weighted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, rule = crowded_rows(), a_rule({"*": (1, 25, 0)}, weighted=weighted)
    monkeypatch.setattr(sieve, "MOST_GUESTS", guests)
    monkeypatch.setattr(candidates, "MOST_HOSTS", hosts)

    for seed in range(5):
        keys = StageKeys(bytes([seed]) * 32)
        draw = draw_line(keys, LINE, rule, a_frame(rows, 3000))
        assert list(draw.drawn) == plain_drawn(keys, rule, rows)


@given(st.sets(st.integers(0, 999), max_size=40), st.lists(st.integers(0, 999), max_size=40))
def test_a_record_is_found_by_its_object_and_no_other(there: set[int], asked: list[int]) -> None:
    rows = [FrameRow(f"o:{n}", f"p:{n}", "A", 1, "-") for n in there]
    frame = FrameBytes(frozen(rows))

    found = list(frame.find(f"o:{n}".encode() for n in asked))

    assert found == [f"o:{n}\tp:{n}\tA\t1\t-".encode() for n in asked if n in there]


@given(st.data())
@settings(max_examples=some_of(20))
def test_permuted_rows_and_any_cut_of_the_lines_give_the_same_draw(data: st.DataObject) -> None:
    rows = many_rows(60)
    rule = a_rule({"A": (1, 3, 0), "*": (1, 4, 2)}, weighted=data.draw(st.booleans()))

    shuffled, at_once = data.draw(st.permutations(rows)), data.draw(st.integers(1, 3000))

    assert draw_line(KEYS, LINE, rule, a_frame(shuffled, at_once)) == draw_line(
        KEYS, LINE, rule, a_frame(rows)
    )


@given(FRAME_ROWS, st.integers(1, 400))
def test_counts_are_those_of_the_rows(rows: list[FrameRow], at_once: int) -> None:
    kinds = Counter((row.stratum, row.weight, row.status.partition(":")[0]) for row in rows)

    assert a_frame(rows, at_once).counts == kinds


@pytest.mark.parametrize(("before", "after", "row", "field"), BAD_ROWS)
@pytest.mark.parametrize("at_once", [1, 1 << 20])
def test_a_bad_row_is_named_wherever_the_lines_are_cut(
    before: bytes, after: bytes, row: int, field: str, at_once: int
) -> None:
    content = frozen(many_rows(4)).replace(before, after, 1)

    with pytest.raises(MalformedRecordError) as refused:
        counted(FrameBytes(content, at_once), ROUND, LINE)

    assert (refused.value.row, refused.value.field) == (row, field)


def test_a_frame_whose_last_line_is_cut_off_is_refused() -> None:
    with pytest.raises(MalformedRecordError, match="no-line-feed"):
        counted(FrameBytes(frozen(many_rows(4))[:-1]), ROUND, LINE)


_SCRIPT = "from tests.unit.lottery.frame_cases import drawn_digest; print(drawn_digest(), end='')"


def test_the_hash_seed_of_the_interpreter_decides_nothing() -> None:
    with_another_seed = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        env={"PYTHONHASHSEED": "4242", "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert with_another_seed == drawn_digest()
