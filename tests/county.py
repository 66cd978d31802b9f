"""The small county: its registers, its plan, and how both come into a play."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from contracts.vocabulary import Mode
from coordinator.domain.annual_plan import Conditions, PlanLine, StratumRule
from coordinator.domain.registers import ItemClass, Recusal
from coordinator.domain.registers.acts import RegisterKind
from coordinator.services import annual_plan, registers
from coordinator.services.ports import CreditSystem
from tests.builders import (
    DEPARTMENTS,
    FIRE,
    HEALTH,
    MARKET,
    NOW,
    a_department,
    a_line,
    a_source,
    an_expert,
    an_inspector,
    an_item,
    an_object,
)
from tests.play import PLAN, Play, key_of, office

OWNER = "uscc:91640221MA00000900"


def plan_lines() -> list[PlanLine]:
    """Give the plan of the small county: two announced lines, one covert, one for later."""
    key_items = {"strata": {"*": StratumRule(numerator=1, denominator=2)}}
    everybody: dict[str, Any] = {"strata": {}, "number": 50}
    later = {"window_from": NOW.date() + timedelta(days=70)}
    return [
        a_line("L1", participants=(FIRE, HEALTH), items=("mr-1", "fr-1", "he-1"), **key_items),
        a_line(
            "L2",
            lead=HEALTH,
            participants=(MARKET,),
            items=("he-2", "mr-1"),
            conditions=Conditions(tags=("hotel",)),
            expert_fields=("food",),
            **everybody,
        ),
        a_line(
            "L9",
            mode=Mode.COVERT,
            strata={},
            number=1,
            window_from=NOW.date() + timedelta(days=30),
            window_to=NOW.date() + timedelta(days=40),
        ),
        a_line("L3", window_to=NOW.date() + timedelta(days=100), **later, **everybody),
    ]


async def found_county(play: Play) -> None:
    """Fill the registers of the small county and adopt its plan."""
    items = [
        an_item("mr-1", MARKET, item_class=ItemClass.KEY),
        an_item("fr-1", FIRE, item_class=ItemClass.KEY),
        an_item("he-1", HEALTH, item_class=ItemClass.KEY),
        an_item("he-2", HEALTH, item_class=ItemClass.KEY, competences=("water",)),
    ]
    shop = {"owner": OWNER, "kind": "premises"}
    things = [
        *(an_object(n) for n in range(1, 7)),
        an_object(7, place="premises:7", **shop),
        an_object(8, place="premises:8", **shop),
        an_object(900, tags=(), object_id=OWNER, place=OWNER),
        *(an_object(n, tags=("hotel",), industry="H6110") for n in (11, 12)),
    ]
    people = [
        an_inspector(f"{prefix}-p{n}", code, competences=("water",) if n < 4 else ())
        for prefix, code in (("mr", MARKET), ("fr", FIRE), ("he", HEALTH))
        for n in range(1, 6)
    ]
    recusal = Recusal(person_id="mr-p1", object_id=OWNER, reason="近亲属任职", declared_by="本人")
    async with play.work(office()) as work:
        await registers.register_departments(
            work,
            [a_department(d, public_key=json.dumps(key_of(d).public_jwk())) for d in DEPARTMENTS],
        )
        await work.credit_systems.save(CreditSystem(code="county", name="县信用", name_en="County"))
        for kind, values in (
            (RegisterKind.ITEM_LIST, items),
            (RegisterKind.OBJECTS, things),
            (RegisterKind.INSPECTORS, people),
            (RegisterKind.EXPERTS, [an_expert()]),
            (RegisterKind.RECUSALS, [recusal]),
        ):
            await registers.take_in(work, kind, values, a_source(f"{kind}.csv"))
    await adopt_plan(play, plan_lines())


async def adopt_plan(play: Play, lines: Sequence[PlanLine], plan_id: str = PLAN) -> None:
    draft = annual_plan.PlanDraft(plan_id=plan_id, year=2026, title="计划", lines=tuple(lines))
    async with play.work(office("office-a")) as work:
        await annual_plan.draft_plan(work, draft)
        if await annual_plan.plan_frequency(work, plan_id):
            await annual_plan.answer_for_plan(work, plan_id, "窗口不重叠，不能合并")
        await annual_plan.submit_plan(work, plan_id)
    async with play.work(office("office-b")) as work:
        await annual_plan.adopt_plan(work, plan_id, "平联办〔2026〕1号")
