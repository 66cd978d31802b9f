"""The figures of the self-audit against exact fractions."""

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.draw_record import DrawRule, StratumCounts, StratumRule
from contracts.draw_tables import DrawnRow, FrameRow
from coordinator.domain.lottery.self_audit import (
    Hits,
    LineDrawn,
    PooledHits,
    StratumAudit,
    audit_line,
    audits_of_lines,
    expected_repeats,
    tail,
)


def exact_tail(hits: Hits) -> Fraction:
    """Sum the exact chances of all outcomes that are no more likely than this one."""

    def ways(number: int) -> int:
        others = hits.eligible - hits.marked
        return comb(hits.marked, number) * comb(others, hits.drawn - number)

    possible = range(max(0, hits.drawn + hits.marked - hits.eligible), hits.drawn + 1)
    own = ways(hits.hit)
    return Fraction(
        sum(ways(n) for n in possible if ways(n) <= own), comb(hits.eligible, hits.drawn)
    )


@st.composite
def outcomes(draw: st.DrawFn) -> Hits:
    eligible = draw(st.integers(1, 60))
    marked, drawn = draw(st.integers(0, eligible)), draw(st.integers(0, eligible))
    lowest, highest = max(0, drawn + marked - eligible), min(drawn, marked)
    hit = draw(st.integers(lowest, highest))
    return Hits(eligible=eligible, marked=marked, drawn=drawn, hit=hit)


@given(outcomes())
def test_a_tail_is_the_exact_one(hits: Hits) -> None:
    assert tail(hits) == pytest.approx(float(exact_tail(hits)), rel=1e-9)


def test_a_tail_of_millions_neither_overflows_nor_vanishes() -> None:
    usual = Hits(eligible=10_000_000, marked=5_000_000, drawn=200_000, hit=100_100)
    odd = Hits(eligible=10_000_000, marked=5_000_000, drawn=200_000, hit=103_000)

    assert 0.6 < tail(usual) < 0.7
    assert tail(odd) < 1e-15


def test_what_could_not_come_out_otherwise_is_not_unusual() -> None:
    assert tail(Hits(eligible=9, marked=4, drawn=9, hit=4)) == 1.0
    assert tail(Hits(eligible=9, marked=0, drawn=3, hit=0)) == 1.0


@pytest.mark.parametrize(
    ("marked", "drawn", "small"), [(50, 10, False), (50, 9, True), (5, 50, True), (95, 50, True)]
)
def test_few_expected_hits_or_misses_say_nothing(marked: int, drawn: int, small: bool) -> None:
    assert Hits(eligible=100, marked=marked, drawn=drawn, hit=0).is_too_small is small


def test_repeated_pairs_are_expected_as_their_exact_chances_say() -> None:
    pairs, meetings = 6, 4
    missed = Fraction(5, 6)
    exact = pairs * (1 - missed**meetings - meetings * Fraction(1, 6) * missed ** (meetings - 1))

    assert expected_repeats(pairs, meetings) == pytest.approx(float(exact))
    assert expected_repeats(0, 3) == expected_repeats(3, 0) == 0.0


def test_a_line_is_compared_stratum_by_stratum() -> None:
    frame = [FrameRow(f"o:{n}", f"o:{n}", "s-1" if n < 6 else "s-2", 1, "-") for n in range(10)]
    frame.append(FrameRow("o:x", "o:x", "s-1", 1, "cap"))
    rule = DrawRule(
        weighted=0,
        number=None,
        strata={
            "s-1": StratumRule(ratio=(1, 2), minimum=0),
            "*": StratumRule(ratio=(1, 4), minimum=2),
        },
        items=None,
    )
    drawn = [
        DrawnRow("o:0", 1, "0" * 64, False, "s-1"),
        DrawnRow("o:5", 2, "1" * 64, False, "s-1"),
        DrawnRow("o:6", 1, "2" * 64, False, "s-2"),
    ]

    counts = {
        "s-1": StratumCounts(frame=7, excluded={"cap": 1}, drawn=2),
        "s-2": StratumCounts(frame=4, excluded={}, drawn=1),
    }

    first, second = audit_line(LineDrawn("L1", rule, counts, drawn), frame, {"o:5", "o:6", "o:9"})

    assert (first.promised, first.first_half.drawn) == (3, 2)  # one is missing, and it shows
    assert first.first_half == Hits(eligible=6, marked=3, drawn=2, hit=1)
    assert first.drawn_before == Hits(eligible=6, marked=1, drawn=2, hit=1)
    assert (second.promised, second.drawn_before.hit) == (2, 1)


def test_a_fixed_number_makes_the_line_one_stratum() -> None:
    frame = [FrameRow(f"o:{n}", f"o:{n}", "-", 1, "-") for n in range(4)]
    rule = DrawRule(weighted=0, number=9, strata={}, items=None)
    drawn = [DrawnRow(f"o:{n}", n + 1, f"{n:064x}", False, "*") for n in range(4)]

    counts = {"*": StratumCounts(frame=4, excluded={}, drawn=4)}

    [only] = audit_line(LineDrawn("L1", rule, counts, drawn), frame, ())

    assert (only.stratum, only.promised, only.first_half.hit) == ("*", 4, 2)


def test_strata_are_put_together_by_line_and_one_broken_promise_shows() -> None:
    good = Hits(eligible=100, marked=50, drawn=30, hit=14)
    bad = Hits(eligible=40, marked=20, drawn=19, hit=11)

    def stratum(line: str, hits: Hits, promised: int) -> StratumAudit:
        return StratumAudit(
            line=line,
            stratum="s-1",
            weighted=False,
            promised=promised,
            first_half=hits,
            drawn_before=hits,
        )

    first, second = audits_of_lines(
        [stratum("L1", good, 29), stratum("L1", bad, 20), stratum("L2", good, 30)]
    )

    assert (first.line, first.promised, first.first_half.drawn) == ("L1", 49, 49)
    assert not first.is_kept  # the sums agree, the strata do not
    assert second.is_kept
    assert (first.first_half.hit, first.first_half.expected) == (25, Fraction(49, 2))


@pytest.mark.parametrize("hit", [300, 320, 350])
def test_one_pooled_stratum_is_about_as_unusual_as_its_exact_tail(hit: int) -> None:
    hits = Hits(eligible=10_000, marked=3_000, drawn=1_000, hit=hit)

    assert PooledHits((hits,)).chance == pytest.approx(tail(hits), abs=0.02)


def test_pooled_hits_of_nothing_say_nothing() -> None:
    single = Hits(eligible=1, marked=1, drawn=1, hit=1)

    assert PooledHits((single,)).chance == 1.0
    assert PooledHits((single,)).is_too_small
