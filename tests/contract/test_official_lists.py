"""The two official lists import as they are; the figures are those of the files."""

import os
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from coordinator.adapters.imports.item_list import ItemListContext, read_item_list
from coordinator.adapters.imports.joint_list import (
    JointListReport,
    match_joint_list,
    read_joint_list,
)
from coordinator.adapters.imports.reading import Reading
from coordinator.adapters.imports.tables import load_aliases, load_import_tables, load_methods
from coordinator.domain.registers import CheckItem
from coordinator.domain.registers.joint_list import LinkState

TABLES, ALIASES = load_import_tables(), load_aliases()
CHECKOUT = Path(__file__).parents[2]


def official(name: str) -> Path:
    shared = Path(os.environ.get("ONEVISIT_SHARED", CHECKOUT.parent / "shared"))
    path = shared / "data" / name
    if not path.is_file():
        pytest.fail(f"{path} is missing: give the folder that holds data/{name} as ONEVISIT_SHARED")
    return path


@pytest.fixture(scope="module")
def items() -> Reading[CheckItem]:
    context = ItemListContext(TABLES, ALIASES, load_methods(), date(2020, 1, 1))
    return read_item_list(official("hainan-item-list-2020.xlsx"), context)


@pytest.fixture(scope="module")
def joint(items: Reading[CheckItem]) -> JointListReport:
    reading = read_joint_list(official("hainan-joint-list-2nd.xls"), TABLES, ALIASES)
    return match_joint_list(reading, items.values, TABLES, ALIASES)


def test_every_row_of_the_item_list_ends_in_an_item(items: Reading[CheckItem]) -> None:
    assert items.problems == ()
    assert items.rows_accepted == tuple(range(4, 391))
    assert len(items.values) == len({item.code for item in items.values}) == 293


def test_the_item_list_has_sixteen_departments(items: Reading[CheckItem]) -> None:
    assert Counter(item.department for item in items.values) == {
        "human-resources": 108,
        "market-regulation": 82,
        "transport": 22,
        "agriculture": 16,
        "public-security": 11,
        "culture-tourism": 11,
        "commerce": 10,
        "education": 7,
        "housing-construction": 6,
        "health": 5,
        "ecology-environment": 4,
        "fire-rescue": 4,
        "emergency-management": 2,
        "customs": 2,
        "taxation": 2,
        "statistics": 1,
    }


def test_bases_of_merged_cells_and_continuation_rows_reach_their_items(
    items: Reading[CheckItem],
) -> None:
    # row 8 only adds a basis to the item of row 7
    uniforms = next(item for item in items.values if "校服" in item.name)
    assert [basis[:4] for basis in uniforms.legal_bases] == ["《教育部", "《海南省"]
    # rows 244 to 255: one merged basis for two items
    scope = next(item for item in items.values if item.name.startswith("经营（业务）范围"))
    address = next(item for item in items.values if item.name.startswith("住所（经营场所）或驻在"))
    assert scope.legal_bases == address.legal_bases
    # rows 314 and 315: one name, two object types, two classes
    catering = [item for item in items.values if item.name == "食品经营许可情况的检查"]
    assert [item.item_class for item in catering] == ["general", "key"]


def test_methods_are_named_and_the_rest_is_listed(items: Reading[CheckItem]) -> None:
    hotel = next(item for item in items.values if item.name == "宾馆、旅店治安安全情况的检查")

    assert hotel.methods == ("现场", "书面", "网络监测", "委托专业机构")
    assert len(hotel.legal_bases) == 3
    assert {warning.value for warning in items.warnings} == {
        "采取定期抽查和不定期抽查的方式相结合",
        "采取定期抽查和不定期检查的方式",
        "定期监督检查和不定期监督检查相结合的方式",
        "实地检查相结合",
        "统计督查",
    }


def test_the_joint_list_has_36_domains_in_83_rows_all_placed(joint: JointListReport) -> None:
    assert joint.reading.problems == joint.reading.warnings == ()
    assert joint.number_of_domains == 36
    assert [row.source_row for row in joint.reading.values] == list(range(4, 87))
    assert {row.number for row in joint.reading.values} == set(range(1, 37))
    assert joint.unplaced_departments == ()


def test_merged_and_multiple_leads_are_taken_apart(joint: JointListReport) -> None:
    rows = {row.source_row: row for row in joint.reading.values}

    assert rows[17].lead_departments == ("public-security", "health")
    assert rows[17].open_to_all
    assert rows[42].lead_departments == ("public-security",)  # merged over three domains
    assert (rows[31].participants, rows[31].open_to_all) == ((), False)  # really blank
    assert rows[84].participants == (
        "market-regulation",
        "taxation",
        "housing-construction",
        "transport",
    )


def test_26_rows_match_a_name_14_nearly_and_43_not(joint: JointListReport) -> None:
    assert joint.counts() == {LinkState.LINKED: 26, LinkState.NEAR: 14, LinkState.UNLINKED: 43}
    assert all(len(row.suggestions) <= 3 for row in joint.rows)


def test_a_row_with_two_leads_links_to_the_item_of_each(
    joint: JointListReport, items: Reading[CheckItem]
) -> None:
    department = {item.code: item.department for item in items.values}
    hotels = next(row.row for row in joint.rows if row.row.source_row == 17)

    assert {department[code] for code in hotels.linked_items} == {"public-security", "health"}


def test_the_recorded_decisions_of_the_local_run_each_place_one_more_row(
    joint: JointListReport, items: Reading[CheckItem]
) -> None:
    decided = load_aliases(CHECKOUT / "deploy/local/official_list_decisions.toml")

    report = match_joint_list(joint.reading, items.values, TABLES, decided)

    assert report.unresolved_aliases == ()
    by_hand = [row for row in report.rows if row.linked_by == "alias"]
    assert [row.row.number for row in by_hand] == [2, 2, 3, 4, 6, 19, 31]
    assert all(len(row.row.linked_items) == 1 for row in by_hand)
    assert report.counts()[LinkState.LINKED] == 26 + len(by_hand)
