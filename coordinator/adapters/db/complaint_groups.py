"""Complaints of a year in groups: no text, name or contact leaves the database."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from coordinator.adapters.db.tables_archive import ComplaintRow
from coordinator.domain.complaints import OPEN_COMPLAINTS, ComplaintGroup, ComplaintOutcome

_TABLE: Any = ComplaintRow.__table__  # type: ignore[attr-defined] # SQLModel hides it


class DatabaseComplaintGroups:
    """Counts over the complaints; see services.ports.ComplaintGroups for its promises."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of_year(self, year: int, today: date) -> Sequence[ComplaintGroup]:
        """Group the complaints received in a year by all that is counted; late ones as of today."""
        held = _TABLE.c
        is_open = held.state.in_(sorted(OPEN_COMPLAINTS))
        in_time = func.coalesce(held.answered_date <= held.answer_due, False)
        told = (
            select(
                held.outcome,
                is_open.label("is_open"),
                in_time.label("in_time"),
                and_(is_open, held.answer_due < today).label("overdue"),
            )
            .where(held.received_date.between(date(year, 1, 1), date(year, 12, 31)))
            .subquery()
        )
        grouped = select(*told.c, func.count()).group_by(*told.c)
        rows = (await self._connection.execute(grouped)).all()
        return [
            ComplaintGroup(
                outcome=ComplaintOutcome(row[0]) if row[0] else None,
                is_open=bool(row[1]),
                in_time=bool(row[2]),
                overdue=bool(row[3]),
                number=int(row[4]),
            )
            for row in rows
        ]
