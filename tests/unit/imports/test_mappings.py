"""Mappings of columns: guessed from titles and samples, saved as JSON, precise when they miss."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.adapters.imports.registers import guess_mapping, load_sources, read
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.mappings import ColumnMapping, column_letter, column_position
from tests.unit.imports.files import write_rows, write_xlsx

SOURCES = load_sources()
ROW = {
    "序号": "1",
    "统一社会信用代码（必填）": "91110000101623741K",
    "市场主体名称": "云溪大酒店",
    "主体类型": "企业",
    "所在区划代码": "640221",
    "国民经济行业代码": "H6121",
    "经营地址": "云溪路1号",
    "经营状态": "存续",
}
MAPPED = {
    "object_id": "统一社会信用代码（必填）",
    "name": "市场主体名称",
    "kind": "主体类型",
    "region": "E",
    "industry": "国民经济行业代码",
    "address": "G",
    "status": "经营状态",
}


def refusal(path: Path, mapping: ColumnMapping) -> RuleBrokenError:
    with pytest.raises(RuleBrokenError) as caught:
        read("objects", path, SOURCES, mapping)
    return caught.value


def test_columns_are_guessed_by_likeness_and_the_guess_reads_the_file(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "o.csv", ROW)

    guess = guess_mapping("objects", path, SOURCES)

    assert {c.title: c.field for c in guess.columns} == {
        "序号": None,
        "统一社会信用代码（必填）": "object_id",
        "市场主体名称": "name",
        "主体类型": "kind",
        "所在区划代码": "region",
        "国民经济行业代码": "industry",
        "经营地址": "address",
        "经营状态": "status",
    }
    sure = {column.field: column.sure for column in guess.columns}
    assert sure["name"] == sure["kind"] == 100
    assert 60 <= sure["object_id"] < 100
    assert (guess.header_row, guess.missing) == (1, ())
    assert [v.name for v in read("objects", path, SOURCES, guess.mapping()).values] == [
        "云溪大酒店"
    ]


def test_a_column_without_a_title_is_guessed_from_its_samples(tmp_path: Path) -> None:
    row = {("甲" if title.startswith("统一") else title): text for title, text in ROW.items()}

    guess = guess_mapping("objects", write_rows(tmp_path / "o.csv", row), SOURCES)

    (column,) = (column for column in guess.columns if column.title == "甲")
    assert (column.field, column.letter, column.samples) == (
        "object_id",
        "B",
        ("91110000101623741K",),
    )
    assert column.sure == 50


def test_missing_fields_are_told_and_titles_are_given_to_choose_from(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "o.csv", {"市场主体名称": "云溪大酒店"})

    guess = guess_mapping("objects", path, SOURCES)

    assert guess.missing == ("object_id", "kind", "region", "industry", "address", "status")
    assert guess.titles["region"] == "行政区划代码"


def test_a_guess_finds_sheet_and_header_below_a_title(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "o.xlsx", [["检查对象名录库"], [], [*ROW], [*ROW.values()]])

    guess = guess_mapping("objects", path, SOURCES)

    assert (guess.sheet, guess.sheets, guess.header_row) == ("Sheet1", ("Sheet1",), 3)
    mapping = guess.mapping()
    assert len(read("objects", path, SOURCES, mapping).values) == 1


def test_repeated_titles_are_mapped_by_letter(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text("专家编号,姓名,专业领域,单位,单位\ne-1,李四,chemical,甲,乙\n", "utf-8")

    mapping = guess_mapping("experts", path, SOURCES).mapping()

    assert mapping is not None
    assert mapping.columns["organisation"] == "D"
    assert read("experts", path, SOURCES, mapping).values[0].organisation == "甲"


def test_a_mapping_reads_titles_and_letters_and_nothing_else(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "o.csv", ROW | {"联系电话": "13900000000"})

    (value,) = read("objects", path, SOURCES, ColumnMapping(columns=MAPPED)).values

    assert (value.region, value.address, value.phone) == ("640221", "云溪路1号", "")


def test_a_mapping_reads_a_file_without_header(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text("e-1,李四,chemical,学院\n", "utf-8")
    fields = ("expert_id", "name", "field", "organisation")
    mapping = ColumnMapping(columns=dict(zip(fields, "ABCD", strict=True)), header_row=0)

    reading = read("experts", path, SOURCES, mapping)

    assert [(v.expert_id, v.name) for v in reading.values] == [("e-1", "李四")]
    assert reading.rows_accepted == (1,)


@pytest.mark.parametrize(
    ("changes", "rule", "facts"),
    [
        ({"colour": "A"}, Rule.IMPORT_FIELD_UNKNOWN, {"field": "colour"}),
        ({"name": "店名"}, Rule.IMPORT_COLUMN_UNKNOWN, {"field": "name", "column": "店名"}),
        ({"name": "ZZ"}, Rule.IMPORT_COLUMN_UNKNOWN, {"field": "name", "column": "ZZ"}),
    ],
)
def test_a_mapping_that_does_not_fit_names_field_and_column(
    tmp_path: Path, changes: Mapping[str, str], rule: Rule, facts: Mapping[str, Any]
) -> None:
    path = write_rows(tmp_path / "o.csv", ROW)

    broken = refusal(path, ColumnMapping(columns=MAPPED | changes))

    assert broken.rule == rule
    assert facts.items() <= broken.facts.items()
    assert broken.facts["known"]


def test_a_mapping_without_a_required_field_is_refused(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "o.csv", ROW)
    columns = {field: column for field, column in MAPPED.items() if field != "industry"}

    broken = refusal(path, ColumnMapping(columns=columns))

    assert (broken.rule, broken.facts["missing"]) == (Rule.IMPORT_COLUMNS_MISSING, ["行业代码"])


def test_a_sheet_that_the_workbook_lacks_is_named_with_those_it_has(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "o.xlsx", [[*ROW], [*ROW.values()]])

    broken = refusal(path, ColumnMapping(columns=MAPPED, sheet="企业"))

    assert (broken.rule, broken.facts["known"]) == (Rule.IMPORT_SHEET_UNKNOWN, ["Sheet1"])


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("{", "JSON"),
        ('{"columns": {}}', "columns"),
        ('{"columns": {"name": 3}}', "columns.name"),
        ('{"columns": {"name": "A"}, "header_row": -1}', "header_row"),
        ('{"columns": {"name": "A"}, "header_row": 1000000000}', "header_row"),
        ('{"columns": {"name": "A"}, "colour": 1}', "colour"),
    ],
)
def test_a_wrong_saved_mapping_is_refused_by_its_place(text: str, where: str) -> None:
    with pytest.raises(RuleBrokenError) as caught:
        ColumnMapping.from_json(text)

    assert (caught.value.rule, caught.value.facts["where"]) == (Rule.IMPORT_MAPPING_INVALID, where)


def test_a_mapping_comes_back_from_its_json() -> None:
    mapping = ColumnMapping(columns=MAPPED, sheet="企业", header_row=2)

    assert ColumnMapping.from_json(mapping.to_json()) == mapping


@given(st.integers(0, 16_383))
def test_letters_and_positions_are_each_others_inverse(position: int) -> None:
    assert column_position(column_letter(position)) == position


def test_an_unknown_kind_of_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleBrokenError) as caught:
        read("cars", tmp_path / "o.csv", SOURCES)

    assert caught.value.rule == Rule.CODE_UNKNOWN
