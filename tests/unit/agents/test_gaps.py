"""Gaps in an agent's queue: asked for, filled or declared void, and never passed over by time."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import update

from contracts.amqp.disposition import Disposition, dispose, dispose_all
from contracts.amqp.ports import Delivery
from contracts.amqp.retries import Retries
from contracts.sequences import QueueKind, SequencesVoided, VoidReason
from contracts.topology import events_queue, tasks_queue
from contracts.vocabulary import Wire
from department_agents.agent import build_agent
from department_agents.settings import AgentSettings
from department_agents.store.order import passed_in
from department_agents.store.order_rows import GapRow
from department_agents.store.rows import OutboxRow, OutboxState, RetryRow, TaskRow
from tests.unit.agents.conftest import AgentAtWork, Desk
from tests.unit.agents.office import a_task

QUEUE = tasks_queue("fire")
PATIENCE = timedelta(seconds=600)


class Waiting(AgentAtWork):
    """An agent whose time the test shifts."""

    later = timedelta(0)

    async def pass_time(self, time: timedelta) -> None:
        """Shift the machine time, and do what is due then."""
        self.later += time
        while await Retries(self.agent.inbox).run_due():
            pass

    async def asked(self) -> list[tuple[int, int]]:
        return [
            (data["first"], data["last"])
            for name, data in await self.sent()
            if name == "ResendRequested"
        ]

    async def relayed(self) -> None:
        """Let everything in the outbox be sent."""
        async with self.agent.database.transaction() as session:
            await session.exec(update(OutboxRow).values(state=OutboxState.SENT))

    async def visits(self) -> list[str]:
        return [row.visit_id for row in await self.rows(TaskRow, TaskRow.received_at)]

    def letters(self, number: int) -> list[Delivery]:
        return [
            self.office.letter(a_task(visit_id=f"visit-{each}")) for each in range(1, number + 1)
        ]

    def void(self, first: int, last: int, queue: QueueKind = QueueKind.TASKS) -> Wire:
        return SequencesVoided(queue=queue, first=first, last=last, reason=VoidReason.NOT_KEPT)


@pytest.fixture
def waiting(
    settings: AgentSettings, at_work: AgentAtWork, monkeypatch: pytest.MonkeyPatch
) -> Waiting:
    shifted = Waiting(at_work.agent, at_work.office)
    real = at_work.agent.clock.machine_now
    monkeypatch.setattr(at_work.agent.clock, "machine_now", lambda: real() + shifted.later)
    return shifted


async def test_an_old_gap_is_asked_for_and_nothing_is_passed_over(waiting: Waiting) -> None:
    letters = waiting.letters(5)
    for letter in (letters[0], letters[3], letters[4]):
        await waiting.deliver(letter)

    await waiting.pass_time(PATIENCE / 2)
    early = await waiting.asked()
    await waiting.pass_time(timedelta(days=7))

    assert early == []
    assert await waiting.asked() == [(2, 3)]
    assert await waiting.visits() == ["visit-1"]


async def test_what_was_sent_again_fills_the_gap_in_order(waiting: Waiting) -> None:
    letters = waiting.letters(5)
    await dispose_all(waiting.agent.inbox, [letters[4], letters[0], letters[3]])
    await waiting.pass_time(PATIENCE)

    for letter in (letters[2], letters[1]):
        await waiting.deliver(replace(letter, redelivered=True))
    await waiting.pass_time(timedelta(0))

    (gap,) = await waiting.rows(GapRow)
    assert await waiting.visits() == [f"visit-{number}" for number in range(1, 6)]
    assert (gap.first, gap.last, gap.closed_at is not None) == (2, 3, True)
    assert await waiting.rows(RetryRow) == []


async def test_a_gap_is_asked_for_again_only_when_the_last_request_has_left(
    waiting: Waiting,
) -> None:
    await waiting.deliver(waiting.letters(2)[1])
    await waiting.pass_time(PATIENCE)

    await waiting.pass_time(4 * PATIENCE)
    while_it_waits = await waiting.asked()
    await waiting.relayed()
    await waiting.pass_time(timedelta(0))

    assert while_it_waits == [(1, 1)]
    assert await waiting.asked() == [(1, 1), (1, 1)]


async def test_the_reader_goes_on_behind_what_is_declared_void(waiting: Waiting) -> None:
    letters = waiting.letters(5)
    await waiting.deliver(letters[4])
    await waiting.deliver(letters[0])

    await waiting.receive(waiting.void(2, 4))
    await waiting.pass_time(timedelta(0))

    assert await waiting.visits() == ["visit-1", "visit-5"]


async def test_a_void_obeyed_ahead_of_the_gap_in_its_own_queue_closes_it(
    waiting: Waiting,
) -> None:
    waiting.office.next_sequence(waiting.void(1, 2), 3)

    held = await waiting.receive(waiting.void(1, 2, QueueKind.EVENTS))
    await waiting.pass_time(timedelta(0))

    async with waiting.agent.database.transaction() as session:
        passed = await passed_in(session, events_queue("fire"))
    assert held is Disposition.RETRY
    assert passed == 3
    assert await waiting.rows(RetryRow) == []


async def test_a_message_that_is_being_retried_is_not_missing(waiting: Waiting) -> None:
    keys = waiting.agent.settings.office_jwks
    published = keys.read_text()
    first, second = waiting.letters(2)
    keys.write_text("{")
    await waiting.deliver(first)
    await waiting.deliver(second)

    await waiting.pass_time(PATIENCE)
    asked = await waiting.asked()
    keys.write_text(published)
    await waiting.pass_time(PATIENCE)

    assert asked == []
    assert await waiting.visits() == ["visit-1", "visit-2"]


async def test_a_message_parked_ahead_of_a_gap_counts_when_its_turn_comes(
    waiting: Waiting,
) -> None:
    first, second, third = waiting.letters(3)
    await waiting.deliver(third)
    await waiting.agent.inbox.park(second, "on purpose")

    await waiting.deliver(first)
    await waiting.pass_time(timedelta(0))

    assert await waiting.visits() == ["visit-1", "visit-3"]


async def test_a_late_message_of_a_voided_sequence_still_takes_effect(waiting: Waiting) -> None:
    first, second = waiting.letters(2)
    await waiting.deliver(second)
    await waiting.receive(waiting.void(1, 1))
    await waiting.pass_time(timedelta(0))

    late = await waiting.deliver(first)

    assert late is Disposition.DONE
    assert await waiting.visits() == ["visit-2", "visit-1"]


async def test_a_rebuilt_store_asks_for_everything_from_the_first_on_piece_by_piece(
    waiting: Waiting,
) -> None:
    waiting.office.next_sequence(a_task(), 2500)
    await waiting.receive(a_task(visit_id="the-latest"))
    await waiting.pass_time(PATIENCE)
    await waiting.relayed()

    await waiting.receive(waiting.void(1, 1000))
    await waiting.pass_time(PATIENCE)

    assert await waiting.asked() == [(1, 1000), (1001, 2000)]


async def test_a_batch_that_fails_is_taken_one_by_one(waiting: Waiting) -> None:
    letters = waiting.letters(3)
    broken = replace(letters[1], headers={**letters[1].headers, "x-schema": "?"})

    ends = await dispose_all(waiting.agent.inbox, [letters[0], broken, letters[2]])

    assert ends == [Disposition.DONE, Disposition.PARK, Disposition.DONE]
    assert await waiting.visits() == ["visit-1", "visit-3"]


async def test_the_desk_says_what_is_missing_and_what_will_not_come(
    waiting: Waiting, desk: Desk
) -> None:
    letters = waiting.letters(5)
    await desk.log_in()
    nothing = (await desk.client.get("/messages")).text
    for letter in (letters[0], letters[4]):
        await waiting.deliver(letter)
    await waiting.pass_time(PATIENCE)

    tasks, missing = (await desk.client.get("/")).text, (await desk.client.get("/messages")).text
    await waiting.receive(waiting.void(2, 4))
    await waiting.pass_time(timedelta(0))
    over = (await desk.client.get("/messages")).text

    assert "没有缺过号" in nothing
    assert "已请统筹办公室补发" in tasks
    assert "第 2\u20134 号" in missing
    assert "等待补发" in missing
    assert "统筹办公室已不再保存，不会再来" in over
    assert "已了结" in over
    assert "已请统筹办公室补发" not in (await desk.client.get("/")).text


async def test_held_messages_survive_the_end_of_the_process(
    settings: AgentSettings, at_work: AgentAtWork, tmp_path: Path
) -> None:
    first, second = (at_work.office.letter(a_task(visit_id=f"visit-{each}")) for each in (1, 2))
    await at_work.deliver(second)
    await at_work.agent.database.close()

    again = build_agent(settings)
    await again.database.open()
    await dispose(again.inbox, first)
    await Retries(again.inbox).run_due()

    assert [row.visit_id for row in await AgentAtWork(again, at_work.office).rows(TaskRow)] == [
        "visit-1",
        "visit-2",
    ]
    await again.database.close()
