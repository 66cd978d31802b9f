"""Checks for the merge tests."""

from datetime import date, timedelta
from typing import Any

from coordinator.domain.checklist_merge import Check

FIRST_DAY = date(2026, 3, 1)
A_CHECK = Check(
    object="uscc:91110000101623741K",
    place="premises:7",
    line="plan-2026-001",
    department="fire",
    item="exits",
    window_start=FIRST_DAY,
    window_end=FIRST_DAY + timedelta(9),
    minutes=30,
    mode="announced",
    method="现场",
)


def a_check(item: str, start: int = 0, end: int = 9, **facts: Any) -> Check:
    """Return a check whose window runs from day `start` to day `end`, counted from 1 March."""
    window_start, window_end = FIRST_DAY + timedelta(start), FIRST_DAY + timedelta(end)
    known = {"item": item, "window_start": window_start, "window_end": window_end}
    return A_CHECK._replace(**(known | facts))
