"""Deadlines by the State Council calendar of 2024 to 2026, and provisional ones beyond it."""

from datetime import date, timedelta

import pytest

from coordinator.domain.disclosure import disclosure_deadline
from tests.builders import CALENDAR, POLICY

MAKE_UP_DAYS = [
    *((2024, month, day) for month, day in ((2, 4), (2, 18), (4, 7), (4, 28), (5, 11))),
    *((2024, month, day) for month, day in ((9, 14), (9, 29), (10, 12))),
    *((2025, month, day) for month, day in ((1, 26), (2, 8), (4, 27), (9, 28), (10, 11))),
    *((2026, month, day) for month, day in ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))),
]


@pytest.mark.parametrize("day", [date(*parts) for parts in MAKE_UP_DAYS], ids=str)
def test_a_make_up_day_is_a_weekend_day_that_is_worked(day: date) -> None:
    assert day.weekday() >= 5
    assert CALENDAR.is_working(day)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2024, 2, 10), date(2024, 2, 17)),
        (date(2024, 10, 1), date(2024, 10, 7)),
        (date(2025, 1, 28), date(2025, 2, 4)),
        (date(2025, 10, 1), date(2025, 10, 8)),
        (date(2026, 2, 15), date(2026, 2, 23)),
        (date(2026, 10, 1), date(2026, 10, 7)),
    ],
    ids=str,
)
def test_nobody_works_in_the_long_holidays(first: date, last: date) -> None:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]

    assert not any(CALENDAR.is_working(day) for day in days)


@pytest.mark.parametrize(("year", "number"), [(2024, 251), (2025, 248), (2026, 248), (2027, 261)])
def test_a_year_has_as_many_working_days_as_published(year: int, number: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365 + (year % 4 == 0))]

    assert sum(CALENDAR.is_working(day) for day in days) == number


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (date(2026, 5, 8), 1, date(2026, 5, 9)),  # a Friday before a make-up Saturday
        (date(2026, 5, 9), 1, date(2026, 5, 11)),  # and that Saturday itself
        (date(2026, 4, 30), 1, date(2026, 5, 6)),  # over the May holiday
        (date(2026, 2, 13), 2, date(2026, 2, 24)),  # make-up Saturday, then the Spring Festival
        (date(2026, 3, 25), 0, date(2026, 3, 25)),
        (date(2026, 3, 28), 1, date(2026, 3, 30)),  # from a Saturday the first day is Monday
    ],
)
def test_a_deadline_counts_working_days_after_its_start(start: date, days: int, due: date) -> None:
    deadline = CALENDAR.after(start, days)

    assert (deadline.due_date, deadline.provisional) == (due, False)


def test_a_deadline_in_a_year_without_calendar_is_provisional() -> None:
    assert CALENDAR.after(date(2027, 3, 1), 1).provisional
    assert CALENDAR.after(date(2026, 12, 31), 1).provisional
    assert not CALENDAR.after(date(2026, 12, 30), 1).provisional


def test_disclosure_is_due_over_the_end_of_an_official_year() -> None:
    deadline = disclosure_deadline(date(2025, 12, 18), POLICY.disclosure, CALENDAR)

    # 9 days in December, 4 January (make-up Sunday), 5 to 9, 12 to 16 January: twenty.
    assert (deadline.due_date, deadline.provisional) == (date(2026, 1, 16), False)


def test_disclosure_that_reaches_into_an_unpublished_year_has_a_provisional_date() -> None:
    deadline = disclosure_deadline(date(2026, 12, 18), POLICY.disclosure, CALENDAR)

    assert deadline.provisional
    assert deadline.due_date == date(2027, 1, 15)
