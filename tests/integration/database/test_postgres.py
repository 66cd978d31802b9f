"""On PostgreSQL: repository parity, outbox, inbox, schema, and writers that run side by side."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from coordinator.adapters.audit_chain import first_break
from coordinator.adapters.db.migrate import differences, is_current
from tests.compliance.agents import AgentsCompliance
from tests.compliance.calendar import CalendarCompliance
from tests.compliance.database_messaging import InboxUnderTest, OutboxUnderTest
from tests.compliance.failed_messages import FailedMessagesCompliance
from tests.compliance.flows import FlowsCompliance
from tests.compliance.inbox import InboxCompliance
from tests.compliance.narrowed_pages import NarrowedPagesCompliance
from tests.compliance.organisation import OrganisationCompliance
from tests.compliance.outbox import OutboxCompliance
from tests.compliance.queue_order import QueueOrderCompliance
from tests.compliance.repositories import OpenWork, RepositoryCompliance, a_department
from tests.compliance.series_and_acts import SeriesAndActsCompliance
from tests.compliance.unheard import UnheardCompliance
from tests.play import AUDITOR, Play, office

pytestmark = pytest.mark.needs_postgres
WRITERS = 12


class TestRepositories(RepositoryCompliance, SeriesAndActsCompliance, NarrowedPagesCompliance):
    @pytest.fixture
    def open_work(self, empty: Play) -> OpenWork:
        return empty.work


class TestOrganisation(OrganisationCompliance, CalendarCompliance):
    pass


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


async def test_the_migrated_schema_is_that_of_the_tables(empty: Play) -> None:
    assert await is_current(empty.around.engine)
    await differences(empty.around.engine)


async def test_writers_side_by_side_leave_one_whole_chain(empty: Play) -> None:
    async def write(number: int) -> None:
        async with empty.work(office(f"office-{number}")) as work:
            await work.audit("x:y:z", f"thing-{number}", number=number)
            await work.next_number("series")

    await asyncio.gather(*(write(number) for number in range(WRITERS)))

    async with empty.work(AUDITOR) as work:
        entries = list(await work.audit_entries.where())
        assert await work.next_number("series") == WRITERS + 1
    assert [entry.number for entry in entries] == list(range(1, WRITERS + 1))
    assert first_break(entries) is None


async def test_two_acts_on_one_value_never_undo_each_other(empty: Play) -> None:
    async with empty.work(office()) as work:
        await work.departments.add([a_department("a")])

    async def move_on(number: int) -> None:
        async with empty.work(office(f"office-{number}")) as work:
            found = await work.departments.get("a")
            await asyncio.sleep(0)  # lets the others in, if they could
            await work.departments.save(replace(found, position=found.position + 1))

    await asyncio.gather(*(move_on(number) for number in range(WRITERS)))

    async with empty.work(AUDITOR) as work:
        assert (await work.departments.get("a")).position == a_department("a").position + WRITERS
