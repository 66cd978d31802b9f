"""The credit stream against its authority: what the broker has lost is published once more.

A stream of one node confirms before it is on disk. The log in the database is the truth, so each
time the relay opens a connection, and before it publishes anything, it looks at the end of the
stream (4-messaging.md 4.4).
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contracts.amqp.connection import BrokerUnavailableError
from contracts.amqp.ports import CREDIT_NUMBER_HEADER, Delivery
from contracts.amqp.stream import last_of_stream
from contracts.topology import CREDIT_LOG_QUEUE
from coordinator.adapters.clock import BusinessClock
from coordinator.adapters.db.engine import doing_business
from coordinator.adapters.db.outbox_rows import OUTBOX, remove
from coordinator.adapters.db.outgoing import OutgoingPost
from coordinator.adapters.db.tables_messaging import CreditEventRow
from coordinator.adapters.signer import OfficeSigner
from coordinator.services.ports import CreditEvent

_EVENTS: Any = CreditEventRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
_PIECE = 500  # events in memory at once
_IN_STREAM = OUTBOX.c.recipient == CREDIT_LOG_QUEUE

LastInStream = Callable[[int], Awaitable[int]]
"""Gives the greatest number at the end of the stream, 0 when it is empty; sees the expected one."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class CreditStream:
    """What the stream should hold, by the log and the outbox."""

    engine: AsyncEngine
    clock: BusinessClock
    signer: OfficeSigner

    async def number_sent(self) -> int:
        """Give the number up to which all events were published and confirmed."""
        unsent = select(func.min(_EVENTS.c.number)).where(
            _EVENTS.c.message_id == OUTBOX.c.message_id, _IN_STREAM, OUTBOX.c.state != "sent"
        )
        async with self.engine.connect() as connection:
            first_unsent = (await connection.execute(unsent)).scalar_one()
            if first_unsent is not None:
                return int(first_unsent) - 1
            last = await connection.execute(select(func.max(_EVENTS.c.number)))
            return int(last.scalar_one() or 0)

    async def send_again(self, after: int) -> int:
        """Put all events behind a number into the outbox anew, in order; gives how many.

        Those that waited anyway too: they would leave before the older ones. In one transaction,
        so that no newer event comes between, but never more than a piece of the log in memory.
        """
        number = 0
        ids = select(_EVENTS.c.message_id).where(_EVENTS.c.number > after)
        async with doing_business(self.engine).begin() as connection:
            await remove(connection, _IN_STREAM, OUTBOX.c.message_id.in_(ids))
            post = OutgoingPost(connection, self.clock, self.signer)
            while events := await _events(connection, after):
                for event in events:
                    correlation = str(json.loads(event.body)["correlationid"])
                    await post.to_stream(event, correlation=correlation)
                number, after = number + len(events), events[-1].number
        return number


async def _events(connection: AsyncConnection, after: int) -> list[CreditEvent]:
    """Read the next piece of the log."""
    rows = await connection.execute(
        select(_EVENTS).where(_EVENTS.c.number > after).order_by(_EVENTS.c.number).limit(_PIECE)
    )
    return [CreditEvent(**row) for row in rows.mappings()]


async def complete_stream(stream: CreditStream, last_in_stream: LastInStream) -> None:
    """Compare stream and log; BrokerUnavailableError when events have to leave once more first."""
    sent = await stream.number_sent()
    if sent == 0:
        return
    # Asked for afterwards: what was sent by then, the stream must have by now.
    try:
        found = await last_in_stream(sent)
    except BrokerUnavailableError as error:
        # A stream that is missing or slow must not stop everybody else's messages.
        log.warning("credit_stream_not_seen", error=str(error))
        return
    if found >= sent:
        return
    number = await stream.send_again(found)
    log.error("credit_stream_incomplete", last_found=found, last_sent=sent, sent_again=number)
    raise BrokerUnavailableError(f"{number} credit events leave for the stream once more")


def looking_at(url: str) -> LastInStream:
    """Look at the stream of a broker."""

    async def last(expected: int) -> int:
        found = await last_of_stream(url, CREDIT_LOG_QUEUE, lambda each: _number(each) >= expected)
        return max(map(_number, found), default=0)

    return last


def _number(delivery: Delivery) -> int:
    """Read the number of an event; what has none was not written by us."""
    text = delivery.headers.get(CREDIT_NUMBER_HEADER, "")
    return int(text) if text.isascii() and text.isdigit() else 0
