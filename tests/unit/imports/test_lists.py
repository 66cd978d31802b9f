"""Item lists and joint lists in the official layout: merges, continuation rows, refusals."""

from datetime import date
from pathlib import Path

import pytest

from coordinator.adapters.imports.item_list import ItemListContext, read_item_list
from coordinator.adapters.imports.joint_list import match_joint_list, read_joint_list
from coordinator.adapters.imports.tables import load_aliases, load_import_tables, load_methods
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.joint_list import LinkState
from coordinator.domain.registers.mappings import ColumnMapping
from tests.unit.imports.files import write_xlsx

TABLES, ALIASES = load_import_tables(), load_aliases()
CONTEXT = ItemListContext(TABLES, ALIASES, load_methods(), date(2026, 1, 1))
TITLE = ["清单", *[""] * 8]
HEAD = [
    "编制单位名称",
    "序号",
    "抽查项目",
    "",
    "检查对象",
    "事项类别",
    "检查方式",
    "检查主体",
    "检查依据",
]
SECOND_HEAD = ["", "", "抽查类别", "抽查事项", "", "", "", "", ""]
HEAD_MERGES = [(0, 0, 0, 8), (1, 2, 1, 3), *[(1, c, 2, c) for c in (0, 1, 4, 5, 6, 7, 8)]]
FIRE = ["省消防救援总队", 1, "消防检查", "消防安全检查", "宾馆", "一般检查事项", "现场检查等"]


def an_item_list(tmp_path: Path, *rows: list[object], merges: list[tuple[int, ...]] = []) -> Path:  # noqa: B006 - never changed
    placed = [(a + 3, b, c + 3, d) for a, b, c, d in merges]
    return write_xlsx(
        tmp_path / "items.xlsx", [TITLE, HEAD, SECOND_HEAD, *rows], [*HEAD_MERGES, *placed]
    )


def test_a_row_that_only_adds_a_basis_continues_the_item_above(tmp_path: Path) -> None:
    path = an_item_list(
        tmp_path,
        [*FIRE, "县级", "《消防法》第四条"],
        ["", "", "", "", "", "", "", "", "《消防条例》第四条"],
        merges=[(0, column, 1, column) for column in range(8)],
    )

    reading = read_item_list(path, CONTEXT)

    assert [item.legal_bases for item in reading.values] == [
        ("《消防法》第四条", "《消防条例》第四条")
    ]
    assert reading.values[0].methods == ("现场",)
    assert reading.values[0].source == "items.xlsx#Sheet1:4"
    assert reading.rows_accepted == (4, 5)


