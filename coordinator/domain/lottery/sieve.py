"""Who of a frame may come first: the rows with a ticket below a limit, and no other in memory.

Every object has one ticket, its place's or its own (3-draw.md 3.2.5). Which of the two it is takes
all objects of the place to say; so the first pass keeps the rows of which either is low enough,
and the second looks up who else is at their places.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, compress
from typing import Final, NamedTuple

from coordinator.domain.lottery.frames import IN_THE_DRAW, Frame, Kind, kind_of
from coordinator.domain.lottery.keys import StageKeys
from coordinator.domain.lottery.sampling import NOBODY, Candidate
from coordinator.domain.lottery.tickets import ticketer

_OUTSIDE: Final = IN_THE_DRAW.encode()


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


@dataclass(frozen=True)
class Sieve:
    """Keeps the lines whose place or object has a ticket below the limit of their group."""

    key: str
    limits: Limits
    group_of: GroupOf

    def __call__(self, lines: bytes) -> list[bytes]:
        """Sift some whole lines; a group without limit keeps none."""
        # Written out for speed: this runs for each of millions of rows.
        copy_midstate = sha256(self.key.encode("ascii")).copy
        limit_of = _LimitOfEnding(self)
        near = []
        for line in lines.split(b"\n")[:-1]:
            thing, place, ending = line.split(b"\t", 2)
            limit = limit_of[ending]
            if not limit:
                continue
            state = copy_midstate()
            state.update(place)
            if state.digest() < limit:
                near.append(line)
            elif thing != place:
                state = copy_midstate()
                state.update(thing)
                if state.digest() < limit:
                    near.append(line)
        return near


class _LimitOfEnding(dict[bytes, bytes]):
    """The limit for the last three fields of a row, worked out when they are first met."""

    def __init__(self, sieve: Sieve) -> None:
        self._sieve = sieve

    def __missing__(self, ending: bytes) -> bytes:
        kind = kind_of(ending)
        wanted = kind.status == IN_THE_DRAW
        limit = self._sieve.limits.get(self._sieve.group_of(kind), NOBODY) if wanted else NOBODY
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
    near = list(chain.from_iterable(frame.map(Sieve(keys.key("object"), limits, group_of))))
    rows = [line.split(b"\t", 2) for line in near]
    holders = _holders(keys, frame, frozenset(place for _, place, _ in rows))
    ticket = ticketer(keys.key("object"))
    found: defaultdict[str, list[Candidate]] = defaultdict(list)
    for thing, place, ending in rows:
        kind, code = kind_of(ending), thing.decode()
        group = group_of(kind)
        own = ticket(place.decode() if holders[place] == thing else code)
        if own < limits[group]:
            found[group.stratum].append((own, code, kind.weight))
    return found


def _holders(keys: StageKeys, frame: Frame, places: frozenset[bytes]) -> dict[bytes, bytes]:
    """Name the object that holds each place's ticket: the smallest (H(K(place) ‖ object), object).

    Without one ticket for each place two objects at one place would be drawn with double chance.
    """
    there: defaultdict[bytes, list[bytes]] = defaultdict(list)
    for place, thing in chain.from_iterable(frame.map(Residents(places)) if places else ()):
        there[place].append(thing)
    ticket = ticketer(keys.key("place"))
    return {place: _first(ticket, objects) for place, objects in there.items()}


def _first(ticket: Callable[[str], bytes], objects: Iterable[bytes]) -> bytes:
    return min(objects, key=lambda thing: (ticket(thing.decode()), thing))
