"""Tickets: one per place for all lines of a round (permanent random numbers, 3-draw.md 3.2.5).

A ticket is H(K ‖ text), 32 bytes; compared as bytes they are 256-bit integers. K fills one SHA-256
block exactly, so its compression is done once and only copied for each ticket.
"""

from collections.abc import Callable
from hashlib import sha256

Ticketer = Callable[[str], bytes]


def ticketer(key: str) -> Ticketer:
    """Return the function text → H(key ‖ text) for a stage key."""
    copy_midstate = sha256(key.encode("ascii")).copy

    def ticket(text: str) -> bytes:
        state = copy_midstate()
        state.update(text.encode())
        return state.digest()

    return ticket
