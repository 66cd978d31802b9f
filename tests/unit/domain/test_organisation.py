"""Who may check what where is decided from level, region, delegation and designation (2.0)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.organisation import (
    Check,
    Designation,
    DrawLevel,
    LegalCapacity,
    Level,
    Region,
    common_reach,
    covers,
    level_of_region,
    lower_organs,
    may_check,
    organ_for,
    reach_of,
    require_delegation,
    require_tree,
)
from coordinator.domain.registers.region_table import require_region
from tests.builders import a_department

DAY = date(2026, 4, 7)
PROVINCE, CITY, COUNTY, OTHER_COUNTY = "640000", "640200", "640221", "640205"

_digits = st.text("0123456789", min_size=2, max_size=2)


def a_designation(**changes: Any) -> Designation:
    values: dict[str, Any] = {
        "designation_id": "d-1",
        "department": "county-organ",
        "region": OTHER_COUNTY,
        "document": "石市监〔2026〕1号",
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2026, 6, 30),
    }
    return Designation(**values | changes)


@pytest.mark.parametrize(
    ("region", "of", "inside"),
    [
        (PROVINCE, CITY, True),
        (PROVINCE, COUNTY, True),
        (CITY, COUNTY, True),
        (COUNTY, COUNTY, True),
        (COUNTY, "640221104", True),
        ("640221000000", COUNTY, True),
        (COUNTY, OTHER_COUNTY, False),
        (COUNTY, CITY, False),
        (CITY, PROVINCE, False),
        (CITY, "640300", False),
        ("419001", "419001", True),
        ("410000", "419001", True),
        ("", COUNTY, False),
    ],
)
def test_a_region_contains_what_its_code_begins(region: str, of: str, inside: bool) -> None:
    assert covers(region, of) is inside


@given(_digits, _digits, _digits)
def test_every_code_lies_in_its_own_city_and_province(p: str, c: str, q: str) -> None:
    code = p + c + q

    assert covers(code, code)
    assert covers(p + c + "00", code)
    assert covers(p + "0000", code)


@pytest.mark.parametrize(
    ("region", "level"),
    [(PROVINCE, Level.PROVINCE), (CITY, Level.CITY), (COUNTY, Level.COUNTY)],
)
def test_a_code_tells_its_level(region: str, level: Level) -> None:
    assert level_of_region(region) is level


def test_an_organ_checks_at_home_and_nowhere_else() -> None:
    organ = a_department("county-organ", region=COUNTY)

    assert may_check(organ, COUNTY, DAY)
    assert not may_check(organ, OTHER_COUNTY, DAY)


@pytest.mark.parametrize(
    ("day", "allowed"),
    [
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
        (date(2026, 6, 30), True),
        (date(2026, 7, 1), False),
    ],
)
def test_a_designation_opens_another_region_while_it_is_in_force(day: date, allowed: bool) -> None:
    organ = a_department("county-organ", region=COUNTY)

    assert may_check(organ, OTHER_COUNTY, day, [a_designation()]) is allowed


def test_a_designation_of_somebody_else_opens_nothing() -> None:
    organ = a_department("county-organ", region=COUNTY)

    assert not may_check(organ, OTHER_COUNTY, DAY, [a_designation(department="x")])


def test_a_line_reaches_what_any_of_its_organs_reaches() -> None:
    organs = [a_department("a", region=COUNTY), a_department("b", region=OTHER_COUNTY)]

    assert reach_of(organs, DAY) == (OTHER_COUNTY, COUNTY)
    assert reach_of([a_department(region=CITY)], DAY) == ("6402",)


def test_nobody_reaches_nothing() -> None:
    assert reach_of([], DAY) == ()
    assert reach_of([a_department(region="")], DAY) == ()
    assert not may_check(a_department(region=""), COUNTY, DAY)


def test_a_delegated_organ_needs_its_document() -> None:
    entrusted = a_department("station", legal_capacity=LegalCapacity.DELEGATED)

    with pytest.raises(RuleBrokenError) as caught:
        require_delegation(entrusted)

    assert caught.value.rule is Rule.DELEGATION_MISSING
    require_delegation(replace(entrusted, delegation_document="平应急委〔2026〕3号"))


@pytest.mark.parametrize("draw_level", list(DrawLevel))
def test_every_draw_level_names_who_draws_and_who_checks(draw_level: DrawLevel) -> None:
    order = list(Level)

    assert order.index(draw_level.draws) <= order.index(draw_level.checks)


def test_the_organ_of_a_check_is_the_nearest_of_the_right_level() -> None:
    city = a_department("city", region=CITY, level=Level.CITY)
    home, other = a_department("home", region=COUNTY), a_department("other", region=OTHER_COUNTY)
    organs = [city, other, home]

    at = {"region": COUNTY, "day": DAY}

    assert organ_for(organs, Check(**at, draw_level=DrawLevel.CITY_COUNTY)) == home
    assert organ_for(organs, Check(**at, draw_level=DrawLevel.CITY_CITY)) == city
    assert organ_for(organs, Check(**at, draw_level=DrawLevel.PROVINCE_PROVINCE)) is None
    assert organ_for([other], Check(**at)) is None


@pytest.mark.parametrize(
    ("reaches", "common"),
    [
        ([], ("",)),
        ([["6402", "6405"]], ("6402", "6405")),
        ([["6402", "640221"]], ("6402",)),
        ([["6402"], ["640221", "6405"]], ("640221",)),
        ([["640221", "640222"], ["640222", "640223"]], ("640222",)),
        ([["640221"], ["640222"]], ()),
        ([["640221"], []], ()),
    ],
)
def test_the_common_reach_is_where_everybody_may_check(
    reaches: list[list[str]], common: tuple[str, ...]
) -> None:
    assert common_reach(reaches) == common


def test_who_is_designated_comes_after_who_is_at_home() -> None:
    guest = a_department("a-guest", region=COUNTY)
    home = a_department("z-home", region=OTHER_COUNTY)
    documents = [a_designation(department="a-guest")]
    asked = Check(region=OTHER_COUNTY, day=DAY)

    assert organ_for([guest, home], asked, documents) == home
    assert organ_for([guest], asked, documents) == guest


def test_a_code_that_ended_names_its_successor() -> None:
    old = Region(
        code="640222",
        name="陶乐县",
        level=Level.COUNTY,
        valid_to=date(2003, 12, 31),
        successor=COUNTY,
    )
    regions = {"640222": old}

    require_region(regions, "640222", date(2003, 12, 31))
    with pytest.raises(RuleBrokenError) as caught:
        require_region(regions, "640222", DAY)
    with pytest.raises(RuleBrokenError) as unknown:
        require_region(regions, "640299", DAY)

    assert caught.value.rule is Rule.REGION_ENDED
    assert caught.value.facts["successor"] == COUNTY
    assert unknown.value.rule is Rule.REGION_UNKNOWN


def test_without_a_table_no_code_is_judged() -> None:
    require_region({}, "anything", DAY)


def test_a_superior_has_all_organs_below_it() -> None:
    organs = [
        a_department("province"),
        a_department("city", superior="province"),
        a_department("county", superior="city"),
        a_department("elsewhere"),
    ]

    assert lower_organs(organs, "province") == ("city", "county")
    assert lower_organs(organs, "county") == ()


@pytest.mark.parametrize(
    ("superiors", "rule"),
    [
        ({"a": "b", "b": "c", "c": "a"}, Rule.SUPERIOR_CYCLE),
        ({"a": "a"}, Rule.SUPERIOR_CYCLE),
        ({"a": "b", "b": "c", "c": "b"}, Rule.SUPERIOR_CYCLE),
        ({"a": "nobody"}, Rule.SUPERIOR_UNKNOWN),
    ],
)
def test_superiors_form_a_tree(superiors: dict[str, str], rule: Rule) -> None:
    organs = [a_department(code, superior=above) for code, above in superiors.items()]

    with pytest.raises(RuleBrokenError) as caught:
        require_tree(organs)

    assert caught.value.rule is rule
