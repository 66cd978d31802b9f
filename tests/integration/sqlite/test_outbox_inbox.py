"""The coordinator's outbox and inbox on SQLite obey the one suite of the messaging core."""

import pytest

from tests.compliance.database_messaging import InboxUnderTest, OutboxUnderTest
from tests.compliance.failed_messages import FailedMessagesCompliance
from tests.compliance.outbox_inbox import InboxCompliance, OutboxCompliance
from tests.play import Play


class TestOutbox(OutboxCompliance):
    @pytest.fixture
    async def harness(self, empty: Play) -> OutboxUnderTest:
        return OutboxUnderTest(empty)


class TestInbox(InboxCompliance):
    @pytest.fixture
    async def harness(self, empty: Play) -> InboxUnderTest:
        return InboxUnderTest(empty)


class TestFailedMessages(FailedMessagesCompliance):
    pass
