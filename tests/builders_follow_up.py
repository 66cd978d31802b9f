"""What follows a finding: an order, a sample, and values with everything they can hold."""

from dataclasses import replace
from datetime import date
from typing import Any

from coordinator.domain.follow_up import (
    AbnormalEntry,
    Case,
    Conclusion,
    EvidenceFile,
    FormerDecision,
    Hazard,
    Laboratory,
    LabReport,
    Rectification,
    ReviewKind,
    Sample,
    Severity,
    Transfer,
)
from coordinator.domain.lifecycle import (
    AbnormalState,
    HazardState,
    RectificationState,
    SampleState,
    TransferState,
)
from coordinator.domain.working_days import Basis
from tests.builders import MARKET, NOW
from tests.builders_sanctions import a_case

DUE = date(2026, 6, 1)
HASH = "0f" * 32
_AT: dict[str, Any] = {
    "round_id": "R1",
    "visit_id": "v-1",
    "result_id": "r-1",
    "object_id": "o-1",
    "object_name": "平川县第1餐饮有限公司",
    "department": MARKET,
}


def an_order(**changes: Any) -> Rectification:
    order = Rectification(
        rectification_id="x-1",
        round_id="R1",
        visit_id="v-1",
        result_id="r-1",
        object_id="o-1",
        object_name="平川县第1餐饮有限公司",
        item="mr-1",
        department=MARKET,
        problem="超范围经营",
        article="第一百二十二条",
        due_date=DUE,
        state=RectificationState.ORDERED,
        ordered_by="clerk",
        ordered_at=NOW,
    )
    return replace(order, **changes)


def a_sample(**changes: Any) -> Sample:
    sample = Sample(
        sample_id="s-1",
        round_id="R1",
        visit_id="v-1",
        object_id="o-1",
        object_name="平川县第1餐饮有限公司",
        item="mr-1",
        department=MARKET,
        sheet_number="S1",
        product="面粉",
        quantity="2 袋",
        taken_date=DUE,
        laboratory=Laboratory("检验所", "CMA-1", date(2027, 1, 1)),
        state=SampleState.TAKEN,
        entered_by="clerk",
        entered_at=NOW,
    )
    return replace(sample, **changes)


def a_full_order() -> Rectification:
    return an_order(
        evidence_files=(EvidenceFile("a.jpg", HASH),), reminded=(7, 1), extension_granted=True
    )


def a_full_sample() -> Sample:
    report = LabReport("R1", DUE, Conclusion.UNQUALIFIED, HASH)
    return a_sample(
        state=SampleState.FINAL,
        final=report,
        final_date=DUE,
        retest_due=DUE,
        retest_basis=Basis(DUE, 7),
    )


def an_undone_case() -> Case:
    former = FormerDecision(
        decision_number="12号",
        decided_date=DUE,
        penalty_kind="fine",
        undone_by=ReviewKind.COURT,
        document="判决",
        document_date=DUE,
        reason="程序",
    )
    return a_case(former=(former,), fine_fen=9_000_000_000, filing_basis=Basis(DUE, 15))


def a_transfer() -> Transfer:
    return Transfer(
        transfer_id="t-1",
        case_id="",
        subject="o-1",
        subject_name="平川县第1餐饮有限公司",
        severity=Severity.CRIME,
        route="public-security",
        receiver="",
        receiver_name="公安局",
        letter_number="1号",
        matter="事项",
        reason="理由",
        materials=("笔录", "报告"),
        state=TransferState.SENT,
        sent_by="chief",
        sent_at=NOW,
        answer_due=DUE,
        answer_basis=Basis(DUE, 3),
        **_AT,
    )


def a_hazard() -> Hazard:
    return Hazard(
        hazard_id="h-1",
        subject="o-1",
        item="mr-1",
        matter="报警失效",
        basis="条款",
        state=HazardState.REMOVED,
        registered_by="clerk",
        registered_at=NOW,
        evidence_files=(EvidenceFile("a.jpg", HASH),),
        **_AT,
    )


def an_abnormal_entry() -> AbnormalEntry:
    return AbnormalEntry(
        entry_id="a-1",
        subject="o-1",
        subject_name="平川县第1餐饮有限公司",
        organ=MARKET,
        grounds=("6", "B"),
        facts="无法联系",
        state=AbnormalState.PROPOSED,
        proposed_by="clerk",
        proposed_at=NOW,
        **_AT,
    )
