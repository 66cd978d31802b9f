"""Follow-up, listing and joint punishment: each rule on paper."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contracts.vocabulary import DelistingReason, MeasureOutcome
from coordinator.domain.blacklist import (
    Listing,
    months_later,
    require_delisting_time,
    require_grounds,
    require_objection_period_over,
    rule_for,
)
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.follow_up import require_penalty_kind, require_problem
from coordinator.domain.joint_punishment import MeasureOrder, check_answer, measures_of
from coordinator.domain.lifecycle import CaseState, ListingState, OrderState
from tests.builders import FIRE, HEALTH, MARKET, NOW, POLICY
from tests.builders_sanctions import a_case, a_listing, a_result

MARKET_LIST = rule_for("market-serious", POLICY)


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
        ({"department": FIRE}, FIRE, Rule.ORGAN_NOT_COMPETENT),
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
        rule_for("my-own-list", POLICY)

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


@pytest.mark.parametrize(
    ("reason", "earliest"),
    [
        (DelistingReason.REPAIRED, date(2027, 5, 26)),
        (DelistingReason.EXPIRED, date(2029, 5, 26)),
    ],
)
def test_nobody_leaves_a_list_before_the_day(reason: DelistingReason, earliest: date) -> None:
    require_delisting_time(LISTED, MARKET_LIST, reason, earliest)
    with pytest.raises(RuleBrokenError) as refused:
        require_delisting_time(LISTED, MARKET_LIST, reason, earliest - timedelta(days=1))

    assert rule_of(refused) is Rule.TOO_EARLY_TO_DELIST
    assert refused.value.facts["earliest"] == earliest.isoformat()


def test_a_revoked_listing_ends_at_once() -> None:
    require_delisting_time(LISTED, MARKET_LIST, DelistingReason.REVOKED, DECIDED)


@pytest.mark.parametrize("reason", list(DelistingReason))
def test_who_was_never_listed_is_not_delisted(reason: DelistingReason) -> None:
    with pytest.raises(RuleBrokenError) as refused:
        require_delisting_time(a_listing(), MARKET_LIST, reason, DECIDED)

    assert rule_of(refused) is Rule.NOT_LISTED


@pytest.mark.parametrize("state", [state for state in ListingState if state != "listed"])
def test_measures_follow_from_a_valid_listing_only(state: ListingState) -> None:
    with pytest.raises(RuleBrokenError) as refused:
        measures_of(a_listing(state=state), POLICY, (MARKET,))

    assert rule_of(refused) is Rule.NOT_LISTED


def test_measures_go_to_the_departments_there_are() -> None:
    found = measures_of(LISTED, POLICY, (MARKET, HEALTH))

    expected = {
        (rule.code, department)
        for rule in POLICY.measures
        for department in set(rule.departments) & {MARKET, HEALTH}
    }
    assert {(rule.code, department) for rule, department in found} == expected
    assert len(found) == len(expected) == 5


def an_order(state: OrderState, listing: Listing = LISTED) -> MeasureOrder:
    return MeasureOrder(
        order_id="order-1",
        round_id="R1",
        listing_id=listing.listing_id,
        subject=listing.subject,
        subject_name=listing.subject_name,
        measure="key-supervision",
        department=MARKET,
        state=state,
        ordered_at=NOW,
        until=date(2029, 5, 26),
        feedback_due=date(2026, 6, 9),
    )


@pytest.mark.parametrize("state", list(OrderState))
@pytest.mark.parametrize("outcome", list(MeasureOutcome))
def test_lifted_answers_a_lifting_and_nothing_else_does(
    state: OrderState, outcome: MeasureOutcome
) -> None:
    if (state is OrderState.LIFTING) is (outcome is MeasureOutcome.LIFTED):
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
