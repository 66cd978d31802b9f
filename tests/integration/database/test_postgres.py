"""On PostgreSQL: repository parity, outbox, inbox, schema, and writers that run side by side."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from contracts.amqp.ports import PermanentFailure
from contracts.sanctions import CreditEventAcknowledged
from coordinator.adapters.db.engine import writing
from coordinator.adapters.db.migrate import differences, is_current
from coordinator.adapters.inbound import InboundMessages
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services.ports import Query
from tests.audit_chains import first_break
from tests.builders import a_department
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
from tests.compliance.repositories import OpenWork, RepositoryCompliance
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


@pytest.mark.parametrize(
    "ask",
    [
        lambda work: work.departments.where(name="a\x00"),
        lambda work: work.departments.page(Query(text="\x00")),
        lambda work: work.audit("a:b:c", "s", note="\x00"),
        lambda work: work.credit_events.find(10**30),
        lambda work: work.audit_entries.find(2**63),
    ],
)
async def test_what_no_database_keeps_is_refused_by_name(empty: Play, ask: Any) -> None:
    with pytest.raises(RuleBrokenError) as refused:
        async with empty.work(office()) as work:
            await ask(work)

    assert refused.value.rule is Rule.VALUE_UNSTORABLE


async def test_a_message_that_no_database_keeps_is_parked_at_once(empty: Play) -> None:
    letter = empty.letter("county", CreditEventAcknowledged(number=10**30, message_id="m"))

    with pytest.raises(PermanentFailure, match="no database keeps"):
        async with writing(empty.around.engine).begin() as connection:
            await InboundMessages(empty.around).apply(connection, letter)
