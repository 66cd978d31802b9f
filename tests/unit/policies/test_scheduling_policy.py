"""Figures of the schedule: slots in order, travel between districts no shorter than inside one."""

import pytest
from pydantic import ValidationError

from coordinator.domain.policy import DaySlot, SchedulingPolicy


def a_slot(code: str, starts: str, ends: str) -> DaySlot:
    return DaySlot(code=code, name=code, name_en=code, starts=starts, ends=ends)


@pytest.mark.parametrize(
    "slots",
    [
        (),
        (a_slot("a", "08:00", "08:00"),),
        (a_slot("a", "09:00", "08:00"),),
        (a_slot("a", "08:00", "12:00"), a_slot("b", "11:00", "13:00")),
        (a_slot("a", "08:00", "12:00"), a_slot("a", "14:00", "18:00")),
    ],
)
def test_slots_that_are_none_empty_overlapping_or_repeated_are_refused(
    slots: tuple[DaySlot, ...],
) -> None:
    with pytest.raises(ValidationError):
        SchedulingPolicy(slots=slots)


def test_slots_may_follow_each_other_without_a_break() -> None:
    slots = (a_slot("a", "08:00", "10:00"), a_slot("b", "10:00", "12:00"))

    assert SchedulingPolicy(slots=slots).slots == slots


def test_travel_between_districts_is_no_shorter_than_inside_one() -> None:
    with pytest.raises(ValidationError, match="travel_minutes_between"):
        SchedulingPolicy(travel_minutes_within=30, travel_minutes_between=20)


@pytest.mark.parametrize("time", ["8:00", "24:00", "08:60", "noon"])
def test_a_time_is_written_with_two_digits_each(time: str) -> None:
    with pytest.raises(ValidationError):
        a_slot("a", time, "23:59")
