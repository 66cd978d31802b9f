"""The coordinator's outbox and inbox on SQLite obey the one suite of the messaging core."""

from collections.abc import AsyncIterator

import pytest

from tests.compliance.agents import AgentsCompliance
from tests.compliance.database_messaging import InboxUnderTest, OutboxUnderTest
from tests.compliance.failed_messages import FailedMessagesCompliance
from tests.compliance.flows import FlowsCompliance
from tests.compliance.inbox import InboxCompliance
from tests.compliance.outbox import OutboxCompliance
from tests.compliance.queue_order import QueueOrderCompliance
from tests.compliance.unheard import UnheardCompliance
from tests.play import Play


class TestOutbox(OutboxCompliance):
    @pytest.fixture
    async def harness(self, empty: Play) -> AsyncIterator[OutboxUnderTest]:
        harness = OutboxUnderTest(empty)
        yield harness
        await harness.outbox.close()


class TestInbox(InboxCompliance):
    @pytest.fixture
    async def harness(self, empty: Play) -> InboxUnderTest:
        return InboxUnderTest(empty)


class TestFailedMessages(FailedMessagesCompliance):
    pass


class TestQueueOrder(QueueOrderCompliance, UnheardCompliance):
    pass


class TestAgents(AgentsCompliance):
    pass


class TestFlows(FlowsCompliance):
    pass
