"""Orders, cases, listings and measures of the invented county."""

from datetime import date

from contracts.vocabulary import MeasureOutcome
from coordinator.domain.follow_up import Case, Rectification
from coordinator.domain.joint_punishment import MeasureOrder
from coordinator.domain.lifecycle import (
    CaseState,
    LetterState,
    OrderState,
    RectificationState,
)
from coordinator.services.ports import (
    DeadLetter,
)
from tests.integration.web.builders import (
    AT,
    DELISTED,
    EARLY_TARGET,
    LISTED,
    a_listing,
)
from tests.integration.web.county_registers import DEPARTMENTS, put
from tests.integration.web.fake_work import FakeStore


def sanctions(store: FakeStore) -> None:
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
    put(store, "rectifications", order)
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
        decision_number="平市监罚（2026）12号",
        decided_date=date(2026, 4, 28),
        penalty_kind="heavy-fine",
        facts="使用超过保质期的原料生产食品。",
        basis="《食品安全法》第一百二十四条",
    )
    put(store, "cases", case)
    put(
        store,
        "listings",
        a_listing(7, **LISTED),
        a_listing(9, **DELISTED),
        a_listing(8, subject_name="平川县尚未决定有限公司"),
    )
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
        put(store, "orders", measure)
    _letter(store)


def _letter(store: FakeStore) -> None:
    letter = DeadLetter(
        dead_letter_id=1,
        message_id="0190-aa",
        type="TaskDeclined.v1",
        queue="onevisit.inbound",
        routing_key="dept.health.TaskDeclined.v1",
        user_id="dept-health",
        reason="enveloped data are not valid: reason",
        fingerprint="ff",
        state=LetterState.PARKED,
        replay_count=0,
        parked_at=AT,
    )
    put(store, "dead_letters", letter)
