"""Uploaded files: on disk until their columns are chosen, then read by a process of its own."""

import asyncio
import re
import shutil
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

from coordinator.adapters.imports.reading import printable
from coordinator.adapters.imports.registers import guess_mapping
from coordinator.bootstrap import Coordinator
from coordinator.bootstrap.readers import OwnTables, sources_of
from coordinator.bootstrap.reading import sweep, upload_file
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.acts import RegisterKind
from coordinator.domain.registers.mappings import MappingGuess
from coordinator.web.uploads import Upload

_ID = re.compile(r"[A-Za-z0-9_-]{20,100}")
_FILE, _NAME = "file", "name"
_LONGEST_NAME = 200
_KEPT_FOR = timedelta(hours=24)  # nobody chooses columns longer than that


class FolderUploads:
    """Files in a folder of the data folder; the name a person gave is never part of a path."""

    def __init__(self, parts: Coordinator) -> None:
        self._parts = parts
        self._folder = parts.settings.upload_folder / "waiting"
        self._readers: set[asyncio.Task[None]] = set()

    @property
    def most_bytes(self) -> int:
        """The largest file that is taken."""
        return self._parts.settings.upload_bytes

    async def keep(self, source: str, pieces: AsyncIterator[bytes]) -> Upload:
        """Write a file to disk as it comes; IMPORT_FILE_TOO_LARGE leaves nothing behind."""
        await asyncio.to_thread(self._forget_old)
        upload_id = self._parts.around.chance.token()
        name = printable(Path(source.replace("\\", "/")).name)[-_LONGEST_NAME:]
        folder = self._folder / upload_id
        folder.mkdir(parents=True)
        try:
            size = await self._write(self._path(upload_id, name), pieces)
            (folder / _NAME).write_text(name, "utf-8")
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return Upload(upload_id, name, size)

    async def _write(self, path: Path, pieces: AsyncIterator[bytes]) -> int:
        size = 0
        with path.open("wb") as file:
            async for piece in pieces:
                size += len(piece)
                if size > self.most_bytes:
                    raise _too_large(path.name, size, self.most_bytes)
                await asyncio.to_thread(file.write, piece)
        return size

    def find(self, upload_id: str) -> Upload:
        """Give a file that waits; NOT_FOUND for any other."""
        folder = self._folder / upload_id
        if not _ID.fullmatch(upload_id) or not (folder / _NAME).is_file():
            raise RuleBrokenError(Rule.NOT_FOUND, kind="upload", key=upload_id)
        name = (folder / _NAME).read_text("utf-8")
        return Upload(upload_id, name, self._path(upload_id, name).stat().st_size)

    async def guess(self, upload: Upload, kind: RegisterKind) -> MappingGuess:
        """Say what the columns of a file seem to hold; refuses what is no table."""
        async with self._parts.work(writes=False) as work:
            sources = await sources_of(work, OwnTables())
        path = self._path(upload.upload_id, upload.source)
        return await asyncio.to_thread(guess_mapping, kind.value, path, sources)

    async def start(self, upload: Upload, import_id: str) -> None:
        """Begin to read a file in a process of its own; its end is awaited in the background."""
        async with self._parts.work(writes=False) as work:
            act = await work.imports.get(import_id)
        target = upload_file(self._parts, act)
        waiting = self._path(upload.upload_id, upload.source)
        waiting.touch()  # its age tells a start under way from one that was cut short
        waiting.rename(target)
        self.drop(upload)
        reader = asyncio.create_task(self._read(import_id, target))
        self._readers.add(reader)
        reader.add_done_callback(self._readers.discard)

    def drop(self, upload: Upload) -> None:
        """Forget a file."""
        shutil.rmtree(self._folder / upload.upload_id, ignore_errors=True)

    async def settled(self) -> None:
        """Wait until every reader that was started has ended."""
        await asyncio.gather(*self._readers)

    async def _read(self, import_id: str, path: Path) -> None:
        """Wait for the reader; one that died has its import marked as failed."""
        command = (sys.executable, "-m", "coordinator.commands.main", "import", "read", import_id)
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL
        )
        await process.wait()
        await asyncio.to_thread(path.unlink, missing_ok=True)
        await sweep(self._parts)

    def _path(self, upload_id: str, name: str) -> Path:
        return (self._folder / upload_id / _FILE).with_suffix(_suffix(name))

    def _forget_old(self) -> None:
        oldest = (self._parts.clock.machine_now() - _KEPT_FOR).timestamp()
        for folder in self._folder.glob("*"):
            if folder.stat().st_mtime < oldest:
                shutil.rmtree(folder, ignore_errors=True)


def _suffix(name: str) -> str:
    """Give a file's ending where it is one of a table; readers look at the content as well."""
    ending = Path(name).suffix.lower()
    return ending if re.fullmatch(r"\.[a-z]{1,5}", ending) else ".csv"


def _too_large(name: str, size: int, most: int) -> RuleBrokenError:
    return RuleBrokenError(Rule.IMPORT_FILE_TOO_LARGE, file=name, bytes=size, limit=most)
