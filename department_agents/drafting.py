"""Stage 7, beside the report: experts draft problems, and officers decide about them (2.6)."""

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from department_agents.answers import Answer, Department, parse_answer, require_task, task_of
from department_agents.draft_rules import flaws_of_decision, flaws_of_draft
from department_agents.drafts import DraftDecided, ProblemDrafted
from department_agents.refusals import AnswerRefusedError, Flaw, refuse
from department_agents.store.draft_rows import DraftRow, DraftState
from department_agents.store.rows import TaskRow, TaskState


class Drafting:
    """Drafts of one department's visits; every method runs in the caller's transaction.

    Nothing of it goes out by itself: the report carries what was decided.
    """

    def __init__(self, department: Department) -> None:
        self._own = department

    async def draft(self, session: AsyncSession, answer: Answer) -> None:
        """Enter a problem that an expert of the team found; raises AnswerRefusedError."""
        drafted = parse_answer(ProblemDrafted, answer)
        row = await _open_task(session, drafted.visit_id)
        if flaws := list(flaws_of_draft(drafted, task_of(row))):
            raise AnswerRefusedError(flaws)
        last = select(func.max(col(DraftRow.number))).where(
            col(DraftRow.visit_id) == drafted.visit_id
        )
        session.add(
            DraftRow(
                visit_id=drafted.visit_id,
                number=((await session.exec(last)).one() or 0) + 1,
                body=drafted.model_dump_json(),
                state=DraftState.OPEN.value,
                drafted_at=self._own.clock.now(),
            )
        )

    async def decide(self, session: AsyncSession, answer: Answer) -> None:
        """Adopt or reject a draft as an officer of this organ; raises AnswerRefusedError."""
        decision = parse_answer(DraftDecided, answer)
        task = task_of(await _open_task(session, decision.visit_id))
        row = await session.get(DraftRow, (decision.visit_id, decision.number))
        if row is None:
            raise refuse("number", Flaw.DRAFT_UNKNOWN, found=str(decision.number))
        if flaws := list(flaws_of_decision(decision, task)):
            raise AnswerRefusedError(flaws)
        row.state = (DraftState.ADOPTED if decision.adopted else DraftState.REJECTED).value
        row.decided_by, row.decided_at = decision.decided_by, self._own.clock.now()
        row.reason = (decision.reason or "").strip() or None
        session.add(row)


async def _open_task(session: AsyncSession, visit_id: str) -> TaskRow:
    row = await require_task(session, visit_id, TaskState.ACCEPTED)
    if not task_of(row).checks:
        raise refuse("visit_id", Flaw.NOT_OPENED, found=visit_id)
    return row
