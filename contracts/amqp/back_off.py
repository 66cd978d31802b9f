"""How long to wait before asking a broken thing again: 0.2 to 5 seconds, jittered."""

import random

FIRST_SECONDS = 0.2
LAST_SECONDS = 5.0


class BackOff:
    """Doubling pauses with jitter, so that two thousand agents don't come back at once."""

    def __init__(self) -> None:
        self._failures = 0

    def next_pause(self) -> float:
        """Give the pause after one more failure, in seconds."""
        ceiling = min(LAST_SECONDS, FIRST_SECONDS * 2 ** min(self._failures + 1, 10))
        self._failures += 1
        return random.uniform(FIRST_SECONDS, ceiling)

    def reset(self) -> None:
        """Start from the shortest pause again: something worked."""
        self._failures = 0
