"""A void attempt: who stayed silent past the deadline is named, and the next preimages come up."""

from collections.abc import Sequence
from dataclasses import replace

from contracts.draw_proof import CHAIN_LENGTH, hash_of
from contracts.draw_record import AttemptReveals, Receipts, Reveals, document_bytes
from contracts.vocabulary import OFFICE, DrawOutcome
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import ROUND_MOVES, RoundState, move
from coordinator.domain.lottery.ceremony import Contributor, RecordFile, Round
from coordinator.domain.lottery.transcript import TRANSCRIPT, Ending, build_transcript
from coordinator.services.access import require_office
from coordinator.services.lottery.committing import receipt_entries
from coordinator.services.lottery.opening import reveal_deadline
from coordinator.services.ports import Work
from coordinator.services.record_files import earlier_reveals


async def void_attempt(work: Work, round_id: str, statement: str) -> Round:
    """Void an attempt whose deadline has passed with a contributor silent; the next one opens.

    `statement` is the silent contributor's signed statement, or the word `disputed`.
    """
    require_office(work)
    drawn = await work.rounds.get(round_id)
    state = move(ROUND_MOVES, drawn.state, RoundState.OPEN, of=round_id)
    if work.now() <= drawn.deadline_at:
        raise RuleBrokenError(Rule.DEADLINE_NOT_PASSED, deadline=drawn.deadline_at.isoformat())
    if drawn.attempt >= CHAIN_LENGTH:
        raise RuleBrokenError(Rule.ATTEMPTS_USED_UP, round=round_id, attempts=CHAIN_LENGTH)
    silent = await _silent(work, drawn)
    reason = f"{','.join(silent)}: {statement}"
    transcript = await _void_transcript(work, drawn, reason)
    drawn = replace(
        drawn,
        state=state,
        attempt=drawn.attempt + 1,
        transcript_hash=hash_of(transcript),
        concluded_at=work.now(),
        freeze_requested_by=None,
        frozen_by=None,
        commit_hash=None,
        deadline_at=await reveal_deadline(work, drawn.plan_id),
    )
    await work.rounds.save(drawn)
    await work.audit("lottery:attempt:voided", round_id, silent=silent, statement=statement)
    return drawn


async def _silent(work: Work, drawn: Round) -> list[str]:
    """Name who has not signed, or once all have, not revealed; never the office.

    Before all receipts are there nobody is asked to reveal: who signed in time is not silent.
    """
    contributors = await work.contributors.where(round_id=drawn.round_id)
    signing = drawn.state is RoundState.FROZEN
    silent = sorted(
        each.code
        for each in contributors
        if each.code != OFFICE
        and (each.receipt_attempt if signing else each.value_attempt) != drawn.attempt
    )
    if not silent:
        raise RuleBrokenError(Rule.NOBODY_SILENT, round=drawn.round_id)
    return silent


async def _void_transcript(work: Work, drawn: Round, reason: str) -> bytes:
    contributors = await work.contributors.where(round_id=drawn.round_id)
    signed = [each for each in contributors if each.receipt_attempt == drawn.attempt]
    receipts = document_bytes(Receipts(receipt_entries(drawn, signed)))
    stored = await work.record_files.where(round_id=drawn.round_id, attempt=drawn.attempt)
    files = {**{file.name: file.body for file in stored}, "receipts.json": receipts}
    salts = {file.name: bytes.fromhex(file.key) for file in stored if file.key is not None}
    ending = Ending(outcome=DrawOutcome.VOID, reason=reason)
    transcript = document_bytes(build_transcript(files, salts, ending, work.software))
    void = _void_reveals(drawn, contributors, reason)
    reveals = Reveals(attempts=(*await earlier_reveals(work, drawn), void), sources=())
    documents = {
        "receipts.json": receipts,
        TRANSCRIPT: transcript,
        "reveals.json": document_bytes(reveals),
    }
    await work.record_files.add(
        RecordFile(round_id=drawn.round_id, attempt=drawn.attempt, name=name, body=body)
        for name, body in documents.items()
    )
    return transcript


def _void_reveals(drawn: Round, contributors: Sequence[Contributor], reason: str) -> AttemptReveals:
    values = {
        each.code: each.value
        for each in contributors
        if each.value is not None and each.value_attempt == drawn.attempt
    }
    return AttemptReveals(attempt=drawn.attempt, outcome="void", reason=reason, values=values)
