"""The verbs of follow-up and who may do them, for the test of all roles."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from contracts.follow_up import CopyNoticeOutcome
from coordinator.domain.follow_up import Conclusion, Laboratory, LabReport, ReviewKind, Severity
from coordinator.services import follow_up, handlers
from tests.builders import HEALTH, MARKET

Verb = Callable[[Any], Awaitable[Any]]
DAY = date(2026, 6, 1)
UNDONE = follow_up.DecisionUndone(
    undone_by=ReviewKind.COURT, document="判决", document_date=DAY, reason="程序"
)
TRANSFER = follow_up.TransferOrder(severity=Severity.ORDINARY, reason="管辖", receiver_name="县局")
RECEIPT = follow_up.Receipt(accepted=True, person="李")
ANSWER = follow_up.CopyAnswer(outcome=CopyNoticeOutcome.NOTED, answer="知悉", person="李")
LABORATORY = Laboratory("检验所", "CMA-1", date(2027, 1, 1))
SHEET = follow_up.SampleSheet(
    sheet_number="S1", product="面粉", quantity="2袋", taken_date=DAY, laboratory=LABORATORY
)
REPORT = LabReport("R1", DAY, Conclusion.QUALIFIED, "ab" * 32)
DECISION = follow_up.AbnormalDecision(number="1号", reason="理由")
STOP = follow_up.StopOrder(scope="罐区")
PLAN = follow_up.HazardPlan(plan="更换", person="孙")

OFFICE_VERBS: dict[str, Verb] = {
    "remind_and_note_overdue": follow_up.remind_and_note_overdue,
    "orders_to_remind": follow_up.orders_to_remind,
    "remind_of_order": lambda w: follow_up.remind_of_order(w, "order"),
    "notices_to_remind": follow_up.notices_to_remind,
    "remind_of_notice": lambda w: follow_up.remind_of_notice(w, "n"),
    "overdue_transfers": follow_up.overdue_transfers,
    "note_overdue_transfer": lambda w: follow_up.note_overdue_transfer(w, "t"),
    "overdue_hazards": follow_up.overdue_hazards,
    "note_overdue_hazard": lambda w: follow_up.note_overdue_hazard(w, "h"),
}
CLERK_VERBS: dict[str, Verb] = {
    "request_extension": lambda w: follow_up.request_extension(w, "order", DAY, "理由"),
    "open_case_of_order": lambda w: follow_up.open_case_of_order(w, "order", "逾期"),
    "answer_transfer": lambda w: follow_up.answer_transfer(w, "t", RECEIPT),
    "close_transfer": lambda w: follow_up.close_transfer(w, "t", "已办"),
    "send_copy_notice": lambda w: follow_up.send_copy_notice(w, "result", (HEALTH,), "事项"),
    "answer_copy_notice": lambda w: follow_up.answer_copy_notice(w, "n", ANSWER),
    "withdraw_copy_notice": lambda w: follow_up.withdraw_copy_notice(w, "n", "理由"),
    "register_hazard": lambda w: follow_up.register_hazard(w, "result", "隐患"),
    "plan_removal": lambda w: follow_up.plan_removal(w, "h", PLAN),
    "report_removal": lambda w: follow_up.report_removal(w, "h", "照片"),
    "take_sample": lambda w: handlers.take_sample(w, "check", SHEET),
    "report_sample": lambda w: handlers.report_sample(w, "s", REPORT, final=True),
    "request_retest": lambda w: follow_up.request_retest(w, "s", "理由", LABORATORY),
    "report_retest": lambda w: follow_up.report_retest(w, "s", REPORT),
    "close_sample": lambda w: follow_up.close_sample(w, "s"),
    "propose_abnormal": lambda w: follow_up.propose_abnormal(w, "result"),
}
APPROVER_VERBS: dict[str, Verb] = {
    "refuse_rectification": lambda w: handlers.refuse_rectification(w, "order", "理由", DAY),
    "decide_extension": lambda w: handlers.decide_extension(w, "order", "同意", granted=True),
    "revoke_rectification": lambda w: handlers.revoke_rectification(w, "order", "理由"),
    "note_disposal": lambda w: follow_up.note_disposal(w, "result", "已转"),
    "decide_no_penalty": lambda w: follow_up.decide_no_penalty(w, "case-1", "轻微", "条款"),
    "revoke_decision": lambda w: handlers.revoke_decision(w, "case-1", UNDONE),
    "reopen_case": lambda w: follow_up.reopen_case(w, "case-1"),
    "transfer_case": lambda w: follow_up.transfer_case(w, "case-1", TRANSFER),
    "transfer_clue": lambda w: follow_up.transfer_clue(w, "result", TRANSFER),
    "confirm_hazard": lambda w: handlers.confirm_hazard(w, "h", STOP),
    "reject_hazard": lambda w: follow_up.reject_hazard(w, "h", "理由"),
    "list_hazard": lambda w: follow_up.list_hazard(w, "h", "要求"),
    "refuse_removal": lambda w: follow_up.refuse_removal(w, "h", "理由", DAY),
    "review_removal": lambda w: follow_up.review_removal(w, "h", "意见"),
    "consent_to_resume": lambda w: follow_up.consent_to_resume(w, "h"),
    "expose_hazard": lambda w: follow_up.expose_hazard(w, "h", "曝光"),
    "close_hazard": lambda w: follow_up.close_hazard(w, "h", "销号"),
    "enter_abnormal": lambda w: handlers.enter_abnormal(w, "a", DECISION),
    "reject_abnormal": lambda w: follow_up.reject_abnormal(w, "a", "理由"),
    "remove_abnormal": lambda w: handlers.remove_abnormal(w, "a", DECISION),
}


class Matter:
    """Anything that follows a finding of the market department, which also answers it."""

    department = receiver = organ = MARKET
    has_problem = True


def put_matters(collections: Any) -> None:
    """Put one matter of each kind where the verbs above look for it."""
    kinds = {
        "transfers": "t",
        "copy_notices": "n",
        "hazards": "h",
        "samples": "s",
        "abnormal_entries": "a",
        "checks": "check",
    }
    for kind, key in kinds.items():
        collections[kind].values[(key,)] = Matter()


# What reads, and what others call after they have asked who acts.
READING = {
    "case_file",
    "enterprise_file",
    "following_of",
    "is_abnormal",
    "is_about",
    "note_marked",
    "propose_by_codes",
    "propose_of",
    "propose_waiting",
    "receive_copy_answer",
    "receive_transfer_answer",
    "results_to_propose",
    "settle",
    "settle_results",
    "take_reinspection",
}
