"""淮安市 in a play: two departments' lists of 17 items, dining places by credit class, one task."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from coordinator.domain.annual_plan import Conditions, PlanLine, Weighting
from coordinator.domain.registers.acts import RegisterKind
from coordinator.domain.registers.organisation import Level
from coordinator.services import registers
from tests.scenarios.lists import Seat, bring_regions, organ_at, task
from tests.scenarios.localities import ITEM_COLUMNS, Locality, firm, found, officer
from tests.unit.imports.files import write_xlsx

PROFILE, CITY = "huaian-2016", "320800"
MARKET, HEALTH, POLICE = "market-regulation", "health", "public-security"
NAMES = {MARKET: "淮安市市场监管局", HEALTH: "淮安市卫生健康委员会", POLICE: "淮安市公安局"}
LINE, ROUND, TAG = "HA-1", "HA-R1", "dining"
CLASSES = "D" * 6 + "C" * 10 + "B" * 20 + "A" * 24
FOOD_LAW = "《中华人民共和国食品安全法》第一百一十条"
LICENCE = "licence"  # the question that both departments ask
LISTS = {
    MARKET: (
        "食品经营许可", "进货查验", "加工制作过程", "食品添加剂", "餐饮具清洗消毒", "食品留样",
        "网络餐饮公示", "价格公示", "计量器具",
    ),
    HEALTH: (
        "卫生许可", "从业人员健康证明", "卫生管理制度", "空气质量", "水质", "公共用品用具",
        "病媒生物防治", "控制吸烟",
    ),
}  # fmt: skip
CODES = {
    organ: tuple(f"ha-{organ[:2]}-{n}" for n in range(1, len(names) + 1))
    for organ, names in LISTS.items()
}
TITLES = [*ITEM_COLUMNS, "检查要点", "要点编码", "要点类型", "共用要点码", "预计分钟"]


def write_list(folder: Path, organ: str) -> Path:
    """Write a department's list; its first item asks for the licence, as the other's does."""
    rows = [
        [
            NAMES[organ], str(number), "餐饮", f"{name}的检查", "企业", "重点检查事项", "现场检查",
            "市级部门", FOOD_LAW, code, f"{name}是否符合要求", f"{code}-q", "是否",
            LICENCE if number == 1 else "", "15",
        ]
        for number, (name, code) in enumerate(zip(LISTS[organ], CODES[organ], strict=True), 1)
    ]  # fmt: skip
    return write_xlsx(folder / f"{organ}.xlsx", [[f"{NAMES[organ]}抽查事项清单"], TITLES, *rows])


def entered() -> list[PlanLine]:
    """Give the one task as it is entered: new, items, time, inspectors, objects, draw mode."""
    codes = [code for codes in CODES.values() for code in codes]
    steps: list[dict[str, Any]] = [
        {},
        {"items": tuple(codes)},
        {"window_from": date(2026, 4, 7), "window_to": date(2026, 5, 15)},
        {"quotas": {MARKET: 2, HEALTH: 2}},
        {"conditions": Conditions(tags=(TAG,))},
        {"strata": {}, "number": 4, "weighting": Weighting.PROFILE},
    ]
    lines = [task(LINE, "餐饮服务联合抽查", MARKET, [], participants=(HEALTH,))]
    for step in steps[1:]:
        lines.append(replace(lines[-1], **step))
    return lines


async def found_huaian(folder: Path) -> Locality:
    """Take in the organs, both lists and both directories."""
    city = await found(folder, PROFILE, date(2026, 1, 5))
    await bring_regions(city, (CITY, "淮安市", "市", "320000"))
    seat = Seat(CITY, Level.CITY)
    organs = [organ_at(code, name, seat, n) for n, (code, name) in enumerate(NAMES.items(), 1)]
    async with city.work() as work:
        await registers.register_departments(work, organs)
    for organ in LISTS:
        await city.bring(RegisterKind.ITEM_LIST, write_list(folder, organ))
    shops = [firm(n, CITY, TAG, 信用风险分类=grade) for n, grade in enumerate(CLASSES)]
    await city.bring_rows(RegisterKind.OBJECTS, shops)
    people = [
        officer(n, NAMES[organ], "监督科", 可带队="是" if n % 6 == 0 else "否")
        for n, organ in enumerate([MARKET] * 6 + [HEALTH] * 6)
    ]
    await city.bring_rows(RegisterKind.INSPECTORS, people)
    return city
