"""organisation.toml and annual-plan-<year>.json: who there is, and what the year holds."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from deploy.local.sample_county.source import load

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deploy.local.sample_county.source import Request


def write_organisation(request: Request) -> str:
    """Write organisation.toml: county, areas, organs in stripe order, and their sections."""
    county = load("county")
    place = county["county"]
    lines = _table("county", {k: v for k, v in place.items() if isinstance(v, str)}, "[{}]")
    for area in county["area"]:
        lines += _table("area", {"code": area["code"], "name_zh": area["name_zh"]})
    for order, department in enumerate(county["department"], 1):
        known = {k: department[k] for k in ("code", "name_zh", "name_en", "organ_zh")}
        place_of = {"level": "county", "legal_capacity": "own", "region": place["code"]}
        more = {"stripe": order, "queue": department["code"]}
        lines += _table("department", known | place_of | more)
    for department in county["department"]:
        for number, section in enumerate(department["sections"], 1):
            code = {"code": f"{department['code']}-{number}", "department": department["code"]}
            named = {key: value for key, value in section.items() if key != "supervises"}
            whom = section.get("supervises", {})
            supervises = {f"supervises.{word}": values for word, values in whom.items()}
            lines += _table("section", code | named | supervises)
    for name in ("competence", "expert_field"):
        for entry in county[name]:
            lines += _table(name, {k: entry[k] for k in ("code", "name_zh", "name_en")})
    path = request.folder / "organisation.toml"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path.name


def write_annual_plan(request: Request) -> str:
    """Write the annual plan as JSON; every line carries all its fields, defaults filled in."""
    plan = load("plan")
    document = {
        "plan_id": f"plan-{request.year}",
        "year": request.year,
        "title_zh": f"{load('county')['county']['name_zh']}{request.year}年度抽查工作计划",
        "title_en": f"Annual inspection plan {request.year}, {load('county')['county']['name_en']}",
        "region": load("county")["county"]["code"],
        "lines": [_line(plan["defaults"] | line, request.year) for line in plan["line"]],
    }
    path = request.folder / f"annual-plan-{request.year}.json"
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return path.name


def _line(line: Mapping[str, Any], year: int) -> dict[str, Any]:
    departments = [line["lead"], *line["participants"]]
    copied = (
        "code",
        "name_zh",
        "name_en",
        "kind",
        "domain",
        "lead",
        "participants",
        "selection",
        "directed",
        "times_a_year",
        "mode",
        "method",
        "draw_level",
        "list_publicity",
        "source",
        "execution",
    )
    return {field: line[field] for field in copied} | {
        "items": _items_by_department(line["items"], departments),
        "conditions": _conditions(line),
        "strata": {} if "number" in line else load("plan")["strata"][line["strata"]],
        "number": line.get("number"),
        "window": [_day(year, month_day) for month_day in line["window"]],
        "quota": dict.fromkeys(departments, line["officers"]),
        "leader": {"department": line["lead"], "rule": line["leader_rule"]},
        "experts": line.get("experts", {}),
        "disclosure": {"working_days": line["disclosure_working_days"]},
    }


def _conditions(line: Mapping[str, Any]) -> dict[str, Any]:
    """Give what an object must have: of each list any entry; an empty list asks nothing."""
    return {
        "tags": line["tags"],
        "industry_prefixes": line["industries"],
        "region": load("county")["county"]["code"],
        "object_kinds": [],
        "statuses": ["active"],
    }


def _items_by_department(codes: Iterable[str], departments: list[str]) -> dict[str, list[str]]:
    owner = {item["code"]: item["department"] for item in load("items")["item"]}
    items: dict[str, list[str]] = {department: [] for department in departments}
    for code in codes:
        items[owner[code]].append(code)
    return items


def _day(year: int, month_day: str) -> str:
    month, day = map(int, month_day.split("-"))
    return date(year, month, day).isoformat()


def _table(name: str, entries: Mapping[str, object], head: str = "[[{}]]") -> list[str]:
    """Give a TOML table; JSON strings and numbers are TOML strings and numbers."""
    values = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in entries.items()]
    return [head.format(name), *values, ""]
