"""Freezing anew: registers changed between freeze and reveals, so two persons void the attempt."""

from dataclasses import replace

from coordinator.domain.errors import given
from coordinator.domain.lifecycle import CeremonyStep, ceremony_step
from coordinator.domain.lottery.ceremony import Round, another_person
from coordinator.domain.lottery.silence import VoidCause, check_statement, refreeze_reason
from coordinator.domain.lottery.sources import due_at
from coordinator.services.access import require_office
from coordinator.services.lottery.committing import freeze_round
from coordinator.services.lottery.opening import contributors_of, require_no_reveal
from coordinator.services.lottery.voiding import Voiding, close_attempt
from coordinator.services.ports import Work


async def request_refreeze(work: Work, round_id: str, reason: str) -> Round:
    """Ask for a new freeze as the first of two persons; the reason goes into the public record."""
    actor = require_office(work)
    drawn = await work.rounds.get(round_id)
    ceremony_step(drawn.state, CeremonyStep.REQUEST_REFREEZE, of=round_id)
    check_statement(reason)
    await require_no_reveal(work, drawn)
    drawn = replace(drawn, refreeze_requested_by=actor.name, refreeze_reason=reason)
    await work.rounds.save(drawn)
    await work.audit("lottery:refreeze:requested", round_id, reason=reason)
    return drawn


async def refreeze(work: Work, round_id: str) -> Round:
    """Void the attempt as the second person and freeze the registers as they stand now.

    Where new heads or new sources are due first, the next attempt stays open for them.
    """
    actor = require_office(work)
    drawn = await work.rounds.get(round_id)
    ceremony_step(drawn.state, CeremonyStep.REFREEZE, of=round_id)
    first = drawn.refreeze_requested_by
    another_person(first, actor.name, "refreeze")
    await require_no_reveal(work, drawn)
    reason = refreeze_reason(given(drawn.refreeze_reason, "reason", round_id))
    opened = await close_attempt(work, drawn, Voiding(VoidCause.REFROZEN, reason))
    if not await _can_freeze(work, opened):
        return opened
    await work.rounds.save(replace(opened, freeze_requested_by=first))
    return await freeze_round(work, round_id)


async def _can_freeze(work: Work, opened: Round) -> bool:
    heads = [each.head for each in await contributors_of(work, opened)]
    ahead = [due_at(source) > work.now() for source in opened.sources]
    return all(heads) and all(ahead)
