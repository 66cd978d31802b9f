"""The sample county's plan file as the request that hands a plan in."""

from typing import Any

_AS_WRITTEN = (
    "selection",
    "directed",
    "times_a_year",
    "method",
    "draw_level",
    "list_publicity",
    "source",
    "execution",
)


def plan_request(plan: dict[str, Any]) -> dict[str, Any]:
    """Give the body of POST /v1/plans for a plan file of the sample county."""
    return {
        "plan_id": plan["plan_id"],
        "year": plan["year"],
        "title": plan["title_zh"],
        "lines": [_line(line) for line in plan["lines"]],
    }


def _line(line: dict[str, Any]) -> dict[str, Any]:
    conditions = line["conditions"]
    return {
        "code": line["code"],
        "name": line["name_zh"],
        "kind": line["kind"],
        "domain": line["domain"],
        "lead": line["lead"],
        "participants": line["participants"],
        "items": [item for items in line["items"].values() for item in items],
        "conditions": {
            "tags": conditions["tags"],
            "kinds": conditions["object_kinds"],
            "industries": conditions["industry_prefixes"],
            "regions": [conditions["region"]],
        },
        "strata": {
            name: {
                "numerator": rule["ratio"][0],
                "denominator": rule["ratio"][1],
                "minimum": rule["minimum"],
            }
            for name, rule in line["strata"].items()
        },
        "number": line["number"],
        "mode": line["mode"],
        "window_from": line["window"][0],
        "window_to": line["window"][1],
        "quotas": line["quota"],
        "expert_fields": sorted(line["experts"]),
        "leader_rule": line["leader"]["rule"],
        **{name: line[name] for name in _AS_WRITTEN},
    }
