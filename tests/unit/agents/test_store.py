"""The agent's inbox and outbox: once, in order, fenced, and never silently lost."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.amqp.disposition import Disposition, dispose
from contracts.amqp.ports import Delivery, LeaseLostError, PermanentFailure
from contracts.amqp.retries import Retries
from contracts.tasks import TaskAccepted
from department_agents.agent import STORE_FILE
from department_agents.post import About
from department_agents.store.database import Database, OtherSchemaError, StoreInUseError
from department_agents.store.inbox import Business, InboxRules, SqliteInbox
from department_agents.store.order import Missing
from department_agents.store.outbox import SqliteOutbox
from department_agents.store.rows import DeadLetterRow, OutboxRow, RetryRow, TaskRow
from tests.unit.agents.conftest import AgentAtWork
from tests.unit.agents.office import NOW, a_task

ACCEPTED = TaskAccepted(visit_id="v", department="fire", accepted_by="王五")


class MovableClock:
    """Both times in the test's hand."""

    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time

    def machine_now(self) -> datetime:
        return self.time


def a_visit(at_work: AgentAtWork, number: int) -> Delivery:
    return at_work.office.letter(a_task(visit_id=f"visit-{number}"))


async def no_asking(_: AsyncSession, __: Missing) -> None:
    raise AssertionError("nothing is missing here")


async def visits(at_work: AgentAtWork) -> list[str]:
    return [row.visit_id for row in await at_work.rows(TaskRow, TaskRow.visit_id)]


async def test_a_delivery_processed_twice_has_one_effect(at_work: AgentAtWork) -> None:
    letter = a_visit(at_work, 1)

    first = await at_work.deliver(letter)
    second = await at_work.deliver(replace(letter, redelivered=True))

    assert (first, second) == (Disposition.DONE, Disposition.DONE)
    assert await visits(at_work) == ["visit-1"]


async def test_the_same_id_with_another_body_is_parked(at_work: AgentAtWork) -> None:
    letter = a_visit(at_work, 1)
    await at_work.deliver(letter)

    await at_work.deliver(replace(letter, body=letter.body + b" "))

    assert await at_work.park_reasons() == ["this message id came before with another body"]


async def test_a_failed_handler_leaves_nothing_behind(at_work: AgentAtWork) -> None:
    published = at_work.agent.settings.office_jwks
    keys = published.read_text()
    published.write_text("{")
    letter = a_visit(at_work, 1)

    failed = await at_work.deliver(letter)
    published.write_text(keys)
    later = await at_work.deliver(letter)

    assert (failed, later) == (Disposition.RETRY, Disposition.DONE)
    assert await visits(at_work) == ["visit-1"]


async def test_a_message_ahead_waits_for_its_predecessor(at_work: AgentAtWork) -> None:
    first, second, third = (a_visit(at_work, number) for number in (1, 2, 3))

    held = [await at_work.deliver(third), await at_work.deliver(second)]
    before = await visits(at_work)
    await at_work.deliver(first)
    retries = Retries(at_work.agent.inbox)
    while await retries.run_due():
        pass

    assert held == [Disposition.RETRY, Disposition.RETRY]
    assert before == []
    assert await visits(at_work) == ["visit-1", "visit-2", "visit-3"]
    assert await at_work.rows(RetryRow) == []


async def test_a_parked_message_counts_as_passed(at_work: AgentAtWork) -> None:
    first, second = a_visit(at_work, 1), a_visit(at_work, 2)

    parked = await at_work.deliver(replace(first, headers={**first.headers, "x-schema": "?"}))
    works = await at_work.deliver(second)

    assert (parked, works) == (Disposition.PARK, Disposition.DONE)
    assert await visits(at_work) == ["visit-2"]


async def test_a_message_without_sequence_is_parked_with_that_reason(
    at_work: AgentAtWork,
) -> None:
    letter = a_visit(at_work, 1)
    headers = {key: value for key, value in letter.headers.items() if key != "x-seq"}

    await at_work.deliver(replace(letter, headers=headers))

    assert await at_work.park_reasons() == ["header x-seq is not a whole number from 1"]


async def test_a_replayed_parked_message_still_takes_effect(at_work: AgentAtWork) -> None:
    first, second = a_visit(at_work, 1), a_visit(at_work, 2)
    await at_work.deliver(replace(first, user_id=None))
    await at_work.deliver(second)

    await at_work.deliver(first)

    assert await visits(at_work) == ["visit-1", "visit-2"]


