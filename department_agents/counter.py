"""The counter: what a back office or a person may answer, each answer in one transaction."""

from collections.abc import Awaitable, Callable, Mapping

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from department_agents.answers import Answer
from department_agents.fieldwork import Fieldwork
from department_agents.letters import Letters
from department_agents.measures import Measures
from department_agents.refusals import Flaw, refuse
from department_agents.reminders import Reminders
from department_agents.store.database import Database
from department_agents.store.rows import InboxRow

Take = Callable[[AsyncSession, Answer], Awaitable[None]]

log = structlog.get_logger(__name__)


class Counter:
    """Takes answers by the name of their message; refusals are AnswerRefusedError."""

    def __init__(
        self,
        database: Database,
        fieldwork: Fieldwork,
        measures: Measures,
        reminders: Reminders,
        letters: Letters,
    ) -> None:
        self._database = database
        self._answers: Mapping[str, Take] = {
            "TaskAccepted": fieldwork.accept,
            "TaskDeclined": fieldwork.decline,
            "ProblemDrafted": fieldwork.drafting.draft,
            "DraftDecided": fieldwork.drafting.decide,
            "FindingsSubmitted": fieldwork.submit,
            "MeasureFeedback": measures.answer,
            "SilenceExplained": reminders.explain,
            "CopyNoticeAnswered": letters.answer_notice,
            "TransferAnswered": letters.answer_transfer,
        }

    async def take(self, kind: str, answer: Answer, receipt: InboxRow | None = None) -> None:
        """Take one answer; with a `receipt` the same answer taken twice has one effect."""
        take = self._answers.get(kind)
        if take is None:
            raise refuse("type", Flaw.MALFORMED, ", ".join(self._answers), kind)
        async with self._database.transaction() as session:
            if receipt is not None:
                if await session.get(InboxRow, (receipt.consumer, receipt.message_id)):
                    return
                session.add(receipt)
            await take(session, answer)
        log.info("answer_taken", type=kind)
