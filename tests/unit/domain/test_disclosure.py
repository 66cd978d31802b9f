"""When results are due, how long they may be objected to and shown, and what corrects what."""

from collections import deque
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.adapters.policy_files import PolicyFolder
from coordinator.domain.disclosure import (
    Disclosure,
    corrected,
    disclosure_deadline,
    in_order,
    last_day_to_object,
    last_public_day,
    require_another,
    require_open_to_objection,
    standing_of,
)
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import TASK_MOVES, TaskState
from coordinator.domain.policy import DisclosurePolicy, Policy
from coordinator.domain.working_days import WorkingDays
from tests.builders import CALENDAR, POLICIES

AT = datetime(2026, 5, 20, 2, tzinfo=UTC)
YEAR_ENDS = st.dates(date(2025, 11, 1), date(2027, 2, 20))
NEW_2027 = {date(2027, 1, day): False for day in (1, 2, 3)}
WITH_2027 = WorkingDays(
    CALENDAR.official_years | {2027}, {**CALENDAR.exceptions, **NEW_2027, date(2027, 1, 9): True}
)


@cache
def profile(name: str) -> Policy:
    found = PolicyFolder(POLICIES).find(name)
    assert found is not None
    return found


def a_disclosure(**changes: object) -> Disclosure:
    values: dict[str, object] = {
        "disclosure_id": "d1",
        "result_id": "r1",
        "round_id": "R1",
        "visit_id": "v1",
        "task_number": "平联抽查〔2026〕0001号",
        "object_id": "o1",
        "object_name": "某店",
        "item": "i1",
        "item_name": "某事项",
        "department": "health",
        "visited_date": date(2026, 5, 6),
        "method": "现场",
        "result_codes": ("1",),
        "disposal": ("none",),
        "has_problem": False,
        "due_date": date(2026, 6, 3),
        "due_provisional": False,
        "disclosed_at": AT,
        "disclosed_by": "clerk",
    }
    return Disclosure(**{**values, **changes})  # type: ignore[arg-type] # fields by name


def counted(start: date, days: int, calendar: WorkingDays) -> date:
    """Count working days the long way, one day after the other."""
    day, left = start, days
    while left:
        day += timedelta(days=1)
        left -= 1 if calendar.is_working(day) else 0
    return day


@given(YEAR_ENDS)
def test_pingluo_publishes_within_20_working_days_of_the_task_over_every_year_end(
    finished: date,
) -> None:
    policy = profile("pingluo-2021").disclosure

    due = disclosure_deadline(finished, policy, CALENDAR)

    assert (policy.unit, policy.counted_from) == ("working", "task")
    assert due.due_date == counted(finished, 20, CALENDAR)
    assert due.provisional == (due.due_date.year > 2026)


@given(YEAR_ENDS)
def test_shiyan_publishes_within_10_working_days_of_the_visit_over_every_year_end(
    visited: date,
) -> None:
    policy = profile("shiyan-2016").disclosure

    due = disclosure_deadline(visited, policy, CALENDAR)

    assert (policy.unit, policy.counted_from) == ("working", "visit")
    assert due.due_date == counted(visited, 10, CALENDAR)
    assert due.provisional == (due.due_date.year > 2026)


@given(YEAR_ENDS)
def test_dacheng_publishes_within_10_calendar_days_which_no_calendar_moves(visited: date) -> None:
    policy = profile("dacheng-2019").disclosure

    due = disclosure_deadline(visited, policy, CALENDAR)

    assert (policy.unit, policy.counted_from) == ("calendar", "visit")
    assert due.due_date == visited + timedelta(days=10)
    assert (due.provisional, due.basis) == (False, None)


@given(YEAR_ENDS)
def test_a_provisional_day_is_final_once_the_calendar_of_its_year_is_out(finished: date) -> None:
    policy = profile("pingluo-2021").disclosure
    before = disclosure_deadline(finished, policy, CALENDAR)
    assert before.basis is not None

    after = WITH_2027.after(before.basis.start, before.basis.working_days)

    assert not after.provisional
    assert after.due_date == counted(finished, 20, WITH_2027)
    assert before.provisional or after.due_date == before.due_date


