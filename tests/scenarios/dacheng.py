"""大城县 in a play: emergency management, its registers, its plan of 2025 copied to 2026."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from contracts.vocabulary import Mode
from coordinator.domain.annual_plan import (
    Conditions,
    LeaderRule,
    LineKind,
    PlanLine,
    Selection,
    Window,
)
from coordinator.domain.registers.acts import RegisterKind
from coordinator.services import annual_plan, registers
from tests.play import PLAN
from tests.scenarios.lists import bring_regions, share_of
from tests.scenarios.localities import Locality, expert, firm, found, officer, organ

PROFILE, REGION = "dacheng-2019", "131025"
EMERGENCY, FIRE, MARKET = "emergency-management", "fire-rescue", "market-regulation"
NUMBER = "大应急〔2025〕90号"
LAST_YEAR, LAST_DECEMBER, DECEMBER = "plan-2025", date(2024, 12, 16), date(2025, 12, 15)
CHEMICALS, FIREWORKS, WORKSHOPS = range(1, 41), range(41, 61), range(61, 161)
KEY_UNITS, BLACKLISTED = range(1, 7), (68, 69)
BAD_RECORDS = {
    **dict.fromkeys((61, 62, 63), "投诉举报"),
    64: "安全事故",
    65: "行政处罚",
    66: "行政处罚",
    67: "严重违法失信",
}
OLD_COMPLAINTS = dict.fromkeys(range(70, 75), "投诉举报")
CHEMICAL_LINE, FIREWORK_LINE, KEY_LINE = "DC2026-01", "DC2026-02", "DC2026-03"
RECORD_LINE, BLACK_LINE, COVERT_LINE, OPEN_LINE = (f"DC2026-0{n}" for n in range(4, 8))
COVERT_NAME = "国庆前危险化学品暗查"
SAFETY = "《中华人民共和国安全生产法》第六十五条"
CHEMICAL_RULES = "《危险化学品安全管理条例》第七条"
FIREWORK_RULES = "《烟花爆竹安全管理条例》第四条"


def items() -> list[list[str]]:
    em, mr, fr = "应急管理局", "市场监管局", "消防救援大队"
    key, general = "重点检查事项", "一般检查事项"
    fire_law = "《中华人民共和国消防法》第五十三条"
    quality_law = "《中华人民共和国产品质量法》第十八条"
    rows = [
        (em, "危险化学品", "危险化学品储存条件的检查", key, CHEMICAL_RULES, "em-hc-1"),
        (em, "危险化学品", "特殊作业审批的检查", key, CHEMICAL_RULES, "em-hc-2"),
        (em, "烟花爆竹", "零售许可与储存限量的检查", key, FIREWORK_RULES, "em-fw-1"),
        (em, "烟花爆竹", "流向登记的检查", key, FIREWORK_RULES, "em-fw-2"),
        (em, "烟花爆竹", "安全距离的检查", key, FIREWORK_RULES, "em-fw-3"),
        (em, "工贸", "安全生产责任制的检查", general, SAFETY, "em-it-1"),
        (em, "不良记录", "整改落实情况的检查", key, SAFETY, "em-br-1"),
        (mr, "产品质量", "烟花爆竹产品标识的检查", key, quality_law, "mr-fw-1"),
        (fr, "消防", "危险化学品场所消防设施的检查", key, fire_law, "fr-hc-1"),
    ]
    return [
        [unit, "", category, name, "企业", kind, "现场检查", f"县级{unit}", basis, code]
        for unit, category, name, kind, basis, code in rows
    ]


def objects(year: int, records: dict[int, str]) -> list[dict[str, str]]:
    """Give the directory as the supervision section sends it, with the events of a year."""
    tags = {
        **dict.fromkeys(CHEMICALS, "hazardous-chemicals"),
        **dict.fromkeys(FIREWORKS, "fireworks"),
        **dict.fromkeys(WORKSHOPS, "industry-trade"),
    }
    return [
        firm(
            number,
            REGION,
            tag,
            重点单位="是" if number in KEY_UNITS else "否",
            事件=f"{records[number]}@{year}-06-20(举报中心)" if number in records else "",
            严重违法失信名单="是" if number in BLACKLISTED else "否",
        )
        for number, tag in tags.items()
    ]


def officers() -> list[dict[str, str]]:
    """Give eight, six and four officers; the first of each department leads by duty."""
    staff = [("应急管理局", "危化股")] * 8 + [("市场监管局", "质量股")] * 6
    staff += [("消防救援大队", "监督科")] * 4
    leaders = {0, 8, 14}
    return [
        officer(n, unit, group, 职务="分管领导", 可带队="是")
        if n in leaders
        else officer(n, unit, group)
        for n, (unit, group) in enumerate(staff)
    ]


def line(serial: int, name: str, tags: Sequence[str] = (), **changes: Any) -> PlanLine:
    """Give a line of the plan of 2025, alone by emergency management unless others take part."""
    values: dict[str, Any] = {
        "plan_id": LAST_YEAR,
        "code": f"DC2025-0{serial}",
        "name": name,
        "kind": LineKind.JOINT if changes.get("participants") else LineKind.INTERNAL,
        "domain": "安全生产",
        "lead": EMERGENCY,
        "participants": (),
        "conditions": Conditions(tags=tuple(tags)),
        "strata": {},
        "number": None,
        "mode": Mode.ANNOUNCED,
        "leader_rule": LeaderRule.BY_DUTY,
    }
    return PlanLine(**values | changes)


def drawn_lines() -> list[PlanLine]:
    """Give the lines whose objects are drawn: chemicals, fireworks, covert, and undirected."""
    return [
        line(
            1,
            "危险化学品企业定向抽查",
            ["hazardous-chemicals"],
            participants=(FIRE,),
            items=("em-hc-1", "em-hc-2", "fr-hc-1"),
            strata=share_of(1, 2),
            expert_fields=("chemicals",),
            **days("06-09", "08-15"),
        ),
        line(
            2,
            "烟花爆竹零售点定向抽查",
            ["fireworks"],
            participants=(MARKET,),
            items=("em-fw-1", "em-fw-2", "em-fw-3", "mr-fw-1"),
            items_drawn=3,
            strata=share_of(1, 2),
            **days("01-06", "02-14"),
        ),
        line(6, COVERT_NAME, ["hazardous-chemicals"], **covert()),
        line(
            7,
            "工贸企业不定向抽查",
            ["industry-trade"],
            directed=False,
            items=("em-it-1",),
            strata=share_of(1, 10),
            **days("04-07", "06-27"),
        ),
    ]


def covert() -> dict[str, Any]:
    """Say how the covert line draws: six, with an expert, before the holidays."""
    drawn = {"items": ("em-hc-1",), "number": 6, "expert_fields": ("chemicals",)}
    return {"mode": Mode.COVERT, **drawn, **days("09-22", "09-30")}


def full_lines() -> list[PlanLine]:
    """Give the lines that visit everybody: key units once, bad records in both half years."""
    bad = ("complaint", "accident", "penalty", "serious-record")
    records = Conditions(events=bad, event_months=24)
    autumn = Window(from_date=date(2025, 10, 20), to_date=date(2025, 11, 28))
    twice: dict[str, Any] = {
        "selection": Selection.ALL,
        "items": ("em-br-1",),
        "times_a_year": 2,
        "later_windows": (autumn,),
        **days("03-17", "04-30"),
    }
    return [
        line(
            3,
            "重点单位全覆盖检查",
            conditions=Conditions(key_unit=True),
            selection=Selection.ALL,
            items=("em-hc-1",),
            **days("03-03", "05-30"),
        ),
        line(4, "有不良记录企业检查", conditions=records, **twice),
        line(5, "失信名单企业检查", conditions=Conditions(lists=("serious",)), **twice),
    ]


def days(first: str, last: str) -> dict[str, Any]:
    """Give a window of the year 2025."""
    day = date.fromisoformat
    return {"window_from": day(f"2025-{first}"), "window_to": day(f"2025-{last}")}


async def draft_dacheng(folder: Path) -> Locality:
    """Plan 2025 with the registers of its December; a year later copy it under new events."""
    county = await found(folder, PROFILE, LAST_DECEMBER)
    organs = [
        organ(code, name, REGION, position)
        for position, (code, name) in enumerate(
            ((EMERGENCY, "应急管理局"), (FIRE, "消防救援大队"), (MARKET, "市场监管局")), 1
        )
    ]
    city, own = ("131000", "廊坊市", "市", "130000"), (REGION, "大城县", "县", "131000")
    await bring_regions(county, city, own)
    async with county.work() as work:
        await registers.register_departments(work, organs)
    await county.bring_items(items(), "大城县随机抽查事项清单")
    await county.bring_rows(RegisterKind.OBJECTS, objects(2024, BAD_RECORDS | OLD_COMPLAINTS))
    await county.bring_rows(RegisterKind.INSPECTORS, officers())
    await county.bring_rows(RegisterKind.EXPERTS, [expert(n, "chemicals") for n in range(1, 5)])
    lines = [*drawn_lines(), *full_lines()]
    await county.draft(LAST_YEAR, 2025, "大城县2025年度抽查计划", lines)
    await county.adopt(LAST_YEAR, "大应急〔2024〕80号")
    county.on(DECEMBER)
    await county.bring_rows(RegisterKind.OBJECTS, objects(2025, BAD_RECORDS))
    title = "大城县2026年度抽查计划"
    order = annual_plan.CopyOrder(copied_from=LAST_YEAR, plan_id=PLAN, year=2026, title=title)
    async with county.work() as work:
        await annual_plan.copy_plan(work, order)
    return county
