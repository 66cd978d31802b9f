"""平罗县 in a play: market regulation by sections, its registers, its draft plan of 2026."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from contracts.vocabulary import Mode
from coordinator.domain.annual_plan import (
    Breach,
    Conditions,
    LineKind,
    PlanLine,
)
from coordinator.domain.dispatch import DepartmentTask
from coordinator.domain.registers.acts import RegisterKind
from coordinator.domain.registers.sections import Section
from coordinator.services import annual_plan, registers
from tests.play import PLAN
from tests.scenarios.lists import share_of
from tests.scenarios.localities import Locality, expert, firm, found, officer, organ

PROFILE, REGION = "pingluo-2021", "640221"
MARKET, HEALTH, EMERGENCY, ECOLOGY = (
    "market-regulation",
    "health",
    "emergency-management",
    "ecology-environment",
)
FOOD, SPECIAL, QUALITY = "food", "special-equipment", "quality"
NUMBER = "平市监〔2025〕60号"
DECEMBER, VISITED = date(2025, 12, 15), date(2026, 12, 21)
FOOD_LINE, SPECIAL_LINE, QUALITY_LINE = "PL-01", "PL-02", "PL-03"
CANTEEN_LINE, ONLINE_LINE = "PL-04", "PL-05"
CANTEENS, SHOPS, ONLINE, LIFTS, FACTORIES = (
    range(1, 41),
    range(41, 241),
    range(241, 251),
    range(301, 361),
    range(401, 501),
)
EQUIPMENT = "《中华人民共和国特种设备安全法》第五十七条"
LICENCES = "《中华人民共和国工业产品生产许可证管理条例》第三十六条"
SAFETY = "《中华人民共和国安全生产法》第六十五条"
ENVIRONMENT = "《中华人民共和国环境保护法》第二十四条"


def items() -> list[list[str]]:
    mr, he, em, ee = "市场监管局", "卫生健康局", "应急管理局", "生态环境局"
    food_law = "《中华人民共和国食品安全法》第一百一十条"
    rows = [
        (mr, "食品安全", "食品经营许可情况的检查", "现场检查", food_law, "mr-fd-1"),
        (mr, "食品安全", "学校食堂制度的检查", "书面检查", food_law, "mr-fd-2"),
        (mr, "网络交易", "网络餐饮公示信息的检查", "网络监测", food_law, "mr-on-1"),
        (mr, "特种设备", "电梯维护保养的检查", "委托专业机构", EQUIPMENT, "mr-se-1"),
        (mr, "产品质量", "工业产品生产许可的检查", "现场检查", LICENCES, "mr-qu-1"),
        (he, "公共卫生", "从业人员健康证明的检查", "现场检查", food_law, "he-fd-1"),
        (em, "安全生产", "特种作业人员持证的检查", "现场检查", SAFETY, "em-se-1"),
        (ee, "污染防治", "污染防治设施运行的检查", "现场检查", ENVIRONMENT, "ee-qu-1"),
    ]
    return [
        [unit, "", category, name, "企业", "一般检查事项", method, f"县级{unit}", basis, code]
        for unit, category, name, method, basis, code in rows
    ]


def objects() -> list[dict[str, str]]:
    """Give the objects that the three sections supervise: 250, 60 and 100."""
    tags = {
        **dict.fromkeys(CANTEENS, "food;canteen"),
        **dict.fromkeys(SHOPS, "food"),
        **dict.fromkeys(ONLINE, "online-food"),
        **dict.fromkeys(LIFTS, "lift"),
        **dict.fromkeys(FACTORIES, "industrial-product"),
    }
    return [firm(number, REGION, tag) for number, tag in tags.items()]


def officers() -> list[dict[str, str]]:
    staff = [("市场监管局", "食品股")] * 8 + [("卫生健康局", "监督股")] * 5
    staff += [("应急管理局", "监管股")] * 4 + [("生态环境局", "执法股")] * 4
    leaders = {0, 8, 13, 17}
    return [
        officer(number, unit, group, 可带队="是" if number in leaders else "否")
        for number, (unit, group) in enumerate(staff)
    ]


def sections() -> list[Section]:
    named = ((FOOD, "食品股"), (SPECIAL, "特种设备股"), (QUALITY, "质量股"))
    return [
        Section(code=code, department=MARKET, name=name, duties=("日常监管",))
        for code, name in named
    ]


def line(code: str, name: str, section: str, tag: str, **changes: Any) -> PlanLine:
    """Give a line that market regulation leads; joint where others take part."""
    values: dict[str, Any] = {
        "plan_id": PLAN,
        "code": code,
        "name": name,
        "kind": LineKind.JOINT if changes.get("participants") else LineKind.INTERNAL,
        "domain": "市场监管",
        "lead": MARKET,
        "section": section,
        "participants": (),
        "conditions": Conditions(tags=(tag,)),
        "number": None,
        "mode": Mode.ANNOUNCED,
    }
    return PlanLine(**values | changes)


def joint_lines() -> list[PlanLine]:
    """Give the joint line of each section."""
    return [
        line(
            FOOD_LINE,
            "食品经营联合抽查",
            FOOD,
            "food",
            participants=(HEALTH,),
            items=("mr-fd-1", "he-fd-1"),
            strata=share_of(1, 20),
            method="现场",
            window_from=date(2026, 4, 7),
            window_to=date(2026, 5, 15),
        ),
        line(
            SPECIAL_LINE,
            "电梯安全联合抽查",
            SPECIAL,
            "lift",
            participants=(EMERGENCY,),
            items=("mr-se-1", "em-se-1"),
            strata=share_of(1, 10),
            method="委托专业机构",
            expert_fields=("lifts",),
            window_from=date(2026, 6, 1),
            window_to=date(2026, 6, 30),
        ),
        line(
            QUALITY_LINE,
            "工业产品质量联合抽查",
            QUALITY,
            "industrial-product",
            participants=(ECOLOGY,),
            items=("mr-qu-1", "ee-qu-1"),
            strata=share_of(1, 20),
            method="现场",
            window_from=date(2026, 12, 1),
            window_to=date(2026, 12, 25),
        ),
    ]


def own_lines() -> list[PlanLine]:
    """Give the lines that the food section carries out alone."""
    return [
        line(
            CANTEEN_LINE,
            "学校食堂书面检查",
            FOOD,
            "canteen",
            items=("mr-fd-2",),
            strata=share_of(1, 20),
            method="书面",
            window_from=date(2026, 3, 2),
            window_to=date(2026, 10, 30),
        ),
        line(
            ONLINE_LINE,
            "网络餐饮监测",
            FOOD,
            "online-food",
            items=("mr-on-1",),
            strata=share_of(1, 10),
            method="网络监测",
            window_from=date(2026, 12, 1),
            window_to=date(2026, 12, 25),
        ),
    ]


async def draft_pingluo(folder: Path) -> Locality:
    """Bring the county's lists in December 2025 and draft the plan of the year to come."""
    county = await found(folder, PROFILE, DECEMBER)
    names = {MARKET: "市场监管局", HEALTH: "卫生健康局", EMERGENCY: "应急管理局"}
    names |= {ECOLOGY: "生态环境局"}
    organs = [organ(code, names[code], REGION, place) for place, code in enumerate(names, 1)]
    async with county.work() as work:
        await registers.register_departments(work, organs)
        await registers.register_sections(work, sections())
    await county.bring_items(items(), "平罗县随机抽查事项清单")
    await county.bring_rows(RegisterKind.OBJECTS, objects())
    await county.bring_rows(RegisterKind.INSPECTORS, officers())
    await county.bring_rows(RegisterKind.EXPERTS, [expert(n, "lifts") for n in range(1, 4)])
    await county.draft(PLAN, 2026, "平罗县2026年度抽查计划", [*joint_lines(), *own_lines()])
    return county


