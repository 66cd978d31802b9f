"""Disposal, reminders, extensions, routes, clocks, and files by year: decided on paper."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.follow_up import (
    Conclusion,
    Following,
    LabReport,
    Severity,
    evidence_files,
    is_settled,
)
from coordinator.domain.follow_up.enterprise_files import FileLine, by_year, counts_of
from coordinator.domain.follow_up.rectifications import due_reminders, require_extension
from coordinator.domain.follow_up.samples import clock_start
from coordinator.domain.follow_up.settling import missing
from coordinator.domain.follow_up.transfers import require_receiver, require_severity, route_of
from coordinator.domain.lifecycle import RectificationState, SampleState
from coordinator.domain.policy import FollowUpPolicy, TransferRoute
from coordinator.domain.registers.organisation import Level
from tests.builders import MARKET, POLICY, a_department
from tests.builders_follow_up import DUE, HASH, a_sample, an_order
from tests.builders_sanctions import a_result


@pytest.mark.parametrize(
    ("follow_up", "codes", "following", "settled"),
    [
        (("none",), ("1",), (), True),
        (("none",), ("E",), (), True),
        (("rectify",), ("2",), (), False),
        (("rectify",), ("2",), (Following("rectification", True),), False),
        (("rectify",), ("2",), (Following("rectification", False),), True),
        (("rectify",), ("2",), (Following("case", False),), False),
        (
            ("rectify", "case"),
            ("2",),
            (Following("rectification", False), Following("transfer", False)),
            True,
        ),
        (("case",), ("2",), (Following("case", False), Following("sample", True)), False),
        (("other",), ("2",), (), False),
        (("other",), ("2",), (Following("note", False),), True),
        (("stop-and-report",), ("2",), (Following("rectification", False),), False),
    ],
)
def test_a_result_is_settled_when_what_its_codes_promise_is_done_and_nothing_is_open(
    follow_up: tuple[str, ...],
    codes: tuple[str, ...],
    following: tuple[Following, ...],
    settled: bool,
) -> None:
    result = a_result(result_codes=codes, follow_up=follow_up, has_problem="1" not in codes)

    assert is_settled(result, following, POLICY) is settled
    assert not is_settled(replace(result, approved=False), following, POLICY)


def test_what_a_report_promises_and_nobody_has_begun_is_named() -> None:
    result = a_result(follow_up=("rectify", "copy"))

    assert missing(result, [Following("copy-notice", True)], POLICY) == ["rectification"]
    assert missing(a_result(result_codes=("E",)), [], POLICY) == []


@given(st.integers(0, 40), st.sets(st.sampled_from([7, 1])))
def test_a_reminder_leaves_once_for_each_day_and_never_after_the_date(
    left: int, told: set[int]
) -> None:
    order = an_order(reminded=tuple(told))

    due = due_reminders(order, (7, 1), DUE - timedelta(days=left))

    assert set(due) == {day for day in (7, 1) if left <= day} - told
    assert due_reminders(order, (7, 1), DUE + timedelta(days=1)) == ()


@pytest.mark.parametrize(
    ("changes", "until", "today", "rule"),
    [
        ({}, DUE + timedelta(days=9), DUE + timedelta(days=1), Rule.EXTENSION_TOO_LATE),
        (
            {"state": RectificationState.REPORTED},
            DUE + timedelta(days=9),
            DUE,
            Rule.EXTENSION_TOO_LATE,
        ),
        ({}, DUE, DUE, Rule.EXTENSION_NOT_LATER),
        (
            {"extension_until": DUE + timedelta(days=2)},
            DUE + timedelta(days=9),
            DUE,
            Rule.ALREADY_EXISTS,
        ),
    ],
)
def test_more_time_is_asked_for_in_time_for_a_later_day_and_once(
    changes: dict[str, Any], until: date, today: date, rule: Rule
) -> None:
    with pytest.raises(RuleBrokenError) as refused:
        require_extension(an_order(**changes), until, today)

    assert refused.value.rule is rule


def test_evidence_is_read_as_sha256sum_prints_it_and_a_wrong_line_is_named() -> None:
    files = evidence_files([f"{HASH}  a b.jpg", f"{HASH.upper()} *c.pdf"])

    assert [(each.name, each.sha256) for each in files] == [("a b.jpg", HASH), ("c.pdf", HASH)]
    with pytest.raises(RuleBrokenError) as refused:
        evidence_files([f"{HASH}  a.jpg", "deadbeef  b.jpg"])
    assert refused.value.facts["line"] == 2


def test_clocks_start_at_the_last_final_report_and_wait_for_one_that_is_missing() -> None:
    report = LabReport("R1", DUE, Conclusion.UNQUALIFIED, HASH)
    final = a_sample(state=SampleState.FINAL, final=report, final_date=DUE + timedelta(days=4))

    assert clock_start([], DUE) == DUE
    assert clock_start([final], DUE + timedelta(days=9)) == DUE + timedelta(days=4)
    for state in (SampleState.TAKEN, SampleState.PRELIMINARY, SampleState.RETESTING):
        with pytest.raises(RuleBrokenError) as refused:
            clock_start([final, a_sample(state=state)], DUE)
        assert refused.value.rule is Rule.SAMPLE_REPORT_MISSING


def test_a_transfer_goes_where_its_severity_says_and_abroad_is_never_ordinary() -> None:
    policy = FollowUpPolicy(
        rectification_days=30, transfers=(TransferRoute(severity="major", to="city"),)
    )
    city, county = a_department("city", level=Level.CITY), a_department("county")
    route = route_of(Severity.MAJOR, policy)

    require_receiver(route, city, MARKET)
    for receiver, rule in ((county, Rule.TRANSFER_RECEIVER_UNFIT),):
        with pytest.raises(RuleBrokenError) as refused:
            require_receiver(route, receiver, MARKET)
        assert refused.value.rule is rule
    with pytest.raises(RuleBrokenError) as missing_route:
        route_of(Severity.CRIME, policy)
    with pytest.raises(RuleBrokenError) as abroad:
        require_severity(Severity.ORDINARY, a_department(region="640221"), "640522")

    assert missing_route.value.rule is Rule.TRANSFER_ROUTE_MISSING
    assert abroad.value.facts["expected"] == "cross-region"


@given(st.lists(st.dates(date(2024, 1, 1), date(2027, 12, 31)), max_size=20))
def test_a_file_loses_no_line_and_goes_from_the_latest_year_to_the_first(
    days: list[date],
) -> None:
    lines = [
        FileLine(kind="visit", key=str(n), day=day, department=MARKET, object_name="x", text="t")
        for n, day in enumerate(days)
    ]

    years = by_year(lines)

    assert sum(counts_of(years).values()) == len(lines)
    assert [each.year for each in years] == sorted({day.year for day in days}, reverse=True)
    for year in years:
        assert list(year.lines) == sorted(
            year.lines, key=lambda each: (each.day, each.kind, each.key), reverse=True
        )


def test_an_order_is_overdue_only_while_its_remedy_is_owed() -> None:
    late = DUE + timedelta(days=1)

    assert an_order().is_overdue(late)
    assert not an_order().is_overdue(DUE)
    assert not an_order(state=RectificationState.REPORTED).is_overdue(late)
