"""The record of a round: closed when drawn, opened after the last visit, then examined.

Whoever opens a record does not wait until it is verified: see examining.py.
"""

from collections.abc import Mapping
from dataclasses import replace

from contracts.draw_proof import hash_of
from contracts.draw_record import Transcript, document_bytes
from contracts.draws import DrawRecordPublished, SeedRevealed
from contracts.vocabulary import DrawOutcome
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lifecycle import ROUND_MOVES, RoundState, VisitState, move
from coordinator.domain.lottery.ceremony import Round
from coordinator.domain.lottery.frames import Content
from coordinator.domain.lottery.transcript import (
    SUMS,
    TRANSCRIPT,
    AnyContent,
    Ending,
    build_transcript,
    full_record,
    sums_in,
    undisclosed_record,
    with_sums,
)
from coordinator.services.lottery.changes import with_changes
from coordinator.services.lottery.committing import tell_contributors
from coordinator.services.ports import Work
from coordinator.services.record_files import files_of, large_files, salts_of, save_files


async def conclude_attempt(work: Work, round_id: str, ending: Ending) -> Round:
    """Write the transcript, final at the draw, and publish that it exists."""
    drawn = await work.rounds.get(round_id)
    files, salts = await files_of(work, drawn), await salts_of(work, drawn)
    transcript = build_transcript(files, salts, ending, work.software)
    body = document_bytes(transcript)
    await save_files(work, drawn, {TRANSCRIPT: body})
    state = RoundState.DRAWN if ending.outcome is DrawOutcome.DONE else RoundState.INFEASIBLE
    drawn = replace(
        drawn,
        state=move(ROUND_MOVES, drawn.state, state, of=round_id),
        outcome=ending.outcome,
        reason=ending.reason,
        transcript_hash=hash_of(body),
        concluded_at=work.now(),
    )
    await work.rounds.save(drawn)
    published = DrawRecordPublished(
        round_id=round_id,
        attempt=drawn.attempt,
        outcome=ending.outcome,
        transcript_hash=given(drawn.transcript_hash, "transcript_hash", round_id),
    )
    await tell_contributors(work, drawn, published)
    await work.audit(
        "lottery:record:published",
        round_id,
        outcome=ending.outcome.value,
        transcript_hash=drawn.transcript_hash,
    )
    return drawn


async def disclose_record(work: Work, round_id: str) -> Round:
    """Open the record after the round's last visit, and tell every contributor."""
    visits = await work.visits.where(round_id=round_id)
    still_open = [visit for visit in visits if visit.state not in _ENDED]
    if still_open:
        raise RuleBrokenError(Rule.VISITS_OPEN, round=round_id, number=len(still_open))
    return await open_record(work, round_id)


async def open_record(work: Work, round_id: str) -> Round:
    """Open the record whatever visits are open: its embargo or its last visit is over."""
    drawn = await work.rounds.get(round_id)
    state = move(ROUND_MOVES, drawn.state, RoundState.DISCLOSED, of=round_id)
    drawn = replace(drawn, state=state, disclosed_at=work.now())
    await work.rounds.save(drawn)
    contributors = await work.contributors.where(round_id=round_id, value_attempt=drawn.attempt)
    values = {each.code: each.value for each in contributors if each.value is not None}
    seed = SeedRevealed(round_id=round_id, attempt=drawn.attempt, values=values)
    await tell_contributors(work, drawn, seed)
    await work.audit("lottery:record:disclosed", round_id)
    return drawn


async def whole_record(work: Work, round_id: str) -> dict[str, Content]:
    """Give the full record folder by path, as an auditor gets it; sums and signature included."""
    drawn = await work.rounds.get(round_id)
    files = await files_of(work, drawn)
    if TRANSCRIPT not in files:
        raise RuleBrokenError(Rule.RECORD_CLOSED, round=round_id, state=drawn.state.value)
    record = await _opened(work, drawn, await with_changes(work, drawn, files))
    for void in _void_attempts(drawn):
        opened = await _opened(work, void, await files_of(work, void))
        record |= _filed_under(void, _signed(work, opened))
    return _signed(work, with_sums(record))


async def sealed_record(work: Work, round_id: str) -> dict[str, bytes]:
    """Give what anybody may see before disclosure: rules, commit, receipts, transcript, sums."""
    drawn = await work.rounds.get(round_id)
    record = undisclosed_record(await files_of(work, drawn))
    for void in _void_attempts(drawn):
        sealed = undisclosed_record(await files_of(work, void))
        record |= _filed_under(void, _signed(work, sealed))
    return _signed(work, with_sums(record))


_ENDED = (VisitState.FINISHED, VisitState.WITHDRAWN)


async def _opened(work: Work, drawn: Round, files: Mapping[str, bytes]) -> dict[str, Content]:
    """Give one attempt's whole folder: a void one verifies like a record of its own."""
    transcript = Transcript.model_validate_json(files[TRANSCRIPT])
    whole: dict[str, Content] = {**files, **await large_files(work, drawn)}
    return full_record(whole, await salts_of(work, drawn), transcript)


def _void_attempts(drawn: Round) -> list[Round]:
    return [replace(drawn, attempt=number) for number in range(drawn.first_attempt, drawn.attempt)]


def _filed_under(void: Round, record: Mapping[str, AnyContent]) -> dict[str, AnyContent]:
    return {f"attempts/{void.attempt}/{name}": body for name, body in record.items()}


def _signed(work: Work, record: Mapping[str, AnyContent]) -> dict[str, AnyContent | bytes]:
    return {**record, f"{SUMS}.jws": work.signer.sign(sums_in(record)).encode()}
