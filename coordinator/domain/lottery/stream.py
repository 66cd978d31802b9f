"""Uniform integers from a stage key: the only source of chance of a draw (3-draw.md 3.2.7c)."""

from hashlib import sha256
from typing import Final

_WORDS: Final = 1 << 64


class Stream:
    """SHA-256 in counter mode over `key ‖ text ‖ uint64be counter`, read as 64-bit words."""

    def __init__(self, key: str, text: str) -> None:
        self._prefix = sha256(key.encode("ascii") + text.encode())
        self._counter = 0
        self._words: list[int] = []

    def below(self, m: int) -> int:
        """Return the next uniform integer in 0…m-1; words are consumed for m = 1 too."""
        if m < 1:
            raise ValueError("below(m) needs m of at least 1")
        limit = _WORDS // m * m
        word = self._next_word()
        while word >= limit:
            word = self._next_word()
        return word % m

    def _next_word(self) -> int:
        if not self._words:
            block = self._prefix.copy()
            block.update(self._counter.to_bytes(8, "big"))
            self._counter += 1
            digest = block.digest()
            # Reversed, so that pop() takes the words in digest order.
            self._words = [int.from_bytes(digest[at : at + 8], "big") for at in (24, 16, 8, 0)]
        return self._words.pop()
