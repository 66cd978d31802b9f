"""十堰市 in a play: food and drug supervision in 2016, its two registers and three lists, its plan.

The city's bureau draws, the bureaus of two districts check; a chain's shops belong to its owner.
"""

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any

from coordinator.domain.annual_plan import Conditions, PlanLine
from coordinator.domain.registers.acts import RegisterKind
from coordinator.domain.registers.duties import DutyList
from coordinator.domain.registers.organisation import Department, DrawLevel, Level
from coordinator.services import registers
from coordinator.services.registers import DutyDraft
from deploy.local.sample_county.credit_codes import credit_code
from tests.play import PLAN, approver, clerk
from tests.scenarios.lists import Seat, bring_regions, organ_at, share_of, task
from tests.scenarios.localities import Locality, firm, found, officer
from tests.unit.imports.files import write_xlsx

PROFILE, NUMBER = "shiyan-2016", "十食药监〔2016〕9号"
CITY, ZHANGWAN, YUNYANG = "420300", "420303", "420304"
BUREAU, FIRST, SECOND = "food-drug", "food-drug-zw", "food-drug-yy"
HEALTH, COMMERCE, POLICE = "health", "market-regulation", "public-security"
NAMES = {
    BUREAU: ("十堰市食品药品监督管理局", CITY, Level.CITY, None),
    FIRST: ("张湾区食品药品监督管理局", ZHANGWAN, Level.COUNTY, BUREAU),
    SECOND: ("郧阳区食品药品监督管理局", YUNYANG, Level.COUNTY, BUREAU),
    HEALTH: ("十堰市卫生健康委员会", CITY, Level.CITY, None),
    COMMERCE: ("十堰市市场监管局", CITY, Level.CITY, None),
    POLICE: ("十堰市公安局", CITY, Level.CITY, None),
}
FIRST_SHOPS, SECOND_SHOPS, CLINICS = range(110), range(200, 310), range(400, 440)
CHAIN = 900  # its seat lies in the second district, its shops in the first
CHAIN_SHOPS, COMPLAINED = range(0, 110, 5), (410, 411, 412, 413)
SHOP, GSP, GRADE = "pharmacy", "sy-gsp", "信用风险分类"
LAW, GSP_LAW = "《中华人民共和国药品管理法》第七十九条", "《药品经营质量管理规范》第一百二十条"
SPRING_LINE, SUMMER_LINE = "SY-1", "SY-2"
JOINT_LINES = ("SY-3", "SY-4", "SY-5")
HOLIDAYS = {
    "元旦": "01-01",
    "春节": "02-08 02-09 02-10 02-11 02-12",
    "清明节": "04-04",
    "劳动节": "05-02",
    "端午节": "06-09 06-10",
    "中秋节": "09-15 09-16",
    "国庆节": "10-03 10-04 10-05 10-06 10-07",
}
WORKED = "02-06 02-14 06-12 09-18 10-08 10-09"
DUTIES = ("到场检查，出示执法证", "如实录入检查结果", "结果审核后公示")


def organs() -> list[Department]:
    """Give the city's bureau, those of two districts below it, and whom it turns to."""
    return [
        organ_at(code, name, Seat(region, level, BUREAU if superior else None, superior), position)
        for position, (code, (name, region, level, superior)) in enumerate(NAMES.items(), 1)
    ]


def items() -> list[list[str]]:
    drugs, health, trade = (NAMES[code][0] for code in (BUREAU, HEALTH, COMMERCE))
    rows = [
        (drugs, "药品经营", "药品经营质量管理规范执行情况的检查", GSP_LAW, GSP),
        (drugs, "药品使用", "医疗机构药房的检查", LAW, "sy-clinic"),
        (health, "医疗", "医疗机构执业情况的检查", "《医疗机构管理条例》第四十条", "he-clinic"),
        (trade, "广告", "药品广告的检查", "《中华人民共和国广告法》第四十六条", "mr-advert"),
    ]
    kind = ["企业", "重点检查事项", "现场检查", "市级、县级部门"]
    return [[unit, "", field, name, *kind, law, code] for unit, field, name, law, code in rows]


def write_joint_list(path: Path) -> Path:
    """Write what several departments look at together, as the office published it."""
    titles = ["序号", "抽查领域", "抽查事项", "检查对象", "发起部门", "配合部门"]
    drugs, health, trade = (NAMES[code][0] for code in (BUREAU, HEALTH, COMMERCE))
    rows = [
        ["1", "医疗机构", "医疗机构药房的检查", "企业", drugs, health],
        ["2", "医疗机构", "医疗机构执业情况的检查", "企业", health, drugs],
        ["3", "药品广告", "药品广告的检查", "企业", trade, drugs],
    ]
    return write_xlsx(path, [["部门联合抽查事项清单"], titles, *rows])


def objects() -> list[dict[str, str]]:
    """Give 110 pharmacies in each district, 40 clinics, and the seat of a chain, all graded B."""
    seat = {"所属主体编号": credit_code("91", YUNYANG, CHAIN)}
    called = {"事件": "投诉举报@2015-11-03(12331热线)"}
    return [
        *(_firm(n, ZHANGWAN, SHOP, **seat if n in CHAIN_SHOPS else {}) for n in FIRST_SHOPS),
        *(_firm(n, YUNYANG, SHOP) for n in SECOND_SHOPS),
        _firm(CHAIN, YUNYANG, "chain"),
        *(_firm(n, ZHANGWAN, "clinic", **called if n in COMPLAINED else {}) for n in CLINICS),
    ]


