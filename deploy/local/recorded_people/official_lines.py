"""Plan lines from the linked rows of the official joint list, as a recorded planner makes them."""

import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

from deploy.local.installation import DEPARTMENTS
from deploy.local.recorded_people.client import Person

Domains = dict[str, list[dict[str, Any]]]


def with_official_lines(
    plan: dict[str, Any], reader: Person
) -> tuple[dict[str, Any], dict[str, int]]:
    """Give the plan with one line per official domain, and how many domains got one.

    A domain gets a line when at least one of its rows links to an item of a department that has
    an agent, and the county has objects of its kind.
    """
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    choices = tomllib.loads(text)
    lines = [
        _line(number, domain, items, (choices, plan))
        for number, (domain, items) in enumerate(sorted(_domains(reader).items()), start=1)
        if domain in choices["tags"]
    ]
    return {**plan, "lines": lines}, {"domains_planned": len(lines)}


def _domains(reader: Person) -> Domains:
    """Give the items of departments with agents that the joint list's rows link to, by domain."""
    known = {item["code"]: item for item in reader.read_all("/v1/items")}
    domains: Domains = defaultdict(list)
    for row in reader.read_all("/v1/joint-list"):
        for code in row["linked_items"]:
            item = known[code]
            if _is_ours(item) and item not in domains[row["domain"]]:
                domains[row["domain"]].append(item)
    return {domain: items for domain, items in domains.items() if items}


def _is_ours(item: dict[str, Any]) -> bool:
    """Say whether a county organ with an agent may check an item: some are kept for others."""
    named = [name for name in item["named_organs"] if not name.endswith("部门")]
    level_fits = not item["levels"] or "county" in item["levels"]
    return item["department"] in DEPARTMENTS and level_fits and not named


def _line(
    number: int,
    domain: str,
    items: list[dict[str, Any]],
    given: tuple[dict[str, Any], dict[str, Any]],
) -> dict[str, Any]:
    choices, plan = given
    departments = list(dict.fromkeys(item["department"] for item in items))
    first, last = (day.format(year=plan["year"]) for day in choices["window"])
    numerator, denominator = choices["ratio"]
    return {
        "code": f"J{number:02d}",
        "name": domain,
        "kind": "joint" if len(departments) > 1 else "internal",
        "domain": domain,
        "lead": departments[0],
        "participants": departments[1:],
        "items": [item["code"] for item in items],
        "conditions": {"tags": choices["tags"][domain]},
        "strata": {
            "*": {
                "numerator": numerator,
                "denominator": denominator,
                "minimum": choices["minimum"],
            }
        },
        "number": None,
        "mode": "announced",
        "window_from": first,
        "window_to": last,
        "quotas": {},
        "expert_fields": [],
    }
