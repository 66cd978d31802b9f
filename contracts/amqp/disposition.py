"""The three ways a message ends: done, retry, park; decided in this one function."""

import asyncio
from collections.abc import Sequence
from enum import Enum

import structlog

from contracts.amqp.admission import identified, require_readable
from contracts.amqp.ports import (
    BatchInbox,
    Delivery,
    Inbox,
    PermanentFailure,
    StoreFullError,
)

log = structlog.get_logger(__name__)


class Disposition(Enum):
    """How a message ended; the broker sees an ack for DONE and RETRY, a reject for PARK."""

    DONE = "done"
    RETRY = "retry"
    PARK = "park"


async def dispose(inbox: Inbox, delivery: Delivery) -> Disposition:
    """Process one delivery and decide how it ends.

    Works → DONE. Will never work, or has no attempts left → PARK with its reason. May work
    later → RETRY. Raises when the store has no room, or can't even remember that: nothing was
    decided.
    """
    try:
        require_readable(delivery)
        await inbox.process(delivery)
    except PermanentFailure as failure:
        return await _park(inbox, identified(delivery), failure.reason)
    except StoreFullError:
        raise
    except (Exception, asyncio.CancelledError) as error:
        _raise_if_we_are_cancelled()
        return await _retry(inbox, delivery, describe(error))
    return Disposition.DONE


def describe(error: BaseException) -> str:
    """Name an error for the retry row: its kind and the first line of its text.

    Database errors list the values of the statement on later lines; a sealed value may be there.
    """
    first_line = next(iter(str(error).splitlines()), "")
    return f"{type(error).__name__}: {first_line}".replace("\0", "␀")[:500]


async def _retry(inbox: Inbox, delivery: Delivery, error: str) -> Disposition:
    try:
        await inbox.retry_later(delivery, error)
    except PermanentFailure as exhausted:
        return await _park(inbox, delivery, exhausted.reason)
    log.warning("message_retry", **_of(delivery), error=error)
    return Disposition.RETRY


async def _park(inbox: Inbox, delivery: Delivery, reason: str) -> Disposition:
    await inbox.park(delivery, reason)
    log.error("message_parked", **_of(delivery), reason=reason)
    return Disposition.PARK


def _of(delivery: Delivery) -> dict[str, str]:
    """Say in a log which message it is, and what its sender says it belongs to."""
    return {
        "message_id": delivery.message_id,
        "type": delivery.type,
        "correlation": delivery.correlation_id,
    }


def _raise_if_we_are_cancelled() -> None:
    """Let a real cancellation through; a library may raise CancelledError for its own reasons."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def dispose_all(inbox: Inbox, deliveries: Sequence[Delivery]) -> list[Disposition]:
    """Process several deliveries, in one transaction where the inbox can, else one by one."""
    if len(deliveries) > 1 and isinstance(inbox, BatchInbox):
        try:
            for delivery in deliveries:
                require_readable(delivery)
            await inbox.process_many(deliveries)
        except Exception as error:
            log.info("batch_split", number_of_messages=len(deliveries), error=describe(error))
        else:
            return [Disposition.DONE] * len(deliveries)
    return [await dispose(inbox, delivery) for delivery in deliveries]
