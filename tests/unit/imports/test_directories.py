"""Objects, inspectors, experts and recusals: accepted rows, and refusals by row and column."""

from pathlib import Path

import pytest

from coordinator.adapters.imports.registers import load_sources, read
from coordinator.domain.errors import Rule
from tests.unit.imports.files import wide

SOURCES = load_sources()
USCC = "91110000101623741K"
OBJECT = {
    "检查对象编号": f"uscc:{USCC}",
    "名称": "云溪大酒店",
    "类型": "企业",
    "所属主体编号": "",
    "场所编号": "",
    "行政区划代码": "640221",
    "行业代码": "H6121",
    "地址": "云溪路1号",
    "登记状态": "存续",
    "监管标签": "hotel;restaurant",
    "信用风险分类": "b",
    "重点单位": "是",
    "纬度": "38.9",
}
INSPECTOR = {
    "人员编号": "xf-0001",
    "部门": "消防救援大队",
    "姓名": "赵一",
    "执法证号": "PC-1",
    "证件有效期自": "2024-01-01",
    "证件有效期至": "2028年12月31日",
    "可带队": "是",
    "资质": "fire-safety、fire-products",
    "状态": "在岗",
    "缺勤": "2026-04-01~2026-04-10:年休假；2026/5/1至2026/5/3：培训",
}


def write(path: Path, *rows: dict[str, str]) -> Path:
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_an_enterprise_is_its_own_place_and_keeps_sorted_tags(tmp_path: Path) -> None:
    reading = read("objects", write(tmp_path / "o.csv", OBJECT), SOURCES)

    (value,) = reading.values
    assert value.place == value.object_id == value.credit_subject == f"uscc:{USCC}"
    assert value.tags == ("hotel", "restaurant")
    assert (value.risk_class, value.key_unit, value.status) == ("B", True, "active")
    assert reading.problems == reading.warnings == ()


def test_a_bare_code_gets_its_scheme_and_a_failing_check_digit_is_only_doubted(
    tmp_path: Path,
) -> None:
    path = write(
        tmp_path / "o.csv",
        OBJECT | {"检查对象编号": USCC[:-1] + "L"},
        OBJECT | {"检查对象编号": "640221600000019"},
    )

    reading = read("objects", path, SOURCES)

    assert [value.object_id for value in reading.values] == [
        f"uscc:{USCC[:-1]}L",
        "regno:640221600000019",
    ]
    assert [(w.row, w.rule) for w in reading.warnings] == [(2, Rule.USCC_CHECK_DIGIT)]


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("检查对象编号", "uscc:9111000010162374", Rule.USCC_LENGTH),
        ("检查对象编号", "", Rule.IMPORT_CELL_MISSING),
        ("名称", "", Rule.IMPORT_CELL_MISSING),
        ("类型", "公园", Rule.IMPORT_WORD_UNKNOWN),
        ("行政区划代码", "6402", Rule.IMPORT_CELL_INVALID),
        ("行业代码", "A6121", Rule.INDUSTRY_UNKNOWN),
        ("行业代码", "9901", Rule.INDUSTRY_UNKNOWN),
        ("登记状态", "未知", Rule.IMPORT_WORD_UNKNOWN),
        ("监管标签", "酒店", Rule.IMPORT_CELL_INVALID),
        ("信用风险分类", "E", Rule.IMPORT_WORD_UNKNOWN),
        ("重点单位", "也许", Rule.IMPORT_WORD_UNKNOWN),
        ("纬度", "95", Rule.IMPORT_CELL_INVALID),
        ("纬度", "nan", Rule.IMPORT_CELL_INVALID),
        ("所属主体编号", "91110000", Rule.USCC_LENGTH),
    ],
)
def test_a_wrong_cell_refuses_its_row_and_no_other(
    tmp_path: Path, column: str, value: str, rule: Rule
) -> None:
    good = OBJECT | {"检查对象编号": "premises:1", "所属主体编号": f"uscc:{USCC}", "类型": "场所"}

    reading = read("objects", write(tmp_path / "o.csv", OBJECT | {column: value}, good), SOURCES)

    assert [value.object_id for value in reading.values] == ["premises:1"]
    assert [(p.row, p.column, p.value, p.rule) for p in reading.problems] == [
        (2, column, value, rule)
    ]


def test_a_problem_carries_the_facts_its_sentence_needs(tmp_path: Path) -> None:
    row = OBJECT | {"检查对象编号": "uscc:9111000010162374"}

    (problem,) = read("objects", write(tmp_path / "o.csv", row), SOURCES).problems

    assert problem.facts() == {
        "row": 2,
        "column": "检查对象编号",
        "value": "9111000010162374",
        "expected": 18,
        "length": 16,
    }


def test_premises_without_an_owner_are_refused(tmp_path: Path) -> None:
    row = OBJECT | {"检查对象编号": "premises:1", "类型": "场所"}

    reading = read("objects", write(tmp_path / "o.csv", row), SOURCES)

    assert [(p.column, p.rule) for p in reading.problems] == [
        ("所属主体编号", Rule.IMPORT_CELL_MISSING)
    ]


