"""A report counts only when it answers exactly what was asked, by who was there, in time."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from contracts.results import Finding, FindingsSubmitted
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.result_intake import Assignment, Report, accept_report, has_problem
from coordinator.domain.review import require_reviewer
from tests.builders import (
    FIRE,
    MARKET,
    NOW,
    POLICY,
    a_finding,
    a_findings_message,
    a_member,
    a_problem,
    a_visit,
    an_assignment,
)


def refusal(
    message: FindingsSubmitted, assignment: Assignment | None = None
) -> tuple[Rule, dict[str, object]]:
    with pytest.raises(RuleBrokenError) as refused:
        accept_report(message, assignment or an_assignment(), POLICY)
    return refused.value.rule, refused.value.facts


def test_a_report_that_finds_nothing_is_accepted() -> None:
    accept_report(a_findings_message(), an_assignment(), POLICY)


def test_a_report_with_a_worded_problem_and_its_follow_up_is_accepted() -> None:
    message = a_findings_message([a_problem("mr-1"), a_finding("mr-2")])

    accept_report(message, an_assignment(), POLICY)


@pytest.mark.parametrize("person", ["expert-1", "fr-p1", "stranger", ""])
def test_only_an_officer_of_the_own_team_enters(person: str) -> None:
    rule, facts = refusal(a_findings_message(entered_by=person))

    assert (rule, facts) == (
        Rule.ENTERED_BY_OUTSIDER,
        {"person": person, "department": MARKET},
    )


@pytest.mark.parametrize(
    "present",
    [(), ("mr-p1",), ("mr-p1", "mr-p1"), ("mr-p1", "expert-1"), ("mr-p1", "fr-p1"), ("mr-p1", "x")],
    ids=str,
)
def test_fewer_officers_than_the_quota_keep_the_section_closed(present: tuple[str, ...]) -> None:
    rule, facts = refusal(a_findings_message(present=present))

    assert rule is Rule.TOO_FEW_OFFICERS
    assert (facts["present"], facts["wanted"]) == (len({"mr-p1", "mr-p2"} & set(present)), 2)


def test_a_desk_task_needs_nobody_on_site() -> None:
    desk = an_assignment(visit=a_visit(desk=True))

    accept_report(a_findings_message(present=()), desk, POLICY)


@pytest.mark.parametrize(
    ("day", "inside"),
    [
        (date(2026, 4, 6), False),
        (date(2026, 4, 7), True),
        (date(2026, 5, 15), True),
        (date(2026, 5, 16), False),
    ],
)
def test_the_visit_falls_into_its_window(day: date, inside: bool) -> None:
    message = a_findings_message(visited_date=day)

    if inside:
        accept_report(message, an_assignment(), POLICY)
    else:
        assert refusal(message)[0] is Rule.OUTSIDE_WINDOW


def test_a_finding_nobody_asked_for_is_refused_by_name() -> None:
    message = a_findings_message([a_finding("mr-1"), a_finding("mr-2"), a_finding("mr-9", "o-7")])

    assert refusal(message) == (Rule.FINDING_NOT_ASKED, {"object": "o-7", "item": "mr-9"})


def test_a_check_without_finding_is_refused_by_name() -> None:
    assert refusal(a_findings_message([a_finding("mr-2")])) == (
        Rule.FINDING_MISSING,
        {"object": "o-1", "item": "mr-1"},
    )


def test_a_repeated_finding_is_refused() -> None:
    message = a_findings_message([a_finding("mr-1"), a_finding("mr-2"), a_problem("mr-1")])

    assert refusal(message)[0] is Rule.FINDING_REPEATED


@pytest.mark.parametrize(
    ("finding", "rule"),
    [
        (a_finding(result_codes=()), Rule.RESULT_CODE_MISSING),
        (a_finding(follow_up=()), Rule.RESULT_CODE_MISSING),
        (a_finding(result_codes=("99",)), Rule.CODE_UNKNOWN),
        (a_finding(follow_up=("shrug",)), Rule.CODE_UNKNOWN),
        (a_problem(result_codes=("1", "2")), Rule.RESULTS_CONTRADICT),
        (a_problem(result_codes=("2", "1")), Rule.RESULTS_CONTRADICT),
        (a_problem(result_codes=("E", "1")), Rule.RESULTS_CONTRADICT),
        (a_finding(checked=False), Rule.RESULTS_CONTRADICT),
        (a_problem(problem=None), Rule.PROBLEM_WITHOUT_WORDS),
        (a_problem(problem=""), Rule.PROBLEM_WITHOUT_WORDS),
        (a_problem(problem="  "), Rule.PROBLEM_WITHOUT_WORDS),
        (a_problem(problem=" 无。"), Rule.PROBLEM_WITHOUT_WORDS),
        (a_problem(legal_basis=None), Rule.PROBLEM_WITHOUT_WORDS),
        (a_problem(legal_basis=" \n"), Rule.PROBLEM_WITHOUT_WORDS),
        (a_problem(follow_up=("none",)), Rule.PROBLEM_WITHOUT_FOLLOW_UP),
        (a_problem(follow_up=("none", "case")), Rule.PROBLEM_WITHOUT_FOLLOW_UP),
        (a_problem(result_codes=("E", "3"), follow_up=("none",)), Rule.PROBLEM_WITHOUT_FOLLOW_UP),
        (a_problem(result_codes=("E",), follow_up=("none", "copy")), Rule.RESULTS_CONTRADICT),
        (a_finding(follow_up=("rectify", "none")), Rule.RESULTS_CONTRADICT),
        (a_finding(checked=False, result_codes=("7",)), Rule.UNCHECKED_WITHOUT_REASON),
        (
            a_finding(checked=False, result_codes=("7",), problem="无"),
            Rule.UNCHECKED_WITHOUT_REASON,
        ),
        (a_finding(method="望气"), Rule.FINDING_METHOD_UNKNOWN),
    ],
    ids=lambda value: value.value if isinstance(value, Rule) else None,
)
def test_a_finding_that_breaks_a_rule_is_refused(finding: Finding, rule: Rule) -> None:
    found, facts = refusal(a_findings_message([finding, a_finding("mr-2")]))

    assert found is rule
    assert (facts["object"], facts["item"]) == ("o-1", "mr-1")


def test_a_method_of_the_table_may_be_used_though_the_item_names_another() -> None:
    message = a_findings_message([a_finding(method="网络监测"), a_finding("mr-2")])

    accept_report(message, an_assignment(), POLICY)


@pytest.mark.parametrize(
    "finding",
    [
        a_problem(result_codes=("E",), follow_up=("none",)),
        a_problem(result_codes=("6", "B"), follow_up=("rectify", "copy")),
        a_finding(result_codes=("7",)),
        a_finding(result_codes=("F", "12")),
    ],
)
def test_corrected_closed_and_moved_need_no_follow_up(finding: Finding) -> None:
    accept_report(a_findings_message([finding, a_finding("mr-2")]), an_assignment(), POLICY)


@pytest.mark.parametrize(
    ("codes", "problem"),
    [(("1",), False), (("2",), True), (("E",), True), (("7",), False), (("F", "8"), True)],
)
def test_a_problem_is_what_the_code_table_says(codes: tuple[str, ...], problem: bool) -> None:
    assert has_problem(a_finding(result_codes=codes), POLICY) is problem


def test_two_officers_of_the_same_name_in_another_department_do_not_count() -> None:
    team = (a_member("mr-p1"), a_member("mr-p2", FIRE))

    rule, _ = refusal(a_findings_message(), replace(an_assignment(), team=team))

    assert rule is Rule.TOO_FEW_OFFICERS


def a_report(**changes: Any) -> Report:
    report = Report(
        report_id="v.market.1",
        visit_id="v",
        department=MARKET,
        version=1,
        entered_by="mr-p1",
        visited_date=date(2026, 4, 8),
        present=("mr-p1", "mr-p2"),
        entity_opinion=None,
        findings=(),
        received_at=NOW,
    )
    return replace(report, **changes)


def test_the_hand_that_entered_never_approves() -> None:
    with pytest.raises(RuleBrokenError) as refused:
        require_reviewer(a_report(), "mr-p1", MARKET)

    assert refused.value.rule is Rule.TWO_PERSONS_NEEDED


@pytest.mark.parametrize("department", [FIRE, None])
def test_no_other_department_approves(department: str | None) -> None:
    with pytest.raises(RuleBrokenError) as refused:
        require_reviewer(a_report(), "chief", department)

    assert refused.value.rule is Rule.NOT_YOUR_DEPARTMENT


def test_the_own_approver_approves() -> None:
    require_reviewer(a_report(), "chief", MARKET)


def test_a_visit_can_not_be_reported_before_its_day() -> None:
    message = a_findings_message()
    before = an_assignment(today=message.visited_date - timedelta(days=1))

    with pytest.raises(RuleBrokenError) as refused:
        accept_report(message, before, POLICY)

    assert refused.value.rule is Rule.OUTSIDE_WINDOW
