"""Frozen frames as files: written while they come in, and asked through a query engine.

Small files are read line by line as frames in memory are; which way changes nothing but the time.
"""

import hashlib
import mmap
import os
import secrets
import sys
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Final, Self

from contracts.draw_files import record_lines
from contracts.draw_proof import merkle_root
from contracts.draw_tables import FRAMES
from coordinator.domain.lottery.counting import (
    Freezer,
    FrozenLines,
    count_kinds,
    count_lines,
    first_fault,
)
from coordinator.domain.lottery.frames import (
    AT_ONCE,
    ROWS_AT_ONCE,
    FrameName,
    FrozenFrame,
    find_records,
)
from coordinator.domain.lottery.kinds import Counts
from coordinator.domain.lottery.sieve import Resident, Sieve, Sifted, residents_in

if TYPE_CHECKING:
    from coordinator.adapters.frame_queries import FrameTable

LARGE: Final = 1 << 23
"""Bytes from which on a frame is a file of its own, and starting the query engine pays."""
_LOOKUPS: Final = 64
"""Objects that are looked up under one mapping of a file."""
_IN_FLIGHT: Final = 4
"""Blocks that are being frozen or wait to be."""


@dataclass(frozen=True)
class FileFrame:
    """A frame in a file; see domain.lottery.frames.LargeFile for its promises.

    `threads` work on an answer, None: one per processor.
    """

    path: Path
    digest: str = ""
    counts: Counts | None = None
    threads: int | None = None

    def __fspath__(self) -> str:
        return str(self.path)

    @property
    def header(self) -> str:
        """Give the first line."""
        with self.path.open("rb") as file:
            return file.readline().rstrip(b"\n").decode(errors="replace")

    def count(self) -> Counts | None:
        """Count the rows; where the engine gives up, plain reading says whether a row is bad."""
        if self._table is not None:
            with suppress(Exception):
                return self._table.count()
        return count_kinds(map(count_lines, self.blocks()))

    def sift(self, sieve: Sieve) -> Sifted:
        """Sift the rows."""
        return sieve.sift(self.blocks()) if self._table is None else self._table.sift(sieve)

    def residents(self, places: Collection[bytes]) -> Iterator[Resident]:
        """Look through all rows."""
        if self._table is None:
            return residents_in(self.blocks(), places)
        return self._table.residents(places)

    def blocks(self) -> Iterator[bytes]:
        """Read the records, some whole lines at a time."""
        with self.path.open("rb") as file:
            file.readline()
            while block := file.read(AT_ONCE):
                yield block if block.endswith(b"\n") else block + file.readline()

    @cached_property
    def _table(self) -> "FrameTable | None":
        """The query engine over a file that is worth it: it takes half a second to be there."""
        if self.size < LARGE:
            return None
        from coordinator.adapters.frame_queries import FrameTable  # noqa: PLC0415 - as it says

        return FrameTable(self.path, self.threads)

    def find(self, objects: Iterable[bytes]) -> Iterator[bytes]:
        """Look the objects up in the file, of which only the pages that are met are read."""
        waiting = iter(objects)
        with self.path.open("rb") as file:
            # Pages that were met stay mapped until the mapping ends, and count as our memory.
            while some := [*islice(waiting, _LOOKUPS)]:
                with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                    yield from find_records(content, some)

    @property
    def size(self) -> int:
        """Give the size of the file, 0 when it is gone."""
        return self.path.stat().st_size if self.path.exists() else 0

    def is_intact(self) -> bool:
        """Tell whether the file is there and still has the bytes it was frozen with."""
        try:
            with self.path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == self.digest
        except FileNotFoundError:
            return False

    def pieces(self) -> Iterator[bytes]:
        """Give all bytes."""
        with self.path.open("rb") as file:
            while piece := file.read(AT_ONCE):
                yield piece

    def lines(self) -> Iterator[bytes]:
        """Give the records one by one."""
        with self.path.open("rb") as file:
            file.readline()
            yield from (line.rstrip(b"\n") for line in file)


