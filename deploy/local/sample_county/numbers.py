"""Repeatable numbers: SHA-256 of seed, subject and counter; no row depends on another."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

Option = TypeVar("Option")

_WORD = 4


class Numbers:
    """The numbers of one subject (`object:17`), the same in every run with the same seed."""

    def __init__(self, seed: int, subject: str) -> None:
        self._start = hashlib.sha256(f"{seed}|{subject}|".encode())
        self._counter = 0
        self._words = b""

    def below(self, bound: int) -> int:
        """Give the next number from 0 to bound - 1 (the bias of 32 bits does not matter here)."""
        if not self._words:
            block = self._start.copy()
            block.update(str(self._counter).encode())
            self._words = block.digest()
            self._counter += 1
        word, self._words = self._words[:_WORD], self._words[_WORD:]
        return int.from_bytes(word, "big") % bound

    def pick(self, options: Sequence[Option]) -> Option:
        """Give one of the options."""
        return options[self.below(len(options))]

    def weighted(self, options: Sequence[Option], weights: Sequence[int]) -> Option:
        """Give one of the options, in proportion to its weight."""
        left = self.below(sum(weights))
        for option, weight in zip(options, weights, strict=True):
            if left < weight:
                return option
            left -= weight
        raise AssertionError(left)
