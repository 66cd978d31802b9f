"""Code tables: regions with validity, industries by section and in full, the calendar."""

from datetime import date
from pathlib import Path

import pytest

from coordinator.adapters.imports.registers import load_sources, read
from coordinator.adapters.imports.shipped_tables import (
    industry_table,
    section_of_divisions,
    shipped_regions,
    shipped_sections,
)
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.organisation import Level
from tests.unit.imports.files import write_rows, write_xlsx

SOURCES = load_sources()


def test_regions_are_read_with_validity_and_what_their_code_says(tmp_path: Path) -> None:
    path = write_rows(
        tmp_path / "r.csv",
        {"区划代码": "640000", "区划名称": "宁夏回族自治区", "停用日期": "", "变更后代码": ""},
        {"区划代码": "640200", "区划名称": "石嘴山市", "停用日期": "", "变更后代码": ""},
        {
            "区划代码": "640203",
            "区划名称": "石嘴山区",
            "停用日期": "2003-12-31",
            "变更后代码": "640205",
        },
    )

    reading = read("regions", path, SOURCES)

    assert reading.problems == ()
    assert [(r.code, r.level, r.parent) for r in reading.values] == [
        ("640000", Level.PROVINCE, None),
        ("640200", Level.CITY, "640000"),
        ("640203", Level.COUNTY, "640200"),
    ]
    ended = reading.values[2]
    assert (ended.valid_to, ended.successor) == (date(2003, 12, 31), "640205")
    assert not ended.is_valid_on(date(2026, 1, 1))


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("区划代码", "6402", Rule.IMPORT_CELL_INVALID),
        ("区划名称", "", Rule.IMPORT_CELL_MISSING),
        ("级别", "乡", Rule.IMPORT_WORD_UNKNOWN),
        ("停用日期", "2000-01-01", Rule.IMPORT_CELL_INVALID),
    ],
)
def test_a_wrong_region_is_refused_by_its_column(
    tmp_path: Path, column: str, value: str, rule: Rule
) -> None:
    row = {
        "区划代码": "640221",
        "区划名称": "平罗县",
        "级别": "县",
        "启用日期": "2001-01-01",
        "停用日期": "",
    }

    reading = read("regions", write_rows(tmp_path / "r.csv", row | {column: value}), SOURCES)

    assert [(p.column, p.rule) for p in reading.problems] == [(column, rule)]


def test_the_shipped_regions_hang_together() -> None:
    codes = {region.code for region in shipped_regions()}

    assert sum(region.level is Level.PROVINCE for region in shipped_regions()) == 34
    assert len(codes) == len(shipped_regions())
    assert all(region.parent in codes for region in shipped_regions() if region.parent)


def test_the_shipped_industries_have_twenty_sections_and_all_97_divisions() -> None:
    assert "".join(section.code for section in shipped_sections()) == "ABCDEFGHIJKLMNOPQRST"
    assert all(section.name and section.name_en for section in shipped_sections())
    assert sorted(section_of_divisions()) == [f"{division:02d}" for division in range(1, 98)]
    assert section_of_divisions()["61"] == "H"


def test_the_full_table_of_industries_is_imported_and_then_judges_classes(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "i.xlsx",
        [["代码", "类别名称"], ["H", "住宿和餐饮业"], [61, "住宿业"], [6121, "经济型连锁酒店"]],
    )

    reading = read("industries", path, SOURCES)
    full = industry_table(reading.values)

    assert [value.code for value in reading.values] == ["H", "H61", "H6121"]
    assert full.doubt("H6121") is None
    assert full.code_of("经济型连锁酒店") == "H6121"
    doubt = full.doubt("H6129")
    assert doubt is not None
    assert doubt.rule == Rule.INDUSTRY_UNKNOWN
    assert industry_table().doubt("H6129") is None


@pytest.mark.parametrize("written", ["A6121", "9901", "61211", "酒店", ""])
def test_what_is_no_industry_is_refused(written: str) -> None:
    with pytest.raises(RuleBrokenError) as caught:
        industry_table().code_of(written)

    assert caught.value.rule == Rule.INDUSTRY_UNKNOWN


def test_the_calendar_is_read_as_days_that_work_or_rest(tmp_path: Path) -> None:
    path = write_rows(
        tmp_path / "c.csv",
        {"日期": "2027-02-06", "类型": "放假", "节假日": "春节"},
        {"日期": "2027年2月14日", "类型": "调休上班", "节假日": ""},
        {"日期": "2027-02-15", "类型": "上课", "节假日": ""},
    )

    reading = read("calendar", path, SOURCES)

    assert [(d.day, d.working, d.name) for d in reading.values] == [
        (date(2027, 2, 6), False, "春节"),
        (date(2027, 2, 14), True, ""),
    ]
    assert [(p.row, p.column, p.rule) for p in reading.problems] == [
        (4, "类型", Rule.IMPORT_WORD_UNKNOWN)
    ]
