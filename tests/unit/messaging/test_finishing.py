"""What is under way when a process is asked to stop."""

import asyncio

import pytest

from contracts.amqp.finishing import finished


async def test_the_result_comes_through() -> None:
    async def work() -> int:
        return 7

    assert await finished(work()) == 7


async def test_a_failure_comes_through() -> None:
    async def work() -> None:
        raise TimeoutError("the register is busy")

    with pytest.raises(TimeoutError, match="busy"):
        await finished(work())


async def test_work_under_way_is_finished_before_the_cancellation_goes_on() -> None:
    begun, may_end, ended = asyncio.Event(), asyncio.Event(), []

    async def work() -> None:
        begun.set()
        await may_end.wait()
        ended.append("committed")

    task = asyncio.create_task(finished(work()))
    await begun.wait()
    task.cancel()
    may_end.set()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == ["committed"]


async def test_work_that_does_not_end_is_cancelled_after_the_grace() -> None:
    begun, rolled_back = asyncio.Event(), []

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            rolled_back.append("rolled back")

    task = asyncio.create_task(finished(work(), grace_seconds=0.01))
    await begun.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert rolled_back == ["rolled back"]
