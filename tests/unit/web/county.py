"""An invented county in the middle of a round, and the application on it."""

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from pwdlib import PasswordHash

from contracts.vocabulary import DrawOutcome, MeasureOutcome, Mode
from coordinator.domain.annual_plan import Conditions, LineKind, Plan, PlanLine, StratumRule
from coordinator.domain.blacklist import Listing
from coordinator.domain.disclosure import Disclosure
from coordinator.domain.dispatch import DepartmentTask, TeamMember, Visit, VisitCheck
from coordinator.domain.follow_up import Case, Rectification
from coordinator.domain.joint_punishment import MeasureOrder
from coordinator.domain.lifecycle import (
    CaseState,
    ListingState,
    OrderState,
    PlanState,
    RectificationState,
    RoundState,
    TaskState,
    VisitState,
)
from coordinator.domain.lottery.ceremony import Contributor, RecordFile, Round
from coordinator.domain.registers import (
    CheckItem,
    InspectionObject,
    Inspector,
    ItemClass,
    JointListRow,
    RiskClass,
)
from coordinator.domain.result_intake import Report, Result
from coordinator.services.ports import (
    Credential,
    CreditSystem,
    DeadLetter,
    Department,
    ImportReport,
    Role,
)
from coordinator.web.app import WebParts, create_app
from tests.unit.web.fake_work import FakeStore

PASSWORD = "correct horse battery"
MACHINE_NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
PHONE = "13900000000"
SECRET_VALUE = "ab" * 32
COVERT_TARGET = "平川暗访对象食品厂"
EARLY_TARGET = "平川县云溪大酒店有限公司"
AT = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)
_HASH = PasswordHash.recommended().hash(PASSWORD)

DEPARTMENTS = (
    ("market-regulation", "市场监督管理局", "Market regulation", "平市监"),
    ("fire-rescue", "消防救援大队", "Fire and rescue", "平消"),
    ("ecology-environment", "生态环境局", "Ecology and environment", "平环"),
    ("health", "卫生健康局", "Health", "平卫"),
    ("emergency-management", "应急管理局", "Emergency management", "平应急"),
)


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
        "task_number": f"平联抽查〔2026〕{number:04d}号",
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
        "task_number": "平联抽查〔2026〕0001号",
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
        "penalty_decision": "平市监罚〔2026〕12号",
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
    "decision_number": "平市监列〔2026〕1号",
    "decision_date": date(2026, 5, 13),
    "decided_by": "market1",
    "confirmed_by": "market2",
    "listed_at": AT + timedelta(days=43),
    "term_until": date(2029, 5, 13),
    "sequence": 1,
}


def a_store() -> FakeStore:
    """Fill a store with an invented county."""
    store = FakeStore()
    _organisation(store)
    _registers(store)
    _round(store)
    _results(store)
    _sanctions(store)
    return store


def _put(store: FakeStore, kind: str, *values: Any) -> None:
    collection = store.collections[kind]
    for value in values:
        collection.values[collection._of(value)] = value


def _organisation(store: FakeStore) -> None:
    for position, (code, name, english, short) in enumerate(DEPARTMENTS):
        department = Department(
            code=code,
            name=name,
            name_en=english,
            short_name=short,
            position=position,
            region="130999",
            public_key="{}",
        )
        _put(store, "departments", department)
    _put(store, "credit_systems", CreditSystem(code="credit", name="信用平台", name_en="Credit"))
    people = (
        ("office1", "张一", Role.OFFICE, None, True),
        ("office2", "张二", Role.OFFICE, None, False),
        ("market1", "李一", Role.DEPARTMENT, "market-regulation", True),
        ("market2", "李二", Role.DEPARTMENT, "market-regulation", True),
        ("market3", "李三", Role.DEPARTMENT, "market-regulation", False),
        ("fire1", "陈一", Role.DEPARTMENT, "fire-rescue", True),
        ("auditor1", "纪一", Role.AUDITOR, None, False),
    )
    for login, name, role, department_code, approver in people:
        credential = Credential(
            login=login,
            name=name,
            password=_HASH,
            role=role,
            department=department_code,
            approver=approver,
        )
        _put(store, "credentials", credential)


