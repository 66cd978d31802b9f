"""Orders, cases, listings and measures of the invented county."""

from datetime import date
from typing import Any

from contracts.vocabulary import MeasureOutcome
from coordinator.domain.blacklist import Correction, EventKind, ListingEvent
from coordinator.domain.credit_repair import Regime, Repair, RepairChannel
from coordinator.domain.follow_up import Case, Rectification
from coordinator.domain.joint_punishment import MeasureAnswer, MeasureOrder, PunishmentCase
from coordinator.domain.lifecycle import (
    CaseState,
    CorrectionState,
    LetterState,
    OrderState,
    RectificationState,
    RepairState,
)
from coordinator.domain.penalty_publication import PenaltyPublication
from coordinator.services.ports import (
    DeadLetter,
)
from tests import builders_sanctions
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
    put(store, "penalty_publications", a_publication())
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
    _followed(store)
    _letter(store)


def _followed(store: FakeStore) -> None:
    """Put what followed the listings: a correction, a repair, a case, who was told."""
    put(
        store,
        "corrections",
        Correction(
            correction_id="co0001",
            listing_id="l0007",
            organ="market-regulation",
            number="平市监更（2026）1号",
            reason="原记载的货值有误",
            before={"facts": "货值金额巨大"},
            after={"facts": "货值金额较大"},
            state=CorrectionState.CONFIRMED,
            proposed_by="market1",
            proposed_at=AT,
            ended_by="market2",
            ended_at=AT,
            sequence=2,
        ),
    )
    put(
        store,
        "repairs",
        Repair(
            repair_id="rp0001",
            listing_id="l0009",
            subject="uscc:911309990000000009",
            subject_name="平川县第9食品有限公司",
            list_code="market-serious",
            organ="market-regulation",
            state=RepairState.GRANTED,
            channel=RepairChannel.PUBLIC,
            applicant="平川县第9食品有限公司",
            statement="已改正并缴清罚款",
            evidence="缴款书、整改照片",
            applied_at=AT,
            applied_by="public",
            regime=Regime.SEVERITY,
            severity="serious",
            earliest_date=date(2027, 5, 13),
            decision_due=date(2027, 5, 28),
            decision_provisional=True,
            verification="现场核实",
            verified_by="market1",
            verified_at=AT,
            decision_number="平市监移（2027）1号",
            decision_reason="符合修复条件",
            decided_by="market2",
            decided_at=AT,
        ),
    )
    put(
        store,
        "punishments",
        PunishmentCase(
            punishment_id="p0001",
            number="联合惩戒（2026）0001号",
            listing_id="l0007",
            subject="uscc:911309990000000007",
            subject_name="平川县第7食品有限公司",
            list_code="market-serious",
            organ="market-regulation",
            rules=("key-supervision@2026-01-01",),
            opened_at=AT,
        ),
    )
    put(
        store,
        "measure_answers",
        MeasureAnswer(
            answer_id="o1.1",
            order_id="o1",
            listing_id="l0007",
            department="fire-rescue",
            number=1,
            outcome=MeasureOutcome.APPLIED,
            reason=None,
            person="李队",
            done_at=AT,
            received_at=AT,
            was_valid=True,
        ),
    )
    put(
        store,
        "listing_events",
        ListingEvent(
            event_id="l0007.1",
            listing_id="l0007",
            subject="uscc:911309990000000007",
            organ="market-regulation",
            kind=EventKind.LISTED,
            sequence=1,
            number=99,
            told_at=AT,
            systems=("county",),
            departments={"health": "message-1"},
        ),
    )


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


def a_publication(**changes: Any) -> PenaltyPublication:
    """Give the publication of the county's penalty: ordinary, six months, shown with its result."""
    of_the_county: dict[str, Any] = {
        "publication_id": "pp0001",
        "case_id": "c0001",
        "result_id": "r0001",
        "round_id": "2026-Q2",
        "visit_id": "v0001",
        "object_id": "uscc:911309990000000001",
        "object_name": EARLY_TARGET,
        "subject": "uscc:911309990000000001",
        "subject_name": EARLY_TARGET,
        "item": "MA-01",
        "decision_number": "平市监罚（2026）12号",
        "decided_date": date(2026, 4, 28),
        "penalty_kind": "heavy-fine",
        "made_at": AT,
        "earliest_date": date(2026, 7, 28),
        "shown_until": date(2026, 10, 28),
        "shown_at": AT,
    }
    return builders_sanctions.a_publication(**of_the_county | changes)
