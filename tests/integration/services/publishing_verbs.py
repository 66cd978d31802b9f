"""The verbs of publication, sharing and exchange, with what they are about."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any

from coordinator.domain.disclosure import Disclosure, DisclosureExemption
from coordinator.domain.distribution import ResultSubscription
from coordinator.domain.penalty_publication import (
    Period,
    RepairRequest,
)
from coordinator.services import credit_effects, disclosure, distribution, exchange, handlers
from coordinator.services.disclosure import ExemptionOrder
from coordinator.services.ports import Work
from tests.builders import MARKET, NOW
from tests.builders_sanctions import a_publication

Verb = Callable[[Work], Awaitable[Any]]
_REPLY = exchange.ReplyFile("credit-publicity", "r.jsonl", b"")
_LIST = exchange.PlatformList("credit-publicity", date(2026, 5, 1), "l.csv", b"")
PERIOD = Period(severity="light", months=0)
REPAIR = RepairRequest(applicant="张", statement="已改", evidence="照片", verification="属实")
REPAIRED = disclosure.RepairDecision(number="修1号", reason="属实", granted=True)

OFFICE_VERBS: dict[str, Verb] = {
    "retire_disclosures": disclosure.retire_disclosures,
    "renew_penalties": disclosure.renew_penalties,
    "end_over_penalty": lambda w: disclosure.end_over_penalty(w, "shown"),
    "take_up_former_penalty": lambda w: disclosure.take_up_former_penalty(w, "case"),
    "make_credit_file": lambda w: handlers.make_credit_file(w, "o", 2026),
    "make_last_years": credit_effects.make_last_years,
    "note_silent_receivers": distribution.note_silent_receivers,
    "collect_records": exchange.collect_records,
    "prepare_batch": lambda w: exchange.prepare_batch(w, "credit-publicity"),
    "note_written": lambda w: exchange.note_written(w, "batch"),
    "send_again": lambda w: exchange.send_again(w, "record", "已改正"),
    "take_in_reply": lambda w: exchange.take_in_reply(w, _REPLY),
    "reconcile": lambda w: exchange.reconcile(w, _LIST),
    "note_silent_platforms": exchange.note_silent_platforms,
}
CLERK_VERBS: dict[str, Verb] = {
    "request_disclosure_exemption": lambda w: disclosure.request_exemption(
        w, ExemptionOrder("result", "privacy", "住所")
    ),
    "ask_penalty_repair": lambda w: disclosure.ask_penalty_repair(w, "shown", REPAIR),
    "request_withdrawal": lambda w: disclosure.request_withdrawal(w, "d", "repeated"),
}
APPROVER_VERBS: dict[str, Verb] = {
    "approve_disclosure_exemption": lambda w: handlers.approve_exemption(w, "exemption", ""),
    "refuse_disclosure_exemption": lambda w: disclosure.refuse_exemption(w, "exemption", "理由"),
    "begin_correction": lambda w: disclosure.begin_correction(w, "v", MARKET, "理由"),
    "correct_result": lambda w: handlers.correct_result(w, "v", MARKET, "理由"),
    "confirm_withdrawal": lambda w: disclosure.confirm_withdrawal(w, "d"),
    "refuse_withdrawal": lambda w: disclosure.refuse_withdrawal(w, "d", "理由"),
    "state_severity": lambda w: disclosure.state_severity(w, "shown", PERIOD),
    "decide_penalty_repair": lambda w: disclosure.decide_penalty_repair(w, "shown", REPAIRED),
    "answer_disclosure_objection": lambda w: handlers.answer_objection(
        w, "d", "维持", upheld=False
    ),
    "subscribe_results": lambda w: distribution.subscribe_results(w, MARKET, "premises", "用途"),
    "end_subscription": lambda w: distribution.end_subscription(w, "subscription"),
}


def put_matters(collections: Mapping[str, Any]) -> None:
    """Put what these verbs are about into a store: all of it the market department's."""
    day = date(2026, 5, 1)
    collections["disclosures"].values[("d",)] = Disclosure(
        disclosure_id="d",
        result_id="result",
        round_id="R1",
        visit_id="v",
        task_number="1号",
        object_id="o",
        object_name="某店",
        item="i",
        item_name="事项",
        department=MARKET,
        visited_date=day,
        method="现场",
        result_codes=("1",),
        disposal=(),
        has_problem=False,
        due_date=day,
        due_provisional=False,
        disclosed_at=NOW,
        disclosed_by="clerk",
    )
    collections["penalty_publications"].values[("shown",)] = a_publication()
    collections["disclosure_exemptions"].values[("exemption",)] = DisclosureExemption(
        exemption_id="exemption",
        result_id="result",
        round_id="R1",
        visit_id="v",
        department=MARKET,
        object_name="某店",
        item_name="事项",
        version=1,
        reason="privacy",
        note="住所",
        asked_by="clerk",
        asked_at=NOW,
    )
    collections["result_subscriptions"].values[("subscription",)] = ResultSubscription(
        subscription_id="subscription",
        department=MARKET,
        object_type="premises",
        reason="用途",
        asked_by="chief",
        asked_at=NOW,
    )
