"""Giving up a round before its draw, so that whoever never answers can't block it for ever.

Nothing is taken back: what was committed stays in the record as a void attempt, the next round
refers to it, and no head of the round serves again. Once a department has revealed in the standing
attempt only its void or the draw may follow: whoever could give up then could choose.
"""

from dataclasses import replace

from contracts.draw_proof import hash_of
from contracts.draws import DrawRecordPublished, RoundCancelled
from contracts.vocabulary import DrawOutcome
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import CeremonyStep, ceremony_step
from coordinator.domain.lottery.cancelling import Cancellation, cancel_reason
from coordinator.domain.lottery.ceremony import Round, another_person
from coordinator.domain.lottery.silence import VoidCause, check_statement
from coordinator.domain.policy import require_reason
from coordinator.services.access import require_office
from coordinator.services.lottery.committing import tell_contributors
from coordinator.services.lottery.opening import require_no_reveal, reveal_deadline
from coordinator.services.lottery.reminding import awaited_contributors, forget_reminders
from coordinator.services.lottery.voiding import Voiding, end_attempt
from coordinator.services.ports import Work


async def request_cancellation(work: Work, round_id: str, reason: str, note: str) -> Cancellation:
    """Ask as the first of two persons that a round be given up; a later request replaces it."""
    actor = require_office(work)
    drawn = await work.rounds.get(round_id)
    ceremony_step(drawn.state, CeremonyStep.REQUEST_CANCELLATION, of=round_id)
    require_reason(reason, note, work.policies.cancel_reasons(), round_id)
    if note:
        check_statement(note)
    await require_no_reveal(work, drawn)
    asked = Cancellation(
        round_id=round_id,
        reason=reason,
        note=note,
        requested_by=actor.name,
        requested_at=work.now(),
        lines=drawn.lines,
        awaited=await _awaited(work, drawn),
    )
    await work.cancellations.save(asked)
    await work.audit("lottery:cancellation:requested", round_id, reason=reason)
    return asked


async def cancel_round(work: Work, round_id: str) -> Round:
    """Give a round up as the second person: its lines may be drawn in another round.

    A frozen attempt ends void; one that nobody had frozen leaves nothing behind but its name here.
    """
    actor = require_office(work)
    drawn = await work.rounds.get(round_id)
    state = ceremony_step(drawn.state, CeremonyStep.CANCEL, of=round_id)
    asked = await work.cancellations.find(round_id)
    another_person(asked.requested_by if asked else None, actor.name, "cancel-round")
    if asked is None:
        raise RuleBrokenError(Rule.FIRST_PERSON_MISSING, action="cancel-round")
    await require_no_reveal(work, drawn)
    awaited = await _awaited(work, drawn)
    reason = cancel_reason(asked.reason, asked.note, awaited)
    ended = await _ended(work, drawn, reason)
    await work.rounds.save(replace(ended, state=state, lines=(), reason=reason))
    await work.cancellations.save(
        replace(asked, awaited=awaited, decided_by=actor.name, decided_at=work.now())
    )
    # All were asked for their heads when the round was opened, whatever has come of it since.
    await tell_contributors(work, drawn, RoundCancelled(round_id=round_id, attempt=drawn.attempt))
    await work.audit("lottery:round:cancelled", round_id, reason=reason, waited_for=list(awaited))
    return await work.rounds.get(round_id)


async def note_silence(work: Work, round_id: str) -> Round:
    """Note who let the deadline of an open attempt pass without its head, and set another one.

    Whoever was silent as often as the profile says may be left out of the heads (3-draw.md 3.2.3).
    """
    require_office(work)
    drawn = await work.rounds.get(round_id)
    ceremony_step(drawn.state, CeremonyStep.NOTE_SILENCE, of=round_id)
    if work.now() <= drawn.deadline_at:
        raise RuleBrokenError(Rule.DEADLINE_NOT_PASSED, deadline=drawn.deadline_at.isoformat())
    silent = await awaited_contributors(work, drawn)
    if not silent:
        raise RuleBrokenError(Rule.NOBODY_SILENT, round=round_id)
    for each in silent:
        await work.contributors.save(replace(each, number_silent=each.number_silent + 1))
    drawn = replace(drawn, deadline_at=await reveal_deadline(work, drawn.plan_id))
    await work.rounds.save(drawn)
    await forget_reminders(work, drawn)
    await work.audit(
        "lottery:silence:noted",
        round_id,
        attempt=drawn.attempt,
        silent=sorted(each.code for each in silent),
    )
    return drawn


async def _awaited(work: Work, drawn: Round) -> tuple[str, ...]:
    return tuple(sorted(each.code for each in await awaited_contributors(work, drawn)))


async def _ended(work: Work, drawn: Round, reason: str) -> Round:
    """End the standing attempt; one without a commit gives way to the last that had one."""
    if drawn.commit_hash is not None:
        transcript = await end_attempt(work, drawn, Voiding(VoidCause.CANCELLED, reason))
        ended = replace(drawn, transcript_hash=hash_of(transcript), concluded_at=work.now())
        published = DrawRecordPublished(
            round_id=drawn.round_id,
            attempt=drawn.attempt,
            outcome=DrawOutcome.VOID,
            transcript_hash=hash_of(transcript),
        )
        await tell_contributors(work, drawn, published)
        return ended
    void = await work.void_attempts.find((drawn.round_id, drawn.attempt - 1))
    if void is None:
        return drawn
    return replace(drawn, attempt=void.attempt, commit_hash=void.commit_hash)
