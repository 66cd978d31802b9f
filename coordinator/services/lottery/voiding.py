"""A void attempt: who stayed silent past the deadline is named, and the next preimages come up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from contracts.draw_proof import chain_step, hash_of
from contracts.draw_record import (
    LAST_ATTEMPT,
    AttemptReveals,
    Receipts,
    Reveals,
    document_bytes,
    statement_payload,
)
from contracts.draws import SilenceExplained
from contracts.vocabulary import DrawOutcome
from coordinator.domain.errors import Rule, RuleBrokenError, given
from coordinator.domain.lifecycle import CeremonyStep, RoundState, ceremony_step
from coordinator.domain.lottery.ceremony import Contributor, RecordFile, Round
from coordinator.domain.lottery.silence import (
    DISPUTED,
    SilenceStatement,
    VoidAttempt,
    VoidCause,
    check_leaving_out,
    check_statement,
    silence_reason,
)
from coordinator.domain.lottery.transcript import TRANSCRIPT, Ending, build_transcript
from coordinator.services.access import require_office
from coordinator.services.lottery.committing import receipt_entries
from coordinator.services.lottery.opening import (
    ask_for_heads,
    contributors_of,
    reveal_deadline,
    the_contributor,
)
from coordinator.services.lottery.reminding import awaited_contributors, forget_reminders
from coordinator.services.policies import policy_of_round
from coordinator.services.ports import Work
from coordinator.services.public_keys import require_signed
from coordinator.services.record_files import earlier_reveals, small_files


@dataclass(frozen=True)
class Voiding:
    """Why an attempt ends without a draw; `statements` are the silent ones' by code."""

    cause: VoidCause
    reason: str
    silent: tuple[str, ...] = ()
    statements: Mapping[str, str] = field(default_factory=dict)


async def explain_silence(work: Work, department: str, message: SilenceExplained) -> None:
    """Keep a contributor's signed statement why it was silent; a later one replaces it."""
    drawn = await work.rounds.get(message.round_id)
    await the_contributor(work, drawn, department)
    if message.attempt != drawn.attempt:
        raise RuleBrokenError(
            Rule.OTHER_COMMIT,
            round=drawn.round_id,
            attempt=drawn.attempt,
            commit_hash=drawn.commit_hash or "-",
        )
    ceremony_step(drawn.state, CeremonyStep.EXPLAIN_SILENCE, of=drawn.round_id)
    check_statement(message.statement)
    said = (message.at, message.statement)
    payload = statement_payload(drawn.round_id, drawn.attempt, department, said)
    await require_signed(work, department, payload, message.signature)
    await work.silence_statements.save(
        SilenceStatement(
            round_id=drawn.round_id,
            attempt=drawn.attempt,
            contributor=department,
            statement=message.statement,
            at=message.at,
            signature=message.signature,
            received_at=work.now(),
        )
    )
    await work.audit("lottery:silence:explained", drawn.round_id, contributor=department)


async def void_attempt(work: Work, round_id: str) -> Round:
    """Void an attempt whose deadline has passed with a contributor silent; the next one opens.

    The record names each silent one with its own signed statement, or the word `disputed`.
    """
    require_office(work)
    drawn = await work.rounds.get(round_id)
    ceremony_step(drawn.state, CeremonyStep.VOID, of=round_id)
    if work.now() <= drawn.deadline_at:
        raise RuleBrokenError(Rule.DEADLINE_NOT_PASSED, deadline=drawn.deadline_at.isoformat())
    silent = await awaited_contributors(work, drawn)
    if not silent:
        raise RuleBrokenError(Rule.NOBODY_SILENT, round=round_id)
    codes = tuple(each.code for each in silent)
    signed = await work.silence_statements.where(round_id=round_id, attempt=drawn.attempt)
    said = {each.contributor: each for each in signed if each.contributor in codes}
    reason = silence_reason(codes, said)
    for each in silent:
        await work.contributors.save(replace(each, number_silent=each.number_silent + 1))
    texts = {code: said[code].statement if code in said else DISPUTED for code in codes}
    return await close_attempt(work, drawn, Voiding(VoidCause.SILENCE, reason, codes, texts))


