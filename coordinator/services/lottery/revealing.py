"""Reveals: preimages are checked and confirmed; two persons then open the draw."""

from collections.abc import Sequence
from dataclasses import replace

from contracts.draw_record import AttemptReveals, Receipts, Reveals, document_bytes
from contracts.draws import EntropyRevealed, RevealAccepted
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import CeremonyStep, ceremony_step
from coordinator.domain.lottery.ceremony import (
    Contributor,
    RecordFile,
    Round,
    another_person,
    check_reveal,
)
from coordinator.services.access import require_office
from coordinator.services.lottery.committing import receipt_entries, require_this_commit
from coordinator.services.lottery.naming import source_values
from coordinator.services.lottery.opening import contributors_of, the_contributor
from coordinator.services.ports import Work
from coordinator.services.record_files import earlier_reveals


async def collect_reveal(work: Work, department: str, message: EntropyRevealed) -> None:
    """Check a preimage against its head and confirm it; with the last one the round is ready."""
    drawn = await work.rounds.get(message.round_id)
    contributor = await the_contributor(work, drawn, department)
    if (contributor.value_attempt, contributor.value) == (message.attempt, message.value):
        return
    require_this_commit(drawn, message.attempt, message.commit_hash)
    ceremony_step(drawn.state, CeremonyStep.REVEAL, of=drawn.round_id)
    check_reveal(contributor.head or "", message.value, message.attempt, department)
    await _require_fresh_value(work, drawn, department, message.value)
    await work.contributors.save(
        replace(
            contributor,
            value=message.value,
            value_attempt=message.attempt,
            revealed_at=work.now(),
        )
    )
    await _confirm_reveal(work, drawn, department)
    await _ready_when_complete(work, drawn)


async def request_draw(work: Work, round_id: str) -> Round:
    """Ask for the draw as the first of two persons; all reveals and sources must be in."""
    actor = require_office(work)
    drawn = await work.rounds.get(round_id)
    ceremony_step(drawn.state, CeremonyStep.REQUEST_DRAW, of=round_id)
    await source_values(work, drawn)
    drawn = replace(drawn, draw_requested_by=actor.name)
    await work.rounds.save(drawn)
    await work.audit("lottery:draw:requested", round_id)
    return drawn


async def begin_draw(work: Work, round_id: str) -> Round:
    """Open the draw as the second person: receipts and revealed values join the record."""
    actor = require_office(work)
    drawn = await work.rounds.get(round_id)
    ceremony_step(drawn.state, CeremonyStep.DRAW, of=round_id)
    another_person(drawn.draw_requested_by, actor.name, "draw")
    drawn = replace(drawn, drawn_by=actor.name, drawn_at=work.now())
    await work.rounds.save(drawn)
    contributors = await contributors_of(work, drawn)
    documents = {
        "receipts.json": document_bytes(Receipts(receipt_entries(drawn, contributors))),
        "reveals.json": document_bytes(await _reveals(work, drawn, contributors)),
    }
    await work.record_files.add(
        RecordFile(round_id=round_id, attempt=drawn.attempt, name=name, body=body)
        for name, body in documents.items()
    )
    return drawn


async def _reveals(work: Work, drawn: Round, contributors: Sequence[Contributor]) -> Reveals:
    """Give the values of this attempt, after those that were revealed in void ones."""
    void = await earlier_reveals(work, drawn)
    standing = AttemptReveals(
        attempt=drawn.attempt,
        outcome="done",
        reason=None,
        values={each.code: each.value for each in contributors if each.value is not None},
    )
    return Reveals(attempts=(*void, standing), sources=await source_values(work, drawn))


async def _require_fresh_value(work: Work, drawn: Round, department: str, value: str) -> None:
    """Refuse a value that an earlier attempt has shown: a redraw needs a new preimage."""
    shown = {each for void in await earlier_reveals(work, drawn) for each in void.values.values()}
    if value in shown:
        raise RuleBrokenError(
            Rule.PREIMAGE_USED_BEFORE, contributor=department, attempt=drawn.attempt
        )


async def _confirm_reveal(work: Work, drawn: Round, department: str) -> None:
    message = RevealAccepted(
        round_id=drawn.round_id,
        attempt=drawn.attempt,
        commit_hash=drawn.commit_hash or "",
        contributor=department,
        accepted_at=work.now(),
    )
    await work.post.to_department(
        department, message, subject=drawn.round_id, correlation=drawn.round_id
    )
    await work.audit("lottery:reveal:accepted", drawn.round_id, contributor=department)


async def _ready_when_complete(work: Work, drawn: Round) -> None:
    contributors = await contributors_of(work, drawn)
    if all(each.value_attempt == drawn.attempt for each in contributors):
        state = ceremony_step(drawn.state, CeremonyStep.COMPLETE, of=drawn.round_id)
        await work.rounds.save(replace(drawn, state=state))
        await work.audit("lottery:round:ready", drawn.round_id, attempt=drawn.attempt)
