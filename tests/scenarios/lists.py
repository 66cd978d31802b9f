"""What reference localities share: organs of several levels, lines, looks at a file, logins."""

import json
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from httpx2 import AsyncClient

from contracts.vocabulary import Mode
from coordinator.adapters.passwords import hash_password
from coordinator.bootstrap.reading import ReadFile, read_import
from coordinator.domain.annual_plan import Conditions, LineKind, PlanLine, Share, StratumRule
from coordinator.domain.registers.acts import Channel, RegisterAct, RegisterKind
from coordinator.domain.registers.organisation import Department, Level
from coordinator.services import annual_plan, registers
from coordinator.services.ports import Credential, Role
from coordinator.services.registers import Source
from tests.builders import a_department
from tests.play import PLAN, key_of
from tests.scenarios.localities import Locality

PASSWORD = "invented for the test"  # noqa: S105 - of a login that lives as long as the test


@dataclass(frozen=True)
class Seat:
    """Where an organ sits: its region and level, whose organ it is, who stands above it."""

    region: str
    level: Level
    family: str | None = None
    superior: str | None = None


def organ_at(code: str, name: str, seat: Seat, position: int = 1) -> Department:
    """Give an organ of any level with its signing key."""
    return a_department(
        code,
        name=name,
        short_name=name,
        region=seat.region,
        level=seat.level,
        of_department=seat.family,
        superior=seat.superior,
        position=position,
        public_key=json.dumps(key_of(code).public_jwk()),
    )


async def bring_regions(county: Locality, *regions: tuple[str, str, str, str]) -> RegisterAct:
    """Import regions as code, name, level in words, and the code above."""
    titles = ("区划代码", "区划名称", "级别", "上级代码")
    rows = [dict(zip(titles, region, strict=True)) for region in regions]
    return await county.bring_rows(RegisterKind.REGIONS, rows)


def task(code: str, name: str, lead: str, items: Sequence[str], **changes: Any) -> PlanLine:
    """Give a directed line of 2026, joint when others take part; it draws half of its objects."""
    values: dict[str, Any] = {
        "plan_id": PLAN,
        "code": code,
        "name": name,
        "kind": LineKind.JOINT if changes.get("participants") else LineKind.INTERNAL,
        "domain": name,
        "lead": lead,
        "participants": (),
        "items": tuple(items),
        "conditions": Conditions(),
        "strata": share_of(1, 2),
        "number": None,
        "mode": Mode.ANNOUNCED,
        "window_from": date(2026, 4, 1),
        "window_to": date(2026, 6, 30),
    }
    return PlanLine(**values | changes)


def share_of(numerator: int, denominator: int) -> dict[str, StratumRule]:
    return {"*": StratumRule(numerator=numerator, denominator=denominator)}


async def drawn_of(county: Locality, line: PlanLine) -> tuple[int, int]:
    """Count whom a line meets today, and how many of them it will draw."""
    async with county.work() as work:
        found = await annual_plan.frame_count(work, line.conditions, line.share)
    return found.eligible, found.expected_draw


async def number_with(county: Locality, conditions: Conditions) -> int:
    """Count the objects that meet conditions."""
    everybody = Share(strata=share_of(1, 1))
    async with county.work() as work:
        return (await annual_plan.frame_count(work, conditions, everybody)).eligible


async def look_at(county: Locality, kind: RegisterKind, path: Path) -> ReadFile:
    """Read a file into the stage and compare it with the register, which stays as it is."""
    source = Source(name=path.name, channel=Channel.UPLOAD)
    async with county.work() as work:
        act = await registers.open_import(work, kind, source)
    return await read_import(county.parts, act.import_id, path)


async def forget(county: Locality, read: ReadFile) -> None:
    """End a look at a file as if it had never been."""
    async with county.work() as work:
        await registers.forget_import(work, read.act.import_id)


def table_of(page: str) -> list[list[str]]:
    """Give the cells of a page's only table, row by row, its headings first."""
    rows = re.findall(r"<tr.*?</tr>", page, re.DOTALL)
    cells = [re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL) for row in rows]
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in row] for row in cells]


def words_of(pdf: bytes) -> str:
    """Give the text of a PDF without blanks."""
    made = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return "".join(made.stdout.decode().split())


async def logged_in(county: Locality, visitor: AsyncClient, department: str) -> AsyncClient:
    """Let a clerk of a department log in."""
    clerk = Credential(
        login=f"{department}-clerk",
        name="经办人",
        password=hash_password(PASSWORD),
        role=Role.DEPARTMENT,
        department=department,
        approver=False,
    )
    async with county.work() as work:
        await work.credentials.save(clerk)
    answer = await visitor.post("/v1/login", json={"login": clerk.login, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    visitor.headers["X-CSRF-Token"] = answer.json()["csrf"]
    return visitor
