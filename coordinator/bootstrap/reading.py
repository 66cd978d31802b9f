"""Reading a file into the stage, chunk by chunk, until its end or until it is cancelled."""

import asyncio
import contextlib
import fcntl
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coordinator.bootstrap import Coordinator
from coordinator.bootstrap.readers import OwnTables, open_file
from coordinator.domain.errors import RuleBrokenError
from coordinator.domain.registers.acts import ActState, RegisterAct
from coordinator.services import registers
from coordinator.services.registers import Chunk

Progress = Callable[[RegisterAct], None]
_SECONDS_TO_START = 120


@dataclass(frozen=True)
class ReadFile:
    """A file after reading: its act, and what its kind tells beside the counts."""

    act: RegisterAct
    figures: Mapping[str, Any] = field(default_factory=dict)


def _no_progress(_act: RegisterAct) -> None:
    """Tell nobody."""


async def read_import(
    parts: Coordinator,
    import_id: str,
    path: Path,
    own: OwnTables | None = None,
    progress: Progress = _no_progress,
) -> ReadFile:
    """Mark the import as running and read it; see `read_marked_import`."""
    with marked_as_running(parts, import_id):
        return await read_marked_import(parts, import_id, path, own or OwnTables(), progress)


async def read_marked_import(
    parts: Coordinator, import_id: str, path: Path, own: OwnTables, progress: Progress
) -> ReadFile:
    """Stage the whole file and compare it with the register, which stays as it is.

    A file that can't be read fails the import, and so does a reading process that dies; a cancelled
    task cancels it. Whatever else goes wrong leaves it to `sweep`.
    """
    try:
        return await _read(parts, import_id, path, own, progress)
    except RuleBrokenError as error:
        if error.is_out_of_service:
            raise
        return await _failed(parts, import_id, error)
    except asyncio.CancelledError:
        await cancel_if_open(parts, import_id)
        raise


async def cancel_if_open(parts: Coordinator, import_id: str) -> None:
    """Cancel an import unless it has come to an end already."""
    async with parts.work() as work:
        if (await work.imports.get(import_id)).is_open:
            await registers.cancel_import(work, import_id)


async def _failed(parts: Coordinator, import_id: str, error: RuleBrokenError) -> ReadFile:
    async with parts.work() as work:
        return ReadFile(await registers.fail_import(work, import_id, error))


async def _read(
    parts: Coordinator, import_id: str, path: Path, own: OwnTables, progress: Progress
) -> ReadFile:
    async with parts.work(writes=False) as work:
        act = await work.imports.get(import_id)
        opened = await open_file(work, act, path, own, parts.engine.dialect.name)
    async with contextlib.aclosing(_ahead(opened.chunks)) as chunks:
        async for chunk in chunks:
            async with parts.work() as work:
                act = await registers.take_chunk(work, import_id, chunk)
            progress(act)
            if act.state is not ActState.READING:
                return ReadFile(act, opened.figures)
    async with parts.work() as work:
        read = await registers.finish_reading(work, import_id, opened.fields)
        return ReadFile(read, opened.figures)


async def _ahead(chunks: Iterator[Chunk]) -> AsyncGenerator[Chunk, None]:
    """Read the next chunk in a thread while the one before goes to the database."""
    coming = asyncio.ensure_future(asyncio.to_thread(next, chunks, None))
    try:
        while (chunk := await coming) is not None:
            coming = asyncio.ensure_future(asyncio.to_thread(next, chunks, None))
            yield chunk
    finally:
        # A generator can't be closed while a thread is in it.
        with contextlib.suppress(Exception):
            await asyncio.shield(coming)
        close = getattr(chunks, "close", None)
        if close is not None:
            await asyncio.to_thread(close)


async def sweep(parts: Coordinator) -> None:
    """Fail the readings whose process is gone, and drop what they had staged."""
    async with parts.work(writes=False) as work:
        reading = await work.imports.where(state=ActState.READING)
        left = await work.stage.left_over()
    if not reading and not left:
        return
    running = [
        act.import_id
        for act in reading
        if is_running(parts, act.import_id) or _is_starting(parts, act)
    ]
    async with parts.work() as work:
        await registers.forget_interrupted(work, running)


@contextlib.contextmanager
def marked_as_running(parts: Coordinator, import_id: str) -> Iterator[None]:
    """Hold the import's lock file while its process lives; the system frees it on any end."""
    path = _lock_file(parts, import_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def is_running(parts: Coordinator, import_id: str) -> bool:
    """Tell whether a process of this machine is reading the import."""
    path = _lock_file(parts, import_id)
    if not path.exists():
        return False
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    path.unlink(missing_ok=True)
    return False


def _is_starting(parts: Coordinator, act: RegisterAct) -> bool:
    """Tell whether a file was handed over just now: its process has not taken the lock yet."""
    path = upload_file(parts, act)
    if not path.exists():
        return False
    return parts.clock.machine_now().timestamp() - path.stat().st_mtime < _SECONDS_TO_START


def upload_file(parts: Coordinator, act: RegisterAct) -> Path:
    """Give where the uploaded file of an import lies; its name is never part of the path."""
    return parts.settings.upload_folder / f"{act.import_id}{Path(act.source).suffix.lower()}"


def _lock_file(parts: Coordinator, import_id: str) -> Path:
    return parts.settings.upload_folder / f"{import_id}.reading"
