"""The rows of a frame: what good ones look like, and how many there are of each kind."""

import re
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from operator import lt
from typing import Final, NamedTuple

from contracts.draw_files import MalformedRecordError, parse_lines
from contracts.draw_proof import leaves, merkle_root
from contracts.draw_tables import FRAMES
from coordinator.domain.lottery.kinds import Counts, Kind, kind_of

_LONGEST_ID: Final = 55
# What a good row looks like, faster than by its columns; whatever it refuses is looked at again.
_GOOD_ID: Final = rb"[A-Za-z][A-Za-z0-9]*+:[!-+\--~]++\t"
_GOOD_STATUS: Final = rb"(?:-|[a-z][a-z0-9-]*+(?::[^\t\r\n]++)?+)"
_GOOD_ENDING: Final = rb"[^\t\r\n]++\t[1-9][0-9]{0,17}+\t" + _GOOD_STATUS
_GOOD_ENDINGS: Final = re.compile(_GOOD_ENDING)
_GOOD_LINES: Final = re.compile(rb"(?:" + _GOOD_ID + _GOOD_ID + _GOOD_ENDING + rb"\n)*+")


class ChunkCount(NamedTuple):
    """Lines that are well formed and in order: first and last object, and their kinds as bytes."""

    first: bytes
    last: bytes
    endings: Counter[bytes]


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
    return kinds_of(endings)


def kinds_of(endings: Mapping[bytes, int]) -> Counts | None:
    """Count rows by kind from how often their last three fields occur; None if one is bad."""
    if not all(map(_GOOD_ENDINGS.fullmatch, endings)):
        return None
    counts = Counter[Kind]()
    try:
        for ending, number in endings.items():
            counts[kind_of(ending)] += number
    except ValueError:
        return None
    return counts


def first_fault(line: str, lines: Iterable[bytes]) -> MalformedRecordError | None:
    """Return the first row and field of a frame (records without LF) that is not well formed."""
    try:
        deque(parse_lines(FRAMES, lines, line), maxlen=0)
    except MalformedRecordError as error:
        return error
    return None
