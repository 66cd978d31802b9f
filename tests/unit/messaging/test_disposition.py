"""How a message ends: done, retry or park, and nothing ends silently."""

import asyncio

import pytest
from typing_extensions import override

from contracts.amqp.admission import identified, without_large_body
from contracts.amqp.dead_letters import origin, recorder
from contracts.amqp.disposition import Disposition, describe, dispose
from contracts.amqp.ports import Delivery, StoreFullError
from contracts.topology import DEAD_QUEUE, UNROUTED_QUEUE
from tests.fakes_messaging import FakeDeadLetters, FakeInbox, a_delivery


async def test_a_message_without_an_id_is_parked_unread() -> None:
    inbox = FakeInbox()

    assert await dispose(inbox, a_delivery(message_id="")) is Disposition.PARK

    assert inbox.applied == []
    assert list(inbox.parked.values()) == ["message without message_id"]


@pytest.mark.parametrize("content_type", ["text/plain", "", "application/json"])
async def test_another_content_type_is_parked_unread(content_type: str) -> None:
    inbox = FakeInbox()

    assert await dispose(inbox, a_delivery(content_type=content_type)) is Disposition.PARK

    assert inbox.applied == []


async def test_a_content_type_may_have_parameters() -> None:
    content_type = "application/cloudevents+json; charset=utf-8"

    assert await dispose(FakeInbox(), a_delivery(content_type=content_type)) is Disposition.DONE


async def test_a_large_body_is_parked_with_a_note_in_its_place() -> None:
    inbox, large = FakeInbox(), a_delivery(body=b"x" * 11)

    assert without_large_body(large, 11) is large
    noted = without_large_body(large, 10)
    assert await dispose(inbox, noted) is Disposition.PARK

    assert noted.body.startswith(b"11 bytes, sha256 ")
    assert list(inbox.parked.values()) == ["unreadable: body of 11 bytes, at most 10 are taken in"]


async def test_a_cancelled_error_nobody_asked_for_is_a_transient_failure() -> None:
    def stalled(_: Delivery) -> None:
        raise asyncio.CancelledError

    assert await dispose(FakeInbox(stalled), a_delivery()) is Disposition.RETRY


async def test_a_store_without_room_uses_up_no_attempt() -> None:
    def has_no_room(_: Delivery) -> None:
        raise StoreFullError("No space left on device")

    inbox = FakeInbox(has_no_room)

    with pytest.raises(StoreFullError):
        await dispose(inbox, a_delivery())

    assert not inbox.retries
    assert not inbox.parked


async def test_a_real_cancellation_ends_the_work_without_a_decision() -> None:
    inbox = NeverEndingInbox()
    task = asyncio.create_task(dispose(inbox, a_delivery()))
    await inbox.started.wait()

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert (inbox.retries, inbox.parked) == ({}, {})


class NeverEndingInbox(FakeInbox):
    """An inbox whose handler is still at work when the program ends."""

    def __init__(self) -> None:
        super().__init__()
        self.started = asyncio.Event()

    @override
    async def process(self, delivery: Delivery) -> None:
        self.started.set()
        await asyncio.Event().wait()


def test_an_error_is_described_without_the_values_of_its_later_lines() -> None:
    error = ValueError("unique constraint failed\n[parameters: ('sealed value',)]")

    assert describe(error) == "ValueError: unique constraint failed"


def test_a_dead_letter_tells_where_it_died_and_why() -> None:
    headers = {"x-first-death-reason": "rejected", "x-first-death-queue": "onevisit.inbound"}

    assert origin(a_delivery(queue=DEAD_QUEUE, headers=headers)) == ("rejected", "onevisit.inbound")
    assert origin(a_delivery(queue=UNROUTED_QUEUE)) == ("unrouted", UNROUTED_QUEUE)


async def test_a_dead_letter_delivered_twice_is_recorded_once() -> None:
    letters = FakeDeadLetters()
    dead = a_delivery(queue=DEAD_QUEUE)

    ends = await recorder(letters)([dead, dead])

    assert ends == [Disposition.DONE] * 2
    assert len(letters.recorded) == 1


def test_dead_letters_without_ids_are_told_apart_by_their_bodies() -> None:
    first, second = (identified(a_delivery(n, message_id="")).message_id for n in (1, 2))

    assert first != second
    assert first == identified(a_delivery(1, message_id="")).message_id
