"""The audit chain on the wired coordinator: anchored inside and outside of the database, walked."""

from collections.abc import Iterable

from coordinator.adapters.db.unit_of_work import transaction
from coordinator.bootstrap import Coordinator
from coordinator.domain.audit_chain import ChainState, ChainVerification, Checkpoint
from coordinator.services import audit
from coordinator.services.ports import Actor, Role

DUTY = Actor(name="daily-duties", role=Role.OFFICE)


async def seal(parts: Coordinator, actor: Actor = DUTY) -> Checkpoint | None:
    """Anchor the chain where it ends now, and copy what was anchored since the last time."""
    async with transaction(parts.around, actor) as work:
        sealed = await audit.seal_chain(work)
    await copy_checkpoints(parts)
    return sealed


async def seal_when_due(parts: Coordinator) -> None:
    """Anchor the chain when its time has come; tasks archived meanwhile have anchored it too."""
    async with transaction(parts.around, DUTY, writes=False) as work:
        due = await audit.sealing_due(work)
        last = await audit.last_checkpoint(work)
    if due:
        await seal(parts)
    elif parts.around.checkpoints is not None and last != parts.around.checkpoints.last():
        await copy_checkpoints(parts)


async def copy_checkpoints(parts: Coordinator) -> None:
    """Copy checkpoints out of the database that the file lacks; there, none is ever taken back."""
    if parts.around.checkpoints is None:
        return
    async with transaction(parts.around, DUTY, writes=False) as work:
        checkpoints = await work.audit_checkpoints.where()
    parts.around.checkpoints.append(checkpoints)


async def walk(
    parts: Coordinator,
    actor: Actor = DUTY,
    copies: Iterable[Checkpoint] = (),
    tell: audit.Tell = lambda _number: None,
) -> ChainState:
    """Walk over the chain without holding anybody up; `tell` hears how far it is."""
    file = parts.around.checkpoints
    known = (*(file.read() if file else ()), *copies)
    async with transaction(parts.around, actor, writes=False) as work:
        return await audit.verify_chain(work, known, tell)


async def verify(parts: Coordinator, actor: Actor = DUTY) -> ChainVerification:
    """Walk over the chain and put what was found on record."""
    state = await walk(parts, actor)
    async with transaction(parts.around, actor) as work:
        return await audit.keep_verification(work, state)
