"""A draft plan with lines, and the fields of a line's form."""

from dataclasses import replace
from datetime import date
from typing import Any

from contracts.vocabulary import Mode
from coordinator.domain.annual_plan import Conditions, LineKind, PlanLine, StratumRule
from tests.integration.web.builders import an_object
from tests.integration.web.county import a_store
from tests.integration.web.county_registers import put
from tests.integration.web.fake_work import FakeStore

HTML = {"Accept": "text/html"}
LONGEST = (
    "危险化学品生产、储存、经营单位安全生产专项联合检查（含烟花爆竹经营储存场所、"
    "重点监管危险化工工艺企业以及涉及可燃有毒有害气体的其他生产经营单位）"
)


def a_line(code: str = "27-01", **changes: Any) -> PlanLine:
    values: dict[str, Any] = {
        "plan_id": "plan-2027",
        "code": code,
        "name": "旅馆业联合检查",
        "kind": LineKind.JOINT,
        "domain": "旅馆业",
        "lead": "market-regulation",
        "participants": ("fire-rescue",),
        "items": ("MA-01", "FI-01"),
        "conditions": Conditions(tags=("旅馆",)),
        "strata": {"*": StratumRule(numerator=1, denominator=20, minimum=2)},
        "number": None,
        "mode": Mode.ANNOUNCED,
        "window_from": date(2027, 4, 7),
        "window_to": date(2027, 4, 30),
        "section": "综合执法股",
    }
    return PlanLine(**{**values, **changes})


def a_drafting_store(*lines: PlanLine) -> FakeStore:
    """Give the county with forty hotels, and these lines in the draft of 2027."""
    store = a_store()
    for number in range(1, 41):
        hotel = an_object(number, status="active", tags=("旅馆",))
        put(store, "objects", hotel)
    put(store, "plan_lines", *lines)
    return store


def adopted(store: FakeStore, plan_id: str = "plan-2026", **changes: Any) -> None:
    """Change the adopted plan of the county."""
    plan = store.collections["plans"].values[(plan_id,)]
    put(store, "plans", replace(plan, **changes))


def a_form(**changes: Any) -> dict[str, Any]:
    """Give what a browser sends for a line that fits."""
    values: dict[str, Any] = {
        "csrf": "",
        "do": "save:what",
        "name": "旅馆业联合检查",
        "code": "27-01",
        "kind": "joint",
        "domain": "旅馆业",
        "lead": "market-regulation",
        "section": "综合执法股",
        "participants": ["fire-rescue"],
        "items": ["MA-01", "FI-01"],
        "items_drawn": "",
        "directed": "true",
        "selection": "random",
        "tags": "旅馆",
        "regions": "",
        "industries": "",
        "affiliations": "",
        "scales": "",
        "objects": "",
        "gradings": "",
        "event_months": "12",
        "key_unit": "",
        "number": "",
        "stratum": ["*", ""],
        "ratio": ["5%", ""],
        "minimum": ["2", ""],
        "strata_by": "credit",
        "times_a_year": "1",
        "window_from": "2027-04-07",
        "window_to": "2027-04-30",
        "mode": "announced",
        "method": "",
        "draw_level": "",
        "leader_rule": "drawn",
        "expert_fields": "",
        "list_publicity": "",
        "report_days": "",
        "feedback_days": "",
        "channel": "",
        "exemption": "",
        "execution": "here",
    }
    return {**values, **changes}