async def test_attempts_end_in_a_parked_message(at_work: AgentAtWork, tmp_path: Path) -> None:
    async def fail(_: AsyncSession, __: Delivery) -> None:
        raise OSError("the back office is away")

    clock, database = MovableClock(), Database(tmp_path / "failing.sqlite")
    await database.open()
    inbox = SqliteInbox(
        database, clock, InboxRules("c", 3, timedelta(minutes=10)), Business(fail, no_asking)
    )
    letter = a_visit(at_work, 1)

    ends = [await dispose(inbox, letter) for _ in range(3)]

    async with database.transaction() as session:
        parked = await session.get(DeadLetterRow, letter.message_id)
    await database.close()
    assert ends == [Disposition.RETRY, Disposition.RETRY, Disposition.PARK]
    assert parked is not None
    assert parked.reason == "failed 3 times, at last: OSError: the back office is away"


async def test_the_relay_lease_passes_on_only_after_it_ran_out(tmp_path: Path) -> None:
    clock, database = MovableClock(), Database(tmp_path / "lease.sqlite")
    await database.open()
    outbox = SqliteOutbox(database, clock)

    first = await outbox.acquire_lease("one")
    refused = await outbox.acquire_lease("two")
    clock.time += timedelta(seconds=16)
    second = await outbox.acquire_lease("two")

    with pytest.raises(LeaseLostError):
        await outbox.pending(first or 0, 10)
    await database.close()
    assert (first, refused, second) == (1, None, 2)


async def test_exactly_the_marked_rows_leave_the_outbox(at_work: AgentAtWork) -> None:
    for number in (1, 2, 3):
        await at_work.receive(a_task(visit_id=f"visit-{number}"))
        answer = {"visit_id": f"visit-{number}", "accepted_by": "王五"}
        await at_work.agent.counter.take("TaskAccepted", answer)
    outbox = at_work.agent.outbox
    epoch = await outbox.acquire_lease("one") or 0
    one, two, three = await outbox.pending(epoch, 10)

    await outbox.mark(epoch, [one.outbox_id], {three.outbox_id: "no route"})

    assert [row.message_id for row in await outbox.pending(epoch, 10)] == [two.message_id]
    states = [row.state for row in await at_work.rows(OutboxRow, OutboxRow.outbox_id)]
    assert states == ["sent", "pending", "unroutable"]
    assert [one.sequence, two.sequence, three.sequence] == [1, 2, 3]


async def test_a_rolled_back_answer_uses_up_no_sequence(at_work: AgentAtWork) -> None:
    database = at_work.agent.database
    post = at_work.agent.post

    async def send_and_fail() -> None:
        async with database.transaction() as session:
            await post.send(session, ACCEPTED, About("v", "v"))
            raise PermanentFailure("on purpose")

    with pytest.raises(PermanentFailure):
        await send_and_fail()
    async with database.transaction() as session:
        await post.send(session, ACCEPTED, About("v", "v"))

    assert [row.sequence for row in await at_work.rows(OutboxRow)] == [1]


async def test_a_file_of_another_schema_is_not_touched(tmp_path: Path) -> None:
    database = Database(tmp_path / "other.sqlite")
    await database.open()
    async with database.transaction() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("PRAGMA user_version = 99")
    await database.close()

    with pytest.raises(OtherSchemaError):
        await database.open()
    await database.close()


async def test_a_store_is_open_in_one_process_only(at_work: AgentAtWork) -> None:
    second = Database(at_work.agent.settings.data_folder / STORE_FILE)

    with pytest.raises(StoreInUseError):
        await second.open()


async def test_an_agent_starts_while_a_command_has_its_store_open(tmp_path: Path) -> None:
    beside, agent = Database(tmp_path / STORE_FILE), Database(tmp_path / STORE_FILE)
    await beside.open_beside()

    await agent.open()

    second = Database(tmp_path / STORE_FILE)
    with pytest.raises(StoreInUseError):
        await second.open()
    for database in (beside, agent, second):
        await database.close()


async def test_the_store_is_for_its_owner_only(at_work: AgentAtWork) -> None:
    (file,) = at_work.agent.settings.data_folder.glob("*.sqlite")

    assert file.stat().st_mode & 0o077 == 0
