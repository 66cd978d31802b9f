"""The audit chain as a whole: anchored by signed checkpoints, walked from its first entry on."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from coordinator.domain.audit_chain import (
    START,
    ChainState,
    ChainVerification,
    ChainWalk,
    Checkpoint,
    Flaw,
    FlawKind,
    anchors_of,
    missing_checkpoints,
)
from coordinator.services.access import require_reader
from coordinator.services.ports import Query, Work

_SERIES = "audit-checkpoint"

Tell = Callable[[int], None]


async def seal_chain(work: Work) -> Checkpoint | None:
    """Sign number and digest of the last entry; None where the last checkpoint says it already.

    It leaves no entry itself: otherwise there would always be something to seal.
    """
    number, digest = await work.audit_chain.head()
    last = await last_checkpoint(work)
    # A last entry that is not there is for the walk to find, never to be vouched for.
    if digest == START or (last is not None and last.number == number):
        return None
    unsigned = Checkpoint(
        checkpoint=await work.next_number(_SERIES),
        number=number,
        digest=digest,
        made_at=work.now(),
        previous=last.fingerprint if last else "",
    )
    sealed = replace(unsigned, signature=work.signer.sign(unsigned.statement))
    await work.audit_checkpoints.add([sealed])
    return sealed


async def sealing_due(work: Work) -> bool:
    """Say whether the policy's minutes have passed since the last checkpoint, and more happened."""
    last = await last_checkpoint(work)
    number, _digest = await work.audit_chain.head()
    if last is None:
        return number > 0
    waited = timedelta(minutes=work.policies.audit_rules().checkpoint_minutes)
    return number > last.number and work.now() - last.made_at >= waited


async def last_checkpoint(work: Work) -> Checkpoint | None:
    """Give the latest checkpoint."""
    query = Query(order="checkpoint", descending=True, limit=1)
    found = (await work.audit_checkpoints.page(query)).values
    return found[0] if found else None


async def last_verification(work: Work) -> ChainVerification | None:
    """Give the latest verification on record."""
    query = Query(order="verified_at", descending=True, limit=1)
    found = (await work.chain_verifications.page(query)).values
    return found[0] if found else None


async def verify_chain(
    work: Work, copies: Iterable[Checkpoint] = (), tell: Tell = lambda _number: None
) -> ChainState:
    """Walk over the whole chain and give its state; `tell` hears how many entries are done.

    `copies` are checkpoints that were kept outside of the database: they show too what was taken
    away together with its checkpoints.
    """
    require_reader(work)
    own = await work.audit_checkpoints.where()
    everywhere = _together(own, copies)
    genuine, forged = _sorted_out(work, everywhere)
    given = await work.audit_chain.given()
    walk, done = ChainWalk(anchors_of(genuine)), 0
    async for links in work.audit_chain.links():
        walk.follow(links)
        done += len(links)
        tell(done)
    lost = [*forged, *_lost(own, everywhere)]
    return walk.end(given, lost, given_by_now=await work.audit_chain.given())


async def keep_verification(work: Work, state: ChainState) -> ChainVerification:
    """Put a verification on record."""
    require_reader(work)
    kept = ChainVerification(
        verification_id=work.new_id(),
        verified_at=work.now(),
        verified_by=work.actor.name,
        state=state,
        whole=state.whole,
    )
    await work.chain_verifications.add([kept])
    await work.audit(
        "audit:chain:verified",
        kept.verification_id,
        entries=state.number_of_entries,
        anchored=state.anchored,
        flaws=state.number_of_flaws,
    )
    return kept


def _together(own: Sequence[Checkpoint], copies: Iterable[Checkpoint]) -> list[Checkpoint]:
    """Give every checkpoint once; two that differ both stay, and contradict each other."""
    return sorted({*own, *copies}, key=lambda each: (each.checkpoint, each.number, each.digest))


def _sorted_out(
    work: Work, checkpoints: Sequence[Checkpoint]
) -> tuple[list[Checkpoint], list[Flaw]]:
    """Part checkpoints that the office signed from others; a revoked key's count for nothing."""
    published = [dict(key) for key in work.signer.published_keys()["keys"]]
    good = [json.dumps(key) for key in published if "revoked" not in key]
    revoked = [json.dumps(key) for key in published if "revoked" in key]
    genuine, forged = [], []
    for each in checkpoints:
        if _signed_by(work, each, good):
            genuine.append(each)
        elif not _signed_by(work, each, revoked):
            number = each.checkpoint
            forged.append(Flaw(kind=FlawKind.CHECKPOINT_FORGED, number=number, until=number))
    return genuine, forged


def _signed_by(work: Work, checkpoint: Checkpoint, keys: Sequence[str]) -> bool:
    return any(work.signer.verify(checkpoint.statement, checkpoint.signature, key) for key in keys)


def _lost(own: Sequence[Checkpoint], everywhere: Sequence[Checkpoint]) -> list[Flaw]:
    """Name checkpoints that the database lacks though copies show them, and gaps among its own."""
    has = {each.checkpoint for each in own}
    copied = sorted({each.checkpoint for each in everywhere} - has)
    gaps = missing_checkpoints(own)
    named = {flaw.number for flaw in gaps}
    removed = FlawKind.CHECKPOINT_REMOVED
    only_copied = [Flaw(kind=removed, number=n, until=n) for n in copied if n not in named]
    return [*gaps, *only_copied]
