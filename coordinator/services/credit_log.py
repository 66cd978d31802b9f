"""The credit log: which credit system has taken in which event."""

from contracts.sanctions import CreditEventAcknowledged
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services.ports import CreditAcknowledgement, Work


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
