"""Deadlines over the year ends of 2025 to 2027, as a machine: days pass, calendars come in.

2025 and 2026 are official from the start; 2027 comes provisional, then official, with rests drawn
by chance. Whatever was computed when, every stored deadline is right by the calendar of now.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from coordinator.domain.blacklist import Listing
from coordinator.domain.credit_repair import Repair
from coordinator.domain.deadlines import DeadlineFields, Moved, recomputed
from coordinator.domain.dispatch import DepartmentTask
from coordinator.domain.joint_punishment import MeasureOrder
from coordinator.domain.lifecycle import TaskState
from coordinator.domain.working_days import Basis, WorkingDays
from tests.builders import CALENDAR, MARKET
from tests.builders_sanctions import a_listing, a_repair, an_order
from tests.thoroughness import some_of

FIRST, LAST = date(2025, 11, 3), date(2027, 2, 26)
A_TASK = DepartmentTask(
    task_id="R1-000000000001.market-regulation",
    visit_id="R1-000000000001",
    round_id="R1",
    department=MARKET,
    state=TaskState.ACCEPTED,
    quota=2,
)
FIELDS = DeadlineFields(due_date="due_date", provisional="provisional", basis="basis")


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A value that keeps a deadline, as tasks, listings, orders and repairs do."""

    due_date: date
    provisional: bool
    basis: Basis | None


class YearEnds(RuleBasedStateMachine):
    """Deadlines of all lengths around two year ends, and what calendars do to them."""

    def __init__(self) -> None:
        super().__init__()
        self.calendar: WorkingDays = replace(
            CALENDAR,
            official_years=frozenset({2025, 2026}),
            exceptions={d: w for d, w in CALENDAR.exceptions.items() if d.year < 2027},
        )
        self.stored: list[Stored] = []

    @rule(start=st.dates(FIRST, LAST), working_days=st.integers(0, 40))
    def a_deadline_is_set(self, start: date, working_days: int) -> None:
        due = self.calendar.after(start, working_days)
        self.stored.append(
            Stored(due_date=due.due_date, provisional=due.provisional, basis=due.basis)
        )

    @rule(rests=st.sets(st.dates(date(2027, 1, 1), date(2027, 3, 31)), max_size=12))
    def a_calendar_of_2027_comes_in_provisionally(self, rests: set[date]) -> None:
        if 2027 not in self.calendar.official_years:
            self._take(rests, official=False)

    @precondition(lambda self: 2027 not in self.calendar.official_years)
    @rule(rests=st.sets(st.dates(date(2027, 1, 1), date(2027, 3, 31)), max_size=12))
    def the_official_calendar_of_2027_comes_in(self, rests: set[date]) -> None:
        self._take(rests, official=True)

    def _take(self, rests: set[date], *, official: bool) -> None:
        former = {d: w for d, w in self.calendar.exceptions.items() if d.year != 2027}
        years = self.calendar.official_years | ({2027} if official else set())
        self.calendar = replace(
            self.calendar,
            official_years=frozenset(years),
            exceptions=former | dict.fromkeys(rests, False),
        )
        self.stored = [
            change[0] if (change := recomputed(each, FIELDS, self.calendar)) else each
            for each in self.stored
        ]

    @invariant()
    def every_deadline_holds_its_working_days(self) -> None:
        for each in self.stored:
            assert each.basis is not None
            start = each.basis.start
            days = [start + timedelta(days=n) for n in range(1, (each.due_date - start).days + 1)]
            worked = [day for day in days if self.calendar.is_working(day)]
            assert len(worked) == each.basis.working_days
            assert not days or self.calendar.is_working(each.due_date)

    @invariant()
    def what_touches_an_unpublished_year_is_flagged_and_nothing_else(self) -> None:
        for each in self.stored:
            assert each.basis is not None
            years = range(each.basis.start.year, each.due_date.year + 1)
            unpublished = any(year not in self.calendar.official_years for year in years)
            assert each.provisional is unpublished


YearEnds.TestCase.settings = settings(
    max_examples=some_of(40), stateful_step_count=20, deadline=None, derandomize=True
)
TestYearEnds = YearEnds.TestCase


def test_a_period_over_the_spring_festival_of_2026_jumps_it() -> None:
    before = date(2026, 2, 13)

    assert CALENDAR.after(before, 5).due_date > before + timedelta(days=10)


@pytest.mark.parametrize(
    ("value", "due_date", "stem"),
    [
        (a_listing(), "objection_until", "objection"),
        (a_listing(), "delisting_due", "delisting"),
        (A_TASK, "report_due", "report"),
        (A_TASK, "feedback_due", "feedback"),
        (an_order(), "feedback_due", "feedback"),
        (an_order(), "lifting_due", "lifting"),
        (a_repair(), "decision_due", "decision"),
    ],
)
def test_the_deadlines_of_reports_and_sanctions_keep_flag_and_basis(
    value: DepartmentTask | Listing | MeasureOrder | Repair, due_date: str, stem: str
) -> None:
    fields = DeadlineFields(
        due_date=due_date, provisional=f"{stem}_provisional", basis=f"{stem}_basis"
    )
    unpublished = replace(
        CALENDAR,
        official_years=frozenset({2025, 2026}),
        exceptions={day: works for day, works in CALENDAR.exceptions.items() if day.year < 2027},
    )
    official = replace(
        unpublished,
        official_years=frozenset({2025, 2026, 2027}),
        exceptions={**unpublished.exceptions, date(2027, 1, 1): False},
    )
    due = unpublished.after(date(2026, 12, 29), 5)
    changes: Any = {
        fields.due_date: due.due_date,
        fields.provisional: due.provisional,
        fields.basis: due.basis,
    }
    stored = replace(value, **changes)

    change = recomputed(stored, fields, official)
    again = recomputed(change[0], fields, official) if change else None

    assert (due.due_date, due.provisional) == (date(2027, 1, 5), True)
    assert change is not None
    assert getattr(change[0], fields.due_date) == date(2027, 1, 6)
    assert getattr(change[0], fields.provisional) is False
    assert getattr(change[0], fields.basis) == due.basis
    assert change[1] == Moved(date(2027, 1, 5), date(2027, 1, 6), provisional=False)
    assert again is None
    assert recomputed(value, fields, official) is None