def test_an_identical_repeat_is_passed_over_and_doubted(tmp_path: Path) -> None:
    spaced = OBJECT | {"名称": OBJECT["名称"] + "\u3000", "行政区划代码": wide("640221")}
    path = write(tmp_path / "o.csv", OBJECT, OBJECT, spaced)

    reading = read("objects", path, SOURCES)

    assert reading.problems == ()
    assert [(w.row, w.rule, w.expected) for w in reading.warnings] == [
        (3, Rule.IMPORT_REPEATED, "2"),
        (4, Rule.IMPORT_REPEATED, "2"),
    ]
    assert (reading.rows_accepted, reading.rows_passed_over) == ((2,), (3, 4))
    assert reading.number_of_rows == 3


def test_a_repeat_with_other_values_is_refused_and_names_the_first_row(tmp_path: Path) -> None:
    path = write(tmp_path / "o.csv", OBJECT, OBJECT | {"名称": "云溪酒店"})

    reading = read("objects", path, SOURCES)

    assert [(p.row, p.column, p.value, p.rule, p.expected) for p in reading.problems] == [
        (3, "检查对象编号", f"uscc:{USCC}", Rule.IMPORT_DUPLICATE, "2")
    ]
    assert (reading.rows_accepted, reading.rows_refused) == ((2,), (3,))


def test_text_moved_between_columns_is_no_identical_repeat(tmp_path: Path) -> None:
    person = {"负责人": "赵一", "隶属关系": "县属"}
    moved = {"负责人": "赵", "隶属关系": "一县属"}
    path = write(tmp_path / "o.csv", OBJECT | person, OBJECT | moved)

    reading = read("objects", path, SOURCES)

    assert [(p.row, p.rule) for p in reading.problems] == [(3, Rule.IMPORT_DUPLICATE)]


def test_an_own_columns_file_adds_headers_and_words(tmp_path: Path) -> None:
    own = tmp_path / "columns.toml"
    own.write_text(
        '[headers.objects]\nname = ["字号"]\n[words.object_status]\nactive = ["营业中"]\n', "utf-8"
    )
    row = {"字号" if key == "名称" else key: value for key, value in OBJECT.items()}

    path = write(tmp_path / "o.csv", row | {"登记状态": "营业中"})
    reading = read("objects", path, load_sources(own))

    assert [(v.name, v.status) for v in reading.values] == [("云溪大酒店", "active")]


def test_an_inspector_has_dates_competences_and_absences(tmp_path: Path) -> None:
    reading = read("inspectors", write(tmp_path / "i.csv", INSPECTOR), SOURCES)

    (value,) = reading.values
    assert (value.department, value.organ, value.leader) == ("fire-rescue", "fire-rescue", True)
    assert value.competences == ("fire-products", "fire-safety")
    assert [(a.from_date.isoformat(), a.reason) for a in value.absences] == [
        ("2026-04-01", "年休假"),
        ("2026-05-01", "培训"),
    ]
    assert value.is_absent(value.absences[1].to_date)
    assert value.is_certified(value.certificate_from, value.certificate_to)


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("部门", "气象局", Rule.DEPARTMENT_UNKNOWN),
        ("人员编号", "赵一", Rule.IMPORT_CELL_INVALID),
        ("证件有效期至", "2028-02-30", Rule.IMPORT_DATE_INVALID),
        ("证件有效期至", "2023-12-31", Rule.IMPORT_CELL_INVALID),
        ("缺勤", "2026-04-10~2026-04-01:年休假", Rule.IMPORT_CELL_INVALID),
        ("缺勤", "四月", Rule.IMPORT_CELL_INVALID),
        ("状态", "在岗吗", Rule.IMPORT_WORD_UNKNOWN),
    ],
)
def test_a_wrong_inspector_is_refused_by_column(
    tmp_path: Path, column: str, value: str, rule: Rule
) -> None:
    path = write(tmp_path / "i.csv", INSPECTOR | {column: value})

    reading = read("inspectors", path, SOURCES)

    assert reading.values == ()
    assert [(p.column, p.value, p.rule) for p in reading.problems] == [(column, value, rule)]


def test_an_expert_field_must_be_a_code_because_it_names_a_roster(tmp_path: Path) -> None:
    row = {
        "专家编号": "e-1",
        "姓名": "李四",
        "专业领域": "化工",
        "单位": "学院",
        "职称资质": "高工、教授",
    }

    refused = read("experts", write(tmp_path / "e.csv", row), SOURCES)
    accepted = read("experts", write(tmp_path / "e.csv", row | {"专业领域": "chemical"}), SOURCES)

    assert [(p.column, p.rule) for p in refused.problems] == [
        ("专业领域", Rule.IMPORT_CELL_INVALID)
    ]
    assert accepted.values[0].qualifications == ("高工", "教授")


def test_a_recusal_names_person_object_and_who_declared_it(tmp_path: Path) -> None:
    row = {
        "人员编号": "xf-0001",
        "检查对象编号": f"uscc:{USCC}",
        "回避事由": "近亲属任职",
        "申报人": "本人",
    }
    path = write(tmp_path / "r.csv", row, row | {"检查对象编号": "shop:1"}, row)

    reading = read("recusals", path, SOURCES)

    assert [(v.person_id, v.declared_by) for v in reading.values] == [("xf-0001", "person")]
    assert [(p.row, p.rule) for p in reading.problems] == [(3, Rule.OBJECT_SCHEME_UNKNOWN)]
    assert [(w.row, w.rule) for w in reading.warnings] == [(4, Rule.IMPORT_REPEATED)]
