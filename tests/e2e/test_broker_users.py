"""What the broker users of a whole run may do: every department its own two queues, no more."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aio_pika import Message
from aio_pika.abc import AbstractChannel
from aiormq.exceptions import ChannelAccessRefused

from contracts.amqp.connection import connection_to, open_channel
from contracts.topology import INBOUND, INBOUND_QUEUE, events_queue, inbound_key, tasks_queue
from deploy.local.installation import CREDIT_SYSTEM, DEPARTMENTS, Broker
from tests.e2e.local_run import FinishedRun

SECONDS = 60.0
NEIGHBOURS = tuple(zip(DEPARTMENTS, (*DEPARTMENTS[1:], DEPARTMENTS[0]), strict=True))
STRANGERS = [*NEIGHBOURS, (CREDIT_SYSTEM, DEPARTMENTS[0])]


@asynccontextmanager
async def channel_of(finished_run: FinishedRun, user: str) -> AsyncIterator[AbstractChannel]:
    """Open a confirm channel with the very credentials that a process of the run uses."""
    ports = json.loads((finished_run.run.folder / "node" / "ports.json").read_text())
    broker = Broker("127.0.0.1", ports["amqp"], "")
    url = broker.url(finished_run.installed.credentials(user))
    async with connection_to(url, f"test {user}") as connection:
        yield await open_channel(connection, SECONDS, confirms=True)


@pytest.mark.parametrize(("user", "other"), STRANGERS)
@pytest.mark.parametrize("queue_of", [tasks_queue, events_queue, lambda _: INBOUND_QUEUE])
async def test_nobody_reads_the_queue_of_another(
    finished_run: FinishedRun, user: str, other: str, queue_of: object
) -> None:
    assert callable(queue_of)

    async with channel_of(finished_run, user) as channel:
        queue = await channel.get_queue(queue_of(other), ensure=False)
        with pytest.raises(ChannelAccessRefused):
            await queue.get(timeout=SECONDS)


@pytest.mark.parametrize(("user", "other"), STRANGERS)
async def test_nobody_writes_under_the_key_of_another(
    finished_run: FinishedRun, user: str, other: str
) -> None:
    async with channel_of(finished_run, user) as channel:
        exchange = await channel.get_exchange(INBOUND, ensure=False)
        with pytest.raises(ChannelAccessRefused):
            await exchange.publish(
                Message(b"{}"), inbound_key(other, "FindingsSubmitted", 1), timeout=SECONDS
            )


@pytest.mark.parametrize("user", [*DEPARTMENTS, CREDIT_SYSTEM])
async def test_nobody_declares_a_queue(finished_run: FinishedRun, user: str) -> None:
    async with channel_of(finished_run, user) as channel:
        with pytest.raises(ChannelAccessRefused):
            await channel.declare_queue(f"onevisit.dept.{user}.more", timeout=SECONDS)
