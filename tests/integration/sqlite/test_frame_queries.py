"""A large frame file, asked through the query engine, answers as the words of the rules do."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.draw_files import MalformedRecordError
from contracts.draw_record import DrawRule
from contracts.draw_tables import FrameRow
from coordinator.adapters import frame_files, frame_queries
from coordinator.adapters.frame_files import FileFrame
from coordinator.domain.lottery import candidates
from coordinator.domain.lottery.frames import FrameBytes, counted
from coordinator.domain.lottery.keys import StageKeys
from coordinator.domain.lottery.sieve import Sieve
from coordinator.domain.object_draw import draw_line
from tests.unit.lottery.frame_cases import (
    BAD_ROWS,
    FRAME_ROWS,
    LINE,
    ROUND,
    RULES,
    a_rule,
    crowded_rows,
    frozen,
    many_rows,
)
from tests.unit.lottery.plain_draw import plain_drawn

KEYS = StageKeys(bytes(32))


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_files, "LARGE", 1)


def a_file(folder: Path, content: bytes, threads: int = 2) -> FileFrame:
    path = folder / "frame.tsv"
    path.write_bytes(content)
    return FileFrame(path, threads=threads)


@given(FRAME_ROWS, RULES, st.sampled_from((1, 2, 3)))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_draw_is_the_one_that_the_specification_words(
    tmp_path: Path, rows: list[FrameRow], rule: DrawRule, threads: int
) -> None:
    frame = counted(a_file(tmp_path, frozen(rows), threads), ROUND, LINE)

    assert list(draw_line(KEYS, LINE, rule, frame).drawn) == plain_drawn(KEYS, rule, rows)


@pytest.mark.parametrize(
    ("guests", "hosts", "rule"),
    [
        (1 << 20, 1 << 20, a_rule({"*": (1, 25, 0)})),
        (1 << 20, 1 << 20, a_rule({"A": (1, 300, 1), "*": (1, 4, 0)}, weighted=True)),
        (0, 1 << 20, a_rule({"*": (1, 25, 0)}, number=40, weighted=True)),
        (1 << 20, 0, a_rule({"*": (1, 1, 0)})),
    ],
)
def test_guests_are_drawn_alike_whether_they_came_along_or_are_asked_for(
    guests: int, hosts: int, rule: DrawRule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = crowded_rows()
    monkeypatch.setattr(frame_queries, "MOST_GUESTS", guests)
    monkeypatch.setattr(candidates, "MOST_HOSTS", hosts)
    frame = counted(a_file(tmp_path, frozen(rows)), ROUND, LINE)

    assert list(draw_line(KEYS, LINE, rule, frame).drawn) == plain_drawn(KEYS, rule, rows)


def test_engine_and_plain_reading_give_the_same_rows_and_residents(tmp_path: Path) -> None:
    content = frozen(crowded_rows())
    file, plain = a_file(tmp_path, content), FrameBytes(content)
    places = {f"o:{n}".encode() for n in range(0, 400, 7)}
    limits = {f"{s}\t{w}\t-".encode(): bytes([40 * w]) for s in "AB" for w in (1, 2, 3)}

    (near, guests_at), (near_too, guests_at_too) = (
        each.sift(Sieve(KEYS.key("object"), limits)) for each in (file, plain)
    )

    assert guests_at is not None
    assert guests_at_too is not None
    assert sorted(map(tuple, near)) == sorted(map(tuple, near_too))
    assert sorted(guests_at(places)) == sorted(guests_at_too(places))
    assert sorted(file.residents(places)) == sorted(plain.residents(places))
    assert file.count() == plain.count()


def test_an_engine_with_trouble_of_its_own_takes_no_good_frame_for_a_bad_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = frozen(crowded_rows())

    def give_up(_table: frame_queries.FrameTable) -> None:
        raise RuntimeError("resources exhausted")

    monkeypatch.setattr(frame_queries.FrameTable, "count", give_up)

    assert a_file(tmp_path, content).count() == FrameBytes(content).count()


STRANGE = (
    "\x01a\x01",
    '"q"',
    "'q'",
    "#1",
    "\\N",
    "NULL",
    " a ",
    "a,b",
    "高\u2028风险",
    "\x00",
    "a''b",
)


def test_strata_of_strange_names_in_a_folder_of_a_strange_name_are_drawn(tmp_path: Path) -> None:
    folder = tmp_path / "抽取 [1] it's 50%, a*b?#"
    folder.mkdir()
    rows = [FrameRow(f"o:{n}", f"o:{n // 2 * 2}", STRANGE[n % 11], 1, "-") for n in range(60)]
    rule = a_rule({"*": (1, 3, 0)})

    frame = counted(a_file(folder, frozen(rows)), ROUND, LINE)

    assert frame.counts == counted(FrameBytes(frozen(rows)), ROUND, LINE).counts
    assert list(draw_line(KEYS, LINE, rule, frame).drawn) == plain_drawn(KEYS, rule, rows)


FOUR = frozen(many_rows(4))


@pytest.mark.parametrize(
    ("content", "row", "field"),
    [
        *[(FOUR.replace(before, after, 1), row, field) for before, after, row, field in BAD_ROWS],
        (FOUR[:-1], 5, "text"),
        (FOUR.replace(b"-\no:2", b"-\r\no:2"), 3, "status"),
        (FOUR.replace(b"-\no:2", b"-\ro:2"), 3, "columns"),
        (FOUR.replace(b"-\no:2", b"-\n\no:2"), 4, "columns"),
        (FOUR.replace(b"-\no:2", b"-\n#\no:2"), 4, "columns"),
        (FOUR.replace(b"-\no:2", b"-\n#o:15\to:15\tA\t1\t-\no:2"), 4, "object"),
        (FOUR.replace(b"\tB\t", b"\t\t", 1), 3, "stratum"),
        (FOUR.replace(b"\tB\t", b"\t\rB\r\t", 1), 3, "stratum"),
        (FOUR.replace(b"p:0\tB", b"\tB"), 3, "place"),
        (FOUR.replace(b"p:0\tB", b"p:" + b"0" * 54 + b"\tB"), 3, "place"),
        (FOUR.replace(b"o:3\t", b"o:1\t"), 5, "row"),
        (FOUR.replace(b"o:3\t", b"o:2\t"), 5, "object"),
    ],
)
def test_a_bad_row_is_named(content: bytes, row: int, field: str, tmp_path: Path) -> None:
    with pytest.raises(MalformedRecordError) as refused:
        counted(a_file(tmp_path, content), ROUND, LINE)

    assert (refused.value.row, refused.value.field) == (row, field)
    with pytest.raises(MalformedRecordError) as refused_too:
        counted(FrameBytes(content, 1), ROUND, LINE)
    assert str(refused_too.value) == str(refused.value)
