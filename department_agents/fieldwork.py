"""Stage 7 on the department's side: tasks that arrive, and what the department answers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, JsonValue, ValidationError
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.amqp.ports import PermanentFailure
from contracts.envelope import places_of_nul
from contracts.results import (
    FindingsSubmitted,
    ResultAcknowledged,
    ResultReturned,
    ResultShared,
)
from contracts.tasks import (
    PrecheckRefreshed,
    TaskAccepted,
    TaskAmended,
    TaskDeclined,
    TaskOpened,
    TaskPublished,
    TaskWithdrawn,
)
from contracts.vocabulary import Wire
from department_agents.clock import Clock, legal_date
from department_agents.former_codes import in_current_codes
from department_agents.notices import keep_notice
from department_agents.post import About, Letter, Post
from department_agents.proof_rules import flaws_of_supplement
from department_agents.refusals import AnswerRefusedError, Flaw, Refusal, malformed, refuse
from department_agents.report_rules import ReportRules, flaws_of
from department_agents.store.rows import SharedResultRow, TaskRow, TaskState

Answer = Mapping[str, JsonValue]
WireT = TypeVar("WireT", bound=Wire)
ModelT = TypeVar("ModelT", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Department:
    """Who answers: code, its post to the office, its clock and the rules of its reports."""

    code: str
    post: Post
    clock: Clock
    rules: ReportRules


class Fieldwork:
    """Tasks of one department; every method runs in the caller's transaction."""

    def __init__(self, department: Department) -> None:
        self._own = department

    async def receive(self, session: AsyncSession, letter: Letter[TaskPublished]) -> None:
        """Take in a task, or take it in again after it was withdrawn."""
        task = letter.message
        require_own(task.department, self._own.code)
        row = await session.get(TaskRow, task.visit_id)
        if row is None or row.state is TaskState.WITHDRAWN:
            row = row or _new_row(task, self._own.clock)
            row.state = TaskState.RECEIVED
        row.body, row.date_from = task.model_dump_json(), task.date_from
        session.add(row)

    async def open(self, session: AsyncSession, letter: Letter[TaskOpened]) -> None:
        """Add the target of a covert visit to its task."""
        opened = letter.message
        row = await _known(session, opened.visit_id)
        target = {
            "place": opened.place,
            "checks": opened.checks,
            "visit_code": opened.visit_code,
            "precheck": opened.precheck,
        }
        row.body = task_of(row).model_copy(update=target).model_dump_json()
        session.add(row)

    async def amend(self, session: AsyncSession, letter: Letter[TaskAmended]) -> None:
        """Take over the team as it stands after a replacement, and keep the letter that says so."""
        amended = letter.message
        require_own(amended.department, self._own.code)
        row = await _known(session, amended.visit_id)
        now = {"team": amended.team, "appointment": amended.appointment}
        row.body = task_of(row).model_copy(update=now).model_dump_json()
        session.add(row)
        await keep_notice(session, letter, self._own.clock.now())

    async def take_precheck(self, session: AsyncSession, letter: Letter[PrecheckRefreshed]) -> None:
        """Replace what is known of the objects by what a new comparison found."""
        refreshed = letter.message
        require_own(refreshed.department, self._own.code)
        row = await _known(session, refreshed.visit_id)
        renewed = task_of(row).model_copy(update={"precheck": refreshed.precheck})
        row.body = renewed.model_dump_json()
        session.add(row)

    async def withdraw(self, session: AsyncSession, letter: Letter[TaskWithdrawn]) -> None:
        """Take a task off the list, with the office's reason."""
        require_own(letter.message.department, self._own.code)
        row = await _known(session, letter.message.visit_id)
        row.state, row.withdrawn_reason = TaskState.WITHDRAWN, letter.message.reason
        session.add(row)

    async def take_back(self, session: AsyncSession, letter: Letter[ResultReturned]) -> None:
        """Open a report again, and keep the letter; a return of an older version is overtaken."""
        require_own(letter.message.department, self._own.code)
        row = await _known(session, letter.message.visit_id)
        told = letter.message
        reopened = told.correction or told.again > 0  # of what the office holds, whatever we sent
        if row.state is TaskState.REPORTED and (
            reopened or row.report_version == told.report_version
        ):
            row.state, row.returned_reason = TaskState.ACCEPTED, told.reason
            row.report_version = told.report_version
            session.add(row)
        await keep_notice(session, letter, self._own.clock.now())

    async def keep_shared(self, session: AsyncSession, letter: Letter[ResultShared]) -> None:
        """Keep another organ's results and acknowledge them."""
        shared = letter.message
        key = (shared.visit_id, shared.from_department, shared.report_version)
        if await session.get(SharedResultRow, key) is None:
            session.add(
                SharedResultRow(
                    visit_id=shared.visit_id,
                    from_department=shared.from_department,
                    report_version=shared.report_version,
                    body=letter.text,
                    signature=letter.signature or "",
                    received_at=self._own.clock.now(),
                )
            )
        answer = ResultAcknowledged(
            visit_id=shared.visit_id,
            from_department=shared.from_department,
            report_version=shared.report_version,
        )
        await self._own.post.send(session, answer, _about(shared.visit_id))

    async def accept(self, session: AsyncSession, answer: Answer) -> None:
        """Accept a task for the organ; raises AnswerRefusedError."""
        accepted = parse(TaskAccepted, answer, self._own.code)
        row = await _task(session, accepted.visit_id, TaskState.RECEIVED)
        _require_text("accepted_by", accepted.accepted_by)
        row.state = TaskState.ACCEPTED
        session.add(row)
        await self._own.post.send(session, accepted, _about(accepted.visit_id))

    async def decline(self, session: AsyncSession, answer: Answer) -> None:
        """Decline one person of the own team, with a reason; raises AnswerRefusedError."""
        declined = parse(TaskDeclined, answer, self._own.code)
        row = await _task(session, declined.visit_id, TaskState.RECEIVED, TaskState.ACCEPTED)
        team = [one.person_id for one in task_of(row).team if one.department == self._own.code]
        if declined.person_id not in team:
            expected = ", ".join(team)
            raise refuse("person_id", Flaw.NOT_IN_TEAM, expected, declined.person_id)
        _require_text("reason", declined.reason)
        _require_text("declined_by", declined.declined_by)
        await self._own.post.send(session, declined, _about(declined.visit_id))

    async def submit(self, session: AsyncSession, answer: Answer) -> None:
        """Send the findings of a visit; raises AnswerRefusedError with everything wrong in them.

        A report without `report_version` gets the next one. With a reason, a report that is out
        may be supplemented by what was not checked.
        """
        states = (TaskState.ACCEPTED, TaskState.REPORTED)
        allowed = states if answer.get("supplement_reason") else states[:1]
        row = await _task(session, answer.get("visit_id"), *allowed)
        version = row.report_version + 1
        report = parse(FindingsSubmitted, {"report_version": version, **answer}, self._own.code)
        report = in_current_codes(report, self._own.rules.codes)
        self._check(report, row, version)
        row.state, row.returned_reason = TaskState.REPORTED, None
        row.report, row.report_version = report.model_dump_json(), version
        session.add(row)
        await self._own.post.send(session, report, _about(report.visit_id))

    def _check(self, report: FindingsSubmitted, row: TaskRow, version: int) -> None:
        task = task_of(row)
        if not task.checks:
            raise refuse("visit_id", Flaw.NOT_OPENED, found=task.visit_id)
        if report.report_version != version:
            found = str(report.report_version)
            raise refuse("report_version", Flaw.VERSION_WRONG, str(version), found)
        today = legal_date(self._own.clock.now())
        flaws = flaws_of(report, task, self._own.rules, today)
        if row.report is not None and report.supplement_reason:
            former = FindingsSubmitted.model_validate_json(row.report)
            flaws += flaws_of_supplement(report, former)
        if flaws:
            raise AnswerRefusedError(flaws)


