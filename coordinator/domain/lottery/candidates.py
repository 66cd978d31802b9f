"""Who of a frame may come first in its strata: few of millions, and nobody else in memory.

The frame is asked once for all rows that are near (sieve.py). Whether such an object holds the
ticket of its place, the others there decide: guests came with the answer, hosts are looked up.
Where either are many, the frame is asked a second time, for all who are at these places.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import chain
from typing import Final, NamedTuple

from coordinator.domain.lottery.frames import CountedFrame, Frame
from coordinator.domain.lottery.keys import StageKeys
from coordinator.domain.lottery.kinds import IN_THE_DRAW, Kind, kind_of
from coordinator.domain.lottery.sampling import NOBODY, Candidate
from coordinator.domain.lottery.sieve import GuestsAt, Resident, Row, Sieve
from coordinator.domain.lottery.tickets import ticketer

MOST_HOSTS: Final = 1 << 15
"""Hosts that are looked up one by one; with more a second pass is faster."""
_INSIDE: Final = b"\t" + IN_THE_DRAW.encode()


class Group(NamedTuple):
    """Objects that share a limit: those of a stratum, and where weights count of one weight."""

    stratum: str
    weight: int


GroupOf = Callable[[Kind], Group]


def candidates(
    keys: StageKeys, frame: CountedFrame, limits: Mapping[Group, bytes], group_of: GroupOf
) -> dict[str, list[Candidate]]:
    """Give by stratum all objects whose ticket is below the limit of their group, in any order.

    A group without a limit has no candidate.
    """
    inside = [kind for kind in frame.counts if kind.status == IN_THE_DRAW]
    by_ending = {kind.ending: limits.get(group_of(kind), NOBODY) for kind in inside}
    near, guests_at = frame.frame.sift(Sieve(keys.key("object"), by_ending))
    holders = _holders(keys, _residents(frame.frame, near, guests_at))
    ticket = ticketer(keys.key("object"))
    kinds = {ending: kind_of(ending) for ending in {ending for _, _, ending in near}}
    found: defaultdict[str, list[Candidate]] = defaultdict(list)
    for thing, place, ending in near:
        kind, code = kinds[ending], thing.decode()
        own = ticket(place.decode() if holders[place] == thing else code)
        if own < by_ending[ending]:
            found[group_of(kind).stratum].append((own, code, kind.weight))
    return found


def _residents(
    frame: Frame, near: Collection[Row], guests_at: GuestsAt | None
) -> Iterable[Resident]:
    """Give everybody who is in the draw at the places of some rows."""
    places = frozenset(place for _, place, _ in near)
    hosts = {place for thing, place, _ in near if thing != place}
    if guests_at is None or len(hosts) > MOST_HOSTS:
        return frame.residents(places)
    own = ((place, thing) for thing, place, _ in near if thing == place)
    found = (line.split(b"\t", 2) for line in frame.find(sorted(hosts)))
    there = ((place, thing) for thing, place, ending in found if _is_host(thing, place, ending))
    return chain(own, there, guests_at(places))


def _is_host(thing: bytes, place: bytes, ending: bytes) -> bool:
    """Tell whether an object is in the draw at its own place; guests elsewhere came otherwise."""
    return thing == place and ending.endswith(_INSIDE)


def _holders(keys: StageKeys, residents: Iterable[Resident]) -> dict[bytes, bytes]:
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