async def close_attempt(work: Work, drawn: Round, voiding: Voiding) -> Round:
    """Write the transcript of a void attempt and open the next; after 16, heads are asked anew."""
    if drawn.attempt >= LAST_ATTEMPT:
        raise RuleBrokenError(Rule.ATTEMPTS_USED_UP, round=drawn.round_id, attempts=LAST_ATTEMPT)
    transcript = await end_attempt(work, drawn, voiding)
    opened = replace(
        drawn,
        state=RoundState.OPEN,
        attempt=drawn.attempt + 1,
        transcript_hash=hash_of(transcript),
        concluded_at=work.now(),
        freeze_requested_by=None,
        frozen_by=None,
        frozen_at=None,
        refreeze_requested_by=None,
        refreeze_reason=None,
        commit_hash=None,
        deadline_at=await reveal_deadline(work, drawn.plan_id),
    )
    await work.rounds.save(opened)
    await forget_reminders(work, opened)
    if chain_step(opened.attempt) == 1:
        await ask_for_heads(work, opened)
    return opened


async def end_attempt(work: Work, drawn: Round, voiding: Voiding) -> bytes:
    """Write the transcript of a void attempt, which the record keeps for ever; gives its bytes."""
    contributors = await contributors_of(work, drawn)
    transcript = await _void_transcript(work, drawn, contributors, voiding.reason)
    await work.void_attempts.add([_void(work, drawn, contributors, voiding, transcript)])
    await work.audit(
        "lottery:attempt:voided",
        drawn.round_id,
        attempt=drawn.attempt,
        cause=voiding.cause.value,
        silent=list(voiding.silent),
        reason=voiding.reason,
    )
    return transcript


async def leave_out(work: Work, round_id: str, code: str) -> Contributor:
    """Leave out of the next heads who was silent as often as the profile says.

    Who had asked for the freeze must ask again: two persons then stand for the smaller circle.
    """
    actor = require_office(work)
    drawn = await work.rounds.get(round_id)
    ceremony_step(drawn.state, CeremonyStep.LEAVE_OUT, of=round_id)
    policy = await policy_of_round(work, drawn)
    everybody = await work.contributors.where(round_id=round_id)
    check_leaving_out(drawn, everybody, code, policy.lottery.voids)
    leaving = await the_contributor(work, drawn, code)
    left = replace(leaving, left_out_at=work.now(), left_out_by=actor.name)
    await work.contributors.save(left)
    await work.rounds.save(replace(drawn, freeze_requested_by=None))
    await work.audit(
        "lottery:contributor:left-out", round_id, contributor=code, silent=left.number_silent
    )
    return left


def _void(
    work: Work,
    drawn: Round,
    contributors: Sequence[Contributor],
    voiding: Voiding,
    transcript: bytes,
) -> VoidAttempt:
    return VoidAttempt(
        round_id=drawn.round_id,
        attempt=drawn.attempt,
        cause=voiding.cause,
        commit_hash=given(drawn.commit_hash, "commit_hash", drawn.round_id),
        silent=voiding.silent,
        revealed=tuple(sorted(_values(drawn, contributors))),
        statements=voiding.statements,
        reason=voiding.reason,
        transcript_hash=hash_of(transcript),
        frozen_at=drawn.frozen_at,
        deadline_at=drawn.deadline_at,
        voided_at=work.now(),
        voided_by=work.actor.name,
    )


async def _void_transcript(
    work: Work, drawn: Round, contributors: Sequence[Contributor], reason: str
) -> bytes:
    signed = [each for each in contributors if each.receipt_attempt == drawn.attempt]
    receipts = document_bytes(Receipts(receipt_entries(drawn, signed)))
    stored = await work.record_files.where(round_id=drawn.round_id, attempt=drawn.attempt)
    files = {**small_files(stored), "receipts.json": receipts}
    salts = {file.name: bytes.fromhex(file.key) for file in stored if file.key is not None}
    ending = Ending(outcome=DrawOutcome.VOID, reason=reason)
    transcript = document_bytes(build_transcript(files, salts, ending, work.software))
    void = AttemptReveals(
        attempt=drawn.attempt, outcome="void", reason=reason, values=_values(drawn, contributors)
    )
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


def _values(drawn: Round, contributors: Sequence[Contributor]) -> dict[str, str]:
    """Give what was revealed in the attempt, by code."""
    return {
        each.code: each.value
        for each in contributors
        if each.value is not None and each.value_attempt == drawn.attempt
    }
