"""Follow-up on the receiving side: copy notices and transfers, and the answers to both (2.9)."""

from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.amqp.ports import PermanentFailure
from contracts.clocks import ClockReminded
from contracts.follow_up import (
    CaseTransferred,
    CopyNoticeAnswered,
    CopyNoticeReminded,
    CopyNoticeSent,
    CopyNoticeWithdrawn,
    RectificationReminded,
    TransferAnswered,
)
from department_agents.answers import Answer, Department, parse, require_own
from department_agents.notices import keep_notice
from department_agents.post import About, Letter
from department_agents.refusals import Flaw, refuse
from department_agents.store.letter_rows import LetterRow, LetterState

COPY, TRANSFER = CopyNoticeSent.__name__, CaseTransferred.__name__


class Letters:
    """Letters to one department; every method runs in the caller's transaction."""

    def __init__(self, department: Department) -> None:
        self._own = department

    async def receive_notice(self, session: AsyncSession, letter: Letter[CopyNoticeSent]) -> None:
        """Take in a copy notice once."""
        await self._receive(session, letter.message.notice_id, letter)

    async def receive_transfer(
        self, session: AsyncSession, letter: Letter[CaseTransferred]
    ) -> None:
        """Take in a transfer once."""
        await self._receive(session, letter.message.transfer_id, letter)

    async def remind(self, session: AsyncSession, letter: Letter[CopyNoticeReminded]) -> None:
        """Note that the office waits for an answer; a person is told on the desk."""
        reminded = letter.message
        row = await _known(session, reminded.notice_id)
        if row.state == LetterState.RECEIVED:
            row.reminders += 1
            session.add(row)

    async def withdraw(self, session: AsyncSession, letter: Letter[CopyNoticeWithdrawn]) -> None:
        """Note that no answer is needed any more."""
        withdrawn = letter.message
        row = await _known(session, withdrawn.notice_id)
        if row.state == LetterState.RECEIVED:
            row.state, row.withdrawn_reason = LetterState.WITHDRAWN, withdrawn.reason
            session.add(row)

    async def remind_of_order(
        self, session: AsyncSession, letter: Letter[RectificationReminded]
    ) -> None:
        """Keep the reminder of an order of ours; the desk shows the last one of each order."""
        require_own(letter.message.department, self._own.code)
        await keep_notice(session, letter, self._own.clock.now())

    async def remind_of_clock(self, session: AsyncSession, letter: Letter[ClockReminded]) -> None:
        """Keep the reminder of something of ours that is due; the desk shows it."""
        require_own(letter.message.department, self._own.code)
        await keep_notice(session, letter, self._own.clock.now())

    async def answer_notice(self, session: AsyncSession, answer: Answer) -> None:
        """Answer a copy notice; raises AnswerRefusedError."""
        given = parse(CopyNoticeAnswered, answer, self._own.code)
        row = await _open(session, "notice_id", given.notice_id, COPY)
        _require_words({"answer": given.answer, "person": given.person})
        await self._send(session, row, given, notice_of(row).visit_id)

    async def answer_transfer(self, session: AsyncSession, answer: Answer) -> None:
        """Give the receipt of a transfer: accepted, or returned with the reason."""
        given = parse(TransferAnswered, answer, self._own.code)
        row = await _open(session, "transfer_id", given.transfer_id, TRANSFER)
        _require_words({"person": given.person})
        if not given.accepted:
            _require_words({"reason": given.reason or ""})
        await self._send(session, row, given, transfer_of(row).visit_id)

    async def _receive(self, session: AsyncSession, letter_id: str, letter: Letter[Any]) -> None:
        message = letter.message
        require_own(message.department, self._own.code)
        if await session.get(LetterRow, letter_id) is None:
            session.add(
                LetterRow(
                    letter_id=letter_id,
                    kind=type(message).__name__,
                    body=message.model_dump_json(),
                    state=LetterState.RECEIVED,
                    answer_due=message.answer_due,
                    received_at=self._own.clock.now(),
                )
            )

    async def _send(
        self,
        session: AsyncSession,
        row: LetterRow,
        given: CopyNoticeAnswered | TransferAnswered,
        visit_id: str,
    ) -> None:
        row.state, row.answer = LetterState.ANSWERED, given.model_dump_json()
        session.add(row)
        await self._own.post.send(session, given, About(row.letter_id, visit_id))


def notice_of(row: LetterRow) -> CopyNoticeSent:
    """Read a copy notice from its row."""
    return CopyNoticeSent.model_validate_json(row.body)


def transfer_of(row: LetterRow) -> CaseTransferred:
    """Read a transfer from its row."""
    return CaseTransferred.model_validate_json(row.body)


async def _known(session: AsyncSession, letter_id: str) -> LetterRow:
    row = await session.get(LetterRow, letter_id)
    if row is None:
        raise PermanentFailure(f"no letter {letter_id} was received")
    return row


async def _open(session: AsyncSession, field: str, letter_id: str, kind: str) -> LetterRow:
    row = await session.get(LetterRow, letter_id)
    if row is None or row.kind != kind:
        raise refuse(field, Flaw.LETTER_UNKNOWN, found=letter_id)
    if row.state != LetterState.RECEIVED:
        raise refuse(field, Flaw.STATE_WRONG, LetterState.RECEIVED, row.state)
    return row


def _require_words(texts: dict[str, str]) -> None:
    for field, text in texts.items():
        if not text.strip():
            raise refuse(field, Flaw.TEXT_MISSING, expected=field)
