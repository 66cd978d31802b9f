"""Builders of single values of an invented county."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from contracts.vocabulary import DelistingReason, DrawOutcome, Mode
from coordinator.domain.blacklist import Listing
from coordinator.domain.disclosure import Disclosure
from coordinator.domain.dispatch import DepartmentTask, Visit
from coordinator.domain.lifecycle import (
    ListingState,
    RoundState,
    TaskState,
    VisitState,
)
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.registers import (
    InspectionObject,
    RiskClass,
)
from coordinator.domain.result_intake import Result

AT = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)
PHONE = "13900000000"
EARLY_TARGET = "平川县云溪大酒店有限公司"


def an_object(number: int, **changes: Any) -> InspectionObject:
    values: dict[str, Any] = {
        "object_id": f"uscc:9113099900000{number:05d}",
        "name": f"平川县第{number}商贸有限公司",
        "place": f"uscc:9113099900000{number:05d}",
        "kind": "enterprise",
        "region": "130999",
        "industry": "F52",
        "address": f"城关镇解放路{number}号",
        "scale": "small",
        "status": "open",
        "risk_class": RiskClass.B,
        "responsible_person": "王五",
        "phone": PHONE,
    }
    return InspectionObject(**{**values, **changes})


def a_round(**changes: Any) -> Round:
    values: dict[str, Any] = {
        "round_id": "2026-Q2",
        "title": "2026年第二季度联合抽查批次",
        "plan_id": "plan-2026",
        "mode": Mode.ANNOUNCED,
        "state": RoundState.DISPATCHED,
        "attempt": 1,
        "lines": ("L1",),
        "departments": ("fire-rescue", "health", "market-regulation"),
        "opened_at": AT,
        "deadline_at": AT + timedelta(days=1),
        "embargo_date": date(2026, 6, 30),
        "previous": "",
        "freeze_requested_by": "office1",
        "frozen_by": "office2",
        "frozen_at": AT + timedelta(hours=1),
        "commit_hash": "8f3a91c077d24be10a5ce9f412b76d388f3a91c077d24be10a5ce9f412b76d38",
        "draw_requested_by": "office1",
        "drawn_by": "office2",
        "drawn_at": AT + timedelta(hours=3),
        "outcome": DrawOutcome.DONE,
        "transcript_hash": "1f3a91c077d24be10a5ce9f412b76d388f3a91c077d24be10a5ce9f412b76d31",
    }
    return Round(**{**values, **changes})


def a_visit(number: int, **changes: Any) -> Visit:
    values: dict[str, Any] = {
        "visit_id": f"v{number:04d}",
        "round_id": "2026-Q2",
        "place": f"uscc:9113099900000{number:05d}",
        "place_name": f"平川县第{number}商贸有限公司",
        "address": f"城关镇解放路{number}号",
        "region": "130999",
        "mode": Mode.ANNOUNCED,
        "desk": False,
        "date_from": date(2026, 4, 7),
        "date_to": date(2026, 4, 18),
        "departments": ("fire-rescue", "market-regulation"),
        "lead_department": "market-regulation",
        "state": VisitState.PUBLISHED,
        "task_number": f"平联抽查（2026）{number:04d}号",
        "visit_code": f"CODE{number:04d}",
        "approved_by": "office1",
        "published_at": AT + timedelta(days=1),
    }
    return Visit(**{**values, **changes})


def a_task(visit: str, department: str, **changes: Any) -> DepartmentTask:
    values: dict[str, Any] = {
        "task_id": f"{visit}.{department}",
        "visit_id": visit,
        "round_id": "2026-Q2",
        "department": department,
        "state": TaskState.ACCEPTED,
        "quota": 2,
        "published_at": AT + timedelta(days=1),
        "accepted_at": AT + timedelta(days=1, hours=1),
        "accepted_by": "李队",
    }
    return DepartmentTask(**{**values, **changes})


def a_result(number: int, **changes: Any) -> Result:
    values: dict[str, Any] = {
        "result_id": f"r{number:04d}",
        "round_id": "2026-Q2",
        "visit_id": "v0001",
        "department": "market-regulation",
        "object_id": "uscc:911309990000000001",
        "object_name": EARLY_TARGET,
        "item": "MR-01",
        "item_name": "登记事项检查",
        "version": 1,
        "checked": True,
        "method": "现场检查",
        "result_codes": ("1",),
        "problem": None,
        "legal_basis": None,
        "follow_up": ("无需后续处置",),
        "visited_date": date(2026, 4, 9),
        "has_problem": False,
    }
    return Result(**{**values, **changes})


def a_disclosure(number: int, **changes: Any) -> Disclosure:
    values: dict[str, Any] = {
        "disclosure_id": f"d{number:04d}",
        "result_id": f"r{number:04d}",
        "round_id": "2026-Q2",
        "visit_id": "v0001",
        "task_number": "平联抽查（2026）0001号",
        "object_id": "uscc:911309990000000001",
        "object_name": EARLY_TARGET,
        "item": "MR-01",
        "item_name": "登记事项检查",
        "department": "market-regulation",
        "visited_date": date(2026, 4, 9),
        "method": "现场检查",
        "result_codes": ("1",),
        "disposal": (),
        "has_problem": False,
        "due_date": date(2026, 5, 8),
        "due_provisional": False,
        "disclosed_at": AT + timedelta(days=20),
        "disclosed_by": "market1",
    }
    return Disclosure(**{**values, **changes})


def a_listing(number: int, **changes: Any) -> Listing:
    values: dict[str, Any] = {
        "listing_id": f"l{number:04d}",
        "subject": f"uscc:9113099900000{number:05d}",
        "subject_name": f"平川县第{number}食品有限公司",
        "list_code": "market-serious",
        "case_id": "c0001",
        "round_id": "2026-Q2",
        "organ": "market-regulation",
        "penalty_decision": "平市监罚（2026）12号",
        "facts": "使用超过保质期的原料生产食品，货值金额较大。",
        "basis": "《中华人民共和国食品安全法》第一百二十四条",
        "state": ListingState.PROPOSED,
        "proposed_by": "market1",
        "proposed_at": AT + timedelta(days=30),
    }
    return Listing(**{**values, **changes})


LISTED: dict[str, Any] = {
    "state": ListingState.LISTED,
    "notified_at": AT + timedelta(days=31),
    "objection_until": date(2026, 5, 12),
    "decision_number": "平市监列（2026）1号",
    "decision_date": date(2026, 5, 13),
    "decided_by": "market1",
    "confirmed_by": "market2",
    "listed_at": AT + timedelta(days=43),
    "term_until": date(2029, 5, 13),
    "sequence": 1,
}

DELISTED: dict[str, Any] = {
    **LISTED,
    "state": ListingState.DELISTED,
    "delisting_reason": DelistingReason.REPAIRED,
    "delisting_number": "平市监移（2027）1号",
    "delisting_requested_by": "market1",
    "delisted_by": "market2",
    "delisted_at": AT + timedelta(days=400),
}
