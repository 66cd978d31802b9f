"""庆阳 in a play: the quality bureau's list as it writes it, its registers, its plan of 2026."""

from datetime import date
from pathlib import Path
from typing import Any

from coordinator.domain.annual_plan import Conditions, PlanLine, Weighting
from coordinator.domain.registers import ItemClass
from coordinator.domain.registers.acts import RegisterKind
from coordinator.domain.registers.item_list import ItemListVersion, ProposalAct
from coordinator.domain.registers.organisation import Level
from coordinator.services import registers
from coordinator.services.registers import ProposalOrder
from tests.builders import an_item
from tests.play import clerk
from tests.scenarios.lists import Seat, bring_regions, organ_at, share_of, task
from tests.scenarios.localities import (
    CHIEF,
    CLERK,
    ITEM_COLUMNS,
    Locality,
    firm,
    found,
    officer,
)
from tests.unit.imports.files import write_xlsx

PROFILE = "qingyang-2016"
QUALITY, COMMERCE = "quality-supervision", "commerce"
XIFENG, QINGCHENG = "621002", "621021"
SPECIAL, FOOD, CARS = "special-equipment", "food-related-products", "household-car-after-sales"
CATEGORIES = (
    ("特种设备使用", "电梯等特种设备使用管理的检查", "《中华人民共和国特种设备安全法》第五十七条"),
    ("特种设备生产", "特种设备生产许可的检查", "《特种设备安全监察条例》第五十条"),
    ("食品相关产品", "食品包装材料生产的检查", "《中华人民共和国食品安全法》第一百一十条"),
    (
        "家用汽车三包",
        "家用汽车产品售后三包责任的检查",
        "《家用汽车产品修理、更换、退货责任规定》第六条",
    ),
    ("工业产品生产许可", "许可条件保持情况的检查", "《工业产品生产许可证管理条例》第三十六条"),
    ("计量器具", "强制检定计量器具的检查", "《中华人民共和国计量法》第九条"),
    ("定量包装", "定量包装商品净含量的检查", "《定量包装商品计量监督管理办法》第四条"),
    ("能效标识", "能源效率标识的检查", "《中华人民共和国节约能源法》第十九条"),
    ("强制性认证", "强制性产品认证的检查", "《中华人民共和国认证认可条例》第二十八条"),
    ("检验检测机构", "资质认定条件保持情况的检查", "《检验检测机构资质认定管理办法》第三十四条"),
    ("标准实施", "企业执行标准情况的检查", "《中华人民共和国标准化法》第十八条"),
    ("商品条码", "商品条码使用的检查", "《商品条码管理办法》第二十一条"),
    ("产品质量", "产品质量监督抽查", "《中华人民共和国产品质量法》第十五条"),
)
KEY_CATEGORIES = (1, 2, 3, 4, 13)
QUALITY_LAW = "《中华人民共和国产品质量法》第八条"
METHODS_WRITTEN = ("现场检查", "现场检查、书面检查", "抽样检验")
FIRST_DAY = date(2026, 1, 12)  # of the second version of the list
METHODS = (("现场",), ("现场", "书面"), ("检验检测",))
LIFTS, BOTTLERS, DEALERS = range(1, 41), range(41, 61), range(61, 71)
COMPLAINTS = (3, 7, 41, 61, 62, 63)


