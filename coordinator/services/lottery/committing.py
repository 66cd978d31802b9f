"""Commitment: two persons freeze, everybody signs a receipt, then all may reveal."""

from collections.abc import Sequence
from dataclasses import replace

from contracts.draw_proof import chain_step, hash_of, preimage
from contracts.draw_record import receipt_payload
from contracts.draws import CommitReceived, Receipt, RevealRequested, RoundFrozen
from contracts.vocabulary import OFFICE, Wire
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import CeremonyStep, ceremony_step
from coordinator.domain.lottery.ceremony import Contributor, Round, another_person
from coordinator.domain.lottery.progress import LongStep, Progress
from coordinator.domain.lottery.silence import require_enough
from coordinator.domain.lottery.sources import check_named
from coordinator.services.access import require_office
from coordinator.services.lottery.freezing import Frozen, freeze_registers
from coordinator.services.lottery.late_changes import late_changes
from coordinator.services.lottery.opening import (
    contributors_of,
    reveal_deadline,
    the_contributor,
)
from coordinator.services.lottery.reminding import forget_reminders, skip_reminders_due
from coordinator.services.lottery.supplement import freeze_supplement
from coordinator.services.ports import Work
from coordinator.services.public_keys import require_signed


async def request_freeze(work: Work, round_id: str) -> Round:
    """Ask for the freeze as the first of two persons; all heads must be there."""
    actor = require_office(work)
    drawn = await work.rounds.get(round_id)
    ceremony_step(drawn.state, CeremonyStep.REQUEST_FREEZE, of=round_id)
    await _require_heads(work, drawn)
    drawn = replace(drawn, freeze_requested_by=actor.name)
    await work.rounds.save(drawn)
    await work.audit("lottery:freeze:requested", round_id)
    return drawn


async def freeze_round(work: Work, round_id: str) -> Round:
    """Freeze registers and rules as the second person, commit, and send the commit to everybody."""
    actor = require_office(work)
    drawn = await work.rounds.get(round_id)
    state = ceremony_step(drawn.state, CeremonyStep.FREEZE, of=round_id)
    another_person(drawn.freeze_requested_by, actor.name, "freeze")
    await _require_heads(work, drawn)
    check_named(drawn.sources, work.now())
    drawn = replace(
        drawn,
        state=state,
        previous=await _previous(work, drawn),
        frozen_by=actor.name,
        frozen_at=work.now(),
        deadline_at=await reveal_deadline(work, drawn.plan_id),
    )
    frozen = await _freeze(work, drawn)
    await work.record_files.add(frozen.files)
    drawn = replace(drawn, commit_hash=hash_of(frozen.commit), public_frames=frozen.public_frames)
    await work.rounds.save(drawn)
    await forget_reminders(work, drawn)
    await _sign_as_office(work, drawn)
    commit = RoundFrozen(
        round_id=round_id,
        attempt=drawn.attempt,
        commit=frozen.commit.decode(),
        signature=frozen.signature,
    )
    await ask_contributors(work, drawn, commit)
    await work.audit(
        "lottery:round:frozen", round_id, attempt=drawn.attempt, commit_hash=drawn.commit_hash
    )
    return drawn


async def _freeze(work: Work, drawn: Round) -> Frozen:
    """Freeze what the round draws from, telling how far it is: the commit shows at its end only."""
    heads = await _heads(work, drawn)
    if drawn.supplement_of is not None:
        return await freeze_supplement(work, drawn, heads)
    begun = Progress(step=LongStep.FREEZE, begun_by=work.actor.name, begun_at=work.now())
    with work.shelf.working(drawn.round_id, begun) as told:
        return await freeze_registers(work, drawn, heads, told)


async def collect_receipt(work: Work, department: str, message: CommitReceived) -> None:
    """Check and keep a signed receipt; with the last one the office reveals and asks the others."""
    drawn = await work.rounds.get(message.round_id)
    contributor = await the_contributor(work, drawn, department)
    if contributor.receipt_signature == message.signature:
        return
    require_this_commit(drawn, message.attempt, message.commit_hash)
    ceremony_step(drawn.state, CeremonyStep.SIGN, of=drawn.round_id)
    payload = receipt_payload(department, message.commit_hash, message.at)
    await require_signed(work, department, payload, message.signature)
    await work.contributors.save(
        replace(
            contributor,
            receipt_at=message.at,
            receipt_signature=message.signature,
            receipt_attempt=message.attempt,
        )
    )
    await work.audit("lottery:receipt:received", drawn.round_id, contributor=department)
    await _ask_for_reveals_when_complete(work, drawn)


