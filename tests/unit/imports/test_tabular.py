"""Tables out of files: encodings, line numbers, headers, merged cells, sizes."""

from pathlib import Path

import pytest

from coordinator.adapters.imports.csv_text import csv_records, detect_encoding
from coordinator.adapters.imports.tables import Limits
from coordinator.adapters.imports.tabular import open_table, repeat_from_above
from coordinator.domain.errors import Rule, RuleBrokenError
from tests.unit.imports.files import write_ods, write_xlsx

LIMITS = Limits(file_bytes=1 << 20, unpacked_bytes=1 << 22, header_rows=20)
HEADERS = {"code": ("编号", "code"), "name": ("名称",), "note": ("备注",)}


def rows_of(path: Path) -> list[tuple[int, tuple[str, ...]]]:
    return [
        (row.number, row.cells) for row in open_table(path, HEADERS, ["code", "name"], LIMITS).rows
    ]


def refusal(path: Path, limits: Limits = LIMITS) -> RuleBrokenError:
    with pytest.raises(RuleBrokenError) as caught:
        list(open_table(path, HEADERS, ["code", "name"], limits).rows)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_the_encodings_authorities_use(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("编号,名称\n1,云溪大酒店\n".encode(encoding))

    assert rows_of(path) == [(2, ("1", "云溪大酒店"))]


def test_a_file_in_neither_encoding_is_refused_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("编号,名称\n1,好\n".encode() + b"2,\xff\xff\n")

    broken = refusal(path)

    assert broken.rule == Rule.IMPORT_ENCODING_UNKNOWN
    assert broken.facts["lines"] == {
        "utf-8-sig": 3,
        "gb18030": 2,
    }  # by GB18030, line 2 is wrong too


def test_an_encoding_is_decided_by_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" * 300_000 + "编号".encode("gb18030"))

    assert detect_encoding(path) == "gb18030"


def test_line_numbers_count_lines_inside_quoted_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('编号,名称\n1,"两\n行"\n2,b\n', "utf-8")

    assert list(csv_records(path, LIMITS)) == [
        (1, ["编号", "名称"]),
        (2, ["1", "两\n行"]),
        (4, ["2", "b"]),
    ]


def test_an_unfinished_quote_is_refused_with_the_line_where_it_begins(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('编号,名称\n1,a\n2,"b\n3,c\n', "utf-8")

    broken = refusal(path)

    assert (broken.rule, broken.facts["line"]) == (Rule.IMPORT_FILE_UNREADABLE, 3)


def test_blank_rows_are_passed_over_and_numbers_stay_those_of_the_file(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "a.xlsx", [["标题"], ["编号", "名称"], [], [1.0, "甲"], [2.5, "乙"]]
    )

    assert rows_of(path) == [(4, ("1", "甲")), (5, ("2.5", "乙"))]


def test_a_header_over_two_rows_is_found_with_and_without_merged_cells(tmp_path: Path) -> None:
    rows = [["编号", "抽查项目", ""], ["", "名称", "备注"], ["1", "甲", "x"]]
    merged = write_xlsx(tmp_path / "a.xlsx", rows, [(0, 0, 1, 0), (0, 1, 0, 2)])
    plain = tmp_path / "a.csv"
    plain.write_text("\n".join(",".join(row) for row in rows), "utf-8")

    assert rows_of(merged) == rows_of(plain) == [(3, ("1", "甲", "x"))]


def test_merged_cells_repeat_their_value_and_remember_where_it_is_written(tmp_path: Path) -> None:
    rows = [["编号", "名称"], ["1", "甲"], ["", "乙"], ["", "丙"]]
    path = write_xlsx(tmp_path / "a.xlsx", rows, [(1, 0, 2, 0)])

    table = open_table(path, HEADERS, ["code", "name"], LIMITS)
    found = [(table.cell(row, "code"), table.origin(row, "code")) for row in table.rows]

    assert found == [("1", 2), ("1", 2), ("", 4)]


def test_blank_cells_repeat_from_above_on_demand_in_an_odf_sheet(tmp_path: Path) -> None:
    rows = [["编号", "名称", "备注"], ["1", "甲", "x"], ["", "乙", ""]]
    path = write_ods(tmp_path / "a.ods", rows)

    table = open_table(path, HEADERS, ["code", "name"], LIMITS)
    filled = list(repeat_from_above(table, ["code"]))

    assert [row.cells for row in filled] == [("1", "甲", "x"), ("1", "乙", "")]
    assert [row.origins[0] for row in filled] == [2, 2]


def test_missing_columns_are_named_with_those_found(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("编号,地址\n1,a\n", "utf-8")

    broken = refusal(path)

    assert broken.rule == Rule.IMPORT_COLUMNS_MISSING
    assert (broken.facts["missing"], broken.facts["found"]) == (["名称"], ["编号"])


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.ods"])
def test_a_file_that_is_no_spreadsheet_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"PK\x03\x04 not a workbook")

    assert refusal(path).rule == Rule.IMPORT_FILE_UNREADABLE


def test_a_missing_file_and_an_unknown_format_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.csv").rule == Rule.IMPORT_FILE_UNREADABLE
    assert refusal(tmp_path / "a.pdf").rule == Rule.IMPORT_FORMAT_UNKNOWN


def test_an_archive_that_unpacks_too_large_is_refused_before_unpacking(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [["编号", "名称"], *[["1", "甲" * 50]] * 500])
    limits = LIMITS.model_copy(update={"unpacked_bytes": 20_000})

    broken = refusal(path, limits)

    assert path.stat().st_size < 20_000
    assert (broken.rule, broken.facts["limit"]) == (Rule.IMPORT_FILE_TOO_LARGE, 20_000)
