"""A database without room, or without an answer: the reason is told, nothing is half done."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.amqp.disposition import Disposition, dispose_all
from contracts.amqp.ports import Delivery, StoreFullError
from coordinator.adapters.db.engine import make_engine
from coordinator.adapters.db.inbox import CONSUMER, DatabaseInbox, InboxSettings
from coordinator.adapters.db.out_of_service import begun
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services.ports import CreditSystem
from deploy.local.ports import LOOPBACK, free_port
from tests.fakes_messaging import a_delivery
from tests.play import Play, office

_NO_MORE, _PLENTY = 1, 1_000_000  # pages; less than there are means no more than there are


async def say(play: Play, most_pages: int, length: int) -> None:
    """Store a text of so many characters in a file of at most so many pages."""
    async with play.work(office()) as work:
        await work.connection.execute(text(f"PRAGMA max_page_count = {most_pages}"))
        system = CreditSystem(code="county", name="x" * length, name_en="County")
        await work.credit_systems.save(system)


async def is_there(play: Play) -> bool:
    async with play.work(office()) as work:
        return await work.credit_systems.find("county") is not None


async def test_a_full_disk_refuses_with_its_reason_and_leaves_nothing(empty: Play) -> None:
    health = empty.around.store_health

    with pytest.raises(RuleBrokenError) as refused:
        await say(empty, _NO_MORE, 1_000_000)

    assert refused.value.rule is Rule.STORE_FULL
    assert refused.value.facts == {}
    assert health.is_full
    assert not await is_there(empty)

    await say(empty, _PLENTY, 1_000_000)
    assert not health.is_full
    assert await is_there(empty)


async def test_a_database_that_does_not_answer_is_told_as_such() -> None:
    engine = make_engine(f"postgresql://nobody@{LOOPBACK}:{free_port()}/onevisit")

    with pytest.raises(RuleBrokenError) as refused:
        async with begun(engine):
            pass

    assert refused.value.rule is Rule.STORE_AWAY


async def test_what_is_wrong_with_a_statement_stays_what_it_is(empty: Play) -> None:
    with pytest.raises(Exception, match="no such table"):
        async with empty.work(office()) as work:
            await work.connection.execute(text("SELECT * FROM nowhere"))


async def test_a_message_waits_for_room_and_uses_up_no_attempt(empty: Play) -> None:
    async def apply(connection: AsyncConnection, _delivery: Delivery) -> str:
        await connection.execute(text(f"PRAGMA max_page_count = {pages[0]}"))
        await connection.execute(text("CREATE TABLE large AS SELECT zeroblob(1000000)"))
        return "matter"

    pages = [_NO_MORE]
    settings = InboxSettings(CONSUMER)
    inbox = DatabaseInbox(empty.around.engine, empty.clock, settings, apply)

    with pytest.raises(StoreFullError):
        await dispose_all(inbox, [a_delivery(), a_delivery(message_id="another")])
    pages[0] = _PLENTY

    assert await inbox.due_retries(10) == []
    assert await dispose_all(inbox, [a_delivery()]) == [Disposition.DONE]