def _registers(store: FakeStore) -> None:
    _put(store, "objects", *(an_object(number) for number in range(1, 121)))
    _put(
        store,
        "items",
        *(
            CheckItem(
                code=f"{code[:2].upper()}-01",
                department=code,
                category="综合监管",
                name="登记事项检查" if code == "market-regulation" else f"{name}日常监督检查",
                object_type="企业",
                item_class=ItemClass.GENERAL,
                methods=("现场检查",),
                subject_organs=("县级",),
                legal_bases=("《企业信息公示暂行条例》（国务院令第654号）第十四条、第十五条",),
                estimated_minutes=45,
                valid_from=date(2026, 1, 1),
                source="invented",
            )
            for code, name, *_rest in DEPARTMENTS
        ),
    )
    _put(
        store,
        "inspectors",
        *(
            Inspector(
                inspector_id=f"i{number:03d}",
                department=code,
                organ=code,
                section="执法一中队",
                name=f"赵{number}",
                sex="女",
                certificate_number=f"0300{number:04d}",
                certificate_from=date(2024, 1, 1),
                certificate_to=date(2028, 1, 1),
                post="执法员",
                leader=number % 4 == 0,
                group="A",
                area="城关",
                competences=("一般",),
                status="on-duty",
            )
            for number, (code, *_rest) in zip(range(24), itertools.cycle(DEPARTMENTS))
        ),
    )
    for number, linked in ((1, ("MA-01",)), (2, ())):
        row = JointListRow(
            number=number,
            domain="旅馆业",
            item_text="旅馆业治安管理检查" if number == 2 else "登记事项检查",
            object_type="旅馆",
            lead_departments=("market-regulation",),
            participants=("fire-rescue",),
            unplaced=("网信办",) if number == 2 else (),
            linked_items=linked,
            source_row=number + 2,
        )
        _put(store, "joint_list", row)
    problem = {"rule": "uscc-length", "row": 17, "value": "9113", "expected": 18, "length": 4}
    report = ImportReport(
        import_id="import-1",
        kind="objects",
        source="objects.csv",
        imported_at=AT,
        imported_by="office1",
        number_of_rows=121,
        number_accepted=120,
        problems=(problem,),
    )
    _put(store, "imports", report)


