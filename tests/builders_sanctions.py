"""What follows a finding: a result with a problem, a case, a listing."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from contracts.results import ResultDisclosed
from contracts.vocabulary import MeasureOutcome
from coordinator.domain.blacklist import Correction, EventKind, Ground, Listing, ListingEvent
from coordinator.domain.credit_repair import Regime, Repair, RepairChannel
from coordinator.domain.follow_up import Case
from coordinator.domain.joint_punishment import MeasureAnswer, MeasureOrder, PunishmentCase
from coordinator.domain.lifecycle import (
    CaseState,
    CorrectionState,
    ListingState,
    OrderState,
    PublicationState,
    RepairState,
)
from coordinator.domain.penalty_publication import PenaltyPublication, PublicationRegime
from coordinator.domain.result_intake import Result
from tests.builders import MARKET, NOW

DISCLOSED = ResultDisclosed(
    disclosure_id="d",
    object_id="o",
    object_name="平川县第1餐饮有限公司",
    visit_id="v",
    task_number="1号",
    item="mr-1",
    item_name="事项",
    department=MARKET,
    visited_date=NOW.date(),
    method="现场检查",
    result_codes=("1",),
    disposal=("none",),
    disclosed_at=NOW,
)


def a_result(**changes: Any) -> Result:
    result = Result(
        result_id="R1-000000000001.market-regulation.o-1.mr-1",
        round_id="R1",
        visit_id="R1-000000000001",
        department=MARKET,
        object_id="uscc:91640221MA00000001",
        object_name="平川县第1餐饮有限公司",
        item="mr-1",
        item_name="事项mr-1",
        version=1,
        checked=True,
        method="现场检查",
        result_codes=("2",),
        problem="超范围经营",
        legal_basis="《食品安全法》第一百二十二条",
        follow_up=("case",),
        visited_date=date(2026, 4, 8),
        has_problem=True,
        approved=True,
    )
    return replace(result, **changes)


def a_case(**changes: Any) -> Case:
    case = Case(
        case_id="case-1",
        round_id="R1",
        visit_id="R1-000000000001",
        result_id="result-1",
        object_id="uscc:91640221MA00000001",
        object_name="平川县第1餐饮有限公司",
        subject="uscc:91640221MA00000001",
        subject_name="平川县第1餐饮有限公司",
        item="mr-1",
        department=MARKET,
        state=CaseState.DECIDED,
        clue="现场检查",
        opened_by="market-clerk",
        opened_at=NOW,
        decision_number="平市监罚〔2026〕12号",
        decided_date=date(2026, 5, 12),
        penalty_kind="licence-withdrawn",
        facts="超范围经营",
        basis="《食品安全法》第一百二十二条",
        certificate_number="JY16402210000001",
    )
    return replace(case, **changes)


def a_listing(**changes: Any) -> Listing:
    listing = Listing(
        listing_id="listing-1",
        subject="uscc:91640221MA00000001",
        subject_name="平川县第1餐饮有限公司",
        list_code="market-serious",
        case_id="case-1",
        round_id="R1",
        organ=MARKET,
        penalty_decision="平市监罚〔2026〕12号",
        facts="超范围经营",
        basis="《市场监督管理严重违法失信名单管理办法》",
        state=ListingState.NOTIFIED,
        proposed_by="market-clerk",
        proposed_at=NOW,
        notified_by="market-clerk",
        notified_at=NOW,
        objection_until=NOW.date() + timedelta(days=7),
    )
    return replace(listing, **changes)


def a_correction(**changes: Any) -> Correction:
    correction = Correction(
        correction_id="correction-1",
        listing_id="listing-1",
        organ=MARKET,
        number="平市监更〔2026〕1号",
        reason="笔误",
        before={"facts": "超范围经营"},
        after={"facts": "超出许可范围经营"},
        state=CorrectionState.PROPOSED,
        proposed_by="market-chief",
        proposed_at=NOW,
    )
    return replace(correction, **changes)


def a_repair(**changes: Any) -> Repair:
    repair = Repair(
        repair_id="repair-1",
        listing_id="listing-1",
        subject="uscc:91640221MA00000001",
        subject_name="平川县第1餐饮有限公司",
        list_code="market-serious",
        organ=MARKET,
        state=RepairState.APPLIED,
        channel=RepairChannel.ORGAN,
        applicant="平川县第1餐饮有限公司",
        statement="已改正",
        evidence="照片",
        applied_at=NOW,
        applied_by="market-clerk",
        regime=Regime.SEVERITY,
        severity="serious",
        earliest_date=NOW.date(),
        decision_due=NOW.date() + timedelta(days=14),
        decision_provisional=False,
    )
    return replace(repair, **changes)


def a_court_listing() -> Listing:
    """Give a listing with every field of its process filled in."""
    day = NOW.date()
    return a_listing(
        listing_id="listing-2",
        case_id="",
        round_id="",
        ground=Ground.COURT,
        ground_date=day,
        court="平川县人民法院",
        state=ListingState.CORRECTED,
        consent_number="同意1号",
        consent_organ="市局",
        consent_date=day,
        consent_by="city-chief",
        notice_number="告1号",
        delivered_date=day,
        delivery_way="announcement",
        delivered_by="market-clerk",
        objection="不服",
        objected_at=NOW,
        hearing_wanted=True,
        hearing_date=day,
        hearing_note="笔录",
        objection_answer="维持",
        objection_answered_by="market-chief",
        rule_label="market-serious@2021-09-01",
        corrected_at=NOW,
        marked_objects=("uscc:91640221MA00000001",),
        repair_id="repair-1",
        delisting_note="说明",
        ended_reason="理由",
        ended_by="market-deputy",
        ended_at=NOW,
    )


def a_listing_event(**changes: Any) -> ListingEvent:
    event = ListingEvent(
        event_id="listing-1.1",
        listing_id="listing-1",
        subject="uscc:91640221MA00000001",
        organ=MARKET,
        kind=EventKind.LISTED,
        sequence=1,
        number=7,
        told_at=NOW,
        systems=("county",),
        departments={MARKET: "message-1"},
        silent=("county",),
    )
    return replace(event, **changes)


def a_punishment(**changes: Any) -> PunishmentCase:
    case = PunishmentCase(
        punishment_id="punishment-1",
        number="联合惩戒〔2026〕0001号",
        listing_id="listing-1",
        subject="uscc:91640221MA00000001",
        subject_name="平川县第1餐饮有限公司",
        list_code="market-serious",
        organ=MARKET,
        rules=("key-supervision@2026-01-01",),
        opened_at=NOW,
    )
    return replace(case, **changes)


def a_measure_answer(**changes: Any) -> MeasureAnswer:
    answer = MeasureAnswer(
        answer_id="order-1.1",
        order_id="order-1",
        listing_id="listing-1",
        department=MARKET,
        number=1,
        outcome=MeasureOutcome.REFUSED,
        reason="没有可限制的事项",
        person="值班员",
        done_at=NOW,
        received_at=NOW,
        was_valid=True,
    )
    return replace(answer, **changes)


def an_order(state: OrderState = OrderState.ORDERED) -> MeasureOrder:
    return MeasureOrder(
        order_id="order-1",
        round_id="R1",
        listing_id="listing-1",
        subject="uscc:91640221MA00000001",
        subject_name="平川县第1餐饮有限公司",
        measure="key-supervision",
        department=MARKET,
        state=state,
        ordered_at=NOW,
        until=date(2029, 5, 26),
        feedback_due=date(2026, 6, 9),
    )


def a_publication(**changes: Any) -> PenaltyPublication:
    """Give a penalty of the market department that shows for six months."""
    shown = PenaltyPublication(
        publication_id="shown",
        case_id="case-1",
        result_id="result",
        round_id="R1",
        visit_id="v",
        object_id="o",
        object_name="某店",
        subject="uscc:91640221MAED83JT4G",
        subject_name="某公司",
        item="i",
        department=MARKET,
        decision_number="平市监罚〔2026〕12号",
        decided_date=date(2026, 5, 8),
        penalty_kind="fine",
        state=PublicationState.SHOWN,
        regime=PublicationRegime.SEVERITY,
        made_at=NOW,
        rule="国家发展改革委令第36号",
        severity="ordinary",
        months=6,
        earliest_date=date(2026, 8, 8),
        shown_until=date(2026, 11, 8),
        shown_at=NOW,
        times_shown=1,
    )
    return replace(shown, **changes)