@dataclass(frozen=True)
class Year:
    """The year 2026 as it went: what November still lacked, and one finished visit."""

    county: Locality
    november: tuple[Breach, ...]
    task: DepartmentTask


async def live_through(county: Locality) -> Year:
    """Draw food in spring, lifts in summer, products and online meals after the look back."""
    for day, round_id, code in (
        (date(2026, 3, 25), "R1", FOOD_LINE),
        (date(2026, 5, 20), "R2", SPECIAL_LINE),
    ):
        county.on(day)
        await county.play.drawn_round(round_id, code)
    county.on(date(2026, 11, 16))
    async with county.reading() as work:
        november = await annual_plan.year_end_breaches(work, PLAN)
    await county.play.drawn_round("R3", QUALITY_LINE, ONLINE_LINE)
    await county.play.publish("R3")
    return Year(county, november, await _finish_one_visit(county))


async def _finish_one_visit(county: Locality) -> DepartmentTask:
    """Let both departments of one visit report on the same day of December."""
    county.on(VISITED)
    tasks = await county.play.tasks("R3")
    joint = next(task for task in tasks if task.department != MARKET)
    for task in (each for each in tasks if each.visit_id == joint.visit_id):
        await county.play.accept(task)
        report = await county.play.findings(task, visited_date=VISITED)
        await county.play.receive(task.department, report)
    return joint