def task_of(row: TaskRow) -> TaskPublished:
    """Read the task's value from its row."""
    return TaskPublished.model_validate_json(row.body)


def parse(kind: type[WireT], answer: Answer, department: str) -> WireT:
    """Read an answer as the contract's model, filled with our code; raises AnswerRefusedError."""
    named = answer.get("department", department)
    if named != department:
        raise refuse("department", Flaw.OTHER_DEPARTMENT, department, str(named))
    return parse_answer(kind, {**answer, "department": department})


def parse_answer(kind: type[ModelT], answer: Answer) -> ModelT:
    """Read an answer as it is as a model; raises AnswerRefusedError naming every wrong field."""
    if unstorable := list(places_of_nul(answer)):
        raise AnswerRefusedError(Refusal(place, Flaw.NUL_CHARACTER) for place in unstorable)
    try:
        return kind.model_validate_json(json.dumps(answer))
    except ValidationError as error:
        raise malformed(error) from None


def require_own(department: str, own: str) -> None:
    """Refuse a message that names another department."""
    if department != own:
        raise PermanentFailure(f"the message is for {department}, we are {own}")


def _about(visit_id: str) -> About:
    return About(visit_id, visit_id)


def _new_row(task: TaskPublished, clock: Clock) -> TaskRow:
    return TaskRow(
        visit_id=task.visit_id,
        body="",
        state=TaskState.RECEIVED,
        date_from=task.date_from,
        received_at=clock.now(),
    )


async def _known(session: AsyncSession, visit_id: str) -> TaskRow:
    row = await session.get(TaskRow, visit_id)
    if row is None:
        raise PermanentFailure(f"no task of visit {visit_id} was received")
    return row


async def _task(session: AsyncSession, visit_id: object, *states: TaskState) -> TaskRow:
    row = await session.get(TaskRow, visit_id) if isinstance(visit_id, str) else None
    if row is None:
        raise refuse("visit_id", Flaw.VISIT_UNKNOWN, found=str(visit_id))
    if row.state not in states:
        expected = ", ".join(states)
        raise refuse("visit_id", Flaw.STATE_WRONG, expected, row.state)
    return row


def _require_text(field: str, text: str) -> None:
    if not text.strip():
        raise refuse(field, Flaw.TEXT_MISSING, expected=field)
