"""Dirt of real files: what spreadsheets, input methods and hands make of codes, dates and rows."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from coordinator.adapters.imports.reading import Reading
from coordinator.adapters.imports.registers import load_sources, read
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.mappings import ColumnMapping
from coordinator.domain.registers.organisation import Level, Region
from tests.unit.imports.files import wide, write_rows, write_xlsx

SOURCES = load_sources()
USCC = "91110000101623741K"
REGNO = "640221600000019"
OBJECT = {
    "统一社会信用代码": USCC,
    "注册号": "",
    "名称": "云溪大酒店",
    "类型": "企业",
    "行政区划代码": "640221",
    "行业代码": "H6121",
    "地址": "云溪路1号",
    "登记状态": "存续",
    "联系电话": "13900000000",
    "分级分类": "",
    "事件": "",
    "最近检查": "",
}
INSPECTOR = {
    "人员编号": "xf-0001",
    "部门": "消防救援大队",
    "姓名": "赵一",
    "执法证号": "PC-1",
    "证件有效期自": "2024-01-01",
    "证件有效期至": "2028-12-31",
    "资质": "fire-safety",
}


def objects(tmp_path: Path, *rows: dict[str, str]) -> Reading[Any]:
    return read("objects", write_rows(tmp_path / "o.csv", *rows), SOURCES)


def rules(reading: Reading[Any]) -> list[tuple[int, str, Rule]]:
    return [(p.row, p.column, p.rule) for p in (*reading.problems, *reading.warnings)]


@pytest.mark.parametrize("written", ["640221.0", "640221.00", wide("640221"), " 640221\u3000"])
def test_a_code_is_read_whatever_a_spreadsheet_made_of_it(tmp_path: Path, written: str) -> None:
    reading = objects(tmp_path, OBJECT | {"行政区划代码": written})

    assert [value.region for value in reading.values] == ["640221"]


@pytest.mark.parametrize(
    "written",
    [wide(USCC), USCC.lower(), f"uscc:{USCC}", f"USCC：{USCC}", "9111 0000 1016 2374 1K"],
)
def test_a_credit_code_is_read_in_the_writings_of_hands(tmp_path: Path, written: str) -> None:
    reading = objects(tmp_path, OBJECT | {"统一社会信用代码": written})

    assert [value.object_id for value in reading.values] == [f"uscc:{USCC}"]


@pytest.mark.parametrize("written", [REGNO, f"{REGNO}.0", "6.40221600000019E+14", wide(REGNO)])
def test_a_registration_number_stands_in_for_an_empty_credit_code(
    tmp_path: Path, written: str
) -> None:
    reading = objects(tmp_path, OBJECT | {"统一社会信用代码": "", "注册号": written})

    (value,) = reading.values
    assert value.object_id == value.place == f"regno:{REGNO}"
    assert reading.warnings == ()


@pytest.mark.parametrize("written", ["无", "-", "/", "——", "NULL", "#N/A"])
def test_a_writing_that_means_blank_is_blank(tmp_path: Path, written: str) -> None:
    (value,) = objects(
        tmp_path, OBJECT | {"统一社会信用代码": written, "注册号": REGNO, "联系电话": written}
    ).values

    assert (value.object_id, value.phone) == (f"regno:{REGNO}", "")


@pytest.mark.parametrize("column", ["名称", "类型", "分级分类"])
def test_a_nul_character_refuses_its_row_and_is_shown(tmp_path: Path, column: str) -> None:
    bad = OBJECT | {column: "云\0溪"}

    reading = objects(tmp_path, OBJECT, bad)

    [problem] = reading.problems
    assert (problem.row, problem.column) == (3, column)
    assert (problem.value, problem.expected) == ("云␀溪", "云溪")
    assert problem.rule == Rule.IMPORT_NUL_CHARACTER
    assert (reading.rows_accepted, reading.rows_refused) == ((2,), (3,))


def test_no_problem_of_a_row_repeats_a_nul_character(tmp_path: Path) -> None:
    total = dict.fromkeys(OBJECT, "") | {"统一社会信用代码": "合计\0"}
    elsewhere = OBJECT | {"登记状态": "不详", "名称": "甲\0"}

    reading = objects(tmp_path, OBJECT, total, elsewhere)

    assert "\\x00" not in repr((reading.problems, reading.warnings))
    assert len(reading.problems) == 2
    assert [p.value for p in reading.warnings] == ["合计␀"]


def test_a_title_with_a_nul_character_is_shown(tmp_path: Path) -> None:
    row = OBJECT | {"名\0称": "甲"}
    fields = ("object_id", "name", "kind", "region", "industry", "address", "status")
    mapping = ColumnMapping(columns=dict(zip(fields, "A?DEFGH", strict=True)))

    with pytest.raises(RuleBrokenError) as refused:
        read("objects", write_rows(tmp_path / "o.csv", row), SOURCES, mapping)

    assert "名␀称" in str(refused.value.facts["known"])


def test_the_credit_code_wins_where_both_numbers_are_given(tmp_path: Path) -> None:
    reading = objects(tmp_path, OBJECT | {"注册号": REGNO})

    assert [value.object_id for value in reading.values] == [f"uscc:{USCC}"]


def test_an_object_without_any_number_is_refused(tmp_path: Path) -> None:
    reading = objects(tmp_path, OBJECT | {"统一社会信用代码": ""})

    assert rules(reading) == [(2, "统一社会信用代码", Rule.IMPORT_CELL_MISSING)]


@pytest.mark.parametrize("written", ["6.40221E+14", "1.0E+14", "9.1E+17"])
def test_a_number_shortened_by_a_spreadsheet_is_refused_for_its_lost_digits(
    tmp_path: Path, written: str
) -> None:
    reading = objects(tmp_path, OBJECT | {"统一社会信用代码": "", "注册号": written})

    assert rules(reading) == [(2, "注册号", Rule.IMPORT_DIGITS_LOST)]


def test_numbers_of_a_workbook_stay_whole(tmp_path: Path) -> None:
    row = OBJECT | {"统一社会信用代码": "", "注册号": REGNO}
    cells: list[object] = [*row.values()]
    cells[1], cells[4], cells[8] = float(REGNO), 640221.0, 13900000000.0
    path = write_xlsx(tmp_path / "o.xlsx", [[*row], cells])

    (value,) = read("objects", path, SOURCES).values

    assert (value.object_id, value.region, value.phone) == (
        f"regno:{REGNO}",
        "640221",
        "13900000000",
    )


@pytest.mark.parametrize(
    "written",
    [
        "2028-12-31",
        "2028/12/31",
        "2028.12.31",
        "2028年12月31日",
        "20281231",
        "20281231.0",
        "47118",
        "47118.0",
        "2028-12-31 00:00:00",
        wide("2028-12-31"),
        "2028年 12月 31日",
    ],
)
def test_a_date_is_read_in_every_form(tmp_path: Path, written: str) -> None:
    path = write_rows(tmp_path / "i.csv", INSPECTOR | {"证件有效期至": written})

    reading = read("inspectors", path, SOURCES)

    assert [value.certificate_to for value in reading.values] == [date(2028, 12, 31)]


def test_a_real_date_of_a_workbook_is_read(tmp_path: Path) -> None:
    row: list[object] = [*INSPECTOR.values()]
    row[5] = datetime(2028, 12, 31)  # noqa: DTZ001 - spreadsheets know no time zones
    path = write_xlsx(tmp_path / "i.xlsx", [[*INSPECTOR], row])

    reading = read("inspectors", path, SOURCES)

    assert [value.certificate_to for value in reading.values] == [date(2028, 12, 31)]


@pytest.mark.parametrize("written", ["2028-13-01", "31.12.2028", "1899", "20281332", "长期"])
def test_what_is_no_date_is_refused_with_the_forms_that_are(tmp_path: Path, written: str) -> None:
    path = write_rows(tmp_path / "i.csv", INSPECTOR | {"证件有效期至": written})

    reading = read("inspectors", path, SOURCES)

    assert rules(reading) == [(2, "证件有效期至", Rule.IMPORT_DATE_INVALID)]


def test_names_keep_their_characters_and_lose_only_odd_blanks(tmp_path: Path) -> None:
    name = "云溪（新）大酒店Ａ座"
    reading = objects(tmp_path, OBJECT | {"名称": f"\u3000{name}\u3000\u3000二店 \u00a0"})

    assert [value.name for value in reading.values] == [f"{name} 二店"]


@pytest.mark.parametrize("written", ["13900000000", "0952-6012345", "(0952)6012345", "1.39E+10"])
def test_a_phone_number_in_the_name_column_is_refused_with_a_hint(
    tmp_path: Path, written: str
) -> None:
    reading = objects(tmp_path, OBJECT | {"名称": written})

    expected = Rule.IMPORT_PHONE_AS_NAME
    assert rules(reading) == [(2, "名称", expected)]


def test_a_name_may_hold_digits(tmp_path: Path) -> None:
    reading = objects(tmp_path, OBJECT | {"名称": "7天酒店(2026)"})

    assert reading.problems == ()


def test_blank_rows_repeated_headers_and_totals_are_passed_over(tmp_path: Path) -> None:
    blank = dict.fromkeys(OBJECT, " ")
    header = {title: title for title in OBJECT}
    total = blank | {"统一社会信用代码": "合　计", "名称": "1"}

    reading = objects(tmp_path, OBJECT, blank, header, total)

    assert len(reading.values) == 1
    assert reading.problems == ()
    assert [(w.row, w.rule) for w in reading.warnings] == [
        (4, Rule.IMPORT_HEADER_REPEATED),
        (5, Rule.IMPORT_TOTAL_ROW),
    ]
    assert (reading.rows_passed_over, reading.number_of_rows) == ((4, 5), 3)


def test_a_row_shorter_than_the_header_has_blank_cells_at_its_end(tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    short = [*OBJECT.values()][:8]
    path.write_text(f"{','.join(OBJECT)}\n{','.join(short)}\n", "utf-8")

    (value,) = read("objects", path, SOURCES).values

    assert value.phone == ""


def test_merged_cells_give_their_value_to_every_row(tmp_path: Path) -> None:
    other = INSPECTOR | {"人员编号": "xf-0002", "部门": "", "姓名": "钱二"}
    rows = [[*INSPECTOR], [*INSPECTOR.values()], [*other.values()]]
    path = write_xlsx(tmp_path / "i.xlsx", rows, [(1, 1, 2, 1)])

    reading = read("inspectors", path, SOURCES)

    assert [value.department for value in reading.values] == ["fire-rescue", "fire-rescue"]


def test_an_unknown_department_is_refused_until_the_alias_table_knows_it(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "i.csv", INSPECTOR | {"部门": "县消防大队"})
    own = tmp_path / "aliases.toml"
    own.write_text(
        '[[department]]\ncode = "fire-rescue"\nname_zh = "消防救援大队"\n'
        'name_en = "Fire"\nagent = true\naliases = ["县消防大队"]\n',
        "utf-8",
    )

    unknown = read("inspectors", path, SOURCES)
    known = read("inspectors", path, load_sources(aliases=own))

    assert rules(unknown) == [(2, "部门", Rule.DEPARTMENT_UNKNOWN)]
    assert [value.department for value in known.values] == ["fire-rescue"]


@pytest.mark.parametrize("written", ["平罗县", "石嘴山市平罗县", "宁夏回族自治区石嘴山市平罗县"])
def test_a_region_may_be_written_by_name(tmp_path: Path, written: str) -> None:
    reading = objects(tmp_path, OBJECT | {"行政区划代码": written})

    assert [value.region for value in reading.values] == ["640221"]


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("某某县", Rule.IMPORT_REGION_UNKNOWN),
        ("鼓楼区", Rule.IMPORT_REGION_AMBIGUOUS),
        ("6402", Rule.IMPORT_CELL_INVALID),
    ],
)
def test_a_region_that_cannot_be_placed_is_refused(
    tmp_path: Path, written: str, rule: Rule
) -> None:
    regions = [
        Region(code="320102", name="鼓楼区", level=Level.COUNTY, parent="320100"),
        Region(code="410204", name="鼓楼区", level=Level.COUNTY, parent="410200"),
    ]
    path = write_rows(tmp_path / "o.csv", OBJECT | {"行政区划代码": written})

    reading = read("objects", path, load_sources(regions=regions))

    assert rules(reading) == [(2, "行政区划代码", rule)]


def test_a_region_code_that_ended_is_kept_and_doubted_with_its_successor(tmp_path: Path) -> None:
    former = Region(
        code="640221",
        name="平罗县",
        level=Level.COUNTY,
        valid_to=date(2025, 12, 31),
        successor="640299",
    )
    path = write_rows(tmp_path / "o.csv", OBJECT)

    before = read("objects", path, load_sources(regions=[former], day=date(2025, 12, 31)))
    after = read("objects", path, load_sources(regions=[former], day=date(2026, 1, 1)))

    assert before.warnings == ()
    assert [value.region for value in after.values] == ["640221"]
    assert [(w.rule, w.expected) for w in after.warnings] == [(Rule.IMPORT_REGION_ENDED, "640299")]


def test_an_unknown_region_code_is_doubted_where_the_table_knows_its_province(
    tmp_path: Path,
) -> None:
    reading = objects(
        tmp_path,
        OBJECT | {"行政区划代码": "640299"},
        OBJECT | {"统一社会信用代码": "", "注册号": REGNO, "行政区划代码": "320102"},
    )

    assert rules(reading) == [(2, "行政区划代码", Rule.IMPORT_REGION_UNKNOWN)]
    assert [value.region for value in reading.values] == ["640299", "320102"]


@pytest.mark.parametrize("written", ["H6121", "6121", "h6121", wide("H6121"), "6121.0"])
def test_an_industry_is_read_with_and_without_its_letter(tmp_path: Path, written: str) -> None:
    reading = objects(tmp_path, OBJECT | {"行业代码": written})

    assert [value.industry for value in reading.values] == ["H6121"]


def test_an_industry_section_may_be_written_by_name(tmp_path: Path) -> None:
    reading = objects(tmp_path, OBJECT | {"行业代码": "住宿和餐饮业"})

    assert [value.industry for value in reading.values] == ["H"]


def test_dated_facts_are_read_from_compact_cells(tmp_path: Path) -> None:
    row = OBJECT | {
        "分级分类": "food-risk=D@2026-03-01(市局)；safety-risk=2@2026/1/5",
        "事件": "complaint@2026-05-01;投诉举报@2026年4月1日（12315）",
        "最近检查": "消防部门@2026-01-02;fire-rescue@2026-02-02",
    }

    (value,) = objects(tmp_path, row).values

    assert [(g.scheme, g.value, g.date.isoformat(), g.source) for g in value.gradings] == [
        ("food-risk", "D", "2026-03-01", "市局"),
        ("safety-risk", "2", "2026-01-05", ""),
    ]
    assert [(e.kind, e.date.isoformat(), e.source) for e in value.events] == [
        ("complaint", "2026-04-01", "12315"),
        ("complaint", "2026-05-01", ""),
    ]
    assert [(c.department, c.date.isoformat()) for c in value.last_checks] == [
        ("fire-rescue", "2026-02-02")
    ]


@pytest.mark.parametrize(
    ("column", "written", "rule"),
    [
        ("分级分类", "D", Rule.IMPORT_CELL_INVALID),
        ("分级分类", "food-risk@2026-03-01", Rule.IMPORT_CELL_INVALID),
        ("分级分类", "food-risk=D@三月", Rule.IMPORT_DATE_INVALID),
        ("事件", "火灾@2026-03-01", Rule.IMPORT_WORD_UNKNOWN),
        ("事件", "complaint", Rule.IMPORT_CELL_INVALID),
        ("最近检查", "气象局@2026-03-01", Rule.DEPARTMENT_UNKNOWN),
    ],
)
def test_a_wrong_compact_cell_is_refused_by_its_column(
    tmp_path: Path, column: str, written: str, rule: Rule
) -> None:
    reading = objects(tmp_path, OBJECT | {column: written})

    assert rules(reading) == [(2, column, rule)]
    assert all(problem.value == written for problem in reading.problems)


def test_the_other_new_columns_of_objects_and_inspectors_are_read(tmp_path: Path) -> None:
    reading = objects(
        tmp_path,
        OBJECT
        | {
            "隶属关系": "市属",
            "许可证件": "食品经营许可证JY1；卫生许可证2",
            "经营异常名录": "是",
            "严重违法失信名单": "否",
            "监管名单": "无事不扰",
        },
    )
    path = write_rows(
        tmp_path / "i.csv", INSPECTOR | {"编制": "行政编制", "检查事项范围": "FR-01;FR-02"}
    )

    (value,) = reading.values
    (inspector,) = read("inspectors", path, SOURCES).values

    assert (value.affiliation, value.licences) == ("市属", ("食品经营许可证JY1", "卫生许可证2"))
    assert (value.abnormal_list, value.serious_list) == (True, False)
    assert value.supervision_list == "undisturbed"
    assert (inspector.staffing, inspector.item_scope) == ("行政编制", ("FR-01", "FR-02"))
