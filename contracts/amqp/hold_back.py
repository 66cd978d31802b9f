"""Order per recipient: which message may be applied now, which waits, which was already here.

Sequences count from 1 per recipient queue. A parked message counts as passed, and so does what
the sender declared void; nothing is passed over because time went by. Pure: the inbox keeps
`passed` (the highest sequence up to which all passed) and the held messages.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import Enum

from contracts.amqp.ports import SEQUENCE_HEADER, Delivery, PermanentFailure

_DIGITS = 18  # what a database can count to


class Position(Enum):
    """Where a message stands in the order of its queue."""

    NEXT = "next"
    DUPLICATE = "duplicate"
    AHEAD = "ahead"


def sequence_of(delivery: Delivery, header: str = SEQUENCE_HEADER) -> int:
    """Read the header that counts; PermanentFailure when it is not a whole number from 1."""
    text = delivery.headers.get(header, "")
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS) or int(text) < 1:
        raise PermanentFailure(f"header {header} is not a whole number from 1")
    return int(text)


def position(sequence: int, passed: int) -> Position:
    """Judge a message by its sequence: NEXT to apply, DUPLICATE, or AHEAD of a gap."""
    if sequence <= passed:
        return Position.DUPLICATE
    return Position.NEXT if sequence == passed + 1 else Position.AHEAD


def releasable(passed: int, held: Collection[int]) -> list[int]:
    """Give the held sequences that follow `passed` without a gap, in order."""
    ready: list[int] = []
    while passed + len(ready) + 1 in held:
        ready.append(passed + len(ready) + 1)
    return ready


def overdue_gap(
    passed: int, held: Mapping[int, datetime], now: datetime, patience: timedelta
) -> range | None:
    """Give the missing sequences to ask for again, once a message waited longer than `patience`.

    `held` maps each held sequence to when it arrived.
    """
    complete = passed + len(releasable(passed, held))
    waiting = {sequence: at for sequence, at in held.items() if sequence > complete}
    if not waiting or now - min(waiting.values()) < patience:
        return None
    return range(complete + 1, min(waiting))


def first_run(gap: range, here: Collection[int]) -> range:
    """Give the first unbroken run of a gap without what is `here` already and only waits."""
    missing = [sequence for sequence in gap if sequence not in here]
    if not missing:
        return range(0)
    first = missing[0]
    last = next((at for at in range(first, gap.stop) if at in here), gap.stop)
    return range(first, last)
