"""Values of review and evidence, for tests."""

from datetime import date
from typing import Any

from contracts.results import EntitySignature, ExpertDraft, ProcessRecord
from coordinator.domain.result_intake import Report, StoredEvidence
from coordinator.domain.review import Hearing, ReviewDecision, Verdict
from tests.builders import MARKET, NOW, a_finding

VISIT = "R1-000000000001"


def a_decision() -> ReviewDecision:
    return ReviewDecision(
        decision_id="d1",
        visit_id=VISIT,
        department=MARKET,
        version=1,
        verdict=Verdict.RETURNED,
        reason="依据有误",
        decided_by="chief",
        decided_at=NOW,
    )


def a_hearing() -> Hearing:
    return Hearing(
        hearing_id=f"{VISIT}.{MARKET}.1",
        visit_id=VISIT,
        department=MARKET,
        version=1,
        held_date=date(2026, 4, 9),
        participants=("甲", "乙", "丙"),
        text="同意",
        noted_by="chief",
        noted_at=NOW,
    )


def a_stored_file() -> StoredEvidence:
    return StoredEvidence(
        evidence_id=f"{VISIT}.{MARKET}.{'a' * 64}",
        visit_id=VISIT,
        department=MARKET,
        sha256="a" * 64,
        media_type="video/mp4",
        size=3_000_000_000,
        stored_by="clerk",
        stored_at=NOW,
    )


def a_draft(number: int = 1, **changes: Any) -> ExpertDraft:
    """Give a problem that an expert drafted and an officer adopted."""
    draft = ExpertDraft(
        number=number,
        expert="x-1",
        entered_by="x-1",
        drafted_at=NOW,
        object_id="o-1",
        item="mr-1",
        checkpoint=None,
        problem="超范围经营",
        legal_basis="第一条",
        evidence=(),
        adopted=True,
        decided_by="mr-p1",
        decided_at=NOW,
    )
    return draft.model_copy(update=changes)


def a_whole_report() -> Report:
    """Give a report that says everything a report can say."""
    return Report(
        report_id=f"{VISIT}.{MARKET}.2",
        visit_id=VISIT,
        department=MARKET,
        version=2,
        entered_by="mr-p1",
        visited_date=date(2026, 4, 8),
        present=("mr-p1", "mr-p2"),
        entity_opinion="无异议",
        findings=(a_finding("mr-1"),),
        received_at=NOW,
        late_reason="offline",
        days_late=3,
        supplement_reason="午后补查",
        code_set="nine",
        evaluation="总体符合",
        opinion="改正",
        process_records=(ProcessRecord(device="x", began_at=NOW, ended_at=NOW, sha256="b" * 64),),
        signature=EntitySignature(refused=True, witnesses=("mr-p1", "mr-p2"), note="离开"),
        doubts=(("o-1", "mr-1", "12", "mr-2", "1"),),
        drafts=(a_draft(),),
    )
