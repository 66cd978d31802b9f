"""Who may do what: every verb refuses everybody else before it looks at anything."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from contracts.vocabulary import DelistingReason
from coordinator.domain.appraisal import ReportKind
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import CaseState
from coordinator.domain.registers.acts import Channel, RegisterKind
from coordinator.domain.review import FeedbackNote, HearingNote
from coordinator.services import (
    agents,
    annual_plan,
    appraisal,
    blacklist,
    credit_repair,
    dispatch,
    follow_up,
    handlers,
    joint_punishment,
    lottery,
    overdue,
    participants,
    registers,
    result_intake,
    review,
    signing_keys,
)
from coordinator.services.follow_up import PenaltyDecision
from coordinator.services.ports import (
    Actor,
    CreditSystem,
    Participant,
    ParticipantKind,
    Role,
    Work,
)
from tests.builders import FIRE, MARKET, a_department, a_line, a_source, an_act
from tests.builders_sanctions import a_case, a_correction, a_listing, a_repair, a_result
from tests.fakes import FakeStore
from tests.integration.services import follow_up_verbs, publishing_verbs
from tests.play import AUDITOR, approver, clerk, office

Verb = Callable[[Work], Awaitable[Any]]
DECISION = PenaltyDecision(
    decision_number="1", decided_date=date(2026, 5, 1), penalty_kind="fine", facts="x", basis="y"
)
HEARING = HearingNote(date(2026, 5, 1), ("甲", "乙", "丙"), "同意")
FEEDBACK = FeedbackNote(date(2026, 5, 1), "甲", "当面反馈")
DELIVERY = blacklist.Delivery(day=date(2026, 5, 1), way="direct")
CONSENT = blacklist.Consent(number="1", organ="市局", dated=date(2026, 5, 1))
CORRECTION = blacklist.CorrectionDraft(number="1", reason="笔误", facts="更正")
LOST = blacklist.LostGround(case_id="case-1", document="1", reason="理由")
APPLICATION = credit_repair.Application(applicant="甲", statement="已改正", evidence="照片")
ORDER = lottery.RoundOrder(round_id="R1", title="批次", plan_id="p", lines=("L1",))
DRAFT = annual_plan.PlanDraft(plan_id="p", year=2026, title="计划", lines=())
MOVE = annual_plan.MoveOrder(plan_id="p", line="L1", number=1, from_date=date(2026, 5, 1))
COPY = annual_plan.CopyOrder(copied_from="p", plan_id="q", year=2027, title="计划")
TRAINING = dispatch.TrainingHeld(
    held_date=date(2026, 5, 1), document="1", content="x", discipline="y", trained=("i",)
)

HEATING = Participant(ParticipantKind.DEPARTMENT, "heating")
CITY = CreditSystem(code="city", name="市信用平台", name_en="City")

OFFICE_VERBS: dict[str, Verb] = (
    follow_up_verbs.OFFICE_VERBS
    | publishing_verbs.OFFICE_VERBS
    | {
        "note_red_clocks": overdue.note_red_clocks,
        "remind_departments": overdue.remind_departments,
        "open_reports": appraisal.open_reports,
        "count_again": appraisal.count_again,
        "draft_report": lambda w: appraisal.draft_report(w, 2026, ReportKind.YEAR),
        "edit_report": lambda w: appraisal.edit_report(w, "2026.year", "", ""),
        "issue_report": lambda w: appraisal.issue_report(w, "2026.year", "1号"),
        "reopen_report": lambda w: appraisal.reopen_report(w, "2026.year", "理由"),
        "register_departments": lambda w: registers.register_departments(w, []),
        "open_import": lambda w: registers.open_import(w, RegisterKind.OBJECTS, a_source()),
        "take_in": lambda w: registers.take_in(w, RegisterKind.EXPERTS, [], a_source()),
        "save_entry": lambda w: registers.save_entry(w, RegisterKind.OBJECTS, None, Channel.FORM),
        "remove_entry": lambda w: registers.remove_entry(w, RegisterKind.OBJECTS, "x", "closed"),
        "apply_import": lambda w: registers.apply_import(w, "i1"),
        "cancel_import": lambda w: registers.cancel_import(w, "i1"),
        "link_row": lambda w: registers.link_row(w, 1, "mr-1"),
        "draft_plan": lambda w: annual_plan.draft_plan(w, DRAFT),
        "submit_plan": lambda w: annual_plan.submit_plan(w, "p"),
        "adopt_plan": lambda w: annual_plan.adopt_plan(w, "p", "1"),
        "save_line": lambda w: annual_plan.save_line(w, "p", a_line()),
        "remove_line": lambda w: annual_plan.remove_line(w, "p", "L1"),
        "copy_plan": lambda w: annual_plan.copy_plan(w, COPY),
        "return_plan": lambda w: annual_plan.return_plan(w, "p", "理由"),
        "choose_rules": lambda w: annual_plan.choose_rules(w, "p", "sample-county", {}),
        "amend_plan": lambda w: annual_plan.amend_plan(w, "p", [], "理由"),
        "cancel_line": lambda w: annual_plan.cancel_line(w, "p", "L1", "理由"),
        "add_temporary_line": lambda w: annual_plan.add_temporary_line(w, "p", a_line(), "理由"),
        "accept_move": lambda w: annual_plan.accept_move(w, MOVE, "理由"),
        "refuse_move": lambda w: annual_plan.refuse_move(w, MOVE, "理由"),
        "reconsider_move": lambda w: annual_plan.reconsider_move(w, "k1"),
        "undo_move": lambda w: annual_plan.undo_move(w, "k1", "理由"),
        "adopt_amendment": lambda w: annual_plan.adopt_amendment(w, "p.1", "1号"),
        "reject_amendment": lambda w: annual_plan.reject_amendment(w, "p.1", "理由"),
        "open_round": lambda w: lottery.open_round(w, ORDER),
        "request_freeze": lambda w: lottery.request_freeze(w, "R1"),
        "freeze_round": lambda w: lottery.freeze_round(w, "R1"),
        "request_draw": lambda w: lottery.request_draw(w, "R1"),
        "draw_round": lambda w: handlers.draw_round(w, "R1"),
        "void_attempt": lambda w: lottery.void_attempt(w, "R1"),
        "answer_for_plan": lambda w: annual_plan.answer_for_plan(w, "p", "理由"),
        "answer_for_round": lambda w: dispatch.answer_for_round(w, "R1", "理由"),
        "confirm_training": lambda w: dispatch.confirm_training(w, "R1", MARKET, TRAINING),
        "publish_visits": lambda w: dispatch.publish_visits(w, "R1"),
        "open_covert": lambda w: dispatch.open_covert(w, "v"),
        "withdraw_visit": lambda w: handlers.withdraw_visit(w, "v", "closed"),
        "propose_key": lambda w: signing_keys.propose_key(w, MARKET, signing_keys.KeyOffer("{}")),
        "confirm_key": lambda w: signing_keys.confirm_key(w, "k"),
        "reject_key": lambda w: signing_keys.reject_key(w, "k", "理由"),
        "revoke_key": lambda w: signing_keys.revoke_key(w, MARKET, "k", "理由"),
        "rotate_office_key": lambda w: signing_keys.rotate_office_key(w, w.now(), w.now()),
        "revoke_office_key": lambda w: signing_keys.revoke_office_key(w, "k", "理由"),
        "provision": lambda w: participants.provision(w, HEATING),
        "rotate_password": lambda w: participants.rotate_password(w, HEATING),
        "shut_out": lambda w: participants.shut_out(w, HEATING, "理由"),
        "remove_queues": lambda w: participants.remove_queues(w, HEATING, 0, "理由"),
        "add_credit_system": lambda w: participants.add_credit_system(w, CITY),
        "mute_agent": lambda w: agents.mute_agent(w, "dept-x", 1, "维护"),
        "expire_listing": lambda w: blacklist.expire_listing(w, "listing-1"),
        "note_silence": blacklist.note_silence,
        "lift_ended": joint_punishment.lift_ended,
        "remind": joint_punishment.remind,
        "unmute_agent": lambda w: agents.unmute_agent(w, "dept-x"),
    }
)
CLERK_VERBS: dict[str, Verb] = (
    follow_up_verbs.CLERK_VERBS
    | publishing_verbs.CLERK_VERBS
    | {
        "enter_report_text": lambda w: appraisal.enter_report_text(w, "r", MARKET, "无", ""),
        "disclose_result": lambda w: handlers.disclose_result(w, "v", MARKET),
        "order_rectification": lambda w: follow_up.order_rectification(w, "result", "条"),
        "report_rectification": lambda w: follow_up.report_rectification(w, "order", "照片"),
        "open_case": lambda w: follow_up.open_case(w, "result", "线索"),
        "execute_case": lambda w: follow_up.execute_case(w, "case-1"),
        "record_feedback": lambda w: review.record_feedback(w, "v", MARKET, FEEDBACK),
        "store_evidence": lambda w: result_intake.store_evidence(w, "v", MARKET, "0" * 64, b"x"),
        "propose_listing": lambda w: blacklist.propose_listing(w, "case-1", "market-serious"),
        "notify_party": lambda w: blacklist.notify_party(w, "listing-1"),
        "receive_objection": lambda w: blacklist.receive_objection(w, "listing-1", "不服"),
        "record_delivery": lambda w: blacklist.record_delivery(w, "listing-1", DELIVERY),
        "record_hearing": lambda w: blacklist.record_hearing(w, "listing-1", w.today(), "笔录"),
        "withdraw_proposal": lambda w: blacklist.withdraw_proposal(w, "listing-1", "理由"),
        "apply_for_repair": lambda w: credit_repair.apply_for_repair(w, "listing-1", APPLICATION),
        "verify_repair": lambda w: credit_repair.verify_repair(w, "repair-1", "已核实"),
        "withdraw_repair": lambda w: credit_repair.withdraw_repair(w, "repair-1", "理由"),
    }
)
APPROVER_VERBS: dict[str, Verb] = (
    follow_up_verbs.APPROVER_VERBS
    | publishing_verbs.APPROVER_VERBS
    | {
        "approve_result": lambda w: handlers.approve_result(w, "v", MARKET),
        "return_result": lambda w: review.return_result(w, "v", MARKET, "理由"),
        "reject_result": lambda w: handlers.reject_result(w, "v", MARKET, "理由"),
        "visit_again": lambda w: review.visit_again(w, "v", MARKET, "理由"),
        "reopen_result": lambda w: review.reopen_result(w, "v", MARKET, "理由"),
        "note_hearing": lambda w: review.note_hearing(w, "v", MARKET, HEARING),
        "close_rectification": lambda w: follow_up.close_rectification(w, "order"),
        "file_case": lambda w: follow_up.file_case(w, "case-1", "违法", filed=True),
        "decide_penalty": lambda w: follow_up.decide_penalty(w, "case-1", DECISION),
        "close_case": lambda w: follow_up.close_case(w, "case-1"),
        "answer_objection": lambda w: blacklist.answer_objection(w, "listing-1", "维持"),
        "record_consent": lambda w: blacklist.record_consent(w, "listing-1", CONSENT),
        "reject_listing": lambda w: blacklist.reject_listing(w, "listing-1", "理由"),
        "propose_correction": lambda w: blacklist.propose_correction(w, "listing-1", CORRECTION),
        "confirm_correction": lambda w: handlers.confirm_correction(w, "correction-1"),
        "reject_correction": lambda w: blacklist.reject_correction(w, "correction-1", "理由"),
        "reject_delisting": lambda w: blacklist.reject_delisting(w, "listing-1", "理由"),
        "lose_ground": lambda w: blacklist.lose_ground(w, LOST),
        "delist_repaired": lambda w: blacklist.delist_repaired(w, a_repair()),
        "order_measures": lambda w: joint_punishment.order_measures(w, "listing-1"),
        "amend_orders": lambda w: joint_punishment.amend_orders(w, "listing-1", "理由"),
        "decide_repair": lambda w: handlers.decide_repair(
            w, "repair-1", "1号", "理由", granted=True
        ),
        "decide_listing": lambda w: blacklist.decide_listing(w, "listing-1", "1"),
        "confirm_listing": lambda w: handlers.confirm_listing(w, "listing-1"),
        "request_delisting": lambda w: blacklist.request_delisting(
            w, "listing-1", DelistingReason.REVOKED, "1"
        ),
        "confirm_delisting": lambda w: handlers.confirm_delisting(w, "listing-1"),
    }
)
NOT_OFFICE = (AUDITOR, clerk(MARKET), approver(MARKET))
NOT_DEPARTMENT = (AUDITOR, office())
ACTORS_OUTSIDE = (clerk(FIRE), approver(FIRE), Actor(name="nobody", role=Role.DEPARTMENT))


class Thing:
    """Anything that belongs to the market department, where only its owner matters."""

    department = MARKET


async def refusal(verb: Verb, actor: Actor) -> Rule:
    store = FakeStore()
    async with store.open_work(actor) as work:
        await work.imports.save(an_act("i1"))
        await work.results.save(a_result(result_id="result"))
        await work.cases.save(a_case(state=CaseState.CLUE))
        await work.listings.save(a_listing())
        await work.repairs.save(a_repair())
        await work.corrections.save(a_correction())
        await work.departments.save(a_department(MARKET))
        follow_up_verbs.put_matters(store.collections)
        publishing_verbs.put_matters(store.collections)
        store.collections["rectifications"].values[("order",)] = Thing()
    before = {name: dict(each.values) for name, each in store.collections.items()}
    with pytest.raises(RuleBrokenError) as refused:
        async with store.open_work(actor) as work:
            await verb(work)
    assert {name: dict(each.values) for name, each in store.collections.items()} == before
    assert store.post.sent == []
    return refused.value.rule


@pytest.mark.parametrize("actor", NOT_OFFICE, ids=lambda actor: actor.name)
@pytest.mark.parametrize("verb", OFFICE_VERBS)
async def test_only_the_office_plans_draws_and_dispatches(verb: str, actor: Actor) -> None:
    assert await refusal(OFFICE_VERBS[verb], actor) is Rule.ROLE_NOT_ALLOWED


@pytest.mark.parametrize("actor", NOT_DEPARTMENT, ids=lambda actor: actor.name)
@pytest.mark.parametrize("verb", CLERK_VERBS | APPROVER_VERBS)
async def test_neither_office_nor_auditor_inspects_or_punishes(verb: str, actor: Actor) -> None:
    assert await refusal((CLERK_VERBS | APPROVER_VERBS)[verb], actor) is Rule.ROLE_NOT_ALLOWED


@pytest.mark.parametrize("actor", ACTORS_OUTSIDE, ids=lambda actor: actor.name)
@pytest.mark.parametrize("verb", CLERK_VERBS | APPROVER_VERBS)
async def test_no_department_acts_for_another(verb: str, actor: Actor) -> None:
    assert await refusal((CLERK_VERBS | APPROVER_VERBS)[verb], actor) is Rule.NOT_YOUR_DEPARTMENT


@pytest.mark.parametrize("verb", APPROVER_VERBS)
async def test_a_clerk_does_not_approve(verb: str) -> None:
    assert await refusal(APPROVER_VERBS[verb], clerk(MARKET)) is Rule.ROLE_NOT_ALLOWED


def test_this_page_names_every_verb_of_the_services() -> None:
    named = set(OFFICE_VERBS) | set(CLERK_VERBS) | set(APPROVER_VERBS)

    for package in (blacklist, joint_punishment):
        verbs = {name for name in package.__all__ if name[0].islower()}
        assert verbs - READING_OF_SANCTIONS <= named, verbs - READING_OF_SANCTIONS - named
    for module in (registers, annual_plan, dispatch, follow_up, credit_repair):
        verbs = {
            name
            for name, each in vars(module).items()
            if callable(each)
            and getattr(each, "__module__", "") == module.__name__
            and not name.startswith(("_", "receive_", "breaches"))
            and name[0].islower()
        }
        assert verbs - READING_OF_SANCTIONS <= named, verbs - READING_OF_SANCTIONS - named


def test_this_page_names_every_verb_of_follow_up() -> None:
    named = set(OFFICE_VERBS) | set(CLERK_VERBS) | set(APPROVER_VERBS)
    verbs = {name for name in follow_up.__all__ if name[0].islower()}

    assert verbs - follow_up_verbs.READING <= named, verbs - follow_up_verbs.READING - named


# What reads, and what others call after they have asked who acts.
READING_OF_SANCTIONS = {
    "apply_in_public",
    "case_of",
    "end_applications",
    "expired_listings",
    "history_of",
    "lift_measures",
    "propose_by_court",
    "receipts_of",
    "receive_acknowledgement",
    "record_feedback",
    "remember_marks",
    "repair_terms",
    "require_complete",
    "silent_events",
    "standing_of",
    "unacknowledged",
}
READING_OF_PLANS = {
    "breaches",
    "burden",
    "forecast",
    "frame_count",
    "frequency_of_plan",
    "match_plan",
    "plan_difference",
    "plan_frequency",
    "suggested_move",
    "what_if",
    "year_end_breaches",
}


def test_this_page_names_every_verb_of_the_plan() -> None:
    verbs = {name for name in annual_plan.__all__ if name[0].islower()}

    assert verbs - READING_OF_PLANS <= set(OFFICE_VERBS)
