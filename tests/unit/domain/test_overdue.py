"""Lights of overdue work: yellow on the day, red some days later, out only by an act."""

from datetime import UTC, date, datetime, timedelta

import pytest

from coordinator.domain.overdue import Light, OpenClock, ToldClock, light, reminder_of
from coordinator.domain.policy import OverduePolicy

DUE = date(2026, 5, 8)
RULES = OverduePolicy(yellow_days=0, red_days=3)


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        (-1, Light.RUNNING),
        (0, Light.YELLOW),
        (2, Light.YELLOW),
        (3, Light.RED),
        (400, Light.RED),
    ],
)
def test_a_clock_is_yellow_on_its_day_and_red_some_days_later(days: int, shown: Light) -> None:
    assert light(DUE, None, DUE + timedelta(days=days), RULES) is shown


def test_only_acting_puts_a_light_out() -> None:
    late = DUE + timedelta(days=30)

    assert light(DUE, late, late, RULES) is Light.OUT


def test_the_profile_says_when_a_light_changes() -> None:
    patient = OverduePolicy(yellow_days=2, red_days=10)

    assert light(DUE, None, DUE + timedelta(days=1), patient) is Light.RUNNING
    assert light(DUE, None, DUE + timedelta(days=9), patient) is Light.YELLOW
    assert light(DUE, None, DUE + timedelta(days=10), patient) is Light.RED


NOW = datetime(2026, 5, 8, 2, 0, tzinfo=UTC)


def _clock(shown: Light) -> OpenClock:
    return OpenClock(
        kind="feedback",
        key="task-1",
        subject="visit-1",
        department="health",
        round_id="R1",
        name="",
        due_date=DUE,
        light=shown,
        days_over=0,
    )


def test_a_department_is_told_once_when_a_clock_is_yellow_and_once_when_it_is_red() -> None:
    told: ToldClock | None = None
    numbers = []
    for shown in (Light.RUNNING, Light.YELLOW, Light.YELLOW, Light.RED, Light.RED, Light.YELLOW):
        reminder = reminder_of(_clock(shown), told, NOW)
        numbers.append(reminder.number if reminder else 0)
        told = reminder or told

    assert numbers == [0, 1, 0, 2, 0, 0]


def test_a_clock_that_is_red_when_it_is_first_seen_is_told_once() -> None:
    first = reminder_of(_clock(Light.RED), None, NOW)

    assert first is not None
    assert (first.number, first.light) == (1, Light.RED)
    assert reminder_of(_clock(Light.RED), first, NOW) is None
