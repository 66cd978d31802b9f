"""Annex 1 as the official lists print it: what is exported can be imported again."""

from datetime import UTC, date, datetime
from pathlib import Path

from coordinator.adapters.documents import TypstDocuments
from coordinator.adapters.imports.item_list import ItemListContext, read_item_list
from coordinator.adapters.imports.tables import load_aliases, load_import_tables, load_methods
from coordinator.domain.registers import CheckItem, ItemClass
from coordinator.domain.registers.organisation import Level
from coordinator.settings import Settings
from coordinator.web.annexes import Printing, item_list_annex
from coordinator.web.names import Names
from tests.integration.web.county import a_store
from tests.integration.web.fake_work import POLICY

PRINTING = Printing(
    office="平川县联席会议办公室",
    rehearsal=False,
    source="平川县联席会议办公室 http://127.0.0.1:8080/items",
    at=datetime(2026, 11, 21, 6, 5, tzinfo=UTC),
)
CONTEXT = ItemListContext(load_import_tables(), load_aliases(), load_methods(), date(2026, 1, 1))


def _items() -> tuple[list[CheckItem], Names]:
    store = a_store()
    departments = store.collections["departments"].values.values()
    names = Names({each.code: each for each in departments}, {}, {}, POLICY)
    items = list(store.collections["items"].values.values())
    several = [
        item.model_copy(
            update={
                "code": f"{item.code}-{number}",
                "name": f"{item.name}第{number}项",
                "category": "登记事项检查" if number < 3 else "公示信息检查",
                "item_class": ItemClass.KEY if number == 4 else ItemClass.GENERAL,
                "methods": ("现场", "书面"),
                "subject_organs": ("县级部门",),
                "legal_bases": ("《企业信息公示暂行条例》第十四条", "《公司法》第二百五十条"),
            }
        )
        for item in items
        for number in range(1, 5)
    ]
    return several, names


def test_units_stand_in_their_order_and_number_their_own_items() -> None:
    items, names = _items()

    rows = item_list_annex(items, names, PRINTING, "2026年第1版")["rows"]

    assert [row[0] for row in rows[::4]] == [name for _, name in names.department_options()]
    assert [row[1] for row in rows[:8]] == [1, 2, 3, 4] * 2
    assert {row[5] for row in rows} == {"一般检查事项", "重点检查事项"}


def test_who_checks_is_said_by_level_where_the_list_has_no_wording_of_its_own() -> None:
    items, names = _items()
    item = items[0].model_copy(update={"subject_organs": (), "levels": (Level.COUNTY,)})

    (row,) = item_list_annex([item], names, PRINTING, "2026年第1版")["rows"]

    assert row[7] == "县级"


def test_an_exported_item_list_is_read_back_with_every_item(tmp_path: Path) -> None:
    items, names = _items()
    documents = TypstDocuments(Settings.model_fields["fonts"].default)
    path = tmp_path / "annex-1.xlsx"

    path.write_bytes(documents.annex(item_list_annex(items, names, PRINTING, "2026年第1版")))
    reading = read_item_list(path, CONTEXT)

    read = {(each.department, each.category, each.name, each.item_class) for each in reading.values}
    assert read == {(i.department, i.category, i.name, i.item_class) for i in items}
    assert {each.legal_bases for each in reading.values} == {items[0].legal_bases}
    assert {each.methods for each in reading.values} == {("现场", "书面")}
