"""The reference credit consumer: every event kept, current state by the subject's sequence."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlmodel import select

from contracts.amqp.disposition import Disposition, dispose
from contracts.amqp.ports import Delivery
from contracts.amqp.retries import Retries
from contracts.sanctions import EntityCorrected, EntityDelisted, EntityListed
from contracts.topology import credit_queue
from contracts.vocabulary import DelistingReason, Wire
from department_agents.credit.system import CreditSystem, build_credit_system
from department_agents.settings import CreditSettings
from department_agents.store.credit_rows import CreditEventRow, CreditListingRow
from department_agents.store.rows import DeadLetterRow, OutboxRow
from tests.thoroughness import some
from tests.unit.agents.office import NOW, Office, a_task

LISTED = EntityListed(
    listing_id="L-1",
    subject="uscc:91110000101623741K",
    subject_name="平川县云溪大酒店",
    list_code="serious",
    list_name="严重违法失信名单",
    decision_number="2026-1",
    decision_date=date(2026, 11, 1),
    organ="market",
    facts="提供虚假材料",
    basis="总局令44号",
    listed_at=NOW,
    term_until=date(2029, 11, 1),
    sequence=1,
)
DELISTED = EntityDelisted(
    listing_id="L-1",
    subject=LISTED.subject,
    list_code="serious",
    reason=DelistingReason.REPAIRED,
    decision_number="2026-2",
    delisted_at=NOW,
    sequence=2,
)
CORRECTED = EntityCorrected(
    **{**LISTED.model_dump(exclude={"listed_at"}), "facts": "提供虚假材料（更正）", "sequence": 2},
    corrected=("facts",),
    correction_number="2026-3",
    reason="原记载有误",
    corrected_at=NOW,
)
GONE = DELISTED.model_copy(update={"sequence": 3})
# The subject's own series goes on over the listings of two organs on one list.
SECOND = LISTED.model_copy(update={"listing_id": "L-2", "organ": "fire", "sequence": 3})
FIRST_GONE = DELISTED.model_copy(update={"sequence": 4})


class CreditAtWork:
    """A built credit consumer with the office that writes to it."""

    def __init__(self, system: CreditSystem) -> None:
        self.system = system
        self.office = Office("credit")

    def letter(self, message: Wire, number: int) -> Delivery:
        """Seal an event under its number of the log, as header and as the body's sequence."""
        self.office.next_sequence(message, number)
        letter = self.office.letter(message, queue=credit_queue("county"))
        return replace(letter, headers={**letter.headers, "x-credit-number": str(number)})

    async def receive(self, message: Wire, number: int) -> Disposition:
        return await dispose(self.system.inbox, self.letter(message, number))

    async def rows(self, kind: Any) -> list[Any]:
        async with self.system.database.transaction() as session:
            return list((await session.exec(select(kind))).all())


@pytest.fixture
async def credit(tmp_path: Path) -> AsyncIterator[CreditAtWork]:
    settings = CreditSettings(
        credit_system="county",
        amqp_url=SecretStr("amqp://credit-county:none@127.0.0.1:1/onevisit"),
        data_folder=tmp_path,
        office_jwks=tmp_path / "keys.json",
    )
    at_work = CreditAtWork(build_credit_system(settings))
    at_work.office.publish_keys(settings.office_jwks)
    await at_work.system.database.open()
    yield at_work
    await at_work.system.database.close()


async def test_an_event_is_kept_and_acknowledged_by_its_number(credit: CreditAtWork) -> None:
    await credit.receive(LISTED, 1)

    (event,) = await credit.rows(CreditEventRow)
    (sent,) = await credit.rows(OutboxRow)
    assert (event.number, event.type, event.subject) == (1, "EntityListed", LISTED.subject)
    assert sent.routing_key == "credit.county.CreditEventAcknowledged.v1"
    assert json.loads(sent.body)["data"] == {"number": 1, "message_id": "letter-1"}


async def test_delisting_ends_the_listing(credit: CreditAtWork) -> None:
    await credit.receive(LISTED, 1)
    await credit.receive(DELISTED, 2)

    (listing,) = await credit.rows(CreditListingRow)
    assert (listing.listed, listing.sequence) == (False, 2)


async def test_an_event_ahead_of_the_log_waits_for_those_before_it(credit: CreditAtWork) -> None:
    ended = await credit.receive(DELISTED, 2)
    before = await credit.rows(CreditEventRow)
    await credit.receive(LISTED, 1)
    await Retries(credit.system.inbox).run_due()

    (listing,) = await credit.rows(CreditListingRow)
    numbers = [event.number for event in await credit.rows(CreditEventRow)]
    assert (ended, before, numbers) == (Disposition.RETRY, [], [1, 2])
    assert listing.listed is False


async def test_what_a_subject_has_behind_it_changes_no_state(credit: CreditAtWork) -> None:
    await credit.receive(DELISTED, 1)
    await credit.receive(LISTED, 2)

    (listing,) = await credit.rows(CreditListingRow)
    assert listing.listed is False
    assert len(await credit.rows(CreditEventRow)) == 2


