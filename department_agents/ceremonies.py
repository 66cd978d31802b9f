"""What lotteries still await from us, read from the reminders that came."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.draw_proof import chain_step
from contracts.draws import Awaited, DrawRecordPublished, EntropyReminded, RoundCancelled
from department_agents.store.lottery_rows import ChainRow, SignedCommitRow, SilenceStatementRow
from department_agents.store.rows import NoticeRow

_REMINDER = EntropyReminded.__name__
_ENDINGS = (DrawRecordPublished.__name__, RoundCancelled.__name__)


@dataclass(frozen=True, slots=True)
class CeremonyView:
    """The last reminder of an attempt; `answered` says that we have done what it asks for.

    `over`: a later attempt, the draw or the end of the round has come, nothing can be done.
    """

    reminder: EntropyReminded
    received_at: datetime
    answered: bool
    over: bool
    statement: str | None

    def as_json(self) -> dict[str, Any]:
        """Give the view for the API."""
        return {
            **self.reminder.model_dump(mode="json"),
            "answered": self.answered,
            "over": self.over,
            "statement": self.statement,
        }


def chain_key(round_id: str, attempt: int) -> str:
    """Name the chain that serves an attempt: the first by its round, later ones by their first."""
    first = attempt - chain_step(attempt) + 1
    return round_id if first == 1 else f"{round_id}#{first}"


async def ceremonies_of(session: AsyncSession) -> list[CeremonyView]:
    """Give the last reminder of every attempt, the latest first."""
    last: dict[tuple[str, int], tuple[EntropyReminded, NoticeRow]] = {}
    for notice in await _reminders(session):
        reminder = EntropyReminded.model_validate(json.loads(notice.body)["data"])
        last.setdefault((reminder.round_id, reminder.attempt), (reminder, notice))
    return [
        CeremonyView(
            reminder=reminder,
            received_at=notice.received_at,
            answered=await _is_answered(session, reminder),
            over=await _last_known(session, reminder, last) != reminder.attempt,
            statement=await _statement(session, reminder),
        )
        for reminder, notice in last.values()
    ]


async def may_explain(session: AsyncSession, round_id: str, attempt: int) -> bool:
    """Tell whether an attempt waits for us after its commit: a head that is missing voids none."""
    return any(
        (each.reminder.round_id, each.reminder.attempt) == (round_id, attempt)
        and each.reminder.awaited is not Awaited.HEAD
        and not each.over
        for each in await ceremonies_of(session)
    )


async def _reminders(session: AsyncSession) -> Sequence[NoticeRow]:
    query = select(NoticeRow).where(col(NoticeRow.kind) == _REMINDER)
    newest = query.order_by(col(NoticeRow.received_at).desc(), col(NoticeRow.notice_id).desc())
    return (await session.exec(newest)).all()


async def _last_known(
    session: AsyncSession, reminder: EntropyReminded, reminded: Iterable[tuple[str, int]]
) -> int | None:
    """Give the latest attempt of the round that we know of; None once the round has ended."""
    round_id = reminder.round_id
    ended = select(NoticeRow.notice_id).where(
        col(NoticeRow.kind).in_(_ENDINGS), col(NoticeRow.subject) == round_id
    )
    if (await session.exec(ended)).first() is not None:
        return None
    query = select(SignedCommitRow.attempt).where(col(SignedCommitRow.round_id) == round_id)
    signed = (await session.exec(query)).all()
    return max([*signed, *(attempt for code, attempt in reminded if code == round_id)])


async def _is_answered(session: AsyncSession, reminder: EntropyReminded) -> bool:
    round_id, attempt = reminder.round_id, reminder.attempt
    if reminder.awaited is Awaited.HEAD:
        return await session.get(ChainRow, chain_key(round_id, attempt)) is not None
    signed = await session.get(SignedCommitRow, (round_id, attempt))
    if signed is None:
        return False
    return reminder.awaited is Awaited.RECEIPT or signed.revealed


async def _statement(session: AsyncSession, reminder: EntropyReminded) -> str | None:
    row = await session.get(SilenceStatementRow, (reminder.round_id, reminder.attempt))
    return None if row is None else row.statement
