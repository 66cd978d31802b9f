"""Where the clocks of every stage are stored, and what keeps each of them open.

Complaints about inspections (2.14) are not among them: neither office nor organs learn of those.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coordinator.domain.lifecycle import (
    CaseState,
    CopyNoticeState,
    DueState,
    HazardState,
    LeadState,
    ListingState,
    OrderState,
    RectificationState,
    RepairState,
    ReportState,
    TaskState,
    TransferState,
    VisitState,
)


@dataclass(frozen=True, kw_only=True)
class ClockSource:
    """Where clocks of one kind are stored: `open_while` holds exactly until somebody acts.

    `key` names what is due, `subject` the record on whose page it is done; `department` empty: the
    office itself. `name` and `round_id` are empty where it has none. `reminds`: the department is
    told by a message of its own when it lets the day pass; other kinds have reminders in their
    stage, or wait for nobody's work.
    """

    kind: str
    collection: str
    due: str
    open_while: Mapping[str, Any]
    key: str
    subject: str = ""
    department: str = "department"
    name: str = "object_name"
    round_id: str = "round_id"
    reminds: bool = False


def _of_tasks(
    kind: str, due: str, open_while: Mapping[str, Any], *, reminds: bool = False
) -> ClockSource:
    return ClockSource(
        kind=kind,
        collection="tasks",
        due=due,
        open_while=open_while,
        key="task_id",
        subject="visit_id",
        name="",
        reminds=reminds,
    )


def _of_cases(kind: str, due: str, state: CaseState) -> ClockSource:
    return ClockSource(
        kind=kind, collection="cases", due=due, open_while={"state": (state,)}, key="case_id"
    )


def _of_orders(kind: str, due: str, state: OrderState) -> ClockSource:
    return ClockSource(
        kind=kind,
        collection="orders",
        due=due,
        open_while={"state": (state,)},
        key="order_id",
        subject="listing_id",
        name="subject_name",
    )


SOURCES: tuple[ClockSource, ...] = (
    ClockSource(
        kind="visit",
        collection="visits",
        due="date_to",
        open_while={"state": (VisitState.PUBLISHED, VisitState.RUNNING)},
        key="visit_id",
        department="lead_department",
        name="place_name",
    ),
    _of_tasks(
        "findings",
        "report_due",
        {"state": (TaskState.ACCEPTED, TaskState.RETURNED), "submitted_at": None},
        reminds=True,
    ),
    _of_tasks("feedback", "feedback_due", {"feedback_at": None}, reminds=True),
    _of_tasks(
        "disclosure",
        "disclosure_due",
        {
            "state": (
                TaskState.PENDING_REVIEW,
                TaskState.RETURNED,
                TaskState.PENDING_DISCLOSURE,
            )
        },
        reminds=True,
    ),
    ClockSource(
        kind="objection",
        collection="disclosures",
        due="objection_due",
        open_while={"objection_answer": None},
        key="disclosure_id",
        reminds=True,
    ),
    ClockSource(
        kind="rectification",
        collection="rectifications",
        due="due_date",
        open_while={"state": (RectificationState.ORDERED,)},
        key="rectification_id",
    ),
    ClockSource(
        kind="hazard",
        collection="hazards",
        due="removal_due",
        open_while={"state": (HazardState.STOPPED,)},
        key="hazard_id",
        reminds=True,
    ),
    _of_cases("case-filing", "filing_due", CaseState.CLUE),
    _of_cases("case-decision", "decision_due", CaseState.FILED),
    _of_cases("case-execution", "execution_due", CaseState.DECIDED),
    ClockSource(
        kind="transfer",
        collection="transfers",
        due="answer_due",
        open_while={"state": (TransferState.SENT,)},
        key="transfer_id",
    ),
    ClockSource(
        kind="copy-notice",
        collection="copy_notices",
        due="answer_due",
        open_while={"state": (CopyNoticeState.SENT,)},
        key="notice_id",
        department="receiver",
    ),
    ClockSource(
        kind="repair",
        collection="repairs",
        due="decision_due",
        open_while={"state": (RepairState.APPLIED, RepairState.VERIFIED)},
        key="repair_id",
        department="organ",
        name="subject_name",
        round_id="",
        reminds=True,
    ),
    ClockSource(
        kind="delisting",
        collection="listings",
        due="delisting_due",
        open_while={"state": (ListingState.REVOKED,)},
        key="listing_id",
        department="organ",
        name="subject_name",
        round_id="",
        reminds=True,
    ),
    _of_orders("measure", "feedback_due", OrderState.ORDERED),
    _of_orders("lifting", "lifting_due", OrderState.LIFTING),
    ClockSource(
        kind="report",
        collection="appraisal_reports",
        due="due_date",
        open_while={"state": (ReportState.AWAITED, ReportState.DRAFTED)},
        key="report_id",
        department="",
        name="",
        round_id="",
    ),
    ClockSource(
        kind="lead",
        collection="leads",
        due="deadline",
        open_while={"state": (LeadState.RECEIVED, LeadState.ACCEPTED)},
        key="lead_id",
        round_id="",
    ),
    ClockSource(
        kind="due-check",
        collection="due_checks",
        due="deadline",
        open_while={"state": (DueState.WAITING, DueState.JOINED, DueState.ALONE)},
        key="due_id",
        round_id="",
    ),
)
"""Every clock of the flow, in its order."""
