"""The calendar of the database: read again only when a year has been imported since."""

from pydantic import TypeAdapter
from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from coordinator.adapters.db.tables_organisation import CalendarDayRow, CalendarYearRow
from coordinator.domain.working_days import CalendarDay, CalendarYear, WorkingDays, calendar_of

_YEARS: Table = CalendarYearRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_DAYS: Table = CalendarDayRow.__table__  # type: ignore[attr-defined]
_READ_YEARS = TypeAdapter(list[CalendarYear])
_READ_DAYS = TypeAdapter(list[CalendarDay])


class DatabaseCalendar:
    """Gives each transaction the calendar it sees; before the first import, the shipped one."""

    def __init__(self, shipped: WorkingDays) -> None:
        self._shipped = shipped
        self._kept: tuple[int, WorkingDays] | None = None

    async def seen_by(self, connection: AsyncConnection) -> WorkingDays:
        """Give the calendar as this transaction sees it, by one small query while it stays."""
        found = await connection.execute(select(func.max(_YEARS.c.import_number)))
        last_import = found.scalar_one()
        if last_import is None:
            return self._shipped
        # Number and calendar are one value: transactions of this process interleave at `await`.
        kept = self._kept
        if kept is None or kept[0] != last_import:
            kept = self._kept = (last_import, await self._read(connection))
        return kept[1]

    async def _read(self, connection: AsyncConnection) -> WorkingDays:
        years = (await connection.execute(select(_YEARS))).mappings().all()
        days = (await connection.execute(select(_DAYS))).mappings().all()
        return calendar_of(
            _READ_YEARS.validate_python([dict(row) for row in years]),
            _READ_DAYS.validate_python([dict(row) for row in days]),
            self._shipped.warning_days,
        )
