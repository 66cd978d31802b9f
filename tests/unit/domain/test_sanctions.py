"""Follow-up, listing and joint punishment: each rule on paper."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contracts.vocabulary import DelistingReason, MeasureOutcome
from coordinator.domain.blacklist import (
    ON_LIST,
    Ground,
    changes_of,
    require_consent,
    require_consent_day,
    require_consent_of,
    require_delisting_time,
    require_delivery_day,
    require_grounds,
    require_heard,
    require_objection_period_over,
    require_organ,
    require_standing_ground,
    require_subject,
    rule_for,
)
from coordinator.domain.credit_repair import term_of
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.follow_up import Case, require_penalty_kind, require_problem
from coordinator.domain.joint_punishment import (
    check_answer,
    end_of,
    measures_of,
    reminders_due,
)
from coordinator.domain.lifecycle import CaseState, ListingState, OrderState
from coordinator.domain.policy import ListRule
from coordinator.domain.working_days import months_later
from tests.builders import FIRE, HEALTH, MARKET, NOW, POLICY, a_department
from tests.builders_sanctions import a_case, a_listing, a_result, an_order

MARKET_LIST = rule_for("market-serious", POLICY, NOW.date())


def rule_of(refused: pytest.ExceptionInfo[RuleBrokenError]) -> Rule:
    return refused.value.rule


def test_follow_up_needs_an_approved_problem() -> None:
    require_problem(a_result())
    with pytest.raises(RuleBrokenError) as clean:
        require_problem(a_result(has_problem=False))
    with pytest.raises(RuleBrokenError) as early:
        require_problem(a_result(approved=False))

    assert (rule_of(clean), rule_of(early)) == (Rule.NO_PROBLEM_FOUND, Rule.RESULT_NOT_APPROVED)


def test_a_penalty_is_of_a_known_kind() -> None:
    require_penalty_kind("warning", POLICY)
    with pytest.raises(RuleBrokenError) as refused:
        require_penalty_kind("banishment", POLICY)

    assert refused.value.facts == {"field": "penalty_kind", "code": "banishment"}


@pytest.mark.parametrize("state", list(CaseState))
def test_only_a_decided_penalty_is_ground_for_a_list(state: CaseState) -> None:
    case = a_case(state=state)

    if state in (CaseState.DECIDED, CaseState.EXECUTED, CaseState.CLOSED):
        require_grounds(case, MARKET_LIST, MARKET)
        return
    with pytest.raises(RuleBrokenError) as refused:
        require_grounds(case, MARKET_LIST, MARKET)
    assert rule_of(refused) is Rule.NO_PENALTY_DECISION


@pytest.mark.parametrize(
    ("changes", "proposer", "rule"),
    [
        ({}, FIRE, Rule.NOT_YOUR_DEPARTMENT),
        ({}, None, Rule.NOT_YOUR_DEPARTMENT),
        ({"penalty_kind": "warning"}, MARKET, Rule.PENALTY_TOO_LIGHT),
        ({"penalty_kind": "fine"}, MARKET, Rule.PENALTY_TOO_LIGHT),
        ({"penalty_kind": None}, MARKET, Rule.PENALTY_TOO_LIGHT),
    ],
)
def test_grounds_need_the_own_competent_organ_and_a_heavy_penalty(
    changes: dict[str, Any], proposer: str | None, rule: Rule
) -> None:
    with pytest.raises(RuleBrokenError) as refused:
        require_grounds(a_case(**changes), MARKET_LIST, proposer)

    assert rule_of(refused) is rule


def test_an_unknown_list_is_refused() -> None:
    with pytest.raises(RuleBrokenError) as refused:
        rule_for("my-own-list", POLICY, NOW.date())

    assert rule_of(refused) is Rule.CODE_UNKNOWN


UNTIL = date(2026, 5, 15)


@pytest.mark.parametrize(
    ("changes", "today", "rule"),
    [
        ({}, UNTIL, Rule.OBJECTION_PERIOD_RUNS),
        ({}, UNTIL - timedelta(days=3), Rule.OBJECTION_PERIOD_RUNS),
        ({"objection_until": None}, UNTIL + timedelta(days=99), Rule.OBJECTION_PERIOD_RUNS),
        ({"objection": "不服"}, UNTIL + timedelta(days=1), Rule.OBJECTION_UNANSWERED),
        ({"objection": "不服", "objection_answer": "维持"}, UNTIL, Rule.OBJECTION_PERIOD_RUNS),
        ({"objection": "不服", "objection_answer": "维持"}, UNTIL + timedelta(days=1), None),
        ({}, UNTIL + timedelta(days=1), None),
    ],
)
def test_nobody_is_listed_while_the_party_may_object(
    changes: dict[str, Any], today: date, rule: Rule | None
) -> None:
    listing = a_listing(**{"objection_until": UNTIL, **changes})

    if rule is None:
        require_objection_period_over(listing, today)
        return
    with pytest.raises(RuleBrokenError) as refused:
        require_objection_period_over(listing, today)
    assert rule_of(refused) is rule


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 5, 26), 36, date(2029, 5, 26)),
        (date(2026, 5, 26), 0, date(2026, 5, 26)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_the_month(
    day: date, months: int, then: date
) -> None:
    assert months_later(day, months) == then


DECIDED = date(2026, 5, 26)
LISTED = a_listing(
    state=ListingState.LISTED,
    decision_date=DECIDED,
    listed_at=datetime(2026, 5, 26, 2, 0, tzinfo=UTC),
    term_until=date(2029, 5, 26),
)


def test_nobody_leaves_a_list_as_expired_before_the_day() -> None:
    last = date(2029, 5, 26)

    require_delisting_time(LISTED, DelistingReason.EXPIRED, last)
    with pytest.raises(RuleBrokenError) as refused:
        require_delisting_time(LISTED, DelistingReason.EXPIRED, last - timedelta(days=1))

    assert rule_of(refused) is Rule.TOO_EARLY_TO_DELIST
    assert refused.value.facts["earliest"] == last.isoformat()


def test_who_repaired_leaves_by_an_application_only() -> None:
    with pytest.raises(RuleBrokenError) as refused:
        require_delisting_time(LISTED, DelistingReason.REPAIRED, date(2029, 1, 1))

    assert rule_of(refused) is Rule.REPAIR_NEEDS_APPLICATION


def test_a_revoked_listing_ends_at_once() -> None:
    require_delisting_time(LISTED, DelistingReason.REVOKED, DECIDED)


@pytest.mark.parametrize("reason", list(DelistingReason))
def test_who_was_never_listed_is_not_delisted(reason: DelistingReason) -> None:
    with pytest.raises(RuleBrokenError) as refused:
        require_delisting_time(a_listing(), reason, DECIDED)

    assert rule_of(refused) is Rule.NOT_LISTED


OFF_LIST = [state for state in ListingState if state not in ON_LIST]


@pytest.mark.parametrize("state", OFF_LIST)
def test_measures_follow_from_a_listing_on_the_list_only(state: ListingState) -> None:
    off = replace(LISTED, state=state)

    with pytest.raises(RuleBrokenError) as refused:
        measures_of(off, POLICY, (a_department(MARKET),), DECIDED)

    assert rule_of(refused) is Rule.NOT_LISTED


def test_measures_follow_from_no_listing_whose_term_is_over() -> None:
    with pytest.raises(RuleBrokenError) as refused:
        measures_of(LISTED, POLICY, (a_department(MARKET),), date(2029, 5, 26))

    assert rule_of(refused) is Rule.NOT_LISTED


def test_measures_go_to_the_departments_there_are() -> None:
    organs = (a_department(MARKET), a_department(HEALTH))

    found = measures_of(LISTED, POLICY, organs, DECIDED)

    expected = {
        (rule.code, department)
        for rule in POLICY.measures
        for department in set(rule.departments) & {MARKET, HEALTH}
    }
    assert {(rule.code, department) for rule, department in found} == expected
    assert len(found) == len(expected) == 5


def test_only_measures_in_force_at_the_moment_follow() -> None:
    first, *others = POLICY.measures
    former = first.model_copy(update={"valid_to": DECIDED - timedelta(days=1), "name": "旧"})
    later = first.model_copy(update={"valid_from": DECIDED, "term_months": 6})
    dated = POLICY.model_copy(update={"measures": (former, later, *others)})

    today = measures_of(LISTED, dated, (a_department(MARKET),), DECIDED)
    before = measures_of(LISTED, dated, (a_department(MARKET),), DECIDED - timedelta(days=1))

    assert later in [rule for rule, _ in today]
    assert former not in [rule for rule, _ in today]
    assert former in [rule for rule, _ in before]
    assert end_of(LISTED, later, DECIDED) == date(2026, 11, 26)
    assert end_of(LISTED, former, DECIDED) == LISTED.term_until


FITTING = {
    OrderState.ORDERED: {"applied", "not-applicable", "refused"},
    OrderState.ANSWERED: {"applied", "not-applicable", "refused"},
    OrderState.LIFTING: {"applied", "not-applicable", "refused", "lifted"},
    OrderState.LIFTED: set(),
}


@pytest.mark.parametrize("state", list(OrderState))
@pytest.mark.parametrize("outcome", list(MeasureOutcome))
def test_an_order_is_answered_corrected_and_lifted_and_then_closed(
    state: OrderState, outcome: MeasureOutcome
) -> None:
    if outcome.value in FITTING[state]:
        check_answer(an_order(state), outcome, "理由")
        return
    with pytest.raises(RuleBrokenError) as refused:
        check_answer(an_order(state), outcome, "理由")
    assert rule_of(refused) is Rule.ANSWER_DOES_NOT_FIT


@pytest.mark.parametrize("reason", [None, "", "  "])
@pytest.mark.parametrize("outcome", [MeasureOutcome.REFUSED, MeasureOutcome.NOT_APPLICABLE])
def test_a_refusal_needs_a_reason(outcome: MeasureOutcome, reason: str | None) -> None:
    with pytest.raises(RuleBrokenError) as refused:
        check_answer(an_order(OrderState.ORDERED), outcome, reason)

    assert rule_of(refused) is Rule.REASON_MISSING


def test_a_measure_applied_needs_none() -> None:
    check_answer(replace(an_order(OrderState.ORDERED)), MeasureOutcome.APPLIED, None)


@pytest.mark.parametrize(
    ("today", "due"),
    [
        (date(2026, 6, 5), 0),
        (date(2026, 6, 6), 1),
        (date(2026, 6, 9), 1),
        (date(2026, 6, 10), 2),
        (date(2026, 9, 9), 2),
    ],
)
def test_a_reminder_leaves_before_the_due_day_and_one_after_it(today: date, due: int) -> None:
    assert reminders_due(an_order(OrderState.ORDERED), POLICY.sanctions, today) == due
    assert reminders_due(an_order(OrderState.ANSWERED), POLICY.sanctions, today) == 0


def test_an_organ_lists_only_where_its_department_and_level_are_named() -> None:
    organ = a_department(MARKET)
    city_only = MARKET_LIST.model_copy(update={"competent_levels": ("city",)})

    require_organ(organ, MARKET_LIST)
    require_organ(replace(organ, code="market-of-a-district", of_department=MARKET), MARKET_LIST)
    with pytest.raises(RuleBrokenError) as other:
        require_organ(a_department(HEALTH), MARKET_LIST)
    with pytest.raises(RuleBrokenError) as level:
        require_organ(organ, city_only)

    assert rule_of(other) is Rule.ORGAN_NOT_COMPETENT
    assert rule_of(level) is Rule.ORGAN_OF_OTHER_LEVEL


SAFETY_LIST = rule_for("safety-serious", POLICY, NOW.date())


@pytest.mark.parametrize(
    ("subject", "rule", "refusal"),
    [
        ("uscc:91640221MA00000001", MARKET_LIST, None),
        ("regno:640221100000011", MARKET_LIST, None),
        ("other:person:p-1", SAFETY_LIST, None),
        ("other:person:p-1", MARKET_LIST, Rule.PERSONS_NOT_LISTED),
        ("premises:kitchen-1", SAFETY_LIST, Rule.SUBJECT_NOT_LISTABLE),
        ("product:p-1", SAFETY_LIST, Rule.SUBJECT_NOT_LISTABLE),
        ("other:boat:1", SAFETY_LIST, Rule.SUBJECT_NOT_LISTABLE),
    ],
)
def test_persons_are_listed_only_where_the_founding_text_names_them(
    subject: str, rule: ListRule, refusal: Rule | None
) -> None:
    if refusal is None:
        require_subject(subject, rule)
        return
    with pytest.raises(RuleBrokenError) as refused:
        require_subject(subject, rule)
    assert rule_of(refused) is refusal


def test_the_rule_in_force_on_the_day_counts() -> None:
    former = MARKET_LIST.model_copy(update={"valid_to": date(2026, 5, 31), "term_months": 24})
    later = MARKET_LIST.model_copy(update={"valid_from": date(2026, 6, 1)})
    dated = POLICY.model_copy(update={"lists": (former, later)})

    assert rule_for("market-serious", dated, date(2026, 5, 31)).term_months == 24
    assert rule_for("market-serious", dated, date(2026, 6, 1)).term_months == 36
    with pytest.raises(RuleBrokenError) as early:
        rule_for("market-serious", dated, date(2001, 1, 1))
    assert rule_of(early) is Rule.LIST_RULE_NOT_IN_FORCE


@pytest.mark.parametrize(
    ("case", "refusal"),
    [
        (a_case(), None),
        (None, Rule.GROUND_CHANGED),
        (a_case(decision_number="平市监罚〔2026〕99号"), Rule.GROUND_CHANGED),
        (a_case(decision_number=None, state=CaseState.REVOKED), Rule.GROUND_CHANGED),
        (a_case(penalty_kind="warning"), Rule.PENALTY_TOO_LIGHT),
    ],
)
def test_a_revoked_or_changed_decision_carries_no_listing(
    case: Case | None, refusal: Rule | None
) -> None:
    if refusal is None:
        require_standing_ground(a_listing(), case, MARKET_LIST)
        return
    with pytest.raises(RuleBrokenError) as refused:
        require_standing_ground(a_listing(), case, MARKET_LIST)
    assert rule_of(refused) is refusal


def test_a_court_document_stands_without_a_case_where_the_rule_knows_it() -> None:
    by_court = a_listing(ground=Ground.COURT, case_id="")

    require_standing_ground(by_court, None, MARKET_LIST)
    with pytest.raises(RuleBrokenError) as refused:
        require_standing_ground(
            by_court, None, MARKET_LIST.model_copy(update={"court_documents": False})
        )
    assert rule_of(refused) is Rule.COURT_DOCUMENT_NOT_A_GROUND


def test_consent_and_hearing_are_had_where_they_are_owed() -> None:
    strict = MARKET_LIST.model_copy(update={"superior_consent": True})

    require_consent(a_listing(), MARKET_LIST)
    require_consent(a_listing(consent_number="同意1号"), strict)
    require_heard(a_listing(hearing_wanted=True, hearing_date=UNTIL))
    with pytest.raises(RuleBrokenError) as consent:
        require_consent(a_listing(), strict)
    with pytest.raises(RuleBrokenError) as hearing:
        require_heard(a_listing(hearing_wanted=True))

    assert rule_of(consent) is Rule.CONSENT_MISSING
    assert rule_of(hearing) is Rule.HEARING_NOT_HELD


def test_consent_is_that_of_the_registered_superior_named_by_code_or_name() -> None:
    city = replace(a_department("city"), name="市局")

    require_consent_of(city, MARKET, "市局 ")
    require_consent_of(city, MARKET, "city")
    for superior, named in ((city, "省局"), (None, "市局"), (city, " ")):
        with pytest.raises(RuleBrokenError) as refused:
            require_consent_of(superior, MARKET, named)
        assert rule_of(refused) is Rule.CONSENT_OF_OTHER_ORGAN


@pytest.mark.parametrize("day", [date(2026, 4, 30), date(2026, 5, 9)])
def test_a_consent_is_given_between_the_proposal_and_today(day: date) -> None:
    first, last = date(2026, 5, 1), date(2026, 5, 8)

    require_consent_day(first, first, last)
    require_consent_day(last, first, last)
    with pytest.raises(RuleBrokenError) as refused:
        require_consent_day(day, first, last)
    assert rule_of(refused) is Rule.CONSENT_DAY_WRONG


@pytest.mark.parametrize("day", [date(2026, 4, 30), date(2026, 5, 9)])
def test_a_notice_is_delivered_between_its_making_and_today(day: date) -> None:
    first, last = date(2026, 5, 1), date(2026, 5, 8)

    require_delivery_day(first, first, last)
    require_delivery_day(last, first, last)
    with pytest.raises(RuleBrokenError) as refused:
        require_delivery_day(day, first, last)
    assert rule_of(refused) is Rule.DELIVERY_DAY_WRONG


def test_a_correction_changes_something_and_never_prolongs_the_term() -> None:
    shorter = {"term_until": date(2028, 5, 26), "facts": LISTED.facts, "subject_name": None}

    longest = term_of(DECIDED, MARKET_LIST, POLICY)
    assert changes_of(LISTED, shorter, longest) == {"term_until": date(2028, 5, 26)}
    for wanted, rule in (
        ({"facts": LISTED.facts}, Rule.CORRECTION_EMPTY),
        ({"term_until": date(2029, 5, 27)}, Rule.CORRECTED_TERM_WRONG),
        ({"term_until": DECIDED}, Rule.CORRECTED_TERM_WRONG),
    ):
        with pytest.raises(RuleBrokenError) as refused:
            changes_of(LISTED, wanted, longest)
        assert rule_of(refused) is rule
