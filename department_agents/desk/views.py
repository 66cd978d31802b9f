"""What the desk shows, read from the agent's rows; the JSON API gives the same."""

import json
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.results import (
    FindingsSubmitted,
    ReportRefused,
    ResultReturned,
    ResultShared,
    SharedAnswer,
)
from contracts.tasks import LapsedItemCard, TaskPublished, TeamChangeCard
from department_agents.answers import task_of
from department_agents.ceremonies import CeremonyView, ceremonies_of
from department_agents.desk.measure_views import MeasureView, measure_view
from department_agents.desk.told import changes_of, returns_of
from department_agents.draft_rules import of_task
from department_agents.drafts import Draft, drafts_of
from department_agents.lapses import lapses_of
from department_agents.sent_reports import Refusal, refusals_of
from department_agents.store.database import Database
from department_agents.store.measure_rows import MeasureNoteRow
from department_agents.store.order_rows import GapRow
from department_agents.store.rows import (
    MeasureRow,
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
    drafts: tuple[Draft, ...] = ()
    lapsed: tuple[LapsedItemCard, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    @property
    def open_refusal(self) -> ReportRefused | None:
        """Give why the last report was not taken in; None where it was, or nothing is known."""
        return next((each.told for each in self.refusals if each.is_last), None)

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
            "drafts": [each.as_json() for each in self.drafts],
            "lapsed": [each.model_dump(mode="json") for each in self.lapsed],
            "refusals": [each.as_json() for each in self.refusals],
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


class Views:
    """Reads of the desk; each is one short transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def tasks(self) -> list[TaskView]:
        """Give all tasks by their first day."""
        async with self._database.transaction() as session:
            ordered = select(TaskRow).order_by(col(TaskRow.date_from), col(TaskRow.visit_id))
            changes, others = await changes_of(session), _by_visit(await _shared(session))
            returns, drafts = await returns_of(session), await drafts_of(session)
            refusals, lapses = await refusals_of(session), await lapses_of(session)
            return [
                replace(
                    _task_view(row, changes.get(row.visit_id, ()), others.get(row.visit_id, ())),
                    returns=returns.get(row.visit_id, ()),
                    drafts=of_task(task_of(row), drafts.get(row.visit_id, ())),
                    lapsed=lapses.get(row.visit_id, ()),
                    refusals=refusals.get(row.visit_id, ()),
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
            changes, returns = await changes_of(session), await returns_of(session)
            drafts, lapses = await drafts_of(session, visit_id), await lapses_of(session, visit_id)
            view = _task_view(row, changes.get(visit_id, ()), others.get(visit_id, ()))
            return replace(
                view,
                returns=returns.get(visit_id, ()),
                drafts=of_task(view.task, drafts.get(visit_id, ())),
                lapsed=lapses.get(visit_id, ()),
                refusals=(await refusals_of(session)).get(visit_id, ()),
            )

    async def measures(self) -> list[MeasureView]:
        """Give all measures in the order they came."""
        async with self._database.transaction() as session:
            ordered = select(MeasureRow).order_by(col(MeasureRow.received_at))
            notes = {each.order_id: each for each in await session.exec(select(MeasureNoteRow))}
            rows = await session.exec(ordered)
            return [measure_view(row, notes.get(row.order_id)) for row in rows]

    async def measure(self, order_id: str) -> MeasureView | None:
        """Give one measure, or None."""
        async with self._database.transaction() as session:
            row = await session.get(MeasureRow, order_id)
            note = await session.get(MeasureNoteRow, order_id)
            return None if row is None else measure_view(row, note)

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