def _firm(number: int, region: str, tag: str, **cells: str) -> dict[str, str]:
    return firm(number, region, tag, **{GRADE: "B", "所属主体编号": "", **cells})


def graded(worst: Collection[str], bad: Collection[str]) -> list[dict[str, str]]:
    """Give the directory after the year: D for some firms, C for others, B as before."""
    rows = objects()
    for row in rows:
        code = f"uscc:{row['统一社会信用代码']}"
        row[GRADE] = "D" if code in worst else "C" if code in bad else "B"
    return rows


def officers() -> list[dict[str, str]]:
    """Give every organ eight officers, two of them fit to lead."""
    since = {"证件有效期自": "2014-01-01", "证件有效期至": "2018-12-31"}
    names = [name for name, *_ in NAMES.values()]
    return [
        officer(n, names[n // 8], "稽查科", 可带队="是" if n % 8 < 2 else "否", **since)
        for n in range(8 * len(names))
    ]


def plan_lines() -> list[PlanLine]:
    """Give 55 pharmacies in each of two quarters, and three joint lines of the clinics."""

    def line(code: str, name: str, lead: str, codes: list[str], **changes: Any) -> PlanLine:
        days = {"window_from": date(2016, 10, 10), "window_to": date(2016, 11, 30)}
        return task(code, name, lead, codes, **days | changes)

    def shops(region: str, first: date, last: date) -> dict[str, Any]:
        whom = Conditions(tags=(SHOP,), regions=(region,))
        asked: dict[str, Any] = {"conditions": whom, "strata": {}, "number": 55}
        return asked | {
            "draw_level": DrawLevel.CITY_COUNTY,
            "window_from": first,
            "window_to": last,
        }

    clinics = {"conditions": Conditions(tags=("clinic",)), "strata": share_of(1, 4)}
    hot = {"conditions": Conditions(events=("complaint",)), "strata": share_of(1, 1)}
    second, third = (date(2016, 4, 1), date(2016, 6, 30)), (date(2016, 7, 1), date(2016, 9, 30))
    return [
        line(SPRING_LINE, "二季度药店", FIRST, [GSP], **shops(ZHANGWAN, *second)),
        line(SUMMER_LINE, "三季度药店", SECOND, [GSP], **shops(YUNYANG, *third)),
        line(
            "SY-3",
            "医疗机构",
            BUREAU,
            ["sy-clinic", "he-clinic"],
            participants=(HEALTH,),
            **clinics,
        ),
        line(
            "SY-4",
            "药品广告",
            COMMERCE,
            ["mr-advert", "sy-clinic"],
            participants=(BUREAU,),
            **clinics,
        ),
        line("SY-5", "投诉较多", BUREAU, ["sy-clinic", "he-clinic"], participants=(HEALTH,), **hot),
    ]


async def begin_shiyan(folder: Path) -> Locality:
    """Take in two registers, three lists and the calendar of 2016; adopt the plan."""
    city = await found(folder, PROFILE, date(2016, 1, 4))
    await bring_regions(
        city,
        (CITY, "十堰市", "市", "420000"),
        (ZHANGWAN, "张湾区", "县", CITY),
        (YUNYANG, "郧阳区", "县", CITY),
    )
    async with city.work() as work:
        await registers.register_departments(work, organs())
    await city.bring_rows(RegisterKind.CALENDAR, calendar_2016())
    await city.bring_items(items(), "十堰市食品药品监管随机抽查事项清单")
    await city.bring(RegisterKind.JOINT_LIST, write_joint_list(folder / "joint.xlsx"))
    await city.bring_rows(RegisterKind.OBJECTS, objects())
    await city.bring_rows(RegisterKind.INSPECTORS, officers())
    await publish_duties(city)
    await city.draft(PLAN, 2016, "十堰市2016年药品经营随机抽查计划", plan_lines())
    await city.adopt(PLAN, NUMBER)
    return city


async def publish_duties(city: Locality) -> DutyList:
    """Draft what an officer must do; another person of the bureau publishes it."""
    draft = DutyDraft(
        department=FIRST,
        post="科员",
        duties=DUTIES,
        exemptions=("按清单履职的不予追责",),
        basis="《十堰市随机抽查工作细则》第八条",
    )
    async with city.work(clerk(FIRST)) as work:
        kept = await registers.draft_duties(work, draft)
    async with city.work(approver(FIRST)) as work:
        return await registers.publish_duties(work, kept.duty_list_id, city.play.clock.now().date())


def calendar_2016() -> list[dict[str, str]]:
    """Give the State Council's calendar of 2016."""
    return [
        *(_day(day, "放假", name) for name, days in HOLIDAYS.items() for day in days.split()),
        *(_day(day, "调休上班", "") for day in WORKED.split()),
    ]


def _day(day: str, kind: str, name: str) -> dict[str, str]:
    return {"日期": f"2016-{day}", "类型": kind, "节假日": name}
