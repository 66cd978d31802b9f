"""Frozen frames: in memory, or as files that adapters read.

No frame is ever held as rows: what is kept of one are its counts and the few rows that are asked
for. What a frame answers does not depend on where its lines were cut, or on who reads them.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from contracts.draw_files import MalformedRecordError
from contracts.draw_tables import FRAMES
from coordinator.domain.lottery.counting import count_kinds, count_lines, first_fault, kinds_of
from coordinator.domain.lottery.kinds import Counts
from coordinator.domain.lottery.sieve import Resident, Sieve, Sifted, residents_in

ROWS_AT_ONCE: Final = 1 << 14
"""Rows that are frozen together: a power of two, so that their root is a node of the tree."""
AT_ONCE: Final = 1 << 20
"""Bytes of whole lines that are read together, about."""


class Frame(Protocol):
    """A frozen frame: its header, and its records whenever and however often they are wanted."""

    @property
    def header(self) -> str:
        """Give the first line, without its LF."""
        ...

    @property
    def counts(self) -> Counts | None:
        """Give the rows by kind, where they were counted and found good when they were frozen."""
        ...

    def count(self) -> Counts | None:
        """Count the rows by kind; None unless every one is good and they ascend by object."""
        ...

    def sift(self, sieve: Sieve) -> Sifted:
        """Give the rows that may come first; the frame must be known to be good."""
        ...

    def residents(self, places: Collection[bytes]) -> Iterable[Resident]:
        """Give who is in the draw at some places; the frame must be known to be good."""
        ...

    def blocks(self) -> Iterator[bytes]:
        """Give the records, some whole lines at a time."""
        ...

    def find(self, objects: Iterable[bytes]) -> Iterator[bytes]:
        """Give the records of some objects without LF, passing over those that have none."""
        ...


class LargeFile(Frame, Protocol):
    """A frame too large for a row of the database; `digest` is the hex H of its bytes."""

    def __fspath__(self) -> str:
        """Give where it lies."""
        ...

    @property
    def digest(self) -> str:
        """Give the hash that it was frozen with."""
        ...

    @property
    def size(self) -> int:
        """Give its number of bytes; 0 when it is gone."""
        ...

    def is_intact(self) -> bool:
        """Tell whether the file still is what was frozen."""
        ...

    def pieces(self) -> Iterator[bytes]:
        """Give all bytes of the file, some at a time."""
        ...

    def lines(self) -> Iterator[bytes]:
        """Give the records one by one, without their LF."""
        ...


Content = bytes | LargeFile
"""A file of a record: as bytes, or where it lies."""


class FrameName(NamedTuple):
    """Which frame is meant."""

    round_id: str
    attempt: int
    line: str


@dataclass(frozen=True)
class FrozenFrame:
    """A frame as the freeze leaves it: its bytes, or the path of its file; root and counts."""

    body: bytes
    path: str | None
    digest: str
    root: str
    number_of_records: int
    counts: Counts


@dataclass(frozen=True)
class FrameBytes:
    """A frame in memory; `at_once` is about how many bytes of lines are in a block."""

    content: bytes
    at_once: int = AT_ONCE
    counts: Counts | None = None

    @property
    def header(self) -> str:
        """Give the first line."""
        return self.content.partition(b"\n")[0].decode(errors="replace")

    def count(self) -> Counts | None:
        """Count the rows."""
        return count_kinds(map(count_lines, self.blocks()))

    def sift(self, sieve: Sieve) -> Sifted:
        """Sift the lines one by one."""
        return sieve.sift(self.blocks())

    def residents(self, places: Collection[bytes]) -> Iterator[Resident]:
        """Go through all lines."""
        return residents_in(self.blocks(), places)

    def blocks(self) -> Iterator[bytes]:
        """Cut the records."""
        start = len(self.content.partition(b"\n")[0]) + 1
        while start < len(self.content):
            end = self.content.find(b"\n", start + self.at_once) + 1 or len(self.content)
            yield self.content[start:end]
            start = end

    def find(self, objects: Iterable[bytes]) -> Iterator[bytes]:
        """Look the objects up."""
        return find_records(self.content, objects)


class Searchable(Protocol):
    """Bytes that can be searched and cut, in memory or mapped into it."""

    def __len__(self) -> int: ...

    def __getitem__(self, cut: slice, /) -> bytes: ...

    def find(self, sub: bytes, start: int = ..., end: int = ..., /) -> int:
        """Give where `sub` first is, or -1."""
        ...

    def rfind(self, sub: bytes, start: int = ..., end: int = ..., /) -> int:
        """Give where `sub` last is, or -1."""
        ...


def find_records(content: Searchable, objects: Iterable[bytes]) -> Iterator[bytes]:
    """Give the records of some objects without LF, by binary search in a whole frame.

    A frame ascends by its first field, because TAB comes before every character of an id.
    """
    first = content.find(b"\n") + 1
    for thing in objects:
        start, end = first, len(content)
        while start < end:
            middle = (start + end) // 2
            begin = content.rfind(b"\n", start, middle) + 1 or start
            found = content[begin : content.find(b"\n", middle)]
            code = found.partition(b"\t")[0]
            if code == thing:
                yield found
                break
            if code < thing:
                start = begin + len(found) + 1
            else:
                end = begin


@dataclass(frozen=True)
class CountedFrame:
    """A frame whose every row is known to be well formed, and how many there are of each kind."""

    frame: Frame
    counts: Counts

    @property
    def number_of_rows(self) -> int:
        """Give the number of rows, excluded ones too."""
        return sum(self.counts.values())


def counted(frame: Frame, round_id: str, line: str) -> CountedFrame:
    """Count the rows of a frame; raise MalformedRecordError naming row and field of a bad one."""
    if frame.header != FRAMES.header(round_id, line):
        raise MalformedRecordError(FRAMES.path(line), 1, "header", "not-the-header-of-this-file")
    if frame.counts is not None:
        return CountedFrame(frame, frame.counts)
    counts = frame.count()
    if counts is None:
        raise _fault(frame, line)
    return CountedFrame(frame, counts)


def _fault(frame: Frame, line: str) -> MalformedRecordError:
    """Name the first bad row; blocks that are good are passed over."""
    rows, before, block = 0, b"", b""
    for block in frame.blocks():
        lines = block.split(b"\n")[: block.count(b"\n")]
        if not _follows(before, block):
            known = [before] if before else []  # whether it repeats or precedes the one before
            fault = first_fault(line, [*known, *lines])
            if fault is not None:
                row = fault.row + rows - len(known)
                return MalformedRecordError(fault.file, row, fault.field, fault.problem)
        rows, before = rows + len(lines), lines[-1] if lines else before
    if block.endswith(b"\n"):
        raise ValueError("a frame that is refused has a bad row")
    return MalformedRecordError(FRAMES.path(line), rows + 2, "text", "no-line-feed-at-the-end")


def _follows(before: bytes, block: bytes) -> bool:
    found = count_lines(block)
    first = before.partition(b"\t")[0]
    return found is not None and first < found.first and kinds_of(found.endings) is not None
