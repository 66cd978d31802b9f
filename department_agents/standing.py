"""How an agent stands: what waits, what was parked, what the department has to do."""

from sqlalchemy import func
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from department_agents.store.database import Database
from department_agents.store.order_rows import GapRow
from department_agents.store.rows import (
    DeadLetterRow,
    MeasureRow,
    NoticeRow,
    OutboxRow,
    OutboxState,
    RetryRow,
    TaskRow,
)

Standing = dict[str, int | dict[str, int]]


async def standing_of(database: Database) -> Standing:
    """Count outbox, retries, gaps, parked messages, alarms, tasks and measures; no body is read."""
    async with database.transaction() as session:
        outbox = await _by_state(session, OutboxRow)
        alarms = select(func.count()).where(col(NoticeRow.alarm).is_not(None))
        gaps = select(func.count()).where(col(GapRow.closed_at).is_(None))
        return {
            "waiting_to_leave": outbox.get(OutboxState.PENDING, 0),
            "unroutable": outbox.get(OutboxState.UNROUTABLE, 0),
            "waiting_for_retry": await _count(session, RetryRow),
            "gaps": (await session.exec(gaps)).one(),
            "parked": await _count(session, DeadLetterRow),
            "alarms": (await session.exec(alarms)).one(),
            "tasks": await _by_state(session, TaskRow),
            "measures": await _by_state(session, MeasureRow),
        }


async def _count(session: AsyncSession, row: type[SQLModel]) -> int:
    return (await session.exec(select(func.count()).select_from(row))).one()


async def _by_state(
    session: AsyncSession, row: type[OutboxRow] | type[TaskRow] | type[MeasureRow]
) -> dict[str, int]:
    query = select(row.state, func.count()).group_by(col(row.state))
    return {str(state): number for state, number in await session.exec(query)}
