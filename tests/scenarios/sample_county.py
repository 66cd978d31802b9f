"""The sample county in a play: its files read by the importers, its plan adopted."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from coordinator.adapters.imports.item_list import ItemListContext, read_item_list
from coordinator.adapters.imports.registers import load_sources, read
from coordinator.domain.annual_plan import PlanLine
from coordinator.domain.registers.acts import DIRECTORIES, RegisterKind
from coordinator.services import registers
from coordinator.services.ports import CreditSystem
from coordinator.web.api.annual_plan.plans import PlanEntry
from deploy.local.recorded_people.plan_request import plan_request
from deploy.local.sample_county.__main__ import main
from tests.builders import a_department, a_source
from tests.county import adopt_plan
from tests.play import Play, key_of, office

DEPARTMENTS = (
    "market-regulation",
    "fire-rescue",
    "ecology-environment",
    "health",
    "emergency-management",
)
PLAN = "plan-2026"


async def found_sample_county(play: Play, folder: Path) -> list[PlanLine]:
    """Write the county's files, import all of them, adopt its plan; gives the plan's lines."""
    main(["--out", str(folder), "--year", "2026"])
    async with play.work(office()) as work:
        await registers.register_departments(
            work,
            [a_department(d, public_key=json.dumps(key_of(d).public_jwk())) for d in DEPARTMENTS],
        )
        await work.credit_systems.save(CreditSystem(code="county", name="县信用", name_en="County"))
        await _import(work, folder)
    plan = json.loads((folder / "annual-plan-2026.json").read_text("utf-8"))
    entry = PlanEntry.model_validate(plan_request(plan))
    lines = [line.value(PLAN, line.code) for line in entry.lines]
    await adopt_plan(play, lines, PLAN)
    return lines


async def _import(work: Any, folder: Path) -> None:
    sources = load_sources()
    context = ItemListContext(sources.tables, sources.aliases, sources.methods, date(2026, 1, 1))
    for code in DEPARTMENTS:
        items = read_item_list(folder / f"items-{code}.xlsx", context)
        assert not items.problems
        await registers.take_in(
            work, RegisterKind.ITEM_LIST, items.values, a_source(f"items-{code}")
        )
    for kind in DIRECTORIES:
        reading = read(kind, folder / f"{kind}.csv", sources)
        assert not reading.problems
        await registers.take_in(work, kind, reading.values, a_source(f"{kind}.csv"))
