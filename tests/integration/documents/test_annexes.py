"""Annexes: the same table as PDF and as xlsx, ready to print and ready to be read back."""

import io
import subprocess
import zipfile
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from coordinator.adapters.documents import TypstDocuments
from coordinator.adapters.documents.form_fields import Annex
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.settings import Settings
from tests.integration.documents.data import annex_data

_FIRST_ROW = 5  # label, title, subtitle, two head rows


@pytest.fixture(scope="module")
def documents() -> TypstDocuments:
    return TypstDocuments(Settings.model_fields["fonts"].default)


def _cells(body: bytes) -> list[list[object]]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0)
    return [list(row) for row in sheet.to_python()]


def _sheet(body: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        return book.read("xl/worksheets/sheet1.xml").decode()


def _pages(body: bytes) -> list[str]:
    made = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=body, capture_output=True, check=True
    )
    return ["".join(page.split()) for page in made.stdout.decode().split("\f") if page.strip()]


def _long(number: int) -> dict[str, Any]:
    data = annex_data()
    rows = [(*row[:1], place + 1, *row[2:]) for place, row in enumerate(data["rows"] * number)]
    return data | {"rows": rows}


def test_the_title_stands_over_the_table_and_every_row_follows(documents: TypstDocuments) -> None:
    data = annex_data()

    cells = _cells(documents.annex(data))

    assert cells[0][0] == "附件1"
    assert cells[1][0] == data["title"]
    assert cells[3][:4] == ["编制单位名称", "序号", "抽查项目", ""]
    assert cells[4][2:4] == ["抽查类别", "抽查事项"]
    assert [row[3] for row in cells[_FIRST_ROW:10]] == [row[3] for row in data["rows"]]
    assert cells[-1][0] == data["notes"][0]


def test_equal_neighbours_become_one_cell_and_stay_inside_their_unit(
    documents: TypstDocuments,
) -> None:
    data = annex_data()
    other = [("平川县消防救援大队", *row[1:]) for row in data["rows"][3:]]

    sheet = _sheet(documents.annex(data | {"rows": [*data["rows"], *other]}))

    for merged in ("A6:A10", "C6:C8", "C9:C10", "A11:A12", "C11:C12"):
        assert f'<mergeCell ref="{merged}"/>' in sheet


def test_an_annex_prints_on_a4_landscape_with_its_head_on_every_page(
    documents: TypstDocuments,
) -> None:
    body = documents.annex(annex_data())

    sheet = _sheet(body)
    assert 'paperSize="9"' in sheet
    assert 'orientation="landscape"' in sheet
    assert 'fitToHeight="0"' in sheet
    assert 'state="frozen"' in sheet
    assert "打印时间 2026-11-21 14:05" in sheet
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        assert "$4:$5" in book.read("xl/workbook.xml").decode()


def test_an_ampersand_in_the_source_is_no_command_of_the_footer(
    documents: TypstDocuments,
) -> None:
    sheet = _sheet(documents.annex(annex_data() | {"source": "http://x/?a=1&P=2"}))

    assert "a=1&amp;&amp;P=2" in sheet


def test_no_cell_becomes_a_formula(documents: TypstDocuments) -> None:
    data = annex_data()
    data["rows"][0] = ("=1+1", 1, *data["rows"][0][2:])

    sheet = _sheet(documents.annex(data))

    assert "<f>" not in sheet


def test_the_pdf_says_every_row_and_numbers_its_pages(documents: TypstDocuments) -> None:
    pages = _pages(documents.pdf("annex", _long(12)))

    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert "检查依据" in page
        assert "打印时间2026-11-2114:05" in page
        assert f"第{number}页，共{len(pages)}页" in page
    whole = "".join(pages)
    assert whole.count("即时公示信息的检查") == 12


def test_every_page_of_the_pdf_says_whose_rows_they_are(documents: TypstDocuments) -> None:
    pages = _pages(documents.pdf("annex", _long(12)))

    assert all("平川县市场监" in page for page in pages)


def test_an_annex_without_rows_is_an_empty_table(documents: TypstDocuments) -> None:
    data = annex_data() | {"rows": []}

    assert len(_cells(documents.annex(data))) == 7
    assert "检查依据" in _pages(documents.pdf("annex", data))[0]


def test_a_row_that_does_not_fit_the_columns_is_refused(documents: TypstDocuments) -> None:
    data = annex_data()
    data["rows"][1] = data["rows"][1][:-1]

    with pytest.raises(RuleBrokenError) as refused:
        documents.annex(data)

    assert refused.value.rule is Rule.DOCUMENT_FIELD_MISSING
    assert refused.value.facts == {"form": "annex", "field": "rows"}


def test_a_bounded_run_says_its_value_again() -> None:
    annex = Annex.model_validate(annex_data())

    assert annex.runs(0) == (5, 0, 0, 0, 0)
    assert annex.runs(0, 2) == (2, 0, 2, 0, 1)
    assert annex.runs(1) == (1, 1, 1, 1, 1)
