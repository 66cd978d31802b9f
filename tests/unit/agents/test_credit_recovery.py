"""A credit consumer that lost events: the log fills every gap, whatever the order of delivery."""

import asyncio
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from typing_extensions import override

from contracts.amqp.disposition import dispose
from contracts.amqp.retries import Retries
from contracts.sanctions import EntityListed
from contracts.topology import credit_queue
from contracts.vocabulary import Wire
from department_agents.credit.recovery import (
    HttpCreditLog,
    LoggedEvent,
    LogUnavailableError,
    Recovery,
    delivery_of,
)
from department_agents.credit.system import build_credit_system
from department_agents.settings import CreditSettings
from department_agents.store.credit_rows import CreditEventRow, CreditListingRow
from department_agents.store.order import passed_in
from department_agents.store.rows import OutboxRow, RetryRow
from tests.thoroughness import some_of
from tests.unit.agents.test_credit import CORRECTED, GONE, LISTED, CreditAtWork

OTHER = EntityListed(**(LISTED.model_dump() | {"listing_id": "L-2", "subject": "uscc:other"}))
LIFE: tuple[Wire, ...] = (LISTED, OTHER, CORRECTED, GONE)


class FakeLog:
    """The office's log in memory; `away`: it does not answer."""

    def __init__(self, credit: CreditAtWork, events: Sequence[Wire]) -> None:
        self.letters = [credit.letter(event, number) for number, event in enumerate(events, 1)]
        self.away = False

    async def after(self, number: int, limit: int) -> Sequence[LoggedEvent]:
        if self.away:
            raise LogUnavailableError("TimeoutError")
        return [
            LoggedEvent(
                number=int(letter.headers["x-credit-number"]),
                message_id=letter.message_id,
                type=letter.type,
                body=b64encode(letter.body),
                signature=letter.headers["x-jws"],
            )
            for letter in self.letters[number : number + limit]
        ]


class BrokenOnce(FakeLog):
    """A log whose first answer is no page; `ended` once everything was taken from it."""

    def __init__(self, credit: CreditAtWork, events: Sequence[Wire]) -> None:
        super().__init__(credit, events)
        self.is_broken = True
        self.ended = asyncio.Event()

    @override
    async def after(self, number: int, limit: int) -> Sequence[LoggedEvent]:
        if self.is_broken:
            self.is_broken = False
            raise ValueError("no page")
        page = await super().after(number, limit)
        if not page:
            self.ended.set()
        return page


async def a_consumer(folder: Path) -> CreditAtWork:
    consumer = CreditAtWork(
        build_credit_system(
            CreditSettings(
                credit_system="county",
                amqp_url=SecretStr("amqp://credit-county:none@127.0.0.1:1/onevisit"),
                data_folder=folder,
                office_jwks=folder / "keys.json",
            )
        )
    )
    consumer.office.publish_keys(folder / "keys.json")
    await consumer.system.database.open()
    return consumer


async def offset(credit: CreditAtWork) -> int:
    async with credit.system.database.transaction() as session:
        return await passed_in(session, credit_queue("county"))


@settings(max_examples=some_of(15), deadline=None)
@given(
    deliveries=st.lists(st.integers(0, len(LIFE) - 1), max_size=7),
    recovered_after=st.integers(0, 7),
)
def test_whatever_comes_in_whatever_order_the_state_is_right_in_the_end(
    deliveries: list[int], recovered_after: int
) -> None:
    asyncio.run(_live_through(deliveries, recovered_after))


async def _live_through(deliveries: list[int], recovered_after: int) -> None:
    with TemporaryDirectory() as folder:
        credit = await a_consumer(Path(folder))
        source = FakeLog(credit, LIFE)
        recovery = Recovery("county", credit.system.database, source)
        inbox = credit.system.inbox

        for index, number in enumerate(deliveries):
            if index == recovered_after:
                await recovery.catch_up(inbox)
            await dispose(inbox, source.letters[number])
        await recovery.catch_up(inbox)
        while await Retries(inbox).run_due():
            pass

        listed = {row.subject: row.listed for row in await credit.rows(CreditListingRow)}
        numbers = [row.number for row in await credit.rows(CreditEventRow)]
        assert listed == {LISTED.subject: False, "uscc:other": True}
        assert numbers == [1, 2, 3, 4]
        assert await offset(credit) == len(LIFE)
        assert len(await credit.rows(OutboxRow)) == len(LIFE)
        assert await credit.rows(RetryRow) == []
        await credit.system.database.close()


async def test_a_log_that_is_away_leaves_the_gap_open(tmp_path: Path) -> None:
    credit = await a_consumer(tmp_path)
    source = FakeLog(credit, LIFE)
    recovery = Recovery("county", credit.system.database, source)
    await dispose(credit.system.inbox, source.letters[2])
    source.away = True

    with pytest.raises(LogUnavailableError):
        await recovery.catch_up(credit.system.inbox)

    assert await credit.rows(CreditEventRow) == []
    assert len(await credit.rows(RetryRow)) == 1
    await credit.system.database.close()


async def test_an_answer_that_is_no_page_ends_nothing_and_is_asked_for_again(
    tmp_path: Path,
) -> None:
    credit = await a_consumer(tmp_path)
    source = BrokenOnce(credit, LIFE)
    recovery = Recovery("county", credit.system.database, source)

    loop = asyncio.create_task(recovery.run(credit.system.inbox, poll_seconds=0.01))
    async with asyncio.timeout(10):
        await source.ended.wait()
    loop.cancel()
    await asyncio.gather(loop, return_exceptions=True)

    assert await offset(credit) == len(LIFE)
    await credit.system.database.close()


async def test_an_event_that_the_log_changed_is_parked_and_nothing_learnt_from_it(
    tmp_path: Path,
) -> None:
    credit = await a_consumer(tmp_path)
    (event,) = await FakeLog(credit, [LISTED]).after(0, 1)
    changed = event.model_copy(update={"body": event.body.replace(b"2026-1", b"2026-9")})

    await dispose(credit.system.inbox, delivery_of(changed, "county"))

    assert await credit.rows(CreditListingRow) == []
    assert await offset(credit) == 1
    await credit.system.database.close()


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://office", "office"])
def test_only_an_http_address_is_asked(address: str) -> None:
    with pytest.raises(ValueError, match="http"):
        HttpCreditLog(address, "token")
