"""What we do when the office reminds us of a lottery, and how we explain our silence.

Source: 3-draw.md 3.2.3.
"""

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.draw_proof import chain_head
from contracts.draw_record import statement_payload
from contracts.draws import Awaited, EntropyCommitted, EntropyReminded, SilenceExplained
from contracts.signing import sign
from contracts.vocabulary import Wire
from department_agents.answers import Answer, parse_answer
from department_agents.ceremonies import chain_key, may_explain
from department_agents.lottery import (
    Contributor,
    receipt_message,
    reveal_message,
    signing_time,
)
from department_agents.notices import keep_notice
from department_agents.post import About, Letter
from department_agents.refusals import Flaw, refuse
from department_agents.store.lottery_rows import ChainRow, SignedCommitRow, SilenceStatementRow


class _Explanation(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    round_id: str
    attempt: int = Field(ge=1)
    statement: str = Field(min_length=1, max_length=500)


class Reminders:
    """One contributor's answers to reminders; every method runs in the caller's transaction."""

    def __init__(self, contributor: Contributor) -> None:
        self._own = contributor

    async def answer_again(self, session: AsyncSession, letter: Letter[EntropyReminded]) -> None:
        """Keep a reminder, and send once more what was sent already: it may have been lost.

        What was never sent stays with a person: the desk shows it, with room for a statement.
        """
        reminder = letter.message
        await keep_notice(session, letter, self._own.clock.now())
        again = await self._sent_before(session, reminder)
        if again is not None:
            await self._own.post.send(session, again, About(reminder.round_id, reminder.round_id))

    async def explain(self, session: AsyncSession, answer: Answer) -> None:
        """Sign and send why we were silent: `round_id`, `attempt`, `statement`."""
        given = parse_answer(_Explanation, answer)
        if not await may_explain(session, given.round_id, given.attempt):
            found = f"{given.round_id} / {given.attempt}"
            raise refuse("round_id", Flaw.ROUND_UNKNOWN, found=found)
        at = signing_time(self._own.clock)
        code, words = self._own.code, " ".join(given.statement.split())
        payload = statement_payload(given.round_id, given.attempt, code, (at, words))
        message = SilenceExplained(
            round_id=given.round_id,
            attempt=given.attempt,
            statement=words,
            at=at,
            signature=sign(payload, self._own.key),
        )
        await session.merge(SilenceStatementRow(**message.model_dump()))
        await self._own.post.send(session, message, About(given.round_id, given.round_id))

    async def _sent_before(self, session: AsyncSession, reminder: EntropyReminded) -> Wire | None:
        """Give the answer that was sent to what the reminder asks for, or None."""
        round_id, attempt = reminder.round_id, reminder.attempt
        if reminder.awaited is Awaited.HEAD:
            chain = await session.get(ChainRow, chain_key(round_id, attempt))
            head = None if chain is None else chain_head(chain.secret).hex()
            return None if head is None else EntropyCommitted(round_id=round_id, head=head)
        signed = await session.get(SignedCommitRow, (round_id, attempt))
        if signed is None:
            return None
        if reminder.awaited is Awaited.RECEIPT:
            return receipt_message(signed)
        chain = await session.get(ChainRow, signed.chain_round_id)
        return reveal_message(signed, chain) if signed.revealed and chain is not None else None
