"""海南 as a province's platform: organs of three levels, both official lists, the plan of 2026."""

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from contracts.register_rows import Directory, InspectorRow, columns_of
from coordinator.domain.annual_plan import Conditions, Forecast, LineKind, PlanLine, StratumRule
from coordinator.domain.errors import Rule
from coordinator.domain.registers import Inspector
from coordinator.domain.registers.acts import RegisterKind
from coordinator.domain.registers.organisation import Department, DrawLevel, Level
from coordinator.services import registers
from tests.play import PLAN
from tests.scenarios.lists import Seat, bring_regions, organ_at, task
from tests.scenarios.localities import Locality, firm, found, officer

PROFILE = "provincial-joint"
ITEMS, JOINT = "hainan-item-list-2020.xlsx", "hainan-joint-list-2nd.xls"
INSPECTOR_FIELDS = tuple(columns_of(Directory.INSPECTORS))
PROVINCE, CITY, XIUYING, LONGHUA = "460000", "460100", "460105", "460106"
REGIONS = (
    (CITY, "海口市", "市", PROVINCE),
    (XIUYING, "秀英区", "县", CITY),
    (LONGHUA, "龙华区", "县", CITY),
)
FAMILIES = {
    "he": ("health", "卫生健康委员会"),
    "ps": ("public-security", "公安局"),
    "fr": ("fire-rescue", "消防救援机构"),
}
PLACES = {
    "hn": (PROVINCE, "海南省", Level.PROVINCE, None),
    "hk": (CITY, "海口市", Level.CITY, "hn"),
    "xy": (XIUYING, "秀英区", Level.COUNTY, "hk"),
    "lh": (LONGHUA, "龙华区", Level.COUNTY, "hk"),
}
HOTEL_ROWS, HOTEL_FIRE_ROW = (17, 18, 20), 19
SCHOOL_ROWS, SCHOOL_FIRE_ROW = (9, 10), 12
CITY_HOTELS, XIUYING_HOTELS, LONGHUA_HOTELS = "HN-01", "HN-02", "HN-03"
XIUYING_SCHOOLS, LONGHUA_CLUBS = "HN-04", "HN-05"
CLASSES = "D" * 10 + "C" * 20 + "B" * 50 + "A" * 20
# A general item bounds a class at 10 %, whatever its credit class asks for.
STRATA = {
    name: StratumRule(numerator=1, denominator=denominator)
    for name, denominator in {"D": 10, "C": 10, "B": 50, "A": 100}.items()
}


def official(name: str) -> Path:
    """Find an official list as it was published."""
    shared = Path(os.environ.get("ONEVISIT_SHARED", Path(__file__).parents[3] / "shared"))
    path = shared / "data" / name
    assert path.is_file(), f"{path} is missing: give the folder of data/{name} as ONEVISIT_SHARED"
    return path


def organs() -> list[Department]:
    """Give three departments in the province, its capital and two districts."""
    found_organs: list[Department] = []
    for family, (department, title) in FAMILIES.items():
        for place, (region, name, level, above) in PLACES.items():
            superior = f"{family}-{above}" if above else None
            seat = Seat(region, level, department, superior)
            position = len(found_organs) + 1
            found_organs.append(organ_at(f"{family}-{place}", f"{name}{title}", seat, position))
    return found_organs


def objects() -> list[dict[str, str]]:
    """Give 100 hotels in each district by credit class, 20 schools in one, 40 clubs elsewhere."""
    rows = []
    for first, region in ((1, XIUYING), (101, LONGHUA)):
        for number, credit in enumerate(CLASSES, first):
            rows.append(firm(number, region, "hotel", 信用风险分类=credit))
    rows += [firm(n, XIUYING, "school", 信用风险分类="B") for n in range(201, 221)]
    rows += [firm(n, LONGHUA, "club", 信用风险分类="C") for n in range(301, 341)]
    return rows


def officers() -> list[dict[str, str]]:
    """Give four officers to every organ, two of them fit to lead."""
    names = [organ.name for organ in organs()]
    return [
        officer(number, names[number // 4], "监督科", 可带队="是" if number % 4 < 2 else "否")
        for number in range(4 * len(names))
    ]


@dataclass(frozen=True)
class Linked:
    """The items that rows of the joint list are linked to, by row."""

    items: dict[int, tuple[str, ...]]

    def of(self, *rows: int) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code for row in rows for code in self.items[row]))


def plan_lines(linked: Linked) -> list[PlanLine]:
    """Give four joint lines of linked rows at three draw levels, and one of health alone."""
    hotels = linked.of(*HOTEL_ROWS, HOTEL_FIRE_ROW)
    schools = linked.of(*SCHOOL_ROWS, SCHOOL_FIRE_ROW)
    clubs = linked.of(15)
    return [
        _line(CITY_HOTELS, "宾馆旅店综合检查", "hk", "4601", ("hotel", hotels)),
        _line(XIUYING_HOTELS, "秀英区宾馆旅店检查", "xy", XIUYING, ("hotel", hotels)),
        _line(LONGHUA_HOTELS, "龙华区宾馆旅店检查", "lh", LONGHUA, ("hotel", hotels)),
        _line(XIUYING_SCHOOLS, "学校办学情况检查", "xy", XIUYING, ("school", schools)),
        _line(LONGHUA_CLUBS, "娱乐场所卫生检查", "lh", LONGHUA, ("club", clubs)),
    ]