def test_a_nul_character_refuses_its_row_with_column_and_hint(tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    titles = ["部门", "抽查类别", "抽查事项", "检查对象", "事项类别", "检查方式", "检查依据"]
    cells = ["市场监管局", "价格", "价格\0检查", "企业", "一般", "现场", "《价格法》第三条"]
    path.write_text("\n".join(",".join(row) for row in (titles, cells)), "utf-8")

    reading = read_item_list(path, CONTEXT)

    assert [(p.row, p.column, p.value, p.rule, p.expected) for p in reading.problems] == [
        (2, "抽查事项", "价格␀检查", Rule.IMPORT_NUL_CHARACTER, "价格检查")
    ]
    assert reading.values == ()


def test_a_mapping_reads_a_list_by_its_letters_with_its_merged_cells(tmp_path: Path) -> None:
    path = an_item_list(
        tmp_path,
        [*FIRE, "县级", "《消防法》第四条"],
        ["", "", "", "", "", "", "", "", "《消防条例》第四条"],
        merges=[(0, column, 1, column) for column in range(8)],
    )
    letters = {
        "department": "A",
        "category": "C",
        "name": "D",
        "object_type": "E",
        "item_class": "F",
        "methods": "G",
        "legal_bases": "I",
    }
    mapping = ColumnMapping(columns=letters, header_row=3)

    reading = read_item_list(path, CONTEXT, mapping)

    [item] = reading.values
    assert (item.name, item.object_type) == ("消防安全检查", "宾馆")
    assert item.legal_bases == ("《消防法》第四条", "《消防条例》第四条")


def test_a_mapping_reads_a_joint_list_by_titles_of_its_own(tmp_path: Path) -> None:
    titles = {
        "domain": "门类",
        "item_text": "查什么",
        "object_type": "查谁",
        "lead_departments": "牵头",
    }
    path = tmp_path / "joint.csv"
    rows = (list(titles.values()), ["消防", "消防安全检查", "宾馆", "消防救援大队"])
    path.write_text("\n".join(",".join(row) for row in rows), "utf-8")

    reading = read_joint_list(path, TABLES, ALIASES, ColumnMapping(columns=titles))

    assert [(row.domain, row.source_row) for row in reading.values] == [("消防", 2)]


def test_one_name_for_two_object_types_is_two_items(tmp_path: Path) -> None:
    other = ["", "", "", "", "学校", "重点检查事项", "现场检查", "县级", ""]
    path = an_item_list(
        tmp_path,
        [*FIRE, "县级", "《消防法》第四条"],
        other,
        merges=[(0, 0, 1, 0), (0, 2, 1, 2), (0, 3, 1, 3), (0, 8, 1, 8)],
    )

    items = read_item_list(path, CONTEXT).values

    assert [(item.name, item.object_type, item.item_class) for item in items] == [
        ("消防安全检查", "宾馆", "general"),
        ("消防安全检查", "学校", "key"),
    ]
    assert items[0].legal_bases == items[1].legal_bases


def test_a_csv_copy_without_merged_cells_gives_the_same_items(tmp_path: Path) -> None:
    rows = [[*map(str, FIRE), "县级", "《消防法》第四条"], [*[""] * 8, "《消防条例》第四条"]]
    path = tmp_path / "items.csv"
    lines = [TITLE, HEAD, SECOND_HEAD, *rows]
    path.write_bytes("\r\n".join(",".join(line) for line in lines).encode("gb18030"))

    reading = read_item_list(path, CONTEXT)

    assert [item.legal_bases for item in reading.values] == [
        ("《消防法》第四条", "《消防条例》第四条")
    ]


def test_equal_content_has_equal_codes_wherever_it_stands(tmp_path: Path) -> None:
    one, other = [*FIRE, "县级", "《消防法》第四条"], [*FIRE, "县级", "《消防法》第四条"]
    other[1], other[3] = 2, "消防产品检查"

    first = read_item_list(an_item_list(tmp_path, one, other), CONTEXT).values
    second = read_item_list(an_item_list(tmp_path, other, one), CONTEXT).values

    assert {item.name: item.code for item in first} == {item.name: item.code for item in second}
    assert len({item.code for item in first}) == 2


@pytest.mark.parametrize(
    ("column", "value", "rule", "title"),
    [
        (0, "省气象局", Rule.DEPARTMENT_UNKNOWN, "编制单位名称"),
        (5, "特别事项", Rule.IMPORT_WORD_UNKNOWN, "事项类别"),
        (8, "", Rule.LEGAL_BASIS_MISSING, "检查依据"),
        (6, "", Rule.IMPORT_CELL_MISSING, "检查方式"),
    ],
)
def test_an_item_that_breaks_a_rule_is_reported_by_row_and_column(
    tmp_path: Path, column: int, value: str, rule: Rule, title: str
) -> None:
    row = [*FIRE, "县级", "《消防法》第四条"]
    row[column] = value

    reading = read_item_list(an_item_list(tmp_path, row), CONTEXT)

    assert reading.values == ()
    assert reading.rows_refused == (4,)
    assert (4, title, value, rule) in [
        (problem.row, problem.column, problem.value, problem.rule) for problem in reading.problems
    ]


def test_the_same_item_twice_is_refused_the_second_time(tmp_path: Path) -> None:
    row = [*FIRE, "县级", "《消防法》第四条"]

    reading = read_item_list(an_item_list(tmp_path, row, row), CONTEXT)

    assert len(reading.values) == 1
    assert [(p.row, p.rule, p.expected) for p in reading.problems] == [
        (5, Rule.IMPORT_DUPLICATE, "4")
    ]


def test_an_unknown_method_is_kept_as_written_and_doubted(tmp_path: Path) -> None:
    row = [*FIRE, "县级", "《消防法》第四条"]
    row[6] = "现场检查、统计督查"

    reading = read_item_list(an_item_list(tmp_path, row), CONTEXT)

    assert reading.values[0].methods == ("现场", "统计督查")
    [warning] = reading.warnings
    assert (warning.rule, warning.value) == (Rule.METHOD_UNKNOWN, "统计督查")
    assert warning.expected.startswith("现场 | 书面 | ")


JOINT_HEAD = ["序号", "抽查领域", "抽查事项", "检查对象", "发起部门", "配合部门"]


def test_joint_rows_take_merged_leads_and_leave_a_blank_participant_blank(tmp_path: Path) -> None:
    rows = [
        JOINT_HEAD,
        [1.0, "宾馆抽查", "甲检查", "宾馆", "公安部门、气象部门", "市场监管领域相关部门"],
        ["", "", "乙检查", "", "", ""],
        ["注：本清单由办公室解释", "", "", "", "", ""],
    ]
    merges = [(1, 0, 2, 0), (1, 1, 2, 1), (1, 3, 2, 3), (1, 4, 2, 4), (3, 0, 3, 5)]

    reading = read_joint_list(write_xlsx(tmp_path / "j.xlsx", rows, merges), TABLES, ALIASES)

    first, second = reading.values
    assert (first.number, first.lead_departments, first.unplaced) == (
        1,
        ("public-security",),
        ("气象部门",),
    )
    assert (first.open_to_all, second.open_to_all) == (True, False)
    assert second.lead_departments == ("public-security",)
    assert [(p.row, p.rule, p.expected) for p in reading.problems] == [
        (4, Rule.IMPORT_ROW_NOT_UNDERSTOOD, "抽查领域 | 抽查事项 | 检查对象 | 发起部门")
    ]
    assert {w.value for w in reading.warnings} == {"气象部门"}


def test_an_own_alias_file_places_names_and_links_rows(tmp_path: Path) -> None:
    own = tmp_path / "aliases.toml"
    own.write_text(
        """
        [[department]]
        code = "meteorology"
        name_zh = "气象局"
        name_en = "Meteorology"
        agent = false
        aliases = ["气象部门", "海关部门"]
        [[item]]
        written = "防雷检查"
        department = "fire-rescue"
        item_name = "消防安全检查"
        """,
        "utf-8",
    )
    aliases = load_aliases(own)
    rows = [JOINT_HEAD, [1, "防雷", "防雷检查", "企业", "消防救援机构、气象部门", "海关部门"]]
    items = list(
        read_item_list(an_item_list(tmp_path, [*FIRE, "县级", "《消防法》第四条"]), CONTEXT).values
    )

    reading = read_joint_list(write_xlsx(tmp_path / "j.xlsx", rows), TABLES, aliases)
    report = match_joint_list(reading, items, TABLES, aliases)

    assert reading.values[0].lead_departments == ("fire-rescue", "meteorology")
    assert reading.values[0].participants == ("meteorology",)  # the own file wins over the shipped
    assert report.counts()[LinkState.LINKED] == 1
    assert report.rows[0].linked_by == "alias"


@pytest.mark.parametrize("text", ["[[department]]\ncode = 'x'", "no toml", "[[town]]\nx = 1"])
def test_a_wrong_alias_file_is_refused_by_name(tmp_path: Path, text: str) -> None:
    own = tmp_path / "aliases.toml"
    own.write_text(text, "utf-8")

    with pytest.raises(RuleBrokenError) as refusal:
        load_aliases(own)

    assert refusal.value.rule == Rule.IMPORT_TABLE_INVALID
    assert refusal.value.facts["file"] == "aliases.toml"
