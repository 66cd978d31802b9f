"""What the desk shows, read from the agent's rows; the JSON API gives the same."""

import json
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.results import FindingsSubmitted, ResultShared
from contracts.sanctions import MeasureOrdered
from contracts.tasks import TaskAmended, TaskPublished, TeamChangeCard
from department_agents.ceremonies import CeremonyView, ceremonies_of
from department_agents.fieldwork import task_of
from department_agents.measures import measure_of, outcomes_in
from department_agents.store.database import Database
from department_agents.store.rows import (
    MeasureRow,
    MeasureState,
    NoticeRow,
    SharedResultRow,
    TaskRow,
    TaskState,
)
from department_agents.uploads import uploads_of


@dataclass(frozen=True, slots=True)
class TaskView:
    """A visit's part of this department with its state and last report."""

    task: TaskPublished
    state: TaskState
    report_version: int
    returned_reason: str | None
    withdrawn_reason: str | None
    report: FindingsSubmitted | None = None
    changes: tuple[TeamChangeCard, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Give the view for the API."""
        return {
            "visit_id": self.task.visit_id,
            "state": self.state.value,
            "report_version": self.report_version,
            "returned_reason": self.returned_reason,
            "withdrawn_reason": self.withdrawn_reason,
            "report": None if self.report is None else self.report.model_dump(mode="json"),
            "changes": [each.model_dump(mode="json") for each in self.changes],
            "task": self.task.model_dump(mode="json"),
        }


@dataclass(frozen=True, slots=True)
class MeasureView:
    """A measure with its state, what may be answered now, and the last answer."""

    order: MeasureOrdered
    state: MeasureState
    outcomes: tuple[str, ...]
    feedback: dict[str, Any] | None
    lifted_reason: str | None

    def as_json(self) -> dict[str, Any]:
        """Give the view for the API."""
        return {
            "order_id": self.order.order_id,
            "state": self.state.value,
            "outcomes": list(self.outcomes),
            "feedback": self.feedback,
            "lifted_reason": self.lifted_reason,
            "measure": self.order.model_dump(mode="json"),
        }


class Views:
    """Reads of the desk; each is one short transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def tasks(self) -> list[TaskView]:
        """Give all tasks by their first day."""
        async with self._database.transaction() as session:
            ordered = select(TaskRow).order_by(col(TaskRow.date_from), col(TaskRow.visit_id))
            changes = await _changes(session)
            return [
                _task_view(row, changes.get(row.visit_id, ()))
                for row in await session.exec(ordered)
            ]

    async def task(self, visit_id: str) -> TaskView | None:
        """Give one task, or None."""
        async with self._database.transaction() as session:
            row = await session.get(TaskRow, visit_id)
            if row is None:
                return None
            return _task_view(row, (await _changes(session)).get(visit_id, ()))

    async def measures(self) -> list[MeasureView]:
        """Give all measures in the order they came."""
        async with self._database.transaction() as session:
            ordered = select(MeasureRow).order_by(col(MeasureRow.received_at))
            return [_measure_view(row) for row in await session.exec(ordered)]

    async def measure(self, order_id: str) -> MeasureView | None:
        """Give one measure, or None."""
        async with self._database.transaction() as session:
            row = await session.get(MeasureRow, order_id)
            return None if row is None else _measure_view(row)

    async def shared_results(self) -> list[ResultShared]:
        """Give what other departments found at our visits, newest first."""
        async with self._database.transaction() as session:
            rows = await session.exec(
                select(SharedResultRow).order_by(col(SharedResultRow.received_at).desc())
            )
            return [ResultShared.model_validate(json.loads(row.body)["data"]) for row in rows]

    async def uploads(self) -> list[dict[str, Any]]:
        """Give the directories that were sent with their receipts, the latest first."""
        async with self._database.transaction() as session:
            return await uploads_of(session)

    async def ceremonies(self) -> list[CeremonyView]:
        """Give what lotteries reminded us of, the latest first."""
        async with self._database.transaction() as session:
            return await ceremonies_of(session)

    async def alarms(self) -> list[NoticeRow]:
        """Give notices that a person has to look at."""
        async with self._database.transaction() as session:
            return await _alarms(session)


async def _alarms(session: AsyncSession) -> list[NoticeRow]:
    query = select(NoticeRow).where(col(NoticeRow.alarm).is_not(None))
    return list(await session.exec(query.order_by(col(NoticeRow.received_at).desc())))


async def _changes(session: AsyncSession) -> dict[str, tuple[TeamChangeCard, ...]]:
    """Give by visit the seats that changed hands, as the newest letter about each tells them."""
    query = select(NoticeRow).where(col(NoticeRow.kind) == TaskAmended.__name__)
    rows = await session.exec(query.order_by(col(NoticeRow.received_at)))
    letters = [TaskAmended.model_validate(json.loads(row.body)["data"]) for row in rows]
    return {each.visit_id: each.changes for each in sorted(letters, key=lambda one: one.version)}


def _task_view(row: TaskRow, changes: tuple[TeamChangeCard, ...]) -> TaskView:
    return TaskView(
        task=task_of(row),
        state=row.state,
        report_version=row.report_version,
        returned_reason=row.returned_reason,
        withdrawn_reason=row.withdrawn_reason,
        report=None if row.report is None else FindingsSubmitted.model_validate_json(row.report),
        changes=changes,
    )


def _measure_view(row: MeasureRow) -> MeasureView:
    return MeasureView(
        order=measure_of(row),
        state=row.state,
        outcomes=outcomes_in(row.state),
        feedback=None if row.feedback is None else json.loads(row.feedback),
        lifted_reason=row.lifted_reason,
    )
