"""Complaints on paper: when the answer is due, who is recused, what is full, what is counted."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from coordinator.domain.complaints import (
    Complaint,
    ComplaintChannel,
    ComplaintOutcome,
    answer_due,
    counts_of,
    put_off,
    require_no_conflict,
    require_room,
)
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import ComplaintState
from coordinator.domain.policy import ComplaintsPolicy
from tests.builders import CALENDAR
from tests.plain_complaints import plain_groups

RULES = ComplaintsPolicy(a_day_most=10, a_day_most_per_visit=2)
RECEIVED = Complaint(
    complaint_id="c1",
    number="TS2026-00001",
    channel=ComplaintChannel.ONLINE,
    text="没有亮证",
    departments=("market-regulation",),
    visit_id=None,
    name="",
    contact="",
    secret_digest="",
    state=ComplaintState.RECEIVED,
    received_at=datetime(2026, 5, 1, 2, tzinfo=UTC),
    received_by="public",
    received_date=date(2026, 5, 1),
    answer_due=date(2026, 6, 30),
)


def answered(outcome: ComplaintOutcome, day: date) -> Complaint:
    state = ComplaintState.ANSWERED
    return replace(RECEIVED, state=state, outcome=outcome, answered_date=day)


def test_an_answer_is_due_within_calendar_days_and_put_off_once_by_the_rules() -> None:
    first = answer_due(date(2026, 5, 1), RULES, CALENDAR)
    later = put_off(first.due_date, RULES, CALENDAR)

    assert (first.due_date, first.provisional, first.basis) == (date(2026, 6, 30), False, None)
    assert later.due_date == date(2026, 7, 30)


def test_a_profile_may_count_working_days_over_the_end_of_the_official_calendar() -> None:
    working = RULES.model_copy(update={"unit": "working", "answer_days": 15})

    found = answer_due(date(2026, 12, 25), working, CALENDAR)

    assert found.provisional
    assert found.basis is not None


def test_whoever_is_posted_to_the_organ_concerned_is_recused() -> None:
    require_no_conflict(RECEIVED, None)
    require_no_conflict(RECEIVED, "fire-rescue")

    with pytest.raises(RuleBrokenError) as refused:
        require_no_conflict(RECEIVED, "market-regulation")
    assert refused.value.rule is Rule.COMPLAINT_CONFLICT


@pytest.mark.parametrize(
    ("today", "of_visit", "full"),
    [(9, None, ""), (10, None, "day"), (9, 1, ""), (3, 2, "visit-code")],
)
def test_a_day_takes_so_many_complaints_online(today: int, of_visit: int | None, full: str) -> None:
    try:
        require_room(today, of_visit, RULES)
        found = ""
    except RuleBrokenError as error:
        found = str(error.facts["of"])

    assert found == full


def test_counts_say_how_many_were_answered_in_time_and_how_they_ended() -> None:
    complaints = [
        RECEIVED,
        answered(ComplaintOutcome.FOUNDED, date(2026, 6, 30)),
        answered(ComplaintOutcome.UNFOUNDED, date(2026, 7, 1)),
        replace(RECEIVED, state=ComplaintState.WITHDRAWN),
    ]

    found = counts_of(2026, plain_groups(complaints, date(2026, 7, 1)))

    assert (found.received, found.answered, found.in_time) == (4, 2, 1)
    assert (found.open, found.overdue) == (1, 1)
    assert found.outcomes[ComplaintOutcome.FOUNDED] == 1
    assert found.outcomes[ComplaintOutcome.FORWARDED] == 0
