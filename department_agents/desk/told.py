"""What letters told about visits: seats that changed hands, reports that came back."""

import json

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.results import ResultReturned
from contracts.tasks import TaskAmended, TeamChangeCard
from department_agents.store.rows import NoticeRow


async def changes_of(session: AsyncSession) -> dict[str, tuple[TeamChangeCard, ...]]:
    """Give by visit the seats that changed hands, as the newest letter about each tells them."""
    query = select(NoticeRow).where(col(NoticeRow.kind) == TaskAmended.__name__)
    rows = await session.exec(query.order_by(col(NoticeRow.received_at)))
    letters = [TaskAmended.model_validate(json.loads(row.body)["data"]) for row in rows]
    return {each.visit_id: each.changes for each in sorted(letters, key=lambda one: one.version)}


async def returns_of(session: AsyncSession) -> dict[str, tuple[ResultReturned, ...]]:
    """Give by visit every return of its report, the oldest first."""
    query = select(NoticeRow).where(col(NoticeRow.kind) == ResultReturned.__name__)
    found: dict[str, tuple[ResultReturned, ...]] = {}
    for row in await session.exec(query.order_by(col(NoticeRow.received_at))):
        told = ResultReturned.model_validate(json.loads(row.body)["data"], extra="ignore")
        found[told.visit_id] = (*found.get(told.visit_id, ()), told)
    return found
