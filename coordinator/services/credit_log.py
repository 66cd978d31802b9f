"""The credit log: who may read it, what it holds, which system has taken in which event."""

from collections.abc import Sequence
from dataclasses import replace

from contracts.sanctions import CreditEventAcknowledged
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services.access import require_office
from coordinator.services.ports import (
    CreditAcknowledgement,
    CreditEvent,
    CreditSystem,
    Work,
)


async def receive_acknowledgement(
    work: Work, system: str, message: CreditEventAcknowledged
) -> None:
    """Note that a credit system has taken in one event of the log, once."""
    event = await work.credit_events.get(message.number)
    if event.message_id != message.message_id:
        raise RuleBrokenError(
            Rule.NOT_FOUND, kind="credit_event", key=f"{message.number}/{message.message_id}"
        )
    key = f"{system}.{message.number}"
    if await work.credit_acknowledgements.find(key) is not None:
        return
    acknowledgement = CreditAcknowledgement(
        acknowledgement_id=key,
        system=system,
        number=message.number,
        message_id=message.message_id,
        acknowledged_at=work.now(),
    )
    await work.credit_acknowledgements.add([acknowledgement])


async def events_after(work: Work, number: int, limit: int) -> Sequence[CreditEvent]:
    """Give up to `limit` events behind a number, in order: the log has no gaps."""
    return await work.credit_events.where(number=tuple(range(number + 1, number + limit + 1)))


async def system_of(work: Work, token_digest: str) -> CreditSystem | None:
    """Give the credit system that a token belongs to; the store knows its SHA-256 only."""
    found = await work.credit_systems.where(log_token=token_digest)
    return found[0] if found else None


async def give_log_token(work: Work, code: str, token_digest: str) -> CreditSystem:
    """Let whoever has this token read the log as a credit system; the former one is void."""
    require_office(work)
    system = replace(await work.credit_systems.get(code), log_token=token_digest)
    await work.credit_systems.save(system)
    await work.audit("organisation:credit-system:log-token-given", code)
    return system


async def take_log_token(work: Work, code: str) -> CreditSystem:
    """Take a credit system's token back: nobody reads the log with it any more."""
    require_office(work)
    system = replace(await work.credit_systems.get(code), log_token=None)
    await work.credit_systems.save(system)
    await work.audit("organisation:credit-system:log-token-taken", code)
    return system
