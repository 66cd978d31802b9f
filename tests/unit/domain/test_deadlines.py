"""Deadlines follow the calendar over the ends of years, and are recomputed from what they keep."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.domain.deadlines import DeadlineFields, Moved, recomputed
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.working_days import Basis, CalendarDay, Deadline, WorkingDays, require_year
from tests.builders import CALENDAR

FIELDS = DeadlineFields(due_date="due", provisional="flag", basis="basis")
NEW_YEAR = {date(2027, 1, d): False for d in (1, 2, 3)}
MAKE_UP = {date(2027, 1, 9): True}
WITH_2027 = WorkingDays(
    CALENDAR.official_years | {2027}, {**CALENDAR.exceptions, **NEW_YEAR, **MAKE_UP}
)

starts = st.dates(date(2025, 11, 20), date(2027, 2, 10))
lengths = st.integers(0, 40)


@dataclass(frozen=True)
class Thing:
    due: date
    flag: bool
    basis: Basis | None


def a_thing(deadline: Deadline) -> Thing:
    return Thing(deadline.due_date, deadline.provisional, deadline.basis)


@given(starts, lengths)
def test_a_deadline_has_exactly_its_working_days_between_start_and_end(
    start: date, days: int
) -> None:
    deadline = WITH_2027.after(start, days)

    passed = [start + timedelta(days=n) for n in range(1, (deadline.due_date - start).days + 1)]
    assert sum(WITH_2027.is_working(day) for day in passed) == days
    assert not passed or WITH_2027.is_working(passed[-1])


@given(starts, lengths)
def test_a_deadline_is_provisional_exactly_when_it_touches_an_unpublished_year(
    start: date, days: int
) -> None:
    deadline = CALENDAR.after(start, days)

    assert deadline.provisional == (deadline.due_date.year > 2026)


@given(starts, lengths, lengths)
def test_more_days_never_end_earlier(start: date, days: int, more: int) -> None:
    assert CALENDAR.after(start, days).due_date <= CALENDAR.after(start, days + more).due_date


@given(starts, lengths)
def test_a_stored_deadline_becomes_what_the_new_calendar_says_and_then_stays(
    start: date, days: int
) -> None:
    thing = a_thing(CALENDAR.after(start, days))

    change = recomputed(thing, FIELDS, WITH_2027)

    expected = a_thing(WITH_2027.after(start, days))
    after = change[0] if change else thing
    assert after == expected
    assert not after.flag
    assert recomputed(after, FIELDS, WITH_2027) is None
    if change:
        assert change[1] == Moved(thing.due, expected.due, expected.flag)


@given(starts, lengths)
def test_what_was_computed_by_the_same_calendar_does_not_move(start: date, days: int) -> None:
    assert recomputed(a_thing(CALENDAR.after(start, days)), FIELDS, CALENDAR) is None


@given(starts, lengths)
def test_a_deadline_before_the_new_year_does_not_move(start: date, days: int) -> None:
    thing = a_thing(CALENDAR.after(start, days))

    if thing.due.year < 2027:
        assert recomputed(thing, FIELDS, WITH_2027) is None


def test_holidays_push_a_deadline_and_a_make_up_day_pulls_it() -> None:
    over_new_year = a_thing(CALENDAR.after(date(2026, 12, 30), 3))
    over_make_up = a_thing(CALENDAR.after(date(2027, 1, 7), 2))

    pushed = recomputed(over_new_year, FIELDS, WITH_2027)
    pulled = recomputed(over_make_up, FIELDS, WITH_2027)

    assert pushed
    assert pulled
    assert (pushed[1].before, pushed[1].after) == (date(2027, 1, 4), date(2027, 1, 5))
    assert (pulled[1].before, pulled[1].after) == (date(2027, 1, 11), date(2027, 1, 9))


def test_a_deadline_that_somebody_named_stays() -> None:
    named = Thing(date(2027, 1, 4), True, None)

    assert recomputed(named, FIELDS, WITH_2027) is None


@pytest.mark.parametrize(
    ("today", "last", "soon"),
    [
        (date(2026, 10, 31), date(2026, 12, 31), False),
        (date(2026, 11, 1), date(2026, 12, 31), True),
        (date(2026, 12, 31), date(2026, 12, 31), True),
        (date(2025, 12, 31), date(2026, 12, 31), False),
        (date(2027, 1, 1), None, True),
    ],
)
def test_the_calendar_asks_for_the_next_year_sixty_days_before_it_ends(
    today: date, last: date | None, soon: bool
) -> None:
    assert CALENDAR.last_official_day(today) == last
    assert CALENDAR.ends_soon(today) is soon


def test_a_gap_between_official_years_ends_the_calendar() -> None:
    gap = replace(CALENDAR, official_years=frozenset({2026, 2028}))

    assert gap.last_official_day(date(2026, 5, 1)) == date(2026, 12, 31)


REST = CalendarDay(day=date(2027, 1, 1), working=False, name="元旦")


def test_a_year_comes_in_day_by_day_and_a_repeat_that_agrees_counts_once() -> None:
    later = CalendarDay(day=date(2027, 10, 1), working=False)

    assert require_year(2027, [(2, later), (3, REST), (4, REST)]) == (REST, later)


@pytest.mark.parametrize(
    ("rows", "rule", "row"),
    [
        ([(2, REST), (3, replace(REST, working=True))], Rule.CALENDAR_DAYS_CONTRADICT, 3),
        ([(2, REST), (9, replace(REST, day=date(2026, 1, 1)))], Rule.CALENDAR_YEARS_MIXED, 9),
        ([], Rule.CALENDAR_YEAR_EMPTY, None),
        ([(2, replace(REST, day=date(2027, 1, 2)))], Rule.CALENDAR_YEAR_EMPTY, None),
    ],
)
def test_a_year_that_is_not_sound_is_refused_with_its_row(
    rows: list[tuple[int, CalendarDay]], rule: Rule, row: int | None
) -> None:
    with pytest.raises(RuleBrokenError) as caught:
        require_year(2027, rows)

    assert caught.value.rule is rule
    assert caught.value.facts.get("row") == row
