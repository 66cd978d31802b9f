"""The flow of messages over a fake store: what left, what came, what failed."""

from collections.abc import Sequence
from typing import Any

from coordinator.services.ports import Page
from coordinator.services.ports.traffic import FlowEntry, Passing, RelayLease, WaitingQueue


class FakeTraffic:
    """Joins the collections that a database joins."""

    def __init__(self, of: dict[str, Any]) -> None:
        self._of = of

    async def flow(self, key: str, offset: int, limit: int) -> Page[FlowEntry]:
        found = sorted(
            [each for each in self._all() if key in (each.correlation, each.message_id)],
            key=lambda each: each.at,
        )
        return Page(tuple(found[offset : offset + limit]), len(found))

    async def correlation_of(self, message_id: str) -> str | None:
        known = [each.correlation for each in self._all() if each.message_id == message_id]
        return next(filter(None, known), None)

    async def waiting(self) -> Sequence[WaitingQueue]:
        pending = await self._of["outgoing"].where(state="pending")
        return [
            WaitingQueue(recipient=each.recipient, number=1, oldest_at=each.created_at)
            for each in pending
        ]

    async def body_of(self, outbox_id: int) -> bytes:
        return b'{"data": {"outbox_id": %d}}' % outbox_id

    async def lease(self) -> RelayLease | None:
        return None

    async def number_retrying(self) -> int:
        return 0

    def _all(self) -> list[FlowEntry]:
        return [
            *(_left(each) for each in self._of["outgoing"].values.values()),
            *(_came(each) for each in self._of["incoming"].values.values()),
            *(_failed(each) for each in self._of["dead_letters"].values.values()),
        ]


def _left(each: Any) -> FlowEntry:
    return FlowEntry(
        passing=Passing.OUT,
        at=each.created_at,
        until=each.sent_at,
        message_id=each.message_id,
        correlation=each.aggregate,
        type=each.type,
        party=each.recipient,
        number=each.sequence,
        state=each.state,
        note=each.last_error,
        reference=each.outbox_id,
    )


def _came(each: Any) -> FlowEntry:
    return FlowEntry(
        passing=Passing.IN,
        at=each.received_at,
        until=None,
        message_id=each.message_id,
        correlation=each.correlation,
        type=each.type,
        party=each.sender,
        number=None,
        state="applied",
        note=None,
        reference=None,
    )


def _failed(each: Any) -> FlowEntry:
    return FlowEntry(
        passing=Passing.FAILED,
        at=each.parked_at,
        until=None,
        message_id=each.message_id,
        correlation=each.correlation,
        type=each.type,
        party=each.user_id or "",
        number=None,
        state=each.state,
        note=each.reason,
        reference=each.dead_letter_id,
    )


class FakeQueues:
    """The queues of recipients, as far as pages ask for them."""

    def __init__(self, of: dict[str, Any]) -> None:
        self._of = of

    async def last_sequences(self) -> dict[str, int]:
        numbers: dict[str, int] = {}
        for each in await self._of["outgoing"].where():
            numbers[each.recipient] = numbers.get(each.recipient, 0) + 1
        return numbers
