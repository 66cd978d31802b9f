"""An invented county in the middle of a round."""

from datetime import date, timedelta
from functools import cache
from typing import Any

from contracts.draw_files import format_file
from contracts.draw_record import LineRule, Rules, StratumCounts, Transcript, document_bytes
from contracts.draw_tables import DRAWN, FRAMES, DrawnRow, FrameRow
from contracts.vocabulary import DrawOutcome, Mode
from coordinator.domain.annual_plan import Conditions, LineKind, Plan, PlanLine, StratumRule
from coordinator.domain.appraisal import AppraisalReport, ReportKind
from coordinator.domain.dispatch import TeamMember, VisitCheck
from coordinator.domain.lifecycle import (
    PlanState,
    ReportState,
    RoundState,
    TaskState,
    VisitState,
)
from coordinator.domain.lottery.ceremony import Contributor, RecordFile
from coordinator.domain.result_intake import Report
from tests.integration.web.builders import (
    AT,
    EARLY_TARGET,
    a_disclosure,
    a_result,
    a_round,
    a_task,
    a_visit,
    an_object,
)
from tests.integration.web.county_registers import organisation, put, registers
from tests.integration.web.county_sanctions import sanctions
from tests.integration.web.fake_work import FakeStore

SECRET_VALUE = "ab" * 32
COVERT_TARGET = "平川暗访对象食品厂"


def a_store() -> FakeStore:
    """Give a store filled with an invented county: its values, which nobody changes, made once."""
    store = FakeStore()
    for kind, filled in _county().collections.items():
        store.collections[kind].values = filled.values.copy()
    return store


@cache
def _county() -> FakeStore:
    store = FakeStore()
    organisation(store)
    registers(store)
    _round(store)
    _results(store)
    _report(store)
    sanctions(store)
    return store


def _report(store: FakeStore) -> None:
    draft = AppraisalReport(
        report_id="2026.half-year",
        year=2026,
        kind=ReportKind.HALF_YEAR,
        due_date=date(2026, 5, 20),
        state=ReportState.DRAFTED,
        counted_at=AT,
        edited_by="office1",
    )
    put(store, "appraisal_reports", draft)


def _round(store: FakeStore) -> None:
    _plans(store)
    _rounds(store)
    _records(store)
    _visits(store)


def _plans(store: FakeStore) -> None:
    plan = Plan(
        plan_id="plan-2026",
        year=2026,
        title="平川县2026年度联合抽查工作计划",
        state=PlanState.ADOPTED,
        policy="sample-county@2026-4",
        submitted_by="office1",
        number="平联办（2026）3号",
        adopted_by="office2",
        adopted_at=AT - timedelta(days=60),
    )
    draft = Plan(
        plan_id="plan-2027",
        year=2027,
        title="平川县2027年度联合抽查工作计划",
        state=PlanState.DRAFT,
        policy="sample-county@2026-4",
    )
    put(store, "plans", plan, draft)
    put(
        store,
        "plan_lines",
        *(
            PlanLine(
                plan_id="plan-2026",
                code=code,
                name=name,
                kind=LineKind.JOINT,
                domain="旅馆业",
                lead="market-regulation",
                participants=("fire-rescue", "health"),
                items=("MA-01", "FI-01", "HE-01"),
                conditions=Conditions(),
                strata={"*": StratumRule(numerator=1, denominator=20, minimum=5)},
                number=None,
                mode=Mode.ANNOUNCED,
                window_from=date(2026, 4, 7),
                window_to=date(2026, 4, 30),
            )
            for code, name in (("L1", "旅馆业联合检查"), ("L2", "商场超市联合检查"))
        ),
    )


def _rounds(store: FakeStore) -> None:
    covert = a_round(round_id="2026-C1", title="暗查批次", mode=Mode.COVERT, lines=("L9",))
    opening = a_round(
        round_id="2026-Q3",
        title="2026年第三季度联合抽查批次",
        state=RoundState.OPEN,
        lines=("L3",),
        opened_at=AT - timedelta(days=1),
        freeze_requested_by=None,
        frozen_by=None,
        frozen_at=None,
        commit_hash=None,
        draw_requested_by=None,
        drawn_by=None,
        drawn_at=None,
        outcome=None,
        transcript_hash=None,
    )
    put(store, "rounds", a_round(), covert, opening)
    for each in ("2026-Q2", "2026-Q3"):
        for code in ("fire-rescue", "health", "market-regulation", "office"):
            done = each == "2026-Q2"
            put(
                store,
                "contributors",
                Contributor(
                    round_id=each,
                    code=code,
                    head="cd" * 32 if done or code != "health" else None,
                    committed_at=AT,
                    receipt_at="2026-04-01T02:00:00Z" if done else None,
                    receipt_attempt=1 if done else 0,
                    value=SECRET_VALUE if done else None,
                    value_attempt=1 if done else 0,
                    revealed_at=AT if done else None,
                ),
            )


