"""The working-day calendar: years come in whole, and every stored deadline follows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from coordinator.domain.deadlines import DeadlineFields, Moved, recomputed
from coordinator.domain.working_days import (
    CalendarDay,
    CalendarYear,
    WorkingDays,
    calendar_of,
    require_may_replace,
    require_year,
)
from coordinator.services.access import require_office
from coordinator.services.ports import Collection, Query, Work

_STEP = 500
_SHIPPED = ""  # no notice was entered: the year came with the software

# Every collection that stores deadlines in working days, its key, and where it keeps them.
_DEADLINES: Mapping[str, tuple[str, tuple[DeadlineFields, ...]]] = {
    "tasks": (
        "task_id",
        (
            DeadlineFields(
                due_date="disclosure_due",
                provisional="disclosure_provisional",
                basis="disclosure_basis",
            ),
            DeadlineFields(
                due_date="report_due", provisional="report_provisional", basis="report_basis"
            ),
            DeadlineFields(
                due_date="feedback_due",
                provisional="feedback_provisional",
                basis="feedback_basis",
            ),
        ),
    ),
    "disclosures": (
        "disclosure_id",
        (
            DeadlineFields(due_date="due_date", provisional="due_provisional", basis="due_basis"),
            DeadlineFields(
                due_date="objection_due",
                provisional="objection_provisional",
                basis="objection_basis",
            ),
        ),
    ),
    "complaints": (
        "complaint_id",
        (
            DeadlineFields(
                due_date="answer_due",
                provisional="answer_provisional",
                basis="answer_basis",
            ),
        ),
    ),
    "listings": (
        "listing_id",
        (
            DeadlineFields(
                due_date="objection_until",
                provisional="objection_provisional",
                basis="objection_basis",
            ),
            DeadlineFields(
                due_date="delisting_due",
                provisional="delisting_provisional",
                basis="delisting_basis",
            ),
        ),
    ),
    "cases": (
        "case_id",
        (
            DeadlineFields(
                due_date="filing_due", provisional="filing_provisional", basis="filing_basis"
            ),
        ),
    ),
    "transfers": (
        "transfer_id",
        (
            DeadlineFields(
                due_date="answer_due", provisional="answer_provisional", basis="answer_basis"
            ),
        ),
    ),
    "copy_notices": (
        "notice_id",
        (
            DeadlineFields(
                due_date="answer_due", provisional="answer_provisional", basis="answer_basis"
            ),
        ),
    ),
    "samples": (
        "sample_id",
        (
            DeadlineFields(
                due_date="retest_due", provisional="retest_provisional", basis="retest_basis"
            ),
        ),
    ),
    "orders": (
        "order_id",
        (
            DeadlineFields(
                due_date="feedback_due",
                provisional="feedback_provisional",
                basis="feedback_basis",
            ),
            DeadlineFields(
                due_date="lifting_due",
                provisional="lifting_provisional",
                basis="lifting_basis",
            ),
        ),
    ),
    "repairs": (
        "repair_id",
        (
            DeadlineFields(
                due_date="decision_due",
                provisional="decision_provisional",
                basis="decision_basis",
            ),
        ),
    ),
}


@dataclass(frozen=True)
class CalendarTaken:
    """What an imported year changed: days of its own, and deadlines that moved or settled."""

    year: int
    number_of_days: int
    deadlines_moved: int
    deadlines_settled: int


async def import_calendar(
    work: Work, year: int, days: Iterable[CalendarDay], source: str, *, official: bool = True
) -> CalendarTaken:
    """Replace one year of the calendar, and recompute every stored deadline by it.

    An official year replaces any other; a provisional one never replaces an official one. A year
    that is here already, day by day, changes nothing.
    """
    require_office(work)
    wanted = require_year(year, enumerate(days, 1))
    known = await work.calendar_years.find(year)
    require_may_replace(known, official)
    former = tuple(each for each in await work.calendar_days.where() if each.day.year == year)
    if known is not None and (known.official, former) == (official, wanted):
        return CalendarTaken(year, len(wanted), 0, 0)
    for each in former:
        await work.calendar_days.remove(each.day)
    await work.calendar_days.add(wanted)
    await work.calendar_years.save(await _a_year(work, year, source, official=official))
    moved, settled = await recompute_deadlines(work, await stored_calendar(work))
    await work.audit(
        "registers:calendar:imported",
        str(year),
        source=source,
        official=official,
        days=len(wanted),
        moved=moved,
    )
    return CalendarTaken(year, len(wanted), moved, settled)


async def _a_year(work: Work, year: int, source: str, *, official: bool) -> CalendarYear:
    return CalendarYear(
        year=year,
        official=official,
        source=source,
        imported_at=work.now(),
        import_number=await work.next_number("calendar"),
    )


async def stored_calendar(work: Work) -> WorkingDays:
    """Give the calendar as it is stored now, an import of this very transaction included."""
    years, days = await work.calendar_years.where(), await work.calendar_days.where()
    return calendar_of(years, days, work.calendar.warning_days)


async def seed_calendar(
    work: Work, shipped: Mapping[int, Iterable[CalendarDay]]
) -> tuple[int, ...]:
    """Take in the shipped years that the database does not have yet; gives those it took."""
    known = {each.year for each in await work.calendar_years.where()}
    fresh = sorted(set(shipped) - known)
    for year in fresh:
        await work.calendar_days.add(shipped[year])
        await work.calendar_years.add([await _a_year(work, year, _SHIPPED, official=True)])
    if fresh:
        await work.audit("registers:calendar:seeded", "calendar", years=fresh)
    return tuple(fresh)


async def provisional_deadlines(work: Work) -> int:
    """Count the stored deadlines that wait for the official calendar of their year."""
    collections = ((getattr(work, name), places) for name, (_key, places) in _DEADLINES.items())
    return sum(
        [
            await collection.count(**{fields.provisional: True})
            for collection, places in collections
            for fields in places
        ]
    )


async def recompute_deadlines(work: Work, calendar: WorkingDays) -> tuple[int, int]:
    """Recompute every stored deadline; gives how many moved, and how many only settled.

    Each that moved leaves an audit entry with the day before and after.
    """
    changes = [
        moved
        for name, (key, places) in _DEADLINES.items()
        for fields in places
        for moved in await _recompute(work, getattr(work, name), (name, key, fields), calendar)
    ]
    moved = sum(each.before != each.after for each in changes)
    return moved, len(changes) - moved


async def _recompute(
    work: Work,
    collection: Collection[Any],
    place: tuple[str, str, DeadlineFields],
    calendar: WorkingDays,
) -> list[Moved]:
    name, key, fields = place
    total, offset, moves = 1, 0, []
    while offset < total:
        page = await collection.page(Query(order=key, offset=offset, limit=_STEP))
        for value in page.values:
            change = recomputed(value, fields, calendar)
            if change is None:
                continue
            await collection.save(change[0])
            await _note(work, f"{name}/{getattr(value, key)}", fields, change[1])
            moves.append(change[1])
        total, offset = page.total, offset + _STEP
    return moves


async def _note(work: Work, of: str, fields: DeadlineFields, moved: Moved) -> None:
    if moved.before != moved.after:
        await work.audit(
            "registers:deadline:recomputed",
            of,
            field=fields.due_date,
            before=moved.before.isoformat(),
            after=moved.after.isoformat(),
            provisional=moved.provisional,
        )
