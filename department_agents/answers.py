"""Answers of people and back offices: who gives them, how they are read, which task they are of."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, JsonValue, ValidationError
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.amqp.ports import PermanentFailure
from contracts.envelope import places_of_nul
from contracts.tasks import TaskPublished
from contracts.vocabulary import Wire
from department_agents.clock import Clock
from department_agents.post import Post
from department_agents.refusals import AnswerRefusedError, Flaw, Refusal, malformed, refuse
from department_agents.report_rules import ReportRules
from department_agents.store.rows import TaskRow, TaskState

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


async def require_task(session: AsyncSession, visit_id: object, *states: TaskState) -> TaskRow:
    """Give our task of a visit in one of these states; raises AnswerRefusedError."""
    row = await session.get(TaskRow, visit_id) if isinstance(visit_id, str) else None
    if row is None:
        raise refuse("visit_id", Flaw.VISIT_UNKNOWN, found=str(visit_id))
    if row.state not in states:
        expected = ", ".join(states)
        raise refuse("visit_id", Flaw.STATE_WRONG, expected, row.state)
    return row


def require_text(field: str, text: str) -> None:
    """Refuse an answer without words in a field."""
    if not text.strip():
        raise refuse(field, Flaw.TEXT_MISSING, expected=field)
