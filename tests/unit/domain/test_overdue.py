"""Lights of overdue work: yellow on the day, red some days later, out only by an act."""

from datetime import date, timedelta

import pytest

from coordinator.domain.overdue import Light, light
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
