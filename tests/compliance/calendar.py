"""What the stored working-day calendar must do on both databases."""

from datetime import date, timedelta
from typing import Any

import pytest

from coordinator.adapters.policy_files import read_calendar_days
from coordinator.domain.disclosure import Disclosure
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.working_days import CalendarDay
from coordinator.services import registers
from coordinator.services.registers import CalendarTaken
from tests.builders import CALENDAR, MARKET, NOW, POLICIES
from tests.play import Play, clerk, office

YEAR = 2027
SOURCE = "国办发明电〔2026〕5号"
NEW_YEAR = [CalendarDay(day=date(YEAR, 1, d), working=False, name="元旦") for d in (1, 2, 3)]
MAKE_UP = CalendarDay(day=date(YEAR, 1, 9), working=True)
SHIPPED = read_calendar_days(POLICIES)


def a_disclosure(start: date, days: int, **changes: Any) -> Disclosure:
    due = CALENDAR.after(start, days)
    values: dict[str, Any] = {
        "disclosure_id": "d-1",
        "result_id": "r-1",
        "round_id": "R1",
        "visit_id": "v-1",
        "task_number": "PC-1",
        "object_id": "o-1",
        "object_name": "饭店",
        "item": "mr-1",
        "item_name": "事项",
        "department": MARKET,
        "visited_date": start,
        "method": "现场检查",
        "result_codes": ("1",),
        "disposal": ("none",),
        "has_problem": False,
        "due_date": due.due_date,
        "due_provisional": due.provisional,
        "due_basis": due.basis,
        "disclosed_at": NOW,
        "disclosed_by": "x",
    }
    return Disclosure(**values | changes)


async def _import(play: Play, *days: CalendarDay, **how: Any) -> CalendarTaken:
    async with play.work(office()) as work:
        return await registers.import_calendar(work, YEAR, days, SOURCE, **how)


class CalendarCompliance:
    """A year comes in whole, the next transaction counts by it, and deadlines follow."""

    async def test_before_any_import_the_shipped_calendar_counts(self, empty: Play) -> None:
        async with empty.work(office()) as work:
            assert work.calendar == CALENDAR

    async def test_the_shipped_years_are_taken_in_once_and_count_as_before(
        self, empty: Play
    ) -> None:
        async with empty.work(office()) as work:
            first = await registers.seed_calendar(work, SHIPPED)
            again = await registers.seed_calendar(work, SHIPPED)

        async with empty.work(office()) as work:
            stored = work.calendar
        every = [date(2024, 1, 1) + timedelta(days=n) for n in range(366 + 365 + 365)]
        assert (first, again) == ((2024, 2025, 2026), ())
        assert stored.official_years == CALENDAR.official_years
        assert stored.warning_days == CALENDAR.warning_days
        assert [d for d in every if stored.is_working(d) != CALENDAR.is_working(d)] == []

    async def test_the_next_transaction_counts_by_an_imported_year(self, empty: Play) -> None:
        await _import(empty, *NEW_YEAR, MAKE_UP)

        async with empty.work(office()) as work:
            assert YEAR in work.calendar.official_years
            assert work.calendar.is_working(MAKE_UP.day)
            assert not work.calendar.is_working(NEW_YEAR[0].day)

    async def test_a_year_replaces_the_year_before_it_even_within_a_second(
        self, empty: Play
    ) -> None:
        await _import(empty, *NEW_YEAR, MAKE_UP)
        async with empty.work(office()) as work:
            assert work.calendar.is_working(MAKE_UP.day)

        await _import(empty, *NEW_YEAR)

        async with empty.work(office()) as work:
            assert not work.calendar.is_working(MAKE_UP.day)
            assert await work.calendar_days.count() == len(NEW_YEAR)

    async def test_the_same_year_again_changes_nothing(self, empty: Play) -> None:
        await _import(empty, *NEW_YEAR)
        async with empty.work(office()) as work:
            before = await work.calendar_years.get(YEAR)

        taken = await _import(empty, *NEW_YEAR)

        async with empty.work(office()) as work:
            assert await work.calendar_years.get(YEAR) == before
            assert len(await work.audit_entries.where(tag="registers:calendar:imported")) == 1
        assert taken.number_of_days == len(NEW_YEAR)

    async def test_a_failed_import_leaves_the_calendar_as_it_was(self, empty: Play) -> None:
        await _import(empty, *NEW_YEAR)
        against = CalendarDay(day=date(YEAR, 1, 1), working=True)

        with pytest.raises(RuleBrokenError) as caught:
            await _import(empty, *NEW_YEAR, against)

        async with empty.work(office()) as work:
            assert await work.calendar_days.count() == len(NEW_YEAR)
        assert caught.value.rule is Rule.CALENDAR_DAYS_CONTRADICT
        assert caught.value.facts["row"] == 4

    async def test_official_beats_provisional_and_never_the_other_way(self, empty: Play) -> None:
        await _import(empty, *NEW_YEAR[:1], official=False)
        async with empty.work(office()) as work:
            assert YEAR not in work.calendar.official_years
            assert not work.calendar.is_working(NEW_YEAR[0].day)

        await _import(empty, *NEW_YEAR)
        with pytest.raises(RuleBrokenError) as caught:
            await _import(empty, *NEW_YEAR[:1], official=False)

        assert caught.value.rule is Rule.CALENDAR_OFFICIAL_STAYS

    async def test_every_stored_deadline_follows_and_says_what_moved(self, empty: Play) -> None:
        reaching = a_disclosure(date(2026, 12, 30), 3)
        settled = a_disclosure(date(2026, 12, 30), 0, disclosure_id="d-2", due_provisional=True)
        named = a_disclosure(date(2026, 12, 30), 3, disclosure_id="d-3", due_basis=None)
        async with empty.work(office()) as work:
            await registers.seed_calendar(work, SHIPPED)
            await work.disclosures.add([reaching, settled, named])

        taken = await _import(empty, *NEW_YEAR)

        async with empty.work(office()) as work:
            after = {each.disclosure_id: each for each in await work.disclosures.where()}
            [entry] = await work.audit_entries.where(tag="registers:deadline:recomputed")
        assert reaching.due_date == date(2027, 1, 4)
        assert (after["d-1"].due_date, after["d-1"].due_provisional) == (date(2027, 1, 5), False)
        assert (after["d-2"].due_date, after["d-2"].due_provisional) == (settled.due_date, False)
        assert after["d-3"] == named
        assert (taken.deadlines_moved, taken.deadlines_settled) == (1, 1)
        assert entry.subject == "disclosures/d-1"
        assert entry.facts == {
            "field": "due_date",
            "before": "2027-01-04",
            "after": "2027-01-05",
            "provisional": False,
        }

    async def test_nobody_but_the_office_imports_a_year(self, empty: Play) -> None:
        async with empty.work(clerk(MARKET)) as work:
            with pytest.raises(RuleBrokenError) as caught:
                await registers.import_calendar(work, YEAR, NEW_YEAR, SOURCE)

        assert caught.value.rule is Rule.ROLE_NOT_ALLOWED
