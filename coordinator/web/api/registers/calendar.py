"""The working-day calendar as data, and a whole year taken in."""

from collections.abc import Sequence
from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.working_days import CalendarDay
from coordinator.services import registers
from coordinator.services.ports import Role, Work
from coordinator.web.acts import Act, Entry, Keys, add_acts
from coordinator.web.dependencies import Reader
from coordinator.web.language import later
from coordinator.web.parts import Parts

TAG = "放假安排 calendar"
router = APIRouter(tags=[TAG])
_MOST_DAYS = 366


class DayEntry(BaseModel):
    """A day that differs from Monday to Friday, or a named holiday."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: date
    working: bool
    name: str = Field(default="", max_length=50)


class YearEntry(Entry):
    """A whole year of the calendar."""

    source: str = Field(title=later("发文文号"), min_length=1, max_length=200)
    official: bool = Field(title=later("正式安排"))
    days: tuple[DayEntry, ...] = Field(title=later("日期"), min_length=1, max_length=_MOST_DAYS)


class YearSeen(BaseModel):
    """A year of the calendar as it counts now."""

    year: int
    official: bool
    source: str
    days: Sequence[CalendarDay]


@router.get("/calendar/{year}", summary="一年的放假安排", operation_id="calendar_year")
async def one_year(year: int, parts: Parts, person: Reader) -> YearSeen:
    """Give the holidays and make-up days of a year."""
    async with parts.open_work(person.actor, writes=False) as work:
        found = await work.calendar_years.get(year)
        days = [each for each in await work.calendar_days.where() if each.day.year == year]
    return YearSeen(year=year, official=found.official, source=found.source, days=days)


async def _take_in(work: Work, keys: Keys, entry: YearEntry) -> object:
    if not keys["year"].isdecimal():
        raise RuleBrokenError(Rule.NOT_FOUND, kind="year", key=keys["year"])
    days = [CalendarDay(**each.model_dump()) for each in entry.days]
    return await registers.import_calendar(
        work, int(keys["year"]), days, entry.source, official=entry.official
    )


ACTS: tuple[Act, ...] = (
    Act(
        name="import-calendar",
        path="/calendar/{year}",
        label=later("导入放假安排"),
        consequence=later("整年替换，并按新安排重算所有以工作日计算的期限。"),
        role=Role.OFFICE,
        entry=YearEntry,
        run=_take_in,
        on_console=False,
    ),
)

add_acts(router, ACTS, TAG)
