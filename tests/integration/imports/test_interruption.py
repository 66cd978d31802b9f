"""Cancelled while it is read: the register is as if nothing had happened."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from coordinator.bootstrap import Coordinator, coordinator
from coordinator.bootstrap.reading import is_running, marked_as_running, read_import, sweep
from coordinator.domain.registers.acts import ActState, Channel, RegisterAct, RegisterKind
from coordinator.services import registers
from coordinator.services.registers import Source
from coordinator.settings import Settings
from tests.integration.imports.command import Console, a_row, new_console

MANY = 12_000  # several chunks


@pytest.fixture
async def console(tmp_path: Path) -> Console:
    return await new_console(tmp_path)


@pytest.fixture
async def parts(console: Console) -> AsyncIterator[Coordinator]:
    url = console.environment["ONEVISIT_DATABASE_URL"]
    async with coordinator(Settings(database_url=url, data_folder=console.folder)) as wired:
        yield wired


@pytest.fixture
def large(console: Console) -> Path:
    return console.file(a_row(n) for n in range(MANY))


async def opened(parts: Coordinator, path: Path) -> RegisterAct:
    async with parts.work() as work:
        source = Source(name=path.name, channel=Channel.UPLOAD, bytes_total=path.stat().st_size)
        return await registers.open_import(work, RegisterKind.OBJECTS, source)


async def state_of(parts: Coordinator, act: RegisterAct) -> ActState:
    async with parts.work(writes=False) as work:
        return (await work.imports.get(act.import_id)).state


async def test_reading_tells_its_progress(parts: Coordinator, large: Path) -> None:
    act, told = await opened(parts, large), []

    read = await read_import(parts, act.import_id, large, progress=told.append)

    assert [each.number_of_rows for each in told] == [5_000, 10_000, 12_000]
    assert [each.bytes_read for each in told] == sorted(each.bytes_read for each in told)
    assert (read.act.state, read.act.number_added) == (ActState.READ, MANY)
    assert read.act.bytes_read == read.act.bytes_total


async def test_cancelling_between_chunks_drops_what_was_staged(
    parts: Coordinator, console: Console, large: Path
) -> None:
    act = await opened(parts, large)

    def at_first_chunk(now: RegisterAct) -> None:
        if now.state is ActState.READING:
            with ThreadPoolExecutor(1) as another:
                done = another.submit(console.run, "cancel", act.import_id).result()
            assert done.exit_code == 0

    read = await read_import(parts, act.import_id, large, progress=at_first_chunk)

    assert read.act.state is ActState.CANCELLED
    assert read.act.number_of_rows == 5_000
    assert (console.count("inspection_object"), console.staged()) == (0, 0)


async def test_a_cancelled_task_cancels_its_import(
    parts: Coordinator, console: Console, large: Path
) -> None:
    act = await opened(parts, large)
    reading = asyncio.ensure_future(
        read_import(parts, act.import_id, large, progress=lambda _act: reading.cancel() and None)
    )

    with pytest.raises(asyncio.CancelledError):
        await reading

    assert await state_of(parts, act) is ActState.CANCELLED
    assert (console.count("inspection_object"), console.staged()) == (0, 0)
    assert not is_running(parts, act.import_id)


async def test_a_reading_is_known_to_run_while_its_process_holds_the_mark(
    parts: Coordinator, large: Path
) -> None:
    act = await opened(parts, large)

    with marked_as_running(parts, act.import_id):
        assert is_running(parts, act.import_id)
        await sweep(parts)
        assert await state_of(parts, act) is ActState.READING
    assert not is_running(parts, act.import_id)
