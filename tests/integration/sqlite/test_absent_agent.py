"""A real agent that was away for a week, and the real office: all comes in order, or is void.

Time is shifted, not slept.
"""

import json
from collections.abc import AsyncIterator, Collection
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import update
from sqlmodel import col, select

from contracts.amqp.disposition import dispose, dispose_all
from contracts.amqp.retries import Retries
from contracts.draws import DrawRecordPublished
from contracts.sanctions import RectificationOrdered
from contracts.topology import (
    events_queue,
    tasks_queue,
)
from contracts.vocabulary import DrawOutcome, Wire
from coordinator.adapters.db.engine import writing
from coordinator.adapters.db.inbox import DatabaseInbox, InboxSettings
from coordinator.adapters.db.outbox_rows import OUTBOX, STATES, remove
from coordinator.adapters.inbound import InboundMessages
from coordinator.services.public_keys import published_keys
from department_agents.agent import Agent, build_agent
from department_agents.keys import make_key
from department_agents.settings import AgentSettings
from department_agents.store.order_rows import GapRow, VoidedRow
from department_agents.store.rows import NoticeRow, OutboxRow, OutboxState
from tests.builders import FIRE, NOW
from tests.integration.services.post_box import at_agent, at_office, letters
from tests.play import AUDITOR, Play, office

EACH_DAY = 4
DAYS = 7


class Road:
    """The broker between office and agent; it forgets what a test tells it to."""

    def __init__(self, play: Play, agent: Agent) -> None:
        self.play = play
        self.agent = agent
        self.shift = timedelta(0)
        self._inbox = DatabaseInbox(
            play.around.engine,
            play.clock,
            InboxSettings("coordinator"),
            InboundMessages(play.around).apply,
        )

    async def say(self, *messages: Wire) -> None:
        async with self.play.work(office()) as work:
            for message in messages:
                await work.post.to_department(FIRE, message, subject="s", correlation="s")

    async def to_the_agent(self, lost: Collection[tuple[str, int]] = ()) -> int:
        """Deliver what the outbox has to send, in batches as a consumer does; gives how many."""
        async with self.play.around.engine.connect() as connection:
            pending = select(OUTBOX.c.message_id).where(OUTBOX.c.state == "pending")
            ids = set((await connection.execute(pending)).scalars())
        async with writing(self.play.around.engine).begin() as connection:
            await connection.execute(update(STATES).values(state="sent", sent_at=NOW))
        found = [each for each in await letters(self.play) if each.message_id in ids]
        for queue in (tasks_queue(FIRE), events_queue(FIRE)):
            way = [at_agent(each) for each in found if each.recipient == queue]
            kept = [each for each in way if (queue, int(each.headers["x-seq"])) not in lost]
            for start in range(0, len(kept), 10):
                await dispose_all(self.agent.inbox, kept[start : start + 10])
        await self.settle()
        return len(ids)

    async def to_the_office(self) -> list[str]:
        """Deliver what the agent has to send; gives the names."""
        async with self.agent.database.transaction() as session:
            waiting = select(OutboxRow).where(OutboxRow.state == OutboxState.PENDING)
            rows = (await session.exec(waiting.order_by(col(OutboxRow.outbox_id)))).all()
            for row in rows:
                row.state = OutboxState.SENT
        for row in rows:
            await dispose(self._inbox, at_office(row, FIRE))
        return [row.type.removesuffix(".v1") for row in rows]

    async def settle(self) -> None:
        while await Retries(self.agent.inbox).run_due():
            pass

    async def seen(self, kind: type[Wire]) -> list[str]:
        """Give the subjects of notices in the order they were kept."""
        async with self.agent.database.transaction() as session:
            connection = await session.connection()
            rows = await connection.exec_driver_sql(
                "SELECT body FROM notice WHERE kind = ? ORDER BY rowid", (kind.__name__,)
            )
            return [json.loads(body)["sequence"] for (body,) in rows]


@pytest.fixture
async def road(empty: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Road]:
    make_key(FIRE, tmp_path / "key.jwk")
    async with empty.work(AUDITOR) as work:
        (tmp_path / "keys.json").write_text(json.dumps(await published_keys(work)))
    agent = build_agent(
        AgentSettings(
            department=FIRE,
            amqp_url=SecretStr("amqp://dept-fire:none@127.0.0.1:1/onevisit"),
            data_folder=tmp_path / "agent",
            key_file=tmp_path / "key.jwk",
            office_jwks=tmp_path / "keys.json",
        )
    )
    way = Road(empty, agent)
    real = agent.clock.machine_now
    monkeypatch.setattr(agent.clock, "machine_now", lambda: real() + way.shift)
    await agent.database.open()
    yield way
    await agent.database.close()


def an_order(number: int) -> RectificationOrdered:
    return RectificationOrdered(
        rectification_id=f"x{number}",
        visit_id="v",
        object_id="o",
        item="i",
        department=FIRE,
        problem="p",
        article="a",
        due_date=NOW.date(),
    )


def a_record(number: int) -> DrawRecordPublished:
    return DrawRecordPublished(
        round_id=f"R{number}", attempt=1, outcome=DrawOutcome.DONE, transcript_hash="ab" * 32
    )


async def test_after_a_week_away_both_queues_are_caught_up_in_order(road: Road) -> None:
    for day in range(DAYS):
        numbers = range(day * EACH_DAY, (day + 1) * EACH_DAY)
        await road.say(*(message(number) for number in numbers for message in (an_order, a_record)))
        road.play.clock.pass_time(days=1)
    road.shift = timedelta(days=DAYS)
    tasks, events = tasks_queue(FIRE), events_queue(FIRE)
    lost = {(tasks, number) for number in (1, 11, 12, 13)} | {(events, 20)}

    await road.to_the_agent(lost)
    async with writing(road.play.around.engine).begin() as connection:
        await remove(connection, OUTBOX.c.recipient == tasks, OUTBOX.c.sequence == 12)
    asked = []
    for _ in range(4):
        road.shift += timedelta(minutes=20)
        await road.settle()
        asked += await road.to_the_office()
        await road.to_the_agent()

    everything = [str(number) for number in range(1, DAYS * EACH_DAY + 1)]
    assert asked == ["ResendRequested"] * 3
    assert await road.seen(RectificationOrdered) == [each for each in everything if each != "12"]
    assert (await road.seen(DrawRecordPublished)) == everything
    async with road.agent.database.transaction() as session:
        gaps = (await session.exec(select(GapRow))).all()
        [void] = (await session.exec(select(VoidedRow))).all()
        notices = (await session.exec(select(NoticeRow))).all()
    assert all(gap.closed_at is not None for gap in gaps)
    assert (void.queue, void.first, void.last, void.reason) == (tasks, 12, 12, "not-kept")
    assert len({notice.notice_id for notice in notices}) == 2 * len(everything) - 1
    async with road.play.work(AUDITOR) as work:
        resends = await work.resends.where()
    assert sum(each.number_resent for each in resends) == 4
    assert sum(each.number_voided for each in resends) == 1
