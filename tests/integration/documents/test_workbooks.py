"""Spreadsheets: text stays text, equal rows give equal bytes."""

import io
import zipfile
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from coordinator.adapters.documents import workbook
from coordinator.adapters.documents.workbooks import sheet_name

CODE = "911101020000001237"


def _cells(body: bytes) -> list[list[object]]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0)
    return [list(row) for row in sheet.to_python()]


def _part(body: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        return book.read(name).decode()


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "{=1+1}", "http://example.org/", CODE, "007", "1e5"]
)
def test_a_text_stays_the_same_text_whatever_it_looks_like(text: str) -> None:
    body = workbook("对象", ["编号"], [[text]])

    assert _cells(body) == [["编号"], [text]]
    sheet = _part(body, "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet


def test_text_cells_carry_the_text_format() -> None:
    body = workbook("对象", ["编号"], [[CODE]])

    assert 'numFmtId="49"' in _part(body, "xl/styles.xml")


def test_numbers_are_numbers_dates_are_iso_text_and_none_is_blank() -> None:
    row = [12, 0.5, date(2026, 11, 21), None, "末"]

    cells = _cells(workbook("表", ["甲", "乙", "丙", "丁", "戊"], [row]))

    assert cells[1] == [12, 0.5, "2026-11-21", "", "末"]


def test_an_integer_that_a_spreadsheet_would_round_stays_text() -> None:
    cells = _cells(workbook("表", ["号"], [[1234567890123456789]]))

    assert cells[1] == ["1234567890123456789"]


def test_equal_rows_give_equal_bytes() -> None:
    rows = [[f"编号{number}", number] for number in range(300)]

    first, second = workbook("表", ["甲", "乙"], rows), workbook("表", ["甲", "乙"], iter(rows))

    assert first == second
    assert len(_cells(first)) == 301


def test_the_header_is_frozen_and_filters_all_rows() -> None:
    sheet = _part(workbook("表", ["甲", "乙"], [["a", 1], ["b", 2]]), "xl/worksheets/sheet1.xml")

    assert 'state="frozen"' in sheet
    assert '<autoFilter ref="A1:B3"/>' in sheet


def test_a_column_is_as_wide_as_its_widest_early_text_up_to_a_limit() -> None:
    sheet = _part(
        workbook("表", ["甲", "乙"], [["云溪大酒店有限公司", "长" * 500]]),
        "xl/worksheets/sheet1.xml",
    )

    assert 'min="1" max="1" width="20.' in sheet
    assert 'min="2" max="2" width="60.' in sheet


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("检查[对象]: 甲/乙?", "检查 对象 甲 乙"),
        ("长" * 40, "长" * 31),
        ("", "_"),
        ("'引'", "引"),
        ("History", "History_"),
    ],
)
def test_a_title_becomes_a_sheet_name_that_excel_accepts(title: str, name: str) -> None:
    body = workbook(title, ["甲"], [])

    assert sheet_name(title) == name
    assert f'name="{name}"' in _part(body, "xl/workbook.xml")


def test_a_text_too_long_for_a_cell_is_visibly_cut() -> None:
    cells = _cells(workbook("表", ["甲"], [["字" * 40_000]]))

    assert cells[1] == ["字" * 32_766 + "…"]
