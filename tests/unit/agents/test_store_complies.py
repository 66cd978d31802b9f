"""The agent's outbox and inbox under the suite that the coordinator's obey too."""

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.amqp.ports import Delivery, Inbox, Outbox, OutgoingMessage
from department_agents.store.database import Database, News, announce
from department_agents.store.inbox import Business, InboxRules, SqliteInbox
from department_agents.store.keeping import Keeping, forget_old
from department_agents.store.order import Missing, declare_void
from department_agents.store.order_rows import VoidedRow
from department_agents.store.outbox import SqliteOutbox
from department_agents.store.rows import (
    DeadLetterRow,
    HandoverRow,
    InboxRow,
    NoticeRow,
    OutboxRow,
)
from tests.compliance.inbox import InboxCompliance
from tests.compliance.outbox import OutboxCompliance, leased
from tests.fakes_messaging import a_delivery, messages
from tests.unit.agents.test_store import MovableClock, no_asking

LONG = timedelta(hours=1)
KEEPING = Keeping(sent=timedelta(days=120), taken_in=timedelta(days=180), batch=2)


class Store:
    """An agent's file with a clock in the test's hand; the effect of a message is a notice."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = MovableClock()
        self.outbox: Outbox = SqliteOutbox(database, self.clock)
        rules = InboxRules("compliance", 3, timedelta(days=1))
        business = Business(self._apply, no_asking)
        self.inbox: Inbox = SqliteInbox(database, self.clock, rules, business)
        self._before: Callable[[Delivery], None] = lambda _: None

    async def add(self, new: Sequence[OutgoingMessage]) -> list[int]:
        ids = []
        for message in new:
            async with self.database.transaction() as session:
                fields = (name for name in OutgoingMessage._fields)
                values = {name: getattr(message, name) for name in fields if name != "outbox_id"}
                values["headers"] = json.dumps(dict(message.headers))
                row = OutboxRow(aggregate="v", available_at=self.clock.time, **values)
                session.add(row)
                announce(session, News.OUTBOX)
            assert row.outbox_id is not None
            ids.append(row.outbox_id)
        return ids

    async def states(self) -> Mapping[int, str]:
        async with self.database.transaction() as session:
            rows = await session.exec(select(OutboxRow.outbox_id, OutboxRow.state))
            return {row_id or 0: str(state) for row_id, state in rows}

    async def expire_lease(self) -> None:
        self.clock.time += LONG

    def on_apply(self, apply: Callable[[Delivery], None]) -> None:
        self._before = apply

    async def applied(self) -> list[str]:
        async with self.database.transaction() as session:
            return list(await session.exec(select(NoticeRow.notice_id).order_by(text("rowid"))))

    async def parked(self) -> Mapping[str, str]:
        async with self.database.transaction() as session:
            rows = await session.exec(select(DeadLetterRow.message_id, DeadLetterRow.reason))
            return dict(rows.all())

    async def make_retries_due(self) -> None:
        self.clock.time += LONG

    async def count(self, row: type[InboxRow | OutboxRow | HandoverRow]) -> int:
        async with self.database.transaction() as session:
            return len((await session.exec(select(row))).all())

    async def _apply(self, session: AsyncSession, delivery: Delivery) -> None:
        self._before(delivery)
        session.add(
            NoticeRow(
                notice_id=delivery.message_id,
                kind="",
                subject="",
                body="",
                signature=None,
                alarm=None,
                received_at=self.clock.time,
            )
        )


@pytest.fixture
async def harness(tmp_path: Path) -> AsyncIterator[Store]:
    database = Database(tmp_path / "store.sqlite")
    await database.open()
    yield Store(database)
    await database.close()


class TestOutbox(OutboxCompliance):
    pass


class TestInbox(InboxCompliance):
    pass


async def test_an_agent_forgets_what_is_over_and_old_and_nothing_that_waits(
    harness: Store,
) -> None:
    ids = await harness.add(messages(1, 2, 3, 4))
    epoch = await leased(harness, "relay")
    await harness.outbox.mark(epoch, ids[:2], {ids[2]: "no route"})
    await harness.inbox.process(a_delivery(1))
    async with harness.database.transaction() as session:
        session.add(HandoverRow(message_id="m", type="T", body="{}"))
    harness.clock.time += timedelta(days=150)
    await harness.inbox.process(a_delivery(2))

    first = await forget_old(harness.database, harness.clock.time, KEEPING)
    harness.clock.time += timedelta(days=60)
    second = await forget_old(harness.database, harness.clock.time, KEEPING)

    async with harness.database.transaction() as session:
        known = (await session.exec(select(col(InboxRow.message_id)))).all()
    assert (first, second) == (2, 1)
    assert sorted((await harness.states()).values()) == ["pending", "unroutable"]
    assert known == ["message-2"]
    assert await harness.count(HandoverRow) == 1


async def test_a_void_is_forgotten_once_its_queue_has_passed_it(harness: Store) -> None:
    async with harness.database.transaction() as session:
        for queue, first in (("passed", 1), ("waiting", 5)):
            void = Missing(queue, first, first + 1)
            await declare_void(session, void, "not-kept", harness.clock.time)
    harness.clock.time += timedelta(days=181)

    gone = await forget_old(harness.database, harness.clock.time, KEEPING)

    async with harness.database.transaction() as session:
        left = (await session.exec(select(VoidedRow.queue))).all()
    assert (gone, left) == (1, ["waiting"])
