"""A county's emergency management in a play: its people by post, its registers, a drawn round."""

from datetime import date
from pathlib import Path
from typing import Any

from coordinator.domain.annual_plan import Conditions, LeaderRule, PlanLine
from coordinator.domain.registers.acts import RegisterKind
from coordinator.services import registers
from tests.play import PLAN
from tests.scenarios.lists import bring_regions, share_of, task
from tests.scenarios.localities import Locality, expert, firm, found, officer, organ

PROFILE, REGION, ROUND = "county-emergency", "640221", "CE-1"
BUREAU, FIRE = "emergency-management", "fire-rescue"
DEPUTIES, LIAISONS = {"p-000", "p-001"}, {"p-008", "p-009"}
CHEMICALS, MINES = "CE-01", "CE-02"
SAFETY = "《中华人民共和国安全生产法》第六十五条"


def items() -> list[list[str]]:
    rows = [
        ("应急管理局", "危险化学品", "危险化学品储存条件的检查", "em-1"),
        ("应急管理局", "矿山", "井下通风与支护的检查", "em-2"),
        ("消防救援大队", "消防", "消防设施的检查", "fr-1"),
    ]
    kind = ["企业", "重点检查事项", "现场检查"]
    return [
        [unit, "", category, name, *kind, f"县级{unit}", SAFETY, code]
        for unit, category, name, code in rows
    ]


def staff() -> list[dict[str, str]]:
    """Give two deputy directors, six officers and two liaisons, and four firefighters."""
    posts = ["副局长"] * 2 + ["科员"] * 6 + ["专职联络员"] * 2
    rows = [
        officer(n, "应急管理局", "综合股", 职务=post, 可带队="是" if n < 2 else "否")
        for n, post in enumerate(posts)
    ]
    lapsed = {"证件有效期至": "2024-12-31"}  # who only comes along needs no certificate
    rows[8:] = [row | lapsed for row in rows[8:]]
    return rows + [officer(n, "消防救援大队", "监督科") for n in range(10, 14)]


def plan_lines() -> list[PlanLine]:
    """Give a joint line with one expert a visit, and one of mines with two fields of experts."""

    def line(code: str, tag: str, items: list[str], *fields: str, **changes: Any) -> PlanLine:
        asked = {"conditions": Conditions(tags=(tag,)), "expert_fields": fields, **changes}
        return task(code, tag, BUREAU, items, leader_rule=LeaderRule.BY_DUTY, **asked)

    half: dict[str, Any] = {"strata": share_of(1, 2)}
    return [
        line(CHEMICALS, "hazardous-chemicals", ["em-1", "fr-1"], "chemicals", participants=(FIRE,)),
        line(MINES, "mine", ["em-2"], "ventilation", "supports", **half),
    ]


async def begin_county(folder: Path) -> Locality:
    """Take in the registers, adopt the plan, draw its round."""
    county = await found(folder, PROFILE, date(2026, 1, 5))
    city, own = ("640200", "石嘴山市", "市", "640000"), (REGION, "平川县", "县", "640200")
    await bring_regions(county, city, own)
    organs = [organ(BUREAU, "应急管理局", REGION, 1), organ(FIRE, "消防救援大队", REGION, 2)]
    async with county.work() as work:
        await registers.register_departments(work, organs)
    await county.bring_items(items(), "县应急管理局随机抽查事项清单")
    things = [firm(n, REGION, "hazardous-chemicals" if n < 12 else "mine") for n in range(20)]
    await county.bring_rows(RegisterKind.OBJECTS, things)
    await county.bring_rows(RegisterKind.INSPECTORS, staff())
    fields = ("chemicals", "chemicals", "ventilation", "supports")
    await county.bring_rows(RegisterKind.EXPERTS, [expert(n, f) for n, f in enumerate(fields)])
    await county.draft(PLAN, 2026, "县应急管理局2026年度抽查计划", plan_lines())
    await county.adopt(PLAN, "县应急〔2026〕1号")
    county.on(date(2026, 3, 25))
    await county.play.drawn_round(ROUND, CHEMICALS, MINES)
    return county
