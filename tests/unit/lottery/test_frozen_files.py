"""Frozen files: one spelling only, and a precise refusal of everything else."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.draw_files import MalformedRecordError, Table, format_file, parse_file, record_lines
from contracts.draw_record import Rules, Transcript, read_document
from contracts.draw_tables import (
    BARS,
    CHECKS,
    DRAWN,
    FRAMES,
    ITEMS,
    MEMBERS,
    ROSTERS,
    TEAMS,
    UNITS,
    VISITS,
    BarRow,
    CheckRow,
    DrawnRow,
    FrameRow,
    ItemRow,
    MemberRow,
    RosterRow,
    TeamRow,
    UnitRow,
    VisitRow,
)
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lottery.freezing import freeze
from tests.unit.lottery.small_round import small_record

ROW = FrameRow("uscc:91110000101623741K", "premises:7", "餐饮", 3, "fresh:2026-05-01")
CHECK = CheckRow(
    object="o:1",
    place="p:1",
    line="L1",
    department="market",
    item="标签",
    window_start="2026-07-01",
    window_end="2026-08-01",
    minutes=30,
    mode="announced",
    method="现场",
)


def test_a_frame_has_exactly_the_bytes_of_the_format() -> None:
    other = FrameRow("regno:110000000000001", "premises:7", "-", 1, "-")

    content = format_file(FRAMES, "2026-Q3", [ROW, other], "food")

    assert content.decode() == (
        "#joint-draw/v1\tframes\t2026-Q3\tfood\n"
        "regno:110000000000001\tpremises:7\t-\t1\t-\n"
        "uscc:91110000101623741K\tpremises:7\t餐饮\t3\tfresh:2026-05-01\n"
    )
    assert len(record_lines(content)) == 2
    assert parse_file(FRAMES, content, "2026-Q3", "food") == [other, ROW]


def test_top_level_files_carry_a_dash_as_name() -> None:
    content = format_file(CHECKS, "R1", [CHECK])

    assert content.startswith(b"#joint-draw/v1\tchecks\tR1\t-\n")
    assert parse_file(CHECKS, content, "R1") == [CHECK]


def test_every_kind_of_row_survives_writing_and_reading() -> None:
    digest = "ab" * 32
    samples: list[tuple[Table[Any], list[Any]]] = [
        (ROSTERS, [RosterRow("i-1", ("gas", "lab"), True, 2, 8, "-")]),
        (BARS, [BarRow("area:north", "i-1", "area"), BarRow("o:1", "i-1", "recusal")]),
        (VISITS, [VisitRow("R1-0", "o:1", "L1", "标签", "2026-07-01", "2026-07-02")]),
        (UNITS, [UnitRow("R1-0", "@food", 1, (), False, ("area:north", "o:1"))]),
        (DRAWN, [DrawnRow("o:2", 1, digest, True, "A"), DrawnRow("o:1", 2, digest, False, "A")]),
        (ITEMS, [ItemRow("o:2", "a", "-"), ItemRow("o:1", "b", digest)]),
        (
            TEAMS,
            [TeamRow("R1-0", 2, "gas+lab", "i-1", "pick"), TeamRow("R1-0", 10, "*", "-", "empty")],
        ),
        (MEMBERS, [MemberRow("market", "R1-0", 1, "i-1", "i-2", "ill", "2026-07-01T08:00:00Z")]),
    ]

    for table, rows in samples:
        content = format_file(table, "R1", rows, "market" if table.in_folder else "-")
        assert parse_file(table, content, "R1", "market" if table.in_folder else "-") == rows


@given(st.permutations([ROW._replace(object=f"o:{n}") for n in range(6)]))
def test_the_order_of_the_rows_given_does_not_matter(rows: list[FrameRow]) -> None:
    assert format_file(FRAMES, "R1", rows, "L1") == format_file(FRAMES, "R1", sorted(rows), "L1")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"object": "no-scheme"}, "object"),
        ({"object": "o:a,b"}, "object"),
        ({"object": "o:编号"}, "object"),
        ({"object": "o:" + "9" * 54}, "object"),
        ({"place": ""}, "place"),
        ({"stratum": "a\tb"}, "stratum"),
        ({"stratum": "a\nb"}, "stratum"),
        ({"stratum": "e\u0301"}, "stratum"),
        ({"stratum": ""}, "stratum"),
        ({"weight": 0}, "weight"),
        ({"weight": -1}, "weight"),
        ({"status": "Closed"}, "status"),
    ],
)
def test_a_bad_field_is_refused_by_file_row_and_name(change: dict[str, Any], field: str) -> None:
    rows = [ROW._replace(object="o:1"), ROW._replace(**change)]

    with pytest.raises(RuleBrokenError) as refused:
        freeze(FRAMES, "R1", rows, "L1")

    facts = refused.value.facts
    assert refused.value.rule is Rule.FROZEN_FIELD_INVALID
    assert (facts["file"], facts["row"], facts["field"]) == ("frames/L1.tsv", 3, field)


@pytest.mark.parametrize(
    ("content", "row", "field"),
    [
        (b"", 1, "text"),
        (b"#joint-draw/v1\tframes\tR1\tL1", 1, "text"),
        (b"#joint-draw/v1\tframes\tR2\tL1\n", 1, "header"),
        (b"#joint-draw/v1\tframes\tR1\tL1\r\n", 1, "header"),
        (b"#joint-draw/v1\tframes\tR1\tL1\n\xff\n", 2, "text"),
        (b"#joint-draw/v1\tframes\tR1\tL1\no:1\tp:1\t-\t1\n", 2, "columns"),
        (b"#joint-draw/v1\tframes\tR1\tL1\no:1\tp:1\t-\t01\t-\n", 2, "weight"),
        (b"#joint-draw/v1\tframes\tR1\tL1\no:2\tp:1\t-\t1\t-\no:1\tp:1\t-\t1\t-\n", 3, "row"),
        (b"#joint-draw/v1\tframes\tR1\tL1\no:1\tp:1\t-\t1\t-\no:1\tp:1\t-\t2\t-\n", 3, "object"),
        (b"#joint-draw/v1\tframes\tR1\tL1\n\n", 2, "columns"),
    ],
)
def test_a_file_that_is_not_as_written_is_refused(content: bytes, row: int, field: str) -> None:
    with pytest.raises(MalformedRecordError) as refused:
        parse_file(FRAMES, content, "R1", "L1")

    assert (refused.value.file, refused.value.row, refused.value.field) == (
        "frames/L1.tsv",
        row,
        field,
    )


def test_two_rows_for_one_object_are_refused_on_writing_too() -> None:
    with pytest.raises(MalformedRecordError, match="twice"):
        format_file(FRAMES, "R1", [ROW, ROW._replace(weight=4)], "L1")


def test_a_row_given_twice_is_named_where_it_comes_again() -> None:
    rows = [ItemRow("o:2", "a", "-"), ItemRow("o:1", "b", "-"), ItemRow("o:2", "a", "-")]

    with pytest.raises(MalformedRecordError, match="twice") as refused:
        format_file(ITEMS, "R1", rows, "L1")

    assert refused.value.row == 4


@pytest.mark.parametrize("name", ["a:b", "", "-", "a/b", "餐饮"])
def test_a_name_that_is_no_file_name_is_refused(name: str) -> None:
    with pytest.raises(MalformedRecordError) as refused:
        format_file(FRAMES, "R1", [ROW], name)

    assert refused.value.field == "name"


@pytest.mark.parametrize(
    ("before", "after", "member"),
    [
        (b'"rehearsal":0', b'"rehearsal":false', "document"),
        (b'"rehearsal":0', b'"rehearsal":2', "rehearsal"),
        (b'"policy":', b'"police":', "policy"),
        (b'"choose":2', b'"choose":4', "lines.joint-food.items"),
        (b'"rehearsal":0', b'"rehearsal": 0', "document"),
        (b'"ratio":[1,2]', b'"ratio":[1,0]', "lines.joint-food.strata.A.ratio.1"),
    ],
)
def test_a_changed_document_is_refused_by_its_member(
    before: bytes, after: bytes, member: str
) -> None:
    content = small_record()["rules.json"].replace(before, after)

    with pytest.raises(MalformedRecordError) as refused:
        read_document(Rules, content, "rules.json")

    assert refused.value.field == member


def test_a_document_that_is_not_json_is_refused() -> None:
    with pytest.raises(MalformedRecordError, match=r"transcript\.json"):
        read_document(Transcript, b"{", "transcript.json")
