"""Department names are placed by the alias table; what it lacks is handed back."""

import pytest

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.departments import Department, DepartmentAliases

FIRE = Department(
    "fire-rescue", "消防救援大队", "Fire and Rescue", has_agent=True, aliases=("消防救援机构",)
)
POLICE = Department(
    "public-security", "公安局", "Public Security", has_agent=False, aliases=("公安部门",)
)
TABLE = DepartmentAliases((FIRE, POLICE), frozenset({"相关部门"}))


def test_several_names_in_a_cell_are_placed_in_their_order() -> None:
    placed = TABLE.place("公安部门、 消防救援 机构;fire-rescue")

    assert placed.codes == ("public-security", "fire-rescue")
    assert placed.unplaced == ()


def test_a_name_the_table_lacks_is_handed_back_as_written() -> None:
    placed = TABLE.place("公安部门，气象部门")

    assert placed.codes == ("public-security",)
    assert placed.unplaced == ("气象部门",)


def test_an_open_wording_leaves_the_participants_open() -> None:
    placed = TABLE.place("相关部门")

    assert placed.open_to_all
    assert placed.codes == placed.unplaced == ()


def test_a_blank_cell_names_nobody() -> None:
    placed = TABLE.place("")

    assert (placed.codes, placed.unplaced, placed.open_to_all) == ((), (), False)


def test_only_departments_with_an_agent_take_part() -> None:
    assert TABLE.with_agents() == {"fire-rescue"}


def test_one_name_for_two_departments_is_refused() -> None:
    twin = Department(
        "fire-two", "消防二大队", "Fire Two", has_agent=False, aliases=("消防救援机构",)
    )

    with pytest.raises(RuleBrokenError) as refusal:
        DepartmentAliases((FIRE, twin))

    assert refusal.value.rule == Rule.ALIAS_AMBIGUOUS
    assert refusal.value.facts["departments"] == ["fire-rescue", "fire-two"]


def test_an_organ_of_the_office_is_placed_by_its_name_unless_the_table_has_it() -> None:
    own = {"庆阳市质量技术监督局": "quality-supervision", "公安部门": "other"}
    table = DepartmentAliases((FIRE, POLICE), registered=own)

    assert table.code_of("庆阳市 质量技术监督局") == "quality-supervision"
    assert table.code_of("公安部门") == "public-security"