@given(st.dates(date(2024, 1, 1), date(2040, 12, 31)), st.integers(1, 30))
def test_a_result_is_public_for_whole_years(disclosed: date, years: int) -> None:
    policy = DisclosurePolicy(days=20, objection_working_days=15, public_years=years)

    last = last_public_day(disclosed, policy)

    assert last is not None
    assert last.year == disclosed.year + years
    assert (last.month, last.day) in {(disclosed.month, disclosed.day), (2, 28)}


def test_without_figures_results_may_be_objected_to_and_shown_for_ever() -> None:
    policy = DisclosurePolicy(days=20, objection_working_days=15)

    assert last_day_to_object(date(2026, 5, 20), policy) is None
    assert last_public_day(date(2026, 5, 20), policy) is None


def test_a_correction_supersedes_and_names_the_version_before() -> None:
    former = a_disclosure(correcting_at=AT, correction_reason="录入有误")

    old, new = corrected(former, a_disclosure(disclosure_id="d2"), AT)

    assert (old.superseded_by, old.superseded_at, old.correcting_at) == ("d2", AT, None)
    assert old.correction_reason == "录入有误"
    assert (new.supersedes, new.version, new.is_standing) == ("d1", 2, True)
    assert standing_of([old, new]) == new
    assert in_order([new, old]) == [old, new]


@pytest.mark.parametrize("gone", [{"superseded_by": "d9"}, {"withdrawn_at": AT}])
def test_what_does_not_stand_is_not_corrected(gone: dict[str, object]) -> None:
    with pytest.raises(RuleBrokenError) as error:
        corrected(a_disclosure(**gone), a_disclosure(disclosure_id="d2"), AT)

    assert error.value.rule is Rule.DISCLOSURE_NOT_STANDING


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"superseded_by": "d9"}, Rule.DISCLOSURE_NOT_STANDING),
        ({"retired_at": AT}, Rule.DISCLOSURE_NOT_STANDING),
        ({"objection": "先前的异议"}, Rule.ALREADY_EXISTS),
        ({"objection_until": date(2026, 5, 19)}, Rule.OBJECTION_LATE),
    ],
)
def test_an_objection_is_refused_with_its_reason(changes: dict[str, object], rule: Rule) -> None:
    with pytest.raises(RuleBrokenError) as error:
        require_open_to_objection(a_disclosure(**changes), date(2026, 5, 20))

    assert error.value.rule is rule


def test_an_objection_on_the_last_day_is_in_time() -> None:
    day = date(2026, 5, 20)

    require_open_to_objection(a_disclosure(objection_until=day), day)


def test_a_result_is_marked_until_its_objection_is_answered_and_its_correction_published() -> None:
    plain = a_disclosure()
    objected = replace(plain, objection="不属实")

    assert not plain.is_disputed
    assert objected.is_disputed
    assert not replace(objected, objection_answer="维持").is_disputed
    assert replace(objected, objection_answer="成立", correcting_at=AT).is_disputed


def test_whoever_asked_does_not_decide() -> None:
    require_another("clerk", "chief", "request-exemption")

    with pytest.raises(RuleBrokenError) as error:
        require_another("chief", "chief", "request-exemption")
    assert error.value.rule is Rule.TWO_PERSONS_NEEDED


def test_no_way_leads_to_a_published_result_past_the_approver() -> None:
    """Only approving leads out of review to what is published; every path passes it."""
    seen, waiting = {TaskState.DRAWN}, deque([TaskState.DRAWN])
    while waiting:
        for after in TASK_MOVES[waiting.popleft()] - {TaskState.PENDING_DISCLOSURE}:
            if after not in seen:
                seen.add(after)
                waiting.append(after)

    assert not seen & {TaskState.DISCLOSED, TaskState.NOT_DISCLOSED}
