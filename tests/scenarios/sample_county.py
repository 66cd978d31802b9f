"""The sample county in a play: its files read by the importers, its plan adopted."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from contracts.vocabulary import Mode
from coordinator.adapters.imports.experts import read_experts
from coordinator.adapters.imports.inspectors import read_inspectors
from coordinator.adapters.imports.item_list import ItemListContext, read_item_list
from coordinator.adapters.imports.objects import read_objects
from coordinator.adapters.imports.recusals import read_recusals
from coordinator.adapters.imports.tables import load_aliases, load_import_tables, load_methods
from coordinator.domain.annual_plan import Conditions, LineKind, PlanLine, StratumRule
from coordinator.services import registers
from coordinator.services.ports import CreditSystem
from deploy.local.sample_county.__main__ import main
from tests.builders import a_department, an_import_report
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
    lines = [plan_line(entry) for entry in plan["lines"]]
    await adopt_plan(play, lines, PLAN)
    return lines


async def _import(work: Any, folder: Path) -> None:
    tables, aliases = load_import_tables(), load_aliases()
    context = ItemListContext(tables, aliases, load_methods(), date(2026, 1, 1))
    for code in DEPARTMENTS:
        read = read_item_list(folder / f"items-{code}.xlsx", context)
        assert not read.problems
        await registers.publish_items(work, read.values, an_import_report(f"items-{code}"))
    directories: tuple[tuple[Any, Any], ...] = (
        (registers.import_objects, read_objects(folder / "objects.csv", tables)),
        (
            registers.import_inspectors,
            read_inspectors(folder / "inspectors.csv", tables, aliases),
        ),
        (registers.import_experts, read_experts(folder / "experts.csv", tables)),
        (registers.import_recusals, read_recusals(folder / "recusals.csv", tables)),
    )
    for take_in, read in directories:
        assert not read.problems
        await take_in(work, read.values, an_import_report(take_in.__name__))


def plan_line(entry: Mapping[str, Any]) -> PlanLine:
    """Read one line of the plan's JSON."""
    conditions = entry["conditions"]
    return PlanLine(
        plan_id=PLAN,
        code=entry["code"],
        name=entry["name_zh"],
        kind=LineKind(entry["kind"]),
        domain=entry["domain"],
        lead=entry["lead"],
        participants=tuple(entry["participants"]),
        items=tuple(code for codes in entry["items"].values() for code in codes),
        conditions=Conditions(
            tags=tuple(conditions["tags"]),
            kinds=tuple(conditions["object_kinds"]),
            industries=tuple(conditions["industry_prefixes"]),
            regions=(conditions["region"],),
        ),
        strata={
            name: StratumRule(
                numerator=rule["ratio"][0], denominator=rule["ratio"][1], minimum=rule["minimum"]
            )
            for name, rule in entry["strata"].items()
        },
        number=entry["number"],
        mode=Mode(entry["mode"]),
        window_from=date.fromisoformat(entry["window"][0]),
        window_to=date.fromisoformat(entry["window"][1]),
        quotas=entry["quota"],
        expert_fields=tuple(entry["experts"]),
    )
