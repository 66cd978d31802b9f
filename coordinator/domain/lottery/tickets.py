"""Tickets: one per place for all lines of a round (permanent random numbers, 3-draw.md 3.2.5).

A ticket is H(K ‖ text), 32 bytes; compared as bytes they are 256-bit integers. K fills one SHA-256
block exactly, so its compression is done once and only copied for each ticket.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256

from coordinator.domain.lottery.keys import StageKeys

Ticketer = Callable[[str], bytes]


def ticketer(key: str) -> Ticketer:
    """Return the function text → H(key ‖ text) for a stage key."""
    copy_midstate = sha256(key.encode("ascii")).copy

    def ticket(text: str) -> bytes:
        state = copy_midstate()
        state.update(text.encode())
        return state.digest()

    return ticket


def object_tickets(
    keys: StageKeys, residents: Iterable[tuple[str, str]], holders: Mapping[str, str]
) -> Iterator[bytes]:
    """Yield the ticket of each (object, place); `holders` names who holds a shared place's ticket.

    Without one ticket for each place two objects at one place would be drawn with double chance.
    """
    # Written out for speed: ticketer(K)(…) costs a call more for each of millions of objects.
    copy_midstate = sha256(keys.key("object").encode("ascii")).copy
    for code, place in residents:
        state = copy_midstate()
        state.update((place if holders.get(place, code) == code else code).encode())
        yield state.digest()


def place_holders(keys: StageKeys, residents: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the object that holds the place's ticket, for places of two or more objects.

    It is the object with the smallest (H(K(place) ‖ object), object) of a line's objects there.
    """
    ticket = ticketer(keys.key("place"))
    shared = _shared_places(residents)
    return {
        place: min(objects, key=lambda code: (ticket(code), code))
        for place, objects in shared.items()
    }


def _shared_places(residents: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    seen: set[str] = set()
    shared: dict[str, list[str]] = {}
    for _, place in residents:
        if place in seen:
            shared[place] = []
        seen.add(place)
    if shared:
        for code, place in residents:
            if place in shared:
                shared[place].append(code)
    return shared
