"""Frozen frames, read some whole lines at a time: in memory, or as files by several processes.

No frame is ever held as rows: what is kept of one are its counts and the few rows that are asked
for. What a pass over a frame gives does not depend on where its lines were cut.
"""

import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, pairwise
from operator import lt
from typing import Final, NamedTuple, Protocol, TypeVar
from unicodedata import is_normalized

from contracts.draw_files import MalformedRecordError, parse_lines
from contracts.draw_proof import leaves, merkle_root
from contracts.draw_tables import FRAMES

IN_THE_DRAW: Final = "-"
ROWS_AT_ONCE: Final = 1 << 14
"""Rows that are frozen together: a power of two, so that their root is a node of the tree."""
_LONGEST_ID: Final = 55
AT_ONCE: Final = 1 << 20
"""Bytes of whole lines that one call of a reading function gets, about."""

# What a good row looks like, faster than by its columns; whatever it refuses is looked at again.
_GOOD_ID: Final = rb"[A-Za-z][A-Za-z0-9]*+:[!-+\--~]++\t"
_GOOD_STATUS: Final = rb"(?:-|[a-z][a-z0-9-]*+(?::[^\t\r\n]++)?+)"
_GOOD_LINES: Final = re.compile(
    rb"(?:" + _GOOD_ID + _GOOD_ID + rb"[^\t\r\n]++\t[1-9][0-9]{0,17}+\t" + _GOOD_STATUS + rb"\n)*+"
)

Read = TypeVar("Read")


class Frame(Protocol):
    """A frozen frame: its header, and its records whenever and however often they are wanted."""

    @property
    def header(self) -> str:
        """Give the first line, without its LF."""
        ...

    @property
    def counts(self) -> "Counts | None":
        """Give the rows by kind, where they were counted and found good when they were frozen."""
        ...

    def map(self, read: Callable[[bytes], Read]) -> Iterator[Read]:
        """Give what a function makes of the records, some whole lines at a time, in file order."""
        ...

    def find(self, objects: Iterable[bytes]) -> Iterator[bytes]:
        """Give the records of some objects without LF, passing over those that have none."""
        ...


class Kind(NamedTuple):
    """What a row counts as: stratum, weight, and status without what follows its colon."""

    stratum: str
    weight: int
    status: str


Counts = Mapping[Kind, int]


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
    """A frame in memory; `at_once` is about how many bytes of lines are read at a time."""

    content: bytes
    at_once: int = AT_ONCE
    counts: Counts | None = None

    @property
    def header(self) -> str:
        """Give the first line."""
        return self.content.partition(b"\n")[0].decode(errors="replace")

    def map(self, read: Callable[[bytes], Read]) -> Iterator[Read]:
        """Read the records here, in one process."""
        start = len(self.content.partition(b"\n")[0]) + 1
        while start < len(self.content):
            end = self.content.find(b"\n", start + self.at_once) + 1 or len(self.content)
            yield read(self.content[start:end])
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


class ChunkCount(NamedTuple):
    """Lines that are well formed and in order: first and last object, and their kinds as bytes."""

    first: bytes
    last: bytes
    endings: Counter[bytes]


def counted(frame: Frame, round_id: str, line: str) -> CountedFrame:
    """Count the rows of a frame; raise MalformedRecordError naming row and field of a bad one."""
    if frame.header != FRAMES.header(round_id, line):
        raise MalformedRecordError(FRAMES.path(line), 1, "header", "not-the-header-of-this-file")
    if frame.counts is not None:
        return CountedFrame(frame, frame.counts)
    counts = count_kinds(frame.map(count_lines))
    if counts is None:
        raise _fault(frame, line)
    return CountedFrame(frame, counts)


def count_lines(lines: bytes) -> ChunkCount | None:
    """Count some whole lines; None unless every one is good and they ascend by object."""
    if not _GOOD_LINES.fullmatch(lines):
        return None
    rows = [line.split(b"\t", 2) for line in lines.split(b"\n")[:-1]]
    objects = [row[0] for row in rows]
    longest = max(*map(len, objects), *[len(row[1]) for row in rows])
    if longest > _LONGEST_ID or not all(map(lt, objects, objects[1:])):
        return None
    return ChunkCount(objects[0], objects[-1], Counter([row[2] for row in rows]))


class FrozenLines(NamedTuple):
    """Some lines that are being frozen: their count, and their node in the tree."""

    counted: ChunkCount | None
    root: bytes


@dataclass(frozen=True)
class Freezer:
    """Counts and commits to ROWS_AT_ONCE lines under the frame's key S; the last may be fewer."""

    key: bytes

    def __call__(self, lines: bytes) -> FrozenLines:
        """Freeze some whole lines."""
        return FrozenLines(
            count_lines(lines), merkle_root(leaves(lines.split(b"\n")[:-1], self.key))
        )


def count_kinds(chunks: Iterable[ChunkCount | None]) -> Counts | None:
    """Put the counts of a frame's chunks together; None if one is bad or they do not ascend."""
    found, endings = [], Counter[bytes]()
    for chunk in chunks:
        if chunk is None:
            return None
        found.append((chunk.first, chunk.last))
        endings.update(chunk.endings)
    if not all(before[1] < after[0] for before, after in pairwise(found)):
        return None
    counts = Counter[Kind]()
    try:
        for ending, number in endings.items():
            counts[kind_of(ending)] += number
    except ValueError:
        return None
    return counts


def kind_of(ending: bytes) -> Kind:
    """Read the last three fields of a row; ValueError unless they are text in normal form."""
    text = ending.decode()
    if not is_normalized("NFC", text):
        raise ValueError("not in normal form")
    stratum, weight, status = text.split("\t")
    return Kind(stratum, int(weight), status.partition(":")[0])


def first_fault(line: str, lines: Iterable[bytes]) -> MalformedRecordError | None:
    """Return the first row and field of a frame (records without LF) that is not well formed."""
    try:
        deque(parse_lines(FRAMES, lines, line), maxlen=0)
    except MalformedRecordError as error:
        return error
    return None


def _fault(frame: Frame, line: str) -> MalformedRecordError:
    texts = [chunk for chunk in frame.map(bytes) if chunk]
    lines = chain.from_iterable(chunk.split(b"\n")[: chunk.count(b"\n")] for chunk in texts)
    row = sum(chunk.count(b"\n") for chunk in texts) + 2
    unended = MalformedRecordError(FRAMES.path(line), row, "text", "no-line-feed-at-the-end")
    return first_fault(line, lines) or unended
