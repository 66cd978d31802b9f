"""Joint punishment on the executing side: measures to apply, to lift, and the answers to both."""

from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.amqp.ports import PermanentFailure
from contracts.sanctions import (
    MeasureAmended,
    MeasureFeedback,
    MeasureLifted,
    MeasureOrdered,
    MeasureReminded,
)
from contracts.vocabulary import MeasureOutcome
from department_agents.answers import Answer, Department, parse, require_own
from department_agents.post import About, Letter
from department_agents.refusals import Flaw, refuse
from department_agents.store.measure_rows import MeasureNoteRow
from department_agents.store.rows import MeasureRow, MeasureState

_OF_AN_ORDER = (MeasureOutcome.APPLIED, MeasureOutcome.NOT_APPLICABLE, MeasureOutcome.REFUSED)

# What may be answered in which state, and the state the answer leads to. Whoever has answered an
# order may answer it again: the office keeps both, and the later one counts.
_ANSWERS: dict[MeasureState, tuple[tuple[MeasureOutcome, ...], MeasureState]] = {
    MeasureState.ORDERED: (_OF_AN_ORDER, MeasureState.APPLIED),
    MeasureState.APPLIED: (_OF_AN_ORDER, MeasureState.APPLIED),
    MeasureState.LIFTED: ((MeasureOutcome.LIFTED,), MeasureState.CLOSED),
}


class Measures:
    """Measures of one department; every method runs in the caller's transaction."""

    def __init__(self, department: Department) -> None:
        self._own = department

    async def receive(self, session: AsyncSession, letter: Letter[MeasureOrdered]) -> None:
        """Take in an order once."""
        order = letter.message
        require_own(order.department, self._own.code)
        if await session.get(MeasureRow, order.order_id) is None:
            session.add(
                MeasureRow(
                    order_id=order.order_id,
                    body=order.model_dump_json(),
                    state=MeasureState.ORDERED,
                    received_at=self._own.clock.now(),
                )
            )

    async def lift(self, session: AsyncSession, letter: Letter[MeasureLifted]) -> None:
        """Mark a measure as to be lifted: it has to be answered again."""
        lifted = letter.message
        require_own(lifted.department, self._own.code)
        row = await session.get(MeasureRow, lifted.order_id)
        if row is None:
            raise PermanentFailure(f"no measure of order {lifted.order_id} was received")
        if row.state is not MeasureState.CLOSED:
            row.state, row.lifted_reason = MeasureState.LIFTED, lifted.reason
            session.add(row)

    async def amend(self, session: AsyncSession, letter: Letter[MeasureAmended]) -> None:
        """Note that a corrected listing changed what an order says of its subject or its end."""
        amended = letter.message
        require_own(amended.department, self._own.code)
        note = await self._note(session, amended.order_id)
        note.subject_name, note.until = amended.subject_name, amended.until
        note.amended_reason = amended.reason
        session.add(note)

    async def remind(self, session: AsyncSession, letter: Letter[MeasureReminded]) -> None:
        """Note that the office waits for an answer."""
        reminder = letter.message
        require_own(reminder.department, self._own.code)
        note = await self._note(session, reminder.order_id)
        note.due_date, note.reminders = reminder.due_date, note.reminders + 1
        session.add(note)

    async def _note(self, session: AsyncSession, order_id: str) -> MeasureNoteRow:
        if await session.get(MeasureRow, order_id) is None:
            raise PermanentFailure(f"no measure of order {order_id} was received")
        known = await session.get(MeasureNoteRow, order_id)
        note = known or MeasureNoteRow(order_id=order_id, noted_at=self._own.clock.now())
        note.noted_at = self._own.clock.now()
        return note

    async def answer(self, session: AsyncSession, answer: Answer) -> None:
        """Send feedback on an order; raises AnswerRefusedError."""
        feedback = parse(MeasureFeedback, answer, self._own.code)
        row = await session.get(MeasureRow, feedback.order_id)
        if row is None:
            raise refuse("order_id", Flaw.ORDER_UNKNOWN, found=feedback.order_id)
        row.state = _next_state(feedback, row.state)
        _require_reason_and_person(feedback)
        row.feedback = feedback.model_dump_json()
        session.add(row)
        listing_id = measure_of(row).listing_id
        await self._own.post.send(session, feedback, About(feedback.order_id, listing_id))


def measure_of(row: MeasureRow) -> MeasureOrdered:
    """Read the order's value from its row."""
    return MeasureOrdered.model_validate_json(row.body)


def outcomes_in(state: MeasureState) -> tuple[MeasureOutcome, ...]:
    """Give what may be answered in this state; nothing when it is answered."""
    return _ANSWERS[state][0] if state in _ANSWERS else ()


def _next_state(feedback: MeasureFeedback, state: MeasureState) -> MeasureState:
    if state not in _ANSWERS:
        raise refuse("order_id", Flaw.STATE_WRONG, ", ".join(_ANSWERS), state)
    outcomes, next_state = _ANSWERS[state]
    if feedback.outcome not in outcomes:
        expected = ", ".join(outcomes)
        raise refuse("outcome", Flaw.OUTCOME_WRONG, expected, feedback.outcome)
    return next_state


def _require_reason_and_person(feedback: MeasureFeedback) -> None:
    applied = feedback.outcome in (MeasureOutcome.APPLIED, MeasureOutcome.LIFTED)
    if not applied and not (feedback.reason or "").strip():
        raise refuse("reason", Flaw.TEXT_MISSING, expected="reason")
    if not feedback.person.strip():
        raise refuse("person", Flaw.TEXT_MISSING, expected="person")
    if feedback.done_at.tzinfo is None:
        found = feedback.done_at.isoformat()
        raise refuse("done_at", Flaw.MALFORMED, "a time with its zone, such as +08:00", found)
