"""What the desk shows, read from the agent's rows; the JSON API gives the same."""

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.results import FindingsSubmitted, ResultReturned, ResultShared, SharedAnswer
from contracts.sanctions import MeasureOrdered
from contracts.tasks import TaskAmended, TaskPublished, TeamChangeCard
from department_agents.ceremonies import CeremonyView, ceremonies_of
from department_agents.fieldwork import task_of
from department_agents.measures import measure_of, outcomes_in
from department_agents.store.database import Database
from department_agents.store.measure_rows import MeasureNoteRow
from department_agents.store.order_rows import GapRow
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
class OthersAnswer:
    """What another organ answered to a shared question of a visit."""

    department: str
    object_id: str
    answer: SharedAnswer


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
    others: tuple[OthersAnswer, ...] = ()
    returns: tuple[ResultReturned, ...] = ()

    @property
    def last_return(self) -> ResultReturned | None:
        """Give why the report came back last."""
        return self.returns[-1] if self.returns else None

    @property
    def may_supplement(self) -> bool:
        """Whether a report is out of which something was not checked."""
        out = self.state is TaskState.REPORTED and self.report is not None
        return out and any(not each.checked for each in self.report.findings)  # type: ignore[union-attr] # there, when out

    def answer_of(self, department: str, object_id: str, shared_code: str) -> SharedAnswer | None:
        """Give what another organ answered to a shared question, once that has come."""
        asked = (department, object_id, shared_code)
        return next(
            (
                each.answer
                for each in self.others
                if (each.department, each.object_id, each.answer.shared_code) == asked
            ),
            None,
        )

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
            "returns": [each.model_dump(mode="json") for each in self.returns],
            "others_answers": [
                {
                    "department": each.department,
                    "object_id": each.object_id,
                    **each.answer.model_dump(mode="json"),
                }
                for each in self.others
            ],
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
    note: MeasureNoteRow | None = None

    @property
    def subject_name(self) -> str:
        """Name the subject, as last corrected."""
        corrected = self.note and self.note.subject_name
        return corrected or self.order.subject_name

    @property
    def until(self) -> date:
        """Give the end of the measure, as last corrected."""
        corrected = self.note and self.note.until
        return corrected or self.order.until

    @property
    def reminded_due(self) -> date | None:
        """Give the day the office reminded of, while the answer is awaited."""
        waits = (MeasureState.ORDERED, MeasureState.LIFTED)
        return self.note.due_date if self.note and self.state in waits else None

    def as_json(self) -> dict[str, Any]:
        """Give the view for the API."""
        return {
            "order_id": self.order.order_id,
            "state": self.state.value,
            "outcomes": list(self.outcomes),
            "feedback": self.feedback,
            "lifted_reason": self.lifted_reason,
            "subject_name": self.subject_name,
            "until": self.until.isoformat(),
            "reminded_due": self.reminded_due.isoformat() if self.reminded_due else None,
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
            changes, others = await _changes(session), _by_visit(await _shared(session))
            returns = await _returns(session)
            return [
                replace(
                    _task_view(row, changes.get(row.visit_id, ()), others.get(row.visit_id, ())),
                    returns=returns.get(row.visit_id, ()),
                )
                for row in await session.exec(ordered)
            ]

    async def task(self, visit_id: str) -> TaskView | None:
        """Give one task, or None."""
        async with self._database.transaction() as session:
            row = await session.get(TaskRow, visit_id)
            if row is None:
                return None
            others = _by_visit(await _shared(session, visit_id))
            changes, returns = await _changes(session), await _returns(session)
            view = _task_view(row, changes.get(visit_id, ()), others.get(visit_id, ()))
            return replace(view, returns=returns.get(visit_id, ()))

    async def measures(self) -> list[MeasureView]:
        """Give all measures in the order they came."""
        async with self._database.transaction() as session:
            ordered = select(MeasureRow).order_by(col(MeasureRow.received_at))
            notes = {each.order_id: each for each in await session.exec(select(MeasureNoteRow))}
            rows = await session.exec(ordered)
            return [_measure_view(row, notes.get(row.order_id)) for row in rows]

    async def measure(self, order_id: str) -> MeasureView | None:
        """Give one measure, or None."""
        async with self._database.transaction() as session:
            row = await session.get(MeasureRow, order_id)
            note = await session.get(MeasureNoteRow, order_id)
            return None if row is None else _measure_view(row, note)

    async def shared_results(self) -> list[ResultShared]:
        """Give what other departments found at our visits, newest first."""
        async with self._database.transaction() as session:
            return await _shared(session)

    async def uploads(self) -> list[dict[str, Any]]:
        """Give the directories that were sent with their receipts, the latest first."""
        async with self._database.transaction() as session:
            return await uploads_of(session)

    async def ceremonies(self) -> list[CeremonyView]:
        """Give what lotteries reminded us of, the latest first."""
        async with self._database.transaction() as session:
            return await ceremonies_of(session)

    async def open_gaps(self) -> list[GapRow]:
        """Give the gaps in our queues that nothing has closed yet."""
        async with self._database.transaction() as session:
            still_open = select(GapRow).where(col(GapRow.closed_at).is_(None))
            return list(await session.exec(still_open.order_by(col(GapRow.gap_id))))

    async def alarms(self) -> list[NoticeRow]:
        """Give notices that a person has to look at."""
        async with self._database.transaction() as session:
            return await _alarms(session)


async def _alarms(session: AsyncSession) -> list[NoticeRow]:
    query = select(NoticeRow).where(col(NoticeRow.alarm).is_not(None))
    return list(await session.exec(query.order_by(col(NoticeRow.received_at).desc())))


async def _shared(session: AsyncSession, visit_id: str | None = None) -> list[ResultShared]:
    """Give what others found, newest first; of one visit or of all."""
    query = select(SharedResultRow).order_by(col(SharedResultRow.received_at).desc())
    if visit_id is not None:
        query = query.where(col(SharedResultRow.visit_id) == visit_id)
    rows = await session.exec(query)
    return [
        ResultShared.model_validate(json.loads(row.body)["data"], extra="ignore") for row in rows
    ]


def _by_visit(shared: list[ResultShared]) -> dict[str, tuple[OthersAnswer, ...]]:
    """Give by visit what others answered to shared questions; newer versions come first."""
    answers: dict[str, tuple[OthersAnswer, ...]] = {}
    for result in sorted(shared, key=lambda each: each.report_version, reverse=True):
        answers[result.visit_id] = (
            *answers.get(result.visit_id, ()),
            *(
                OthersAnswer(result.from_department, line.object_id, answer)
                for line in result.results
                for answer in line.answers
            ),
        )
    return answers


async def _changes(session: AsyncSession) -> dict[str, tuple[TeamChangeCard, ...]]:
    """Give by visit the seats that changed hands, as the newest letter about each tells them."""
    query = select(NoticeRow).where(col(NoticeRow.kind) == TaskAmended.__name__)
    rows = await session.exec(query.order_by(col(NoticeRow.received_at)))
    letters = [TaskAmended.model_validate(json.loads(row.body)["data"]) for row in rows]
    return {each.visit_id: each.changes for each in sorted(letters, key=lambda one: one.version)}


async def _returns(session: AsyncSession) -> dict[str, tuple[ResultReturned, ...]]:
    """Give by visit every return of its report, the oldest first."""
    query = select(NoticeRow).where(col(NoticeRow.kind) == ResultReturned.__name__)
    found: dict[str, tuple[ResultReturned, ...]] = {}
    for row in await session.exec(query.order_by(col(NoticeRow.received_at))):
        told = ResultReturned.model_validate(json.loads(row.body)["data"], extra="ignore")
        found[told.visit_id] = (*found.get(told.visit_id, ()), told)
    return found


def _task_view(
    row: TaskRow, changes: tuple[TeamChangeCard, ...], others: tuple[OthersAnswer, ...]
) -> TaskView:
    return TaskView(
        task=task_of(row),
        state=row.state,
        report_version=row.report_version,
        returned_reason=row.returned_reason,
        withdrawn_reason=row.withdrawn_reason,
        report=None if row.report is None else FindingsSubmitted.model_validate_json(row.report),
        changes=changes,
        others=others,
    )


def _measure_view(row: MeasureRow, note: MeasureNoteRow | None) -> MeasureView:
    return MeasureView(
        order=measure_of(row),
        state=row.state,
        outcomes=outcomes_in(row.state),
        feedback=None if row.feedback is None else json.loads(row.feedback),
        lifted_reason=row.lifted_reason,
        note=note,
    )
