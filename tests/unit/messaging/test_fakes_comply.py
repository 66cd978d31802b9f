"""The in-memory stores obey the suite that real stores run, so tests may trust them."""

from collections.abc import Mapping, Sequence

import pytest

from contracts.amqp.ports import OutgoingMessage
from tests.compliance.inbox import Apply, InboxCompliance
from tests.compliance.outbox import OutboxCompliance
from tests.fakes_messaging import FakeInbox, FakeOutbox


class FakeOutboxHarness:
    def __init__(self) -> None:
        self.outbox = FakeOutbox()

    async def add(self, new: Sequence[OutgoingMessage]) -> list[int]:
        self.outbox.add(new)
        return [message.outbox_id for message in new]

    async def states(self) -> Mapping[int, str]:
        return self.outbox.states

    async def expire_lease(self) -> None:
        self.outbox.expire_lease()


class FakeInboxHarness:
    def __init__(self) -> None:
        self.inbox = FakeInbox(attempts=3)

    def on_apply(self, apply: Apply) -> None:
        self.inbox.apply = apply

    async def applied(self) -> list[str]:
        return self.inbox.applied

    async def parked(self) -> Mapping[str, str]:
        return self.inbox.parked

    async def make_retries_due(self) -> None:
        """Every retry of the fake is due at once."""


class TestFakeOutbox(OutboxCompliance):
    @pytest.fixture
    def harness(self) -> FakeOutboxHarness:
        return FakeOutboxHarness()


class TestFakeInbox(InboxCompliance):
    @pytest.fixture
    def harness(self) -> FakeInboxHarness:
        return FakeInboxHarness()