_LEVELS = {
    CITY_HOTELS: (DrawLevel.CITY_CITY, ("ps", "fr"), ("05-06", "06-30")),
    XIUYING_HOTELS: (DrawLevel.CITY_COUNTY, ("ps", "fr"), ("09-01", "09-25")),
    LONGHUA_HOTELS: (DrawLevel.COUNTY_COUNTY, ("ps", "fr"), ("09-01", "09-25")),
    XIUYING_SCHOOLS: (DrawLevel.CITY_COUNTY, ("fr",), ("03-02", "03-31")),
    LONGHUA_CLUBS: (DrawLevel.COUNTY_COUNTY, (), ("07-01", "07-31")),
}


def _line(
    code: str, name: str, place: str, region: str, what: tuple[str, tuple[str, ...]]
) -> PlanLine:
    """Give a line led by health: everybody who goes sends two officers and answers for them."""
    level, others, (first, last) = _LEVELS[code]
    tag, items = what
    organs_there = tuple(f"{family}-{place}" for family in ("he", *others))
    values: dict[str, Any] = {
        "conditions": Conditions(tags=(tag,), regions=(region,)),
        "strata": STRATA,
        "draw_level": level,
        "participants": organs_there[1:],
        "quotas": dict.fromkeys(organs_there, 2),
        "report_days": 1,
        "feedback_days": 1,
        "window_from": date.fromisoformat(f"2026-{first}"),
        "window_to": date.fromisoformat(f"2026-{last}"),
    }
    return task(code, name, organs_there[0], items, **values)


async def found_province(folder: Path) -> Locality:
    """Open the platform: regions, organs, objects and officers, no list yet."""
    province = await found(folder, PROFILE, date(2026, 1, 5))
    await bring_regions(province, *REGIONS)
    async with province.work() as work:
        await registers.register_departments(work, organs())
    await province.bring_rows(RegisterKind.OBJECTS, objects())
    await province.bring_rows(RegisterKind.INSPECTORS, officers())
    return province


async def linked_rows(province: Locality) -> Linked:
    async with province.work() as work:
        rows = await work.joint_list.where()
    return Linked({row.source_row: row.linked_items for row in rows})


async def link_by_hand(province: Locality) -> None:
    """Link two nearly matching rows to the fire brigade's items that a person finds for them."""
    hotels, schools = "宾馆、旅店", "各类高校"
    async with province.work() as work:
        fire = await work.items.where(department="fire-rescue")
        for row, object_type in ((HOTEL_FIRE_ROW, hotels), (SCHOOL_FIRE_ROW, schools)):
            [item] = [item for item in fire if item.object_type.startswith(object_type)]
            await registers.link_row(work, row, item.code)


async def draft_plan_of_lists(province: Locality) -> None:
    """Take both lists in, link two rows by hand, draft the plan of what is linked."""
    await province.bring(RegisterKind.ITEM_LIST, official(ITEMS))
    await province.bring(RegisterKind.JOINT_LIST, official(JOINT))
    await link_by_hand(province)
    lines = plan_lines(await linked_rows(province))
    await province.draft(PLAN, 2026, "海南省2026年度部门联合抽查计划", lines)


def planted(lines: Mapping[str, PlanLine], foreign: str) -> dict[Rule, PlanLine]:
    """Give for each rule a line that breaks it; `foreign` is an item of a department not there."""
    city, county, schools = (lines[code] for code in (CITY_HOTELS, LONGHUA_HOTELS, XIUYING_SCHOOLS))
    alone: dict[str, Any] = {"kind": LineKind.INTERNAL, "participants": (), "quotas": {}}
    twentieth = StratumRule(numerator=1, denominator=20)
    return {
        Rule.JOINT_RATE_TOO_LOW: replace(schools, items=schools.items[:2], **alone),
        Rule.ORGAN_LEVEL_DOES_NOT_FIT: replace(city, draw_level=DrawLevel.CITY_COUNTY),
        Rule.ORGAN_OUTSIDE_REGION: replace(
            county, conditions=replace(county.conditions, regions=(XIUYING,))
        ),
        Rule.CLASS_RATIO_TOO_LOW: replace(city, strata={**STRATA, "D": twentieth}),
        Rule.ITEM_OF_OTHER_DEPARTMENT: replace(county, items=(*county.items, foreign)),
    }


def row_of_message(inspector: Inspector, **changes: Any) -> InspectorRow:
    """Give an officer as the own department's message writes them."""
    told = {name: getattr(inspector, name) for name in INSPECTOR_FIELDS}
    return InspectorRow.model_validate({**told, "row": 1, **changes})


def year_of(forecast: Forecast) -> tuple[Counter[str], Counter[str]]:
    """Add up the seats and the minutes of every organ's months."""
    seats, minutes = Counter[str](), Counter[str]()
    for load in forecast.loads:
        seats[load.department] += load.seats
        minutes[load.department] += load.minutes
    return seats, minutes
