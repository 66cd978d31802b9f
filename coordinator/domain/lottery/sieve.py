"""Who of a frame may come first: the rows with a ticket below a limit, and no other in memory.

Every object has one ticket, its place's or its own (3-draw.md 3.2.5). Which of the two it is takes
all objects of the place to say; so a pass keeps the rows of which either is low enough, and
beside them whoever is at another's place. Few objects are: of the others only the hosts of those
rows are looked up. Where many are, a second pass looks for all who are at these places.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, compress
from typing import Final, NamedTuple

from coordinator.domain.lottery.frames import IN_THE_DRAW, Frame, Kind, kind_of
from coordinator.domain.lottery.keys import StageKeys
from coordinator.domain.lottery.sampling import NOBODY, Candidate
from coordinator.domain.lottery.tickets import ticketer

_OUTSIDE: Final = IN_THE_DRAW.encode()
MOST_GUESTS: Final = 1 << 27
"""Bytes of lines of objects at another's place that are kept; with more a second pass is made."""
MOST_HOSTS: Final = 1 << 15
"""Hosts that are looked up one by one; with more a second pass is faster."""


class Group(NamedTuple):
    """Objects that share a limit: those of a stratum, and where weights count of one weight."""

    stratum: str
    weight: int


Limits = Mapping[Group, bytes]
GroupOf = Callable[[Kind], Group]


@dataclass(frozen=True)
class Grouping:
    """Tells the group of a row; a plain function could not travel to another process.

    `name`: the one stratum of a line with a fixed number, or None.
    """

    name: str | None
    weighted: bool

    def __call__(self, kind: Kind) -> Group:
        """Give the group of a kind of rows."""
        stratum = kind.stratum if self.name is None else self.name
        return Group(stratum, kind.weight if self.weighted else 1)


class Sifted(NamedTuple):
    """Of some lines those that may come first, and all in the draw at another's place.

    `guests` are the places and objects of the latter in turn, each with a TAB after it.
    """

    near: list[bytes]
    guests: bytes


@dataclass(frozen=True)
class Sieve:
    """Keeps the lines whose place or object has a ticket below the limit of their group."""

    key: str
    limits: Limits
    group_of: GroupOf

    def __call__(self, lines: bytes) -> Sifted:
        """Sift some whole lines; a group without limit keeps none."""
        # Written out for speed: this runs for each of millions of rows.
        copy_midstate = sha256(self.key.encode("ascii")).copy
        limit_of = _LimitOfEnding(self)
        near: list[bytes] = []
        guests: list[bytes] = []
        for line in lines.split(b"\n")[:-1]:
            thing, place, ending = line.split(b"\t", 2)
            limit = limit_of[ending]
            if limit is None:
                continue
            if thing != place:
                guests += place, thing
                state = copy_midstate()
                state.update(thing)
                if state.digest() < limit:
                    near.append(line)
                    continue
            state = copy_midstate()
            state.update(place)
            if state.digest() < limit:
                near.append(line)
        return Sifted(near, b"\t".join([*guests, b""]))


class _LimitOfEnding(dict[bytes, bytes | None]):
    """The limit for the last three fields of a row, worked out when they are first met.

    None for whoever is not in the draw.
    """

    def __init__(self, sieve: Sieve) -> None:
        self._sieve = sieve

    def __missing__(self, ending: bytes) -> bytes | None:
        kind = kind_of(ending)
        wanted = kind.status == IN_THE_DRAW
        limit = self._sieve.limits.get(self._sieve.group_of(kind), NOBODY) if wanted else None
        self[ending] = limit
        return limit


@dataclass(frozen=True)
class Residents:
    """Finds who is in the draw at some places."""

    places: frozenset[bytes]

    def __call__(self, lines: bytes) -> list[tuple[bytes, bytes]]:
        """Give (place, object) of the rows at these places."""
        fields = lines.split(b"\t")  # status and next object together: four fields a row
        places = fields[1::4]
        hits = compress(range(len(places)), map(self.places.__contains__, places))
        return [
            (places[row], fields[4 * row].rpartition(b"\n")[2])
            for row in hits
            if fields[4 * row + 4].partition(b"\n")[0] == _OUTSIDE
        ]


def sift(
    keys: StageKeys, frame: Frame, limits: Limits, group_of: GroupOf
) -> dict[str, list[Candidate]]:
    """Give by stratum all objects whose ticket is below the limit of their group, in any order."""
    near, guests = _pass(frame, Sieve(keys.key("object"), limits, group_of))
    rows = [line.split(b"\t", 2) for line in near]
    holders = _holders(keys, _at_places(frame, rows, guests))
    ticket = ticketer(keys.key("object"))
    kinds = {ending: kind_of(ending) for ending in {ending for _, _, ending in rows}}
    found: defaultdict[str, list[Candidate]] = defaultdict(list)
    for thing, place, ending in rows:
        kind, code = kinds[ending], thing.decode()
        group = group_of(kind)
        own = ticket(place.decode() if holders[place] == thing else code)
        if own < limits[group]:
            found[group.stratum].append((own, code, kind.weight))
    return found


def _pass(frame: Frame, sieve: Sieve) -> tuple[list[bytes], list[bytes] | None]:
    """Sift a frame; the guests are None when they are too many to be kept in memory."""
    near: list[bytes] = []
    guests: list[bytes] | None = []
    size = 0
    for sifted in frame.map(sieve):
        near += sifted.near
        size += len(sifted.guests)
        if size > MOST_GUESTS:
            guests = None
        elif guests is not None:
            guests.append(sifted.guests)
    return near, guests


def _at_places(
    frame: Frame, rows: Collection[Sequence[bytes]], guests: Iterable[bytes] | None
) -> Iterator[tuple[bytes, bytes]]:
    """Give (place, object) of everybody who is in the draw at the places of some rows."""
    places = frozenset(place for _, place, _ in rows)
    residents = Residents(places)
    hosts = {place for thing, place, _ in rows if thing != place}
    if guests is None or len(hosts) > MOST_HOSTS:
        return chain.from_iterable(frame.map(residents))
    own = ((place, thing) for thing, place, _ in rows if thing == place)
    looked_up = (residents(line + b"\n") for line in frame.find(sorted(hosts)))
    kept = (_guests_at(places, some) for some in guests)
    return chain(own, chain.from_iterable(looked_up), chain.from_iterable(kept))


def _guests_at(places: frozenset[bytes], guests: bytes) -> Iterator[tuple[bytes, bytes]]:
    fields = guests.split(b"\t")
    there = fields[:-1:2]
    hits = [*map(places.__contains__, there)]
    return zip(compress(there, hits), compress(fields[1::2], hits), strict=True)


def _holders(keys: StageKeys, residents: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Name the object that holds each place's ticket: the smallest (H(K(place) ‖ object), object).

    Without one ticket for each place two objects at one place would be drawn with double chance.
    """
    there: defaultdict[bytes, set[bytes]] = defaultdict(set)
    for place, thing in residents:
        there[place].add(thing)
    ticket = ticketer(keys.key("place"))
    return {
        place: _first(ticket, objects) if len(objects) > 1 else objects.pop()
        for place, objects in there.items()
    }


def _first(ticket: Callable[[str], bytes], objects: Iterable[bytes]) -> bytes:
    return min(objects, key=lambda thing: (ticket(thing.decode()), thing))
