"""Reports that went out, and what the office answered where it did not take one in."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.results import FindingsSubmitted, ReportRefused
from department_agents.answers import Department, require_own
from department_agents.notices import keep_notice
from department_agents.post import Letter
from department_agents.store.report_rows import SentReportRow
from department_agents.store.rows import TaskRow, TaskState


@dataclass(frozen=True, slots=True)
class Refusal:
    """A report that the office refused; `is_last`: nothing was sent about the visit since."""

    told: ReportRefused
    is_last: bool

    def as_json(self) -> dict[str, Any]:
        """Give the refusal for the API."""
        return {**self.told.model_dump(mode="json"), "is_last": self.is_last}


class SentReports:
    """The reports of one department; every method runs in the caller's transaction."""

    def __init__(self, department: Department) -> None:
        self._own = department

    def keep(
        self, session: AsyncSession, row: TaskRow, report: FindingsSubmitted, message_id: str
    ) -> None:
        """Keep a report under the message that carries it."""
        session.add(
            SentReportRow(
                message_id=message_id,
                visit_id=report.visit_id,
                report_version=report.report_version,
                body=report.model_dump_json(),
                returned_reason=row.returned_reason,
                sent_at=self._own.clock.now(),
            )
        )

    async def refuse(self, session: AsyncSession, letter: Letter[ReportRefused]) -> None:
        """Keep why a report was refused, and open the task again where the office waits for it.

        A refusal of what was sent before the last report is kept, and changes nothing.
        """
        told = letter.message
        require_own(told.department, self._own.code)
        now = self._own.clock.now()
        await keep_notice(session, letter, now)
        sent = await _sent(session, told.visit_id)
        refused = next((each for each in sent if each.message_id == told.message_id), None)
        if refused is not None:
            refused.refusal, refused.refused_at = told.model_dump_json(), now
            session.add(refused)
        row = await session.get(TaskRow, told.visit_id)
        if row is not None and row.state is TaskState.REPORTED and _concerns(told, row, sent):
            _reopen(row, told, sent)
            session.add(row)


async def refusals_of(session: AsyncSession) -> dict[str, tuple[Refusal, ...]]:
    """Give by visit what the office refused, the oldest first."""
    rows = await session.exec(select(SentReportRow).order_by(col(SentReportRow.number)))
    by_visit: dict[str, list[SentReportRow]] = {}
    for row in rows:
        by_visit.setdefault(row.visit_id, []).append(row)
    return {
        visit_id: tuple(
            Refusal(ReportRefused.model_validate_json(each.refusal), each is sent[-1])
            for each in sent
            if each.refusal is not None
        )
        for visit_id, sent in by_visit.items()
    }


def _concerns(told: ReportRefused, row: TaskRow, sent: list[SentReportRow]) -> bool:
    """Say whether the last report is meant; by its version where none was kept by message yet."""
    if sent:
        return sent[-1].message_id == told.message_id
    return row.report_version == told.report_version


def _reopen(row: TaskRow, told: ReportRefused, sent: list[SentReportRow]) -> None:
    """Go back to what the office holds; what was refused stays in the form to be corrected."""
    row.report_version = told.standing_version
    if told.awaited:
        row.state = TaskState.ACCEPTED
        row.returned_reason = sent[-1].returned_reason if sent else None
        return
    standing = [
        each.body
        for each in sent
        if each.refusal is None and each.report_version == told.standing_version
    ]
    row.report = standing[-1] if standing else row.report


async def _sent(session: AsyncSession, visit_id: str) -> list[SentReportRow]:
    query = select(SentReportRow).where(col(SentReportRow.visit_id) == visit_id)
    return list(await session.exec(query.order_by(col(SentReportRow.number))))
