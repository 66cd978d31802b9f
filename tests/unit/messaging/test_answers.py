"""How messages are answered: one ack for what was done, a reject for each that is parked."""

import asyncio
from typing import Any

import pytest

from contracts.amqp.answers import Answers
from contracts.amqp.disposition import Disposition

DONE, RETRY, PARK = Disposition.DONE, Disposition.RETRY, Disposition.PARK
MANY = 100


class Channel:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int]] = []
        self.was_told = asyncio.Event()

    async def basic_ack(self, tag: int, *, multiple: bool) -> None:
        assert multiple
        self._note("ack", tag)

    async def basic_reject(self, tag: int, *, requeue: bool, wait: bool) -> None:
        assert (requeue, wait) == (False, False)
        self._note("reject", tag)

    def _note(self, what: str, tag: int) -> None:
        self.told.append((what, tag))
        self.was_told.set()


def answers_on(channel: Channel, most_owed: int = MANY) -> Answers:
    told: Any = channel
    return Answers(told, most_owed, operation_seconds=5)


@pytest.mark.parametrize(
    ("dispositions", "told"),
    [
        ([], []),
        ([DONE], [("ack", 1)]),
        ([DONE, DONE, RETRY], [("ack", 3)]),
        ([PARK, PARK], [("reject", 1), ("reject", 2)]),
        ([DONE, PARK, DONE, RETRY], [("ack", 1), ("reject", 2), ("ack", 4)]),
    ],
)
async def test_one_ack_does_for_a_run_and_every_parked_message_is_rejected(
    dispositions: list[Disposition], told: list[tuple[str, int]]
) -> None:
    channel = Channel()
    answers = answers_on(channel)

    await answers.give(range(1, len(dispositions) + 1), dispositions)
    await answers.send()

    assert channel.told == told


async def test_acks_of_several_batches_are_sent_together() -> None:
    channel = Channel()
    answers = answers_on(channel, most_owed=4)

    for tag in (1, 2, 3):
        await answers.give([tag], [DONE])
    assert channel.told == []
    await answers.give([4], [DONE])

    assert channel.told == [("ack", 4)]


async def test_what_is_sent_once_is_not_sent_again() -> None:
    channel = Channel()
    answers = answers_on(channel)
    await answers.give([1], [DONE])

    await asyncio.gather(answers.send(), answers.send())

    assert channel.told == [("ack", 1)]


async def test_an_ack_that_nobody_joins_is_sent_all_the_same() -> None:
    channel = Channel()
    answers = answers_on(channel)
    in_time = asyncio.create_task(answers.send_in_time())

    for tag in (1, 2):
        channel.was_told.clear()
        await answers.give([tag], [DONE])
        async with asyncio.timeout(5):
            await channel.was_told.wait()
    in_time.cancel()

    assert channel.told == [("ack", 1), ("ack", 2)]
