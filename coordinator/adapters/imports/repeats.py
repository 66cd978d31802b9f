"""Entries already seen in a file, by digest: 16 bytes a place instead of the entry itself."""

from array import array
from typing import Final

_KEY: Final = 8
_CONTENT: Final = 4  # bytes that are compared: of two rows with one key, few are different
_FIRST_SIZE: Final = 1 << 12


class SeenEntries:
    """Remembers of every entry the row that brought it first, and a digest of its content.

    An open-addressed table of 64-bit digests: a million entries take 34 MB, and the chance that two
    of ten million different keys share a digest is below 3 in a million.
    """

    def __init__(self) -> None:
        self._count = 0
        self._make(_FIRST_SIZE)

    def first(self, digest: bytes, row: int) -> tuple[int, bool]:
        """Give (first row with this key, whether its content is the same); remember a new one.

        `digest`: 8 bytes of the key, then 8 bytes of the content.
        """
        key = int.from_bytes(digest[:_KEY], "little") or 1
        content = int.from_bytes(digest[_KEY : _KEY + _CONTENT], "little")
        place = key & self._mask
        keys = self._keys
        while keys[place]:
            if keys[place] == key:
                return self._rows[place], self._contents[place] == content
            place = (place + 1) & self._mask
        keys[place], self._contents[place], self._rows[place] = key, content, row
        self._count += 1
        if self._count * 3 > self._mask * 2:
            self._grow()
        return row, True

    def _make(self, size: int) -> None:
        self._mask = size - 1
        self._keys = array("Q", bytes(8 * size))
        self._contents = array("I", bytes(_CONTENT * size))
        self._rows = array("I", bytes(_CONTENT * size))

    def _grow(self) -> None:
        keys, contents, rows = self._keys, self._contents, self._rows
        self._make((self._mask + 1) * 2)
        for key, content, row in zip(keys, contents, rows, strict=True):
            if key:
                place = key & self._mask
                while self._keys[place]:
                    place = (place + 1) & self._mask
                self._keys[place], self._contents[place], self._rows[place] = key, content, row