def _round(store: FakeStore) -> None:
    plan = Plan(
        plan_id="plan-2026",
        year=2026,
        title="平川县2026年度联合抽查工作计划",
        state=PlanState.ADOPTED,
        policy="sample-county@2026-1",
        submitted_by="office1",
        number="平联办〔2026〕3号",
        adopted_by="office2",
        adopted_at=AT - timedelta(days=60),
    )
    draft = Plan(
        plan_id="plan-2027",
        year=2027,
        title="平川县2027年度联合抽查工作计划",
        state=PlanState.DRAFT,
        policy="sample-county@2026-1",
    )
    _put(store, "plans", plan, draft)
    _put(
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
    _put(store, "rounds", a_round(), covert, opening)
    for each in ("2026-Q2", "2026-Q3"):
        for code in ("fire-rescue", "health", "market-regulation", "office"):
            done = each == "2026-Q2"
            _put(
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
    for name in ("commit.json", "rules.json", "receipts.json", "transcript.json"):
        _put(
            store,
            "record_files",
            RecordFile(round_id="2026-Q2", attempt=1, name=name, body=b"{}"),
        )
    frame = f"object\n{EARLY_TARGET}\n".encode()
    _put(
        store,
        "record_files",
        RecordFile(round_id="2026-Q2", attempt=1, name="frames/L1.tsv", body=frame, key="00"),
    )
    first = a_visit(1, place_name=EARLY_TARGET, state=VisitState.FINISHED, finished_at=AT)
    _put(store, "visits", first, *(a_visit(number) for number in range(2, 61)))
    _put(
        store,
        "visits",
        a_visit(900, round_id="2026-C1", place_name=COVERT_TARGET, mode=Mode.COVERT),
    )
    for number in (*range(1, 61), 900):
        visit_id = f"v{number:04d}"
        of = "2026-C1" if number == 900 else "2026-Q2"
        for code in ("fire-rescue", "market-regulation"):
            _put(store, "tasks", a_task(visit_id, code, round_id=of))
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
            _put(store, "checks", check)
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
                _put(store, "team", member)


def _results(store: FakeStore) -> None:
    bad: dict[str, Any] = {
        "department": "fire-rescue",
        "item": "FI-01",
        "item_name": "消防救援大队日常监督检查",
        "result_codes": ("A",),
        "has_problem": True,
        "follow_up": ("责令改正",),
    }
    _put(
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
    _put(
        store,
        "disclosures",
        a_disclosure(1),
        a_disclosure(2, **shown, disposal=("责令改正",)),
    )
    _put(store, "tasks", a_task("v0002", "market-regulation", state=TaskState.PENDING_REVIEW))
    _put(store, "tasks", a_task("v0003", "market-regulation", state=TaskState.PENDING_DISCLOSURE))
    _put(
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


def _sanctions(store: FakeStore) -> None:
    order = Rectification(
        rectification_id="x0001",
        round_id="2026-Q2",
        visit_id="v0001",
        result_id="r0002",
        object_id="uscc:911309990000000001",
        object_name=EARLY_TARGET,
        item="FI-01",
        department="fire-rescue",
        problem="三层东侧安全出口堆放布草车2辆",
        article="《中华人民共和国消防法》第二十八条",
        due_date=date(2026, 5, 10),
        state=RectificationState.ORDERED,
        ordered_by="fire1",
        ordered_at=AT,
    )
    _put(store, "rectifications", order)
    case = Case(
        case_id="c0001",
        round_id="2026-Q2",
        visit_id="v0001",
        result_id="r0001",
        object_id="uscc:911309990000000001",
        object_name=EARLY_TARGET,
        subject="uscc:911309990000000001",
        subject_name=EARLY_TARGET,
        item="MA-01",
        department="market-regulation",
        state=CaseState.DECIDED,
        clue="使用超过保质期的原料",
        opened_by="market1",
        opened_at=AT,
        decision_number="平市监罚〔2026〕12号",
        decided_date=date(2026, 4, 28),
        penalty_kind="heavy-fine",
        facts="使用超过保质期的原料生产食品。",
        basis="《食品安全法》第一百二十四条",
    )
    _put(store, "cases", case)
    _put(store, "listings", a_listing(7, **LISTED), a_listing(8, subject_name="平川县尚未决定有限公司"))
    for number, (code, *_rest) in enumerate(DEPARTMENTS):
        measure = MeasureOrder(
            order_id=f"o{number}",
            round_id="2026-Q2",
            listing_id="l0007",
            subject="uscc:911309990000000007",
            subject_name="平川县第7食品有限公司",
            measure="key-supervision",
            department=code,
            state=OrderState.ANSWERED if number else OrderState.ORDERED,
            ordered_at=AT,
            until=date(2029, 5, 13),
            feedback_due=date(2026, 5, 28),
            outcome=MeasureOutcome.APPLIED if number else None,
            person="李队" if number else None,
        )
        _put(store, "orders", measure)
    letter = DeadLetter(
        dead_letter_id=1,
        message_id="0190-aa",
        type="FindingsSubmitted.v1",
        queue="coordinator.inbound",
        routing_key="health.findings",
        user_id="health",
        reason="enveloped data are not valid: findings.0.item",
        fingerprint="ff",
        state="parked",
        parked_at=AT,
    )
    _put(store, "dead_letters", letter)


class FakeDocuments:
    """Notes which form was asked for with which data."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []

    def pdf(self, form: str, data: Any) -> bytes:
        self.asked.append((form, data))
        return b"%PDF-fake"

    def workbook(self, title: str, headings: Any, rows: Any) -> bytes:
        self.asked.append((title, [list(headings), *[list(row) for row in rows]]))
        return b"PK-fake"


def an_app(store: FakeStore, **changes: Any) -> FastAPI:
    tokens = itertools.count(1 + len(store.opened_by))
    values: dict[str, Any] = {
        "open_work": store.open_work,
        "documents": FakeDocuments(),
        "new_token": lambda: f"token-{next(tokens):05d}",
        "machine_now": lambda: MACHINE_NOW,
        "published_keys": {"keys": []},
        "office_name": "平川县联席会议办公室",
        "secure_cookies": False,
        "rehearsal": True,
        "version": "0.1.0",
        "zone": "Asia/Shanghai",
        "first_break": lambda _entries: None,
    }
    return create_app(WebParts(**{**values, **changes}))


def a_client(store: FakeStore, login: str = "", **changes: Any) -> TestClient:
    """Give a client, logged in when a login is named; its csrf token is in the header."""
    client = TestClient(an_app(store, **changes), follow_redirects=False)
    if login:
        answer = client.post("/v1/login", json={"login": login, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf"]
    return client