class FrameDraft:
    """A frame that is being frozen; used as a context, which leaves nothing behind on failure.

    Lines come ROWS_AT_ONCE at a time, the last ones may be fewer. Small frames stay in memory; a
    large one goes to `<round>/<attempt>/<line>.<first 16 digits of its hash>.tsv` under the root,
    so that no file that a row names is ever overwritten, and is hashed by a further process while
    rows come in. `committed` are the paths of such files; paths are those from the root on.
    """

    def __init__(
        self, name: FrameName, key: bytes, root: Callable[[], Path], committed: Collection[str]
    ) -> None:
        self._name, self._root, self._committed = name, root, committed
        self._freeze = Freezer(key)
        self._state = hashlib.sha256()
        self._kept: list[bytes] = []
        self._size = self._number = 0
        self._frozen: list[FrozenLines] = []
        self._waiting: deque[Future[FrozenLines]] = deque()
        self._pool: ProcessPoolExecutor | None = None
        self._stack = ExitStack()
        self._path: Path | None = None
        self._write(f"{FRAMES.header(name.round_id, name.line)}\n".encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        for future in self._waiting:
            future.cancel()
        self._stack.close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def add(self, lines: bytes) -> None:
        """Append whole lines, with their LF."""
        if self._number % ROWS_AT_ONCE:
            raise ValueError("only the last lines of a frame may be fewer")
        number = lines.count(b"\n")
        if number == ROWS_AT_ONCE and self._pool is None and self._number:
            self._pool = self._stack.enter_context(_further_process())
        self._number += number
        self._write(lines)
        if self._pool is None:
            self._frozen.append(self._freeze(lines))
            return
        self._waiting.append(self._pool.submit(self._freeze, lines))
        while len(self._waiting) > _IN_FLIGHT:
            self._frozen.append(self._waiting.popleft().result())

    def finish(self) -> FrozenFrame:
        """Give what was frozen; raise MalformedRecordError naming row and field of a bad line."""
        while self._waiting:
            self._frozen.append(self._waiting.popleft().result())
        counts = count_kinds(each.counted for each in self._frozen)
        if counts is None:
            fault = first_fault(self._name.line, self._lines())
            raise fault or ValueError("a frame that is refused has a bad row")
        root = merkle_root(each.root for each in self._frozen).hex()
        digest = self._state.hexdigest()
        path = None if self._path is None else self._keep(digest)
        body = b"".join(self._kept) if path is None else b""
        return FrozenFrame(body, path, digest, root, self._number, counts)

    def _write(self, data: bytes) -> None:
        self._state.update(data)
        self._size += len(data)
        if self._path is None and self._size > LARGE:
            self._begin_file()
        if self._path is None:
            self._kept.append(data)
        else:
            self._file.write(data)

    def _begin_file(self) -> None:
        root, line = self._root(), self._name.line
        folder = root / self._name.round_id / str(self._name.attempt)
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.mkdir(parents=True, exist_ok=True)
        # One freeze runs at a time (adapters.db.engine.doing_business): what else lies here for
        # this line belongs to a row, or to a freeze that failed or was rolled back.
        for other in folder.glob(f"{line}.*"):
            if str(other.relative_to(root)) not in self._committed:
                other.unlink()
        self._path = folder / f"{line}.{secrets.token_hex(8)}.draft"
        self._file = self._stack.enter_context(self._path.open("xb"))
        self._file.writelines(self._kept)
        self._kept.clear()

    def _keep(self, digest: str) -> str:
        """Put the finished file in its place for good and give its path."""
        self._file.flush()
        os.fsync(self._file.fileno())
        draft = Path(self._file.name)
        final = draft.with_name(f"{self._name.line}.{digest[:16]}.tsv")
        draft.replace(final)
        self._path = None
        return str(final.relative_to(self._root()))

    def _lines(self) -> Iterator[bytes]:
        if self._path is None:
            yield from record_lines(b"".join(self._kept))
            return
        self._file.flush()
        yield from FileFrame(self._path).lines()


@contextmanager
def _further_process() -> Iterator[ProcessPoolExecutor]:
    """Start a process that knows how to freeze only: this one holds threads and connections."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    with ProcessPoolExecutor(1, context) as pool:
        _start(pool)
        yield pool


def _start(pool: ProcessPoolExecutor) -> None:
    """Start the process without the program that asks, which it would import too."""
    program = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        pool.submit(_nothing)
    finally:
        sys.modules["__main__"] = program


def _nothing() -> None:
    """Wait for work."""
