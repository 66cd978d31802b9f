"""Which rows of a frame may come first: those with a ticket below the limit of their kind.

Every object has one ticket, its place's or its own (3-draw.md 3.2.5). Which of the two it is takes
all objects of the place to say; so a sieve keeps the rows of which either is low enough, and
beside them whoever is at another's place. Here is the question, and the answer in plain words;
adapters may answer it faster where a frame is large.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import compress
from typing import Final, NamedTuple

from coordinator.domain.lottery.kinds import IN_THE_DRAW

_OUTSIDE: Final = IN_THE_DRAW.encode()
MOST_GUESTS: Final = 1 << 27
"""Bytes of lines of objects at another's place that are kept; with more they are asked for."""

Row = Sequence[bytes]
"""Object, place, and the last three fields with their TABs."""
Resident = tuple[bytes, bytes]
"""A place and an object that is in the draw there."""
GuestsAt = Callable[[Collection[bytes]], Iterable[Resident]]
"""Gives of all objects in the draw at another's place those at some places."""


class Sifted(NamedTuple):
    """The rows that may come first, in any order; the guests are None when they are too many."""

    near: list[Row]
    guests_at: GuestsAt | None


@dataclass(frozen=True)
class Sieve:
    """Looks for rows in the draw whose place or object has a ticket H(key ‖ it) below a limit.

    `limits` by the last three fields of a row; it has all of those that are in the draw.
    """

    key: str
    limits: Mapping[bytes, bytes]

    def sift(self, blocks: Iterable[bytes]) -> Sifted:
        """Sift blocks of whole lines."""
        near: list[Row] = []
        guests: list[list[bytes]] = []
        size = 0
        for block in blocks:
            found = self._guests_in(block, near)
            size += sum(map(len, found))
            if size <= MOST_GUESTS:
                guests.append(found)
        return Sifted(near, _Guests(guests).at if size <= MOST_GUESTS else None)

    def _guests_in(self, lines: bytes, near: list[Row]) -> list[bytes]:
        """Add the rows that are near; give the guests' places and objects in turn."""
        # Written out for speed: this runs for each of up to a hundred thousand rows.
        copy_midstate = sha256(self.key.encode("ascii")).copy
        limit_of = self.limits.get
        guests: list[bytes] = []
        for line in lines.split(b"\n")[:-1]:
            row = line.split(b"\t", 2)
            thing, place, ending = row
            limit = limit_of(ending)
            if limit is None:
                continue
            if thing != place:
                guests += place, thing
                state = copy_midstate()
                state.update(thing)
                if state.digest() < limit:
                    near.append(row)
                    continue
            state = copy_midstate()
            state.update(place)
            if state.digest() < limit:
                near.append(row)
        return guests


@dataclass(frozen=True)
class _Guests:
    """Places and objects in turn, some at a time."""

    blocks: Sequence[Sequence[bytes]]

    def at(self, places: Collection[bytes]) -> Iterator[Resident]:
        for block in self.blocks:
            there = block[::2]
            hits = [*map(places.__contains__, there)]
            yield from zip(compress(there, hits), compress(block[1::2], hits), strict=True)


def residents_in(blocks: Iterable[bytes], places: Collection[bytes]) -> Iterator[Resident]:
    """Find in blocks of whole lines who is in the draw at some places."""
    for lines in blocks:
        for line in lines.split(b"\n")[:-1]:
            thing, place, ending = line.split(b"\t", 2)
            if place in places and ending.endswith(b"\t" + _OUTSIDE):
                yield place, thing