def write_list(path: Path) -> Path:
    """Write the bureau's list: merged cells for its name and for equal words, several bases.

    Category 1 has two bases in one cell, category 3 its second one in a row of its own below.
    """
    unit = "庆阳市质量技术监督局"
    rows: list[list[str]] = [[f"{unit}随机抽查事项清单"], [*ITEM_COLUMNS, "责任清单条目"]]
    for number, (category, name, basis) in enumerate(CATEGORIES, 1):
        kind = "重点检查事项" if number in KEY_CATEGORIES else "一般检查事项"
        method = METHODS_WRITTEN[(number - 1) // 5]
        bases = f"1.{basis}；2.{QUALITY_LAW}" if number == 1 else basis
        start = [unit, str(number), category, name, "企业", kind, method, "市级质监部门"]
        entry = [f"qs-{number:02d}", f"责任清单第{number}项"]
        rows.append([*start, bases, *entry])
        if number == 3:
            rows.append([*start, QUALITY_LAW, *entry])
    last = len(rows) - 1
    whole = [(2, column, last, column) for column in (0, 4, 7)]
    third = [(4, column, 5, column) for column in (1, 2, 3, 9, 10)]
    classes = [(2, 5, 6, 5), (7, 5, last - 1, 5)]
    methods = [(2, 6, 7, 6), (8, 6, 12, 6), (13, 6, last, 6)]
    return write_xlsx(path, rows, [(0, 0, 0, 10), *whole, *third, *classes, *methods])


def objects() -> list[dict[str, str]]:
    tags = {**dict.fromkeys(LIFTS, SPECIAL), **dict.fromkeys(BOTTLERS, FOOD)}
    tags |= dict.fromkeys(DEALERS, CARS)
    return [
        firm(
            number,
            QINGCHENG if number % 2 else XIFENG,
            tag,
            事件="投诉举报@2025-11-03(12365热线)" if number in COMPLAINTS else "",
        )
        for number, tag in tags.items()
    ]


def officers() -> list[dict[str, str]]:
    staff = [("庆阳市质量技术监督局", "监督科")] * 12 + [("庆阳市商务局", "流通科")] * 4
    return [officer(number, *post) for number, post in enumerate(staff)]


def plan_lines() -> list[PlanLine]:
    """Give three lines by topic, the cars jointly, and one for what people complain about."""
    hot = Conditions(events=("complaint",))
    quarter: dict[str, Any] = {"strata": share_of(1, 4), "weighting": Weighting.PROFILE}
    dealers: dict[str, Any] = {"participants": (COMMERCE,), "strata": share_of(3, 10)}
    return [
        task("QY-1", "特种设备使用", QUALITY, ["qs-01"], conditions=tagged(SPECIAL), **quarter),
        task("QY-2", "食品相关产品", QUALITY, ["qs-03"], conditions=tagged(FOOD), **quarter),
        task("QY-3", "汽车三包", QUALITY, ["qs-04", "co-01"], conditions=tagged(CARS), **dealers),
        task("QY-4", "投诉热点", QUALITY, ["qs-13"], conditions=hot, strata=share_of(1, 2)),
    ]


def tagged(tag: str) -> Conditions:
    return Conditions(tags=(tag,))


async def propose_and_merge(city: Locality) -> ItemListVersion:
    """Let the bureaus propose: a basis more for the cars, bar codes end, commerce comes in."""
    async with city.work() as work:
        cars = await work.items.get("qs-04")
    bases = (*cars.legal_bases, "《中华人民共和国消费者权益保护法》第二十四条")
    dealers = an_item(
        "co-01", COMMERCE, name="汽车经销商备案的检查", item_class=ItemClass.KEY, methods=("现场",)
    )
    orders = (
        (QUALITY, ProposalAct.CHANGE, cars.model_copy(update={"legal_bases": bases}), cars.code),
        (QUALITY, ProposalAct.WITHDRAW, None, "qs-12"),
        (COMMERCE, ProposalAct.ADD, dealers, dealers.code),
    )
    proposals = []
    for department, act, item, code in orders:
        order = ProposalOrder(act=act, code=code, item=item, reason="责任清单调整")
        async with city.work(clerk(department)) as work:
            proposals.append((await registers.propose_item(work, order)).proposal_id)
    async with city.work(CLERK) as work:
        return await registers.merge_proposals(work, proposals)


async def publish(city: Locality, list_id: str) -> ItemListVersion:
    async with city.work(CHIEF) as work:
        return await registers.publish_item_list(work, list_id, "庆质发〔2026〕2号", FIRST_DAY)


async def begin_qingyang(folder: Path) -> Locality:
    """Take in the organs, the first list and both directories."""
    city = await found(folder, PROFILE, date(2026, 1, 5))
    await bring_regions(
        city,
        ("621000", "庆阳市", "市", "620000"),
        (XIFENG, "西峰区", "县", "621000"),
        (QINGCHENG, "庆城县", "县", "621000"),
    )
    seat = Seat("621000", Level.CITY)
    organs = [organ_at(QUALITY, "庆阳市质量技术监督局", seat)]
    organs += [organ_at(COMMERCE, "庆阳市商务局", seat, 2)]
    async with city.work() as work:
        await registers.register_departments(work, organs)
    await city.bring(RegisterKind.ITEM_LIST, write_list(folder / "清单.xlsx"))
    await city.bring_rows(RegisterKind.OBJECTS, objects())
    await city.bring_rows(RegisterKind.INSPECTORS, officers())
    return city
