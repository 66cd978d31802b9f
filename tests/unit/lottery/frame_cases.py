"""Frames for tests: made by hypothesis or by number, and read in any cut of their lines."""

from collections.abc import Sequence
from hashlib import sha256

from hypothesis import strategies as st

from contracts.draw_files import format_file
from contracts.draw_record import DrawRule, StratumRule
from contracts.draw_tables import FRAMES, FrameRow
from coordinator.domain.lottery.frames import CountedFrame, FrameBytes, counted
from coordinator.domain.lottery.keys import StageKeys
from coordinator.domain.object_draw import draw_line

ROUND, LINE = "R1", "L1"


def frozen(rows: Sequence[FrameRow]) -> bytes:
    """Return the bytes of a frame, whatever the order of the rows given."""
    return format_file(FRAMES, ROUND, rows, LINE)


def a_frame(rows: Sequence[FrameRow], at_once: int = 1 << 20) -> CountedFrame:
    """Return a frame that is read about `at_once` bytes at a time."""
    return counted(FrameBytes(frozen(rows), at_once), ROUND, LINE)


def a_rule(
    strata: dict[str, tuple[int, int, int]], *, weighted: bool = False, number: int | None = None
) -> DrawRule:
    """Return a rule from (numerator, denominator, minimum) by stratum."""
    return DrawRule(
        weighted=1 if weighted else 0,
        number=number,
        strata={
            name: StratumRule(ratio=(num, den), minimum=least)
            for name, (num, den, least) in strata.items()
        },
        items=None,
    )


def many_rows(number: int, strata: str = "AB") -> list[FrameRow]:
    """Return rows of which every third shares its place with the two before it."""
    return [
        FrameRow(f"o:{n}", f"p:{n // 3}", strata[n % len(strata)], 1 + n % 5, "-")
        for n in range(number)
    ]


def crowded_rows() -> list[FrameRow]:
    """Return rows of which a third is at another's place, some of whose hosts are out or absent."""
    status = {0: "closed", 5: "cap"}
    return [
        FrameRow(
            f"o:{n}",
            f"o:{n // 7 * 7 if n % 3 == 1 else n}" if n % 11 else f"p:{n}",
            "AB"[n % 2],
            1 + n % 3,
            status.get(n % 13, "-"),
        )
        for n in range(1000)
    ]


BAD_ROWS = [
    (b"o:1\tp:0", b"o:1 \tp:0", 3, "object"),
    (b"o:1\tp:0", b"o1\tp:0", 3, "object"),
    (b"o:1\tp:0", b"o:1\tp,0:0", 3, "place"),
    (b"o:1\tp:0", b"o:1\t\tp:0", 3, "columns"),
    (b"o:1\tp:0", b"o:0\tp:0", 3, "object"),
    (b"o:1\tp:0", b"o:3\tp:0", 4, "row"),
    (b"\tB\t2\t", b"\tB\t02\t", 3, "weight"),
    (b"\tB\t2\t", b"\te\xcc\x81\t2\t", 3, "stratum"),
    (b"\tB\t2\t", b"\t\xff\t2\t", 3, "text"),
    (b"\tB\t2\t-", b"\tB\t2\tCap", 3, "status"),
    (b"frames\tR1", b"frames\tR2", 1, "header"),
]
"""What makes many_rows() a bad frame: before, after, and row and field that are named."""

_ROWS = st.tuples(
    st.one_of(st.none(), st.integers(0, 12)),  # whose place; its own where none is named
    st.sampled_from(("A", "B", "高")),
    st.integers(1, 6) | st.sampled_from((40, 10**9)),
    st.sampled_from(("-", "-", "-", "cap", "fresh:2026-05-01")),
)
FRAME_ROWS = st.lists(_ROWS, min_size=1, max_size=60).map(
    lambda rows: [
        FrameRow(f"o:{n}", f"o:{n if host is None else host}", stratum, weight, status)
        for n, (host, stratum, weight, status) in enumerate(rows)
    ]
)
RULES = st.builds(
    a_rule,
    st.fixed_dictionaries(
        {"*": st.tuples(st.integers(0, 3), st.integers(1, 9), st.integers(0, 4))},
        optional={"A": st.tuples(st.integers(0, 2), st.integers(1, 5), st.integers(0, 30))},
    ),
    weighted=st.booleans(),
    number=st.none() | st.integers(0, 40),
)


def drawn_digest() -> str:
    """Give the digest of a draw from 900 rows that are read 99 at once."""
    draw = draw_line(
        StageKeys(bytes(32)), "L1", a_rule({"*": (1, 9, 2)}), a_frame(many_rows(900), 99)
    )
    return sha256(repr(draw).encode()).hexdigest()