async def test_a_number_given_twice_is_parked(credit: CreditAtWork) -> None:
    await credit.receive(LISTED, 1)

    ended = await credit.receive(DELISTED, 1)

    (parked,) = await credit.rows(DeadLetterRow)
    assert ended is Disposition.PARK
    assert parked.reason == "number 1 was given to another event before"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"x-credit-number": "0"}, "header x-credit-number is not a whole number from 1"),
        ({"x-credit-number": "1" * 40}, "header x-credit-number is not a whole number from 1"),
        ({"x-jws": "a..b"}, "signature refused"),
    ],
)
async def test_an_event_without_number_or_signature_is_parked(
    credit: CreditAtWork, change: dict[str, str], reason: str
) -> None:
    letter = credit.letter(LISTED, 1)

    await dispose(credit.system.inbox, replace(letter, headers={**letter.headers, **change}))

    (parked,) = await credit.rows(DeadLetterRow)
    assert parked.reason.startswith(reason)
    assert await credit.rows(CreditListingRow) == []


async def test_a_message_that_is_no_credit_event_is_parked(credit: CreditAtWork) -> None:
    await credit.receive(a_task(), 1)

    (parked,) = await credit.rows(DeadLetterRow)
    assert parked.reason == "TaskPublished is not a credit event"


async def test_a_number_that_was_not_signed_is_refused(credit: CreditAtWork) -> None:
    letter = credit.letter(LISTED, 2)

    await dispose(
        credit.system.inbox, replace(letter, headers={**letter.headers, "x-credit-number": "1"})
    )

    (parked,) = await credit.rows(DeadLetterRow)
    assert parked.reason == "header x-credit-number is not the body's 2"


@pytest.mark.parametrize(
    ("ended", "parked"), [({"exp": 1}, True), ({"revoked": {"revoked_at": 1}}, True), ({}, False)]
)
async def test_an_old_event_counts_by_the_keys_of_its_own_time(
    credit: CreditAtWork, ended: dict[str, object], parked: bool
) -> None:
    file = credit.system.settings.office_jwks
    after_the_event = {"exp": int(NOW.timestamp()) + 1} | ended
    jwk = {**credit.office.key.public_jwk(), **after_the_event}
    file.write_text(json.dumps({"keys": [jwk]}))

    await credit.receive(LISTED, 1)

    assert bool(await credit.rows(DeadLetterRow)) is parked


def _orders(events: Sequence[Wire]) -> list[tuple[int, ...]]:
    """Give every order of delivery, and every event once more at the end of some."""
    numbers = range(1, len(events) + 1)
    plain = list(permutations(numbers))
    return plain + [(*order, order[0]) for order in plain]


@pytest.mark.parametrize("order", some(_orders((LISTED, CORRECTED, GONE))), ids=str)
async def test_who_was_off_from_listing_to_delisting_ends_right_in_any_order(
    credit: CreditAtWork, order: tuple[int, ...]
) -> None:
    letters = {n: credit.letter(each, n) for n, each in enumerate((LISTED, CORRECTED, GONE), 1)}

    for number in order:
        await dispose(credit.system.inbox, letters[number])
    while await Retries(credit.system.inbox).run_due():
        pass

    (listing,) = await credit.rows(CreditListingRow)
    assert (listing.listed, listing.sequence) == (False, 3)
    assert [event.number for event in await credit.rows(CreditEventRow)] == [1, 2, 3]
    assert await credit.rows(DeadLetterRow) == []


@pytest.mark.parametrize("order", [*permutations((LISTED, CORRECTED, GONE))], ids=lambda _: "")
async def test_the_state_follows_the_subjects_sequence_whatever_the_logs_numbers(
    credit: CreditAtWork, order: tuple[Wire, ...]
) -> None:
    for number, event in enumerate(order, start=1):
        await credit.receive(event, number)

    (listing,) = await credit.rows(CreditListingRow)
    assert (listing.listed, listing.sequence) == (False, 3)


@pytest.mark.parametrize(
    "order", some([*permutations((LISTED, CORRECTED, SECOND, FIRST_GONE))]), ids=lambda _: ""
)
async def test_a_subject_stays_listed_while_another_organs_listing_stands(
    credit: CreditAtWork, order: tuple[Wire, ...]
) -> None:
    for number, event in enumerate(order, start=1):
        await credit.receive(event, number)

    (listing,) = await credit.rows(CreditListingRow)
    assert (listing.listed, listing.sequence) == (True, 4)


async def test_a_correction_is_what_is_known_of_a_subject_afterwards(credit: CreditAtWork) -> None:
    await credit.receive(LISTED, 1)
    await credit.receive(CORRECTED, 2)

    (listing,) = await credit.rows(CreditListingRow)
    assert (listing.listed, listing.sequence) == (True, 2)
    assert "更正" in listing.body
