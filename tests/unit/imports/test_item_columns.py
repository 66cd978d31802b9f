"""What an item list may say beyond the nine official columns, and what an organ's wording tells."""

from datetime import date
from pathlib import Path

import pytest

from coordinator.adapters.imports.item_list import ItemListContext, levels_told, read_item_list
from coordinator.adapters.imports.tables import load_aliases, load_import_tables, load_methods
from coordinator.domain.errors import Rule
from coordinator.domain.registers.organisation import Level
from tests.unit.imports.files import write_rows

TABLES = load_import_tables()
CONTEXT = ItemListContext(TABLES, load_aliases(), load_methods(), date(2026, 1, 1))
ROW = {
    "编制单位名称": "省消防救援总队",
    "抽查类别": "消防检查",
    "抽查事项": "消防安全检查",
    "检查对象": "宾馆",
    "事项类别": "重点检查事项",
    "检查方式": "现场检查",
    "检查主体": "县级以上消防救援机构",
    "检查依据": "《消防法》第五十三条",
}


@pytest.mark.parametrize(
    ("wording", "levels"),
    [
        ("县级以上市场监管部门", ("province", "city", "county")),
        ("省级以下市场监管部门", ("province", "city", "county")),
        ("省农业农村厅畜牧兽医处", ("province",)),
        ("市级市场监管部门", ("city",)),
        ("省级、县级教育行政部门", ("province", "county")),
        ("生态环境部门", ()),
    ],
)
def test_the_wording_of_an_organ_tells_its_levels(wording: str, levels: tuple[str, ...]) -> None:
    assert levels_told(wording, TABLES.words["organ_level"]) == levels


def test_the_official_wording_is_kept_beside_what_it_tells(tmp_path: Path) -> None:
    organs = "总局委托的县级以上市场监管部门；跨区域稽查局"
    path = write_rows(tmp_path / "items.csv", {**ROW, "检查主体": organs})

    (item,) = read_item_list(path, CONTEXT).values

    assert item.subject_organs == ("总局委托的县级以上市场监管部门", "跨区域稽查局")
    assert item.levels == (Level.PROVINCE, Level.CITY, Level.COUNTY)
    assert item.named_organs == ("跨区域稽查局",)
    assert item.delegated


def test_every_further_column_reaches_the_item(tmp_path: Path) -> None:
    more = {
        "提出科室": "防火监督科",
        "风险等级": "C、D",
        "检查层级": "县级",
        "指定机关": "平川县消防救援大队",
        "权力清单条目": "消防监督检查",
        "责任清单条目": "监督检查责任",
        "需查阅资料": "营业执照、消防演练记录",
        "要点编码": "fr-1",
        "检查要点": "疏散通道是否畅通",
        "要点类型": "是否",
        "“是”的含义": "畅通",
        "“否”的含义": "占用或锁闭",
        "法律条款": "《消防法》第二十八条",
        "条文": "任何单位、个人不得占用、堵塞、封闭疏散通道",
        "条文日期": "2021-04-29",
        "检查指引": "逐层查看",
    }
    path = write_rows(tmp_path / "items.csv", {**ROW, **more})

    (item,) = read_item_list(path, CONTEXT).values

    (point,) = item.checkpoints
    assert (item.section, item.risk_grades) == ("防火监督科", ("C", "D"))
    assert item.levels == (Level.COUNTY,)
    assert item.named_organs == ("平川县消防救援大队",)
    assert (item.power_list_entry, item.responsibility_list_entry) == (
        "消防监督检查",
        "监督检查责任",
    )
    assert item.documents == ("营业执照", "消防演练记录")
    assert (point.wording_yes, point.wording_no) == ("畅通", "占用或锁闭")
    assert (point.law_article, point.law_text_date) == (
        "《消防法》第二十八条",
        date(2021, 4, 29),
    )
    assert point.law_text.startswith("任何单位")
    assert point.guidance == "逐层查看"


def test_an_unknown_level_refuses_the_item_by_row_and_column(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "items.csv", {**ROW, "检查层级": "乡级"})

    reading = read_item_list(path, CONTEXT)

    (problem,) = reading.problems
    assert (problem.row, problem.column, problem.value) == (2, "检查层级", "乡级")
    assert problem.rule is Rule.IMPORT_WORD_UNKNOWN
    assert reading.values == ()
