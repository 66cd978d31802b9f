"""Empty queues before each test, and tasks that run for the length of a test."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest

from contracts.topology import VHOST
from tests.integration.conftest import COUNTY, Broker

Start = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]


@pytest.fixture(autouse=True)
async def _empty_queues(broker: Broker) -> None:
    for queue in COUNTY.queues:
        if queue.type == "quorum":
            await broker.management.delete("queues", VHOST, queue.name, "contents")


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Run loops in the background; they are cancelled when the test ends."""
    tasks: list[asyncio.Task[None]] = []

    def run(loop: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        tasks.append(asyncio.create_task(loop))
        return tasks[-1]

    yield run
    await stopped(*tasks)


async def stopped(*tasks: asyncio.Task[None]) -> None:
    """Stop loops; what their consumers had not acknowledged is back in its queue afterwards."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
