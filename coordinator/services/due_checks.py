"""What becomes of a check that no lot asked for, whoever of the stages finds out."""

from coordinator.domain.due_checks import DueCheck
from coordinator.domain.lifecycle import LEAD_MOVES, DueState, LeadState, move
from coordinator.domain.own_visits import Outcome
from coordinator.services.ports import Work


async def wait_again(work: Work, due: DueCheck, reason: str) -> DueCheck:
    """Let a check that lost its visit wait for the next one."""
    waiting = due.moved(DueState.WAITING, visit_id="", entry_id="", own_date=None, officers="")
    await work.due_checks.save(waiting)
    await work.audit("checklist-merge:due-check:waiting", due.due_id, reason=reason)
    return waiting


async def finish(work: Work, due: DueCheck, *, result_id: str) -> DueCheck:
    """Put down that a check was made on the visit that it joined, with its result."""
    return await _end(work, due.moved(DueState.DONE, result_id=result_id))


async def finish_alone(work: Work, due: DueCheck, found: Outcome) -> DueCheck:
    """Put down what the own visit of a check found."""
    done = due.moved(
        DueState.DONE,
        outcome=found.note,
        result_codes=found.result_codes,
        follow_up=found.follow_up,
        problem=found.problem,
        legal_basis=found.legal_basis,
    )
    return await _end(work, done)


async def cancel(work: Work, due: DueCheck, reason: str) -> DueCheck:
    """Put down why a check is not needed any more."""
    return await _end(work, due.moved(DueState.CANCELLED, outcome=reason))


async def _end(work: Work, due: DueCheck) -> DueCheck:
    ended = due.ended(work.actor.name, work.now())
    await work.due_checks.save(ended)
    await work.audit("checklist-merge:due-check:ended", ended.due_id, state=ended.state.value)
    await _close_lead(work, ended)
    return ended


async def _close_lead(work: Work, due: DueCheck) -> None:
    """Close the lead when the last of its checks has ended."""
    lead = await work.leads.find(due.source_id)
    if lead is None or lead.state is not LeadState.ACCEPTED:
        return
    if all(each.is_over for each in await work.due_checks.where(source_id=lead.lead_id)):
        state = move(LEAD_MOVES, lead.state, LeadState.HANDLED, of=lead.lead_id)
        await work.leads.save(lead.ended(state, work.now()))
        await work.audit("leads:lead:handled", lead.lead_id, department=lead.department)