def require_this_commit(drawn: Round, attempt: int, commit_hash: str) -> None:
    """Refuse an answer to another attempt or another commit than the standing one."""
    if (attempt, commit_hash) != (drawn.attempt, drawn.commit_hash):
        raise RuleBrokenError(
            Rule.OTHER_COMMIT,
            round=drawn.round_id,
            attempt=drawn.attempt,
            commit_hash=drawn.commit_hash or "-",
        )


def receipt_entries(drawn: Round, contributors: Sequence[Contributor]) -> tuple[Receipt, ...]:
    """Give the receipts of a round's commit, sorted by contributor."""
    return tuple(
        Receipt(
            contributor=each.code,
            commit_hash=drawn.commit_hash or "",
            at=each.receipt_at or "",
            signature=each.receipt_signature or "",
        )
        for each in sorted(contributors, key=lambda each: each.code)
    )


async def ask_contributors(work: Work, drawn: Round, message: Wire) -> None:
    """Send one message of the ceremony to every department that takes part in the attempt."""
    for each in await contributors_of(work, drawn):
        if each.code != OFFICE:
            await work.post.to_department(
                each.code, message, subject=drawn.round_id, correlation=drawn.round_id
            )


async def tell_contributors(work: Work, drawn: Round, message: Wire) -> None:
    """Send one message about the ceremony to every department of a round."""
    for code in drawn.departments:
        await work.post.to_department(
            code, message, subject=drawn.round_id, correlation=drawn.round_id
        )


async def _heads(work: Work, drawn: Round) -> dict[str, str]:
    contributors = await contributors_of(work, drawn)
    return {each.code: each.head for each in contributors if each.head is not None}


async def _require_heads(work: Work, drawn: Round) -> None:
    """Refuse a freeze before every head of the attempt is there."""
    heads = await _heads(work, drawn)
    missing = {each.code for each in await contributors_of(work, drawn)} - heads.keys()
    if missing:
        raise RuleBrokenError(Rule.COMMITMENTS_MISSING, missing=sorted(missing))
    require_enough(drawn, heads)


async def _previous(work: Work, drawn: Round) -> str:
    """Give the hash of the transcript before: this round's last attempt, else the last round's."""
    if drawn.transcript_hash is not None:
        return drawn.transcript_hash
    concluded = {
        (each.concluded_at, each.round_id): each.transcript_hash
        for each in await work.rounds.where()
        if each.concluded_at is not None and each.transcript_hash is not None
    }
    return concluded[max(concluded)] if concluded else ""


async def _sign_as_office(work: Work, drawn: Round) -> None:
    office = await the_contributor(work, drawn, OFFICE)
    signed_at = work.now().isoformat().replace("+00:00", "Z")
    payload = receipt_payload(OFFICE, drawn.commit_hash or "", signed_at)
    await work.contributors.save(
        replace(
            office,
            receipt_at=signed_at,
            receipt_signature=work.signer.sign(payload),
            receipt_attempt=drawn.attempt,
        )
    )


async def _ask_for_reveals_when_complete(work: Work, drawn: Round) -> None:
    contributors = await contributors_of(work, drawn)
    if any(each.receipt_attempt != drawn.attempt for each in contributors):
        return
    if changed := await late_changes(work, drawn):
        # Nobody reveals to a commit that is known to be wrong: it must be frozen anew.
        await work.audit("lottery:reveals:held", drawn.round_id, changed=list(changed))
        return
    state = ceremony_step(drawn.state, CeremonyStep.ASK_FOR_REVEALS, of=drawn.round_id)
    drawn = replace(drawn, state=state)
    await work.rounds.save(drawn)
    await skip_reminders_due(work, drawn)
    message = RevealRequested(
        round_id=drawn.round_id,
        attempt=drawn.attempt,
        commit_hash=drawn.commit_hash or "",
        receipts=receipt_entries(drawn, contributors),
        office_value=await _reveal_as_office(work, drawn),
    )
    await ask_contributors(work, drawn, message)
    await work.audit("lottery:reveals:requested", drawn.round_id, attempt=drawn.attempt)


async def _reveal_as_office(work: Work, drawn: Round) -> str:
    chain = await work.office_chains.get(drawn.round_id)
    value = preimage(bytes.fromhex(chain.secret), chain_step(drawn.attempt)).hex()
    office = await the_contributor(work, drawn, OFFICE)
    await work.contributors.save(
        replace(office, value=value, value_attempt=drawn.attempt, revealed_at=work.now())
    )
    return value