def _records(store: FakeStore) -> None:
    """Keep a record as the draw leaves it: two of the hundred and twenty firms are drawn."""
    rows = [
        DrawnRow(an_object(number).object_id, rank, f"{rank:064x}", False, "-")
        for rank, number in enumerate((1, 2), 1)
    ]
    drawn = format_file(DRAWN, "2026-Q2", rows, "L1")
    firms = [an_object(number) for number in range(1, 121)]
    statuses = {firms[-1].object_id: f"fresh:{EARLY_TARGET}"}
    in_frame = [
        FrameRow(each.object_id, each.place, "-", 1, statuses.get(each.object_id, "-"))
        for each in firms
    ]
    frame = format_file(FRAMES, "2026-Q2", in_frame, "L1")
    bodies = {
        "commit.json": b"{}",
        "rules.json": document_bytes(_rules()),
        "receipts.json": b"[]",
        "transcript.json": document_bytes(_transcript()),
    }
    sealed = {"frames/L1.tsv": frame, "drawn/L1.tsv": drawn}
    put(
        store,
        "record_files",
        *(RecordFile(round_id="2026-Q2", attempt=1, name=n, body=b) for n, b in bodies.items()),
        *(
            RecordFile(round_id="2026-Q2", attempt=1, name=name, body=body, key=SECRET_VALUE)
            for name, body in sealed.items()
        ),
    )


def _rules() -> Rules:
    line = LineRule(
        departments=("fire-rescue", "health", "market-regulation"),
        weighted=0,
        number=None,
        strata={"*": {"ratio": (1, 60), "minimum": 0}},
        items=None,
        window=("2026-04-07", "2026-04-30"),
        mode=Mode.ANNOUNCED,
    )
    return Rules(
        round="2026-Q2",
        lines={"L1": line},
        departments={"market-regulation": {"lead_lines": ("L1",)}},
        policy="sample-county@2026-4",
        rehearsal=1,
    )


def _transcript() -> Transcript:
    return Transcript(
        round="2026-Q2",
        attempt=1,
        commit_hash="0" * 64,
        previous="",
        outcome=DrawOutcome.DONE,
        reason=None,
        receipts_hash="0" * 64,
        units_hash="0" * 64,
        counts={"L1": {"-": StratumCounts(frame=120, excluded={"cap": 3}, drawn=2)}},
        roots={"drawn/L1.tsv": {"count": 2, "root": "0" * 64}},
        repairs={},
        repatterns={},
        witnesses=(),
        software="onevisit test",
    )


def _visits(store: FakeStore) -> None:
    first = a_visit(1, place_name=EARLY_TARGET, state=VisitState.FINISHED, finished_at=AT)
    put(store, "visits", first, *(a_visit(number) for number in range(2, 61)))
    put(
        store,
        "visits",
        a_visit(900, round_id="2026-C1", place_name=COVERT_TARGET, mode=Mode.COVERT),
    )
    for number in (*range(1, 61), 900):
        visit_id = f"v{number:04d}"
        of = "2026-C1" if number == 900 else "2026-Q2"
        for code in ("fire-rescue", "market-regulation"):
            put(store, "tasks", a_task(visit_id, code, round_id=of))
            name = EARLY_TARGET if number == 1 else f"平川县第{number}商贸有限公司"
            item = "MA-01" if code == "market-regulation" else "FI-01"
            check = VisitCheck(
                check_id=f"{visit_id}.{code}",
                round_id=of,
                visit_id=visit_id,
                line="L1",
                object_id=f"uscc:9113099900000{number:05d}",
                object_name=COVERT_TARGET if number == 900 else name,
                item=item,
                item_name="登记事项检查" if item == "MA-01" else "消防救援大队日常监督检查",
                department=code,
                minutes=45,
                method="现场检查",
            )
            put(store, "checks", check)
            for slot in (1, 2):
                offset = 0 if code == "market-regulation" else 1
                member = TeamMember(
                    member_id=f"{visit_id}.{code}.{slot}",
                    round_id=of,
                    visit_id=visit_id,
                    department=code,
                    slot=slot,
                    person_id=f"i{offset + 5 * (slot - 1):03d}",
                    leader=slot == 1 and offset == 0,
                    expert=False,
                    how="pick",
                )
                put(store, "team", member)


def _results(store: FakeStore) -> None:
    bad: dict[str, Any] = {
        "department": "fire-rescue",
        "item": "FI-01",
        "item_name": "消防救援大队日常监督检查",
        "result_codes": ("A",),
        "has_problem": True,
        "follow_up": ("责令改正",),
    }
    put(
        store,
        "results",
        a_result(1, approved=True, disclosed=True),
        a_result(
            2,
            **bad,
            problem="三层东侧安全出口堆放布草车2辆",
            legal_basis="《中华人民共和国消防法》第二十八条",
            approved=True,
            disclosed=True,
        ),
        a_result(3, visit_id="v0002", object_name="平川县第2商贸有限公司"),
    )
    shown = {k: v for k, v in bad.items() if k != "follow_up"}
    put(
        store,
        "disclosures",
        a_disclosure(1),
        a_disclosure(2, **shown, disposal=("责令改正",)),
    )
    put(store, "tasks", a_task("v0002", "market-regulation", state=TaskState.PENDING_REVIEW))
    put(store, "tasks", a_task("v0003", "market-regulation", state=TaskState.PENDING_DISCLOSURE))
    put(
        store,
        "reports",
        Report(
            report_id="p1",
            visit_id="v0002",
            department="market-regulation",
            version=1,
            entered_by="i000",
            visited_date=date(2026, 4, 9),
            present=("i000", "i005"),
            entity_opinion="同意",
            findings=(),
            received_at=AT,
        ),
    )
